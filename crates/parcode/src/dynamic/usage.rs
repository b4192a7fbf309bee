//! Where the bytes of a file are, by path and type.

use super::table::Table;
use super::value::Dynamic;
use super::visit::Account;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{MARK_LEN, Span, TableShape};
use crate::lazy::{elements, entries};
use crate::object::{IndexBytes, IndexNode, Node, Paged};
use crate::schema::{Field, Schema, Type, TypeRef};

/// What the values at one path take: see [`ParcodeFile::usage`](crate::ParcodeFile::usage).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Usage {
    /// The step from the values around: `.level`, `[*]` for elements and values of entries, `[key]`
    /// for keys, `::Variant`. What belongs to no value is in parentheses.
    pub name: String,
    /// The type, as it would be written in Rust.
    pub type_name: String,
    /// How many values there are.
    pub count: u64,
    /// Chunks, extents and indexes of their own.
    pub chunks: u64,
    /// Bytes before compression, with all that is under it.
    pub raw: u64,
    /// Bytes in the file, with all that is under it. Of a chunk each value has a share by its raw
    /// bytes.
    pub stored: u64,
    /// What the values consist of.
    pub parts: Vec<Usage>,
}

/// Adds up a value and all that is under it; `progress` is told the stored bytes so far. What belongs
/// to no value is in the last part.
pub(crate) fn usage(
    root: Dynamic<'_>,
    file_len: u64,
    rest: &[(&'static str, u64)],
    progress: &mut dyn FnMut(u64),
) -> Result<Usage> {
    let mut walk = Walk {
        schema: root.schema(),
        depth: 0,
        account: Account::new(root.slot.node),
        entries: vec![Entry::new("root".into(), root.ty, None)],
        chunk: Chunk::default(),
        seen: 0,
        progress,
    };
    walk.in_chunk(root.slot.node, 0, |walk| walk.value(root, 0))?;
    let mut total = walk.total(0, &root);
    for (name, bytes) in rest {
        total.add(name, *bytes);
    }
    let left = file_len.saturating_sub(total.stored);
    total.add("(padding)", left);
    Ok(total)
}

impl Usage {
    fn add(&mut self, name: &str, bytes: u64) {
        self.raw += bytes;
        self.stored += bytes;
        self.parts.push(Self {
            name: name.into(),
            type_name: String::new(),
            count: u64::from(bytes > 0),
            chunks: 0,
            raw: bytes,
            stored: bytes,
            parts: Vec::new(),
        });
    }
}

/// The values at one path, without what is under them.
struct Entry {
    name: String,
    ty: TypeRef,
    count: u64,
    chunks: u64,
    raw: u64,
    stored: f64,
    /// The entry of the values around.
    around: Option<usize>,
    /// The entries of its parts, by the number of the part.
    parts: Vec<Part>,
}

#[derive(Clone, Copy)]
enum Part {
    Unknown,
    Own(usize),
    /// A part of a type that is around already: what contains itself is added up in one entry.
    Around(usize),
}

impl Entry {
    fn new(name: String, ty: TypeRef, around: Option<usize>) -> Self {
        Self {
            name,
            ty,
            around,
            count: 0,
            chunks: 0,
            raw: 0,
            stored: 0.0,
            parts: Vec::new(),
        }
    }
}

/// The chunk that is being walked.
#[derive(Clone, Copy, Default)]
struct Chunk {
    /// Raw bytes that are nobody's yet.
    left: u64,
    /// Stored bytes for each raw one.
    share: f64,
}

struct Walk<'p> {
    schema: &'p Schema,
    account: Account,
    /// Values within values.
    depth: u32,
    entries: Vec<Entry>,
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
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.raw += bytes as u64;
            entry.stored += bytes as f64 * share;
        }
    }

    /// Bytes of the file that are in no chunk.
    fn run(&mut self, entry: usize, bytes: u64) {
        self.seen += bytes;
        (self.progress)(self.seen);
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.raw += bytes;
            entry.stored += bytes as f64;
        }
    }

    fn count(&mut self, entry: usize, values: u64, chunks: u64) {
        if let Some(entry) = self.entries.get_mut(entry) {
            entry.count += values;
            entry.chunks += chunks;
        }
    }

    /// The entry of a part.
    fn part(
        &mut self,
        entry: usize,
        number: usize,
        ty: TypeRef,
        name: impl Fn() -> String,
    ) -> usize {
        let known = self.entries.get(entry).and_then(|of| of.parts.get(number));
        if let Some(Part::Own(known) | Part::Around(known)) = known {
            return *known;
        }
        let name = name();
        let around = self.around(entry, ty).filter(|_| !name.starts_with("::"));
        let part = around.map_or(Part::Own(self.entries.len()), Part::Around);
        let Some(of) = self.entries.get_mut(entry) else {
            return entry;
        };
        if of.parts.len() <= number {
            of.parts.resize(number + 1, Part::Unknown);
        }
        if let Some(place) = of.parts.get_mut(number) {
            *place = part;
        }
        match part {
            Part::Around(around) => around,
            Part::Own(_) | Part::Unknown => {
                self.entries.push(Entry::new(name, ty, Some(entry)));
                self.entries.len() - 1
            }
        }
    }

    /// The entry of values of this type around those of `entry`, itself included.
    fn around(&self, entry: usize, ty: TypeRef) -> Option<usize> {
        let mut above = Some(entry);
        while let Some(number) = above {
            let of = self.entries.get(number)?;
            if of.ty == ty && !of.name.starts_with("::") && !self.is_leaf(ty) {
                return Some(number);
            }
            above = of.around;
        }
        None
    }

    fn is_leaf(&self, ty: TypeRef) -> bool {
        !matches!(
            self.schema.get(ty),
            Some(Type::Struct { .. } | Type::Enum { .. } | Type::Tuple(_))
        )
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
        self.count(entry, 0, 1);
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
        self.count(entry, 1, 0);
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
                let part = self.part(entry, 0, *inner, || "[*]".into());
                if value.schema().layout(*inner).plain || slot == 0 {
                    self.count(part, *len, 0);
                    self.own(part, slot);
                } else {
                    for i in 0..*len as usize {
                        self.value(value.element_of_array(*inner, i), part)?;
                    }
                }
            }
            Type::Tuple(parts) => {
                for (number, ty) in parts.iter().enumerate() {
                    let part = self.part(entry, number, *ty, || format!(".{number}"));
                    self.value(value.part_of_tuple(parts, number), part)?;
                }
            }
            Type::Struct { fields, .. } => self.fields(value, 0, fields, entry)?,
            Type::Enum { variants, .. } => {
                let number = value.tag(variants.len());
                if let Some((at, fields)) = value.own_fields() {
                    let name = || format!("::{}", value.variant().unwrap_or_default());
                    let part = self.part(entry, number, value.ty, name);
                    self.count(part, 1, 0);
                    let used: usize = fields
                        .iter()
                        .map(|field| value.schema().layout(field.ty).of(field))
                        .sum();
                    self.own(part, slot.saturating_sub(used));
                    self.fields(value, at, fields, part)?;
                }
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

    fn fields(
        &mut self,
        value: Dynamic<'_>,
        mut at: usize,
        fields: &[Field],
        entry: usize,
    ) -> Result<()> {
        for (number, field) in fields.iter().enumerate() {
            let part = self.part(entry, number, field.ty, || format!(".{}", field.name));
            self.value(value.part(at, field.ty, field.chunkable), part)?;
            at += value.schema().layout(field.ty).of(field);
        }
        Ok(())
    }

    fn sequence(&mut self, value: Dynamic<'_>, inner: TypeRef, entry: usize) -> Result<()> {
        let part = self.part(entry, 0, inner, || "[*]".into());
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
                self.count(part, place.len(elements.slot) as u64, 0);
                self.count(entry, 0, 1);
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
            self.count(part, span.len.into(), 0);
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
        let keys = self.part(entry, 0, of.0, || "[key]".into());
        let values = self.part(entry, 1, of.1, || "[*]".into());
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
            self.count(entry, 0, 1);
            self.run(entry, paged.len + around(paged));
        }
    }

    /// An entry with all that is under it.
    fn total(&self, entry: usize, root: &Dynamic<'_>) -> Usage {
        let Some(of) = self.entries.get(entry) else {
            return Usage {
                name: String::new(),
                type_name: String::new(),
                count: 0,
                chunks: 0,
                raw: 0,
                stored: 0,
                parts: Vec::new(),
            };
        };
        let parts: Vec<Usage> = of
            .parts
            .iter()
            .filter_map(|part| match part {
                Part::Own(part) => Some(self.total(*part, root)),
                Part::Around(_) | Part::Unknown => None,
            })
            .collect();
        Usage {
            name: of.name.clone(),
            type_name: root.schema().describe(of.ty),
            count: of.count,
            chunks: of.chunks + parts.iter().map(|part| part.chunks).sum::<u64>(),
            raw: of.raw + parts.iter().map(|part| part.raw).sum::<u64>(),
            stored: of.stored.round() as u64 + parts.iter().map(|part| part.stored).sum::<u64>(),
            parts,
        }
    }
}

/// What of a paged run is not its data: the mark and levels of checksums.
fn around(paged: &Paged) -> u64 {
    (MARK_LEN as u64 + paged.shape.stored_len()).saturating_sub(paged.len)
}
