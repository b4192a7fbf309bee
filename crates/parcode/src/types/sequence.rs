//! Sequences: `Vec`, boxed slices, `VecDeque`, borrowed slices.

use crate::error::{Flaw, Result};
use crate::format::SPAN_LEN;
use crate::lazy::{LazyVec, SeqContainer, VecView};
use crate::object::{Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Slot, Store};
use crate::schema::{SchemaBuilder, Type};
use crate::wire::KeyBuf;
use crate::write::sequence;
use std::collections::VecDeque;
use std::sync::Arc;

impl<T: Store> Store for [T] {
    const SLOT: usize = SPAN_LEN;
    const HANDLE_SLOT: usize = SPAN_LEN;
    const SPANNED: bool = true;

    fn __schema(types: &mut SchemaBuilder) -> Type {
        Type::Sequence(types.of::<T>())
    }

    #[inline]
    fn __measure(this: &Self, measure: &mut Measure) {
        measure.elements(this.iter());
    }

    #[inline]
    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.slice(at, this)
    }

    #[inline]
    fn __measure_handle(this: &Self, measure: &mut Measure) {
        measure.at_home_or_away(|measure| measure.elements(this.iter()));
    }

    #[inline]
    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        sequence(encoder, at, this)
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        T::__key_slice(this, key, last);
    }
}

/// A deque as a slice: its own where it is in one piece, else one of references to its elements.
fn with_slice<T: Store, R>(
    deque: &VecDeque<T>,
    one: impl FnOnce(&[T]) -> R,
    parts: impl FnOnce(&[&T]) -> R,
) -> R {
    match deque.as_slices() {
        (all, []) => one(all),
        _ => parts(&deque.iter().collect::<Vec<_>>()),
    }
}

impl<T: Store> Store for VecDeque<T> {
    const SLOT: usize = SPAN_LEN;
    const HANDLE_SLOT: usize = SPAN_LEN;
    const SPANNED: bool = true;

    fn __schema(types: &mut SchemaBuilder) -> Type {
        <[T]>::__schema(types)
    }

    fn __measure(this: &Self, measure: &mut Measure) {
        measure.elements(this.iter());
    }

    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.elements(at, this.iter())
    }

    fn __measure_handle(this: &Self, measure: &mut Measure) {
        measure.at_home_or_away(|measure| measure.elements(this.iter()));
    }

    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        match this.as_slices() {
            (all, []) => sequence(encoder, at, all),
            _ => sequence(encoder, at, &this.iter().collect::<Vec<_>>()),
        }
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        with_slice(this, |all| T::__key_slice(all, &mut *key, last), |_| ());
        if !this.as_slices().1.is_empty() {
            <&T>::__key_slice(&this.iter().collect::<Vec<_>>(), key, last);
        }
    }
}

/// What owns its elements in one slice, stored as that.
macro_rules! sliced {
    ($($type:ident<$param:ident> = $whole:ty;)*) => {$(
        impl<$param: Store> Store for $whole
        where
            $whole: Sync,
        {
            const SLOT: usize = SPAN_LEN;
            const HANDLE_SLOT: usize = SPAN_LEN;
            const SPANNED: bool = true;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                <[$param]>::__schema(types)
            }

            #[inline]
            fn __measure(this: &Self, measure: &mut Measure) {
                <[$param]>::__measure(this, measure);
            }

            #[inline]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                <[$param]>::__encode(this, at, encoder)
            }

            #[inline]
            fn __measure_handle(this: &Self, measure: &mut Measure) {
                <[$param]>::__measure_handle(this, measure);
            }

            #[inline]
            fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                <[$param]>::__encode_handle(this, at, encoder)
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$param]>::__key(this, key, last);
            }
        }

        impl<$param: Store> Lookup<$whole> for [$param] {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Self::__key(this, key, last);
            }
        }

        impl<$param: Store> Lookup<$whole> for Vec<$param> {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$param]>::__key(this, key, last);
            }
        }

        impl<$param: Store, const N: usize> Lookup<$whole> for [$param; N] {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$param]>::__key(this, key, last);
            }
        }
    )*};
}

sliced! {
    Vec<T> = Vec<T>;
    Box<T> = Box<[T]>;
    Arc<T> = Arc<[T]>;
}

macro_rules! read_sequences {
    ($($whole:ty $(where $bound:path)?;)*) => {$(
        impl<T: ParcodeObject $(+ $bound)?> ParcodeObject for $whole {
            type Lazy<'par> = VecView<'par, T, Self>;
            type Handle<'par> = LazyVec<'par, T, Self>;

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> VecView<'_, T, Self> {
                VecView::new(slot)
            }

            #[inline(always)]
            fn __handle(slot: Slot<'_>) -> LazyVec<'_, T, Self> {
                LazyVec::new(slot)
            }

            #[inline]
            fn __load(lazy: VecView<'_, T, Self>, loader: &Loader) -> Result<Self> {
                lazy.__load(loader)
            }

            #[inline]
            fn __load_handle(handle: LazyVec<'_, T, Self>, loader: &Loader) -> Result<Self> {
                handle.__load(loader)
            }

            #[inline]
            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.elements::<T>(at)
            }

            #[inline]
            fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.home_or_away(at, |checker| checker.elements::<T>(at))
            }

            fn __shorten<'short, 'long: 'short>(
                lazy: VecView<'long, T, Self>,
            ) -> VecView<'short, T, Self> {
                lazy.shorten()
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: LazyVec<'long, T, Self>,
            ) -> LazyVec<'short, T, Self> {
                handle.shorten()
            }
        }

        impl<T $(: $bound)?> SeqContainer<T> for $whole {
            fn from_vec(elements: Vec<T>) -> Self {
                elements.into()
            }
        }
    )*};
}

read_sequences! {
    Vec<T>;
    Box<[T]>;
    Arc<[T]>;
    VecDeque<T>;
}
