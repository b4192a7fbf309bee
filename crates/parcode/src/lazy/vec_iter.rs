//! Iteration over a chunkable sequence, shard by shard.

use super::elements::{Place, Segment};
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
            None => self.vec.elements().place()?,
        };
        let place = self.place.insert(place);
        self.vec.elements().segment_at(place, self.positions.start)
    }

    /// Goes on to the segment of the next position; whether there is one. Cold: once in a shard.
    #[cold]
    fn next_segment(&mut self) -> Result<bool> {
        if self.positions.is_empty() {
            return Ok(false);
        }
        let (segment, first) = match self.segment_of_next() {
            Ok(found) => found,
            Err(error) => {
                // One error ends the iteration: what follows would be told of the wrong element.
                self.positions.start = self.positions.end;
                return Err(error);
            }
        };
        let stride = T::SLOT.max(1);
        let from = (self.positions.start - first) * stride;
        let records = segment.records(T::SLOT);
        let to = (self.positions.end - first)
            .saturating_mul(stride)
            .min(records.len());
        let records = records.get(from..to).unwrap_or_default();
        self.segment = VecViewIter::new(segment.node, records);
        self.positions.start += self.segment.len();
        Ok(self.segment.len() > 0)
    }
}

impl<'par, T: ParcodeObject> Iterator for LazyVecIter<'par, T> {
    type Item = Result<T::Lazy<'par>>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // The mirror is made in one place: what does not look at a field does not read it.
        loop {
            if let Some(lazy) = self.segment.next() {
                return Some(Ok(lazy));
            }
            match self.next_segment() {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => return Some(Err(error)),
            }
        }
    }

    /// At most as many as the link says. Those that are sure to come are the elements at hand, for whose
    /// number there are bytes: whoever makes room for them makes none for what a file only claims.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let most = self.positions.len().saturating_add(self.segment.len());
        let sure = match &self.place {
            Some(Place::One(..) | Place::Pages(_)) => most,
            Some(Place::Shards(_)) | None => self.segment.len(),
        };
        (sure, Some(most))
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
        self.next()
    }
}

impl<T: ParcodeObject> fmt::Debug for LazyVecIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyVecIter")
            .field("left", &self.size_hint().1)
            .finish_non_exhaustive()
    }
}
