//! Chunkable sequences: home, in one chunk, in an extent, or in shards.

use super::extent::extent;
use super::index::IndexBuilder;
use super::pipeline;
use crate::error::Result;
use crate::format::{ChildKind, Codec, Compression, FenceKind, Mark, UNEVEN, data_page};
use crate::object::fingerprint;
use crate::object::{ChunkKind, Encoder, Measure, Store};
use std::borrow::Cow;
use std::ops::Range;

/// An element of so many bytes gets a shard of its own.
pub(super) const LARGE: usize = 1 << 20;

/// Writes a chunkable sequence whose span is at `at`.
pub(crate) fn sequence<T: Store>(
    encoder: &mut Encoder<'_>,
    at: usize,
    elements: &[T],
) -> Result<()> {
    if encoder.stays_home(|measure| measure.elements(elements.iter())) {
        return encoder.slice(at, elements);
    }
    let child = encoder.deeper(|encoder| match T::PLAIN {
        Some(_) if encoder.compression == Compression::None => plain(encoder, elements),
        _ => sharded(encoder, elements),
    })?;
    encoder.away(at, child)
}

fn plain<T: Store>(encoder: &mut Encoder<'_>, elements: &[T]) -> Result<crate::object::Child> {
    let len = (elements.len() as u64).saturating_mul(T::SLOT as u64);
    let mark = Mark {
        kind: ChildKind::Extent,
        codec: Codec::None,
        stored: len,
        raw: len,
        fingerprint: fingerprint::<[T]>(),
        checksum: 0,
    };
    let page = data_page(T::SLOT);
    let in_page = page / T::SLOT;
    extent(
        encoder,
        mark,
        page,
        elements.len() as u64,
        Vec::new(),
        &|encoder: &mut Encoder<'_>, i| {
            let elements = elements.chunks(in_page).nth(i).unwrap_or_default();
            match T::__plain_bytes(elements) {
                Some(bytes) => Ok(Cow::Borrowed(bytes)),
                None => encoder.scratch(elements).map(Cow::Owned),
            }
        },
    )
}

fn sharded<T: Store>(encoder: &mut Encoder<'_>, elements: &[T]) -> Result<crate::object::Child> {
    let cut = Cut::of(
        elements,
        encoder.settings.chunk_size,
        encoder.settings.inline_threshold,
    );
    let count = elements.len() as u64;
    let encode = |encoder: &mut Encoder<'_>, i: usize| {
        let range = cut.range(i, elements.len());
        let first = range.start;
        let shard = elements.get(range).unwrap_or_default();
        encoder
            .child_chunk::<[T]>(ChunkKind::Inline, shard.len() as u64, |encoder| {
                encoder.slice(0, shard)
            })
            .map_err(|error| error.inside(&format!("[{first}..]")))
    };
    let shards = cut.shards(elements.len());
    if shards == 1 {
        return encode(encoder, 0);
    }
    let mut index = IndexBuilder::new(FenceKind::Position);
    let target = encoder.settings.chunk_size;
    pipeline::shards(encoder, shards, target, &encode, &mut |i, child| {
        index.push(child, cut.range(i, elements.len()).start as u64);
    })?;
    let log2 = match cut {
        Cut::Even(log2) => log2,
        Cut::Uneven(_) => UNEVEN,
    };
    index.finish(encoder, count, log2, fingerprint::<[T]>())
}

/// Where a sequence is cut: a function of the value alone.
#[derive(Debug, PartialEq, Eq)]
enum Cut {
    /// Every shard has 2 to this many elements; the last may have fewer.
    Even(u8),
    /// The first position of each shard.
    Uneven(Vec<usize>),
}

impl Cut {
    /// Shards of about `target` bytes; even ones where none is much larger than that.
    fn of<T: Store>(elements: &[T], target: usize, threshold: usize) -> Self {
        let size = |element: &T| {
            let beside = if T::PLAIN.is_some() {
                0
            } else {
                Measure::of(LARGE, threshold, |measure| T::__measure(element, measure))
            };
            T::SLOT.max(1) + beside
        };
        let (mut total, mut largest) = (0u64, 0);
        for element in elements {
            let size = size(element);
            total += size as u64;
            largest = largest.max(size);
        }
        let mean = (total / elements.len().max(1) as u64).max(1);
        let fit = (target as u64 / mean).clamp(1, 1 << 30);
        let log2 = fit.ilog2() as u8;
        let limit = target.saturating_mul(4);
        let in_shard = 1usize << log2;
        let even = largest.saturating_mul(in_shard) <= limit
            || elements
                .chunks(in_shard)
                .all(|shard| shard.len() < 2 || shard.iter().map(size).sum::<usize>() <= limit);
        if even {
            return Self::Even(log2);
        }
        let (mut firsts, mut filled) = (Vec::new(), usize::MAX);
        for (i, element) in elements.iter().enumerate() {
            let size = size(element);
            if filled.saturating_add(size) > target {
                firsts.push(i);
                filled = 0;
            }
            filled += size;
        }
        Self::Uneven(firsts)
    }

    fn shards(&self, len: usize) -> usize {
        match self {
            Self::Even(log2) => len.div_ceil(1 << log2),
            Self::Uneven(firsts) => firsts.len(),
        }
    }

    fn range(&self, shard: usize, len: usize) -> Range<usize> {
        match self {
            Self::Even(log2) => (shard << log2)..((shard + 1) << log2).min(len),
            Self::Uneven(firsts) => {
                let start = firsts.get(shard).copied().unwrap_or(len);
                start..firsts.get(shard + 1).copied().unwrap_or(len)
            }
        }
    }
}
