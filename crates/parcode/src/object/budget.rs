//! Memory that a file makes its reader take, as far as it is limited.

use crate::error::{ErrorKind, ParcodeError, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// How much memory one opened file may make its reader hold.
#[derive(Debug)]
pub(crate) struct Budget {
    limit: u64,
    held: AtomicU64,
}

impl Budget {
    pub(crate) fn new(limit: u64) -> Arc<Self> {
        Arc::new(Self {
            limit,
            held: AtomicU64::new(0),
        })
    }

    /// The same limit, with nothing held.
    pub(crate) fn again(&self) -> Arc<Self> {
        Self::new(self.limit)
    }
}

/// A part of a budget, which gets it back when this is dropped. Of no budget, where memory is not
/// limited, it counts nothing.
#[derive(Debug, Default)]
pub(crate) struct Reserved {
    budget: Option<Arc<Budget>>,
    bytes: AtomicU64,
}

impl Reserved {
    pub(crate) fn of(budget: Option<&Arc<Budget>>) -> Self {
        Self {
            budget: budget.cloned(),
            bytes: AtomicU64::new(0),
        }
    }

    /// Takes `bytes` more, before they are allocated.
    pub(crate) fn grow(&self, bytes: u64) -> Result<()> {
        let Some(budget) = &self.budget else {
            return Ok(());
        };
        let within = |held: u64| held.checked_add(bytes).filter(|sum| *sum <= budget.limit);
        match budget.held.fetch_update(Relaxed, Relaxed, within) {
            Ok(_) => {
                self.bytes.fetch_add(bytes, Relaxed);
                Ok(())
            }
            Err(held) => Err(ParcodeError::new(
                ErrorKind::Limit,
                format!("at most {} bytes of memory for what is read", budget.limit),
                format!("{bytes} more beside {held}"),
            )),
        }
    }
}

impl Drop for Reserved {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.held.fetch_sub(*self.bytes.get_mut(), Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_dropped_is_there_again() {
        let budget = Budget::new(100);
        let first = Reserved::of(Some(&budget));
        first.grow(60).unwrap();
        let second = Reserved::of(Some(&budget));
        assert!(second.grow(50).is_err());
        assert!(second.grow(u64::MAX).is_err());
        second.grow(40).unwrap();
        drop(first);
        second.grow(60).unwrap();
        assert!(second.grow(1).is_err());
        Reserved::default().grow(u64::MAX).unwrap();
    }
}
