//! The canonical encoding of keys, by schema: of a key that is asked for, and of one in a file.

use super::key::Key;
use super::meaning;
use super::value::Dynamic;
use super::visit::Account;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::object::{ParcodeObject, SchemaTypes, Slot, Store};
use crate::schema::{Field, Meaning, Prime, Type, TypeRef};
use crate::wire::{KeyBuf, decimal_key};

/// Floats that `Eq` takes for one are one key: zeros, and all that are not a number.
fn canonical(number: f64) -> f64 {
    if number.is_nan() {
        f64::NAN
    } else {
        number + 0.0
    }
}

fn canonical_f32(number: f32) -> f32 {
    if number.is_nan() {
        f32::NAN
    } else {
        number + 0.0
    }
}

/// The encoding of a key that is asked for, as one of type `ty`.
pub(super) fn asked(types: &SchemaTypes, ty: TypeRef, key: &Key) -> Result<KeyBuf> {
    let mut encoded = KeyBuf::new();
    match put(types, ty, key, &mut encoded, true) {
        Some(()) => Ok(encoded),
        None => Err(ParcodeError::new(
            ErrorKind::Type,
            format!("a key of type `{}`", types.schema().describe(ty)),
            format!("`{key}`"),
        )),
    }
}

/// Appends a key; `None` where it is none of that type. Goes only as deep as the key does.
fn put(types: &SchemaTypes, ty: TypeRef, key: &Key, into: &mut KeyBuf, last: bool) -> Option<()> {
    let schema = types.schema();
    match schema.get(ty)? {
        Type::Prime(prime) => return put_prime(*prime, key, into, last),
        Type::Text => into.bytes(text_of(key)?.as_bytes(), last),
        Type::Option(inner) => match key {
            Key::Word(word, fields) if word == "None" && fields.is_empty() => into.raw(&[0]),
            Key::Word(word, fields) if word == "Some" => {
                let [value] = fields.as_slice() else {
                    return None;
                };
                into.raw(&[1]);
                put(types, *inner, value, into, last)?;
            }
            value => {
                into.raw(&[1]);
                put(types, *inner, value, into, last)?;
            }
        },
        Type::Boxed(inner) => put(types, *inner, key, into, last)?,
        Type::Array(inner, len) => {
            let parts = list(key).filter(|parts| parts.len() as u64 == *len)?;
            let inner = parts.iter().map(|part| (*inner, part));
            put_parts(types, inner, into, last)?;
        }
        Type::Tuple(parts) => {
            let keys = list(key).filter(|keys| keys.len() == parts.len())?;
            put_parts(types, parts.iter().copied().zip(keys), into, last)?;
        }
        Type::Struct { fields, .. } => put_fields(types, fields, key, into, last)?,
        Type::Enum { variants, .. } => {
            let Key::Word(word, fields) = key else {
                return None;
            };
            let number = variants.iter().position(|variant| variant.name == *word)?;
            into.raw(&u16::try_from(number).ok()?.to_be_bytes());
            let of = &variants.get(number)?.fields;
            if of.len() != fields.len() {
                return None;
            }
            put_parts(
                types,
                of.iter().map(|field| field.ty).zip(fields),
                into,
                last,
            )?;
        }
        Type::Sequence(inner) => put_sequence(types, *inner, key, into, last)?,
        Type::Named { inner, .. } => return put_named(types, ty, *inner, key, into, last),
        Type::Cbor | Type::Map { .. } => return None,
    }
    Some(())
}

fn put_parts<'k>(
    types: &SchemaTypes,
    parts: impl ExactSizeIterator<Item = (TypeRef, &'k Key)>,
    into: &mut KeyBuf,
    last: bool,
) -> Option<()> {
    let mut left = parts.len();
    for (ty, key) in parts {
        left -= 1;
        put(types, ty, key, into, last && left == 0)?;
    }
    Some(())
}

/// A struct is given as its fields in order; one of a single field also as that.
fn put_fields(
    types: &SchemaTypes,
    fields: &[Field],
    key: &Key,
    into: &mut KeyBuf,
    last: bool,
) -> Option<()> {
    let keys = match (list(key), fields) {
        (Some(keys), _) if keys.len() == fields.len() => keys,
        (_, [_]) => std::slice::from_ref(key),
        _ => return None,
    };
    put_parts(
        types,
        fields.iter().map(|field| field.ty).zip(keys),
        into,
        last,
    )
}

