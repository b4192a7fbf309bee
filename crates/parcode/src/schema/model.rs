//! The schema model.

use super::Layout;
use std::borrow::Cow;

/// The number of a type in its schema.
pub type TypeRef = u32;

/// The types that a value consists of, and which of them is the root.
#[derive(Debug, Clone)]
pub struct Schema {
    pub(crate) types: Vec<Type>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) root: TypeRef,
}

/// One type.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// A value of fixed width.
    Prime(Prime),
    /// UTF-8 text.
    Text,
    /// One CBOR data item (RFC 8949), for values that are kept through serde.
    Cbor,
    /// A value that may be absent.
    Option(TypeRef),
    /// So many values of one type.
    Array(TypeRef, u64),
    /// Values of several types, one after another.
    Tuple(Vec<TypeRef>),
    /// Any number of values of one type.
    Sequence(TypeRef),
    /// A value behind a pointer, which is what lets types contain themselves.
    Boxed(TypeRef),
    /// Entries found by key; a set is a map to unit.
    Map {
        /// The keys' type.
        key: TypeRef,
        /// The values' type.
        value: TypeRef,
        /// Whether entries follow the order of their keys instead of that of their hashes.
        ordered: bool,
    },
    /// Named fields, one after another.
    Struct {
        /// Its name, for people: it is no part of the fingerprint.
        name: Cow<'static, str>,
        /// Its fields, in order.
        fields: Vec<Field>,
        /// Whether its bytes are those of a `repr(C)` struct, naturally aligned in sequences.
        plain: bool,
    },
    /// One of several variants, each with fields.
    Enum {
        /// Its name, for people: it is no part of the fingerprint.
        name: Cow<'static, str>,
        /// Its variants; the tag is the number of the variant.
        variants: Vec<Variant>,
    },
    /// A type with a meaning of its own, laid out as another: `Duration`, `Uuid`.
    Named {
        /// Its name, which is part of the fingerprint.
        name: Cow<'static, str>,
        /// What it is laid out as.
        inner: TypeRef,
    },
}

/// A field of a struct or variant.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Field {
    /// Its name on disk; fields of tuples are named by their number.
    pub name: Cow<'static, str>,
    /// Its type.
    pub ty: TypeRef,
    /// Whether it may live in a chunk of its own (`chunkable`, `map`).
    pub chunkable: bool,
}

/// A variant of an enum.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Variant {
    /// Its name on disk.
    pub name: Cow<'static, str>,
    /// Its fields, in order.
    pub fields: Vec<Field>,
}

macro_rules! primes {
    ($($prime:ident $code:literal $width:literal $name:literal,)*) => {
        /// The types of fixed width.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "their names say it")]
        pub enum Prime { $($prime = $code,)* }

        impl Prime {
            const ALL: &[Self] = &[$(Self::$prime,)*];

            /// Bytes of a value.
            pub const fn width(self) -> usize {
                match self { $(Self::$prime => $width,)* }
            }

            /// The name of the type in Rust.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$prime => $name,)* }
            }
        }
    };
}

primes! {
    Unit 0 0 "()", Bool 1 1 "bool", Char 2 4 "char",
    U8 3 1 "u8", U16 4 2 "u16", U32 5 4 "u32", U64 6 8 "u64", U128 7 16 "u128",
    I8 8 1 "i8", I16 9 2 "i16", I32 10 4 "i32", I64 11 8 "i64", I128 12 16 "i128",
    F32 13 4 "f32", F64 14 8 "f64",
}

impl Prime {
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|prime| prime.name() == name)
    }

    pub(super) fn parse(code: u8) -> Option<Self> {
        Self::ALL.iter().copied().find(|prime| *prime as u8 == code)
    }

    /// Whether it is a number without a fraction.
    pub(crate) const fn is_integer(self) -> bool {
        self.is_plain() && !self.is_float()
    }

    /// Whether it is a number that may have a fraction.
    pub(crate) const fn is_float(self) -> bool {
        matches!(self, Self::F32 | Self::F64)
    }

    /// Whether every bit pattern of its width is a value, so that sequences of it are plain data.
    pub(crate) const fn is_plain(self) -> bool {
        !matches!(self, Self::Unit | Self::Bool | Self::Char)
    }
}

