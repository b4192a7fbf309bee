//! Numbers, `bool`, `char`, `NonZero`.

use crate::error::{Flaw, Result};
use crate::object::{Checker, Encoder, Lookup, Measure, ParcodeObject, Plain, Slot, Store};
use crate::object::{SchemaBuilder, append_plain, plain_bytes};
use crate::schema::{Prime, Type};
use crate::wire::{KeyBuf, Scalar};
use std::cmp::Ordering;
use std::num::NonZero;

/// Keys of fixed width compare and hash as their bytes.
macro_rules! fixed_key {
    ($type:ty, $bytes:expr) => {
        impl Lookup<$type> for $type {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Self::__key(this, key, last);
            }

            #[inline]
            fn __with<R>(this: &Self, with: impl FnOnce(&[u8]) -> R) -> R {
                let bytes: fn($type) -> _ = $bytes;
                with(&bytes(*this))
            }
        }

        as_view!($type);
    };
}

macro_rules! numbers {
    ($($number:ident $prime:ident $key:expr;)*) => {$(
        impl Store for $number {
            const SLOT: usize = size_of::<$number>();
            const HANDLE_SLOT: usize = Self::SLOT;
            const PLAIN: Option<usize> = Some(size_of::<$number>());
            const BYTE: bool = matches!(Prime::$prime, Prime::U8);

            fn __schema(_: &mut SchemaBuilder) -> Type {
                Type::Prime(Prime::$prime)
            }

            #[inline(always)]
            fn __measure(_: &Self, _: &mut Measure) {}

            #[inline(always)]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                encoder.scalar(at, *this);
                Ok(())
            }

            fn __key(this: &Self, key: &mut KeyBuf, _: bool) {
                let bytes: fn($number) -> _ = $key;
                key.raw(&bytes(*this));
            }

            fn __plain_bytes(these: &[Self]) -> Option<&[u8]> {
                plain_bytes(these)
            }
        }

        impl ParcodeObject for $number {
            own_mirror!();

            const KEY_IS_HERE: bool = true;

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> Self {
                slot.scalar()
            }

            #[inline(always)]
            fn __check(_: &mut Checker<'_>, _: usize) -> Result<(), Flaw> {
                Ok(())
            }

            #[inline]
            fn __key_of(slot: Slot<'_>, key: &mut KeyBuf, last: bool) {
                Self::__key(&slot.scalar(), key, last);
            }

            #[inline]
            fn __compare_key(slot: Slot<'_>, key: &[u8]) -> Ordering {
                let bytes: fn($number) -> _ = $key;
                bytes(slot.scalar())[..].cmp(key)
            }

            #[inline]
            fn __append_plain(to: &mut Vec<Self>, bytes: &[u8]) -> bool {
                append_plain(to, bytes)
            }
        }

        impl Plain for $number {}

        fixed_key!($number, $key);
    )*};
}

numbers! {
    u8 U8 |n| n.to_be_bytes();
    u16 U16 |n| n.to_be_bytes();
    u32 U32 |n| n.to_be_bytes();
    u64 U64 |n| n.to_be_bytes();
    u128 U128 |n| n.to_be_bytes();
    i8 I8 |n| (n ^ i8::MIN).to_be_bytes();
    i16 I16 |n| (n ^ i16::MIN).to_be_bytes();
    i32 I32 |n| (n ^ i32::MIN).to_be_bytes();
    i64 I64 |n| (n ^ i64::MIN).to_be_bytes();
    i128 I128 |n| (n ^ i128::MIN).to_be_bytes();
    f32 F32 |n| ordered_f32(n).to_be_bytes();
    f64 F64 |n| ordered_f64(n).to_be_bytes();
}

/// Bits that compare as `f32::total_cmp` does.
fn ordered_f32(number: f32) -> u32 {
    let bits = number.to_bits();
    if bits >> 31 == 1 {
        !bits
    } else {
        bits ^ 1 << 31
    }
}

/// Bits that compare as `f64::total_cmp` does.
fn ordered_f64(number: f64) -> u64 {
    let bits = number.to_bits();
    if bits >> 63 == 1 {
        !bits
    } else {
        bits ^ 1 << 63
    }
}

