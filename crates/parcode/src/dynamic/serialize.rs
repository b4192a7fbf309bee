//! Values through serde, as the derive of serde would have written the Rust value, in bounded memory.

use super::children::Step;
use super::value::Dynamic;
use super::visit::Account;
use super::{Leaf, meaning};
use crate::error::{ErrorKind, ParcodeError};
use crate::object::{Node, Slot};
use crate::read;
use crate::schema::{Field, Meaning, Prime, Schema, Type, TypeRef};
use serde::ser::{Error as _, SerializeMap, SerializeSeq, SerializeTuple};
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// Values within values, links between them included: beyond what can be saved, with the types
/// that people write, and within any thread's stack.
const DEEPEST: u32 = 512;

/// Parts of one array that may take no bytes.
const MOST_EMPTY: u64 = 1 << 20;

/// CBOR within CBOR.
const DEEPEST_CBOR: usize = 128;

impl Serialize for Dynamic<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let account = Account::new(self.slot.node);
        Walk {
            value: *self,
            account: &account,
            depth: 0,
        }
        .serialize(serializer)
    }
}

impl Dynamic<'_> {
    /// Serializes what is intact of a damaged value, and gives what is not: the elements and entries of
    /// a chunk that cannot be read are left out, and a value in a chunk of its own is a unit (`null`).
    /// At most 10,000 losses are listed. It reads for itself: what the file has in memory is neither used
    /// nor added to.
    pub fn serialize_intact<S: Serializer>(
        &self,
        serializer: S,
    ) -> Result<(S::Ok, Vec<ParcodeError>), S::Error> {
        let session = Arc::new(self.slot.node.session.patient());
        let node = read::copied(&session, self.slot.node.regions.owner())
            .and_then(|bytes| self.slot.node.in_session(bytes, session))
            .map_err(S::Error::custom)?;
        let account = Account::forgiving(&node);
        let walk = Walk {
            value: self.in_copy(&node),
            account: &account,
            depth: 0,
        };
        let written = walk.serialize(serializer)?;
        Ok((written, account.into_lost()))
    }

    /// The same value in a copy of its chunk. Plain data in a page is not in its chunk, and reads nothing.
    fn in_copy<'a>(&'a self, node: &'a Node) -> Dynamic<'a> {
        let (own, bytes) = (self.slot.node.body(), self.slot.bytes);
        let at = bytes.as_ptr().addr().checked_sub(own.as_ptr().addr());
        let slot = at.map(|at| Slot::at(node, at, bytes.len()));
        let slot = slot.filter(|slot| slot.bytes.len() == bytes.len());
        Dynamic {
            slot: slot.unwrap_or(self.slot),
            ..*self
        }
    }
}

/// A value on the way through serde.
struct Walk<'a> {
    value: Dynamic<'a>,
    account: &'a Account,
    depth: u32,
}

/// Why a walk stopped.
enum Stopped<E> {
    Reading(ParcodeError),
    Writing(E),
}

impl<E> From<ParcodeError> for Stopped<E> {
    fn from(error: ParcodeError) -> Self {
        Self::Reading(error)
    }
}

impl<E: serde::ser::Error> Stopped<E> {
    fn into_error(self) -> E {
        match self {
            Self::Reading(error) => E::custom(error),
            Self::Writing(error) => error,
        }
    }
}