/// Levels of a type that are described, parts of a tuple, bytes of a name, and bytes of all of it.
const DESCRIBED: u32 = 5;
const MOST_PARTS: usize = 12;
const LONGEST_NAME: usize = 256;
const LONGEST: usize = 1024;

/// The beginning of a name in a file, which may be of any length.
pub(crate) fn short(name: &str) -> &str {
    if name.len() <= LONGEST_NAME {
        return name;
    }
    let mut ends = (0..=LONGEST_NAME).rev();
    ends.find_map(|end| name.get(..end)).unwrap_or_default()
}

impl Schema {
    /// The type of this number.
    pub fn get(&self, ty: TypeRef) -> Option<&Type> {
        self.types.get(ty as usize)
    }

    /// The number of the root's type.
    pub fn root(&self) -> TypeRef {
        self.root
    }

    /// Whether it is a map in the order of its keys.
    pub(crate) fn is_ordered(&self, ty: TypeRef) -> bool {
        matches!(self.get(ty), Some(Type::Map { ordered: true, .. }))
    }

    pub(crate) fn layout(&self, ty: TypeRef) -> Layout {
        self.layouts.get(ty as usize).copied().unwrap_or_default()
    }

    /// The type as it would be written in Rust.
    ///
    /// What is nested deep or very long is left out: a file's schema may be of any shape.
    pub fn describe(&self, ty: TypeRef) -> String {
        let mut text = String::new();
        self.describe_to(&mut text, ty, DESCRIBED);
        text
    }

    fn describe_to(&self, text: &mut String, ty: TypeRef, levels: u32) {
        let levels = match levels.checked_sub(1) {
            Some(levels) if text.len() < LONGEST => levels,
            _ => return text.push('…'),
        };
        let mut around = |before: &str, parts: &[TypeRef], after: &str| {
            text.push_str(before);
            for (i, part) in parts.iter().enumerate() {
                text.push_str(if i == 0 { "" } else { ", " });
                self.describe_to(text, *part, levels);
            }
            text.push_str(after);
        };
        match self.get(ty) {
            None => text.push('?'),
            Some(Type::Prime(prime)) => text.push_str(prime.name()),
            Some(Type::Text) => text.push_str("String"),
            Some(Type::Cbor) => text.push_str("Cbor"),
            Some(Type::Option(inner)) => around("Option<", &[*inner], ">"),
            Some(Type::Array(inner, len)) => around("[", &[*inner], &format!("; {len}]")),
            Some(Type::Tuple(parts)) => {
                around("(", parts.get(..MOST_PARTS).unwrap_or(parts), ")");
            }
            Some(Type::Sequence(inner)) => around("Vec<", &[*inner], ">"),
            Some(Type::Boxed(inner)) => around("Box<", &[*inner], ">"),
            Some(Type::Map {
                key,
                value,
                ordered,
            }) => {
                let kind = if *ordered { "BTree" } else { "Hash" };
                match self.get(*value) {
                    Some(Type::Prime(Prime::Unit)) => around(&format!("{kind}Set<"), &[*key], ">"),
                    _ => around(&format!("{kind}Map<"), &[*key, *value], ">"),
                }
            }
            Some(
                Type::Struct { name, .. } | Type::Enum { name, .. } | Type::Named { name, .. },
            ) => text.push_str(short(name)),
        }
    }

    /// The names of the types that a type refers to are read off its parts.
    pub(crate) fn parts(ty: &Type) -> Vec<TypeRef> {
        match ty {
            Type::Prime(_) | Type::Text | Type::Cbor => Vec::new(),
            Type::Option(inner)
            | Type::Array(inner, _)
            | Type::Sequence(inner)
            | Type::Boxed(inner)
            | Type::Named { inner, .. } => vec![*inner],
            Type::Tuple(parts) => parts.clone(),
            Type::Map { key, value, .. } => vec![*key, *value],
            Type::Struct { fields, .. } => fields.iter().map(|field| field.ty).collect(),
            Type::Enum { variants, .. } => variants
                .iter()
                .flat_map(|variant| variant.fields.iter().map(|field| field.ty))
                .collect(),
        }
    }
}
