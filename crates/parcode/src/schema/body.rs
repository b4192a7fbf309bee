//! The plan by which the body of a chunk is arranged: what section 8 of docs/format.md claims for a type.

use super::layout::tag_width;
use super::{Field, Fingerprints, Schema, Type, TypeRef};
use crate::format::{
    ARRANGED_DEEPEST, BodyPlan, Kind, MOST_KINDS, MOST_LANES, MOST_PARTS, Names, Part,
};
use std::collections::HashMap;

/// Types that are looked at for one plan: a schema of a few types may stand for enormous ones.
const MOST_VISITS: usize = 1 << 14;

/// Longer arrays of numbers are laid out as numbers.
const LONGEST_ARRAY: usize = 64;

impl Schema {
    /// The plan of chunks that hold a value of type `ty`, a chunkable one if `handle`. Types are told apart by
    /// their fingerprints, so it is the same in every schema. It has no kinds where the type has too many parts.
    pub(crate) fn body_plan(
        &self,
        fingerprints: &Fingerprints,
        ty: TypeRef,
        handle: bool,
    ) -> BodyPlan {
        let mut planner = Planner {
            schema: self,
            fingerprints,
            known: HashMap::new(),
            kinds: Vec::new(),
            visits: 0,
            parts: 0,
            lanes: 0,
        };
        let value = if handle {
            Element::Handle(ty)
        } else {
            Element::Slot(ty)
        };
        let kinds = planner.kinds(value).unwrap_or_default();
        BodyPlan { kinds }
    }
}

/// What lies behind one another in the body.
#[derive(Clone, Copy)]
enum Element {
    Handle(TypeRef),
    Slot(TypeRef),
    /// In a sequence, where no element takes no bytes.
    Member(TypeRef),
    Entry(TypeRef, TypeRef),
    Byte,
}

/// What tells elements apart: fingerprints, whether it is a chunkable value, and bytes of an element.
type Identity = (u64, u64, bool, usize);

struct Planner<'s> {
    schema: &'s Schema,
    fingerprints: &'s Fingerprints,
    known: HashMap<Identity, usize>,
    /// In the order of their numbers.
    kinds: Vec<Element>,
    visits: usize,
    parts: usize,
    lanes: usize,
}

