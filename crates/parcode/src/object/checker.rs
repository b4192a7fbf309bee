//! The structure check of a chunk, done once when it is first touched.
//!
//! Heap, text and links are claimed in one order: a value's own range first, then what its parts
//! claim, part by part. Each claim must start where the last one ended, and in the end everything
//! must be claimed. So no byte serves two values, and the check takes no more steps than the chunk
//! has bytes.

use super::ParcodeObject;
use crate::error::Flaw;
use crate::format::{SPAN_LEN, Span, TableShape, align_up};
use crate::wire::{Scalar, u32_at};

/// Checks the elements of a page that starts so many bytes into its extent.
pub(crate) type PageCheck = fn(page: &[u8], start: u64) -> Result<(), Flaw>;

/// Whether the bytes of a page are elements: a [`PageCheck`] for plain data that is guarded.
pub(crate) fn check_elements<T: ParcodeObject>(page: &[u8], start: u64) -> Result<(), Flaw> {
    let mut checker = Checker::new(page, "", 0, page.len(), 0, u32::MAX);
    let stride = T::SLOT.max(1);
    let first = start / stride as u64;
    for i in 0..page.len() / stride {
        T::__check(&mut checker, i * stride)
            .map_err(|flaw| flaw.inside(&format!("[{}]", first + i as u64)))?;
    }
    Ok(())
}

/// Walks a chunk's value and its claims.
#[derive(Debug)]
pub struct Checker<'c> {
    body: &'c [u8],
    text: &'c str,
    heap_at: usize,
    text_at: usize,
    /// Nesting at each link that was claimed.
    depths: Vec<u32>,
    links: u32,
    depth: u32,
    limit: u32,
}

impl<'c> Checker<'c> {
    /// A check of a chunk whose value takes `slot` bytes and is nested `depth` deep.
    pub(crate) fn new(
        body: &'c [u8],
        text: &'c str,
        links: u32,
        slot: usize,
        depth: u32,
        limit: u32,
    ) -> Self {
        Self {
            body,
            text,
            heap_at: slot,
            text_at: 0,
            depths: Vec::new(),
            links,
            depth,
            limit,
        }
    }

