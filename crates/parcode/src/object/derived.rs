//! What generated code and hand-written impls share: records, variants and their tags.

use super::{Encoder, SchemaBuilder, Store};
use crate::schema::{Field, Type, Variant, tag_width_of};
use crate::wire::KeyBuf;

/// The number of bytes of the widest variant.
pub const fn widest(mut variants: &[usize]) -> usize {
    let mut widest = 0;
    while let [first, rest @ ..] = variants {
        if *first > widest {
            widest = *first;
        }
        variants = rest;
    }
    widest
}

/// The alignment of a plain struct of these fields: that of its schema, the same on every machine.
pub const fn plain_align(mut fields: &[Option<usize>]) -> usize {
    let mut align = 1;
    while let [first, rest @ ..] = fields {
        if let Some(field) = first
            && *field > align
        {
            align = *field;
        }
        fields = rest;
    }
    align
}

/// The width of the tag of an enum with so many variants.
pub const fn tag_width(variants: usize) -> usize {
    tag_width_of(variants)
}

/// A field of a struct's or variant's schema.
pub fn field<T: Store + ?Sized>(
    types: &mut SchemaBuilder,
    name: &'static str,
    chunkable: bool,
) -> Field {
    Field {
        name: name.into(),
        ty: types.of::<T>(),
        chunkable,
    }
}

/// The schema of a struct.
pub fn record(name: &'static str, fields: Vec<Field>, plain: bool) -> Type {
    Type::Struct {
        name: name.into(),
        fields,
        plain,
    }
}

/// A variant of an enum's schema.
pub fn variant(name: &'static str, fields: Vec<Field>) -> Variant {
    Variant {
        name: name.into(),
        fields,
    }
}

/// The schema of an enum.
pub fn choice(name: &'static str, variants: Vec<Variant>) -> Type {
    Type::Enum {
        name: name.into(),
        variants,
    }
}

/// Appends the tag of an enum's variant to a key.
pub fn key_tag(key: &mut KeyBuf, tag: u16) {
    key.raw(&tag.to_be_bytes());
}

/// Writes the tag of an enum of so many variants.
#[inline(always)]
pub fn put_tag(encoder: &mut Encoder<'_>, at: &mut usize, variants: usize, tag: u16) {
    match tag_width(variants) {
        1 => encoder.scalar(*at, tag as u8),
        _ => encoder.scalar(*at, tag),
    }
    *at += tag_width(variants);
}
