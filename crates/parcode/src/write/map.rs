//! Maps: one table home or in a chunk, or a table in each of many shards.

use super::index::IndexBuilder;
use super::pipeline;
use super::sequence::LARGE;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{AWAY, FenceKind, SPAN_LEN, Span, TableShape, UNEVEN};
use crate::object::fingerprint;
use crate::object::{Child, Encoder, Measure, Store, too_large};
use crate::wire::{KeyBuf, checksum};
use std::cmp::Ordering;
use std::ops::Range;

/// The entries of a map in the order of the file.
pub(crate) struct Entries<'v, K, V> {
    /// Hash of the key (0 in ordered maps), key, value.
    entries: Vec<(u64, &'v K, &'v V)>,
    ordered: bool,
}

fn encoded<K: Store>(key: &K) -> KeyBuf {
    let mut encoded = KeyBuf::new();
    K::__key(key, &mut encoded, true);
    encoded
}

impl<'v, K: Store, V: Store> Entries<'v, K, V> {
    /// Entries of a map whose order does not matter, ordered by hash and then by key.
    pub(crate) fn hashed(entries: impl Iterator<Item = (&'v K, &'v V)>) -> Result<Self> {
        let mut key = KeyBuf::new();
        let entries: Vec<_> = entries
            .map(|(k, v)| {
                key.clear();
                K::__key(k, &mut key, true);
                (checksum(key.as_bytes()), k, v)
            })
            .collect();
        let compare = |a, b| compare_keys(&entries, a, b);
        let order = by_hash(entries.iter().map(|(hash, ..)| *hash).collect(), &compare);
        let twice = order.windows(2).any(|pair| match pair {
            [a, b] => a.0 == b.0 && compare(a.1, b.1).is_eq(),
            _ => false,
        });
        if twice {
            return Err(ParcodeError::new(
                ErrorKind::Value,
                "keys that differ where `Eq` says so",
                "two keys with the same encoding",
            ));
        }
        let entry = |(_, i): &(u64, usize)| entries.get(*i).copied();
        Ok(Self {
            entries: order.iter().filter_map(entry).collect(),
            ordered: false,
        })
    }

    /// Entries in the order of their keys, which must be that of the keys' encoding.
    pub(crate) fn ordered(entries: impl Iterator<Item = (&'v K, &'v V)>) -> Result<Self> {
        let entries: Vec<_> = entries.map(|(k, v)| (0, k, v)).collect();
        let mut last: Option<KeyBuf> = None;
        for (i, (_, key, _)) in entries.iter().enumerate() {
            let key = encoded(*key);
            if last.is_some_and(|last| last >= key) {
                return Err(ParcodeError::new(
                    ErrorKind::Value,
                    "keys whose `Ord` is that of their stored form, field by field (a `HashMap` asks for no order)",
                    format!("another order between keys {} and {i}", i - 1),
                ));
            }
            last = Some(key);
        }
        Ok(Self {
            entries,
            ordered: true,
        })
    }

    pub(crate) fn measure(
        entries: impl ExactSizeIterator<Item = (&'v K, &'v V)>,
        measure: &mut Measure,
    ) {
        let table = TableShape::new(entries.len() as u32).records_at();
        measure.add(table.saturating_add(entries.len().saturating_mul(stride::<K, V>())));
        for (key, value) in entries {
            if measure.is_full() {
                return;
            }
            K::__measure(key, measure);
            V::__measure(value, measure);
        }
    }

    fn size((_, key, value): &(u64, &K, &V), threshold: usize) -> usize {
        // A tag and its share of the directory come on top.
        stride::<K, V>()
            + 2
            + Measure::of(LARGE, threshold, |measure| {
                K::__measure(key, measure);
                V::__measure(value, measure);
            })
    }

    /// Writes the entries of `range` as one table, and its span at `at`.
    fn table(&self, encoder: &mut Encoder<'_>, at: usize, range: Range<usize>) -> Result<()> {
        let entries = self.entries.get(range).unwrap_or_default();
        let count = u32::try_from(entries.len())
            .ok()
            .filter(|count| *count < AWAY);
        let shape = TableShape::new(count.ok_or_else(too_large)?);
        let stride = stride::<K, V>();
        // Within a hashed table the lower half of the hash decides, then the key.
        let sorted: Vec<_> = if self.ordered {
            entries.iter().collect()
        } else {
            let halves = entries.iter().map(|(hash, ..)| u64::from(*hash as u32));
            let order = by_hash(halves.collect(), &|a, b| compare_keys(entries, a, b));
            order.iter().filter_map(|(_, i)| entries.get(*i)).collect()
        };
        let (len, records_at) = if self.ordered {
            (entries.len().checked_mul(stride), 0)
        } else {
            (shape.len(stride), shape.records_at())
        };
        let start = encoder.claim(len.unwrap_or(usize::MAX), 1)?;
        encoder.span(
            at,
            Span {
                start,
                len: shape.count,
            },
        );
        let mut record = start as usize + records_at;
        if !self.ordered {
            shape.write(
                encoder.body_from(start as usize),
                sorted.iter().map(|(hash, ..)| *hash),
            );
        }
        encoder.deeper(|encoder| {
            for (_, key, value) in sorted {
                let name = |error: ParcodeError| error.inside(&format!("[{}]", key_name(*key)));
                K::__encode(key, record, encoder).map_err(name)?;
                V::__encode(value, record + K::SLOT, encoder).map_err(name)?;
                record += stride;
            }
            Ok(())
        })
    }
}

