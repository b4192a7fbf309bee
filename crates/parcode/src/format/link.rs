//! Marks and links: what stands in front of a stored run, and what its parent holds of it.
//!
//! A link is a distance and the child's mark, word for word: the parent pins every byte of the
//! mark, the mark pins the payload by its checksum, and a mark alone is enough to recognise a chunk
//! in a file whose tail is gone.

use crate::error::Flaw;
use crate::format::Codec;
use crate::wire::{Cursor, Scalar, u32_at, u64_at};

const MAGIC: u32 = u32::from_le_bytes(*b"par\x93");

const MAGIC_AT: usize = 0;
const KIND_AT: usize = MAGIC_AT + 4;
const CODEC_AT: usize = KIND_AT + 1;
const RESERVED_AT: usize = CODEC_AT + 1;
const LENGTHS_AT: usize = RESERVED_AT + 2;
const TYPE_AT: usize = LENGTHS_AT + 8;
const SUM_AT: usize = TYPE_AT + 8;
pub(crate) const MARK_LEN: usize = SUM_AT + 8;

/// Where the magic of a mark is first found.
pub(crate) fn find_mark(bytes: &[u8]) -> Option<usize> {
    let magic = MAGIC.to_wire();
    bytes.windows(magic.len()).position(|found| found == magic)
}

/// What a mark stands in front of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum ChildKind {
    /// A chunk with regions.
    #[default]
    Chunk = 1,
    /// Raw elements of plain data in checksummed pages.
    Extent = 2,
    /// Entries of the shards of a long sequence or map, in checksummed pages.
    Index = 3,
    /// The schema of the root type.
    Schema = 4,
}

impl ChildKind {
    fn parse(byte: u8) -> Option<Self> {
        [Self::Chunk, Self::Extent, Self::Index, Self::Schema]
            .into_iter()
            .find(|kind| *kind as u8 == byte)
    }
}

/// The 32 bytes in front of a stored run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Mark {
    pub(crate) kind: ChildKind,
    /// For an index: the codec of its shards.
    pub(crate) codec: Codec,
    /// Bytes that follow the mark. A chunk's are below 4 GiB.
    pub(crate) stored: u64,
    /// A chunk's length when decompressed; otherwise the same as `stored`.
    pub(crate) raw: u64,
    /// Fingerprint of the type that the bytes hold.
    pub(crate) fingerprint: u64,
    /// Of the payload; for extents and indexes see [`super::ExtentShape`].
    pub(crate) checksum: u64,
}

impl Mark {
    pub(crate) fn to_bytes(self) -> [u8; MARK_LEN] {
        let mut bytes = [0; MARK_LEN];
        bytes[MAGIC_AT..KIND_AT].copy_from_slice(&MAGIC.to_wire());
        bytes[KIND_AT] = self.kind as u8;
        bytes[CODEC_AT] = self.codec as u8;
        let lengths = if self.is_paged() {
            self.stored
        } else {
            self.raw << 32 | self.stored
        };
        bytes[LENGTHS_AT..TYPE_AT].copy_from_slice(&lengths.to_wire());
        bytes[TYPE_AT..SUM_AT].copy_from_slice(&self.fingerprint.to_wire());
        bytes[SUM_AT..].copy_from_slice(&self.checksum.to_wire());
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        let byte = |at| bytes.get(at).copied().unwrap_or_default();
        let damaged = |what: &'static str| {
            Flaw::new(
                what,
                format!("{:02x?}", bytes.get(..MARK_LEN).unwrap_or(bytes)),
            )
        };
        if bytes.len() < MARK_LEN || u32_at(bytes, MAGIC_AT) != MAGIC {
            return Err(damaged("the mark of a chunk"));
        }
        let kind =
            ChildKind::parse(byte(KIND_AT)).ok_or_else(|| damaged("a known kind of chunk"))?;
        let codec = Codec::parse(byte(CODEC_AT))
            .ok_or_else(|| damaged("a known compression (0 none, 1 LZ4, 2 zstd)"))?;
        if byte(RESERVED_AT) != 0 || byte(RESERVED_AT + 1) != 0 {
            return Err(damaged("a mark with zeros in its reserved bytes"));
        }
        let lengths = u64_at(bytes, LENGTHS_AT);
        let mut mark = Self {
            kind,
            codec,
            stored: lengths,
            raw: lengths,
            fingerprint: u64_at(bytes, TYPE_AT),
            checksum: u64_at(bytes, SUM_AT),
        };
        if !mark.is_paged() {
            mark.stored &= u64::from(u32::MAX);
            mark.raw >>= 32;
            if codec == Codec::None && mark.stored != mark.raw {
                return Err(damaged("equal lengths of a chunk that is not compressed"));
            }
        }
        Ok(mark)
    }

    fn is_paged(&self) -> bool {
        matches!(self.kind, ChildKind::Extent | ChildKind::Index)
    }
}

