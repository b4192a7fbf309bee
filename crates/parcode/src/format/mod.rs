//! The byte layouts of a file, each in one file with both directions and its tests.
//!
//! This is the only place that knows offsets. `docs/format.md` is the same in prose and normative.

mod arrangement;
mod chunk;
mod codec;
mod extent;
mod header;
mod index;
mod link;
mod span;
mod table;
mod trailer;

#[cfg(test)]
pub(crate) use arrangement::follows;
pub(crate) use arrangement::{
    Arrangement, BodyPlan, DEEPEST as ARRANGED_DEEPEST, Kind, MOST_KINDS, MOST_LANES, MOST_PARTS,
    NOT_ARRANGED, Names, Part, arrange,
};
pub(crate) use chunk::{ChunkHead, ChunkRegions, HEAD_LEN};
pub use codec::Compression;
pub(crate) use codec::{Codec, Packed};
pub(crate) use extent::{ExtentShape, LEVEL_PAGE, SUM_LEN, data_page, index_page, page_count};
pub(crate) use header::{HEADER_LEN, Header};
pub(crate) use index::{
    ENTRY_LEN, Entry, FENCE_LEN, FenceKind, HOME_INDEX, INDEX_HEAD_LEN, IndexHead, UNEVEN, share_of,
};
pub(crate) use link::{ChildKind, LinkRecord, MARK_LEN, Mark, RECORD_LEN, TopLink, find_mark};
pub(crate) use span::{AWAY, POINTER_LEN, SPAN_LEN, Span};
pub(crate) use table::TableShape;
pub(crate) use trailer::{TAIL_LEN, TRAILER_LEN, Trailer, TrailerFlaw, VERSION};

/// Every mark, and so every chunk and extent, starts at a multiple of this; so does a chunk's body,
/// and no element of plain data asks for more.
pub(crate) const ALIGN: usize = 16;

/// `len` rounded up to a multiple of `align`, a power of two.
#[inline(always)]
pub(crate) const fn align_up(len: usize, align: usize) -> usize {
    (len + (align - 1)) & !(align - 1)
}
