//! The path in the object of a link: found by walking the chunk that holds it, by schema.
//!
//! Only errors and reports ask, so nothing is kept for them while reading.

use super::layout::tag_width;
use super::{Field, Prime, Schema, Type, TypeRef, short};
use crate::format::{Span, TableShape};
use crate::wire::{Scalar, u32_at};

/// The regions of a chunk, as far as a walk needs them.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChunkBytes<'a> {
    pub(crate) body: &'a [u8],
    pub(crate) text: &'a str,
}

/// What the body of a chunk starts with: a value of this type, inline or chunkable.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ChunkValue {
    pub(crate) ty: TypeRef,
    pub(crate) chunkable: bool,
    /// What to add to positions in a sequence, for a shard that does not start it.
    pub(crate) first: u64,
}

/// The path from a chunk's value to the one that is away behind its link number `link`, and that
/// one's type. Takes no more than `left` steps, and subtracts those that it took.
pub(crate) fn path_to_link(
    schema: &Schema,
    chunk: ChunkBytes<'_>,
    value: ChunkValue,
    link: u32,
    left: &mut u64,
) -> Option<(String, TypeRef)> {
    let mut walk = Walk::new(schema, chunk, value);
    walk.link = Some(link);
    walk.steps = walk.steps.min(usize::try_from(*left).unwrap_or(usize::MAX));
    let before = walk.steps;
    let ty = walk.value(value.ty, value.chunkable, 0, 0);
    *left = left.saturating_sub((before - walk.steps) as u64);
    let ty = ty?;
    walk.path.reverse();
    Some((walk.path.concat(), ty))
}

/// The types of the values that are away behind a chunk's links, in the order of the links.
pub(crate) fn types_of_links(
    schema: &Schema,
    chunk: ChunkBytes<'_>,
    value: ChunkValue,
) -> Vec<TypeRef> {
    let mut walk = Walk::new(schema, chunk, value);
    walk.value(value.ty, value.chunkable, 0, 0);
    walk.types
}

struct Walk<'a> {
    schema: &'a Schema,
    chunk: ChunkBytes<'a>,
    /// The link that is searched for; without one all are visited.
    link: Option<u32>,
    first: u64,
    /// The steps from the link that was found back to the chunk's value.
    path: Vec<String>,
    /// Those of the links that were visited.
    types: Vec<TypeRef>,
    steps: usize,
}

const DEEPEST: usize = 512;

/// For each byte of a chunk.
const STEPS: usize = 16;

/// The steps that a walk of a chunk may take, whose body has so many bytes.
pub(crate) fn chunk_steps(body: usize) -> usize {
    body.saturating_mul(STEPS).saturating_add(4096)
}

impl<'a> Walk<'a> {
    fn new(schema: &'a Schema, chunk: ChunkBytes<'a>, value: ChunkValue) -> Self {
        Self {
            schema,
            chunk,
            link: None,
            first: value.first,
            path: Vec::new(),
            types: Vec::new(),
            // Claims are disjoint, so a walk of a sound chunk takes few steps for each of its bytes: one for
            // each struct, tuple or array that a byte is in.
            steps: chunk_steps(chunk.body.len()),
        }
    }

