//! The index of a long sequence or map: one entry a shard, then the separators of ordered maps.
//!
//! An entry's *fence* says where the shard starts: the first element's position, the first entry's
//! hash, or (ordered maps) the place of a separator, a byte string above every key before the
//! shard and not above any in it (suffix truncation as in prefix B-trees, Bayer and Unterauer).
//! The table of the link starts with an [`IndexHead`]; a short index follows there. A longer one is
//! an extent, of which the page checksums follow; in front of them, where shards are uneven, the first
//! fences of the pages, so that a search touches one page.

use super::{Span, index_page};
use crate::wire::{Scalar, u32_at, u64_at};

const DISTANCE_AT: usize = 0;
const SUM_AT: usize = DISTANCE_AT + 8;
const STORED_AT: usize = SUM_AT + 8;
const RAW_AT: usize = STORED_AT + 4;
const FENCE_AT: usize = RAW_AT + 4;
pub(crate) const ENTRY_LEN: usize = FENCE_AT + 8;

/// An index of at most this many bytes, separators included, stays home in the table of its link.
pub(crate) const HOME_INDEX: usize = 1024;

/// An index of more pages than this keeps no first fences home.
const HOME_FENCES: usize = 512;

/// Bytes of a fence.
pub(crate) const FENCE_LEN: usize = 8;

/// What an index holds of one shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Entry {
    /// From the anchor of the index back to the shard's mark. The anchor is the index extent's
    /// mark; a home index has the distance of its link as its anchor.
    pub(crate) distance: u64,
    pub(crate) checksum: u64,
    pub(crate) stored: u32,
    /// Equal to `stored` in a shard that is not compressed.
    pub(crate) raw: u32,
    pub(crate) fence: u64,
}

impl Entry {
    pub(crate) fn to_bytes(self) -> [u8; ENTRY_LEN] {
        let mut bytes = [0; ENTRY_LEN];
        bytes[DISTANCE_AT..SUM_AT].copy_from_slice(&self.distance.to_wire());
        bytes[SUM_AT..STORED_AT].copy_from_slice(&self.checksum.to_wire());
        bytes[STORED_AT..RAW_AT].copy_from_slice(&self.stored.to_wire());
        bytes[RAW_AT..FENCE_AT].copy_from_slice(&self.raw.to_wire());
        bytes[FENCE_AT..].copy_from_slice(&self.fence.to_wire());
        bytes
    }

    pub(crate) fn read(bytes: &[u8]) -> Self {
        Self {
            distance: u64_at(bytes, DISTANCE_AT),
            checksum: u64_at(bytes, SUM_AT),
            stored: u32_at(bytes, STORED_AT),
            raw: u32_at(bytes, RAW_AT),
            fence: Self::read_fence(bytes),
        }
    }

    #[inline]
    pub(crate) fn read_fence(bytes: &[u8]) -> u64 {
        u64_at(bytes, FENCE_AT)
    }

    /// The fence as the place of a separator.
    pub(crate) fn separator(fence: u64) -> Span {
        Span::read(&fence.to_wire())
    }
}

/// What fences are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FenceKind {
    Position = 0,
    Hash = 1,
    Separator = 2,
    /// Hashes as well, where shards have equal shares of them: see [`share_of`].
    Share = 3,
}

impl FenceKind {
    pub(crate) const ALL: [Self; 4] = [Self::Position, Self::Hash, Self::Separator, Self::Share];
}

/// The shard of a hash where all of them have equal shares of the hashes.
#[inline]
pub(crate) fn share_of(hash: u64, shards: usize) -> usize {
    ((u128::from(hash) * shards as u128) >> 64) as usize
}

/// The `shard_log2` of a sequence whose shards differ in length.
pub(crate) const UNEVEN: u8 = u8::MAX;

const SHARDS_AT: usize = 0;
const LOG2_AT: usize = SHARDS_AT + 4;
const KIND_AT: usize = LOG2_AT + 1;
const RESERVED_AT: usize = KIND_AT + 1;
const SEPARATORS_AT: usize = RESERVED_AT + 2;
pub(crate) const INDEX_HEAD_LEN: usize = SEPARATORS_AT + 8;

