//! Pointers: owned ones are a level of their own, references are what they refer to.

use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{POINTER_LEN, SPAN_LEN};
use crate::lazy::{BoxView, LazyBox};
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;
use std::sync::Arc;

impl<T: Store + ?Sized> Store for &T {
    const SLOT: usize = T::SLOT;
    const HANDLE_SLOT: usize = T::HANDLE_SLOT;
    const PLAIN: Option<usize> = T::PLAIN;
    const SPANNED: bool = T::SPANNED;
    const BYTE: bool = T::BYTE;
    const GUARDED: bool = T::GUARDED;

    fn __schema(types: &mut SchemaBuilder) -> Type {
        T::__schema(types)
    }

    #[inline]
    fn __measure(this: &Self, measure: &mut Measure) {
        T::__measure(this, measure);
    }

    #[inline]
    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        T::__encode(this, at, encoder)
    }

    fn __measure_handle(this: &Self, measure: &mut Measure) {
        T::__measure_handle(this, measure);
    }

    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        T::__encode_handle(this, at, encoder)
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        T::__key(this, key, last);
    }

    #[inline]
    fn __key_hash(this: &Self, buffer: &mut KeyBuf) -> u64 {
        T::__key_hash(this, buffer)
    }
}

impl<K: ?Sized, Q: Lookup<K> + ?Sized> Lookup<K> for &Q {
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
        Q::__lookup(this, key, last);
    }

    #[inline]
    fn __with<R>(this: &Self, with: impl FnOnce(&[u8]) -> R) -> R {
        Q::__with(this, with)
    }
}

macro_rules! pointers {
    ($($pointer:ident)*) => {$(
        impl<T: Store> Store for $pointer<T>
        where
            $pointer<T>: Sync,
        {
            const SLOT: usize = POINTER_LEN;
            const HANDLE_SLOT: usize = SPAN_LEN;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                Type::Boxed(types.of::<T>())
            }

            fn __measure(this: &Self, measure: &mut Measure) {
                measure.add(T::SLOT);
                T::__measure(this, measure);
            }

            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let start = encoder.claim(T::SLOT, 1)?;
                encoder.scalar(at, start);
                encoder.deeper(|encoder| T::__encode(this, start as usize, encoder))
            }

            fn __measure_handle(this: &Self, measure: &mut Measure) {
                measure.at_home_or_away(|measure| Self::__measure(this, measure));
            }

            fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                encoder.whole(at, &**this, |encoder| encoder.pointee(at, &**this))
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                T::__key(this, key, last);
            }
        }

        impl<T: ParcodeObject> ParcodeObject for $pointer<T>
        where
            $pointer<T>: Sync + Send,
        {
            type Lazy<'par> = BoxView<'par, T, Self>;
            type Handle<'par> = LazyBox<'par, T, Self>;

            fn __lazy(slot: Slot<'_>) -> BoxView<'_, T, Self> {
                BoxView::new(slot)
            }

            fn __handle(slot: Slot<'_>) -> LazyBox<'_, T, Self> {
                LazyBox::new(slot)
            }

            fn __load(lazy: BoxView<'_, T, Self>, loader: &Loader) -> Result<Self> {
                lazy.__load(loader)
            }

            fn __unreadable(handle: &LazyBox<'_, T, Self>) -> Option<ParcodeError> {
                handle.unreadable()
            }

            fn __load_handle(handle: LazyBox<'_, T, Self>, loader: &Loader) -> Result<Self> {
                handle.__load(loader)
            }

            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.pointee::<T>(at)
            }

            fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.home_or_away(at, |checker| match T::SPANNED {
                    true => T::__check(checker, at),
                    false => checker.home_pointee::<T>(at),
                })
            }

            fn __shorten<'short, 'long: 'short>(
                lazy: BoxView<'long, T, Self>,
            ) -> BoxView<'short, T, Self> {
                lazy.shorten()
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: LazyBox<'long, T, Self>,
            ) -> LazyBox<'short, T, Self> {
                handle.shorten()
            }
        }

        impl<K, Q: Lookup<K>> Lookup<$pointer<K>> for $pointer<Q> {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Q::__lookup(this, key, last);
            }
        }
    )*};
}

pointers!(Box Arc);
