//! A span: how a slot names bytes elsewhere in its chunk, or a child chunk.

use crate::wire::{Scalar, u32_at};

pub(crate) const SPAN_LEN: usize = 8;

/// A pointer is the start of a span: what it leads to is one value.
pub(crate) const POINTER_LEN: usize = 4;

/// The `len` that says that the value is in a chunk of its own, whose link number is `start`.
pub(crate) const AWAY: u32 = u32::MAX;

/// An offset in the body or text of the chunk, and a length in elements (in bytes for text).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) len: u32,
}

impl Span {
    #[inline(always)]
    pub(crate) fn read(slot: &[u8]) -> Self {
        Self {
            start: u32_at(slot, 0),
            len: u32_at(slot, 4),
        }
    }

    pub(crate) fn to_bytes(self) -> [u8; SPAN_LEN] {
        (u64::from(self.len) << 32 | u64::from(self.start)).to_wire()
    }

    pub(crate) fn away(link: u32) -> Self {
        Self {
            start: link,
            len: AWAY,
        }
    }

    /// The elements that it names, of `stride` bytes each; nothing where those are not all there.
    #[inline(always)]
    pub(crate) fn of(self, body: &[u8], stride: usize) -> &[u8] {
        let start = self.start as usize;
        (self.len as usize)
            .checked_mul(stride)
            .and_then(|len| body.get(start..)?.get(..len))
            .unwrap_or_default()
    }

    #[inline(always)]
    pub(crate) fn is_away(self) -> bool {
        self.len == AWAY
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips() {
        let span = Span { start: 7, len: 9 };
        assert_eq!(span.to_bytes(), [7, 0, 0, 0, 9, 0, 0, 0]);
        assert_eq!(Span::read(&span.to_bytes()), span);
        assert!(Span::read(&Span::away(3).to_bytes()).is_away());
    }
}