/// The start of the table of an index's link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct IndexHead {
    pub(crate) shards: u32,
    /// Every shard but the last has 2 to this many elements, or [`UNEVEN`].
    pub(crate) shard_log2: u8,
    pub(crate) fences: FenceKind,
    /// Bytes of separators behind the entries.
    pub(crate) separators: u64,
}

impl IndexHead {
    pub(crate) fn to_bytes(self) -> [u8; INDEX_HEAD_LEN] {
        let mut bytes = [0; INDEX_HEAD_LEN];
        bytes[SHARDS_AT..LOG2_AT].copy_from_slice(&self.shards.to_wire());
        bytes[LOG2_AT] = self.shard_log2;
        bytes[KIND_AT] = self.fences as u8;
        bytes[SEPARATORS_AT..].copy_from_slice(&self.separators.to_wire());
        bytes
    }

    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let byte = |at: usize| bytes.get(at).copied();
        let fences = match byte(KIND_AT)? {
            0 => FenceKind::Position,
            1 => FenceKind::Hash,
            2 => FenceKind::Separator,
            3 => FenceKind::Share,
            _ => return None,
        };
        let head = Self {
            shards: u32_at(bytes, SHARDS_AT),
            shard_log2: byte(LOG2_AT)?,
            fences,
            separators: u64_at(bytes, SEPARATORS_AT),
        };
        let known_log2 = head.shard_log2 == UNEVEN || head.shard_log2 < 32;
        let reserved = u32_at(bytes, LOG2_AT) >> 16;
        (bytes.len() >= INDEX_HEAD_LEN && head.shards > 0 && known_log2 && reserved == 0)
            .then_some(head)
    }

    /// Bytes of entries and separators; `None` where that does not fit.
    pub(crate) fn index_len(&self) -> Option<u64> {
        self.entries_len().checked_add(self.separators)
    }

    /// The bytes of a page.
    pub(crate) fn page(&self) -> usize {
        index_page(self.index_len().unwrap_or(u64::MAX))
    }

    /// The entries in a page: a power of two, so that none straddles two pages.
    pub(crate) fn entries_per_page(&self) -> usize {
        self.page() / ENTRY_LEN
    }

    /// The pages that hold entries.
    pub(crate) fn pages(&self) -> usize {
        (self.shards as usize).div_ceil(self.entries_per_page())
    }

    /// How many first fences of pages are home, beside an index that is not home itself. The page of
    /// a hash follows from the hash, and separators are not kept twice.
    pub(crate) fn home_fences(&self) -> usize {
        Some(self.pages())
            .filter(|pages| *pages <= HOME_FENCES)
            .filter(|_| self.fences == FenceKind::Position && self.shard_log2 == UNEVEN)
            .unwrap_or_default()
    }

    pub(crate) fn entries_len(&self) -> u64 {
        u64::from(self.shards) * ENTRY_LEN as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_and_heads_round_trip() {
        let entry = Entry {
            distance: 1,
            checksum: 2,
            stored: 3,
            raw: 4,
            fence: 5,
        };
        assert_eq!(Entry::read(&entry.to_bytes()), entry);
        let head = IndexHead {
            shards: 9,
            shard_log2: 4,
            fences: FenceKind::Separator,
            separators: 100,
        };
        assert_eq!(IndexHead::parse(&head.to_bytes()), Some(head));
        assert_eq!(head.index_len(), Some(9 * 32 + 100));
        assert_eq!((head.page(), head.entries_per_page()), (2048, 64));
    }

    #[test]
    fn wrong_heads_are_refused() {
        let good = IndexHead {
            shards: 1,
            shard_log2: UNEVEN,
            fences: FenceKind::Hash,
            separators: 0,
        }
        .to_bytes();
        for (at, value) in [(0, 0), (4, 200), (5, 4), (6, 1)] {
            let mut bytes = good;
            bytes[at] = value;
            assert_eq!(IndexHead::parse(&bytes), None, "byte {at}");
        }
        assert_eq!(IndexHead::parse(&good[..15]), None);
    }
}