impl Walk<'_> {
    fn deeper<'a>(&'a self, value: Dynamic<'a>) -> Walk<'a> {
        Walk {
            value,
            account: self.account,
            depth: self.depth + 1,
        }
    }

    /// Gives each part to `write`.
    fn each<E: serde::ser::Error>(
        &self,
        value: Dynamic<'_>,
        mut write: impl FnMut(Step<'_>, Walk<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        value
            .visit(self.account, 0..u64::MAX, |step, part| {
                write(step, self.deeper(part)).map_err(Stopped::Writing)
            })
            .map_err(Stopped::into_error)
    }

    fn fields<S: Serializer>(&self, fields: &[Field], serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value;
        match fields {
            [] => serializer.serialize_unit(),
            [only] if only.name == "0" => match value.field("0").map_err(S::Error::custom)? {
                Some(inner) => self.deeper(inner).serialize(serializer),
                None => serializer.serialize_unit(),
            },
            _ if is_tuple(fields) => {
                let mut tuple = serializer.serialize_tuple(fields.len())?;
                self.each(value, |_, part| tuple.serialize_element(&part))?;
                tuple.end()
            }
            _ => {
                let mut map = serializer.serialize_map(Some(fields.len()))?;
                self.each(value, |step, part| match step {
                    Step::Field(name) => map.serialize_entry(name, &part),
                    _ => Ok(()),
                })?;
                map.end()
            }
        }
    }

    fn map<S: Serializer>(
        &self,
        (key, value): (TypeRef, TypeRef),
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let schema = self.value.schema();
        let len = room(self.value);
        let is_set = schema.get(value) == Some(&Type::Prime(Prime::Unit));
        if !is_set && (!serializer.is_human_readable() || is_name(schema, key, 0)) {
            let mut map = serializer.serialize_map(len)?;
            self.each(self.value, |step, value| match step {
                Step::Key(key) => map.serialize_entry(&self.deeper(key), &value),
                _ => Ok(()),
            })?;
            return map.end();
        }
        let mut seq = serializer.serialize_seq(len)?;
        self.each(self.value, |step, value| match step {
            Step::Key(key) if is_set => seq.serialize_element(&self.deeper(key)),
            Step::Key(key) => seq.serialize_element(&(self.deeper(key), value)),
            _ => Ok(()),
        })?;
        seq.end()
    }

    fn named<S: Serializer>(&self, inner: TypeRef, serializer: S) -> Result<S::Ok, S::Error> {
        let value = self.value;
        let slot = value.slot;
        let parts = || self.deeper(value.part(0, inner, false));
        let Some(meaning) = value.meaning().filter(|_| serializer.is_human_readable()) else {
            return parts().serialize(serializer);
        };
        match meaning {
            Meaning::Duration | Meaning::SystemTime => {
                let (seconds, nanos) = match meaning {
                    Meaning::Duration => ("secs", "nanos"),
                    _ => ("secs_since_epoch", "nanos_since_epoch"),
                };
                let mut map = serializer.serialize_map(Some(2))?;
                match meaning {
                    Meaning::Duration => map.serialize_entry(seconds, &slot.scalar::<u64>())?,
                    _ => map.serialize_entry(seconds, &slot.scalar::<i64>())?,
                }
                map.serialize_entry(nanos, &slot.after(8).scalar::<u32>())?;
                map.end()
            }
            Meaning::NonZero
            | Meaning::NotNan
            | Meaning::RangeFull
            | Meaning::Range
            | Meaning::SignedDuration => parts().serialize(serializer),
            Meaning::Path | Meaning::Url | Meaning::Version | Meaning::VersionReq => {
                serializer.serialize_str(slot.text())
            }
            meaning => serializer.serialize_str(&meaning::written(meaning, slot.bytes)),
        }
    }

    fn prime<S: Serializer>(&self, prime: Prime, serializer: S) -> Result<S::Ok, S::Error> {
        let slot = self.value.slot;
        match prime {
            Prime::Unit => serializer.serialize_unit(),
            Prime::Bool => serializer.serialize_bool(slot.scalar::<u8>() != 0),
            Prime::Char => {
                serializer.serialize_char(char::from_u32(slot.scalar()).unwrap_or_default())
            }
            Prime::U8 => serializer.serialize_u8(slot.scalar()),
            Prime::U16 => serializer.serialize_u16(slot.scalar()),
            Prime::U32 => serializer.serialize_u32(slot.scalar()),
            Prime::U64 => serializer.serialize_u64(slot.scalar()),
            Prime::U128 => serializer.serialize_u128(slot.scalar()),
            Prime::I8 => serializer.serialize_i8(slot.scalar()),
            Prime::I16 => serializer.serialize_i16(slot.scalar()),
            Prime::I32 => serializer.serialize_i32(slot.scalar()),
            Prime::I64 => serializer.serialize_i64(slot.scalar()),
            Prime::I128 => serializer.serialize_i128(slot.scalar()),
            Prime::F32 => serializer.serialize_f32(slot.scalar()),
            Prime::F64 => serializer.serialize_f64(slot.scalar()),
        }
    }
}

