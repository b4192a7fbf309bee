//! What the Named types of the format mean, told from their name and what they are laid out as.
//!
//! A name that is not known here, or that is laid out as something else, means nothing: such a value
//! is shown as what it is laid out as.

use super::{Prime, Schema, Type, TypeRef};
use crate::wire::Scalar;

/// A Named type of `docs/format.md`, section 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meaning {
    Duration,
    SystemTime,
    NonZero,
    Ipv4Addr,
    Ipv6Addr,
    IpAddr,
    SocketAddrV4,
    SocketAddrV6,
    SocketAddr,
    Path,
    RangeFull,
    Uuid,
    Ulid,
    Ipv4Net,
    Ipv6Net,
    IpNet,
    Date,
    TimeOfDay,
    DateTime,
    Timestamp,
    OffsetDateTime,
    UtcOffset,
    SignedDuration,
    Weekday,
    Month,
    NotNan,
    Decimal,
    Url,
    Version,
    VersionReq,
    Range,
}

/// A part of a layout.
enum Part {
    Of(Prime),
    Octets(u64),
}

use Part::{Octets, Of};
use Prime::{I32, I64, I128, U8, U16, U32, U64, U128, Unit};

impl Meaning {
    /// What a type of this name and layout means.
    pub(crate) fn of(schema: &Schema, name: &str, inner: TypeRef) -> Option<Self> {
        let ty = schema.get(inner)?;
        let (meaning, layout): (Self, &[Part]) = match name {
            "Duration" => (Self::Duration, &[Of(U64), Of(U32)]),
            "SystemTime" => (Self::SystemTime, &[Of(I64), Of(U32)]),
            "Ipv4Addr" => (Self::Ipv4Addr, &[Octets(4)]),
            "Ipv6Addr" => (Self::Ipv6Addr, &[Octets(16)]),
            "IpAddr" => (Self::IpAddr, &[Of(U8), Octets(16)]),
            "SocketAddrV4" => (Self::SocketAddrV4, &[Octets(4), Of(U16)]),
            "SocketAddrV6" => (Self::SocketAddrV6, &[Octets(16), Of(U16), Of(U32), Of(U32)]),
            "SocketAddr" => (
                Self::SocketAddr,
                &[Of(U8), Octets(16), Of(U16), Of(U32), Of(U32)],
            ),
            "RangeFull" => (Self::RangeFull, &[Of(Unit)]),
            "Uuid" => (Self::Uuid, &[Octets(16)]),
            "Ulid" => (Self::Ulid, &[Of(U128)]),
            "Ipv4Net" => (Self::Ipv4Net, &[Octets(4), Of(U8)]),
            "Ipv6Net" => (Self::Ipv6Net, &[Octets(16), Of(U8)]),
            "IpNet" => (Self::IpNet, &[Of(U8), Octets(16), Of(U8)]),
            "Date" => (Self::Date, &[Of(I32)]),
            "TimeOfDay" => (Self::TimeOfDay, &[Of(U32), Of(U32)]),
            "DateTime" => (Self::DateTime, &[Of(I32), Of(U32), Of(U32)]),
            "Timestamp" => (Self::Timestamp, &[Of(I64), Of(U32)]),
            "OffsetDateTime" => (Self::OffsetDateTime, &[Of(I64), Of(U32), Of(I32)]),
            "UtcOffset" => (Self::UtcOffset, &[Of(I32)]),
            "SignedDuration" => (Self::SignedDuration, &[Of(I64), Of(I32)]),
            "Weekday" => (Self::Weekday, &[Of(U8)]),
            "Month" => (Self::Month, &[Of(U8)]),
            "Decimal" => (Self::Decimal, &[Of(I128), Of(U8)]),
            _ => return Self::of_other(name, ty),
        };
        let matches = match (ty, layout) {
            (Type::Tuple(parts), [_, _, ..]) => {
                parts.len() == layout.len()
                    && parts
                        .iter()
                        .zip(layout)
                        .all(|(ty, part)| schema.get(*ty).is_some_and(|ty| part.is(schema, ty)))
            }
            (ty, [part]) => part.is(schema, ty),
            _ => false,
        };
        matches.then_some(meaning)
    }

