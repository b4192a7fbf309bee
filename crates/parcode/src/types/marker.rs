//! Values without bytes: `PhantomData`, and what stands in a mirror for a field that is not stored.

use crate::error::{Flaw, Result};
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, Slot, Store};
use crate::schema::{Prime, Type};
use crate::wire::KeyBuf;
use std::fmt;
use std::marker::PhantomData;

impl<T: ?Sized + Sync> Store for PhantomData<T> {
    const SLOT: usize = 0;
    const HANDLE_SLOT: usize = 0;

    fn __schema(_: &mut SchemaBuilder) -> Type {
        Type::Prime(Prime::Unit)
    }

    fn __measure(_: &Self, _: &mut Measure) {}

    fn __encode(_: &Self, _: usize, _: &mut Encoder<'_>) -> Result<()> {
        Ok(())
    }

    fn __key(_: &Self, _: &mut KeyBuf, _: bool) {}
}

impl<T: ?Sized + Send + Sync + 'static> ParcodeObject for PhantomData<T> {
    type Lazy<'par> = Self;
    type Handle<'par> = Self;

    fn __lazy(_: Slot<'_>) -> Self {
        PhantomData
    }

    fn __handle(_: Slot<'_>) -> Self {
        PhantomData
    }

    fn __load(lazy: Self, _: &Loader) -> Result<Self> {
        Ok(lazy)
    }

    fn __load_handle(handle: Self, _: &Loader) -> Result<Self> {
        Ok(handle)
    }

    fn __check(_: &mut Checker<'_>, _: usize) -> Result<(), Flaw> {
        Ok(())
    }

    fn __shorten<'short, 'long: 'short>(lazy: Self) -> Self {
        lazy
    }

    fn __shorten_handle<'short, 'long: 'short>(handle: Self) -> Self {
        handle
    }
}

/// Stands in a mirror for a field with `#[parcode(skip)]`, which is not in the file.
pub struct Skipped<T>(PhantomData<fn() -> T>);

impl<T> Skipped<T> {
    #[doc(hidden)]
    pub const fn new() -> Self {
        Self(PhantomData)
    }
}

impl<T> Default for Skipped<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Clone for Skipped<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Skipped<T> {}

impl<T> fmt::Debug for Skipped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Skipped")
    }
}