/// Positions in the order of their hashes, those of equal hashes as `tie` says. Not generic: sorting
/// is compiled once, not for each type of map.
fn by_hash(hashes: Vec<u64>, tie: &dyn Fn(usize, usize) -> Ordering) -> Vec<(u64, usize)> {
    let mut order: Vec<_> = hashes.into_iter().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| tie(a.1, b.1)));
    order
}

fn compare_keys<K: Store, V>(entries: &[(u64, &K, &V)], a: usize, b: usize) -> Ordering {
    let key = |i: usize| entries.get(i).map(|(_, key, _)| encoded(*key));
    key(a).cmp(&key(b))
}

/// A key as an error names it.
fn key_name<K: Store>(key: &K) -> String {
    String::from_utf8_lossy(encoded(key).as_bytes())
        .escape_debug()
        .to_string()
}

/// Bytes of an entry's record: no entry takes none.
pub(crate) fn stride<K: Store + ?Sized, V: Store + ?Sized>() -> usize {
    (K::SLOT + V::SLOT).max(1)
}

/// Writes an inline map by hash.
pub(crate) fn inline_hashed<'v, K: Store + 'v, V: Store + 'v>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: impl Iterator<Item = (&'v K, &'v V)>,
) -> Result<()> {
    let entries = Entries::hashed(entries)?;
    entries.table(encoder, at, 0..entries.entries.len())
}

/// Writes an inline map by key.
pub(crate) fn inline_ordered<'v, K: Store + 'v, V: Store + 'v>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: impl Iterator<Item = (&'v K, &'v V)>,
) -> Result<()> {
    let entries = Entries::ordered(entries)?;
    entries.table(encoder, at, 0..entries.entries.len())
}

/// Writes a chunkable map whose span is at `at`; `M` is its type.
pub(crate) fn map<M: Store, K: Store, V: Store>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: &Entries<'_, K, V>,
) -> Result<()> {
    let all = &entries.entries;
    let home = encoder.stays_home(|measure| {
        Entries::measure(all.iter().map(|(_, key, value)| (*key, *value)), measure);
    });
    if home {
        return entries.table(encoder, at, 0..all.len());
    }
    let child = encoder.deeper(|encoder| sharded::<M, K, V>(encoder, entries))?;
    encoder.away(at, child)
}

fn sharded<M: Store, K: Store, V: Store>(
    encoder: &mut Encoder<'_>,
    entries: &Entries<'_, K, V>,
) -> Result<Child> {
    let all = &entries.entries;
    let threshold = encoder.settings.inline_threshold;
    let target = (encoder.settings.chunk_size / 4).max(1);
    // Cut where a shard is full, but never between equal hashes.
    let (mut firsts, mut filled, mut last_hash) = (Vec::new(), usize::MAX, None);
    for (i, entry) in all.iter().enumerate() {
        let size = Entries::size(entry, threshold);
        let together = !entries.ordered && last_hash == Some(entry.0);
        if filled.saturating_add(size) > target && !together {
            firsts.push(i);
            filled = 0;
        }
        filled = filled.saturating_add(size);
        last_hash = Some(entry.0);
    }
    let range = |shard: usize| {
        let end = firsts.get(shard + 1).copied().unwrap_or(all.len());
        firsts.get(shard).copied().unwrap_or(0)..end
    };
    let encode = |encoder: &mut Encoder<'_>, shard: usize| {
        let range = range(shard);
        encoder.child_chunk::<M>(SPAN_LEN, range.len() as u64, |encoder| {
            entries.table(encoder, 0, range)
        })
    };
    if firsts.len() < 2 {
        return encode(encoder, 0);
    }
    let kind = if entries.ordered {
        FenceKind::Separator
    } else {
        FenceKind::Hash
    };
    let mut index = IndexBuilder::new(kind);
    let mut children = Vec::with_capacity(firsts.len());
    pipeline::shards(encoder, firsts.len(), &encode, &mut |_, child| {
        children.push(child);
    })?;
    for (child, first) in children.into_iter().zip(&firsts) {
        let fence = match all.get(*first) {
            Some((_, key, _)) if entries.ordered => {
                let before = first.checked_sub(1).and_then(|before| all.get(before));
                let before = before.map(|(_, key, _)| encoded(*key));
                let before = before.as_ref().map(KeyBuf::as_bytes);
                index.separator(separator(before, encoded(*key).as_bytes()))?
            }
            Some((hash, ..)) => *hash,
            None => 0,
        };
        index.push(child, fence);
    }
    index.finish(encoder, all.len() as u64, UNEVEN, fingerprint::<M>())
}

/// The shortest beginning of `key` that is above `before`; nothing for the first key.
fn separator<'k>(before: Option<&[u8]>, key: &'k [u8]) -> &'k [u8] {
    let Some(before) = before else { return &[] };
    let common = before.iter().zip(key).take_while(|(a, b)| a == b).count();
    key.get(..common + 1).unwrap_or(key)
}
