//! Arrays.

use super::AsView;
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::SPAN_LEN;
use crate::lazy::LazyBox;
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Plain, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;
use std::array;

impl<T: Store, const N: usize> Store for [T; N] {
    const SLOT: usize = T::SLOT * N;
    const HANDLE_SLOT: usize = SPAN_LEN;
    const GUARDED: bool = T::GUARDED;
    const PLAIN: Option<usize> = if N == 0 { None } else { T::PLAIN };

    fn __schema(types: &mut SchemaBuilder) -> Type {
        Type::Array(types.of::<T>(), N as u64)
    }

    fn __measure(this: &Self, measure: &mut Measure) {
        if T::PLAIN.is_none() {
            for element in this {
                T::__measure(element, measure);
            }
        }
    }

    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        if let Some(bytes) = T::__plain_bytes(this) {
            encoder.put(at, bytes);
            return Ok(());
        }
        this.iter().enumerate().try_for_each(|(i, element)| {
            T::__encode(element, at + i * T::SLOT, encoder)
                .map_err(|error| error.inside(&format!("[{i}]")))
        })
    }

    fn __measure_handle(this: &Self, measure: &mut Measure) {
        measure.at_home_or_away(|measure| {
            measure.add(Self::SLOT);
            Self::__measure(this, measure);
        });
    }

    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.whole(at, this, |encoder| encoder.pointee(at, this))
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        for (i, element) in this.iter().enumerate() {
            T::__key(element, key, last && i + 1 == N);
        }
    }

    fn __plain_bytes(these: &[Self]) -> Option<&[u8]> {
        T::__plain_bytes(these.as_flattened())
    }
}

impl<T: ParcodeObject, const N: usize> ParcodeObject for [T; N] {
    type Lazy<'par> = [T::Lazy<'par>; N];
    type Handle<'par> = LazyBox<'par, Self>;

    #[inline]
    fn __lazy(slot: Slot<'_>) -> [T::Lazy<'_>; N] {
        let mut fields = slot.fields();
        array::from_fn(|_| fields.lazy::<T>())
    }

    fn __handle(slot: Slot<'_>) -> LazyBox<'_, Self> {
        LazyBox::new(slot)
    }

    #[inline]
    fn __load(lazy: [T::Lazy<'_>; N], loader: &Loader) -> Result<Self> {
        T::__load_array(lazy, loader)
    }

    fn __unreadable(handle: &LazyBox<'_, Self>) -> Option<ParcodeError> {
        handle.unreadable()
    }

    fn __load_handle(handle: LazyBox<'_, Self>, loader: &Loader) -> Result<Self> {
        handle.__load(loader)
    }

    fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        if T::PLAIN.is_some() && !T::GUARDED {
            return Ok(());
        }
        (0..N).try_for_each(|i| {
            T::__check(checker, at + i * T::SLOT).map_err(|flaw| flaw.inside(&format!("[{i}]")))
        })
    }

    fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        checker.home_or_away(at, |checker| checker.home_pointee::<Self>(at))
    }

    fn __shorten<'short, 'long: 'short>(lazy: [T::Lazy<'long>; N]) -> [T::Lazy<'short>; N] {
        lazy.map(T::__shorten)
    }

    fn __shorten_handle<'short, 'long: 'short>(
        handle: LazyBox<'long, Self>,
    ) -> LazyBox<'short, Self> {
        handle.shorten()
    }
}

impl<T: Plain, const N: usize> Plain for [T; N] where [T; N]: bytemuck::Pod {}

impl<K, Q: Lookup<K>, const N: usize> Lookup<[K; N]> for [Q; N] {
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
        for (i, element) in this.iter().enumerate() {
            Q::__lookup(element, key, last && i + 1 == N);
        }
    }
}

impl<T: AsView, const N: usize> AsView for [T; N] {
    type View<'a> = [T::View<'a>; N];

    fn view(&self) -> Self::View<'_> {
        self.each_ref().map(T::view)
    }

    fn view_lazy<'a>(lazy: &'a Self::Lazy<'_>) -> Self::View<'a> {
        lazy.each_ref().map(|lazy| T::view_lazy(lazy))
    }
}
