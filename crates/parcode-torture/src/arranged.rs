//! Arranged payloads, as section 17 of docs/format.md has them: taken apart as their description says, and
//! put together.

use crate::numbers::u32_at;
use std::ops::Range;

const HEAD: usize = 16;
const AWAY: usize = u32::MAX as usize;
const WIDTHS: [usize; 5] = [0, 1, 2, 4, 8];

/// What stands in front of compressed content.
#[derive(Debug)]
pub(crate) struct Arrangement {
    kinds: Vec<Kind>,
    /// Bytes of the description.
    pub(crate) len: usize,
    /// Bytes of the payload.
    raw: usize,
}

#[derive(Debug, Default)]
struct Kind {
    count: usize,
    stride: usize,
    unit: usize,
    widths: Vec<usize>,
    parts: Vec<Part>,
}

#[derive(Debug)]
struct Part {
    at: usize,
    what: What,
}

#[derive(Debug)]
enum What {
    Text,
    /// Elements of a kind: their alignment, or 0 of the records of a hashed table.
    Span(usize, usize),
    Pointer(usize),
    Choice(usize, Vec<(usize, Vec<Part>)>),
    Repetition(usize, usize, Vec<Part>),
}

impl Arrangement {
    /// The description at the start of stored bytes.
    pub(crate) fn of(stored: &[u8], raw: usize) -> Self {
        let mut reader = Reader { stored, at: 0 };
        let kinds = (0..reader.number()).map(|_| reader.kind()).collect();
        Self {
            kinds,
            len: reader.at,
            raw,
        }
    }

    /// Bytes of the content.
    pub(crate) fn content_len(&self) -> usize {
        let saved = |kind: &Kind| kind.bytes() - kind.packed();
        self.raw - self.kinds.iter().map(saved).sum::<usize>()
    }

    /// The payload that content stands for.
    pub(crate) fn put(&self, content: &[u8]) -> Vec<u8> {
        if self.kinds.is_empty() {
            return content.to_vec();
        }
        let mut rest = content;
        let mut elements = Vec::new();
        for kind in &self.kinds {
            let mut rows = vec![0; kind.bytes()];
            for (lane, width) in kind.widths.iter().enumerate() {
                let (packed, behind) = rest.split_at((kind.pieces() * width).div_ceil(8));
                rest = behind;
                for piece in 0..if *width > 0 { kind.pieces() } else { 0 } {
                    let bit = piece * width;
                    let value = usize::from(packed[bit / 8]) >> (bit % 8) & ((1 << width) - 1);
                    rows[piece * kind.unit + lane] = value as u8;
                }
            }
            elements.push(rows);
        }
        let (head, others) = rest.split_at(HEAD);
        let mut walk = Walk::new(&self.kinds, true, &[], others);
        walk.elements = elements;
        walk.whole().unwrap();
        [head, &walk.body, &walk.others].concat()
    }

    /// The content that stands for a payload, if it fits what is described.
    pub(crate) fn take(&self, payload: &[u8]) -> Option<Vec<u8>> {
        if payload.len() != self.raw || self.kinds.is_empty() {
            return None;
        }
        let (head, body) = payload.split_at(HEAD);
        let mut walk = Walk::new(&self.kinds, false, body, head);
        walk.whole()?;
        let mut content = Vec::new();
        for (number, kind) in self.kinds.iter().enumerate() {
            let claims = walk.claims.iter().filter(|(kind, _)| *kind == number);
            let rows = claims.flat_map(|(_, range)| &walk.body[range.clone()]);
            let rows: Vec<u8> = rows.copied().collect();
            if rows.len() != kind.bytes() {
                return None;
            }
            for (lane, width) in kind.widths.iter().enumerate() {
                let mut packed = vec![0; (kind.pieces() * width).div_ceil(8)];
                for piece in 0..kind.pieces() {
                    let value = rows[piece * kind.unit + lane];
                    if usize::from(value) >= 1 << width {
                        return None;
                    }
                    if *width > 0 {
                        packed[piece * *width / 8] |= value << (piece * *width % 8);
                    }
                }
                content.extend(packed);
            }
        }
        content.extend(&walk.others);
        content.extend(&walk.body[walk.heap..]);
        Some(content)
    }
}

impl Kind {
    fn bytes(&self) -> usize {
        self.count * self.stride
    }

    fn pieces(&self) -> usize {
        self.bytes().checked_div(self.unit).unwrap_or(0)
    }

    fn packed(&self) -> usize {
        let lanes = self.widths.iter();
        lanes.map(|width| (self.pieces() * width).div_ceil(8)).sum()
    }
}

struct Reader<'s> {
    stored: &'s [u8],
    at: usize,
}

