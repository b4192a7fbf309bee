//! Maps: one table home or in a chunk, or a table in each of many shards.

use super::index::IndexBuilder;
use super::pipeline;
use super::sequence::LARGE;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{AWAY, FenceKind, SPAN_LEN, Span, TableShape, UNEVEN};
use crate::object::fingerprint;
use crate::object::{Child, Encoder, Measure, Store, too_large};
use crate::wire::{KeyBuf, checksum};
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
        let mut entries: Vec<_> = entries
            .map(|(k, v)| {
                key.clear();
                K::__key(k, &mut key, true);
                (checksum(key.as_bytes()), k, v)
            })
            .collect();
        entries
            .sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| encoded(a.1).cmp(&encoded(b.1))));
        let twice = entries.windows(2).any(|pair| match pair {
            [a, b] => a.0 == b.0 && encoded(a.1) == encoded(b.1),
            _ => false,
        });
        if twice {
            return Err(ParcodeError::new(
                ErrorKind::Value,
                "keys that differ where `Eq` says so",
                "two keys with the same encoding",
            ));
        }
        Ok(Self {
            entries,
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
        let mut entries: Vec<_> = self.entries.get(range).unwrap_or_default().iter().collect();
        let count = u32::try_from(entries.len())
            .ok()
            .filter(|count| *count < AWAY);
        let shape = TableShape::new(count.ok_or_else(too_large)?);
        let stride = stride::<K, V>();
        let (len, records_at) = if self.ordered {
            (entries.len().checked_mul(stride), 0)
        } else {
            // Within a table the lower half of the hash decides, then the key.
            entries.sort_unstable_by(|a, b| {
                let halves = (a.0 as u32).cmp(&(b.0 as u32));
                halves.then_with(|| encoded(a.1).cmp(&encoded(b.1)))
            });
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
                entries.iter().map(|(hash, ..)| *hash),
            );
        }
        encoder.deeper(|encoder| {
            for (_, key, value) in entries {
                let name = |error: ParcodeError| error.inside(&format!("[{}]", key_name(*key)));
                K::__encode(key, record, encoder).map_err(name)?;
                V::__encode(value, record + K::SLOT, encoder).map_err(name)?;
                record += stride;
            }
            Ok(())
        })
    }
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
