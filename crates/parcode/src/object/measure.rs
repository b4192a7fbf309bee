//! How large a value is inside its chunk, counted no further than anybody cares.

use super::Store;
use crate::format::{AWAY, RECORD_LEN};

/// Adds up bytes until a limit.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    counted: usize,
    limit: usize,
    threshold: usize,
}

impl Measure {
    pub(crate) fn new(limit: usize, threshold: usize) -> Self {
        Self {
            counted: 0,
            limit,
            threshold,
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
        let inner = Self::of(self.threshold + 1, self.threshold, count);
        self.add(if inner > self.threshold {
            RECORD_LEN
        } else {
            inner
        });
    }

    /// Whether a value of this measure stays in its parent's chunk.
    pub(crate) fn stays_home(threshold: usize, count: impl FnOnce(&mut Self)) -> bool {
        let threshold = threshold.min(AWAY as usize / 2);
        Self::of(threshold + 1, threshold, count) <= threshold
    }
}
