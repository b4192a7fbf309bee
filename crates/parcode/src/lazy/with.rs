//! A value that is stored as another.

use crate::error::Result;
use crate::object::Loader;
use std::fmt;

/// The handle of a field with `#[parcode(with = "…")]`: the mirror of what is stored, and the way
/// back.
pub struct LazyWith<M, T> {
    stored: M,
    restore: fn(M, &Loader) -> Result<T>,
}

impl<M: Clone, T> LazyWith<M, T> {
    #[doc(hidden)]
    pub fn new(stored: M, restore: fn(M, &Loader) -> Result<T>) -> Self {
        Self { stored, restore }
    }

    /// The mirror of what is stored.
    pub fn stored(&self) -> &M {
        &self.stored
    }

    /// The value.
    pub fn load(&self) -> Result<T> {
        self.clone().__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(self, loader: &Loader) -> Result<T> {
        (self.restore)(self.stored, loader)
    }

    #[doc(hidden)]
    pub fn into_stored(self) -> M {
        self.stored
    }
}

impl<M: Clone, T> Clone for LazyWith<M, T> {
    fn clone(&self) -> Self {
        Self {
            stored: self.stored.clone(),
            restore: self.restore,
        }
    }
}

impl<M: fmt::Debug, T> fmt::Debug for LazyWith<M, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LazyWith").field(&self.stored).finish()
    }
}
