//! A hash table: what a map shard, and a map inside another chunk, consists of.
//!
//! `[ directory ][ tags ][ records ]`. Entries are ordered by the lower half of their key's hash,
//! then by encoded key. The directory holds the first position of each bucket and one past the
//! last; a bucket is a range of lower halves. A tag is the lowest byte of the hash. Records are
//! keys' and values' slots. Everything follows from the number of entries.

use crate::wire::{Scalar, u32_at};

/// Up to this many entries are found by their tags alone: there is no directory.
const NO_DIRECTORY: u32 = 8;
/// Up to this many entries, positions in the directory take two bytes, then four.
const NARROW: u32 = u16::MAX as u32;

/// Where the parts of a table of so many entries lie, from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TableShape {
    pub(crate) count: u32,
    /// Buckets are 2 to this many; with 0 there is no directory.
    bucket_bits: u32,
}

impl TableShape {
    #[inline]
    pub(crate) fn new(count: u32) -> Self {
        let bucket_bits = if count <= NO_DIRECTORY {
            0
        } else {
            // About two entries a bucket.
            (count / 2).next_power_of_two().trailing_zeros()
        };
        Self { count, bucket_bits }
    }

    #[inline]
    fn width(self) -> usize {
        if self.count <= NARROW { 2 } else { 4 }
    }

    #[inline]
    pub(crate) fn buckets(self) -> usize {
        1 << self.bucket_bits
    }

    #[inline]
    pub(crate) fn tags_at(self) -> usize {
        if self.bucket_bits == 0 {
            0
        } else {
            (self.buckets() + 1) * self.width()
        }
    }

    #[inline]
    pub(crate) fn records_at(self) -> usize {
        self.tags_at() + self.count as usize
    }

    /// The bytes of a table whose records take `stride` bytes each; `None` where that does not fit.
    pub(crate) fn len(self, stride: usize) -> Option<usize> {
        (self.count as usize)
            .checked_mul(stride)?
            .checked_add(self.records_at())
    }

    /// The bucket of a hash.
    #[inline]
    pub(crate) fn bucket(self, hash: u64) -> usize {
        (u64::from(hash as u32) << self.bucket_bits >> 32) as usize
    }

    /// The positions of the entries in `bucket`, kept below the count whatever the bytes say.
    #[inline]
    pub(crate) fn range(self, table: &[u8], bucket: usize) -> (usize, usize) {
        let count = self.count as usize;
        if self.bucket_bits == 0 {
            return (0, count);
        }
        let position = |i: usize| self.position(table, i).min(count);
        (position(bucket), position(bucket + 1))
    }

    #[inline]
    fn position(self, table: &[u8], i: usize) -> usize {
        if self.width() == 2 {
            u16::from_wire(table.get(i * 2..).unwrap_or_default()) as usize
        } else {
            u32_at(table, i * 4) as usize
        }
    }

    /// Whether the directory counts up from zero to the number of entries.
    pub(crate) fn directory_is_sound(self, table: &[u8]) -> bool {
        if self.bucket_bits == 0 {
            return true;
        }
        let mut last = 0;
        for i in 0..=self.buckets() {
            let position = self.position(table, i);
            if position < last || (i == 0 && position != 0) {
                return false;
            }
            last = position;
        }
        last == self.count as usize
    }

    /// Writes directory and tags of `hashes`, which are ordered by their lower halves, at the start
    /// of `table`.
    pub(crate) fn write(
        self,
        table: &mut [u8],
        hashes: impl ExactSizeIterator<Item = u64> + Clone,
    ) {
        let (directory, tags) = table.split_at_mut(self.tags_at());
        for (tag, hash) in tags.iter_mut().zip(hashes.clone()) {
            *tag = tag_of(hash);
        }
        if self.bucket_bits == 0 {
            return;
        }
        let width = self.width();
        let mut put = |i: usize, position: usize| {
            if let Some(place) = directory.get_mut(i * width..(i + 1) * width) {
                place.copy_from_slice((position as u32).to_wire().get(..width).unwrap_or_default());
            }
        };
        let mut next = 0;
        for (position, hash) in hashes.enumerate() {
            let bucket = self.bucket(hash);
            while next <= bucket {
                put(next, position);
                next += 1;
            }
        }
        for i in next..=self.buckets() {
            put(i, self.count as usize);
        }
    }
}

/// The tag of a hash.
#[inline]
pub(crate) fn tag_of(hash: u64) -> u8 {
    hash as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hash_is_in_its_bucket() {
        for count in [0u32, 1, 8, 9, 100, 70_000] {
            let mut hashes: Vec<u64> = (0..u64::from(count))
                .map(|i| i.wrapping_mul(0x9E37_79B9_7F4A_7C15))
                .collect();
            hashes.sort_by_key(|hash| *hash as u32);
            let shape = TableShape::new(count);
            let mut table = vec![0; shape.len(4).unwrap()];
            shape.write(&mut table, hashes.iter().copied());
            assert!(shape.directory_is_sound(&table));
            for (i, hash) in hashes.iter().enumerate() {
                let (start, end) = shape.range(&table, shape.bucket(*hash));
                assert!((start..end).contains(&i), "{i} of {count}");
                assert_eq!(table[shape.tags_at() + i], tag_of(*hash));
            }
        }
    }

    #[test]
    fn unsound_directories_are_seen_and_harmless() {
        let shape = TableShape::new(9);
        let table = vec![0xFF; shape.len(1).unwrap()];
        assert!(!shape.directory_is_sound(&table));
        assert_eq!(shape.range(&table, 0), (9, 9));
        assert_eq!(shape.range(&[], 0), (0, 0));
    }
}