impl Serialize for Walk<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.depth > DEEPEST {
            return Err(S::Error::custom(ParcodeError::new(
                ErrorKind::Limit,
                format!("values nested at most {DEEPEST} deep"),
                "deeper ones",
            )));
        }
        // What is in a chunk of its own is held as long as it is written.
        if self.value.link().is_some() || self.value.chunkable {
            let held = self.account.intact(self.value.held());
            let Some(held) = held.map_err(S::Error::custom)? else {
                return serializer.serialize_unit();
            };
            let node = self.value.slot.node;
            let charged = self.account.charge(node, held.charge());
            charged.map_err(S::Error::custom)?;
            held.not_in_vain();
            let value = held.get();
            if !value.chunkable {
                return self.deeper(value).serialize(serializer);
            }
        }
        let value = self.value;
        match value.shape() {
            Type::Prime(prime) => self.prime(*prime, serializer),
            Type::Text => serializer.serialize_str(value.slot.text()),
            Type::Cbor => match value.leaf().map_err(S::Error::custom)? {
                Some(Leaf::Cbor(item)) => ciborium::de::from_reader_with_recursion_limit::<
                    ciborium::Value,
                    _,
                >(item, DEEPEST_CBOR)
                .map_err(S::Error::custom)?
                .serialize(serializer),
                _ => serializer.serialize_unit(),
            },
            Type::Option(_) => match value.inner().map_err(S::Error::custom)? {
                Some(inner) => serializer.serialize_some(&self.deeper(inner)),
                None => serializer.serialize_none(),
            },
            Type::Boxed(_) => match value.inner().map_err(S::Error::custom)? {
                Some(inner) => self.deeper(inner).serialize(serializer),
                None => serializer.serialize_unit(),
            },
            Type::Array(..) | Type::Tuple(_) => {
                let len = value.len().unwrap_or_default();
                // Parts of no bytes are as many as a schema says.
                let sized = value.slot.bytes.len() as u64;
                let len = usize::try_from(len)
                    .ok()
                    .filter(|_| len <= sized.max(MOST_EMPTY));
                let Some(len) = len else {
                    return Err(S::Error::custom(ParcodeError::new(
                        ErrorKind::Limit,
                        format!("at most {MOST_EMPTY} parts that take no bytes"),
                        format!("{:?}", value.len()),
                    )));
                };
                let mut tuple = serializer.serialize_tuple(len)?;
                self.each(value, |_, part| tuple.serialize_element(&part))?;
                tuple.end()
            }
            Type::Sequence(_) => {
                let mut seq = serializer.serialize_seq(room(value))?;
                self.each(value, |_, part| seq.serialize_element(&part))?;
                seq.end()
            }
            Type::Map { key, value, .. } => self.map((*key, *value), serializer),
            Type::Struct { fields, .. } => self.fields(fields, serializer),
            Type::Enum { .. } => match (value.variant(), value.own_fields()) {
                (Some(variant), Some((_, []))) => serializer.serialize_str(variant),
                (Some(variant), Some((_, fields))) => {
                    let mut map = serializer.serialize_map(Some(1))?;
                    map.serialize_entry(variant, &Fields(self, fields))?;
                    map.end()
                }
                _ => serializer.serialize_unit(),
            },
            Type::Named { inner, .. } => self.named(*inner, serializer),
        }
    }
}

/// How many parts a sequence or map has, as far as there are bytes for them: formats and values make
/// room for so many. What a link says of shards that were not read may be anything.
fn room(value: Dynamic<'_>) -> Option<usize> {
    let claimed = matches!(value.shape(), Type::Sequence(_) | Type::Map { .. })
        && value.slot.span().is_away();
    let most = if claimed {
        value.slot.node.session.len
    } else {
        u64::MAX
    };
    let len = value.len().filter(|len| *len <= most)?;
    usize::try_from(len).ok()
}

/// The fields of a variant.
struct Fields<'a>(&'a Walk<'a>, &'a [Field]);

impl Serialize for Fields<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.fields(self.1, serializer)
    }
}

/// Whether fields are those of a tuple struct or variant: named by their numbers.
fn is_tuple(fields: &[Field]) -> bool {
    fields
        .iter()
        .enumerate()
        .all(|(number, field)| field.name == number.to_string())
}

/// Whether keys of a type can be the names in a JSON object.
fn is_name(schema: &Schema, key: TypeRef, depth: u32) -> bool {
    match schema.get(key) {
        Some(Type::Text) => true,
        Some(Type::Prime(prime)) => {
            prime.is_integer() || matches!(prime, Prime::Bool | Prime::Char)
        }
        Some(Type::Enum { variants, .. }) => {
            variants.iter().all(|variant| variant.fields.is_empty())
        }
        Some(Type::Boxed(inner)) => depth < 8 && is_name(schema, *inner, depth + 1),
        Some(Type::Struct { fields, .. }) => match fields.as_slice() {
            [only] if only.name == "0" => depth < 8 && is_name(schema, only.ty, depth + 1),
            _ => false,
        },
        Some(Type::Named { name, inner }) => match Meaning::of(schema, name, *inner) {
            None => false,
            Some(meaning) => !matches!(
                meaning,
                Meaning::Duration
                    | Meaning::SystemTime
                    | Meaning::SignedDuration
                    | Meaning::NotNan
                    | Meaning::Range
                    | Meaning::RangeFull
            ),
        },
        _ => false,
    }
}
