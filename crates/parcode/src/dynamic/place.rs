//! Where a value and its parts lie: in its slot, elsewhere in its chunk, or in a chunk of its own.

use super::value::Dynamic;
use crate::error::Result;
use crate::format::Span;
use crate::lazy::elements::Elements;
use crate::lazy::entries::Entries;
use crate::object::{Node, SchemaChunk, SchemaTypes, Slot};
use crate::read;
use crate::schema::{Field, Meaning, Prime, Type, TypeRef};
use crate::wire::Scalar;
use std::sync::Arc;

impl<'par> Dynamic<'par> {
    pub(super) fn shape(&self) -> &'par Type {
        const UNIT: Type = Type::Prime(Prime::Unit);
        self.schema().get(self.ty).unwrap_or(&UNIT)
    }

    /// The value in options, as long as there is one.
    pub(super) fn in_options(&self) -> Self {
        let mut value = *self;
        while let Type::Option(inner) = value.shape()
            && value.slot.scalar::<u8>() != 0
        {
            value = value.part(1, *inner, value.chunkable);
        }
        value
    }

    /// What a Named type means.
    pub(super) fn meaning(&self) -> Option<Meaning> {
        self.types.meaning(self.ty)
    }

    /// The type as what its chunks are read as.
    pub(super) fn chunk(&self) -> SchemaChunk<'par> {
        self.types.chunk(self.ty)
    }

    /// The value of a type whose slot is `slot`, inline.
    pub(super) fn of(&self, slot: Slot<'par>, ty: TypeRef) -> Self {
        Self {
            slot,
            ty,
            chunkable: false,
            ..*self
        }
    }

    /// A part of the value's own slot.
    pub(super) fn part(&self, at: usize, ty: TypeRef, chunkable: bool) -> Self {
        let layout = self.schema().layout(ty);
        let len = if chunkable {
            layout.handle_slot
        } else {
            layout.slot
        };
        Self {
            slot: self.slot.after(at).first(len),
            ty,
            chunkable,
            ..*self
        }
    }

    pub(super) fn in_body(&self, at: usize, ty: TypeRef) -> Self {
        let slot = Slot::at(self.slot.node, at, self.schema().layout(ty).slot);
        self.of(slot, ty)
    }

    pub(super) fn part_of_tuple(&self, parts: &[TypeRef], number: usize) -> Self {
        let before = parts.iter().take(number);
        let at = before.map(|part| self.schema().layout(*part).slot).sum();
        let ty = parts.get(number).copied().unwrap_or(self.ty);
        self.part(at, ty, false)
    }

    pub(super) fn element_of_array(&self, inner: TypeRef, index: usize) -> Self {
        let stride = self.schema().layout(inner).slot;
        self.part(index.saturating_mul(stride), inner, false)
    }

    /// The fields that are there, and where the first starts.
    pub(super) fn own_fields(&self) -> Option<(usize, &'par [Field])> {
        match self.shape() {
            Type::Struct { fields, .. } => Some((0, fields)),
            Type::Enum { variants, .. } => {
                let variant = variants.get(self.tag(variants.len()))?;
                Some((crate::schema::tag_width_of(variants.len()), &variant.fields))
            }
            _ => None,
        }
    }

    pub(super) fn tag(&self, variants: usize) -> usize {
        match crate::schema::tag_width_of(variants) {
            1 => usize::from(self.slot.scalar::<u8>()),
            _ => usize::from(u16::from_wire(self.slot.bytes)),
        }
    }

    pub(super) fn span_len(&self) -> u64 {
        let span = self.slot.span();
        if span.is_away() {
            self.slot.node.link_len(span.start)
        } else {
            span.len.into()
        }
    }

    /// Of a chunkable value in a single chunk of its own: the number of its link, and the type that
    /// the chunk holds. Sequences and maps have places of their own.
    pub(super) fn link(&self) -> Option<(u32, TypeRef)> {
        if !self.chunkable {
            return None;
        }
        let ty = match self.shape() {
            Type::Text | Type::Cbor | Type::Array(..) | Type::Tuple(_) => self.ty,
            Type::Boxed(inner) => *inner,
            _ => return None,
        };
        let span = self.slot.span();
        span.is_away().then_some((span.start, ty))
    }

    /// The same value where it lies, if that is not in its own slot: of a chunkable pointer what it
    /// points to. Reads a chunk where the value is away.
    pub(super) fn settled(&self) -> Result<Self> {
        match self.link() {
            None => Ok(self.at_home()),
            Some((link, ty)) => {
                let node = read::child(self.slot.node, link, &self.types.chunk(ty))?;
                Ok(self.whole_chunk(node, ty))
            }
        }
    }

    /// [`settled`](Self::settled) for what is read once.
    pub(super) fn held(&self) -> Result<HeldValue<'par>> {
        match self.link() {
            None => Ok(HeldValue::Home(self.at_home())),
            Some((link, ty)) => {
                let node = read::passing_child(self.slot.node, link, &self.types.chunk(ty))?;
                Ok(HeldValue::Away(self.types, node, ty))
            }
        }
    }

    fn at_home(&self) -> Self {
        let layout = |ty| self.schema().layout(ty);
        match self.shape() {
            _ if !self.chunkable => *self,
            Type::Array(..) | Type::Tuple(_) => self.in_body(self.slot.pointer(), self.ty),
            Type::Boxed(inner) if layout(*inner).spanned => self.of(self.slot, *inner),
            Type::Boxed(inner) => self.in_body(self.slot.pointer(), *inner),
            _ => *self,
        }
    }

    fn whole_chunk(&self, node: &'par Node, ty: TypeRef) -> Self {
        self.of(Slot::at(node, 0, self.schema().layout(ty).slot), ty)
    }

    pub(super) fn elements<'t>(
        &self,
        inner: TypeRef,
        chunk: &'t SchemaChunk<'t>,
    ) -> Elements<'par, 't> {
        let layout = self.schema().layout(inner);
        Elements {
            node: self.slot.node,
            span: self.own_span(),
            slot: layout.slot,
            plain: layout.plain,
            guard: None,
            ty: chunk,
        }
    }

    pub(super) fn entries<'t>(
        &self,
        ordered: bool,
        chunk: &'t SchemaChunk<'t>,
    ) -> Entries<'par, 't> {
        Entries {
            node: self.slot.node,
            span: self.own_span(),
            ordered,
            ty: chunk,
        }
    }

    /// The span in the slot of a sequence or map; an inline one is never away.
    fn own_span(&self) -> Span {
        let span = self.slot.span();
        if span.is_away() && !self.chunkable {
            return Span::default();
        }
        span
    }
}

/// A value with what keeps its chunk.
pub(super) enum HeldValue<'par> {
    Home(Dynamic<'par>),
    Away(&'par SchemaTypes, Arc<Node>, TypeRef),
}

impl HeldValue<'_> {
    pub(super) fn get(&self) -> Dynamic<'_> {
        match self {
            Self::Home(value) => *value,
            Self::Away(types, node, ty) => Dynamic {
                types,
                slot: Slot::at(node, 0, types.schema().layout(*ty).slot),
                ty: *ty,
                chunkable: false,
            },
        }
    }

    /// It was sound, and is charged.
    #[cfg(feature = "serde")]
    pub(super) fn not_in_vain(&self) {
        if let Self::Away(_, node, _) = self {
            node.session.not_in_vain(node);
        }
    }

    /// Stored bytes that were read for it.
    pub(super) fn charge(&self) -> u64 {
        match self {
            Self::Home(_) => 0,
            Self::Away(_, node, _) => node.origin.charge,
        }
    }
}
