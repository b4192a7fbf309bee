//! Sequences: `Vec`, boxed slices, `VecDeque`, borrowed slices.

use crate::error::{Flaw, Result};
use crate::format::SPAN_LEN;
use crate::lazy::{LazyVec, SeqContainer, VecView};
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;
use crate::write::sequence;
use std::borrow::Cow;
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
        if let Some(bytes) = T::__plain_bytes(this) {
            measure.touch(bytes);
        }
    }

    #[inline]
    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.slice(at, this)
    }

    #[inline]
    fn __measure_handle(this: &Self, measure: &mut Measure) {
        measure.at_home_or_away(|measure| Self::__measure(this, measure));
    }

    #[inline]
    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        sequence(encoder, at, this)
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        sequence_key(this.iter(), key, last);
    }
}

/// Appends a sequence to a key: bytes as a byte string, other elements each behind a 1, so that a
/// sequence comes before a longer one that starts with it.
fn sequence_key<'v, T: Store + 'v>(
    elements: impl Iterator<Item = &'v T>,
    key: &mut KeyBuf,
    last: bool,
) {
    if T::BYTE {
        let mut bytes = KeyBuf::new();
        elements.for_each(|element| T::__key(element, &mut bytes, true));
        return key.bytes(bytes.as_bytes(), last);
    }
    for element in elements {
        key.raw(&[1]);
        T::__key(element, key, false);
    }
    if !last {
        key.raw(&[0]);
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
        sequence_key(this.iter(), key, last);
    }
}

/// What owns its elements in one slice, stored as that.
macro_rules! sliced {
    ($([$($generics:tt)*] $whole:ty = [$element:ty];)*) => {$(
        impl<$($generics)*> Store for $whole {
            const SLOT: usize = SPAN_LEN;
            const HANDLE_SLOT: usize = SPAN_LEN;
            const SPANNED: bool = true;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                <[$element]>::__schema(types)
            }

            #[inline]
            fn __measure(this: &Self, measure: &mut Measure) {
                <[$element]>::__measure(this, measure);
            }

            #[inline]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                <[$element]>::__encode(this, at, encoder)
            }

            #[inline]
            fn __measure_handle(this: &Self, measure: &mut Measure) {
                <[$element]>::__measure_handle(this, measure);
            }

            #[inline]
            fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                <[$element]>::__encode_handle(this, at, encoder)
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$element]>::__key(this, key, last);
            }
        }

        impl<$($generics)*> Lookup<$whole> for [$element] {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Self::__key(this, key, last);
            }
        }

        impl<$($generics)*> Lookup<$whole> for Vec<$element> {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$element]>::__key(this, key, last);
            }
        }

        impl<const LEN: usize, $($generics)*> Lookup<$whole> for [$element; LEN] {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$element]>::__key(this, key, last);
            }
        }
    )*};
}

sliced! {
    [T: Store] Vec<T> = [T];
    [T: Store] Box<[T]> = [T];
    [T: Store + Send] Arc<[T]> = [T];
    [T: Store + Clone] Cow<'_, [T]> = [T];
}

/// Owned slices are keys of their own kind, as `Vec` is.
macro_rules! own_spelling {
    ($($type:ty)*) => {$(
        impl<T: Store + Send> Lookup<$type> for $type {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                <[T]>::__key(this, key, last);
            }
        }
    )*};
}

own_spelling!(Box<[T]> Arc<[T]>);

/// What is read back from a sequence; `$from` makes it of the elements.
macro_rules! read_sequences {
    ($([$($generics:tt)*] $whole:ty = [$element:ty] by $from:expr;)*) => {$(
        impl<$($generics)*> ParcodeObject for $whole {
            type Lazy<'par> = VecView<'par, $element, Self>;
            type Handle<'par> = LazyVec<'par, $element, Self>;

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> VecView<'_, $element, Self> {
                VecView::new(slot)
            }

            #[inline(always)]
            fn __handle(slot: Slot<'_>) -> LazyVec<'_, $element, Self> {
                LazyVec::new(slot)
            }

            #[inline]
            fn __load(lazy: VecView<'_, $element, Self>, loader: &Loader) -> Result<Self> {
                lazy.__load(loader)
            }

            #[inline]
            fn __load_handle(handle: LazyVec<'_, $element, Self>, loader: &Loader) -> Result<Self> {
                handle.__load(loader)
            }

            #[inline]
            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.elements::<$element>(at)
            }

            #[inline]
            fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.home_or_away(at, |checker| checker.elements::<$element>(at))
            }

            fn __shorten<'short, 'long: 'short>(
                lazy: VecView<'long, $element, Self>,
            ) -> VecView<'short, $element, Self> {
                lazy.shorten()
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: LazyVec<'long, $element, Self>,
            ) -> LazyVec<'short, $element, Self> {
                handle.shorten()
            }
        }

        impl<$($generics)*> SeqContainer<$element> for $whole {
            fn from_vec(elements: Vec<$element>) -> Result<Self> {
                let from: fn(Vec<$element>) -> Result<Self> = $from;
                from(elements)
            }
        }
    )*};
}

read_sequences! {
    [T: ParcodeObject] Vec<T> = [T] by Ok;
    [T: ParcodeObject] Box<[T]> = [T] by |elements| Ok(elements.into());
    [T: ParcodeObject] Arc<[T]> = [T] by |elements| Ok(elements.into());
    [T: ParcodeObject] VecDeque<T> = [T] by |elements| Ok(elements.into());
    [T: ParcodeObject + Clone] Cow<'static, [T]> = [T] by |elements| Ok(Cow::Owned(elements));
}