fn put_sequence(
    types: &SchemaTypes,
    inner: TypeRef,
    key: &Key,
    into: &mut KeyBuf,
    last: bool,
) -> Option<()> {
    if types.schema().get(inner) == Some(&Type::Prime(Prime::U8)) {
        let bytes = match (key, list(key)) {
            (Key::Text(text), _) => text.as_bytes().to_vec(),
            (_, Some(keys)) => keys.iter().map(integer).collect::<Option<_>>()?,
            _ => return None,
        };
        into.bytes(&bytes, last);
        return Some(());
    }
    for element in list(key)? {
        into.raw(&[1]);
        put(types, inner, element, into, false)?;
    }
    if !last {
        into.raw(&[0]);
    }
    Some(())
}

fn put_named(
    types: &SchemaTypes,
    ty: TypeRef,
    inner: TypeRef,
    key: &Key,
    into: &mut KeyBuf,
    last: bool,
) -> Option<()> {
    let meaning = types.meaning(ty);
    let read = match (meaning, text_of(key)) {
        (Some(meaning), Some(text)) => meaning::read(meaning, &text),
        _ => None,
    };
    let key = read.as_ref().unwrap_or(key);
    match (meaning, key) {
        (Some(Meaning::Path), key) => path_key(&text_of(key)?, into, last),
        (Some(Meaning::Decimal), Key::List(parts)) => {
            let [mantissa, scale] = parts.as_slice() else {
                return None;
            };
            put_decimal(integer(mantissa)?, integer(scale)?, into)?;
        }
        (Some(Meaning::OffsetDateTime), Key::List(parts)) => {
            let seconds: i64 = integer(parts.first()?)?;
            let nanos: u32 = integer(parts.get(1)?)?;
            i64::__key(&seconds, into, false);
            u32::__key(&nanos, into, last);
        }
        _ => return put(types, inner, key, into, last),
    }
    Some(())
}

fn put_decimal(mantissa: i128, scale: u32, into: &mut KeyBuf) -> Option<()> {
    if mantissa.unsigned_abs() >= 1 << 96 {
        return None;
    }
    let (high, low) = decimal_key(mantissa, Some(scale).filter(|scale| *scale <= 28)?);
    into.raw(&high.to_be_bytes());
    into.raw(&low.to_be_bytes());
    Some(())
}

/// Component by component, as paths compare.
fn path_key(path: &str, into: &mut KeyBuf, last: bool) {
    let mut put = |kind: u8, component: &str| {
        into.raw(&[kind]);
        into.bytes(component.as_bytes(), false);
    };
    if path.starts_with('/') {
        put(2, "/");
    }
    for (i, component) in path.split('/').enumerate() {
        match component {
            "." if i == 0 => put(3, "."),
            "" | "." => {}
            ".." => put(4, ".."),
            _ => put(5, component),
        }
    }
    if !last {
        into.raw(&[0]);
    }
}

fn list(key: &Key) -> Option<&[Key]> {
    match key {
        Key::List(parts) => Some(parts),
        _ => None,
    }
}

/// What is text: quoted, a word, or a number as it is written.
fn text_of(key: &Key) -> Option<String> {
    match key {
        Key::Text(text) => Some(text.clone()),
        Key::Word(word, fields) if fields.is_empty() => Some(word.clone()),
        Key::Signed(_) | Key::Unsigned(_) | Key::Float(_) | Key::Bool(_) => Some(key.to_string()),
        Key::Char(value) => Some(value.to_string()),
        Key::Word(..) | Key::List(_) => None,
    }
}

fn integer<T: TryFrom<i128> + TryFrom<u128>>(key: &Key) -> Option<T> {
    match key {
        Key::Signed(number) => T::try_from(*number).ok(),
        Key::Unsigned(number) => T::try_from(*number).ok(),
        _ => None,
    }
}

/// `$act` with the Rust type of an integer's prime; other primes by arms of their own.
macro_rules! by_prime {
    ($prime:expr, $type:ident => $act:expr, $($($other:ident)|+ => $arm:expr,)+) => {
        by_prime!(@match $prime, $type => $act,
            [U8 u8, U16 u16, U32 u32, U64 u64, U128 u128, I8 i8, I16 i16, I32 i32, I64 i64, I128 i128],
            $($($other)|+ => $arm,)+)
    };
    (@match $prime:expr, $type:ident => $act:expr, [$($integer:ident $rust:ident),+],
        $($($other:ident)|+ => $arm:expr,)+) => {
        match $prime {
            $(Prime::$integer => {
                type $type = $rust;
                $act
            })+
            $($(Prime::$other)|+ => $arm,)+
        }
    };
}

