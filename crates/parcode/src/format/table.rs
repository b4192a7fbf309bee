//! A hash table: what a map shard, and a map inside another chunk, consists of.
//!
//! `[ fragments ][ records ]`. A fragment is a piece of a key's hash that says nothing about the
//! shard: the upper half of the lower 32 bits, or, in a large table, all of them. Entries are
//! ordered by fragment, then by encoded key. Fragments are uniform, so the place of one follows from
//! its value, give or take the square root of the number of entries: a search reads one cache line,
//! and in most cases one record (interpolation search, Peterson 1957).

use crate::wire::{Scalar, WINDOW, first_equal};

/// Up to this many entries, fragments take two bytes, then four.
const NARROW: u32 = 4096;

/// Where the parts of a table of so many entries lie, from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableShape {
    pub(crate) count: u32,
}

impl TableShape {
    #[inline]
    pub(crate) fn new(count: u32) -> Self {
        Self { count }
    }

    /// Whether fragments take two bytes: so they do in every shard of usual size.
    #[inline]
    pub(crate) fn is_narrow(self) -> bool {
        self.count <= NARROW
    }

    #[inline]
    fn width(self) -> usize {
        if self.is_narrow() { 2 } else { 4 }
    }

    #[inline]
    pub(crate) fn records_at(self) -> usize {
        (self.count as usize).saturating_mul(self.width())
    }

    /// The bytes of a table whose records take `stride` bytes each; `None` where that does not fit.
    pub(crate) fn len(self, stride: usize) -> Option<usize> {
        (self.count as usize)
            .checked_mul(stride)?
            .checked_add(self.records_at())
    }

    /// The fragment of a hash: what entries are ordered by.
    #[inline]
    pub(crate) fn fragment(self, hash: u64) -> u32 {
        let half = hash as u32;
        if self.is_narrow() { half >> 16 } else { half }
    }

    /// The fragments of the table at `start`, which are narrow; `None` where they are not all there.
    #[inline(always)]
    pub(crate) fn narrow(self, body: &[u8], start: u32) -> Option<&[[u8; 2]]> {
        let table = body.get(start as usize..)?;
        Some(table.get(..self.count as usize * 2)?.as_chunks().0)
    }

    /// An entry of the fragment of `hash`, in a table whose fragments are narrow: `None` where there is
    /// none. Of several it is the first, but where more of them lie in front of where it is expected.
    #[inline(always)]
    pub(crate) fn near(self, fragments: &[[u8; 2]], hash: u64) -> Option<usize> {
        let wanted = self.fragment(hash) as u16;
        let expected = (u64::from(hash as u32) * u64::from(self.count)) >> 32;
        let last = fragments.len().saturating_sub(WINDOW);
        let first = (expected as usize).saturating_sub(WINDOW / 2).min(last);
        let window = fragments
            .get(first..)
            .and_then(<[_]>::first_chunk::<WINDOW>);
        let Some(window) = window else {
            return bisect(fragments, wanted);
        };
        // Fragments are uniform: one that is not in the window is nearly always in no other place.
        if let Some(within) = first_equal(window, wanted) {
            return Some(first + within);
        }
        let [start, .., end] = window;
        if (first == 0 || u16::from_wire(start) < wanted)
            && (first == last || wanted < u16::from_wire(end))
        {
            return None;
        }
        bisect(fragments, wanted)
    }

    /// The fragment of an entry; `None` beyond the end.
    #[inline]
    pub(crate) fn fragment_of(self, fragments: &[u8], entry: usize) -> Option<u32> {
        if self.is_narrow() {
            let fragment = fragments.as_chunks::<2>().0.get(entry)?;
            Some(u16::from_wire(fragment).into())
        } else {
            let fragment = fragments.as_chunks::<4>().0.get(entry)?;
            Some(u32::from_wire(fragment))
        }
    }

    /// Whether the fragments ascend.
    pub(crate) fn is_ordered(self, fragments: &[u8]) -> bool {
        if self.is_narrow() {
            ascend(fragments.as_chunks::<2>().0, |fragment| {
                u16::from_wire(fragment)
            })
        } else {
            ascend(fragments.as_chunks::<4>().0, |fragment| {
                u32::from_wire(fragment)
            })
        }
    }

    /// Writes fragments, in their order, at the start of `table`.
    pub(crate) fn write(self, table: &mut [u8], fragments: impl Iterator<Item = u32>) {
        for (place, fragment) in table.chunks_exact_mut(self.width()).zip(fragments) {
            let fragment = fragment.to_wire();
            place.copy_from_slice(fragment.get(..place.len()).unwrap_or_default());
        }
    }
}

/// Whether numbers ascend. All are looked at, many at once, instead of one after another up to the first
/// that does not.
fn ascend<T, N: Ord>(numbers: &[T], number: impl Fn(&T) -> N) -> bool {
    let next = numbers.get(1..).unwrap_or_default();
    let pairs = numbers.iter().zip(next);
    pairs.fold(true, |all, (a, b)| all & (number(a) <= number(b)))
}

#[cold]
fn bisect(fragments: &[[u8; 2]], wanted: u16) -> Option<usize> {
    let first = fragments.partition_point(|fragment| u16::from_wire(fragment) < wanted);
    (u16::from_wire(fragments.get(first)?) == wanted).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_is_found() {
        for count in [0u32, 1, 31, 32, 100, 4096, 4097, 70_000] {
            let shape = TableShape::new(count);
            let mut hashes: Vec<u64> = (0..u64::from(count))
                .map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15))
                .collect();
            hashes.sort_by_key(|hash| shape.fragment(*hash));
            let mut table = vec![0; shape.len(4).unwrap()];
            shape.write(&mut table, hashes.iter().map(|hash| shape.fragment(*hash)));
            let fragments = &table[..shape.records_at()];
            assert!(shape.is_ordered(fragments));
            for (i, hash) in hashes.iter().enumerate() {
                let fragment = Some(shape.fragment(*hash));
                assert_eq!(shape.fragment_of(fragments, i), fragment);
                if shape.is_narrow() {
                    let first = shape.near(shape.narrow(&table, 0).unwrap(), *hash).unwrap();
                    assert!(first <= i, "{i} of {count}");
                    assert_eq!(shape.fragment_of(fragments, first), fragment);
                }
            }
        }
    }

    #[test]
    fn disorder_is_seen_and_harmless() {
        let shape = TableShape::new(3);
        let fragments = [9, 0, 7, 0, 8, 0];
        assert!(!shape.is_ordered(&fragments));
        assert!(
            shape
                .near(shape.narrow(&fragments, 0).unwrap(), 8 << 16)
                .is_none_or(|i| i < 3)
        );
        assert_eq!(shape.near(&[], 1), None);
        assert_eq!(shape.fragment_of(&[], 5), None);
    }
}
