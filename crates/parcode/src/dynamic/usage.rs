//! Where the bytes of a file are, by path and type.

use super::report::{Entries, Usage};
use super::table::Table;
use super::value::Dynamic;
use super::visit::Account;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{MARK_LEN, Span, TableShape};
use crate::lazy::{elements, entries};
use crate::object::{IndexBytes, IndexNode, Node, Paged};
use crate::schema::{Type, TypeRef};
use std::collections::HashMap;
use std::rc::Rc;

/// Adds up a value and all that is under it; `progress` is told the stored bytes so far. What belongs
/// to no value is in the last part.
pub(crate) fn usage(
    root: Dynamic<'_>,
    file_len: u64,
    rest: &[(&'static str, u64)],
    progress: &mut dyn FnMut(u64),
) -> Result<Usage> {
    let mut walk = Walk {
        depth: 0,
        account: Account::new(root.slot.node),
        entries: Entries::new(root.schema(), root.ty, root.slot.node.session.len),
        sized: HashMap::new(),
        chunk: Chunk::default(),
        seen: 0,
        progress,
    };
    walk.in_chunk(root.slot.node, 0, |walk| walk.value(root, 0))?;
    let mut total = walk.entries.total(0);
    for (name, bytes) in rest {
        total.add(name, *bytes);
    }
    let left = file_len.saturating_sub(total.stored);
    total.add("(padding)", left);
    Ok(total)
}

/// The chunk that is being walked.
#[derive(Clone, Copy, Default)]
struct Chunk {
    /// Raw bytes that are nobody's yet.
    left: u64,
    /// Stored bytes for each raw one.
    share: f64,
}

/// The parts of a struct, a variant or a tuple that have bytes.
struct SizedParts {
    all: Vec<SizedPart>,
    /// Bytes of all of them.
    bytes: usize,
}

struct SizedPart {
    number: usize,
    /// Where it is, its type, and whether it is chunkable.
    slot: (usize, TypeRef, bool),
}

impl SizedParts {
    fn of(value: Dynamic<'_>) -> Self {
        let layout = |ty| value.schema().layout(ty);
        let mut parts = Self {
            all: Vec::new(),
            bytes: 0,
        };
        if let Type::Tuple(types) = value.shape() {
            for (number, ty) in types.iter().enumerate() {
                parts.push(number, (parts.bytes, *ty, false), layout(*ty).slot);
            }
        }
        let (start, fields) = value.own_fields().unwrap_or_default();
        for (number, field) in fields.iter().enumerate() {
            let slot = (start + parts.bytes, field.ty, field.chunkable);
            parts.push(number, slot, layout(field.ty).of(field));
        }
        parts
    }

    fn push(&mut self, number: usize, slot: (usize, TypeRef, bool), len: usize) {
        if len > 0 {
            self.all.push(SizedPart { number, slot });
            self.bytes += len;
        }
    }
}

struct Walk<'p> {
    account: Account,
    /// Values within values.
    depth: u32,
    entries: Entries<'p>,
    /// The parts of types that have bytes.
    sized: HashMap<(TypeRef, usize), Rc<SizedParts>>,
    chunk: Chunk,
    seen: u64,
    progress: &'p mut dyn FnMut(u64),
}

#[allow(
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "shares of compressed chunks are estimates"
)]
impl Walk<'_> {
    /// Bytes of the chunk at hand.
    fn own(&mut self, entry: usize, bytes: usize) {
        let share = self.chunk.share;
        self.chunk.left = self.chunk.left.saturating_sub(bytes as u64);
        self.entries.add(entry, bytes as u64, bytes as f64 * share);
    }

    /// Bytes of the file that are in no chunk.
    fn run(&mut self, entry: usize, bytes: u64) {
        self.seen += bytes;
        (self.progress)(self.seen);
        self.entries.add(entry, bytes, bytes as f64);
    }

    /// Walks a chunk; what nobody claims of it (head, links, tables, padding) is that of `entry`.
    fn in_chunk(
        &mut self,
        node: &Node,
        entry: usize,
        walk: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        self.account.charge(node, node.origin.charge)?;
        let (whole, charge) = (node.regions.whole().len() as u64, node.origin.charge);
        let stored = charge.saturating_sub(MARK_LEN as u64);
        // What is not compressed has its mark in the same bytes.
        let raw = if whole == charge { stored } else { whole };
        let outer = self.chunk;
        self.chunk = Chunk {
            left: raw,
            share: stored as f64 / raw.max(1) as f64,
        };
        self.entries.count(entry, 0, 1);
        walk(self)?;
        let left = self.chunk.left;
        self.own(entry, usize::try_from(left).unwrap_or(usize::MAX));
        self.chunk = outer;
        self.seen += stored;
        self.run(entry, MARK_LEN as u64);
        Ok(())
    }

    fn value(&mut self, value: Dynamic<'_>, entry: usize) -> Result<()> {
        const DEEPEST: u32 = 512;
        if self.depth >= DEEPEST {
            return Err(ParcodeError::new(
                ErrorKind::Limit,
                format!("values nested at most {DEEPEST} deep"),
                "deeper ones",
            ));
        }
        self.entries.count(entry, 1, 0);
        // What takes no room has no bytes, however many parts a file's schema gives it.
        if value.slot.bytes.is_empty() {
            return Ok(());
        }
        self.depth += 1;
        self.content(value, entry)?;
        self.depth -= 1;
        Ok(())
    }

    /// The bytes of a value that was counted.
    fn content(&mut self, value: Dynamic<'_>, entry: usize) -> Result<()> {
        let slot = value.slot.bytes.len();
        if value.chunkable && !matches!(value.shape(), Type::Sequence(_) | Type::Map { .. }) {
            let held = value.held()?;
            let inner = held.get();
            if value.link().is_some() {
                self.own(entry, slot);
                return self.in_chunk(inner.slot.node, entry, |walk| walk.content(inner, entry));
            }
            if !inner.chunkable {
                // Home, and behind its slot unless it is a span itself.
                if inner.slot.bytes.as_ptr() != value.slot.bytes.as_ptr() {
                    self.own(entry, slot);
                }
                return self.content(inner, entry);
            }
        }
        match value.shape() {
            Type::Prime(_) => self.own(entry, slot),
            Type::Text | Type::Cbor => self.own(entry, slot + value.slot.span().len as usize),
            Type::Option(_) => match value.inner()? {
                Some(inner) => {
                    self.own(entry, 1);
                    self.content(inner, entry)?;
                }
                None => self.own(entry, slot),
            },
            Type::Boxed(_) => {
                self.own(entry, slot);
                if let Some(inner) = value.inner()? {
                    self.content(inner, entry)?;
                }
            }
            Type::Named { .. } => {
                if let Some(inner) = value.inner()? {
                    self.content(inner, entry)?;
                }
            }
            Type::Array(inner, len) => {
                let part = self.entries.part(entry, 0, *inner, || "[*]".into());
                if value.schema().layout(*inner).plain || slot == 0 {
                    self.entries.count(part, *len, 0);
                    self.own(part, slot);
                } else {
                    for i in 0..*len as usize {
                        self.value(value.element_of_array(*inner, i), part)?;
                    }
                }
            }
            Type::Tuple(_) | Type::Struct { .. } => {
                let parts = self.sized(value, 0);
                self.parts(value, &parts, entry)?;
            }
            Type::Enum { variants, .. } => {
                let number = value.tag(variants.len());
                let name = || format!("::{}", value.variant().unwrap_or_default());
                let part = self.entries.part(entry, number, value.ty, name);
                self.entries.count(part, 1, 0);
                let parts = self.sized(value, number);
                self.own(part, slot.saturating_sub(parts.bytes));
                self.parts(value, &parts, part)?;
            }
            Type::Sequence(inner) => self.sequence(value, *inner, entry)?,
            Type::Map {
                key,
                value: of,
                ordered,
            } => self.map(value, (*key, *of, *ordered), entry)?,
        }
        Ok(())
    }

    fn parts(&mut self, value: Dynamic<'_>, parts: &SizedParts, entry: usize) -> Result<()> {
        for SizedPart { number, slot } in &parts.all {
            let name = || match value.own_fields().and_then(|(_, all)| all.get(*number)) {
                Some(field) => format!(".{}", field.name),
                None => format!(".{number}"),
            };
            let (at, ty, chunkable) = *slot;
            let part = self.entries.part(entry, *number, ty, name);
            self.value(value.part(at, ty, chunkable), part)?;
        }
        Ok(())
    }

    /// The parts that have bytes of a value's type, or of the variant of this number: a type of
    /// hundreds of thousands of others is looked through once.
    fn sized(&mut self, value: Dynamic<'_>, variant: usize) -> Rc<SizedParts> {
        let known = self.sized.entry((value.ty, variant));
        known
            .or_insert_with(|| Rc::new(SizedParts::of(value)))
            .clone()
    }

    fn sequence(&mut self, value: Dynamic<'_>, inner: TypeRef, entry: usize) -> Result<()> {
        let part = self.entries.part(entry, 0, inner, || "[*]".into());
        let chunk = value.chunk();
        let elements = value.elements(inner, &chunk);
        self.own(entry, value.slot.bytes.len());
        if !elements.span.is_away() {
            return self.segment(value, inner, (value.slot.node, elements.span), part);
        }
        let place = elements.scanned_place()?;
        match &place {
            elements::Place::One(node, span) => self.in_chunk(node, entry, |walk| {
                walk.segment(value, inner, (node, *span), part)
            }),
            elements::Place::Pages(paged) => {
                self.entries.count(part, place.len(elements.slot) as u64, 0);
                self.entries.count(entry, 0, 1);
                self.run(part, paged.len);
                self.run(entry, around(paged));
                Ok(())
            }
            elements::Place::Shards(index) => {
                self.index(index, entry);
                for number in 0..index.shards() {
                    let held = elements.hold(&place, number)?;
                    let node = held.segment(elements.slot).node;
                    self.in_chunk(node, entry, |walk| {
                        walk.segment(value, inner, (node, node.span()), part)
                    })?;
                }
                Ok(())
            }
        }
    }

    /// Elements in the chunk at hand.
    fn segment(
        &mut self,
        value: Dynamic<'_>,
        inner: TypeRef,
        (node, span): (&Node, Span),
        part: usize,
    ) -> Result<()> {
        let layout = value.schema().layout(inner);
        if layout.plain {
            self.entries.count(part, span.len.into(), 0);
            self.own(part, (span.len as usize).saturating_mul(layout.stride()));
            return Ok(());
        }
        let segment = elements::Segment::of(node, span);
        for i in 0..segment.len() {
            if let Some(slot) = segment.slot(i, layout.slot) {
                self.own(part, layout.stride() - layout.slot);
                self.value(value.of(slot, inner), part)?;
            }
        }
        Ok(())
    }

    fn map(
        &mut self,
        value: Dynamic<'_>,
        of: (TypeRef, TypeRef, bool),
        entry: usize,
    ) -> Result<()> {
        let chunk = value.chunk();
        let entries = value.entries(of.2, &chunk);
        self.own(entry, value.slot.bytes.len());
        if !entries.span.is_away() {
            return self.table(value, (value.slot.node, entries.span), of, entry);
        }
        let place = entries.scanned_place()?;
        if let entries::Place::Shards(index) = &place {
            self.index(index, entry);
        }
        for shard in 0..place.shards() {
            let held = entries.hold(&place, shard)?;
            let table = (held.node(), held.span());
            self.in_chunk(table.0, entry, |walk| walk.table(value, table, of, entry))?;
        }
        Ok(())
    }

    fn table(
        &mut self,
        map: Dynamic<'_>,
        (node, span): (&Node, Span),
        of: (TypeRef, TypeRef, bool),
        entry: usize,
    ) -> Result<()> {
        let keys = self.entries.part(entry, 0, of.0, || "[key]".into());
        let values = self.entries.part(entry, 1, of.1, || "[*]".into());
        if !of.2 {
            self.own(entry, TableShape::new(span.len).records_at());
        }
        let table = Table::new(map, (node, span), of);
        for number in 0..table.len() {
            if let Some((key, value)) = table.entry(number) {
                self.value(key, keys)?;
                self.value(value, values)?;
            }
        }
        Ok(())
    }

    /// The entries of an index; one that is home is part of its parent's chunk.
    fn index(&mut self, index: &IndexNode, entry: usize) {
        if let IndexBytes::Paged(paged) = &index.bytes {
            self.entries.count(entry, 0, 1);
            self.run(entry, paged.len + around(paged));
        }
    }
}

/// What of a paged run is not its data: the mark and levels of checksums.
fn around(paged: &Paged) -> u64 {
    (MARK_LEN as u64 + paged.shape.stored_len()).saturating_sub(paged.len)
}
