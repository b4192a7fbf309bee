//! What is added up of values, by path and type.

use crate::schema::{Schema, Type, TypeRef};
use std::collections::BTreeMap;

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
    /// What the values consist of, parts that take no bytes left out. A report has an end: where there
    /// is no room for more paths, what is further down is added up with the values around.
    pub parts: Vec<Usage>,
}

impl Usage {
    pub(super) fn add(&mut self, name: &str, bytes: u64) {
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
    type_name: String,
    ty: TypeRef,
    count: u64,
    chunks: u64,
    raw: u64,
    stored: f64,
    /// The entry of the values around.
    around: Option<usize>,
    /// The entries of its parts, by the number of the part: of few that have bytes among many.
    parts: BTreeMap<usize, Part>,
}

#[derive(Clone, Copy)]
enum Part {
    Own(usize),
    /// A part of a type that is around already: what contains itself is added up in one entry.
    Around(usize),
}

/// The entries of a report: paths multiply where types contain wide types, names and all, so that there
/// is room for so many bytes of them.
pub(super) struct Entries<'p> {
    schema: &'p Schema,
    all: Vec<Entry>,
    room: u64,
}

/// Every report may take so much memory, and more of a larger file.
const ROOM: u64 = 16 << 20;
const ROOM_PER_BYTE: u64 = 16;

impl<'p> Entries<'p> {
    /// The entry of the root, which is the first.
    pub(super) fn new(schema: &'p Schema, root: TypeRef, file_len: u64) -> Self {
        let mut entries = Self {
            schema,
            all: Vec::new(),
            room: file_len.saturating_mul(ROOM_PER_BYTE).saturating_add(ROOM),
        };
        entries.push("root".into(), root, None);
        entries
    }

    fn push(&mut self, name: String, ty: TypeRef, around: Option<usize>) {
        let type_name = self.schema.describe(ty);
        // Each is there once more in what the report is made to.
        let memory = size_of::<Entry>() + size_of::<Usage>() + 2 * (name.len() + type_name.len());
        self.take(memory);
        self.all.push(Entry {
            name,
            type_name,
            ty,
            around,
            count: 0,
            chunks: 0,
            raw: 0,
            stored: 0.0,
            parts: BTreeMap::new(),
        });
    }

    fn take(&mut self, memory: usize) {
        self.room = self.room.saturating_sub(memory as u64);
    }

    /// Counts bytes of an entry, and what they take in the file.
    pub(super) fn add(&mut self, entry: usize, raw: u64, stored: f64) {
        if let Some(entry) = self.all.get_mut(entry) {
            entry.raw += raw;
            entry.stored += stored;
        }
    }

    pub(super) fn count(&mut self, entry: usize, values: u64, chunks: u64) {
        if let Some(entry) = self.all.get_mut(entry) {
            entry.count += values;
            entry.chunks += chunks;
        }
    }

    /// The entry of a part.
    pub(super) fn part(
        &mut self,
        entry: usize,
        number: usize,
        ty: TypeRef,
        name: impl Fn() -> String,
    ) -> usize {
        let known = self.all.get(entry).and_then(|of| of.parts.get(&number));
        if let Some(Part::Own(known) | Part::Around(known)) = known {
            return *known;
        }
        if self.room == 0 {
            return entry;
        }
        let name = name();
        let around = self.around(entry, ty).filter(|_| !name.starts_with("::"));
        let part = around.map_or(Part::Own(self.all.len()), Part::Around);
        let Some(of) = self.all.get_mut(entry) else {
            return entry;
        };
        of.parts.insert(number, part);
        self.take(2 * size_of::<(usize, Part)>());
        match part {
            Part::Around(around) => around,
            Part::Own(own) => {
                self.push(name, ty, Some(entry));
                own
            }
        }
    }

    /// The entry of values of this type around those of `entry`, itself included.
    fn around(&self, entry: usize, ty: TypeRef) -> Option<usize> {
        let mut above = Some(entry);
        while let Some(number) = above {
            let of = self.all.get(number)?;
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

    /// An entry with all that is under it.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "shares of compressed chunks are estimates"
    )]
    pub(super) fn total(&self, entry: usize) -> Usage {
        let Some(of) = self.all.get(entry) else {
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
            .values()
            .filter_map(|part| match part {
                Part::Own(part) => Some(self.total(*part)),
                Part::Around(_) => None,
            })
            .collect();
        Usage {
            name: of.name.clone(),
            type_name: of.type_name.clone(),
            count: of.count,
            chunks: of.chunks + parts.iter().map(|part| part.chunks).sum::<u64>(),
            raw: of.raw + parts.iter().map(|part| part.raw).sum::<u64>(),
            stored: of.stored.round() as u64 + parts.iter().map(|part| part.stored).sum::<u64>(),
            parts,
        }
    }
}
