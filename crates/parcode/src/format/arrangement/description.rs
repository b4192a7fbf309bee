//! What stands in front of an arranged payload: the plan that its body follows, how many elements of each
//! kind there are, and how many bits their lanes take.

use super::lanes::{LANE_BITS, Lanes};
use super::plan::{DEEPEST, Kind, MOST_KINDS, MOST_LANES, MOST_PARTS, Names, Part};
use crate::error::Flaw;
use crate::format::{POINTER_LEN, SPAN_LEN};
use crate::wire::{Cursor, put_varint};

/// The description of a payload that is not arranged: no kinds.
pub(crate) const NOT_ARRANGED: [u8; 1] = [0];

/// The codes of parts. A code stands in the low bits of the number whose high ones are the bytes that the
/// part leaves out since the one before.
const CODE_BITS: u32 = 4;
const END: u64 = 0;
const TEXT: u64 = 1;
const TABLE: u64 = 2;
const ELEMENT: u64 = 3;
const NARROW_CHOICE: u64 = 4;
const WIDE_CHOICE: u64 = 5;
const REPEAT: u64 = 6;
/// Elements that are not aligned; those of the next four codes are, to 2, 4, 8 and 16 bytes.
const ELEMENTS: u64 = 7;
const LAST: u64 = ELEMENTS + 4;

/// A byte holds a code of a width, and for how many more lanes it holds.
const WIDTH_BITS: u32 = 3;
const MOST_MORE: usize = u8::MAX as usize >> WIDTH_BITS;

/// Kinds, and for each how its elements are laid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Description {
    pub(super) kinds: Vec<Kind>,
    pub(super) lanes: Vec<Lanes>,
}

/// Appends a description. Nothing is said of kinds of which there are no elements, or none of any bytes.
pub(super) fn describe(kinds: &[Kind], lanes: &[Lanes], out: &mut Vec<u8>) {
    put_varint(out, kinds.len() as u64);
    for (kind, lanes) in kinds.iter().zip(lanes) {
        let count = lanes.bytes().checked_div(kind.stride);
        put_varint(out, count.unwrap_or_default() as u64);
        if lanes.len == 0 {
            continue;
        }
        put_varint(out, kind.stride as u64);
        put_varint(out, lanes.unit as u64);
        put_widths(out, &lanes.widths);
        put_parts(out, &kind.parts);
    }
}

fn put_widths(out: &mut Vec<u8>, widths: &[u8]) {
    for same in widths.chunk_by(|a, b| a == b) {
        let code = LANE_BITS.iter().position(|bits| same.first() == Some(bits));
        for same in same.chunks(MOST_MORE + 1) {
            let more = (same.len() - 1) << WIDTH_BITS;
            out.push((more | code.unwrap_or_default()) as u8);
        }
    }
}

/// Appends parts; where they end.
fn put_parts(out: &mut Vec<u8>, parts: &[Part]) -> usize {
    let mut end = 0;
    for part in parts {
        let gap = (part.at - end) as u64;
        let mut code = |code: u64| put_varint(out, gap << CODE_BITS | code);
        end = part.at;
        match &part.names {
            Names::Text => {
                code(TEXT);
                end += SPAN_LEN;
            }
            Names::Elements { kind, align } => {
                code(ELEMENTS + u64::from(align.trailing_zeros()));
                put_varint(out, *kind as u64);
                end += SPAN_LEN;
            }
            Names::Table { kind } => {
                code(TABLE);
                put_varint(out, *kind as u64);
                end += SPAN_LEN;
            }
            Names::Element { kind } => {
                code(ELEMENT);
                put_varint(out, *kind as u64);
                end += POINTER_LEN;
            }
            Names::Choice { tag, variants } => {
                code(if *tag == 1 {
                    NARROW_CHOICE
                } else {
                    WIDE_CHOICE
                });
                put_varint(out, variants.len() as u64);
                end += tag;
                let mut widest = 0;
                for (number, parts) in variants {
                    put_varint(out, *number as u64);
                    widest = put_parts(out, parts).max(widest);
                }
                end += widest;
            }
            Names::Repeat {
                times,
                stride,
                parts,
            } => {
                code(REPEAT);
                put_varint(out, *times as u64);
                put_varint(out, *stride as u64);
                put_parts(out, parts);
                end += times * stride;
            }
        }
    }
    put_varint(out, END);
    end
}

impl Description {
    /// Reads the description in front of the payload of a chunk of `raw` bytes; of no kinds where the
    /// payload is not arranged.
    pub(super) fn parse(cursor: &mut Cursor<'_>, raw: usize) -> Result<Self, Flaw> {
        let mut parser = Parser {
            cursor,
            kinds: 0,
            parts: 0,
            lanes: 0,
        };
        parser.description(raw).ok_or_else(|| {
            Flaw::new(
                format!("how {raw} bytes are arranged"),
                "what is no description of that",
            )
        })
    }
}

struct Parser<'p, 'c> {
    cursor: &'p mut Cursor<'c>,
    kinds: usize,
    /// Parts and lanes so far, in all kinds.
    parts: usize,
    lanes: usize,
}

