//! What is lost while a damaged value is rebuilt.

use crate::error::{ErrorKind, ParcodeError};
use crate::format::Mark;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What could not be brought back of one part of a value.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loss {
    /// Where in the value: `players`, `all_players[17].biography`.
    pub path: String,
    /// How much of it.
    pub lost: Lost,
    /// Why: an error, with its offset, for each chunk or page that could not be read, but never more than
    /// a hundred.
    pub errors: Vec<ParcodeError>,
}

/// How much of a part was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Lost {
    /// Elements of a sequence, which is shorter now.
    Elements {
        /// How many.
        count: u64,
        /// The positions that they had are among these.
        among: Vec<Range<u64>>,
    },
    /// So many entries of a map.
    Entries(u64),
    /// The whole of a value. A blank one is in its place: empty text, zeros, the first variant of an
    /// enum; or none, where it was optional.
    Value,
}

/// Carried through a load that goes on at damage.
#[derive(Debug, Default)]
pub(crate) struct Salvaging {
    losses: Mutex<(Vec<Loss>, u64)>,
    /// The runs that were found by their marks, once somebody had to look for them.
    pub(crate) runs: OnceLock<Arc<[Run]>>,
}

/// A mark that was found in a file, and whether the bytes behind it are what it says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Run {
    pub(crate) offset: u64,
    pub(crate) mark: Mark,
    pub(crate) state: RunState,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RunState {
    Intact,
    Damaged,
    /// Its checksum covers pages of a length that nobody knows any more.
    Unknown,
}

/// Losses that are listed; more are counted.
const MOST_LOSSES: usize = 10_000;
const MOST_ERRORS: usize = 100;

impl Salvaging {
    pub(crate) fn note(&self, loss: Loss) {
        let mut losses = self.losses.lock().unwrap_or_else(PoisonError::into_inner);
        if losses.0.len() < MOST_LOSSES {
            losses.0.push(loss);
        } else {
            losses.1 += 1;
        }
    }

    /// A value is lost as a whole.
    pub(crate) fn value(&self, error: ParcodeError) {
        self.note(Loss {
            path: error.path().into(),
            lost: Lost::Value,
            errors: vec![error],
        });
    }

    /// What was lost, and how many losses are not listed.
    pub(crate) fn take(&self) -> (Vec<Loss>, u64) {
        std::mem::take(&mut self.losses.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What is lost of one sequence or map while it is read.
#[derive(Debug, Default)]
pub(crate) struct Gone {
    count: u64,
    among: Vec<Range<u64>>,
    errors: Vec<ParcodeError>,
    /// A limit was reached: there is no use in going on.
    pub(crate) stopped: bool,
}

impl Gone {
    /// The elements at these positions.
    pub(crate) fn lose(&mut self, positions: Range<u64>, error: ParcodeError) {
        let count = positions.end.saturating_sub(positions.start);
        self.lose_some(count, positions, error);
    }

    /// So many of the elements at these positions.
    pub(crate) fn lose_some(&mut self, count: u64, among: Range<u64>, error: ParcodeError) {
        self.count = self.count.saturating_add(count);
        match self.among.last_mut() {
            Some(last) if last.end == among.start => last.end = among.end,
            _ => self.among.push(among),
        }
        self.because(error);
    }

    pub(crate) fn because(&mut self, error: ParcodeError) {
        self.stopped |= error.kind() == ErrorKind::Limit;
        if self.errors.len() < MOST_ERRORS {
            self.errors.push(error);
        }
    }

    /// The path of the first thing that was lost.
    pub(crate) fn path(&self) -> String {
        let first = self.errors.first();
        first.map_or_else(String::new, |error| error.path().into())
    }

    /// Notes what was lost of the sequence at a path, if anything was.
    pub(crate) fn of_sequence(self, path: impl FnOnce() -> String, salvaging: &Salvaging) {
        let (count, among) = (self.count, self.among);
        if count > 0 {
            salvaging.note(Loss {
                path: path().trim_start_matches('.').into(),
                lost: Lost::Elements { count, among },
                errors: self.errors,
            });
        }
    }

    /// Notes that `count` entries of the map at a path are missing, if any are.
    pub(crate) fn of_map(self, count: u64, path: impl FnOnce() -> String, salvaging: &Salvaging) {
        if count > 0 {
            salvaging.note(Loss {
                path: path().trim_start_matches('.').into(),
                lost: Lost::Entries(count),
                errors: self.errors,
            });
        }
    }
}
