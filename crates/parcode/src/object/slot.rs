//! Slots as mirrors are built from them: total reads, no copies.

use super::{Node, ParcodeObject};
use crate::format::Span;
use crate::wire::{Scalar, u32_at};

/// The bytes of one value in the body of a checked chunk.
#[derive(Debug, Clone, Copy)]
pub struct Slot<'par> {
    pub(crate) node: &'par Node,
    pub(crate) bytes: &'par [u8],
}

impl<'par> Slot<'par> {
    /// The slot at `at` in the body; empty beyond its end, where every read gives its fallback.
    #[inline(always)]
    pub(crate) fn at(node: &'par Node, at: usize, len: usize) -> Self {
        let bytes = at
            .checked_add(len)
            .and_then(|end| node.body().get(at..end))
            .unwrap_or_default();
        Self { node, bytes }
    }

    /// A scalar at the start.
    #[inline(always)]
    pub fn scalar<T: Scalar>(self) -> T {
        T::from_wire(self.bytes)
    }

    /// Fixed bytes at the start.
    #[inline(always)]
    pub fn array<const N: usize>(self) -> [u8; N] {
        self.bytes.first_chunk().map_or([0; N], |bytes| *bytes)
    }

    #[inline(always)]
    pub(crate) fn span(self) -> Span {
        Span::read(self.bytes)
    }

    #[inline(always)]
    pub(crate) fn pointer(self) -> usize {
        u32_at(self.bytes, 0) as usize
    }

    /// Text whose span is here.
    #[inline(always)]
    pub fn text(self) -> &'par str {
        let span = self.span();
        let (start, len) = (span.start as usize, span.len as usize);
        start
            .checked_add(len)
            .and_then(|end| self.node.text().get(start..end))
            .unwrap_or_default()
    }

    /// The bytes of the text whose span is here, for comparing: no character is cut out.
    #[inline(always)]
    pub(crate) fn text_bytes(self) -> &'par [u8] {
        self.span().of(self.node.text().as_bytes(), 1)
    }

    /// The slot without its first `len` bytes.
    #[must_use]
    #[inline(always)]
    pub fn after(self, len: usize) -> Self {
        Self {
            bytes: self.bytes.get(len..).unwrap_or_default(),
            ..self
        }
    }

    /// The first `len` bytes of the slot.
    #[inline(always)]
    pub(crate) fn first(self, len: usize) -> Self {
        Self {
            bytes: self.bytes.get(..len).unwrap_or_default(),
            ..self
        }
    }

    /// The fields that lie here one behind another.
    #[inline(always)]
    pub fn fields(self) -> Fields<'par> {
        Fields(self)
    }

    /// The tag of an enum with so many variants, and the fields behind it.
    #[inline(always)]
    pub fn variant<const VARIANTS: usize>(self) -> (usize, Fields<'par>) {
        let width = crate::schema::tag_width_of(VARIANTS);
        let tag = match width {
            1 => usize::from(self.scalar::<u8>()),
            _ => usize::from(self.scalar::<u16>()),
        };
        (tag, Fields(self.after(width)))
    }
}

/// A walk over the fields of a record.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'par>(Slot<'par>);

impl<'par> Fields<'par> {
    #[inline(always)]
    fn take(&mut self, len: usize) -> Slot<'par> {
        let slot = self.0;
        self.0 = slot.after(len);
        slot.first(len)
    }

    /// The mirror of the next field, which is inline.
    #[inline(always)]
    pub fn lazy<T: ParcodeObject>(&mut self) -> T::Lazy<'par> {
        T::__lazy(self.take(T::SLOT))
    }

    /// The handle of the next field, which is chunkable.
    #[inline(always)]
    pub fn handle<T: ParcodeObject>(&mut self) -> T::Handle<'par> {
        T::__handle(self.take(T::HANDLE_SLOT))
    }

    /// The slot of the next field.
    #[inline(always)]
    pub fn slot<T: ParcodeObject>(&mut self) -> Slot<'par> {
        self.take(T::SLOT)
    }
}
