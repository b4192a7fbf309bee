//! Keys of maps, as they are asked for without Rust types.

use std::fmt;

/// A key of a map, for [`Dynamic::entry`](super::Dynamic::entry).
///
/// Made from text, numbers, `bool`, `char` and tuples of those, or parsed from what stands between
/// brackets in a path: `"Hero123"`, `-7`, `("PT", "Lisbon", 0)`, `Some(3)`, `[1, 2]`. Types with a
/// meaning take text: `"2024-02-29"`, `"127.0.0.1"`, a UUID.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Key {
    /// `true` or `false`.
    Bool(bool),
    /// One character.
    Char(char),
    /// A number, of a type of any width that holds it.
    Signed(i128),
    /// A number beyond the greatest signed one.
    Unsigned(u128),
    /// A number with a fraction.
    Float(f64),
    /// Text, and what is written as text.
    Text(String),
    /// A word: a variant's name, with its fields; also text that needs no quotes.
    Word(String, Vec<Key>),
    /// The parts of a tuple, array or struct, or the elements of a sequence. The empty one is `()`.
    List(Vec<Key>),
}

macro_rules! keys_of {
    ($($type:ty => $variant:ident)*) => {$(
        impl From<$type> for Key {
            fn from(key: $type) -> Self {
                Self::$variant(key.into())
            }
        }
    )*};
}

keys_of! {
    bool => Bool
    char => Char
    i8 => Signed i16 => Signed i32 => Signed i64 => Signed i128 => Signed
    u8 => Signed u16 => Signed u32 => Signed u64 => Signed u128 => Unsigned
    f32 => Float f64 => Float
    &str => Text String => Text
    Vec<Key> => List
}

impl<A: Into<Self>, B: Into<Self>> From<(A, B)> for Key {
    fn from((a, b): (A, B)) -> Self {
        Self::List(vec![a.into(), b.into()])
    }
}

impl<A: Into<Self>, B: Into<Self>, C: Into<Self>> From<(A, B, C)> for Key {
    fn from((a, b, c): (A, B, C)) -> Self {
        Self::List(vec![a.into(), b.into(), c.into()])
    }
}

/// As it is written in a path.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bool(value) => value.fmt(f),
            Self::Char(value) => write!(f, "{value:?}"),
            Self::Signed(value) => value.fmt(f),
            Self::Unsigned(value) => value.fmt(f),
            Self::Float(value) => write!(f, "{value:?}"),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::Word(word, fields) if fields.is_empty() => f.write_str(word),
            Self::Word(word, fields) => {
                f.write_str(word)?;
                list(f, fields)
            }
            Self::List(parts) => list(f, parts),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, parts: &[Key]) -> fmt::Result {
    f.write_str("(")?;
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{part}")?;
    }
    f.write_str(")")
}
