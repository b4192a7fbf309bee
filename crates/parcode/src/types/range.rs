//! Ranges.

use crate::error::{Flaw, Result};
use crate::object;
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;
use std::ops::{Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// A range as a struct of its bounds; mirrored as the same kind of range over the bounds' mirrors.
macro_rules! ranges {
    ($($range:ident { $($bound:ident $name:literal by $get:expr),* } made $make:expr, split $split:expr;)*) => {$(
        impl<T: Store> Store for $range<T> {
            const SLOT: usize = 0 $(+ { let _ = $name; T::SLOT })*;
            const HANDLE_SLOT: usize = Self::SLOT;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                // The kind of range is in its name: bounds alone do not tell `1..5` from `1..=5`.
                let fields = vec![$(object::field::<T>(types, $name, false)),*];
                let inner = types.add(object::record(stringify!($range), fields, false));
                Type::Named {
                    name: stringify!($range).into(),
                    inner,
                }
            }

            fn __measure(this: &Self, measure: &mut Measure) {
                $({
                    let get: fn(&$range<T>) -> &T = $get;
                    T::__measure(get(this), measure);
                })*
            }

            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let mut at = at;
                $({
                    let get: fn(&$range<T>) -> &T = $get;
                    encoder.field($name, get(this), &mut at)?;
                })*
                Ok(())
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                let mut left = [$($name),*].len();
                $({
                    left -= 1;
                    let get: fn(&$range<T>) -> &T = $get;
                    T::__key(get(this), key, last && left == 0);
                })*
            }
        }

        impl<T: ParcodeObject> ParcodeObject for $range<T> {
            type Lazy<'par> = $range<T::Lazy<'par>>;
            type Handle<'par> = $range<T::Lazy<'par>>;

            fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_> {
                let mut fields = slot.fields();
                $(let $bound = fields.lazy::<T>();)*
                $make($($bound),*)
            }

            fn __handle(slot: Slot<'_>) -> Self::Lazy<'_> {
                Self::__lazy(slot)
            }

            fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
                let ($($bound,)*) = $split(lazy);
                $(let $bound = T::__load($bound, loader)?;)*
                Ok($make($($bound),*))
            }

            fn __load_handle(handle: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
                Self::__load(handle, loader)
            }

            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                let mut at = at;
                $(checker.field::<T>($name, &mut at)?;)*
                Ok(())
            }

            fn __shorten<'short, 'long: 'short>(lazy: Self::Lazy<'long>) -> Self::Lazy<'short> {
                let ($($bound,)*) = $split(lazy);
                $make($(T::__shorten($bound)),*)
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: Self::Lazy<'long>,
            ) -> Self::Lazy<'short> {
                Self::__shorten(handle)
            }
        }
    )*};
}

ranges! {
    Range { start "start" by |range| &range.start, end "end" by |range| &range.end }
        made |start, end| start..end, split |range: Range<_>| (range.start, range.end);
    RangeInclusive { start "start" by |range| range.start(), end "end" by |range| range.end() }
        made RangeInclusive::new, split RangeInclusive::into_inner;
    RangeFrom { start "start" by |range| &range.start }
        made |start| start.., split |range: RangeFrom<_>| (range.start,);
    RangeTo { end "end" by |range| &range.end }
        made |end| ..end, split |range: RangeTo<_>| (range.end,);
    RangeToInclusive { end "end" by |range| &range.end }
        made |end| ..=end, split |range: RangeToInclusive<_>| (range.end,);
}

converted!(RangeFull, "RangeFull", (), |_| (), |()| Some(..), ..);
