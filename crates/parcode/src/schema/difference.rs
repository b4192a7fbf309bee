//! Where two schemas part, by path.

use super::{Field, Schema, Type, TypeRef};
use std::collections::HashSet;

/// How many differences are told before the rest is only counted.
const MOST: usize = 8;
/// Types nested deeper than this are not compared.
const DEEPEST: u32 = 128;

/// The first differences between what a file holds and what a program asks for.
pub(crate) fn differences(file: &Schema, asked: &Schema) -> Vec<String> {
    let mut search = Search {
        file,
        asked,
        compared: HashSet::new(),
        depth: 0,
        found: Vec::new(),
    };
    search.compare("", file.root, asked.root);
    search.found
}

struct Search<'s> {
    file: &'s Schema,
    asked: &'s Schema,
    /// Pairs already compared, or being compared: recursion ends there.
    compared: HashSet<(TypeRef, TypeRef)>,
    depth: u32,
    found: Vec<String>,
}

impl Search<'_> {
    fn compare(&mut self, path: &str, file: TypeRef, asked: TypeRef) {
        // The file's schema may be nested without end; ours has compared enough of it then.
        let new =
            self.found.len() < MOST && self.depth < DEEPEST && self.compared.insert((file, asked));
        if new {
            self.depth += 1;
            self.compare_new(path, file, asked);
            self.depth -= 1;
        }
    }

    fn compare_new(&mut self, path: &str, file: TypeRef, asked: TypeRef) {
        let (Some(old), Some(new)) = (self.file.get(file), self.asked.get(asked)) else {
            return;
        };
        match (old, new) {
            (
                Type::Struct {
                    fields: old,
                    plain: a,
                    ..
                },
                Type::Struct {
                    fields: new,
                    plain: b,
                    ..
                },
            ) if a == b => {
                self.fields(path, old, new);
            }
            (Type::Enum { variants: old, .. }, Type::Enum { variants: new, .. }) => {
                for (i, variant) in old.iter().enumerate() {
                    match new.iter().position(|other| other.name == variant.name) {
                        Some(at) => {
                            let path = format!("{path}::{}", variant.name);
                            if at != i {
                                self.tell(&path, &format!("variant {i}"), &format!("variant {at}"));
                            }
                            if let Some(other) = new.get(at) {
                                self.fields(&path, &variant.fields, &other.fields);
                            }
                        }
                        None => self.tell(
                            path,
                            &format!("a variant `{}`", variant.name),
                            "no such variant",
                        ),
                    }
                }
                for variant in new
                    .iter()
                    .filter(|new| old.iter().all(|old| old.name != new.name))
                {
                    self.tell(
                        path,
                        "no such variant",
                        &format!("a variant `{}`", variant.name),
                    );
                }
            }
            (Type::Option(a), Type::Option(b)) | (Type::Boxed(a), Type::Boxed(b)) => {
                self.compare(path, *a, *b);
            }
            (Type::Sequence(a), Type::Sequence(b)) => self.compare(&format!("{path}[]"), *a, *b),
            (Type::Array(a, x), Type::Array(b, y)) if x == y => {
                self.compare(&format!("{path}[]"), *a, *b);
            }
            (Type::Tuple(a), Type::Tuple(b)) if a.len() == b.len() => {
                for (i, (a, b)) in a.iter().zip(b).enumerate() {
                    self.compare(&format!("{path}.{i}"), *a, *b);
                }
            }
            (
                Type::Map {
                    key: ak,
                    value: av,
                    ordered: a,
                },
                Type::Map {
                    key: bk,
                    value: bv,
                    ordered: b,
                },
            ) if a == b => {
                self.compare(&format!("{path}[key]"), *ak, *bk);
                self.compare(&format!("{path}[]"), *av, *bv);
            }
            (Type::Named { name: a, inner: x }, Type::Named { name: b, inner: y }) if a == b => {
                self.compare(path, *x, *y);
            }
            (old, new) if old == new && Schema::parts(old).is_empty() => {}
            _ => self.tell(path, &self.file.describe(file), &self.asked.describe(asked)),
        }
    }

    fn fields(&mut self, path: &str, old: &[Field], new: &[Field]) {
        for (i, field) in old.iter().enumerate() {
            let path = format!("{path}.{}", field.name);
            let Some(at) = new.iter().position(|other| other.name == field.name) else {
                self.tell(&path, &self.file.describe(field.ty), "no such field");
                continue;
            };
            let Some(other) = new.get(at) else { continue };
            if at != i
                && new
                    .iter()
                    .all(|new| old.iter().any(|old| old.name == new.name))
            {
                self.tell(&path, &format!("field {i}"), &format!("field {at}"));
            }
            if field.chunkable != other.chunkable {
                let kind = |chunkable| if chunkable { "chunkable" } else { "inline" };
                self.tell(&path, kind(field.chunkable), kind(other.chunkable));
            }
            self.compare(&path, field.ty, other.ty);
        }
        for field in new
            .iter()
            .filter(|new| old.iter().all(|old| old.name != new.name))
        {
            let path = format!("{path}.{}", field.name);
            self.tell(&path, "no such field", &self.asked.describe(field.ty));
        }
    }

    fn tell(&mut self, path: &str, file: &str, asked: &str) {
        if self.found.len() < MOST {
            let path = path.trim_start_matches('.');
            let place = if path.is_empty() { "the root" } else { path };
            self.found
                .push(format!("{place}: {file} in the file, {asked} asked for"));
        }
    }
}
