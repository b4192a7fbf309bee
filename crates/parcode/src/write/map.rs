//! Maps that are away: one table in a chunk, or a table in each of many shards.

use super::index::IndexBuilder;
use super::pipeline;
use super::sequence::LARGE;
use super::share::HashCut;
use super::table::{
    Entry, check_order, encoded, hashed_table, inline_map, key_of, measure_entries, ordered_table,
    stride,
};
use crate::error::Result;
use crate::format::{FenceKind, UNEVEN};
use crate::object::fingerprint;
use crate::object::{Child, ChunkKind, Encoder, Measure, Store};
use crate::wire::KeyBuf;

/// Entries that one worker hashes and measures at a time.
const PIECE: usize = 4096;

/// Writes a chunkable map whose span is at `at`; `M` is its type.
pub(crate) fn map<'v, M: Store, K: Store + 'v, V: Store + 'v>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: impl ExactSizeIterator<Item = (&'v K, &'v V)> + Clone,
    ordered: bool,
) -> Result<()> {
    if encoder.stays_home(|measure| measure_entries(entries.clone(), measure)) {
        return inline_map(encoder, at, entries, ordered);
    }
    let entries: Vec<_> = entries.collect();
    let child = encoder.deeper(|encoder| {
        if ordered {
            by_key::<M, K, V>(encoder, &entries)
        } else {
            by_hash::<M, K, V>(encoder, &entries)
        }
    })?;
    encoder.away(at, child)
}

fn by_hash<M: Store, K: Store, V: Store>(
    encoder: &mut Encoder<'_>,
    entries: &[Entry<'_, K, V>],
) -> Result<Child> {
    let threshold = encoder.settings.inline_threshold;
    let pieces = entries.len().div_ceil(PIECE);
    let weighed = encoder.workers.map(pieces, |piece| {
        let entries = entries.chunks(PIECE).nth(piece).unwrap_or_default();
        weigh(entries, threshold)
    });
    let cut = HashCut::of(&weighed.concat(), target(encoder));
    let encode = |encoder: &mut Encoder<'_>, shard: usize| {
        let hashed = cut.shard(shard);
        encoder.child_chunk::<M>(ChunkKind::Inline, hashed.len() as u64, |encoder| {
            hashed_table(encoder, 0, entries, hashed)
        })
    };
    if cut.shards() == 1 {
        return encode(encoder, 0);
    }
    let kind = if cut.shares {
        FenceKind::Share
    } else {
        FenceKind::Hash
    };
    let mut index = IndexBuilder::new(kind);
    let target = target(encoder);
    pipeline::shards(
        encoder,
        cut.shards(),
        target,
        &encode,
        &mut |shard, child| {
            index.push(child, cut.fence(shard));
        },
    )?;
    index.finish(encoder, entries.len() as u64, UNEVEN, fingerprint::<M>())
}

/// Hash and size of each entry.
fn weigh<K: Store, V: Store>(entries: &[Entry<'_, K, V>], threshold: usize) -> Vec<(u64, usize)> {
    let mut buffer = KeyBuf::new();
    let mut weighed = Vec::with_capacity(entries.len());
    for together in entries.chunks(TOGETHER) {
        Measure::touching(threshold, |measure| {
            for (key, _) in together {
                K::__measure(key, measure);
            }
        });
        for entry in together {
            let size = size(entry, threshold) + 2; // The fragment of its hash comes on top.
            weighed.push((K::__key_hash(entry.0, &mut buffer), size));
        }
    }
    weighed
}

/// Entries whose keys are touched before they are hashed.
const TOGETHER: usize = 64;

fn by_key<M: Store, K: Store, V: Store>(
    encoder: &mut Encoder<'_>,
    entries: &[Entry<'_, K, V>],
) -> Result<Child> {
    check_order(entries.len(), &|i| key_of(entries, i))?;
    let (threshold, target) = (encoder.settings.inline_threshold, target(encoder));
    let (mut firsts, mut filled) = (Vec::new(), usize::MAX);
    for (i, entry) in entries.iter().enumerate() {
        let size = size(entry, threshold);
        if filled.saturating_add(size) > target {
            firsts.push(i);
            filled = 0;
        }
        filled = filled.saturating_add(size);
    }
    let shard = |shard: usize| {
        let end = firsts.get(shard + 1).copied().unwrap_or(entries.len());
        let start = firsts.get(shard).copied().unwrap_or(0);
        entries.get(start..end).unwrap_or_default()
    };
    let encode = |encoder: &mut Encoder<'_>, number: usize| {
        let entries = shard(number);
        encoder.child_chunk::<M>(ChunkKind::Inline, entries.len() as u64, |encoder| {
            ordered_table(encoder, 0, entries)
        })
    };
    if firsts.len() < 2 {
        return encode(encoder, 0);
    }
    let mut index = IndexBuilder::new(FenceKind::Separator);
    let mut children = Vec::with_capacity(firsts.len());
    pipeline::shards(encoder, firsts.len(), target, &encode, &mut |_, child| {
        children.push(child);
    })?;
    for (child, first) in children.into_iter().zip(&firsts) {
        let before = first
            .checked_sub(1)
            .and_then(|before| key_of(entries, before));
        let key = entries.get(*first).map(|(key, _)| encoded(*key));
        let before = before.as_ref().map(KeyBuf::as_bytes);
        let fence = index.separator(separator(before, key.unwrap_or_default().as_bytes()))?;
        index.push(child, fence);
    }
    index.finish(encoder, entries.len() as u64, UNEVEN, fingerprint::<M>())
}

/// What a shard of a map aims at: a lookup reads one.
fn target(encoder: &Encoder<'_>) -> usize {
    (encoder.settings.chunk_size / 8).max(1)
}

fn size<K: Store, V: Store>((key, value): &Entry<'_, K, V>, threshold: usize) -> usize {
    stride::<K, V>()
        + Measure::of(LARGE, threshold, |measure| {
            K::__measure(key, measure);
            V::__measure(value, measure);
        })
}

/// The shortest beginning of `key` that is above `before`; nothing for the first key.
fn separator<'k>(before: Option<&[u8]>, key: &'k [u8]) -> &'k [u8] {
    let Some(before) = before else { return &[] };
    let common = before.iter().zip(key).take_while(|(a, b)| a == b).count();
    key.get(..common + 1).unwrap_or(key)
}
