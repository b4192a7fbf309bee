//! A schema written as text.

use super::DEEPEST;
use super::name::word;
use crate::schema::{Field, Schema, Type, TypeRef, Variant};
use std::cell::Cell;
use std::collections::HashMap;
use std::fmt::{self, Write};

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer::new(self).print(f)
    }
}

struct Printer<'s> {
    schema: &'s Schema,
    /// What the types that have an item of their own are called.
    names: HashMap<TypeRef, String>,
    /// Those types, as the root reaches them.
    order: Vec<TypeRef>,
    /// How many more types are written in place: tuples of tuples in a file's schema may describe more
    /// than anybody could read.
    left: Cell<u32>,
}

/// Types that are written in place; no program has so many.
const MOST_IN_PLACE: u32 = 1 << 20;

impl<'s> Printer<'s> {
    fn new(schema: &'s Schema) -> Self {
        let mut printer = Self {
            schema,
            names: HashMap::new(),
            order: Vec::new(),
            left: Cell::new(MOST_IN_PLACE),
        };
        let mut used: HashMap<&str, usize> = HashMap::new();
        let mut seen = vec![false; schema.types.len()];
        let mut pending = vec![schema.root()];
        while let Some(number) = pending.pop() {
            let first = seen
                .get_mut(number as usize)
                .is_some_and(|seen| !std::mem::replace(seen, true));
            let (true, Some(ty)) = (first, schema.get(number)) else {
                continue;
            };
            if let Type::Struct { name, .. } | Type::Enum { name, .. } | Type::Named { name, .. } =
                ty
            {
                let count = used.entry(name).or_default();
                *count += 1;
                let called = match count {
                    1 => word(name),
                    _ => format!("{}#{count}", word(name)),
                };
                printer.names.insert(number, called);
                printer.order.push(number);
            }
            pending.extend(Schema::parts(ty).into_iter().rev());
        }
        printer
    }

    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name(self.schema.root(), DEEPEST))?;
        for number in &self.order {
            let name = self
                .names
                .get(number)
                .map(String::as_str)
                .unwrap_or_default();
            writeln!(f)?;
            match self.schema.get(*number) {
                Some(Type::Struct { fields, plain, .. }) => {
                    let plain = if *plain { "#[plain] " } else { "" };
                    writeln!(f, "{plain}struct {name} {{")?;
                    self.fields(f, fields, "    ")?;
                    writeln!(f, "}}")?;
                }
                Some(Type::Enum { variants, .. }) => {
                    writeln!(f, "enum {name} {{")?;
                    for Variant { name, fields } in variants {
                        let name = word(name);
                        if fields.is_empty() {
                            writeln!(f, "    {name},")?;
                        } else {
                            writeln!(f, "    {name} {{")?;
                            self.fields(f, fields, "        ")?;
                            writeln!(f, "    }},")?;
                        }
                    }
                    writeln!(f, "}}")?;
                }
                Some(Type::Named { inner, .. }) => {
                    writeln!(f, "named {name} = {};", self.name(*inner, DEEPEST))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fields(&self, f: &mut fmt::Formatter<'_>, fields: &[Field], indent: &str) -> fmt::Result {
        for field in fields {
            let chunkable = if field.chunkable { "#[chunkable] " } else { "" };
            let ty = self.name(field.ty, DEEPEST);
            writeln!(f, "{indent}{chunkable}{}: {ty},", word(&field.name))?;
        }
        Ok(())
    }

    fn name(&self, ty: TypeRef, levels: u32) -> String {
        if let Some(name) = self.names.get(&ty) {
            return name.clone();
        }
        let (Some(levels), Some(left)) = (levels.checked_sub(1), self.left.get().checked_sub(1))
        else {
            return "…".into();
        };
        self.left.set(left);
        let of = |ty: &TypeRef| self.name(*ty, levels);
        match self.schema.get(ty) {
            Some(Type::Prime(prime)) => prime.name().into(),
            Some(Type::Text) => "String".into(),
            Some(Type::Cbor) => "Cbor".into(),
            Some(Type::Option(inner)) => format!("Option<{}>", of(inner)),
            Some(Type::Array(inner, len)) => format!("[{}; {len}]", of(inner)),
            Some(Type::Tuple(parts)) => {
                let parts = parts.iter().fold(String::new(), |mut text, part| {
                    let _ = write!(text, "{}, ", of(part));
                    text
                });
                format!("({})", parts.trim_end_matches(' '))
            }
            Some(Type::Sequence(inner)) => format!("Vec<{}>", of(inner)),
            Some(Type::Boxed(inner)) => format!("Box<{}>", of(inner)),
            Some(Type::Map {
                key,
                value,
                ordered,
            }) => {
                let kind = if *ordered { "BTreeMap" } else { "HashMap" };
                format!("{kind}<{}, {}>", of(key), of(value))
            }
            _ => "?".into(),
        }
    }
}
