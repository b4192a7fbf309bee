//! The index over shards that have been appended.

use super::extent::extent;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{ChildKind, Entry, FenceKind, HOME_INDEX, IndexHead, Mark, Span};
use crate::object::{Child, Encoder};
use crate::wire::{Scalar, checksum};
use std::borrow::Cow;

/// Collects shards in order.
#[derive(Debug)]
pub(crate) struct IndexBuilder {
    fences: FenceKind,
    shards: Vec<(Child, u64)>,
    separators: Vec<u8>,
}

impl IndexBuilder {
    pub(crate) fn new(fences: FenceKind) -> Self {
        Self {
            fences,
            shards: Vec::new(),
            separators: Vec::new(),
        }
    }

    pub(crate) fn push(&mut self, shard: Child, fence: u64) {
        self.shards.push((shard, fence));
    }

    /// Takes over the separators that fences name already.
    pub(crate) fn keep_separators(&mut self, separators: Vec<u8>) {
        self.separators = separators;
    }

    /// Adds a separator; the fence that names it.
    pub(crate) fn separator(&mut self, bytes: &[u8]) -> Result<u64> {
        let start = u32::try_from(self.separators.len()).map_err(|_| too_many())?;
        let len = u32::try_from(bytes.len()).map_err(|_| too_many())?;
        self.separators.extend_from_slice(bytes);
        Ok(u64::from_wire(&Span { start, len }.to_bytes()))
    }

    /// Writes the index of a value of `count` elements, or puts it in the table of its link.
    pub(crate) fn finish(
        self,
        encoder: &mut Encoder<'_>,
        count: u64,
        shard_log2: u8,
        fingerprint: u64,
    ) -> Result<Child> {
        let anchor = encoder.out.align()?;
        let head = IndexHead {
            shards: u32::try_from(self.shards.len()).map_err(|_| too_many())?,
            shard_log2,
            fences: self.fences,
            separators: self.separators.len() as u64,
        };
        let mut bytes = Vec::with_capacity(head.index_len().unwrap_or(0) as usize);
        for (shard, fence) in &self.shards {
            let entry = Entry {
                distance: anchor - shard.position,
                checksum: shard.mark.checksum,
                stored: shard.mark.stored as u32,
                raw: shard.mark.raw as u32,
                fence: *fence,
            };
            bytes.extend_from_slice(&entry.to_bytes());
        }
        bytes.extend_from_slice(&self.separators);
        let mark = Mark {
            kind: ChildKind::Index,
            codec: encoder.compression.codec(),
            stored: bytes.len() as u64,
            raw: bytes.len() as u64,
            fingerprint,
            checksum: 0,
        };
        let mut table = head.to_bytes().to_vec();
        if bytes.len() <= HOME_INDEX {
            let mark = Mark {
                stored: 0,
                raw: 0,
                checksum: checksum(&bytes),
                ..mark
            };
            table.extend_from_slice(&bytes);
            return Ok(Child {
                position: anchor,
                mark,
                count,
                table,
            });
        }
        if head.home_fences() > 0 {
            for (_, fence) in self.shards.iter().step_by(head.entries_per_page()) {
                table.extend_from_slice(&fence.to_wire());
            }
        }
        let page = head.page();
        extent(encoder, mark, page, count, table, &|_, i| {
            Ok(Cow::Borrowed(bytes.chunks(page).nth(i).unwrap_or_default()))
        })
    }
}

#[cold]
fn too_many() -> ParcodeError {
    ParcodeError::new(ErrorKind::Limit, "fewer than 4 billion shards", "more")
}
