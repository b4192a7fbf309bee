//! The account of one `load`: what it may visit and build, and whether it may use threads.

use super::{Node, Reserved, Salvaging, Session, Workers, ahead::ahead};
use crate::error::{ErrorKind, ParcodeError, Result};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

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

    /// Gives what `read` makes of each of `0..count` to `take`, in order, with the loader for what is
    /// below. Helpers read ahead.
    pub(crate) fn each<P: Send>(
        &self,
        session: &Session,
        count: usize,
        read: &(dyn Fn(usize) -> Result<P> + Sync),
        mut take: impl FnMut(P, &Self) -> Result<()>,
    ) -> Result<()> {
        let below = self.sequential(session);
        let workers = self.workers(session);
        ahead((session, workers), count, read, &mut |part| {
            take(part, &below)
        })
    }

    /// Charges a visit of a chunk: the stored bytes of it, and what its raw ones become.
    pub(crate) fn visit(&self, node: &Node) -> Result<()> {
        self.pass(node)?;
        self.build::<u8>(&node.session, node.regions.whole().len())
    }

    /// Charges a visit of a chunk of which nothing is built.
    pub(crate) fn pass(&self, node: &Node) -> Result<()> {
        self.charge(&node.session, node.origin.charge)?;
        node.session.not_in_vain(node);
        Ok(())
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