impl Parser<'_, '_> {
    fn number(&mut self) -> Option<usize> {
        usize::try_from(self.cursor.varint()?).ok()
    }

    fn description(&mut self, raw: usize) -> Option<Description> {
        let mut left = raw;
        self.kinds = self.number().filter(|kinds| *kinds <= MOST_KINDS)?;
        let (mut kinds, mut lanes) = (Vec::new(), Vec::new());
        for _ in 0..self.kinds {
            let count = self.number()?;
            let (mut kind, mut laid_out) = (Kind::default(), Lanes::default());
            if count > 0 {
                (kind, laid_out) = self.kind(count, left)?;
                left -= laid_out.bytes();
            }
            kinds.push(kind);
            lanes.push(laid_out);
        }
        Some(Description { kinds, lanes })
    }

    /// A kind of which there are so many elements, in as many bytes as are left.
    fn kind(&mut self, count: usize, left: usize) -> Option<(Kind, Lanes)> {
        let (stride, unit) = (self.number()?, self.number()?);
        let bytes = count.checked_mul(stride).filter(|len| *len <= left)?;
        if bytes == 0 || stride.checked_rem(unit) != Some(0) {
            return None;
        }
        let lanes = self.lanes.checked_add(unit);
        self.lanes = lanes.filter(|lanes| *lanes <= MOST_LANES)?;
        let widths = self.widths(unit)?;
        let (parts, _) = self.list(stride, 0)?;
        let kind = Kind {
            stride,
            unit,
            parts,
        };
        Some((kind, Lanes::new(bytes, unit, widths)))
    }

    fn widths(&mut self, lanes: usize) -> Option<Vec<u8>> {
        let mut widths = Vec::with_capacity(lanes);
        while widths.len() < lanes {
            let byte = usize::from(self.cursor.scalar::<u8>()?);
            let width = *LANE_BITS.get(byte & ((1 << WIDTH_BITS) - 1))?;
            widths.resize(widths.len() + (byte >> WIDTH_BITS) + 1, width);
        }
        (widths.len() == lanes).then_some(widths)
    }

    /// Parts that lie in `room` bytes, and where they end. They lie one behind another, so whoever visits
    /// them all does so in no more steps than there are bytes.
    fn list(&mut self, room: usize, depth: usize) -> Option<(Vec<Part>, usize)> {
        let (mut parts, mut end) = (Vec::new(), 0usize);
        if depth > DEEPEST {
            return None;
        }
        loop {
            let number = self.cursor.varint()?;
            let (gap, code) = (number >> CODE_BITS, number & ((1 << CODE_BITS) - 1));
            if number == END {
                return Some((parts, end));
            }
            self.parts += 1;
            let at = end.checked_add(usize::try_from(gap).ok()?)?;
            let behind = room.checked_sub(at)?;
            let (names, len) = self.names(code, behind, depth)?;
            if len > behind || self.parts > MOST_PARTS {
                return None;
            }
            end = at + len;
            parts.push(Part { at, names });
        }
    }

    /// What a part of this code is, and its bytes, of which there are so many at most.
    fn names(&mut self, code: u64, room: usize, depth: usize) -> Option<(Names, usize)> {
        Some(match code {
            TEXT => (Names::Text, SPAN_LEN),
            TABLE => (
                Names::Table {
                    kind: self.kind_number()?,
                },
                SPAN_LEN,
            ),
            ELEMENT => (
                Names::Element {
                    kind: self.kind_number()?,
                },
                POINTER_LEN,
            ),
            ELEMENTS..=LAST => {
                let (kind, align) = (self.kind_number()?, 1 << (code - ELEMENTS));
                (Names::Elements { kind, align }, SPAN_LEN)
            }
            NARROW_CHOICE | WIDE_CHOICE => {
                let tag = if code == NARROW_CHOICE { 1 } else { 2 };
                let room = room.checked_sub(tag)?;
                let (mut variants, mut widest) = (Vec::new(), 0);
                for _ in 0..self.number()? {
                    let number = self.number()?;
                    let last: Option<&(usize, _)> = variants.last();
                    if last.is_some_and(|(last, _)| *last >= number) {
                        return None;
                    }
                    let (parts, end) = self.list(room, depth + 1)?;
                    widest = end.max(widest);
                    self.parts += 1;
                    if self.parts > MOST_PARTS {
                        return None;
                    }
                    variants.push((number, parts));
                }
                (Names::Choice { tag, variants }, tag + widest)
            }
            REPEAT => {
                let (times, stride) = (self.number()?, self.number()?);
                let len = times.checked_mul(stride).filter(|len| *len <= room)?;
                if len == 0 {
                    return None;
                }
                let (parts, _) = self.list(stride, depth + 1)?;
                let names = Names::Repeat {
                    times,
                    stride,
                    parts,
                };
                (names, len)
            }
            _ => return None,
        })
    }

    fn kind_number(&mut self) -> Option<usize> {
        self.number().filter(|kind| *kind < self.kinds)
    }
}
