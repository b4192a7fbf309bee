//! How large a value is inside its chunk, counted no further than anybody cares.

use super::Store;
use crate::format::{AWAY, RECORD_LEN};

/// Adds up bytes until a limit.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    counted: usize,
    limit: usize,
    threshold: usize,
    /// Whether what values own is touched on the way, and what that was.
    touches: bool,
    touched: u8,
}

impl Measure {
    pub(crate) fn new(limit: usize, threshold: usize) -> Self {
        Self {
            counted: 0,
            limit,
            threshold,
            touches: false,
            touched: 0,
        }
    }

    /// Counts without a limit, and touches what the values own. Values that lie all over memory come
    /// into the cache by it: here misses do not wait for each other, when values are encoded they do.
    pub(crate) fn touching(threshold: usize, count: impl FnOnce(&mut Self)) -> usize {
        let mut measure = Self::new(usize::MAX, threshold);
        measure.touches = true;
        count(&mut measure);
        // The compiler must not find out that nobody looks at it.
        std::hint::black_box(measure.touched);
        measure.counted
    }

    /// Says where bytes lie that have been added.
    #[inline]
    pub(crate) fn touch(&mut self, bytes: &[u8]) {
        if self.touches
            && let (Some(first), Some(last)) = (bytes.first(), bytes.last())
        {
            self.touched ^= first ^ last;
        }
    }

    /// What `count` adds, or the limit where it is beyond.
    pub(crate) fn of(limit: usize, threshold: usize, count: impl FnOnce(&mut Self)) -> usize {
        let mut measure = Self::new(limit, threshold);
        count(&mut measure);
        measure.counted.min(limit)
    }

    /// Adds bytes.
    #[inline]
    pub fn add(&mut self, bytes: usize) {
        self.counted = self.counted.saturating_add(bytes);
    }

    /// Whether the limit is reached, so that counting on is pointless.
    #[inline]
    pub fn is_full(&self) -> bool {
        self.counted >= self.limit
    }

    /// Adds elements: their slots, and what each takes beside.
    pub fn elements<'v, T: Store + 'v>(&mut self, elements: impl ExactSizeIterator<Item = &'v T>) {
        self.add(elements.len().saturating_mul(T::SLOT.max(1)));
        if T::PLAIN.is_some() {
            return;
        }
        for element in elements {
            if self.is_full() {
                return;
            }
            T::__measure(element, self);
        }
    }

    /// Adds a value that goes away where it is large: then only its link stays.
    pub fn at_home_or_away(&mut self, count: impl FnOnce(&mut Self)) {
        let mut inner = Self {
            counted: 0,
            limit: self.threshold + 1,
            ..*self
        };
        count(&mut inner);
        self.touched = inner.touched;
        self.add(if inner.counted > self.threshold {
            RECORD_LEN
        } else {
            inner.counted
        });
    }

    /// Whether a value of this measure stays in its parent's chunk.
    pub(crate) fn stays_home(threshold: usize, count: impl FnOnce(&mut Self)) -> bool {
        let threshold = threshold.min(AWAY as usize / 2);
        Self::of(threshold + 1, threshold, count) <= threshold
    }
}
