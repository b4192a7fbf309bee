//! `Option` and `Result`.

use super::AsView;
use crate::error::{Flaw, Result};
use crate::object;
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;

impl<T: Store> Store for Option<T> {
    const SLOT: usize = 1 + T::SLOT;
    const HANDLE_SLOT: usize = 1 + T::HANDLE_SLOT;

    fn __schema(types: &mut SchemaBuilder) -> Type {
        Type::Option(types.of::<T>())
    }

    #[inline]
    fn __measure(this: &Self, measure: &mut Measure) {
        if let Some(value) = this {
            T::__measure(value, measure);
        }
    }

    #[inline]
    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        let Some(value) = this else { return Ok(()) };
        encoder.scalar(at, 1u8);
        T::__encode(value, at + 1, encoder)
    }

    fn __measure_handle(this: &Self, measure: &mut Measure) {
        if let Some(value) = this {
            T::__measure_handle(value, measure);
        }
    }

    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        let Some(value) = this else { return Ok(()) };
        encoder.scalar(at, 1u8);
        T::__encode_handle(value, at + 1, encoder)
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        key.raw(&[u8::from(this.is_some())]);
        if let Some(value) = this {
            T::__key(value, key, last);
        }
    }
}

fn is_some(checker: &Checker<'_>, at: usize) -> Result<bool, Flaw> {
    match checker.slot(at).first() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        other => Err(Flaw::new("0 for none or 1 for some", format!("{other:?}"))),
    }
}

impl<T: ParcodeObject> ParcodeObject for Option<T> {
    type Lazy<'par> = Option<T::Lazy<'par>>;
    type Handle<'par> = Option<T::Handle<'par>>;

    #[inline]
    fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_> {
        (slot.scalar::<u8>() != 0).then(|| T::__lazy(slot.after(1)))
    }

    #[inline]
    fn __handle(slot: Slot<'_>) -> Self::Handle<'_> {
        (slot.scalar::<u8>() != 0).then(|| T::__handle(slot.after(1)))
    }

    #[inline]
    fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
        lazy.map(|lazy| T::__load(lazy, loader)).transpose()
    }

    fn __load_handle(handle: Self::Handle<'_>, loader: &Loader) -> Result<Self> {
        if let (Some(salvaging), Some(handle)) = (loader.salvages(), &handle)
            && let Some(error) = T::__unreadable(handle)
        {
            salvaging.value(error);
            return Ok(None);
        }
        handle
            .map(|handle| T::__load_handle(handle, loader))
            .transpose()
    }

    #[inline]
    fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        if is_some(checker, at)? {
            T::__check(checker, at + 1)?;
        }
        Ok(())
    }

    fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        if is_some(checker, at)? {
            T::__check_handle(checker, at + 1)?;
        }
        Ok(())
    }

    fn __shorten<'short, 'long: 'short>(lazy: Self::Lazy<'long>) -> Self::Lazy<'short> {
        lazy.map(T::__shorten)
    }

    fn __shorten_handle<'short, 'long: 'short>(
        handle: Self::Handle<'long>,
    ) -> Self::Handle<'short> {
        handle.map(T::__shorten_handle)
    }
}

impl<K, Q: Lookup<K>> Lookup<Option<K>> for Option<Q> {
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
        key.raw(&[u8::from(this.is_some())]);
        if let Some(value) = this {
            Q::__lookup(value, key, last);
        }
    }
}

impl<T: AsView> AsView for Option<T> {
    type View<'a> = Option<T::View<'a>>;

    fn view(&self) -> Self::View<'_> {
        self.as_ref().map(T::view)
    }

    fn view_lazy<'a>(lazy: &'a Self::Lazy<'_>) -> Self::View<'a> {
        lazy.as_ref().map(|lazy| T::view_lazy(lazy))
    }
}

/// One of two types, as an enum of two variants.
macro_rules! one_of_two {
    ($type:ident { $first:ident, $second:ident }) => {
        impl<T: Store, E: Store> Store for $type<T, E> {
            const SLOT: usize = object::tag_width(2) + object::widest(&[T::SLOT, E::SLOT]);
            const HANDLE_SLOT: usize = Self::SLOT;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                let first = vec![object::field::<T>(types, "0", false)];
                let second = vec![object::field::<E>(types, "0", false)];
                object::choice(
                    stringify!($type),
                    vec![
                        object::variant(stringify!($first), first),
                        object::variant(stringify!($second), second),
                    ],
                )
            }

            fn __measure(this: &Self, measure: &mut Measure) {
                match this {
                    $type::$first(value) => T::__measure(value, measure),
                    $type::$second(value) => E::__measure(value, measure),
                }
            }

            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let mut at = at;
                object::put_tag(
                    encoder,
                    &mut at,
                    2,
                    u16::from(matches!(this, $type::$second(_))),
                );
                match this {
                    $type::$first(value) => encoder.field(stringify!($first), value, &mut at),
                    $type::$second(value) => encoder.field(stringify!($second), value, &mut at),
                }
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                object::key_tag(key, u16::from(matches!(this, $type::$second(_))));
                match this {
                    $type::$first(value) => T::__key(value, key, last),
                    $type::$second(value) => E::__key(value, key, last),
                }
            }
        }

        impl<T: ParcodeObject, E: ParcodeObject> ParcodeObject for $type<T, E> {
            type Lazy<'par> = $type<T::Lazy<'par>, E::Lazy<'par>>;
            type Handle<'par> = Self::Lazy<'par>;

            fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_> {
                match slot.variant::<2>() {
                    (1, mut fields) => $type::$second(fields.lazy::<E>()),
                    (_, mut fields) => $type::$first(fields.lazy::<T>()),
                }
            }

            fn __handle(slot: Slot<'_>) -> Self::Lazy<'_> {
                Self::__lazy(slot)
            }

            fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
                Ok(match lazy {
                    $type::$first(lazy) => $type::$first(T::__load(lazy, loader)?),
                    $type::$second(lazy) => $type::$second(E::__load(lazy, loader)?),
                })
            }

            fn __load_handle(handle: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
                Self::__load(handle, loader)
            }

            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                let mut at = at;
                match checker.variant::<2>(&mut at)? {
                    0 => checker.field::<T>(stringify!($first), &mut at),
                    _ => checker.field::<E>(stringify!($second), &mut at),
                }
            }

            fn __shorten<'short, 'long: 'short>(lazy: Self::Lazy<'long>) -> Self::Lazy<'short> {
                match lazy {
                    $type::$first(lazy) => $type::$first(T::__shorten(lazy)),
                    $type::$second(lazy) => $type::$second(E::__shorten(lazy)),
                }
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: Self::Lazy<'long>,
            ) -> Self::Lazy<'short> {
                Self::__shorten(handle)
            }
        }
    };
}

one_of_two!(Result { Ok, Err });