fn put_prime(prime: Prime, key: &Key, into: &mut KeyBuf, last: bool) -> Option<()> {
    by_prime!(prime, Integer => Integer::__key(&integer::<Integer>(key)?, into, last),
        Unit => list(key).is_some_and(<[Key]>::is_empty).then_some(())?,
        Bool => match key {
            Key::Bool(value) => into.raw(&[u8::from(*value)]),
            _ => return None,
        },
        Char => {
            let text = text_of(key)?;
            let mut chars = text.chars();
            let only = chars.next().filter(|_| chars.next().is_none())?;
            char::__key(&only, into, last);
        },
        F32 => f32::__key(&canonical_f32(float(key)? as f32), into, last),
        F64 => f64::__key(&canonical(float(key)?), into, last),
    );
    Some(())
}

fn float(key: &Key) -> Option<f64> {
    match key {
        Key::Float(number) => Some(*number),
        #[allow(
            clippy::cast_precision_loss,
            reason = "a whole number stands for the nearest float"
        )]
        Key::Signed(number) => Some(*number as f64),
        _ => None,
    }
}

/// Appends the encoding of a key in a file. What of it is away, hardly ever anything, is read, charged
/// and dropped: links and schemas of a few bytes can claim keys of any size.
pub(super) fn found(
    value: Dynamic<'_>,
    account: &Account,
    into: &mut KeyBuf,
    last: bool,
) -> Result<()> {
    // What takes no room has no bytes in a key either, however many parts its type has.
    if value.slot.bytes.is_empty() {
        return Ok(());
    }
    let held = account.hold(&value)?;
    let value = held.get();
    let slot = value.slot;
    match value.shape() {
        Type::Prime(prime) => found_prime(*prime, slot, into, last),
        Type::Text => into.bytes(slot.text().as_bytes(), last),
        Type::Option(_) => match value.inner()? {
            None => into.raw(&[0]),
            Some(inner) => {
                into.raw(&[1]);
                found(inner, account, into, last)?;
            }
        },
        Type::Sequence(inner) if value.schema().get(*inner) == Some(&Type::Prime(Prime::U8)) => {
            let mut bytes = Vec::new();
            value.visit(account, 0..u64::MAX, |_, byte| {
                bytes.push(byte.slot.scalar::<u8>());
                Ok::<_, ParcodeError>(())
            })?;
            into.bytes(&bytes, last);
        }
        Type::Sequence(_) => {
            value.visit(account, 0..u64::MAX, |_, element| {
                into.raw(&[1]);
                found(element, account, into, false)
            })?;
            if !last {
                into.raw(&[0]);
            }
        }
        Type::Boxed(_) => {
            if let Some(inner) = value.inner()? {
                found(inner, account, into, last)?;
            }
        }
        Type::Named { .. } => match value.meaning() {
            Some(Meaning::Path) => path_key(slot.text(), into, last),
            Some(Meaning::Decimal) => {
                put_decimal(slot.scalar(), slot.after(16).scalar::<u8>().into(), into);
            }
            Some(Meaning::OffsetDateTime) => {
                i64::__key(&slot.scalar(), into, false);
                u32::__key(&slot.after(8).scalar(), into, last);
            }
            _ => {
                if let Some(inner) = value.inner()? {
                    found(inner, account, into, last)?;
                }
            }
        },
        // No key of these types can be asked for.
        Type::Map { .. } | Type::Cbor => {}
        shape @ (Type::Array(..) | Type::Tuple(_) | Type::Struct { .. } | Type::Enum { .. }) => {
            if let Type::Enum { variants, .. } = shape {
                let number = u16::try_from(value.tag(variants.len()));
                into.raw(&number.unwrap_or_default().to_be_bytes());
            }
            let mut left = value.len().unwrap_or_default();
            value.visit(account, 0..u64::MAX, |_, part| {
                left = left.saturating_sub(1);
                found(part, account, into, last && left == 0)
            })?;
        }
    }
    Ok(())
}

fn found_prime(prime: Prime, slot: Slot<'_>, into: &mut KeyBuf, last: bool) {
    by_prime!(prime, Integer => Integer::__key_of(slot, into, last),
        Unit => {},
        Bool => into.raw(&[slot.scalar::<u8>()]),
        Char => char::__key_of(slot, into, last),
        F32 => f32::__key(&canonical_f32(slot.scalar()), into, last),
        F64 => f64::__key(&canonical(slot.scalar()), into, last),
    );
}
