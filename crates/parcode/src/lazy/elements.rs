//! Where the elements of a chunkable sequence are: in segments, each one piece of memory.
//!
//! Whoever reads a sequence stands on this: `LazyVec`, which knows the Rust type of its elements, and
//! `Dynamic`, which knows their schema.

use super::seq_view::VecViewIter;
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{ChildKind, FenceKind, Span, page_count};
use crate::object::{
    Bytes, ChunkType, IndexNode, Loader, Node, PageCheck, Paged, ParcodeObject, Slot,
};
use crate::read;
use std::sync::Arc;

/// A sequence as its slot names it.
#[derive(Clone, Copy)]
pub(crate) struct Elements<'par, 't> {
    pub(crate) node: &'par Node,
    pub(crate) span: Span,
    /// Bytes of an element's slot.
    pub(crate) slot: usize,
    /// Whether elements are plain data, which may lie in an extent.
    pub(crate) plain: bool,
    /// Where not all bytes of plain data are elements, what tells.
    pub(crate) guard: Option<PageCheck>,
    /// The type of the whole sequence.
    pub(crate) ty: &'t dyn ChunkType,
}

impl<'par> Elements<'par, '_> {
    /// Where the elements are; reads the chunk of a sequence that has just one.
    pub(crate) fn place(&self) -> Result<Place<'par>> {
        if !self.span.is_away() {
            return Ok(Place::One(self.node, self.span));
        }
        let number = self.span.start;
        // Warm first: what is published needs no second look at its link.
        if let Some(cell) = self.node.cell(number) {
            if let Some(index) = cell.index.get() {
                return Ok(Place::Shards(index));
            }
            if let Some(paged) = cell.paged.get() {
                return Ok(Place::Pages(paged));
            }
        }
        self.cold_place()
    }

    #[cold]
    fn cold_place(&self) -> Result<Place<'par>> {
        let number = self.span.start;
        let (record, _) = self.node.link(number)?;
        match record.mark.kind {
            ChildKind::Extent if self.plain && record.mark.fingerprint == self.ty.fingerprint() => {
                read::paged(self.node, number, self.ty, self.slot, self.guard)
                    .map(|paged| Place::Pages(paged))
            }
            // The pages of an extent of older elements are read as shards are.
            ChildKind::Index | ChildKind::Extent => {
                read::index(self.node, number, &[FenceKind::Position], self.ty)
                    .map(|index| Place::Shards(index))
            }
            _ => {
                let node = read::child(self.node, number, self.ty)?;
                self.whole_sequence(node, record.count)?;
                Ok(Place::One(node, node.span()))
            }
        }
    }

    /// A chunk that consists of the sequence must have as many elements as its link says.
    fn whole_sequence(&self, node: &Node, count: u64) -> Result<()> {
        if u64::from(node.span().len) == count {
            return Ok(());
        }
        let flaw = Flaw::new(format!("{count} elements"), node.span().len.to_string());
        Err(self.in_sequence(flaw.at(node.origin.offset)))
    }

    /// [`place`](Self::place) for reading everything, which is announced.
    pub(crate) fn scanned_place(&self) -> Result<Place<'par>> {
        let place = self.place()?;
        match place {
            Place::One(..) => {}
            Place::Pages(paged) => read::announce_pages(&self.node.session, paged),
            Place::Shards(index) => index.announce(&self.node.session),
        }
        Ok(place)
    }

    /// [`scanned_place`](Self::scanned_place) for a load, charged to it.
    pub(crate) fn passing_place(&self, loader: &Loader) -> Result<Place<'par>> {
        let place = self.scanned_place()?;
        if let Place::One(node, _) = &place
            && self.span.is_away()
        {
            loader.visit(node)?;
        }
        Ok(place)
    }

    /// The number of the segment that holds an element, and the position of the segment's first.
    #[inline]
    pub(crate) fn locate(&self, place: &Place<'par>, index: usize) -> Result<(usize, usize)> {
        Ok(match place {
            Place::One(..) => (0, 0),
            Place::Pages(paged) => {
                let in_page = self.in_page(paged);
                (index / in_page, index / in_page * in_page)
            }
            Place::Shards(shards) => {
                let number = shards
                    .shard_at(&self.node.session, index as u64)
                    .map_err(|error| self.in_sequence(error))?;
                let first = shards.positions(&self.node.session, number)?.start;
                (number, first as usize)
            }
        })
    }

    /// The segment that holds an element, and the position of the segment's first.
    #[inline]
    pub(crate) fn segment_at(
        &self,
        place: &Place<'par>,
        index: usize,
    ) -> Result<(Segment<'par>, usize)> {
        let (number, first) = self.locate(place, index)?;
        let segment = match place {
            Place::One(node, span) => Segment::of(node, *span),
            Place::Pages(paged) => {
                let records = read::page(&self.node.session, paged, number as u64)
                    .map_err(|error| self.in_sequence(error))?;
                Segment::page(self.node, records, self.slot)
            }
            Place::Shards(shards) => {
                let node = read::shard(self.node, self.span.start, shards, number, self.ty)?;
                Segment::of(node, node.span())
            }
        };
        Ok((segment, first))
    }

    /// The number of elements in a segment, whose first one is at position `first`.
    pub(crate) fn segment_len(
        &self,
        place: &Place<'par>,
        number: usize,
        first: usize,
    ) -> Result<usize> {
        let whole = place.len(self.slot);
        Ok(match place {
            Place::One(..) => whole,
            Place::Pages(paged) => self.in_page(paged).min(whole.saturating_sub(first)),
            Place::Shards(index) => {
                let positions = index.positions(&self.node.session, number)?;
                (positions.end - positions.start) as usize
            }
        })
    }

    /// The elements in a page of an extent.
    pub(super) fn in_page(&self, paged: &Paged) -> usize {
        (paged.page / self.slot.max(1)).max(1)
    }

    /// A segment that need not stay.
    pub(crate) fn hold(&self, place: &Place<'par>, number: usize) -> Result<Held<'par>> {
        Ok(match place {
            Place::One(node, span) => Held::Chunk(node, *span),
            Place::Pages(paged) => {
                let page = read::passing_page(&self.node.session, paged, number as u64)
                    .map_err(|error| self.in_sequence(error))?;
                Held::Page(self.node, page)
            }
            Place::Shards(index) => {
                if let Some(node) = index.node(number) {
                    return Ok(Held::Chunk(node, node.span()));
                }
                let parent = (self.node, self.span.start);
                Held::Shard(read::passing_shard(parent, index, number, self.ty)?)
            }
        })
    }

    #[cold]
    pub(crate) fn in_sequence(&self, error: ParcodeError) -> ParcodeError {
        self.node.in_link(error, self.span.start, "")
    }
}