    /// Searches the value at `at`; where the link is found, `path` leads back from it.
    fn value(&mut self, ty: TypeRef, chunkable: bool, at: usize, depth: usize) -> Option<TypeRef> {
        if depth > DEEPEST {
            return None;
        }
        let schema = self.schema;
        let depth = depth + 1;
        let layout = schema.layout(ty);
        let slot = self.chunk.body.get(at..)?;
        let span = Span::read(slot);
        let spanned = !matches!(
            schema.get(ty)?,
            Type::Prime(_)
                | Type::Option(_)
                | Type::Named { .. }
                | Type::Struct { .. }
                | Type::Enum { .. }
        );
        if chunkable && spanned && span.is_away() {
            // Behind a pointer that is away lies what it points to.
            let child = match schema.get(ty)? {
                Type::Boxed(inner) => *inner,
                _ => ty,
            };
            if self.link.is_none() {
                self.types.push(child);
            }
            return (Some(span.start) == self.link).then_some(child);
        }
        match schema.get(ty)? {
            Type::Prime(_) | Type::Text | Type::Cbor | Type::Named { .. } => None,
            Type::Option(inner) => match slot.first()? {
                0 => None,
                _ => self.value(*inner, chunkable, at + 1, depth),
            },
            Type::Array(..) | Type::Tuple(_) if chunkable => {
                self.value(ty, false, span.start as usize, depth)
            }
            Type::Array(inner, len) => {
                let stride = schema.layout(*inner).slot;
                self.first_of(0..*len, |walk, i| {
                    let at = at.checked_add(stride.checked_mul(usize::try_from(i).ok()?)?)?;
                    walk.step(*inner, false, at, depth, |_| format!("[{i}]"))
                })
            }
            Type::Tuple(parts) => {
                let mut at = at;
                self.first_of(parts.iter().enumerate(), |walk, (i, part)| {
                    let here = at;
                    at += schema.layout(*part).slot;
                    walk.step(*part, false, here, depth, |_| format!(".{i}"))
                })
            }
            // Plain data links nowhere.
            Type::Sequence(inner) if schema.layout(*inner).plain => None,
            Type::Sequence(inner) => {
                let (stride, first) = (
                    schema.layout(*inner).stride(),
                    std::mem::take(&mut self.first),
                );
                self.first_of(0..span.len as usize, |walk, i| {
                    let at = (span.start as usize).checked_add(i.checked_mul(stride)?)?;
                    let position = first.saturating_add(i as u64);
                    walk.step(*inner, false, at, depth, |_| format!("[{position}]"))
                })
            }
            Type::Boxed(inner) => {
                let spanned = schema.layout(*inner).spanned;
                // At home, the slot of a chunkable pointer to what has a span is that span.
                let at = if chunkable && spanned {
                    at
                } else {
                    u32_at(slot, 0) as usize
                };
                self.value(*inner, false, at, depth)
            }
            Type::Map {
                key,
                value,
                ordered,
            } => {
                let (key_layout, value_layout) = (schema.layout(*key), schema.layout(*value));
                let stride = (key_layout.slot + value_layout.slot).max(1);
                let records = if *ordered {
                    0
                } else {
                    TableShape::new(span.len).records_at()
                };
                self.first_of(0..span.len as usize, |walk, i| {
                    let at = (span.start as usize)
                        .checked_add(records)?
                        .checked_add(i.checked_mul(stride)?)?;
                    let value_at = at.checked_add(key_layout.slot)?;
                    walk.step(*value, false, value_at, depth, |walk| {
                        walk.key(*key, at).unwrap_or_else(|| format!("[entry {i}]"))
                    })
                })
            }
            Type::Struct { fields, .. } => self.fields(fields, at, depth),
            Type::Enum { variants, .. } => {
                let width = tag_width(variants);
                let tag = slot
                    .get(..width)?
                    .iter()
                    .rev()
                    .fold(0, |tag, byte| tag << 8 | usize::from(*byte));
                let variant = variants.get(tag)?;
                self.fields(&variant.fields, at + width, depth)
            }
        }
        .filter(|_| layout.slot > 0 || spanned)
    }

    /// What `step` finds in the first of `parts` that has it. Each takes a step: lengths in a chunk that
    /// was not checked may say anything, and where the steps are used up the whole search ends.
    fn first_of<P>(
        &mut self,
        parts: impl IntoIterator<Item = P>,
        mut step: impl FnMut(&mut Self, P) -> Option<TypeRef>,
    ) -> Option<TypeRef> {
        for part in parts {
            self.steps = self.steps.checked_sub(1)?;
            if let Some(found) = step(self, part) {
                return Some(found);
            }
        }
        None
    }

    fn fields(&mut self, fields: &[Field], mut at: usize, depth: usize) -> Option<TypeRef> {
        self.first_of(fields, |walk, field| {
            let here = at;
            at += walk.schema.layout(field.ty).of(field);
            walk.step(field.ty, field.chunkable, here, depth, |_| {
                format!(".{}", short(&field.name))
            })
        })
    }

    fn step(
        &mut self,
        ty: TypeRef,
        chunkable: bool,
        at: usize,
        depth: usize,
        part: impl FnOnce(&Self) -> String,
    ) -> Option<TypeRef> {
        let found = self.value(ty, chunkable, at, depth)?;
        let part = part(self);
        self.path.push(part);
        Some(found)
    }

    /// A key as people write it, where it is text or a number.
    fn key(&self, ty: TypeRef, at: usize) -> Option<String> {
        let slot = self.chunk.body.get(at..)?;
        Some(match self.schema.get(ty)? {
            Type::Text => {
                let span = Span::read(slot);
                let end = (span.start as usize).checked_add(span.len as usize)?;
                let text = self.chunk.text.get(span.start as usize..end)?;
                format!("[{:?}]", short(text))
            }
            Type::Prime(Prime::U8) => format!("[{}]", u8::from_wire(slot)),
            Type::Prime(Prime::U16) => format!("[{}]", u16::from_wire(slot)),
            Type::Prime(Prime::U32) => format!("[{}]", u32::from_wire(slot)),
            Type::Prime(Prime::U64) => format!("[{}]", u64::from_wire(slot)),
            Type::Prime(Prime::I32) => format!("[{}]", i32::from_wire(slot)),
            Type::Prime(Prime::I64) => format!("[{}]", i64::from_wire(slot)),
            _ => return None,
        })
    }
}
