//! Reading ahead of a load: helpers fetch, verify, decompress and check what the caller's thread will
//! decode next.
//!
//! Values are built by the caller's thread alone. Most of a load is allocating, and allocators are fast
//! where memory is taken and freed by one thread: decoding in parallel took longer than decoding alone,
//! in a fresh process by a fifth.

use super::{Session, Workers, lock};
use crate::error::Result;
use std::collections::BTreeMap;
use std::sync::{Condvar, Mutex, PoisonError};

/// How many pieces helpers are in front of the caller at most: some megabytes, where they hold memory.
const WINDOW: usize = 64;
/// Fewer pieces are read before a helper would have woken up.
const FEW: usize = 4;

/// Gives what `read` makes of each of `0..count` to `take`, in order, on the caller's thread.
pub(super) fn ahead<P: Send>(
    (session, workers): (&Session, &Workers),
    count: usize,
    read: &(dyn Fn(usize) -> Result<P> + Sync),
    take: &mut dyn FnMut(P) -> Result<()>,
) -> Result<()> {
    let helpers = (workers.count() - 1).min(count / FEW);
    // Where memory is limited, what is read ahead would take it from what is built.
    if helpers == 0 || session.budget.is_some() {
        return (0..count).try_for_each(|piece| read(piece).and_then(&mut *take));
    }
    let ahead = Ahead {
        progress: Mutex::new(Progress {
            next: 0,
            needed: 0,
            helping: helpers,
            read: BTreeMap::new(),
        }),
        is_read: Condvar::new(),
        count,
    };
    let help = || {
        while let Some(piece) = ahead.claim() {
            let mut claimed = Claimed {
                ahead: &ahead,
                piece,
                part: None,
            };
            claimed.part = Some(read(piece));
        }
    };
    workers.while_helped(helpers, &help, |more| {
        let mut take_all = || {
            for piece in 0..count {
                if ahead.wants_help(piece, helpers) {
                    more();
                }
                let part = ahead.need(piece).unwrap_or_else(|| read(piece));
                take(part?)?;
            }
            Ok(())
        };
        take_all().inspect_err(|_| ahead.end())
    })
}

struct Ahead<P> {
    progress: Mutex<Progress<P>>,
    is_read: Condvar,
    count: usize,
}

struct Progress<P> {
    /// The first piece that nobody reads or has read.
    next: usize,
    /// The piece that the caller is at.
    needed: usize,
    /// How many helpers are at work.
    helping: usize,
    /// `None` for a piece whose helper panicked, in code of the user's.
    read: BTreeMap<usize, Option<Result<P>>>,
}

/// A piece that a helper reads. However that ends, the caller waits for it no longer.
struct Claimed<'a, P> {
    ahead: &'a Ahead<P>,
    piece: usize,
    part: Option<Result<P>>,
}

impl<P> Drop for Claimed<'_, P> {
    fn drop(&mut self) {
        lock(&self.ahead.progress)
            .read
            .insert(self.piece, self.part.take());
        self.ahead.is_read.notify_one();
    }
}

impl<P> Ahead<P> {
    /// A piece for a helper to read; none where it is far enough ahead, which ends its help.
    fn claim(&self) -> Option<usize> {
        let mut progress = lock(&self.progress);
        let piece = progress.next;
        if piece < self.count && piece - progress.needed < WINDOW {
            progress.next += 1;
            return Some(piece);
        }
        progress.helping -= 1;
        None
    }

    /// Whether another helper should start, now that the caller is at `piece`.
    fn wants_help(&self, piece: usize, helpers: usize) -> bool {
        let mut progress = lock(&self.progress);
        progress.needed = piece;
        let ahead = progress.next.saturating_sub(piece);
        let wants = progress.helping < helpers && progress.next < self.count && ahead < WINDOW / 2;
        progress.helping += usize::from(wants);
        wants
    }

    /// A piece that a helper has read; none where the caller is to read it.
    fn need(&self, piece: usize) -> Option<Result<P>> {
        let mut progress = lock(&self.progress);
        if piece >= progress.next {
            progress.next = piece + 1;
            return None;
        }
        loop {
            if let Some(part) = progress.read.remove(&piece) {
                return part;
            }
            progress = self
                .is_read
                .wait(progress)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Nothing more is needed.
    fn end(&self) {
        lock(&self.progress).next = self.count;
    }
}
