//! Types that are stored as another and are their own mirrors: small `Copy` types with a meaning.

/// What a mirror that is the value itself has in common. Expands inside an impl of `ParcodeObject`.
macro_rules! own_mirror {
    () => {
        type Lazy<'par> = Self;
        type Handle<'par> = Self;

        #[inline(always)]
        fn __handle(slot: crate::object::Slot<'_>) -> Self {
            Self::__lazy(slot)
        }

        #[inline(always)]
        fn __load(lazy: Self, _: &crate::object::Loader) -> crate::error::Result<Self> {
            Ok(lazy)
        }

        #[inline(always)]
        fn __load_handle(handle: Self, _: &crate::object::Loader) -> crate::error::Result<Self> {
            Ok(handle)
        }

        #[inline(always)]
        fn __load_array<const N: usize>(
            lazy: [Self; N],
            _: &crate::object::Loader,
        ) -> crate::error::Result<[Self; N]> {
            Ok(lazy)
        }

        fn __shorten<'short, 'long: 'short>(lazy: Self) -> Self {
            lazy
        }

        fn __shorten_handle<'short, 'long: 'short>(handle: Self) -> Self {
            handle
        }
    };
}

/// The view of a type that is its own mirror, and `Copy`.
macro_rules! as_view {
    ($type:ty) => {
        impl crate::types::AsView for $type {
            type View<'a> = Self;

            fn view(&self) -> Self {
                *self
            }

            fn view_lazy(lazy: &Self::Lazy<'_>) -> Self {
                *lazy
            }
        }
    };
}

/// Implements the traits for `$type`, stored as `$stored` under a name of its own. `$from` gives
/// `None` for what is stored but no value of the type; `$fallback` stands for that where nothing may
/// fail. Keys are those of what is stored, or, where `Eq` and `Ord` look at less than that, of
/// what is named as `key`.
macro_rules! converted {
    (@key ($this:ident, $into:ident, $last:ident) $type:ty: $stored:ty = $to:expr) => {
        let to: fn(&$type) -> $stored = $to;
        crate::object::Store::__key(&to($this), $into, $last);
    };
    (@key ($this:ident, $into:ident, $last:ident) $type:ty: $stored:ty = $to:expr, $keyed:ty = $key:expr) => {
        let keyed: fn(&$type) -> $keyed = $key;
        crate::object::Store::__key(&keyed($this), $into, $last);
    };
    (
        $type:ty, $name:literal, $stored:ty, $to:expr, $from:expr, $fallback:expr
        $(, key $keyed:ty = $key:expr)? $(,)?
    ) => {
        impl crate::object::Store for $type {
            const SLOT: usize = <$stored as crate::object::Store>::SLOT;
            const HANDLE_SLOT: usize = Self::SLOT;

            fn __schema(types: &mut crate::object::SchemaBuilder) -> crate::schema::Type {
                crate::schema::Type::Named {
                    name: $name.into(),
                    inner: types.of::<$stored>(),
                }
            }

            fn __measure(_: &Self, _: &mut crate::object::Measure) {}

            fn __encode(
                this: &Self,
                at: usize,
                encoder: &mut crate::object::Encoder<'_>,
            ) -> crate::error::Result<()> {
                let to: fn(&$type) -> $stored = $to;
                crate::object::Store::__encode(&to(this), at, encoder)
            }

            fn __key(this: &Self, key: &mut crate::wire::KeyBuf, last: bool) {
                converted!(@key (this, key, last) $type: $stored = $to $(, $keyed = $key)?);
            }
        }

        impl crate::object::ParcodeObject for $type {
            own_mirror!();

            #[inline]
            fn __lazy(slot: crate::object::Slot<'_>) -> Self {
                let from: fn($stored) -> Option<$type> = $from;
                from(<$stored as crate::object::ParcodeObject>::__lazy(slot)).unwrap_or($fallback)
            }

            fn __check(
                checker: &mut crate::object::Checker<'_>,
                at: usize,
            ) -> Result<(), crate::error::Flaw> {
                <$stored as crate::object::ParcodeObject>::__check(checker, at)?;
                let from: fn($stored) -> Option<$type> = $from;
                let stored =
                    <$stored as crate::types::converted::Detached>::detached(checker.slot(at));
                if from(stored).is_some() {
                    return Ok(());
                }
                Err(crate::error::Flaw::new(
                    concat!("a value of ", $name),
                    "bytes that are none",
                ))
            }
        }

        impl crate::object::Lookup<$type> for $type {
            fn __lookup(this: &Self, key: &mut crate::wire::KeyBuf, last: bool) {
                crate::object::Store::__key(this, key, last);
            }
        }

        as_view!($type);
    };
}

/// What can be read from the bytes of a slot alone, without a node: what the check of a converted
/// type looks at.
pub(super) trait Detached {
    fn detached(slot: &[u8]) -> Self;
}

macro_rules! detached_scalars {
    ($($number:ty)*) => {$(
        impl Detached for $number {
            fn detached(slot: &[u8]) -> Self {
                crate::wire::Scalar::from_wire(slot)
            }
        }
    )*};
}

detached_scalars!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64);

impl<const N: usize> Detached for [u8; N] {
    fn detached(slot: &[u8]) -> Self {
        slot.first_chunk().map_or([0; N], |bytes| *bytes)
    }
}

macro_rules! detached_tuples {
    ($($part:ident)*) => {
        impl<$($part: Detached + crate::object::Store),*> Detached for ($($part,)*) {
            #[allow(unused_assignments, reason = "the last part moves the position for nobody")]
            fn detached(slot: &[u8]) -> Self {
                let mut at = 0;
                ($({
                    let part = $part::detached(slot.get(at..).unwrap_or_default());
                    at += $part::SLOT;
                    part
                },)*)
            }
        }
    };
}

detached_tuples!(A B);
detached_tuples!(A B C);
detached_tuples!(A B C D);
detached_tuples!(A B C D E);

impl Detached for () {
    fn detached(_: &[u8]) {}
}
