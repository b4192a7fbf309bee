//! Owners of bytes whose addresses do not change while they are owned.

use super::AlignedBuf;
use crate::format::ALIGN;
use std::ops::Range;
use std::sync::Arc;

/// Bytes lent by a source: part of a map or of shared memory, kept alive by what lends it.
#[derive(Debug, Clone)]
pub struct Lent(LentFrom, Range<usize>);

#[derive(Debug, Clone)]
enum LentFrom {
    Memory(Arc<Vec<u8>>),
    #[cfg(feature = "mmap")]
    Map(Arc<memmap2::Mmap>),
}

impl Lent {
    /// Part of shared memory; `None` beyond its end.
    pub fn from_memory(memory: &Arc<Vec<u8>>, range: Range<usize>) -> Option<Self> {
        memory.get(range.clone())?;
        Some(Self(LentFrom::Memory(memory.clone()), range))
    }

    #[cfg(feature = "mmap")]
    pub(crate) fn from_map(map: &Arc<memmap2::Mmap>, range: Range<usize>) -> Option<Self> {
        map.get(range.clone())?;
        Some(Self(LentFrom::Map(map.clone()), range))
    }

    #[cfg_attr(
        not(feature = "mmap"),
        allow(
            clippy::infallible_destructuring_match,
            reason = "maps are the other lender"
        )
    )]
    #[inline]
    fn as_slice(&self) -> &[u8] {
        let whole: &[u8] = match &self.0 {
            LentFrom::Memory(memory) => memory,
            #[cfg(feature = "mmap")]
            LentFrom::Map(map) => map,
        };
        whole.get(self.1.clone()).unwrap_or_default()
    }

    /// Part of what is lent; `None` beyond its end.
    pub(crate) fn part(&self, range: Range<usize>) -> Option<Self> {
        self.as_slice().get(range.clone())?;
        let start = self.1.start;
        Some(Self(self.0.clone(), start + range.start..start + range.end))
    }

    /// Whether plain data in it can be lent as a slice: file positions are aligned, memory may not
    /// be.
    pub(crate) fn is_aligned(&self) -> bool {
        self.as_slice().as_ptr().addr().is_multiple_of(ALIGN)
    }
}

/// Bytes as a node owns them. Moving a `Bytes` does not move what it derefs to.
#[derive(Debug)]
pub(crate) enum Bytes {
    Lent(Lent),
    Owned(AlignedBuf),
}

impl Bytes {
    #[inline]
    pub(crate) fn as_slice(&self) -> &[u8] {
        match self {
            Self::Lent(lent) => lent.as_slice(),
            Self::Owned(owned) => owned.as_slice(),
        }
    }

    /// Bytes of memory that are held for it alone.
    pub(crate) fn owned_len(&self) -> usize {
        match self {
            Self::Lent(_) => 0,
            Self::Owned(owned) => owned.as_slice().len(),
        }
    }
}
