//! A chunk being built: its regions, and the one place where they become stored bytes.

#![allow(
    clippy::indexing_slicing,
    reason = "positions in a builder's own buffers, which it claimed itself"
)]

use super::{Child, Out};
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{
    ALIGN, BodyPlan, ChildKind, ChunkHead, Codec, Compression, HEAD_LEN, LinkRecord, MARK_LEN,
    Mark, RECORD_LEN, align_up,
};
use crate::wire::checksum;
use std::sync::Arc;

/// Mark and head are written in front of the body when the chunk is sealed.
const BODY_AT: usize = MARK_LEN + HEAD_LEN;

/// The regions of one chunk. Buffers are kept when it is cleared.
#[derive(Debug, Default)]
pub(crate) struct ChunkBuilder {
    /// Room for mark and head, then the body.
    bytes: Vec<u8>,
    text: Vec<u8>,
    children: Vec<Child>,
}

impl ChunkBuilder {
    /// Starts over with a value of `slot` bytes.
    pub(crate) fn start(&mut self, slot: usize) {
        self.bytes.clear();
        self.text.clear();
        self.children.clear();
        self.bytes.resize(BODY_AT + slot, 0);
    }

    /// Makes room for about so many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.bytes.reserve(bytes);
    }

    /// Overwrites bytes of the body, which have been claimed.
    #[inline(always)]
    pub(crate) fn put(&mut self, at: usize, bytes: &[u8]) {
        let at = BODY_AT + at;
        self.bytes[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// The body from `at` on.
    pub(crate) fn body_from(&mut self, at: usize) -> &mut [u8] {
        &mut self.bytes[BODY_AT + at..]
    }

    /// Extends the heap by zeros; the position of the first.
    #[inline]
    pub(crate) fn claim(&mut self, len: usize, align: usize) -> Result<u32> {
        let at = align_up(self.bytes.len() - BODY_AT, align);
        let end = at
            .checked_add(len)
            .filter(|end| u32::try_from(*end).is_ok());
        let end = end.ok_or_else(too_large)?;
        self.bytes.resize(BODY_AT + end, 0);
        Ok(at as u32)
    }

    /// Extends the heap by `bytes`; the position of the first.
    pub(crate) fn claim_bytes(&mut self, bytes: &[u8], align: usize) -> Result<u32> {
        let at = self.claim(0, align)?;
        u32::try_from(at as usize + bytes.len()).map_err(|_| too_large())?;
        self.bytes.extend_from_slice(bytes);
        Ok(at)
    }

    /// Extends the text; the position of its first byte.
    #[inline]
    pub(crate) fn text(&mut self, text: &str) -> Result<u32> {
        let at = self.text.len();
        u32::try_from(at + text.len()).map_err(|_| too_large())?;
        self.text.extend_from_slice(text.as_bytes());
        Ok(at as u32)
    }

    /// Adds a link; its number.
    pub(crate) fn link(&mut self, child: Child) -> Result<u32> {
        self.children.push(child);
        u32::try_from(self.children.len() - 1).map_err(|_| too_large())
    }

    /// Lays the regions out behind one another, compresses them where that helps, by the plan of their
    /// type, and appends the chunk. The builder can be started again after it.
    pub(crate) fn seal(
        &mut self,
        compression: Compression,
        fingerprint: u64,
        plan: &dyn Fn() -> Arc<BodyPlan>,
        out: &mut dyn Out,
    ) -> Result<(u64, Mark)> {
        let position = out.align()?;
        self.lay_out(position)?;
        let raw = &self.bytes[MARK_LEN..];
        let compressed = match compression {
            Compression::None => None,
            compression => compression.compress(raw, &plan()),
        };
        let stored = compressed.as_deref().unwrap_or(raw);
        let mark = Mark {
            kind: ChildKind::Chunk,
            codec: if compressed.is_some() {
                compression.codec()
            } else {
                Codec::None
            },
            stored: u64::from(length(stored.len())?),
            raw: u64::from(length(raw.len())?),
            fingerprint,
            checksum: checksum(stored),
        };
        match compressed {
            None => {
                self.bytes[..MARK_LEN].copy_from_slice(&mark.to_bytes());
                out.append(&self.bytes)?;
            }
            Some(compressed) => {
                out.append(&mark.to_bytes())?;
                out.append(&compressed)?;
            }
        }
        Ok((position, mark))
    }

    /// The raw payload of the chunk at `position`. The builder can be started again after it.
    pub(crate) fn payload(&mut self, position: u64) -> Result<&[u8]> {
        self.lay_out(position)?;
        Ok(&self.bytes[MARK_LEN..])
    }

    /// Puts the regions behind one another.
    fn lay_out(&mut self, position: u64) -> Result<()> {
        let head = ChunkHead {
            body: length(self.bytes.len() - BODY_AT)?,
            links: length(self.children.len())?,
            tables: length(self.children.iter().map(|child| child.table.len()).sum())?,
            text: length(self.text.len())?,
        };
        let mut table_start = 0;
        for child in &self.children {
            let record = LinkRecord {
                distance: position - child.position,
                mark: child.mark,
                count: child.count,
                table_start,
                table_len: child.table.len() as u32,
            };
            table_start += record.table_len;
            self.bytes.extend_from_slice(&record.to_bytes());
        }
        for child in &self.children {
            self.bytes.extend_from_slice(&child.table);
        }
        self.bytes.extend_from_slice(&self.text);
        self.bytes[MARK_LEN..BODY_AT].copy_from_slice(&head.to_bytes());
        Ok(())
    }
}

const _: () = assert!(BODY_AT.is_multiple_of(ALIGN) && RECORD_LEN.is_multiple_of(8));

fn length(len: usize) -> Result<u32> {
    u32::try_from(len).map_err(|_| too_large())
}

/// The error of a chunk that would have to be larger than one can be.
#[cold]
pub(crate) fn too_large() -> ParcodeError {
    ParcodeError::new(
        ErrorKind::Value,
        "at most 4 GiB of inline data in one chunk (`#[parcode(chunkable)]` on the field lets it live in chunks of its own)",
        "more",
    )
}
