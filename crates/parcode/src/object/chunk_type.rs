//! What a chunk is read as: a type of Rust, or (in `structure.rs`) a type of a file's schema.

use super::{Checker, Conversion, ParcodeObject, Session, fingerprint};
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use std::marker::PhantomData;
use std::sync::Arc;

/// How a chunk starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum ChunkKind {
    /// With an inline value: what is away, and every shard.
    Inline,
    /// With a chunkable value: the root.
    Root,
}

/// The type of a chunk's value, as far as reading a chunk depends on it.
pub(crate) trait ChunkType: Sync {
    /// What the chunk's mark must say.
    fn fingerprint(&self) -> u64;

    /// How a chunk of another type, of this fingerprint, becomes one of this type.
    fn conversion(&self, session: &Session, fingerprint: u64) -> Result<Arc<Conversion>> {
        let _ = session;
        Err(ParcodeError::new(
            ErrorKind::Damaged,
            format!("a chunk of type {:016x}", self.fingerprint()),
            format!("one of type {fingerprint:016x}"),
        ))
    }

    /// Bytes of the value at the start of the body.
    fn slot(&self, kind: ChunkKind) -> usize;

    /// Checks the value and everything that it claims.
    fn check(&self, checker: &mut Checker<'_>, kind: ChunkKind) -> Result<(), Flaw>;
}

/// The type of Rust `T`.
pub(crate) const fn typed<T: ParcodeObject>() -> &'static dyn ChunkType {
    &Typed::<T>(PhantomData)
}

/// A type that nobody knows: the chunk is taken as it is, and whatever its mark says it holds.
pub(crate) struct Unknown {
    pub(crate) fingerprint: u64,
}

impl ChunkType for Unknown {
    fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    fn slot(&self, _: ChunkKind) -> usize {
        0
    }

    fn check(&self, checker: &mut Checker<'_>, _: ChunkKind) -> Result<(), Flaw> {
        checker.claim_all()
    }
}

struct Typed<T>(PhantomData<fn() -> T>);

impl<T: ParcodeObject> ChunkType for Typed<T> {
    fn fingerprint(&self) -> u64 {
        fingerprint::<T>()
    }

    fn conversion(&self, session: &Session, fingerprint: u64) -> Result<Arc<Conversion>> {
        session.conversions()?.get::<T>(fingerprint)
    }

    fn slot(&self, kind: ChunkKind) -> usize {
        match kind {
            ChunkKind::Inline => T::SLOT,
            ChunkKind::Root => T::HANDLE_SLOT,
        }
    }

    fn check(&self, checker: &mut Checker<'_>, kind: ChunkKind) -> Result<(), Flaw> {
        match kind {
            ChunkKind::Inline => T::__check(checker, 0),
            ChunkKind::Root => T::__check_handle(checker, 0),
        }
    }
}
