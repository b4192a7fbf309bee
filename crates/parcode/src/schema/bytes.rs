//! The schema in a file: `root`, number of types, then each type as a code and its parts. Numbers
//! are varints, names are length-prefixed UTF-8.

use super::{Field, Prime, Schema, Type, TypeRef, Variant};
use crate::wire::{Cursor, put_varint};
use std::borrow::Cow;

const PRIME: u8 = 0;
const TEXT: u8 = 1;
const CBOR: u8 = 2;
const OPTION: u8 = 3;
const ARRAY: u8 = 4;
const TUPLE: u8 = 5;
const SEQUENCE: u8 = 6;
const BOXED: u8 = 7;
const HASH_MAP: u8 = 8;
const ORDERED_MAP: u8 = 9;
const STRUCT: u8 = 10;
const PLAIN_STRUCT: u8 = 11;
const ENUM: u8 = 12;
const NAMED: u8 = 13;

/// No program has more; what is computed over a whole schema stays short.
const MOST_TYPES: usize = 1 << 14;

impl Schema {
    /// Reads a schema; `None` where the bytes are none.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        let root = TypeRef::try_from(cursor.varint()?).ok()?;
        let types = list(&mut cursor, take_type)?;
        if cursor.remaining() > 0 || types.len() > MOST_TYPES {
            return None;
        }
        Self::new(types, root)
    }
}

/// Appends `ty`, its references renumbered; without `names`, what is only for people is left out.
pub(super) fn put_type(
    out: &mut Vec<u8>,
    ty: &Type,
    names: bool,
    renumber: &dyn Fn(TypeRef) -> TypeRef,
) {
    let refer = |out: &mut Vec<u8>, ty: TypeRef| put_varint(out, u64::from(renumber(ty)));
    let put_fields = |out: &mut Vec<u8>, fields: &[Field]| {
        put_varint(out, fields.len() as u64);
        for field in fields {
            put_text(out, &field.name);
            refer(out, field.ty);
            out.push(u8::from(field.chunkable));
        }
    };
    let put_name = |out: &mut Vec<u8>, name: &str| {
        if names {
            put_text(out, name);
        }
    };
    match ty {
        Type::Prime(prime) => out.extend_from_slice(&[PRIME, *prime as u8]),
        Type::Text => out.push(TEXT),
        Type::Cbor => out.push(CBOR),
        Type::Option(inner) => {
            out.push(OPTION);
            refer(out, *inner);
        }
        Type::Array(inner, len) => {
            out.push(ARRAY);
            refer(out, *inner);
            put_varint(out, *len);
        }
        Type::Tuple(parts) => {
            out.push(TUPLE);
            put_varint(out, parts.len() as u64);
            for part in parts {
                refer(out, *part);
            }
        }
        Type::Sequence(inner) => {
            out.push(SEQUENCE);
            refer(out, *inner);
        }
        Type::Boxed(inner) => {
            out.push(BOXED);
            refer(out, *inner);
        }
        Type::Map {
            key,
            value,
            ordered,
        } => {
            out.push(if *ordered { ORDERED_MAP } else { HASH_MAP });
            refer(out, *key);
            refer(out, *value);
        }
        Type::Struct {
            name,
            fields,
            plain,
        } => {
            out.push(if *plain { PLAIN_STRUCT } else { STRUCT });
            put_name(out, name);
            put_fields(out, fields);
        }
        Type::Enum { name, variants } => {
            out.push(ENUM);
            put_name(out, name);
            put_varint(out, variants.len() as u64);
            for variant in variants {
                put_text(out, &variant.name);
                put_fields(out, &variant.fields);
            }
        }
        Type::Named { name, inner } => {
            out.push(NAMED);
            put_text(out, name);
            refer(out, *inner);
        }
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_varint(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn take_type(cursor: &mut Cursor<'_>) -> Option<Type> {
    Some(match cursor.scalar::<u8>()? {
        PRIME => Type::Prime(Prime::parse(cursor.scalar()?)?),
        TEXT => Type::Text,
        CBOR => Type::Cbor,
        OPTION => Type::Option(take_ref(cursor)?),
        ARRAY => Type::Array(take_ref(cursor)?, cursor.varint()?),
        TUPLE => Type::Tuple(list(cursor, take_ref)?),
        SEQUENCE => Type::Sequence(take_ref(cursor)?),
        BOXED => Type::Boxed(take_ref(cursor)?),
        code @ (HASH_MAP | ORDERED_MAP) => Type::Map {
            key: take_ref(cursor)?,
            value: take_ref(cursor)?,
            ordered: code == ORDERED_MAP,
        },
        code @ (STRUCT | PLAIN_STRUCT) => Type::Struct {
            name: take_name(cursor)?,
            fields: list(cursor, take_field)?,
            plain: code == PLAIN_STRUCT,
        },
        ENUM => Type::Enum {
            name: take_name(cursor)?,
            variants: list(cursor, take_variant)?,
        },
        NAMED => Type::Named {
            name: take_name(cursor)?,
            inner: take_ref(cursor)?,
        },
        _ => return None,
    })
}

fn take_variant(cursor: &mut Cursor<'_>) -> Option<Variant> {
    Some(Variant {
        name: take_name(cursor)?,
        fields: list(cursor, take_field)?,
    })
}

fn take_field(cursor: &mut Cursor<'_>) -> Option<Field> {
    Some(Field {
        name: take_name(cursor)?,
        ty: take_ref(cursor)?,
        chunkable: match cursor.scalar::<u8>()? {
            0 => false,
            1 => true,
            _ => return None,
        },
    })
}

fn take_ref(cursor: &mut Cursor<'_>) -> Option<TypeRef> {
    TypeRef::try_from(cursor.varint()?).ok()
}

fn take_name(cursor: &mut Cursor<'_>) -> Option<Cow<'static, str>> {
    cursor.text().map(|name| Cow::Owned(name.to_owned()))
}

/// A counted list. Every item takes at least a byte, so a count beyond what is left is refused
/// before anything is allocated for it.
fn list<T>(cursor: &mut Cursor<'_>, item: impl Fn(&mut Cursor<'_>) -> Option<T>) -> Option<Vec<T>> {
    let count = usize::try_from(cursor.varint()?).ok()?;
    if count > cursor.remaining() {
        return None;
    }
    (0..count).map(|_| item(cursor)).collect()
}
