//! Values without parts.

use super::meaning;
use super::value::Dynamic;
use crate::error::Result;
use crate::format::Span;
use crate::schema::{Meaning, Prime, Type};
use std::borrow::Cow;
use std::fmt;

/// A value without parts, as [`Dynamic::leaf`] gives it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Leaf<'par> {
    /// `()`, and what has no bytes.
    Unit,
    /// An option without a value.
    None,
    /// A `bool`.
    Bool(bool),
    /// A `char`.
    Char(char),
    /// An unsigned integer of any width.
    Unsigned(u128),
    /// A signed integer of any width.
    Signed(i128),
    /// An `f32`.
    F32(f32),
    /// An `f64`.
    F64(f64),
    /// Text.
    Text(&'par str),
    /// The name of an enum's variant that has no fields.
    Variant(&'par str),
    /// A value with a meaning of its own, as people write it: an address, a date, a UUID.
    Named(Cow<'par, str>),
    /// One CBOR item.
    Cbor(&'par [u8]),
}

impl<'par> Leaf<'par> {
    /// The leaf that a resolved value is.
    pub(super) fn of(value: Dynamic<'par>) -> Result<Option<Self>> {
        let slot = value.slot;
        Ok(Some(match value.shape() {
            Type::Prime(prime) => match prime {
                Prime::Unit => Self::Unit,
                Prime::Bool => Self::Bool(slot.scalar::<u8>() != 0),
                Prime::Char => Self::Char(char::from_u32(slot.scalar()).unwrap_or_default()),
                Prime::U8 => Self::Unsigned(slot.scalar::<u8>().into()),
                Prime::U16 => Self::Unsigned(slot.scalar::<u16>().into()),
                Prime::U32 => Self::Unsigned(slot.scalar::<u32>().into()),
                Prime::U64 => Self::Unsigned(slot.scalar::<u64>().into()),
                Prime::U128 => Self::Unsigned(slot.scalar()),
                Prime::I8 => Self::Signed(slot.scalar::<i8>().into()),
                Prime::I16 => Self::Signed(slot.scalar::<i16>().into()),
                Prime::I32 => Self::Signed(slot.scalar::<i32>().into()),
                Prime::I64 => Self::Signed(slot.scalar::<i64>().into()),
                Prime::I128 => Self::Signed(slot.scalar()),
                Prime::F32 => Self::F32(slot.scalar()),
                Prime::F64 => Self::F64(slot.scalar()),
            },
            Type::Text => Self::Text(value.settled()?.slot.text()),
            Type::Cbor => {
                let slot = value.settled()?.slot;
                let Span { start, len } = slot.span();
                let body = slot.node.body().get(start as usize..);
                Self::Cbor(
                    body.and_then(|body| body.get(..len as usize))
                        .unwrap_or_default(),
                )
            }
            Type::Option(_) => Self::None,
            Type::Enum { .. } => match (value.variant(), value.len()) {
                (Some(variant), Some(0)) => Self::Variant(variant),
                _ => return Ok(None),
            },
            Type::Struct { fields, .. } if fields.is_empty() => Self::Unit,
            Type::Named { inner, .. } => match value.meaning() {
                Some(Meaning::NonZero | Meaning::NotNan | Meaning::RangeFull) => {
                    return Self::of(value.part(0, *inner, false));
                }
                Some(Meaning::Path | Meaning::Url | Meaning::Version | Meaning::VersionReq) => {
                    Self::Named(slot.text().into())
                }
                Some(meaning) => Self::Named(meaning::written(meaning, slot.bytes).into()),
                None => return Ok(None),
            },
            _ => return Ok(None),
        }))
    }
}

/// As people write it; CBOR in hexadecimal.
impl fmt::Display for Leaf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unit => f.write_str("()"),
            Self::None => f.write_str("None"),
            Self::Bool(value) => value.fmt(f),
            Self::Char(value) => value.fmt(f),
            Self::Unsigned(value) => value.fmt(f),
            Self::Signed(value) => value.fmt(f),
            Self::F32(value) => value.fmt(f),
            Self::F64(value) => value.fmt(f),
            Self::Text(text) | Self::Variant(text) => f.write_str(text),
            Self::Named(text) => f.write_str(text),
            Self::Cbor(bytes) => bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}
