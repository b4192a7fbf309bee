//! The bytes of a chunk, with the one thing about them that needs `unsafe`: text that was checked once.
//! And memory that is aligned for plain data.

#![allow(unsafe_code)]

use super::{Bytes, Reserved};
use crate::error::Flaw;
use crate::format::{ALIGN, Span};
use std::fmt;
use std::ops::Range;
use std::ptr::NonNull;

/// Body and text of a chunk, with the bytes that they lie in. The text was checked to be UTF-8
/// when this was made, and the bytes cannot change or move as long as it lives.
///
/// What lookups read comes first, side by side. To align it with a cache line takes an allocation of 600
/// instructions for each node, and made no lookup faster that could be told.
#[repr(C)]
pub(crate) struct Regions {
    body: NonNull<[u8]>,
    text: NonNull<str>,
    /// Where the chunk is one sequence or map: its span, so that lookups need not touch the start of
    /// the body for it.
    span: Span,
    /// Bytes of text for each of its elements or entries, in 256ths.
    text_each: u32,
    owner: Bytes,
}

impl Regions {
    /// Takes `bytes`, in which body and text lie as said.
    pub(crate) fn new(bytes: Bytes, body: Range<usize>, text: Range<usize>) -> Result<Self, Flaw> {
        let whole = bytes.as_slice();
        let body = whole.get(body).unwrap_or_default();
        let text = std::str::from_utf8(whole.get(text).unwrap_or_default())
            .map_err(|error| Flaw::new("UTF-8 in the text of a chunk", error.to_string()))?;
        let span = Span::read(body);
        let each = (text.len() as u64 * 256).checked_div(span.len.into());
        Ok(Self {
            body: NonNull::from(body),
            text: NonNull::from(text),
            span,
            text_each: each.unwrap_or_default() as u32,
            owner: bytes,
        })
    }

    /// The same regions of a copy of all bytes.
    #[cfg(feature = "serde")]
    pub(crate) fn of_copy(&self, bytes: Bytes) -> Result<Self, Flaw> {
        let start = self.whole().as_ptr().addr();
        let range = |part: &[u8]| {
            let at = part.as_ptr().addr().saturating_sub(start);
            at..at.saturating_add(part.len())
        };
        Self::new(bytes, range(self.body()), range(self.text().as_bytes()))
    }

    #[inline(always)]
    pub(crate) fn body(&self) -> &[u8] {
        // SAFETY: `body` was made in `new` from a shared slice of `owner`, which is owned by `self`
        // and never handed out mutably. Every variant of `Bytes` keeps its bytes on the heap or in a
        // map behind an `Arc`, so moving `self` does not move them, and they are freed only when
        // `owner` drops, which the borrow of `self` rules out.
        unsafe { self.body.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn text(&self) -> &str {
        // SAFETY: as for `body`; besides, `text` came out of `from_utf8` on the same bytes. A file
        // that another process changes under its map is outside what any mapping can promise; the
        // map's own SAFETY comment, in `read/source.rs`, says what that rests on.
        unsafe { self.text.as_ref() }
    }

    #[inline(always)]
    pub(crate) fn span(&self) -> Span {
        self.span
    }

    /// Where the text of an element or entry of this number is expected to start: they lie in order, and
    /// most are about as long as each other.
    #[inline(always)]
    pub(crate) fn text_of(&self, number: usize) -> usize {
        ((number as u64 * u64::from(self.text_each)) >> 8) as usize
    }

    /// All bytes of the owner: the raw payload, or mark and payload.
    pub(crate) fn whole(&self) -> &[u8] {
        self.owner.as_slice()
    }

    #[cfg(feature = "serde")]
    pub(crate) fn owner(&self) -> &Bytes {
        &self.owner
    }

    pub(crate) fn owned_len(&self) -> usize {
        self.owner.owned_len()
    }
}

impl fmt::Debug for Regions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Regions")
            .field("body", &self.body().len())
            .field("text", &self.text().len())
            .finish_non_exhaustive()
    }
}

// SAFETY: the pointers are only ever read through, and point into `owner`, which is itself `Send`
// (checked below): sending `Regions` sends the owner along.
unsafe impl Send for Regions {}
// SAFETY: shared access only reads bytes that nobody writes.
unsafe impl Sync for Regions {}

const fn owner_is_send_and_sync<T: Send + Sync>() {}
const _: () = owner_is_send_and_sync::<Bytes>();

/// Memory that starts at a multiple of [`ALIGN`].
#[derive(Debug, Default)]
pub(crate) struct AlignedBuf {
    bytes: Vec<u8>,
    /// Where it starts in `bytes`: at 0 wherever an allocator aligns as most do.
    start: usize,
    /// What its memory counts as.
    _reserved: Reserved,
}

impl AlignedBuf {
    /// `len` zeros; `None` where there is not so much memory.
    pub(crate) fn zeroed(len: usize, reserved: Reserved) -> Option<Self> {
        let room = len.checked_add(ALIGN - 1)?;
        let mut bytes: Vec<u8> = bytemuck::allocation::try_zeroed_vec(room).ok()?;
        let start = aligned_start(&bytes)?;
        bytes.truncate(start + len);
        Some(Self {
            bytes,
            start,
            _reserved: reserved,
        })
    }

    /// What `append` puts behind what is there, at most `len` bytes; `None` where there is not so much
    /// memory.
    pub(crate) fn appended<E>(
        len: usize,
        reserved: Reserved,
        append: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> Option<Result<Self, E>> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len.checked_add(ALIGN - 1)?).ok()?;
        let start = aligned_start(&bytes)?;
        bytes.resize(start, 0);
        if let Err(error) = append(&mut bytes) {
            return Some(Err(error));
        }
        if aligned_start(&bytes) == Some(start) {
            return Some(Ok(Self {
                bytes,
                start,
                _reserved: reserved,
            }));
        }
        // Whoever appended made room for more, and the bytes moved.
        let moved = bytes.get(start..).unwrap_or_default();
        let mut copy = Self::zeroed(moved.len(), reserved)?;
        copy.as_mut_slice().copy_from_slice(moved);
        Some(Ok(copy))
    }

    pub(crate) fn as_slice(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    pub(crate) fn as_mut_slice(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }
}

/// The first place in the memory of `bytes` that is a multiple of [`ALIGN`].
fn aligned_start(bytes: &[u8]) -> Option<usize> {
    Some(bytes.as_ptr().align_offset(ALIGN)).filter(|start| *start < ALIGN)
}
