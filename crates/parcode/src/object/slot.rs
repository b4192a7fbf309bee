//! Slots as mirrors are built from them: total reads, no copies.

use super::{Cell, Node, ParcodeObject};
use crate::format::Span;
use crate::wire::{Scalar, same, u32_at};

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

    /// What is published of the child that the span here names; `None` where the value is home.
    #[inline(always)]
    pub(crate) fn cell(self) -> Option<&'par Cell> {
        let span = self.span();
        if span.is_away() {
            self.node.cell(span.start)
        } else {
            None
        }
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
        if let Some((_, behind)) = self.node.text().split_at_checked(start)
            && let Some((text, _)) = behind.split_at_checked(len)
        {
            return text;
        }
        ""
    }

    /// Whether the text whose span is here has these bytes. Compares them where they lie: no character
    /// is cut out.
    #[inline(always)]
    pub(crate) fn is_text(self, bytes: &[u8]) -> bool {
        let span = self.span();
        let text = self.node.text().as_bytes();
        span.len as usize == bytes.len()
            && text
                .get(span.start as usize..)
                .and_then(|text| text.get(..bytes.len()))
                .is_some_and(|text| same(text, bytes))
    }

    /// Reads a byte where the text of an entry of this number probably starts.
    #[inline(always)]
    pub(crate) fn expect_text(self, entry: usize) {
        let expected = self.node.regions.text_of(entry);
        // The compiler must not find out that nobody looks at it.
        std::hint::black_box(self.node.text().as_bytes().get(expected).copied());
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
