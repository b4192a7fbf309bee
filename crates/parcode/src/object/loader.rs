//! The account of one `load`: what it may visit, and whether it may use threads.

use super::{Session, Workers};
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
    visited: OnceLock<Arc<AtomicU64>>,
    workers: Workers,
}

impl Loader {
    /// A loader for one thread.
    pub fn new() -> Self {
        Self::default()
    }

    /// A loader that decodes the shards of large values on all threads.
    pub fn parallel() -> Self {
        Self {
            workers: Workers::shared(),
            ..Self::default()
        }
    }

    pub(crate) fn workers(&self) -> &Workers {
        &self.workers
    }

    /// The same account, on one thread: below the level that is parallel.
    pub(crate) fn sequential(&self) -> Self {
        Self {
            visited: self.account().clone().into(),
            workers: Workers::None,
        }
    }

    fn account(&self) -> &Arc<AtomicU64> {
        self.visited.get_or_init(Arc::default)
    }

    /// Charges a visit of stored bytes.
    pub(crate) fn charge(&self, session: &Session, bytes: u64) -> Result<()> {
        let visited = self.account().fetch_add(bytes, Relaxed);
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
}