/// Where the elements are.
pub(crate) enum Place<'par> {
    /// In a chunk: that of the mirror, or one of its own.
    One(&'par Node, Span),
    Pages(&'par Paged),
    Shards(&'par IndexNode),
}

impl Place<'_> {
    /// The number of elements, whose slots take `slot` bytes, without another look at their link.
    #[inline]
    pub(crate) fn len(&self, slot: usize) -> usize {
        match self {
            Self::One(_, span) => span.len as usize,
            Self::Pages(paged) => count(paged.len / slot.max(1) as u64),
            Self::Shards(index) => count(index.record.count),
        }
    }

    pub(crate) fn segments(&self) -> usize {
        match self {
            Self::One(..) => 1,
            Self::Pages(paged) => count(page_count(paged.len, paged.page)),
            Self::Shards(index) => index.shards(),
        }
    }
}

/// A number as memory counts; there are files with more than a small machine can.
fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// A segment that need not stay, with what keeps its bytes.
pub(crate) enum Held<'par> {
    Chunk(&'par Node, Span),
    Shard(Arc<Node>),
    Page(&'par Node, Bytes),
}

impl Held<'_> {
    /// Stored bytes that a visit of it is charged.
    pub(crate) fn charge(&self) -> u64 {
        match self {
            Self::Chunk(node, _) => node.origin.charge,
            Self::Shard(node) => node.origin.charge,
            Self::Page(_, page) => page.as_slice().len() as u64,
        }
    }

    #[inline]
    pub(crate) fn segment(&self, slot: usize) -> Segment<'_> {
        match self {
            Self::Chunk(node, span) => Segment::of(node, *span),
            Self::Shard(node) => Segment::of(node, node.span()),
            Self::Page(node, page) => Segment::page(node, page.as_slice(), slot),
        }
    }
}

/// Elements that lie one behind another.
#[derive(Clone, Copy)]
pub(crate) struct Segment<'par> {
    pub(crate) node: &'par Node,
    /// What their places count from: a chunk's body, or a page.
    bytes: &'par [u8],
    span: Span,
}

impl<'par> Segment<'par> {
    #[inline]
    pub(crate) fn of(node: &'par Node, span: Span) -> Self {
        Self {
            node,
            bytes: node.body(),
            span,
        }
    }

    /// All of a page.
    #[inline]
    pub(super) fn page(node: &'par Node, page: &'par [u8], slot: usize) -> Self {
        Self {
            node,
            bytes: page,
            span: Span {
                start: 0,
                len: (page.len() / slot.max(1)) as u32,
            },
        }
    }

    /// The number of elements.
    pub(crate) fn len(self) -> usize {
        self.span.len as usize
    }

    #[inline]
    pub(crate) fn records(self, slot: usize) -> &'par [u8] {
        self.span.of(self.bytes, slot.max(1))
    }

    #[inline]
    pub(super) fn iter<T: ParcodeObject>(self) -> VecViewIter<'par, T> {
        VecViewIter::new(self.node, self.records(T::SLOT))
    }

    /// The slot of an element.
    #[inline]
    pub(crate) fn slot(self, index: usize, slot: usize) -> Option<Slot<'par>> {
        if index >= self.span.len as usize {
            return None;
        }
        let at = self.span.start as usize + index * slot.max(1);
        let bytes = self.bytes.get(at..)?.get(..slot)?;
        Some(Slot {
            node: self.node,
            bytes,
        })
    }
}