/// A distance and a mark.
pub(crate) const LINK_LEN: usize = 8 + MARK_LEN;

/// A link as the trailer holds it, where zeros mean none.
pub(crate) const TOP_LINK_LEN: usize = LINK_LEN;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct TopLink(pub(crate) Option<(u64, Mark)>);

impl TopLink {
    pub(crate) fn to_bytes(self) -> [u8; TOP_LINK_LEN] {
        let mut bytes = [0; TOP_LINK_LEN];
        if let Some((distance, mark)) = self.0 {
            bytes[..8].copy_from_slice(&distance.to_wire());
            bytes[8..].copy_from_slice(&mark.to_bytes());
        }
        bytes
    }

    pub(crate) fn parse(fields: &mut Cursor<'_>) -> Option<Self> {
        let distance = fields.scalar()?;
        let mark: [u8; MARK_LEN] = fields.array()?;
        if distance == 0 && mark == [0; MARK_LEN] {
            return Some(Self(None));
        }
        Some(Self(Some((distance, Mark::parse(&mark).ok()?))))
    }
}

/// A link as a chunk's link region holds it: with the number of elements, and the part of the
/// region's tables that belongs to it (page checksums, a short index).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct LinkRecord {
    /// From the start of the parent's mark back to the start of the child's mark.
    pub(crate) distance: u64,
    pub(crate) mark: Mark,
    /// Elements of a sequence, entries of a map; 1 for any other value.
    pub(crate) count: u64,
    pub(crate) table_start: u32,
    pub(crate) table_len: u32,
}

const MARK_AT: usize = 8;
const COUNT_AT: usize = LINK_LEN;
const TABLE_START_AT: usize = COUNT_AT + 8;
const TABLE_LEN_AT: usize = TABLE_START_AT + 4;
pub(crate) const RECORD_LEN: usize = TABLE_LEN_AT + 4;

impl LinkRecord {
    pub(crate) fn to_bytes(self) -> [u8; RECORD_LEN] {
        let mut bytes = [0; RECORD_LEN];
        bytes[..MARK_AT].copy_from_slice(&self.distance.to_wire());
        bytes[MARK_AT..COUNT_AT].copy_from_slice(&self.mark.to_bytes());
        bytes[COUNT_AT..TABLE_START_AT].copy_from_slice(&self.count.to_wire());
        bytes[TABLE_START_AT..TABLE_LEN_AT].copy_from_slice(&self.table_start.to_wire());
        bytes[TABLE_LEN_AT..].copy_from_slice(&self.table_len.to_wire());
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        Ok(Self {
            distance: u64_at(bytes, 0),
            mark: Mark::parse(bytes.get(MARK_AT..COUNT_AT).unwrap_or_default())?,
            count: u64_at(bytes, COUNT_AT),
            table_start: u32_at(bytes, TABLE_START_AT),
            table_len: u32_at(bytes, TABLE_LEN_AT),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(kind: ChildKind, codec: Codec) -> Mark {
        Mark {
            kind,
            codec,
            stored: 1000,
            raw: if codec == Codec::None { 1000 } else { 4000 },
            fingerprint: 0x0123_4567_89AB_CDEF,
            checksum: 0xFEDC_BA98_7654_3210,
        }
    }

    #[test]
    fn marks_round_trip() {
        for mark in [
            mark(ChildKind::Chunk, Codec::None),
            mark(ChildKind::Chunk, Codec::Lz4),
            mark(ChildKind::Extent, Codec::None),
            mark(ChildKind::Schema, Codec::None),
        ] {
            assert_eq!(Mark::parse(&mark.to_bytes()).unwrap(), mark);
        }
    }

    #[test]
    fn records_round_trip() {
        let record = LinkRecord {
            distance: 77,
            mark: mark(ChildKind::Chunk, Codec::Zstd),
            count: 5,
            table_start: 8,
            table_len: 16,
        };
        assert_eq!(RECORD_LEN, 56);
        assert_eq!(LinkRecord::parse(&record.to_bytes()).unwrap(), record);
    }

    #[test]
    fn wrong_marks_are_refused() {
        let good = mark(ChildKind::Chunk, Codec::None).to_bytes();
        for (at, value) in [(0, 0), (4, 0), (4, 9), (5, 7), (6, 1), (7, 1), (8, 1)] {
            let mut bytes = good;
            bytes[at] = value;
            assert!(Mark::parse(&bytes).is_err(), "byte {at}");
        }
        assert!(Mark::parse(&good[..31]).is_err());
    }
}
