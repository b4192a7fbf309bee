//! Payloads put together.

use super::description::Description;
use super::lanes::{Lanes, packed_len, put_rows, unpack};
use super::walk::{Body, tag, walk};
use crate::error::Flaw;
use crate::format::{AWAY, HEAD_LEN, SPAN_LEN, Span};
use crate::wire::{Cursor, Scalar};
use std::ops::Range;

/// How a payload is arranged, read from its description.
#[derive(Debug)]
pub(crate) struct Arrangement {
    described: Description,
    raw: usize,
}

impl Arrangement {
    /// Reads what stands in front of a payload of `raw` bytes; `None` where that is not arranged.
    pub(crate) fn parse(cursor: &mut Cursor<'_>, raw: u64) -> Result<Option<Self>, Flaw> {
        let raw = usize::try_from(raw).unwrap_or(usize::MAX);
        let described = Description::parse(cursor, raw)?;
        Ok((!described.kinds.is_empty()).then_some(Self { described, raw }))
    }

    /// Bytes of the arranged payload: no more than of the payload.
    pub(crate) fn content_len(&self) -> usize {
        let lanes = self.described.lanes.iter();
        lanes.fold(self.raw, |len, lanes| len - lanes.bytes() + lanes.packed())
    }

    /// Bytes for lanes that putting it together needs beside both: no more than of the payload.
    pub(crate) fn lanes_len(&self) -> usize {
        self.described.lanes.iter().map(Lanes::unpacked).sum()
    }

    /// Puts the payload together in `payload`, which is zeroed.
    pub(crate) fn put(
        &self,
        content: &[u8],
        lanes: &mut [u8],
        payload: &mut [u8],
    ) -> Result<(), Flaw> {
        self.put_all(content, lanes, payload).ok_or_else(|| {
            let expected = "a payload that is arranged as its description says";
            Flaw::new(expected, "another one")
        })
    }

    fn put_all(&self, content: &[u8], spare: &mut [u8], payload: &mut [u8]) -> Option<()> {
        let Description { kinds, lanes } = &self.described;
        let (mut content, mut spare) = (content, spare);
        let mut unpacked = Vec::with_capacity(lanes.len());
        for lanes in lanes {
            let mut rows = Rows::default();
            for width in &lanes.widths {
                let packed = content.split_off(..packed_len(lanes.len, *width))?;
                rows.lanes.push(match width {
                    0 => None,
                    8 => Some(packed),
                    _ => {
                        let values = spare.split_off_mut(..lanes.len)?;
                        unpack(packed, *width, values);
                        Some(&*values)
                    }
                });
            }
            unpacked.push(rows);
        }
        let (head, body) = payload.split_at_mut_checked(HEAD_LEN)?;
        head.copy_from_slice(content.split_off(..HEAD_LEN)?);
        let mut given = Given {
            rows: unpacked,
            others: content,
            body,
            waiting: None,
        };
        let end = walk(kinds, &mut given)?;
        given.put_waiting()?;
        let used = |(rows, lanes): (&Rows<'_>, &Lanes)| rows.used == lanes.len;
        let tail = given.body.get_mut(end..)?;
        if tail.len() != given.others.len() || !given.rows.iter().zip(lanes).all(used) {
            return None;
        }
        tail.copy_from_slice(given.others);
        Some(())
    }
}

/// The elements of a kind.
#[derive(Default)]
struct Rows<'g> {
    lanes: Vec<Option<&'g [u8]>>,
    /// How many values of each lane are in their place.
    used: usize,
}

/// A body that is put together.
struct Given<'g> {
    rows: Vec<Rows<'g>>,
    others: &'g [u8],
    body: &'g mut [u8],
    /// Elements that name nothing, so nobody looks at them before their run has ended.
    waiting: Option<(usize, Range<usize>)>,
}

impl Given<'_> {
    fn put(&mut self, kind: usize, elements: Range<usize>) -> Option<()> {
        let rows = self.rows.get_mut(kind)?;
        let place = self.body.get_mut(elements)?;
        let values = place
            .len()
            .checked_div(rows.lanes.len())
            .unwrap_or_default();
        let first = rows.used;
        rows.used = first.checked_add(values)?;
        put_rows(&rows.lanes, first, place)
    }

    fn put_waiting(&mut self) -> Option<()> {
        match self.waiting.take() {
            Some((kind, elements)) => self.put(kind, elements),
            None => Some(()),
        }
    }
}

impl Body for Given<'_> {
    fn claim(
        &mut self,
        kind: usize,
        names_nothing: bool,
        between: Range<usize>,
        elements: Range<usize>,
    ) -> Option<()> {
        if !between.is_empty() {
            let others = self.others.split_off(..between.len())?;
            self.body.get_mut(between)?.copy_from_slice(others);
        }
        if !names_nothing {
            return self.put(kind, elements);
        }
        match &mut self.waiting {
            Some((waiting, run)) if *waiting == kind && run.end == elements.start => {
                run.end = elements.end;
            }
            _ => {
                self.put_waiting()?;
                self.waiting = Some((kind, elements));
            }
        }
        Some(())
    }

    #[inline]
    fn span(&mut self, at: usize, start: u32, link: u32) -> Option<u32> {
        let slot = self.body.get_mut(at..)?.first_chunk_mut::<SPAN_LEN>()?;
        let len = Span::read(slot).len;
        let start = if len == AWAY { link } else { start };
        *slot = Span { start, len }.to_bytes();
        Some(len)
    }

    fn pointer(&mut self, at: usize, start: u32) -> Option<()> {
        *self.body.get_mut(at..)?.first_chunk_mut()? = start.to_wire();
        Some(())
    }

    fn tag(&self, at: usize, width: usize) -> Option<usize> {
        tag(self.body, at, width)
    }
}