    /// The slot at `at` and everything behind it.
    #[inline]
    pub fn slot(&self, at: usize) -> &'c [u8] {
        self.body.get(at..).unwrap_or_default()
    }

    /// The span at `at`; an empty one where it is not all there, which the claim of the value that it
    /// is part of has ruled out.
    #[inline(always)]
    fn span(&self, at: usize) -> Span {
        let end = at.wrapping_add(SPAN_LEN);
        self.body
            .get(at..end)
            .map_or_else(Span::default, Span::read)
    }

    /// Checks an inline field at `at`, and moves `at` behind it.
    #[inline]
    pub fn field<T: ParcodeObject>(
        &mut self,
        name: &'static str,
        at: &mut usize,
    ) -> Result<(), Flaw> {
        let here = *at;
        *at += T::SLOT;
        T::__check(self, here).map_err(move |flaw| flaw.inside_field(name))
    }

    /// Checks a chunkable field at `at`, and moves `at` behind it.
    #[inline]
    pub fn chunkable<T: ParcodeObject>(
        &mut self,
        name: &'static str,
        at: &mut usize,
    ) -> Result<(), Flaw> {
        let here = *at;
        *at += T::HANDLE_SLOT;
        T::__check_handle(self, here).map_err(move |flaw| flaw.inside_field(name))
    }

    /// Claims `len` bytes of heap that must start at `start`.
    #[inline]
    pub(crate) fn claim(&mut self, start: usize, len: usize, align: usize) -> Result<(), Flaw> {
        let expected = align_up(self.heap_at, align);
        if let Some(end) = expected.checked_add(len)
            && start == expected
            && end <= self.body.len()
            && (expected == self.heap_at || self.is_padding(expected))
        {
            self.heap_at = end;
            return Ok(());
        }
        Err(self.no_claim(expected, start, len))
    }

    /// Whether all is zero up to `end`.
    fn is_padding(&self, end: usize) -> bool {
        let padding = self.body.get(self.heap_at..end);
        padding.is_some_and(|padding| padding.iter().all(|byte| *byte == 0))
    }

    #[cold]
    #[inline(never)]
    fn no_claim(&self, expected: usize, start: usize, len: usize) -> Flaw {
        Flaw::new(
            format!(
                "a range of the heap from {expected}, of {} bytes",
                self.body.len()
            ),
            format!("{len} bytes from {start}"),
        )
    }

    /// Claims all that is left, for want of a type that would say how; links are a level deeper.
    pub(super) fn claim_all(&mut self) -> Result<(), Flaw> {
        (self.heap_at, self.text_at) = (self.body.len(), self.text.len());
        self.deeper(|checker| {
            let depth = checker.depth;
            checker.depths.resize(checker.links as usize, depth);
            Ok(())
        })
    }

    /// Claims the text whose span is at `at`.
    #[inline]
    pub fn text(&mut self, at: usize) -> Result<(), Flaw> {
        let span = self.span(at);
        if let Some(end) = self.text_at.checked_add(span.len as usize)
            && span.start as usize == self.text_at
            && self.text.is_char_boundary(end)
        {
            self.text_at = end;
            return Ok(());
        }
        Err(self.no_text(span))
    }

    #[cold]
    #[inline(never)]
    fn no_text(&self, span: Span) -> Flaw {
        Flaw::new(
            format!("text from {}, of {} bytes", self.text_at, self.text.len()),
            format!("{} bytes from {}", span.len, span.start),
        )
    }

    /// Claims the elements of the sequence whose span is at `at`.
    pub(crate) fn elements<T: ParcodeObject>(&mut self, at: usize) -> Result<(), Flaw> {
        let check = (T::PLAIN.is_none() || T::GUARDED).then_some(T::__check);
        self.sequence(at, T::SLOT.max(1), T::PLAIN.unwrap_or(1), check)
    }

    /// Claims the elements, `stride` bytes each, of the sequence whose span is at `at`; those of
    /// plain data have nothing to `check`.
    #[inline]
    pub(super) fn sequence(
        &mut self,
        at: usize,
        stride: usize,
        align: usize,
        check: Option<impl Fn(&mut Self, usize) -> Result<(), Flaw>>,
    ) -> Result<(), Flaw> {
        let span = self.span(at);
        let (start, len) = (span.start as usize, span.len as usize);
        self.claim(start, len.saturating_mul(stride), align)?;
        let Some(check) = check else {
            return Ok(());
        };
        self.deeper(|checker| {
            for i in 0..len {
                check(checker, start + i * stride)
                    .map_err(|flaw| flaw.inside(&format!("[{i}]")))?;
            }
            Ok(())
        })
    }

    /// Claims the entries of the map whose span is at `at`.
    pub(crate) fn table<K: ParcodeObject, V: ParcodeObject>(
        &mut self,
        at: usize,
        ordered: bool,
    ) -> Result<(), Flaw> {
        self.entries(at, K::SLOT + V::SLOT, ordered, |checker, record| {
            K::__check(checker, record)?;
            V::__check(checker, record + K::SLOT)
        })
    }

    /// Claims the entries, `slots` bytes each, of the map whose span is at `at`.
    #[inline]
    pub(super) fn entries(
        &mut self,
        at: usize,
        slots: usize,
        ordered: bool,
        check: impl Fn(&mut Self, usize) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let span = self.span(at);
        let start = span.start as usize;
        let stride = slots.max(1);
        let shape = TableShape::new(span.len);
        let (len, records_at) = if ordered {
            ((span.len as usize).checked_mul(stride), 0)
        } else {
            (shape.len(stride), shape.records_at())
        };
        self.claim(start, len.unwrap_or(usize::MAX), 1)?;
        let fragments = self.slot(start).get(..records_at).unwrap_or_default();
        if !shape.is_ordered(fragments) {
            return Err(Flaw::new("hashes in ascending order", "another order"));
        }
        self.deeper(|checker| {
            let mut record = start + records_at;
            for i in 0..span.len {
                check(checker, record).map_err(|flaw| flaw.inside(&format!("[entry {i}]")))?;
                record += stride;
            }
            Ok(())
        })
    }

    /// Claims the value behind the pointer at `at`.
    pub(crate) fn pointee<T: ParcodeObject>(&mut self, at: usize) -> Result<(), Flaw> {
        self.behind(at, T::SLOT, T::__check)
    }

    /// Claims the value behind the span at `at`, which is home.
    pub(crate) fn home_pointee<T: ParcodeObject>(&mut self, at: usize) -> Result<(), Flaw> {
        self.names_one(at)?;
        self.pointee::<T>(at)
    }

    /// Whether the span at `at`, which is home, names one value.
    #[inline]
    pub(super) fn names_one(&self, at: usize) -> Result<(), Flaw> {
        match Span::read(self.slot(at)).len {
            1 => Ok(()),
            len => Err(Flaw::new("the span of one value", format!("one of {len}"))),
        }
    }

    /// Claims the value of `slot` bytes behind the pointer at `at`.
    #[inline]
    pub(super) fn behind(
        &mut self,
        at: usize,
        slot: usize,
        check: impl FnOnce(&mut Self, usize) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let start = u32_at(self.slot(at), 0) as usize;
        self.claim(start, slot, 1)?;
        self.deeper(|checker| check(checker, start))
    }

    /// Claims the chunk behind the span at `at`, or checks what is home there.
    #[inline]
    pub(crate) fn home_or_away(
        &mut self,
        at: usize,
        home: impl FnOnce(&mut Self) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        let span = self.span(at);
        if !span.is_away() {
            return home(self);
        }
        let expected = self.depths.len();
        if span.start as usize != expected || span.start >= self.links {
            return Err(Flaw::new(
                format!("link {expected} of {}", self.links),
                format!("link {}", span.start),
            ));
        }
        self.deeper(|checker| {
            checker.depths.push(checker.depth);
            Ok(())
        })
    }

    /// Checks what is nested one level deeper.
    #[inline]
    pub(crate) fn deeper(
        &mut self,
        check: impl FnOnce(&mut Self) -> Result<(), Flaw>,
    ) -> Result<(), Flaw> {
        if self.depth >= self.limit {
            return Err(Flaw::new(
                format!("values nested at most {} deep", self.limit),
                "deeper nesting",
            ));
        }
        self.depth += 1;
        check(self)?;
        self.depth -= 1;
        Ok(())
    }

    /// Checks the tag of an enum with so many variants at `at`, and moves `at` behind it.
    #[inline]
    pub fn variant<const VARIANTS: usize>(&mut self, at: &mut usize) -> Result<usize, Flaw> {
        self.tag(VARIANTS, at)
    }

    /// [`variant`](Self::variant) where the number is no constant.
    #[inline(always)]
    pub(super) fn tag(&mut self, variants: usize, at: &mut usize) -> Result<usize, Flaw> {
        let slot = self.slot(*at);
        let width = crate::schema::tag_width_of(variants);
        let tag = match width {
            1 => slot.first().copied().map(usize::from),
            _ => slot.get(..2).map(|tag| usize::from(u16::from_wire(tag))),
        };
        *at += width;
        tag.filter(|tag| *tag < variants).ok_or_else(|| {
            Flaw::new(
                format!("one of {variants} variants"),
                format!("variant {tag:?}"),
            )
        })
    }

    /// Whether everything was claimed; the nesting of each link if so.
    pub(crate) fn finish(self) -> Result<Vec<u32>, Flaw> {
        let whole = self.heap_at == self.body.len()
            && self.text_at == self.text.len()
            && self.depths.len() == self.links as usize;
        if whole {
            return Ok(self.depths);
        }
        Err(Flaw::new(
            format!(
                "values that fill {} bytes, {} bytes of text and {} links",
                self.body.len(),
                self.text.len(),
                self.links
            ),
            format!(
                "{} bytes, {} bytes of text and {} links in use",
                self.heap_at,
                self.text_at,
                self.depths.len()
            ),
        ))
    }
}