/// A type of fixed width that is not plain data, stored as a number.
macro_rules! guarded {
    ($type:ident, $prime:ident, $number:ident, $from:expr) => {
        impl Store for $type {
            const SLOT: usize = size_of::<$number>();
            const HANDLE_SLOT: usize = Self::SLOT;

            fn __schema(_: &mut SchemaBuilder) -> Type {
                Type::Prime(Prime::$prime)
            }

            fn __measure(_: &Self, _: &mut Measure) {}

            #[inline(always)]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                encoder.scalar(at, $number::from(*this));
                Ok(())
            }

            fn __key(this: &Self, key: &mut KeyBuf, _: bool) {
                key.raw(&$number::from(*this).to_be_bytes());
            }
        }

        impl ParcodeObject for $type {
            own_mirror!();

            const KEY_IS_HERE: bool = true;

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> Self {
                let from: fn($number) -> Option<$type> = $from;
                from(slot.scalar()).unwrap_or_default()
            }

            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                let from: fn($number) -> Option<$type> = $from;
                let number = <$number as Scalar>::from_wire(checker.slot(at));
                match from(number) {
                    Some(_) => Ok(()),
                    None => Err(Flaw::new(
                        concat!("a ", stringify!($type)),
                        format!("{number:#x}"),
                    )),
                }
            }

            fn __key_of(slot: Slot<'_>, key: &mut KeyBuf, last: bool) {
                Self::__key(&Self::__lazy(slot), key, last);
            }
        }

        fixed_key!($type, |this| $number::from(this).to_be_bytes());
    };
}

guarded!(bool, Bool, u8, |byte| match byte {
    0 => Some(false),
    1 => Some(true),
    _ => None,
});
guarded!(char, Char, u32, char::from_u32);

/// Whether `usize` and `isize` lie in memory as they are stored.
const AS_STORED: bool = cfg!(target_pointer_width = "64");

/// Numbers of the machine's width are stored with 64 bits, with the schema and the layout of those. On
/// a smaller machine, what does not fit is an error at the first touch.
macro_rules! pointer_wide {
    ($type:ident, $prime:ident, $number:ident, $flip:expr) => {
        impl Store for $type {
            const SLOT: usize = size_of::<$number>();
            const HANDLE_SLOT: usize = Self::SLOT;
            const PLAIN: Option<usize> = Some(size_of::<$number>());
            const GUARDED: bool = size_of::<$type>() < size_of::<$number>();

            fn __schema(_: &mut SchemaBuilder) -> Type {
                Type::Prime(Prime::$prime)
            }

            fn __measure(_: &Self, _: &mut Measure) {}

            #[inline(always)]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                encoder.scalar(at, *this as $number);
                Ok(())
            }

            fn __plain_bytes(these: &[Self]) -> Option<&[u8]> {
                plain_bytes(these).filter(|_| AS_STORED)
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                $number::__key(&(*this as $number), key, last);
            }
        }

        impl ParcodeObject for $type {
            own_mirror!();

            const KEY_IS_HERE: bool = true;

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> Self {
                slot.scalar::<$number>() as Self
            }

            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                let number = <$number as Scalar>::from_wire(checker.slot(at));
                match $type::try_from(number) {
                    Ok(_) => Ok(()),
                    Err(_) => Err(Flaw::new(
                        concat!("a ", stringify!($type), " of this machine"),
                        number.to_string(),
                    )),
                }
            }

            #[inline]
            fn __append_plain(to: &mut Vec<Self>, bytes: &[u8]) -> bool {
                AS_STORED && append_plain(to, bytes)
            }

            fn __key_of(slot: Slot<'_>, key: &mut KeyBuf, last: bool) {
                $number::__key_of(slot, key, last);
            }
        }

        fixed_key!($type, |this| {
            let flip: fn($number) -> $number = $flip;
            flip(this as $number).to_be_bytes()
        });
    };
}

pointer_wide!(usize, U64, u64, |number| number);
pointer_wide!(isize, I64, i64, |number| number ^ i64::MIN);

macro_rules! non_zero {
    ($($number:ident)*) => {$(
        converted!(
            NonZero<$number>,
            "NonZero",
            $number,
            |this| this.get(),
            NonZero::new,
            NonZero::<$number>::MIN,
        );
    )*};
}

non_zero!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128);

impl Store for () {
    const SLOT: usize = 0;
    const HANDLE_SLOT: usize = 0;

    fn __schema(_: &mut SchemaBuilder) -> Type {
        Type::Prime(Prime::Unit)
    }

    fn __measure((): &Self, _: &mut Measure) {}

    fn __encode((): &Self, _: usize, _: &mut Encoder<'_>) -> Result<()> {
        Ok(())
    }

    fn __key((): &Self, _: &mut KeyBuf, _: bool) {}
}

impl ParcodeObject for () {
    own_mirror!();

    #[inline(always)]
    fn __lazy(_: Slot<'_>) {}

    fn __check(_: &mut Checker<'_>, _: usize) -> Result<(), Flaw> {
        Ok(())
    }
}

impl Lookup<()> for () {
    fn __lookup((): &Self, _: &mut KeyBuf, _: bool) {}
}
