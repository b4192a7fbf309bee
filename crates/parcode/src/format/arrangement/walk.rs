//! The walk through the claims of a chunk, one for both directions: it knows where everything starts.

use super::plan::{Kind, Names, Part};
use crate::format::{AWAY, TableShape};
use crate::wire::Scalar;
use std::ops::Range;

/// A body that is taken apart or put together along the walk. Everything gives `None` where the body ends
/// too early, or does not follow.
pub(super) trait Body {
    /// Takes or puts what lies in `between`, which is of no kind, and the elements of a kind that follow.
    /// Elements that name nothing are not looked at afterwards.
    fn claim(
        &mut self,
        kind: usize,
        names_nothing: bool,
        between: Range<usize>,
        elements: Range<usize>,
    ) -> Option<()>;

    /// What the span at `at` names starts at `start`, or is this link if it is away. The length in the span.
    fn span(&mut self, at: usize, start: u32, link: u32) -> Option<u32>;

    /// What the pointer at `at` leads to starts at `start`.
    fn pointer(&mut self, at: usize, start: u32) -> Option<()>;

    /// The tag at `at`, of one or two bytes.
    fn tag(&self, at: usize, width: usize) -> Option<usize>;
}

/// Values nest no deeper than this, in a whole file.
const DEEPEST: usize = 128;

/// Lists of parts within each other, through elements, choices and repetitions: a hostile description may
/// have many in each of many elements, and every thread's stack has room for these.
const DEEPEST_LIST: usize = 1024;

/// Walks through the value of a chunk; where its heap ends.
pub(super) fn walk(kinds: &[Kind], body: &mut impl Body) -> Option<usize> {
    let mut walk = Walk {
        kinds,
        body,
        heap: 0,
        text: 0,
        links: 0,
        lists: 0,
    };
    walk.elements(0, 1, 0, 0, 0)?;
    Some(walk.heap)
}

struct Walk<'w, B> {
    kinds: &'w [Kind],
    body: &'w mut B,
    heap: usize,
    text: u32,
    links: u32,
    /// Lists of parts that the walk is in.
    lists: usize,
}

impl<B: Body> Walk<'_, B> {
    /// Where the next claim starts.
    fn next(&self, align: usize) -> Option<u32> {
        let start = self.heap.checked_next_multiple_of(align)?;
        u32::try_from(start).ok()
    }

    /// Claims elements from `start` on, behind `front` other bytes, and what they name.
    fn elements(
        &mut self,
        kind: usize,
        count: usize,
        start: u32,
        front: usize,
        depth: usize,
    ) -> Option<()> {
        let kinds = self.kinds;
        let Kind { stride, parts, .. } = kinds.get(kind)?;
        let at = (start as usize).checked_add(front)?;
        let end = at.checked_add(count.checked_mul(*stride)?)?;
        self.body
            .claim(kind, parts.is_empty(), self.heap..at, at..end)?;
        self.heap = end;
        if parts.is_empty() {
            return Some(());
        }
        if depth > DEEPEST {
            return None;
        }
        (at..end)
            .step_by((*stride).max(1))
            .try_for_each(|at| self.parts(parts, at, depth))
    }

    /// Claims the next link.
    fn link(&mut self) {
        self.links = self.links.wrapping_add(1);
    }

    fn parts(&mut self, parts: &[Part], at: usize, depth: usize) -> Option<()> {
        self.lists += 1;
        if self.lists > DEEPEST_LIST {
            return None;
        }
        for part in parts {
            let at = at + part.at;
            match &part.names {
                Names::Text => match self.body.span(at, self.text, self.links)? {
                    AWAY => self.link(),
                    len => self.text = self.text.wrapping_add(len),
                },
                Names::Elements { kind, align } => {
                    let start = self.next(*align)?;
                    match self.body.span(at, start, self.links)? {
                        AWAY => self.link(),
                        len => self.elements(*kind, len as usize, start, 0, depth + 1)?,
                    }
                }
                Names::Table { kind } => {
                    let start = self.next(1)?;
                    match self.body.span(at, start, self.links)? {
                        AWAY => self.link(),
                        len => {
                            let front = TableShape::new(len).records_at();
                            self.elements(*kind, len as usize, start, front, depth + 1)?;
                        }
                    }
                }
                Names::Element { kind } => {
                    let start = self.next(1)?;
                    self.body.pointer(at, start)?;
                    self.elements(*kind, 1, start, 0, depth + 1)?;
                }
                Names::Choice { tag, variants } => {
                    let number = self.body.tag(at, *tag)?;
                    // Ascending; a hostile description may have a thousand for each byte.
                    let variant = variants.binary_search_by_key(&number, |(known, _)| *known);
                    if let Some((_, parts)) = variant.ok().and_then(|i| variants.get(i)) {
                        self.parts(parts, at + tag, depth)?;
                    }
                }
                Names::Repeat {
                    times,
                    stride,
                    parts,
                } => {
                    for i in 0..*times {
                        self.parts(parts, at + i * stride, depth)?;
                    }
                }
            }
        }
        self.lists -= 1;
        Some(())
    }
}

/// The tag at `at`, of one or two bytes.
pub(super) fn tag(body: &[u8], at: usize, width: usize) -> Option<usize> {
    let tag = body.get(at..)?;
    match width {
        1 => tag.first().copied().map(usize::from),
        _ => tag.first_chunk::<2>().map(|tag| u16::from_wire(tag).into()),
    }
}
