//! Plain data of a chunk, copied once where it cannot be lent as it lies: on machines whose numbers
//! have other bytes than the file's.

use super::Counters;
use std::any::Any;
use std::sync::OnceLock;

/// The copies made of one chunk's data, by where in the body that starts. A copy is never moved or
/// dropped before all are, so it can be lent as long as the chunk is.
#[derive(Debug, Default)]
pub(crate) struct Copies(OnceLock<Box<Copied>>);

/// One copy, and those that came to the same place later: each follows the digits of its `start`.
#[derive(Debug)]
struct Copied {
    start: u32,
    elements: Box<dyn Any + Send + Sync>,
    below: [Copies; 1 << DIGIT],
}

/// Bits of a digit.
const DIGIT: u32 = 2;

impl Copies {
    /// The copy of what starts at `start`, which `copy` makes if there is none. Threads that come at
    /// once may make several; the first is kept.
    pub(crate) fn get_or_copy<T: Send + Sync + 'static>(
        &self,
        start: u32,
        counters: &Counters,
        copy: impl Fn() -> Vec<T>,
    ) -> &[T] {
        let (mut place, mut digits) = (self, start);
        loop {
            let Some(copied) = place.0.get() else {
                let elements = copy();
                let held = size_of_val(elements.as_slice());
                let made = Box::new(Copied {
                    start,
                    elements: Box::new(elements),
                    below: Default::default(),
                });
                // Another thread may have put another copy here meanwhile: look again.
                if place.0.set(made).is_ok() {
                    counters.copied(held);
                }
                continue;
            };
            if copied.start == start {
                // What lies at one place of a chunk is of one type: it was checked as that.
                let elements = copied.elements.downcast_ref::<Vec<T>>();
                return elements.map(Vec::as_slice).unwrap_or_default();
            }
            let digit = digits as usize % copied.below.len();
            // Always there: a digit is below the number of places.
            let Some(next) = copied.below.get(digit) else {
                return &[];
            };
            (place, digits) = (next, digits >> DIGIT);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_copied_once_and_stays_where_it_is() {
        let (copies, counters) = (Copies::default(), Counters::default());
        let starts = [0, 1, 4, 5, 16, 1 << 30, u32::MAX, u32::MAX - 1];
        let lent: Vec<&[u64]> = starts
            .iter()
            .map(|start| copies.get_or_copy(*start, &counters, || vec![u64::from(*start); 3]))
            .collect();
        for (start, lent) in starts.into_iter().zip(lent) {
            assert_eq!(lent, [u64::from(start); 3]);
            let again: &[u64] = copies.get_or_copy(start, &counters, || unreachable!());
            assert_eq!(again.as_ptr(), lent.as_ptr());
        }
    }

    #[test]
    fn threads_that_race_get_the_same_copy() {
        let (copies, counters) = (Copies::default(), Counters::default());
        let barrier = std::sync::Barrier::new(4);
        let race = |thread: u32| {
            barrier.wait();
            let copy = |i: u32| copies.get_or_copy((i + thread) % 100, &counters, || vec![i]);
            let mut places: Vec<_> = (0..100).map(|i| copy(i).as_ptr().addr()).collect();
            places.sort_unstable();
            places
        };
        std::thread::scope(|scope| {
            let threads = [0, 25, 50, 75].map(|thread| scope.spawn(move || race(thread)));
            let places = threads.map(|thread| thread.join().unwrap());
            assert!(places.iter().all(|found| *found == places[0]));
        });
    }
}
