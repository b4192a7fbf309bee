//! Where the elements of a chunkable sequence are: in segments, each one piece of memory.

use super::seq_view::VecViewIter;
use crate::format::{Span, page_count};
use crate::object::{Bytes, IndexNode, Node, Paged, ParcodeObject, Slot};
use std::sync::Arc;

/// Where the elements are.
pub(super) enum Place<'par> {
    /// In a chunk: that of the mirror, or one of its own.
    One(&'par Node, Span),
    Pages(&'par Paged),
    Shards(&'par IndexNode),
}

impl Place<'_> {
    /// The number of elements, without another look at their link.
    #[inline]
    pub(super) fn len<T: ParcodeObject>(&self) -> usize {
        match self {
            Self::One(_, span) => span.len as usize,
            Self::Pages(paged) => count(paged.len / T::SLOT.max(1) as u64),
            Self::Shards(index) => count(index.record.count),
        }
    }

    pub(super) fn segments(&self) -> usize {
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
pub(super) enum Held<'par> {
    Chunk(&'par Node, Span),
    Shard(Arc<Node>),
    Page(&'par Node, Bytes),
}

impl Held<'_> {
    #[inline]
    pub(super) fn segment<T: ParcodeObject>(&self) -> Segment<'_> {
        match self {
            Self::Chunk(node, span) => Segment::of(node, *span),
            Self::Shard(node) => Segment::of(node, node.span()),
            Self::Page(node, page) => Segment::page::<T>(node, page.as_slice()),
        }
    }
}

/// Elements that lie one behind another.
#[derive(Clone, Copy)]
pub(super) struct Segment<'par> {
    pub(super) node: &'par Node,
    /// What their places count from: a chunk's body, or a page.
    bytes: &'par [u8],
    span: Span,
}

impl<'par> Segment<'par> {
    #[inline]
    pub(super) fn of(node: &'par Node, span: Span) -> Self {
        Self {
            node,
            bytes: node.body(),
            span,
        }
    }

    /// All of a page.
    #[inline]
    pub(super) fn page<T: ParcodeObject>(node: &'par Node, page: &'par [u8]) -> Self {
        Self {
            node,
            bytes: page,
            span: Span {
                start: 0,
                len: (page.len() / T::SLOT.max(1)) as u32,
            },
        }
    }

    #[inline]
    pub(super) fn records<T: ParcodeObject>(self) -> &'par [u8] {
        self.span.of(self.bytes, T::SLOT.max(1))
    }

    #[inline]
    pub(super) fn iter<T: ParcodeObject>(self) -> VecViewIter<'par, T> {
        VecViewIter::new(self.node, self.records::<T>())
    }

    /// The slot of an element.
    #[inline]
    pub(super) fn slot<T: ParcodeObject>(self, index: usize) -> Option<Slot<'par>> {
        if index >= self.span.len as usize {
            return None;
        }
        let at = self.span.start as usize + index * T::SLOT.max(1);
        let bytes = self.bytes.get(at..)?.get(..T::SLOT)?;
        Some(Slot {
            node: self.node,
            bytes,
        })
    }
}
