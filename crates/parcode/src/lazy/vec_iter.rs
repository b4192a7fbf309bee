//! Iteration over a chunkable sequence, shard by shard.

use super::segment::{Place, Segment};
use super::seq_view::VecViewIter;
use super::vec::LazyVec;
use crate::error::Result;
use crate::object::ParcodeObject;
use std::fmt;
use std::ops::Range;

/// The mirrors of a [`LazyVec`]'s elements, each shard read as the iterator comes to it.
pub struct LazyVecIter<'par, T> {
    pub(super) vec: LazyVec<'par, T>,
    /// Found at the first step, where a `for` made the iterator.
    pub(super) place: Option<Place<'par>>,
    pub(super) segment: VecViewIter<'par, T>,
    /// Those that are in no segment at hand yet, and after them those in it.
    pub(super) positions: Range<usize>,
}

impl<'par, T: ParcodeObject> LazyVecIter<'par, T> {
    pub(super) fn new(vec: LazyVec<'par, T>, positions: Range<usize>) -> Self {
        Self {
            place: None,
            segment: VecViewIter::new(vec.node, &[]),
            positions,
            vec,
        }
    }

    fn segment_of_next(&mut self) -> Result<(Segment<'par>, usize)> {
        let place = match self.place.take() {
            Some(place) => place,
            None => self.vec.place()?,
        };
        let place = self.place.insert(place);
        self.vec.segment_at(place, self.positions.start)
    }

    /// Goes on to the segment of the next position. Cold: once in a shard.
    #[cold]
    fn next_segment(&mut self) -> Option<Result<T::Lazy<'par>>> {
        if self.positions.is_empty() {
            return None;
        }
        let (segment, first) = match self.segment_of_next() {
            Ok(found) => found,
            Err(error) => {
                // One error ends the iteration: what follows would be told of the wrong element.
                self.positions.start = self.positions.end;
                return Some(Err(error));
            }
        };
        let stride = T::SLOT.max(1);
        let from = (self.positions.start - first) * stride;
        let to = (self.positions.end - first)
            .saturating_mul(stride)
            .min(segment.records.len());
        let records = segment.records.get(from..to).unwrap_or_default();
        self.segment = VecViewIter::new(segment.node, records);
        self.positions.start += self.segment.len();
        let lazy = self.segment.next();
        if lazy.is_none() {
            self.positions.start = self.positions.end;
        }
        lazy.map(Ok)
    }
}

impl<'par, T: ParcodeObject> Iterator for LazyVecIter<'par, T> {
    type Item = Result<T::Lazy<'par>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        match self.segment.next() {
            Some(lazy) => Some(Ok(lazy)),
            None => self.next_segment(),
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let len = self.positions.len() + self.segment.len();
        (len, Some(len))
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        if n < self.segment.len() {
            return self.segment.nth(n).map(Ok);
        }
        let skipped = n - self.segment.len();
        self.segment = VecViewIter::new(self.vec.node, &[]);
        self.positions.start = self
            .positions
            .start
            .saturating_add(skipped)
            .min(self.positions.end);
        self.next_segment()
    }
}

impl<T: ParcodeObject> ExactSizeIterator for LazyVecIter<'_, T> {}

impl<T: ParcodeObject> fmt::Debug for LazyVecIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyVecIter")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
