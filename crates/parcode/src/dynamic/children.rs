//! The parts of a value one after another, kept in memory as they are touched.

use super::key::Key;
use super::key_bytes;
use super::table::Table;
use super::value::Dynamic;
use crate::error::Result;
use crate::schema::{Field, Type, TypeRef};
use std::fmt;

/// One step of a path: how a part is reached from the value that it is in.
#[derive(Debug, Clone, Copy)]
pub enum Step<'par> {
    /// The field of a struct or variant.
    Field(&'par str),
    /// The number of a tuple's part.
    Part(u64),
    /// The position of an element.
    Index(u64),
    /// The key of an entry.
    Key(Dynamic<'par>),
}

/// As in a path: `.name`, `[3]`, `["key"]`.
impl fmt::Display for Step<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(name) => write!(f, ".{name}"),
            Self::Part(number) => write!(f, ".{number}"),
            Self::Index(position) => write!(f, "[{position}]"),
            Self::Key(key) => write!(f, "[{}]", written(*key, 0)),
        }
    }
}

/// A key as it would be written in a path.
fn written(key: Dynamic<'_>, depth: u32) -> String {
    const DEEPEST: u32 = 16;
    let leaf = match key.leaf() {
        Ok(Some(super::Leaf::Text(text))) => return format!("{text:?}"),
        Ok(Some(super::Leaf::Named(text))) => return format!("{text:?}"),
        Ok(Some(super::Leaf::Char(value))) => return format!("{value:?}"),
        Ok(leaf) => leaf,
        Err(_) => return "?".into(),
    };
    if let Some(leaf) = leaf {
        return leaf.to_string();
    }
    let parts = key.resolved().and_then(|key| key.children());
    let parts: Result<Vec<String>> = match parts {
        Ok(parts) if depth < DEEPEST => parts
            .map(|part| part.map(|(_, part)| written(part, depth + 1)))
            .collect(),
        Ok(_) => Ok(vec!["…".into()]),
        Err(error) => Err(error),
    };
    let name = key.resolved().ok().and_then(|key| key.variant());
    match parts {
        Ok(parts) => format!("{}({})", name.unwrap_or_default(), parts.join(", ")),
        Err(_) => "?".into(),
    }
}

/// The parts of a value: see [`Dynamic::children`]. What it comes to is read and stays in memory.
#[derive(Clone)]
pub struct Children<'par> {
    of: Dynamic<'par>,
    parts: Parts<'par>,
    next: u64,
    end: u64,
}

#[derive(Clone)]
enum Parts<'par> {
    Fields(usize, &'par [Field]),
    Tuple(&'par [TypeRef]),
    Positions,
    Entries {
        types: (TypeRef, TypeRef, bool),
        /// The table at hand, with the shard behind it and the entry that is next.
        table: Option<Table<'par>>,
        shard: usize,
        entry: usize,
    },
    None,
}

impl<'par> Children<'par> {
    pub(super) fn of(value: Dynamic<'par>) -> Self {
        let parts = match value.shape() {
            Type::Struct { .. } | Type::Enum { .. } => match value.own_fields() {
                Some((at, fields)) => Parts::Fields(at, fields),
                None => Parts::None,
            },
            Type::Tuple(parts) => Parts::Tuple(parts),
            Type::Array(..) | Type::Sequence(_) => Parts::Positions,
            Type::Map {
                key,
                value,
                ordered,
            } => Parts::Entries {
                types: (*key, *value, *ordered),
                table: None,
                shard: 0,
                entry: 0,
            },
            _ => Parts::None,
        };
        let end = match parts {
            Parts::None => 0,
            _ => value.len().unwrap_or_default(),
        };
        Self {
            of: value,
            parts,
            next: 0,
            end,
        }
    }

    /// Goes on to this part, without reading those before it; in a map their shards are read.
    pub fn skip_to(&mut self, position: u64) -> Result<()> {
        match &self.parts {
            Parts::Positions => self.next = position.clamp(self.next, self.end),
            _ => {
                while self.next < position.min(self.end) {
                    if let Some(Err(error)) = self.next() {
                        return Err(error);
                    }
                }
            }
        }
        Ok(())
    }

    fn next_entry(&mut self) -> Result<Option<(Step<'par>, Dynamic<'par>)>> {
        let Parts::Entries {
            types,
            table,
            shard,
            entry,
        } = &mut self.parts
        else {
            return Ok(None);
        };
        loop {
            if let Some((key, value)) = table.and_then(|table| table.entry(*entry)) {
                *entry += 1;
                return Ok(Some((Step::Key(key), value)));
            }
            let chunk = self.of.chunk();
            let entries = self.of.entries(types.2, &chunk);
            let place = entries.place()?;
            if *shard >= place.shards() {
                return Ok(None);
            }
            *table = Some(Table::new(self.of, entries.table(&place, *shard)?, *types));
            (*shard, *entry) = (*shard + 1, 0);
        }
    }
}

impl<'par> Iterator for Children<'par> {
    type Item = Result<(Step<'par>, Dynamic<'par>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.next >= self.end {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let part = match &mut self.parts {
            Parts::Fields(at, fields) => {
                let field = fields.get(number as usize)?;
                let value = self.of.part(*at, field.ty, field.chunkable);
                *at += self.of.schema().layout(field.ty).of(field);
                Ok(Some((Step::Field(&field.name), value)))
            }
            Parts::Tuple(parts) => {
                let value = self.of.part_of_tuple(parts, number as usize);
                Ok(Some((Step::Part(number), value)))
            }
            Parts::Positions => self
                .of
                .at(number)
                .map(|value| value.map(|value| (Step::Index(number), value))),
            Parts::Entries { .. } => self.next_entry(),
            Parts::None => Ok(None),
        };
        match part {
            Ok(part) => part.map(Ok),
            Err(error) => {
                self.end = 0;
                Some(Err(error))
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.end.saturating_sub(self.next)).ok();
        (0, left)
    }
}

impl fmt::Debug for Children<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Children")
            .field("of", &self.of)
            .field("next", &self.next)
            .finish_non_exhaustive()
    }
}

impl Dynamic<'_> {
    /// The value of a key in a map, or in a set the unit behind it. Looks through options and
    /// pointers. Reads at most one shard, as a lookup with Rust types does. A key that is none of
    /// the map's type is an error.
    pub fn entry(&self, key: &Key) -> Result<Option<Self>> {
        let map = self.resolved()?;
        let Type::Map {
            key: key_ty,
            value,
            ordered,
        } = map.shape()
        else {
            return Err(self.has_no(format!("[{key}]")));
        };
        let wanted = key_bytes::asked(map.types, *key_ty, key)?;
        let wanted = wanted.as_bytes();
        let chunk = map.chunk();
        let entries = map.entries(*ordered, &chunk);
        let place = entries.place()?;
        let table = entries.table(&place, entries.shard_of(&place, wanted)?)?;
        Table::new(map, table, (*key_ty, *value, *ordered)).find(wanted)
    }
}
