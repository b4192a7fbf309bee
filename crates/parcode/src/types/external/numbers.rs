//! Numbers: floats with an order, floats of 16 bits, decimals.

#[cfg(any(feature = "half", feature = "ordered-float"))]
use {
    crate::error::{Flaw, Result},
    crate::object::{
        Checker, Encoder, Lookup, Measure, ParcodeObject, Plain, SchemaBuilder, Slot, Store,
        append_plain, plain_bytes,
    },
    crate::schema::Type,
    crate::wire::KeyBuf,
};

#[cfg(feature = "ordered-float")]
use ordered_float::{NotNan, OrderedFloat};
#[cfg(feature = "half")]
use {
    crate::object::{field, record},
    half::{bf16, f16},
};

/// A type whose memory is that of the plain number `$number`.
#[cfg(any(feature = "half", feature = "ordered-float"))]
macro_rules! transparent {
    ($type:ty, $number:ty, $to:expr, $from:expr, schema $schema:expr, key $keyed:ty = $key:expr) => {
        impl Store for $type {
            const SLOT: usize = size_of::<$number>();
            const HANDLE_SLOT: usize = Self::SLOT;
            const PLAIN: Option<usize> = <$number>::PLAIN;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                let schema: fn(&mut SchemaBuilder) -> Type = $schema;
                schema(types)
            }

            #[inline(always)]
            fn __measure(_: &Self, _: &mut Measure) {}

            #[inline(always)]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let to: fn($type) -> $number = $to;
                encoder.scalar(at, to(*this));
                Ok(())
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                let keyed: fn($type) -> $keyed = $key;
                <$keyed>::__key(&keyed(*this), key, last);
            }

            fn __plain_bytes(these: &[Self]) -> Option<&[u8]> {
                plain_bytes(these)
            }
        }

        impl ParcodeObject for $type {
            own_mirror!();

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> Self {
                let from: fn($number) -> $type = $from;
                from(slot.scalar())
            }

            #[inline(always)]
            fn __check(_: &mut Checker<'_>, _: usize) -> Result<(), Flaw> {
                Ok(())
            }

            #[inline]
            fn __append_plain(to: &mut Vec<Self>, bytes: &[u8]) -> bool {
                append_plain(to, bytes)
            }
        }

        impl Plain for $type {}

        impl Lookup<$type> for $type {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Self::__key(this, key, last);
            }
        }

        as_view!($type);
    };
}

/// An `OrderedFloat` is stored as its float. As keys all NaN are one and -0 is 0, as `Eq` has it:
/// NaN of positive sign sorts above infinity, which is where `Ord` puts it.
#[cfg(feature = "ordered-float")]
macro_rules! ordered {
    ($($float:ident)*) => {$(
        transparent!(
            OrderedFloat<$float>,
            $float,
            |this| this.0,
            OrderedFloat,
            schema $float::__schema,
            key $float = |this| if this.is_nan() { $float::NAN } else { this.0 + 0.0 }
        );

        converted!(
            NotNan<$float>,
            "NotNan",
            $float,
            |this| this.into_inner(),
            |number| NotNan::new(number).ok(),
            NotNan::<$float>::default(),
            key $float = |this| this.into_inner() + 0.0,
        );
    )*};
}

#[cfg(feature = "ordered-float")]
ordered!(f32 f64);

/// Floats of 16 bits have no type of their own in the format: they are structs of their bits, whose
/// field says which kind they are.
#[cfg(feature = "half")]
macro_rules! halves {
    ($($half:ident)*) => {$(
        transparent!(
            $half,
            u16,
            |this| this.to_bits(),
            $half::from_bits,
            schema |types| {
                let bits = field::<u16>(types, stringify!($half), false);
                record(stringify!($half), vec![bits], true)
            },
            key u16 = |this| match this.to_bits() {
                bits if bits >> 15 == 1 => !bits,
                bits => bits ^ 1 << 15,
            }
        );
    )*};
}

#[cfg(feature = "half")]
halves!(f16 bf16);

/// A decimal is stored as its mantissa and scale. `1.0` and `1.00` stay different values and are the
/// same key; the sign of `-0` is not kept.
#[cfg(feature = "rust_decimal")]
mod decimal {
    use crate::wire::decimal_key;
    use rust_decimal::Decimal;

    converted!(
        Decimal,
        "Decimal",
        (i128, u8),
        |this| (this.mantissa(), this.scale() as u8),
        |(mantissa, scale)| Decimal::try_from_i128_with_scale(mantissa, scale.into()).ok(),
        Decimal::ZERO,
        key(u64, u128) = ordered,
    );

    fn ordered(decimal: &Decimal) -> (u64, u128) {
        decimal_key(decimal.mantissa(), decimal.scale())
    }
}