impl Planner<'_> {
    /// All kinds that a value reaches, in the order in which they are met.
    fn kinds(&mut self, value: Element) -> Option<Vec<Kind>> {
        let mut done = Vec::new();
        self.number(value);
        while let Some(element) = self.kinds.get(done.len()).copied() {
            done.push(self.kind(element)?);
            if self.kinds.len() > MOST_KINDS {
                return None;
            }
        }
        Some(done)
    }

    fn stride(&self, element: Element) -> usize {
        let layout = |ty| self.schema.layout(ty);
        match element {
            Element::Handle(ty) => layout(ty).handle_slot,
            Element::Slot(ty) => layout(ty).slot,
            Element::Member(ty) => layout(ty).stride(),
            Element::Entry(key, value) => (layout(key).slot + layout(value).slot).max(1),
            Element::Byte => 1,
        }
    }

    /// The number of a kind.
    fn number(&mut self, element: Element) -> usize {
        let stride = self.stride(element);
        let of = |ty| self.fingerprints.of(self.schema, ty);
        let identity = match element {
            Element::Handle(ty) => (of(ty), 0, true, stride),
            Element::Slot(ty) | Element::Member(ty) => (of(ty), 0, false, stride),
            Element::Entry(key, value) => (of(key), of(value), false, stride),
            Element::Byte => (0, 0, false, stride),
        };
        let next = self.kinds.len();
        let number = *self.known.entry(identity).or_insert(next);
        if number == next {
            self.kinds.push(element);
        }
        number
    }

    fn kind(&mut self, element: Element) -> Option<Kind> {
        let mut parts = Vec::new();
        match element {
            Element::Handle(ty) => self.handle(ty, 0, &mut parts, 0)?,
            Element::Slot(ty) | Element::Member(ty) => self.slot(ty, 0, &mut parts, 0)?,
            Element::Entry(key, value) => {
                self.slot(key, 0, &mut parts, 0)?;
                self.slot(value, self.schema.layout(key).slot, &mut parts, 0)?;
            }
            Element::Byte => {}
        }
        let stride = self.stride(element);
        let unit = match element {
            Element::Slot(ty) | Element::Member(ty) if parts.is_empty() => self.unit(ty, stride),
            _ => stride,
        };
        let is_left = self.lanes + unit <= MOST_LANES;
        let unit = if is_left { unit } else { stride.min(1) };
        self.lanes += unit;
        if self.lanes > MOST_LANES {
            return None;
        }
        Some(Kind {
            stride,
            unit,
            parts,
        })
    }

    /// Bytes after which those of an element mean the same again.
    fn unit(&self, ty: TypeRef, stride: usize) -> usize {
        match self.schema.get(ty) {
            Some(Type::Array(inner, _)) if stride > LONGEST_ARRAY => {
                self.unit(*inner, self.schema.layout(*inner).slot)
            }
            _ => stride,
        }
    }

    fn visit(&mut self) -> Option<()> {
        self.visits += 1;
        (self.visits <= MOST_VISITS).then_some(())
    }

    fn add(&mut self, parts: &mut Vec<Part>, at: usize, names: Names) -> Option<()> {
        self.parts += 1;
        parts.push(Part { at, names });
        (self.parts <= MOST_PARTS).then_some(())
    }

    /// A span of elements of one kind.
    fn elements(
        &mut self,
        parts: &mut Vec<Part>,
        at: usize,
        element: Element,
        align: usize,
    ) -> Option<()> {
        let kind = self.number(element);
        self.add(parts, at, Names::Elements { kind, align })
    }

    /// The parts of a chunkable value at `at`.
    fn handle(
        &mut self,
        ty: TypeRef,
        at: usize,
        parts: &mut Vec<Part>,
        depth: usize,
    ) -> Option<()> {
        self.visit()?;
        match self.schema.get(ty)? {
            Type::Array(..) | Type::Tuple(_) => self.elements(parts, at, Element::Slot(ty), 1),
            Type::Boxed(inner) if self.schema.layout(*inner).spanned => {
                self.slot(*inner, at, parts, depth)
            }
            Type::Boxed(inner) => self.elements(parts, at, Element::Slot(*inner), 1),
            Type::Option(inner) => {
                let some = self.list(depth, |planner, parts, depth| {
                    planner.handle(*inner, 0, parts, depth)
                })?;
                self.choice(parts, at, 1, vec![(1, some)])
            }
            _ => self.slot(ty, at, parts, depth),
        }
    }

    /// The parts of an inline value at `at`.
    fn slot(&mut self, ty: TypeRef, at: usize, parts: &mut Vec<Part>, depth: usize) -> Option<()> {
        self.visit()?;
        let schema = self.schema;
        let layout = schema.layout(ty);
        if layout.plain || layout.slot == 0 {
            return Some(());
        }
        match schema.get(ty)? {
            Type::Prime(_) => Some(()),
            Type::Text => self.add(parts, at, Names::Text),
            Type::Cbor => self.elements(parts, at, Element::Byte, 1),
            Type::Sequence(inner) => {
                let align = schema.layout(*inner).align;
                self.elements(parts, at, Element::Member(*inner), align)
            }
            Type::Boxed(inner) => {
                let kind = self.number(Element::Slot(*inner));
                self.add(parts, at, Names::Element { kind })
            }
            Type::Map {
                key,
                value,
                ordered,
            } => {
                let entry = Element::Entry(*key, *value);
                if *ordered {
                    return self.elements(parts, at, entry, 1);
                }
                let kind = self.number(entry);
                self.add(parts, at, Names::Table { kind })
            }
            Type::Named { inner, .. } => self.slot(*inner, at, parts, depth),
            Type::Tuple(types) => {
                let mut at = at;
                for ty in types {
                    self.slot(*ty, at, parts, depth)?;
                    at += schema.layout(*ty).slot;
                }
                Some(())
            }
            Type::Struct { fields, .. } => self.fields(fields, at, parts, depth),
            Type::Array(inner, times) => {
                let stride = schema.layout(*inner).slot;
                let times = usize::try_from(*times).ok()?;
                let inner = self.list(depth, |planner, parts, depth| {
                    planner.slot(*inner, 0, parts, depth)
                })?;
                if inner.is_empty() {
                    return Some(());
                }
                let names = Names::Repeat {
                    times,
                    stride,
                    parts: inner,
                };
                self.add(parts, at, names)
            }
            Type::Option(inner) => {
                let some = self.list(depth, |planner, parts, depth| {
                    planner.slot(*inner, 0, parts, depth)
                })?;
                self.choice(parts, at, 1, vec![(1, some)])
            }
            Type::Enum { variants, .. } => {
                let mut named = Vec::new();
                for (number, variant) in variants.iter().enumerate() {
                    let of = self.list(depth, |planner, parts, depth| {
                        planner.fields(&variant.fields, 0, parts, depth)
                    })?;
                    named.push((number, of));
                }
                self.choice(parts, at, tag_width(variants), named)
            }
        }
    }

    fn fields(
        &mut self,
        fields: &[Field],
        at: usize,
        parts: &mut Vec<Part>,
        depth: usize,
    ) -> Option<()> {
        let mut at = at;
        for field in fields {
            if field.chunkable {
                self.handle(field.ty, at, parts, depth)?;
            } else {
                self.slot(field.ty, at, parts, depth)?;
            }
            at += self.schema.layout(field.ty).of(field);
        }
        Some(())
    }

    /// Parts within a part.
    fn list(
        &mut self,
        depth: usize,
        fill: impl FnOnce(&mut Self, &mut Vec<Part>, usize) -> Option<()>,
    ) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        fill(self, &mut parts, depth + 1)?;
        (depth < ARRANGED_DEEPEST || parts.is_empty()).then_some(parts)
    }

    /// A choice among those variants that have parts.
    fn choice(
        &mut self,
        parts: &mut Vec<Part>,
        at: usize,
        tag: usize,
        mut variants: Vec<(usize, Vec<Part>)>,
    ) -> Option<()> {
        variants.retain(|(_, parts)| !parts.is_empty());
        self.parts += variants.len();
        if variants.is_empty() {
            return Some(());
        }
        self.add(parts, at, Names::Choice { tag, variants })
    }
}
