//! The parts of a value one after another, kept in memory as they are touched.

use super::key::Key;
use super::key_bytes;
use super::leaf::Leaf;
use super::table::Table;
use super::value::Dynamic;
use super::visit::Account;
use crate::error::{ErrorKind, Result};
use crate::schema::{Field, Type, TypeRef};
use std::fmt::{self, Write};

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
            Self::Key(key) => {
                let mut written = String::new();
                self.write(&mut written, &Account::new(key.slot.node));
                f.write_str(&written)
            }
        }
    }
}

impl Step<'_> {
    /// Appends the step as it is displayed; what keys are read for it is charged to `names`.
    pub(super) fn write(&self, into: &mut String, names: &Account) {
        let Self::Key(key) = self else {
            let _ = write!(into, "{self}");
            return;
        };
        into.push('[');
        let start = into.len();
        if write_key(*key, names, 0, into).is_err() {
            into.truncate(start);
            into.push('?');
        }
        into.push(']');
    }
}

/// Appends a key as it would be written in a path. What cannot be read of it is a question mark; an
/// error is that it is too much.
fn write_key(key: Dynamic<'_>, names: &Account, depth: u32, into: &mut String) -> Result<()> {
    let start = into.len();
    match write_parts(key, names, depth, into) {
        Err(error) if error.kind() != ErrorKind::Limit => {
            into.truncate(start);
            into.push('?');
            Ok(())
        }
        written => written,
    }
}

fn write_parts(key: Dynamic<'_>, names: &Account, depth: u32, into: &mut String) -> Result<()> {
    const DEEPEST: u32 = 16;
    /// Parts that take no bytes may be as many as a schema says, and tell nothing.
    const MOST_EMPTY: u64 = 16;

    let held = names.hold(&key)?;
    let key = held.get();
    if key.is_pointer()
        && let Some(inner) = key.inner()?
    {
        return write_key(inner, names, depth, into);
    }
    let _ = match Leaf::of(key)? {
        Some(Leaf::Text(text)) => write!(into, "{text:?}"),
        Some(Leaf::Named(text)) => write!(into, "{text:?}"),
        Some(Leaf::Char(value)) => write!(into, "{value:?}"),
        Some(leaf) => write!(into, "{leaf}"),
        None => {
            into.push_str(key.variant().unwrap_or_default());
            into.push('(');
            let many = key.slot.bytes.is_empty() && key.len() > Some(MOST_EMPTY);
            if many || depth >= DEEPEST {
                into.push('…');
            } else {
                let mut first = true;
                key.visit(names, 0..u64::MAX, |_, part| {
                    into.push_str(if first { "" } else { ", " });
                    first = false;
                    write_key(part, names, depth + 1, into)
                })?;
            }
            into.push(')');
            Ok(())
        }
    };
    Ok(())
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
    /// Where the next one starts, and all of them.
    Fields(usize, &'par [Field]),
    Tuple(usize, &'par [TypeRef]),
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
            Type::Tuple(parts) => Parts::Tuple(0, parts),
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
            Parts::Tuple(at, parts) => {
                let value = self.of.part(*at, *parts.get(number as usize)?, false);
                *at += value.slot.bytes.len();
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