impl Reader<'_> {
    fn byte(&mut self) -> usize {
        self.at += 1;
        self.stored[self.at - 1].into()
    }

    fn number(&mut self) -> usize {
        let byte = self.byte();
        match byte {
            0..0x80 => byte,
            _ => byte - 0x80 + (self.number() << 7),
        }
    }

    fn kind(&mut self) -> Kind {
        let mut kind = Kind {
            count: self.number(),
            ..Kind::default()
        };
        if kind.count == 0 {
            return kind;
        }
        kind.stride = self.number();
        kind.unit = self.number();
        while kind.widths.len() < kind.unit {
            let byte = self.byte();
            let same = kind.widths.len() + byte / 8 + 1;
            kind.widths.resize(same, WIDTHS[byte % 8]);
        }
        kind.parts = self.parts().0;
        kind
    }

    /// Parts, and where they end.
    fn parts(&mut self) -> (Vec<Part>, usize) {
        let (mut parts, mut end) = (Vec::new(), 0);
        loop {
            let number = self.number();
            if number == 0 {
                return (parts, end);
            }
            let at = end + number / 16;
            let (what, len) = match number % 16 {
                1 => (What::Text, 8),
                2 => (What::Span(self.number(), 0), 8),
                3 => (What::Pointer(self.number()), 4),
                tag @ (4 | 5) => {
                    let mut widest = 0;
                    let variants = (0..self.number()).map(|_| {
                        let tag = self.number();
                        let (parts, end) = self.parts();
                        widest = end.max(widest);
                        (tag, parts)
                    });
                    (What::Choice(tag - 3, variants.collect()), tag - 3 + widest)
                }
                6 => {
                    let (times, stride) = (self.number(), self.number());
                    let parts = self.parts().0;
                    (What::Repetition(times, stride, parts), times * stride)
                }
                code => (What::Span(self.number(), 1 << (code - 7)), 8),
            };
            end = at + len;
            parts.push(Part { at, what });
        }
    }
}

/// The walk of section 8, which takes a body apart or puts it together.
struct Walk<'w> {
    kinds: &'w [Kind],
    putting: bool,
    body: Vec<u8>,
    /// The elements of each kind, as far as they are put.
    elements: Vec<Vec<u8>>,
    /// Where elements lie, as far as they are taken.
    claims: Vec<(usize, Range<usize>)>,
    others: Vec<u8>,
    heap: usize,
    text: usize,
    links: usize,
}

impl<'w> Walk<'w> {
    fn new(kinds: &'w [Kind], putting: bool, body: &[u8], others: &[u8]) -> Self {
        Self {
            kinds,
            putting,
            body: body.to_vec(),
            elements: Vec::new(),
            claims: Vec::new(),
            others: others.to_vec(),
            heap: 0,
            text: 0,
            links: 0,
        }
    }

    fn whole(&mut self) -> Option<()> {
        let value = self.claim(0, 1, 0, 1)?;
        self.parts(&self.kinds[0].parts, value)
    }

    fn claim(&mut self, kind: usize, count: usize, front: usize, align: usize) -> Option<usize> {
        let start = self.heap.next_multiple_of(align);
        let (between, at) = (self.heap..start + front, start + front);
        self.heap = at + count * self.kinds[kind].stride;
        if self.putting {
            self.body.extend(self.others.drain(..between.len()));
            let elements = self.elements[kind].drain(..self.heap - at);
            self.body.extend(elements);
        } else {
            self.others.extend(self.body.get(between)?);
            self.body.get(at..self.heap)?;
            self.claims.push((kind, at..self.heap));
        }
        Some(start)
    }

    /// What the slot at `at` names starts there.
    fn start(&mut self, at: usize, start: usize) -> Option<()> {
        let bytes = (start as u32).to_le_bytes();
        let place = &mut self.body[at..at + 4];
        if self.putting {
            place.copy_from_slice(&bytes);
        } else if place == bytes {
            place.fill(0);
        } else {
            return None;
        }
        Some(())
    }

    fn named(
        &mut self,
        at: usize,
        kind: usize,
        count: usize,
        front: usize,
        align: usize,
    ) -> Option<()> {
        let start = self.claim(kind, count, front, align)?;
        self.start(at, start)?;
        let Kind { parts, stride, .. } = &self.kinds[kind];
        if parts.is_empty() {
            return Some(());
        }
        (0..count).try_for_each(|i| self.parts(parts, start + front + i * stride))
    }

    fn parts(&mut self, parts: &'w [Part], base: usize) -> Option<()> {
        for part in parts {
            let at = base + part.at;
            match &part.what {
                What::Text | What::Span(..) if u32_at(&self.body, at + 4) == AWAY => {
                    self.start(at, self.links)?;
                    self.links += 1;
                }
                What::Text => {
                    self.start(at, self.text)?;
                    self.text += u32_at(&self.body, at + 4);
                }
                What::Span(kind, 0) => {
                    let count = u32_at(&self.body, at + 4);
                    let front = count * if count <= 4096 { 2 } else { 4 };
                    self.named(at, *kind, count, front, 1)?;
                }
                What::Span(kind, align) => {
                    self.named(at, *kind, u32_at(&self.body, at + 4), 0, *align)?;
                }
                What::Pointer(kind) => self.named(at, *kind, 1, 0, 1)?,
                What::Choice(width, variants) => {
                    let tag = u32_at(&[&self.body[at..at + width], &[0; 4]].concat(), 0);
                    let chosen = variants.iter().find(|(variant, _)| *variant == tag);
                    if let Some((_, parts)) = chosen {
                        self.parts(parts, at + width)?;
                    }
                }
                What::Repetition(times, stride, parts) => {
                    (0..*times).try_for_each(|i| self.parts(parts, at + i * stride))?;
                }
            }
        }
        Some(())
    }
}
