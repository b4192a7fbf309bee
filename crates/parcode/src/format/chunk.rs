//! A chunk: `[ mark ][ head: lengths ][ body ][ links ][ tables ][ text ]`.
//!
//! The body starts with the slots of the chunk's value and goes on with its heap. The mark is in
//! [`super::link`]; everything after the head is laid out by the lengths in it.

use super::{ALIGN, MARK_LEN, RECORD_LEN};
use crate::error::Flaw;
use crate::wire::{Scalar, u32_at};
use core::ops::Range;

const BODY_AT: usize = 0;
const LINKS_AT: usize = BODY_AT + 4;
const TABLES_AT: usize = LINKS_AT + 4;
const TEXT_AT: usize = TABLES_AT + 4;
pub(crate) const HEAD_LEN: usize = TEXT_AT + 4;

// What follows mark and head is as aligned as the mark.
const _: () = assert!((MARK_LEN + HEAD_LEN).is_multiple_of(ALIGN));

/// The lengths of a chunk's regions, in the order of the regions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct ChunkHead {
    pub(crate) body: u32,
    /// Number of link records.
    pub(crate) links: u32,
    pub(crate) tables: u32,
    pub(crate) text: u32,
}

/// Where the regions lie in a raw payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChunkRegions {
    pub(crate) body: Range<usize>,
    pub(crate) links: Range<usize>,
    pub(crate) tables: Range<usize>,
    pub(crate) text: Range<usize>,
}

impl ChunkRegions {
    /// The regions of a payload that starts at `at` in its buffer.
    pub(crate) fn behind(self, at: usize) -> Self {
        let moved = |range: Range<usize>| range.start + at..range.end + at;
        Self {
            body: moved(self.body),
            links: moved(self.links),
            tables: moved(self.tables),
            text: moved(self.text),
        }
    }
}

impl ChunkHead {
    pub(crate) fn to_bytes(self) -> [u8; HEAD_LEN] {
        let mut bytes = [0; HEAD_LEN];
        bytes[BODY_AT..LINKS_AT].copy_from_slice(&self.body.to_wire());
        bytes[LINKS_AT..TABLES_AT].copy_from_slice(&self.links.to_wire());
        bytes[TABLES_AT..TEXT_AT].copy_from_slice(&self.tables.to_wire());
        bytes[TEXT_AT..].copy_from_slice(&self.text.to_wire());
        bytes
    }

    /// The regions of a raw payload, which they fill exactly.
    pub(crate) fn regions(payload: &[u8]) -> Result<ChunkRegions, Flaw> {
        let head = Self {
            body: u32_at(payload, BODY_AT),
            links: u32_at(payload, LINKS_AT),
            tables: u32_at(payload, TABLES_AT),
            text: u32_at(payload, TEXT_AT),
        };
        head.fill(payload.len()).ok_or_else(|| {
            Flaw::new(
                format!("regions that fill a chunk of {} bytes", payload.len()),
                format!("{head:?}"),
            )
        })
    }

    fn fill(self, len: usize) -> Option<ChunkRegions> {
        let body = HEAD_LEN..HEAD_LEN.checked_add(self.body as usize)?;
        let links = (self.links as usize).checked_mul(RECORD_LEN)?;
        let links = body.end..body.end.checked_add(links)?;
        let tables = links.end..links.end.checked_add(self.tables as usize)?;
        let text = tables.end..tables.end.checked_add(self.text as usize)?;
        (text.end == len).then_some(ChunkRegions {
            body,
            links,
            tables,
            text,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_fill_the_payload() {
        let head = ChunkHead {
            body: 24,
            links: 2,
            tables: 8,
            text: 5,
        };
        let mut payload = head.to_bytes().to_vec();
        payload.resize(HEAD_LEN + 24 + 2 * RECORD_LEN + 8 + 5, 0);
        let regions = ChunkHead::regions(&payload).unwrap();
        assert_eq!(regions.body, 16..40);
        assert_eq!(regions.text, 160..165);
        payload.push(0);
        assert!(ChunkHead::regions(&payload).is_err());
        assert!(ChunkHead::regions(&[0xFF; 200]).is_err());
        assert!(ChunkHead::regions(&[]).is_err());
    }
}
