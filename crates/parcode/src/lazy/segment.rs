//! Where the elements of a chunkable sequence are: in segments, each one piece of memory.

use super::seq_view::{VecView, VecViewIter};
use crate::format::{Span, page_count};
use crate::object::{IndexNode, Node, Paged, ParcodeObject, Slot};

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
            Self::Pages(paged) => paged.len as usize / T::SLOT.max(1),
            Self::Shards(index) => index.record.count as usize,
        }
    }

    pub(super) fn segments(&self) -> usize {
        match self {
            Self::One(..) => 1,
            Self::Pages(paged) => page_count(paged.len, paged.page) as usize,
            Self::Shards(index) => index.shards(),
        }
    }
}

/// Elements that lie one behind another.
#[derive(Clone, Copy)]
pub(super) struct Segment<'par> {
    pub(super) node: &'par Node,
    pub(super) records: &'par [u8],
}

impl<'par> Segment<'par> {
    #[inline]
    pub(super) fn of<T: ParcodeObject>(node: &'par Node, span: Span) -> Self {
        Self {
            node,
            records: VecView::<T>::of(node, span).records(),
        }
    }

    pub(super) fn iter<T: ParcodeObject>(self) -> VecViewIter<'par, T> {
        VecViewIter::new(self.node, self.records)
    }

    #[inline]
    pub(super) fn get<T: ParcodeObject>(self, index: usize) -> Option<T::Lazy<'par>> {
        let at = index.checked_mul(T::SLOT.max(1))?;
        let bytes = self.records.get(at..)?.get(..T::SLOT)?;
        Some(T::__lazy(Slot {
            node: self.node,
            bytes,
        }))
    }
}