    /// Names of more than one layout, or of none that is fixed.
    fn of_other(name: &str, ty: &Type) -> Option<Self> {
        Some(match (name, ty) {
            ("Path", Type::Text) => Self::Path,
            ("Url", Type::Text) => Self::Url,
            ("Version", Type::Text) => Self::Version,
            ("VersionReq", Type::Text) => Self::VersionReq,
            ("NotNan", Type::Prime(Prime::F32 | Prime::F64)) => Self::NotNan,
            ("NonZero", Type::Prime(prime)) if prime.is_integer() => Self::NonZero,
            (
                "Range" | "RangeInclusive" | "RangeFrom" | "RangeTo" | "RangeToInclusive",
                Type::Struct { .. },
            ) => Self::Range,
            _ => return None,
        })
    }

    /// Whether all bits are a value of the type.
    pub(crate) fn takes_any(self) -> bool {
        matches!(
            self,
            Self::Ipv4Addr
                | Self::Ipv6Addr
                | Self::SocketAddrV4
                | Self::SocketAddrV6
                | Self::Path
                | Self::RangeFull
                | Self::Uuid
                | Self::Ulid
                | Self::Date
                | Self::UtcOffset
                | Self::Url
                | Self::Version
                | Self::VersionReq
                | Self::Range
        )
    }

    /// Whether the bytes of a slot are a value of the type. What only one crate refuses (the years
    /// that it can count) is a value here.
    pub(crate) fn is_value(self, slot: &[u8]) -> bool {
        const SECOND: u32 = 1_000_000_000;
        let byte = |at: usize| slot.get(at).copied().unwrap_or_default();
        let word = |at: usize| u32::from_wire(slot.get(at..).unwrap_or_default());
        // Octets behind the fourth of an address of version 4.
        let ip = || match byte(0) {
            4 => slot
                .get(5..17)
                .is_some_and(|rest| rest.iter().all(|byte| *byte == 0)),
            version => version == 6,
        };
        match self {
            Self::Duration | Self::SystemTime => word(8) < SECOND,
            Self::NonZero => slot.iter().any(|byte| *byte != 0),
            Self::IpAddr => ip(),
            Self::SocketAddr => ip() && (byte(0) == 6 || (word(19) == 0 && word(23) == 0)),
            Self::Ipv4Net => byte(4) <= 32,
            Self::Ipv6Net => byte(16) <= 128,
            Self::IpNet => ip() && byte(17) <= if byte(0) == 4 { 32 } else { 128 },
            Self::TimeOfDay => word(0) < 86_400 && word(4) < 2 * SECOND,
            Self::DateTime => word(4) < 86_400 && word(8) < 2 * SECOND,
            Self::Timestamp | Self::OffsetDateTime => word(8) < 2 * SECOND,
            Self::SignedDuration => {
                let (seconds, nanos) = (i64::from_wire(slot), word(8) as i32);
                let same_sign = seconds == 0 || nanos == 0 || (seconds < 0) == (nanos < 0);
                same_sign && nanos.unsigned_abs() < SECOND
            }
            Self::Weekday => byte(0) <= 6,
            Self::Month => (1..=12).contains(&byte(0)),
            Self::NotNan if slot.len() == 4 => !f32::from_wire(slot).is_nan(),
            Self::NotNan => !f64::from_wire(slot).is_nan(),
            Self::Decimal => i128::from_wire(slot).unsigned_abs() < 1 << 96 && byte(16) <= 28,
            _ => self.takes_any(),
        }
    }
}

impl Part {
    fn is(&self, schema: &Schema, ty: &Type) -> bool {
        match (self, ty) {
            (Of(prime), Type::Prime(found)) => prime == found,
            (Octets(count), Type::Array(inner, len)) => {
                len == count && matches!(schema.get(*inner), Some(Type::Prime(U8)))
            }
            _ => false,
        }
    }
}
