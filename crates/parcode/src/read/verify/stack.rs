//! What is left to do, on one stack that all threads take from.

use super::Walk;
use crate::object::{IndexNode, Node, Paged};
use crate::schema::TypeRef;
use std::ops::Range;
use std::sync::{Arc, MutexGuard, PoisonError};

#[derive(Default)]
pub(super) struct Stack {
    work: Vec<Work>,
    /// Steps being done: as long as there are any, work may come.
    busy: usize,
    pub(super) stopped: bool,
}

/// A chunk on the way to what is visited, with those above it, which paths in errors lead through.
pub(super) struct Visited {
    pub(super) node: Arc<Node>,
    /// Of what its links lead to, as far as the schema tells.
    pub(super) types: Vec<TypeRef>,
    pub(super) _above: Option<Arc<Visited>>,
}

/// What is left to do of a chunk, an index or an extent.
pub(super) enum Work {
    Links(Arc<Visited>, Range<u32>),
    Shards(Arc<Visited>, u32, Arc<IndexNode>, Range<usize>),
    Pages(Arc<Visited>, u32, Pages, Range<u64>),
}

#[derive(Clone)]
pub(super) enum Pages {
    Extent(Arc<Paged>, usize),
    Index(Arc<IndexNode>),
}

pub(super) enum Step {
    Link(Arc<Visited>, u32),
    Shard(Arc<Visited>, u32, Arc<IndexNode>, usize),
    Page(Arc<Visited>, u32, Pages, u64),
}

impl Work {
    fn step(&mut self) -> Option<Step> {
        Some(match self {
            Self::Links(chunk, links) => Step::Link(chunk.clone(), links.next()?),
            Self::Shards(chunk, link, index, shards) => {
                Step::Shard(chunk.clone(), *link, index.clone(), shards.next()?)
            }
            Self::Pages(chunk, link, of, pages) => {
                Step::Page(chunk.clone(), *link, of.clone(), pages.next()?)
            }
        })
    }
}

impl Walk<'_> {
    /// Does steps until there are none left.
    pub(super) fn work(&self) {
        while let Some(step) = self.next() {
            let done = Done(self);
            self.note(self.step(step));
            drop(done);
        }
    }

    pub(super) fn stack(&self) -> MutexGuard<'_, Stack> {
        self.stack.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next(&self) -> Option<Step> {
        let mut stack = self.stack();
        loop {
            if stack.stopped {
                return None;
            }
            match stack.work.last_mut().map(Work::step) {
                Some(Some(step)) => {
                    stack.busy += 1;
                    return Some(step);
                }
                Some(None) => drop(stack.work.pop()),
                None if stack.busy == 0 => return None,
                None => {
                    stack = self
                        .wake
                        .wait(stack)
                        .unwrap_or_else(PoisonError::into_inner);
                }
            }
        }
    }

    pub(super) fn push(&self, work: Work) {
        self.stack().work.push(work);
        self.wake.notify_all();
    }
}

/// The end of a step, also of one that panics: whoever waits for its work waits no longer.
struct Done<'w>(&'w Walk<'w>);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.stack().busy -= 1;
        self.0.wake.notify_all();
    }
}
