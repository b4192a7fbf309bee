//! The encoding of a key, by schema: what `docs/format.md` says in section 13.
//!
//! Types whose keys are encoded in a way of their own are not for here: whoever asks has made sure
//! that there are none.

use super::layout::tag_width;
use super::{ChunkBytes, Field, Prime, Schema, Type, TypeRef};
use crate::format::{Span, TableShape};
use crate::wire::{KeyBuf, u32_at};

/// Appends the encoding of the inline key of type `ty` at `at` in a checked chunk.
pub(crate) fn encode_key(
    schema: &Schema,
    chunk: ChunkBytes<'_>,
    ty: TypeRef,
    at: usize,
    key: &mut KeyBuf,
    last: bool,
) {
    Encoding { schema, chunk }.value(ty, at, key, last);
}

struct Encoding<'a> {
    schema: &'a Schema,
    chunk: ChunkBytes<'a>,
}

impl Encoding<'_> {
    fn value(&self, ty: TypeRef, at: usize, key: &mut KeyBuf, last: bool) {
        let schema = self.schema;
        // What takes no room says nothing, however many parts a file's schema gives it.
        if schema.layout(ty).slot == 0 {
            return;
        }
        let slot = self.chunk.body.get(at..).unwrap_or_default();
        let stride = |ty: TypeRef| schema.layout(ty).slot;
        match schema.get(ty) {
            None => {}
            Some(Type::Prime(prime)) => {
                prime_key(*prime, slot.get(..prime.width()).unwrap_or_default(), key);
            }
            Some(Type::Text) => {
                key.bytes(Span::read(slot).of(self.chunk.text.as_bytes(), 1), last);
            }
            Some(Type::Cbor) => key.bytes(Span::read(slot).of(self.chunk.body, 1), last),
            Some(Type::Option(inner)) => {
                let some = slot.first().is_some_and(|tag| *tag != 0);
                key.raw(&[u8::from(some)]);
                if some {
                    self.value(*inner, at + 1, key, last);
                }
            }
            Some(Type::Boxed(inner)) => self.value(*inner, u32_at(slot, 0) as usize, key, last),
            Some(Type::Named { inner, .. }) => self.value(*inner, at, key, last),
            Some(Type::Array(inner, len)) => {
                let slot = stride(*inner);
                for i in 0..*len {
                    self.value(*inner, at + i as usize * slot, key, last && i + 1 == *len);
                }
            }
            Some(Type::Tuple(parts)) => {
                let mut at = at;
                for (i, part) in parts.iter().enumerate() {
                    self.value(*part, at, key, last && i + 1 == parts.len());
                    at += stride(*part);
                }
            }
            Some(Type::Struct { fields, .. }) => self.fields(fields, at, key, last),
            Some(Type::Enum { variants, .. }) => {
                let width = tag_width(variants);
                let bytes = slot.get(..width).unwrap_or_default();
                let tag = bytes
                    .iter()
                    .rev()
                    .fold(0u16, |tag, byte| tag << 8 | u16::from(*byte));
                key.raw(&tag.to_be_bytes());
                if let Some(variant) = variants.get(usize::from(tag)) {
                    self.fields(&variant.fields, at + width, key, last);
                }
            }
            Some(Type::Sequence(inner)) => self.sequence(*inner, Span::read(slot), key, last),
            Some(Type::Map {
                key: of,
                value,
                ordered,
            }) => {
                let span = Span::read(slot);
                let stride = (stride(*of) + stride(*value)).max(1);
                let records_at = if *ordered {
                    0
                } else {
                    TableShape::new(span.len).records_at()
                };
                let mut entries: Vec<KeyBuf> = (0..span.len as usize)
                    .map(|i| {
                        let record = span.start as usize + records_at + i * stride;
                        let mut entry = KeyBuf::new();
                        self.value(*of, record, &mut entry, false);
                        self.value(*value, record + schema.layout(*of).slot, &mut entry, false);
                        entry
                    })
                    .collect();
                entries.sort_unstable();
                for entry in entries {
                    key.raw(&[1]);
                    key.raw(entry.as_bytes());
                }
                if !last {
                    key.raw(&[0]);
                }
            }
        }
    }

    fn fields(&self, fields: &[Field], at: usize, key: &mut KeyBuf, last: bool) {
        let mut at = at;
        for (i, field) in fields.iter().enumerate() {
            let last = last && i + 1 == fields.len();
            if field.chunkable {
                self.home(field.ty, at, key, last);
            } else {
                self.value(field.ty, at, key, last);
            }
            at += self.schema.layout(field.ty).of(field);
        }
    }

    /// A chunkable part of a key, which is home: [`encode_key`] is given chunks whose parts are.
    fn home(&self, ty: TypeRef, at: usize, key: &mut KeyBuf, last: bool) {
        let slot = self.chunk.body.get(at..).unwrap_or_default();
        let start = Span::read(slot).start as usize;
        match self.schema.get(ty) {
            Some(Type::Array(..) | Type::Tuple(_)) => self.value(ty, start, key, last),
            Some(Type::Boxed(inner)) if self.schema.layout(*inner).spanned => {
                self.value(*inner, at, key, last);
            }
            Some(Type::Boxed(inner)) => self.value(*inner, start, key, last),
            Some(Type::Option(inner)) => {
                let some = slot.first().is_some_and(|tag| *tag != 0);
                key.raw(&[u8::from(some)]);
                if some {
                    self.home(*inner, at + 1, key, last);
                }
            }
            _ => self.value(ty, at, key, last),
        }
    }

    fn sequence(&self, inner: TypeRef, span: Span, key: &mut KeyBuf, last: bool) {
        if matches!(self.schema.get(inner), Some(Type::Prime(Prime::U8))) {
            return key.bytes(span.of(self.chunk.body, 1), last);
        }
        let stride = self.schema.layout(inner).stride();
        for i in 0..span.len as usize {
            key.raw(&[1]);
            self.value(inner, span.start as usize + i * stride, key, false);
        }
        if !last {
            key.raw(&[0]);
        }
    }
}

/// Big-endian bytes that compare as the values do.
fn prime_key(prime: Prime, bytes: &[u8], key: &mut KeyBuf) {
    let mut ordered = [0; 16];
    let Some(ordered) = ordered.get_mut(..bytes.len()) else {
        return;
    };
    for (to, from) in ordered.iter_mut().zip(bytes.iter().rev()) {
        *to = *from;
    }
    let negative = ordered.first().is_some_and(|byte| byte & 0x80 != 0);
    match prime {
        Prime::F32 | Prime::F64 if negative => ordered.iter_mut().for_each(|byte| *byte = !*byte),
        Prime::F32
        | Prime::F64
        | Prime::I8
        | Prime::I16
        | Prime::I32
        | Prime::I64
        | Prime::I128 => {
            if let Some(first) = ordered.first_mut() {
                *first ^= 0x80;
            }
        }
        _ => {}
    }
    key.raw(ordered);
}
