//! Values behind a pointer, and the plain handle of what has no directory of its own.

use crate::error::Result;
use crate::object::{Loader, Node, ParcodeObject, Slot, typed};
use crate::read;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// A value behind a pointer (`Box`, `Arc`) inside the mirror's own chunk. It is what gives mirrors
/// of recursive types a size.
pub struct BoxView<'par, T, C = T> {
    slot: Slot<'par>,
    types: PhantomData<fn() -> (T, C)>,
}

impl<'par, T: ParcodeObject, C: From<T>> BoxView<'par, T, C> {
    /// The view of a value whose pointer is in `slot`.
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self {
            slot: Slot::at(slot.node, slot.pointer(), T::SLOT),
            types: PhantomData,
        }
    }

    /// The mirror of the value. Reads nothing.
    pub fn get_lazy(&self) -> T::Lazy<'par> {
        T::__lazy(self.slot)
    }

    /// The value, whole.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        loader.build::<T>(&self.slot.node.session, 1)?;
        T::__load(self.get_lazy(), loader).map(C::from)
    }

    pub(crate) fn shorten<'short>(self) -> BoxView<'short, T, C>
    where
        'par: 'short,
    {
        BoxView {
            types: PhantomData,
            ..self
        }
    }
}

/// A chunkable value that is text, a pointer, a tuple or an array: home in the chunk of its mirror,
/// or away in one of its own.
pub struct LazyBox<'par, T, C = T> {
    pub(super) slot: Slot<'par>,
    types: PhantomData<fn() -> (T, C)>,
}

impl<'par, T: ParcodeObject, C: From<T>> LazyBox<'par, T, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self {
            slot,
            types: PhantomData,
        }
    }

    /// The mirror of the value; reads its chunk at the first touch.
    pub fn get_lazy(&self) -> Result<T::Lazy<'par>> {
        if let Some(link) = self.link() {
            let node = read::child(self.slot.node, link, typed::<T>())?;
            return Ok(T::__lazy(Slot::at(node, 0, T::SLOT)));
        }
        Ok(T::__lazy(self.home()))
    }

    /// The value, whole. Its chunk is not kept.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        let Some(away) = self.away() else {
            return T::__load(T::__lazy(self.home()), loader).map(C::from);
        };
        let visited = away.and_then(|node| loader.visit(&node).map(|()| node));
        match (visited, loader.salvages()) {
            (Ok(node), _) => T::__load(T::__lazy(Slot::at(&node, 0, T::SLOT)), loader).map(C::from),
            (Err(error), Some(salvaging)) => self.rescue(error, loader, salvaging),
            (Err(error), None) => Err(error),
        }
    }

    /// The chunk of a value that is away, not kept.
    pub(super) fn away(&self) -> Option<Result<Arc<Node>>> {
        let link = self.link()?;
        Some(read::passing_child(self.slot.node, link, typed::<T>()))
    }

    fn link(&self) -> Option<u32> {
        let span = self.slot.span();
        span.is_away().then_some(span.start)
    }

    /// What is home is behind the span, or is what the span itself says.
    fn home(&self) -> Slot<'par> {
        if T::SPANNED {
            return self.slot;
        }
        Slot::at(self.slot.node, self.slot.pointer(), T::SLOT)
    }

    pub(crate) fn shorten<'short>(self) -> LazyBox<'short, T, C>
    where
        'par: 'short,
    {
        LazyBox {
            types: PhantomData,
            ..self
        }
    }
}

impl<T, C> Clone for BoxView<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, C> Copy for BoxView<'_, T, C> {}

impl<T: ParcodeObject, C: From<T>> fmt::Debug for BoxView<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get_lazy().fmt(f)
    }
}

impl<T, C> Clone for LazyBox<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, C> Copy for LazyBox<'_, T, C> {}

impl<T, C> fmt::Debug for LazyBox<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyBox")
            .field("away", &self.slot.span().is_away())
            .finish_non_exhaustive()
    }
}
