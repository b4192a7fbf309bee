//! The account of one `load`: what it may visit and build, and whether it may use threads.

use super::{Node, Reserved, Salvaging, Session, Workers};
use crate::error::{ErrorKind, ParcodeError, Result};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

/// Ranges of shards for each thread: threads that are slower take fewer.
const RANGES: usize = 4;
/// Shards that each thread decodes in one wave.
const WAVE: usize = 64;

/// Carried through a `load`.
///
/// A load visits each chunk of a sound file once. A hostile file can name one chunk many times, so
/// that a few bytes describe billions of values; the loader stops where it has visited more stored
/// bytes than the file has.
#[derive(Debug, Clone, Default)]
pub struct Loader {
    /// Made at the first visit: loads that stay in one chunk have no account.
    account: OnceLock<Arc<Account>>,
    parallel: bool,
    /// There where a load goes on at damage.
    salvaging: Option<Arc<Salvaging>>,
}

#[derive(Debug)]
struct Account {
    visited: AtomicU64,
    /// What is built counts as memory of the file until the load is over.
    built: Reserved,
}

impl Loader {
    /// A loader for one thread.
    pub fn new() -> Self {
        Self::default()
    }

    /// A loader that decodes the shards of large values on all threads that the file may use.
    pub fn parallel() -> Self {
        Self {
            parallel: true,
            ..Self::default()
        }
    }

    /// A loader that notes what is lost, and goes on without it.
    pub(crate) fn salvaging(salvaging: Arc<Salvaging>) -> Self {
        Self {
            salvaging: Some(salvaging),
            ..Self::default()
        }
    }

    /// What is noted where this load goes on at damage.
    #[inline]
    pub(crate) fn salvages(&self) -> Option<&Salvaging> {
        self.salvaging.as_deref()
    }

    fn workers<'s>(&self, session: &'s Session) -> &'s Workers {
        if self.parallel {
            &session.workers
        } else {
            &Workers::None
        }
    }

    /// The same account, on one thread: below the level that is parallel.
    fn sequential(&self, session: &Session) -> Self {
        Self {
            account: self.account(session).clone().into(),
            parallel: false,
            salvaging: self.salvaging.clone(),
        }
    }

    fn account(&self, session: &Session) -> &Arc<Account> {
        self.account.get_or_init(|| {
            Arc::new(Account {
                visited: AtomicU64::new(0),
                built: Reserved::of(session.budget.as_ref()),
            })
        })
    }

    /// The elements that `decode` appends for each of `0..shards`, in order; there is room for `count`
    /// from the start. Each thread decodes whole ranges of shards, so little is moved afterwards.
    pub(crate) fn gather<T: Send>(
        &self,
        session: &Session,
        shards: usize,
        count: usize,
        decode: &(dyn Fn(&mut Vec<T>, usize, &Self) -> Result<()> + Sync),
    ) -> Result<Vec<T>> {
        let below = self.sequential(session);
        let workers = self.workers(session);
        let threads = workers.count();
        let ranges = if threads < 2 {
            1
        } else {
            shards.min(threads * RANGES)
        };
        let parts: Vec<Result<Vec<T>>> = workers.map(ranges, |range| {
            let room = if range == 0 { count } else { count / ranges };
            let mut part = Vec::with_capacity(room);
            for shard in shards * range / ranges..shards * (range + 1) / ranges {
                decode(&mut part, shard, &below)?;
            }
            Ok(part)
        });
        let mut parts = parts.into_iter();
        let mut all = parts.next().unwrap_or_else(|| Ok(Vec::new()))?;
        for part in parts {
            all.append(&mut part?);
        }
        Ok(all)
    }

    /// Gives what `decode` makes of each of `0..shards` to `take`, in order. Workers decode a wave of
    /// shards while the caller's thread takes the wave before.
    pub(crate) fn stream<P: Send>(
        &self,
        session: &Session,
        shards: usize,
        decode: &(dyn Fn(usize, &Self) -> Result<P> + Sync),
        take: &mut dyn FnMut(P),
    ) -> Result<()> {
        let below = self.sequential(session);
        let workers = self.workers(session);
        if workers.count() < 2 || shards < 2 {
            return (0..shards).try_for_each(|shard| decode(shard, &below).map(&mut *take));
        }
        let wave = workers.count() * WAVE;
        let (mut next, mut pending) = (0, Vec::new());
        loop {
            let (first, len) = (next, wave.min(shards - next));
            let mut decoded = Vec::new();
            let taken: Result<()> = workers.while_doing(
                &mut || decoded = workers.map(len, |i| decode(first + i, &below)),
                || {
                    pending
                        .drain(..)
                        .try_for_each(|part: Result<P>| part.map(&mut *take))
                },
            );
            taken?;
            if decoded.is_empty() {
                return Ok(());
            }
            next += len;
            pending = decoded;
        }
    }

    /// Charges a visit of a chunk: the stored bytes of it, and what its raw ones become.
    pub(crate) fn visit(&self, node: &Node) -> Result<()> {
        let session = &node.session;
        self.charge(session, node.origin.charge)?;
        self.build::<u8>(session, node.regions.whole().len())
    }

    /// Bytes charged so far.
    pub(crate) fn visited(&self) -> u64 {
        let account = self.account.get();
        account.map_or(0, |account| account.visited.load(Relaxed))
    }

    /// Charges a visit of stored bytes.
    pub(crate) fn charge(&self, session: &Session, bytes: u64) -> Result<()> {
        let visited = self.account(session).visited.fetch_add(bytes, Relaxed);
        let visited = visited.saturating_add(bytes);
        if visited <= session.len {
            return Ok(());
        }
        Err(ParcodeError::new(
            ErrorKind::Limit,
            format!(
                "each chunk of a file of {} bytes to be linked once",
                session.len
            ),
            format!("links to {visited} bytes"),
        ))
    }

    /// Charges the memory of `count` values that will be built.
    #[inline]
    pub(crate) fn build<T>(&self, session: &Session, count: usize) -> Result<()> {
        if session.budget.is_none() {
            return Ok(());
        }
        let bytes = count.saturating_mul(size_of::<T>());
        self.account(session).built.grow(bytes as u64)
    }
}
