//! Matching the schema of a file with the one that a program asks for, by name.
//!
//! What fits becomes a [`Plan`]; what does not becomes [`Difference`]s, each with what would make it
//! fit. A change is supported both ways: the older program reads what the newer one wrote wherever a
//! value has a form in its types. So numbers narrow and `Option<T>` becomes `T`; a value that does not
//! fit then is an error of the chunk that holds it, and of no other.

use super::plan::{Asked, Change, FieldHints, Hints, Part, Place, Plan, Step, StepRef, Supply};
use super::{Field, Fingerprints, Prime, Schema, Type, TypeRef, Variant, short};
use std::collections::{HashMap, HashSet};
use std::fmt;

/// A place where a file holds something that has no form in the type asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The path in the object: `players[].level`; empty for the root.
    pub path: String,
    /// What the file holds.
    pub file: String,
    /// What is asked for.
    pub asked: String,
    /// What would make it fit.
    pub remedy: &'static str,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() {
            "the root"
        } else {
            &self.path
        };
        let Self {
            file,
            asked,
            remedy,
            ..
        } = self;
        write!(
            f,
            "{place}: {file} in the file, {asked} asked for; {remedy}"
        )
    }
}

/// Pairs of types nested deeper than this are not matched.
const DEEPEST: u32 = 128;
/// How many pairs are looked at: beyond what any program's types need.
const MOST_PAIRS: usize = 1 << 18;
/// How many differences are told: a schema in a file may be of any size.
const MOST: usize = 256;

/// How many fields that nobody asks for are told beside one that is not there.
const MOST_UNASKED: usize = 4;

/// Types whose keys are not encoded as what they are laid out as.
const OWN_KEYS: [&str; 4] = ["Path", "NotNan", "OffsetDateTime", "Decimal"];
/// The fields of the structs that 16-bit floats are.
const HALF_FLOATS: [&str; 2] = ["f16", "bf16"];

const NO_FIELD: &str = "`#[parcode(default)]` gives it a value, `#[parcode(alias = \"…\")]` names the field that it was";
const OTHER_TYPE: &str = "`#[parcode(upgrade_with = \"…\")]` can convert it";
const OTHER_NAME: &str = "these are different types; ask for the type that was saved";

/// How a value of type `from` in `file` becomes the root of `asked`.
pub(crate) fn plan(
    (file, prints): (&Schema, &Fingerprints),
    from: TypeRef,
    asked: &Asked,
) -> Result<Plan, Vec<Difference>> {
    let mut matching = Matching {
        file,
        prints,
        asked,
        known: HashMap::new(),
        tried: HashMap::new(),
        steps: Vec::new(),
        found: Vec::new(),
        depth: 0,
        left: MOST_PAIRS,
    };
    let root = matching.step("", from, asked.schema.root());
    match root {
        Some(root) if matching.found.is_empty() => Ok(Plan {
            steps: matching.steps,
            root,
        }),
        _ => Err(matching.found),
    }
}

struct Matching<'s> {
    file: &'s Schema,
    prints: &'s Fingerprints,
    asked: &'s Asked,
    /// Pairs already matched, or being matched: recursion ends there.
    known: HashMap<(TypeRef, TypeRef), StepRef>,
    /// Pairs for which a step was tried where another way was there: types with conversions that
    /// contain each other would try them twice as often at each level.
    tried: HashMap<(TypeRef, TypeRef), bool>,
    steps: Vec<Step>,
    found: Vec<Difference>,
    depth: u32,
    /// How many more pairs may be looked at.
    left: usize,
}

impl Matching<'_> {
    /// The step between two types; `None` where a difference was told.
    fn step(&mut self, path: &str, file: TypeRef, asked: TypeRef) -> Option<StepRef> {
        if let Some(step) = self.known.get(&(file, asked)) {
            return Some(*step);
        }
        if self.depth >= DEEPEST || self.left == 0 {
            return self.differ(path, file, asked, "types nested this deep are not matched");
        }
        self.left -= 1;
        let number = self.push(file, asked, Change::Open);
        self.known.insert((file, asked), number);
        self.depth += 1;
        let change = self.change(path, file, asked);
        self.depth -= 1;
        self.steps.get_mut(number as usize)?.change = change?;
        Some(number)
    }

    fn push(&mut self, file: TypeRef, asked: TypeRef, change: Change) -> StepRef {
        self.steps.push(Step {
            file,
            asked,
            change,
        });
        (self.steps.len() - 1) as StepRef
    }

    fn change(&mut self, path: &str, file: TypeRef, asked: TypeRef) -> Option<Change> {
        let hints = self.asked.hints(asked);
        if let Some(upgrade) = hints.and_then(|hints| hints.upgrade)
            && !self.is_same(file, asked)
        {
            // The declared old type comes first; what is near to the new one needs no step.
            if self.is_same(file, upgrade.old) || !self.fits(file, asked) {
                let old = self.step(path, file, upgrade.old)?;
                return Some(Change::Upgraded {
                    old,
                    by: upgrade.by,
                });
            }
        }
        self.plain_change(path, file, asked)
    }

    /// The change between two types, whatever the new one says of an old type.
    fn plain_change(&mut self, path: &str, file: TypeRef, asked: TypeRef) -> Option<Change> {
        let (old, new) = (self.file.get(file)?, self.asked.schema.get(asked)?);
        Some(match (old, new) {
            (Type::Prime(from), Type::Prime(to)) if converts(*from, *to) => Change::Prime,
            (Type::Text, Type::Text) | (Type::Cbor, Type::Cbor) => Change::Text,
            (Type::Option(from), Type::Option(to)) => Change::Option(self.step(path, *from, *to)?),
            (Type::Boxed(from), Type::Boxed(to)) => Change::Boxed(self.step(path, *from, *to)?),
            (_, Type::Option(to)) => Change::Present(self.step(path, file, *to)?),
            (Type::Option(from), _) => Change::Required(self.step(path, *from, asked)?),
            (_, Type::Boxed(to)) => Change::IntoBox(self.step(path, file, *to)?),
            (Type::Boxed(from), _) => Change::OutOfBox(self.step(path, *from, asked)?),
            (Type::Sequence(from), Type::Sequence(to)) => {
                Change::Sequence(self.step(&format!("{path}[]"), *from, *to)?)
            }
            (Type::Array(from, a), Type::Array(to, b)) if a == b => {
                Change::Array(self.step(&format!("{path}[]"), *from, *to)?)
            }
            (Type::Tuple(from), Type::Tuple(to)) if from.len() == to.len() => {
                let parts = from.iter().zip(to).enumerate();
                let parts: Vec<_> = parts
                    .map(|(i, (from, to))| self.step(&format!("{path}.{i}"), *from, *to))
                    .collect();
                Change::Tuple(parts.into_iter().collect::<Option<_>>()?)
            }
            (
                Type::Map {
                    key: old_key,
                    value: old_value,
                    ordered: was_ordered,
                },
                Type::Map {
                    key: new_key,
                    value: new_value,
                    ordered,
                },
            ) => {
                let same_keys = self.is_same(*old_key, *new_key);
                let changes = !same_keys || was_ordered != ordered;
                if changes && let Some(name) = own_key(&self.asked.schema, *new_key) {
                    let remedy = "keys of this type cannot change, nor can the kind of their map";
                    let told = format!("a map with keys of type `{name}`");
                    return self.tell(path, told.clone(), told, remedy);
                }
                let key = self.step(&format!("{path}[key]"), *old_key, *new_key);
                let value = self.step(&format!("{path}[]"), *old_value, *new_value);
                Change::Map {
                    key: key?,
                    value: value?,
                    same_keys,
                }
            }
            (Type::Named { name: a, inner: x }, Type::Named { name: b, inner: y }) if a == b => {
                Change::Named(self.step(path, *x, *y)?)
            }
            (
                Type::Struct {
                    fields: old_fields,
                    name: old_name,
                    ..
                },
                Type::Struct { fields, name, .. },
            ) => {
                let parts = self.fields(path, old_fields, asked, "", fields)?;
                let strangers = !old_fields.is_empty()
                    && !fields.is_empty()
                    && old_name != name
                    && parts
                        .iter()
                        .all(|part| matches!(part.from, Supply::Default(_)));
                if strangers {
                    return self.differ(path, file, asked, OTHER_NAME);
                }
                Change::Struct(parts)
            }
            (Type::Enum { variants: old, .. }, Type::Enum { variants: new, .. }) => {
                self.variants(path, (file, old), (asked, new))?
            }
            (Type::Struct { fields: old, .. }, Type::Enum { variants, .. }) => {
                let hints = self.asked.hints(asked);
                let chosen = variants.iter().enumerate().find(|(_, variant)| {
                    let hints = hints.and_then(|hints| hints.variant(&variant.name));
                    hints.is_some_and(|hints| hints.from_struct)
                });
                let Some((tag, variant)) = chosen else {
                    let remedy =
                        "`#[parcode(from_struct)]` names the variant that the struct became";
                    return self.differ(path, file, asked, remedy);
                };
                let path = format!("{path}::{}", variant.name);
                let parts = self.fields(&path, old, asked, &variant.name, &variant.fields)?;
                Change::IntoVariant(tag as u16, parts)
            }
            (_, Type::Sequence(_)) => {
                let remedy = "`#[parcode(from_one)]` makes a sequence of one of it";
                return self.differ(path, file, asked, remedy);
            }
            _ => return self.differ(path, file, asked, OTHER_TYPE),
        })
    }

    /// Where each of the fields asked for comes from.
    fn fields(
        &mut self,
        path: &str,
        old: &[Field],
        asked: TypeRef,
        variant: &str,
        new: &[Field],
    ) -> Option<Vec<Part>> {
        let mut at = 0;
        let parts: Vec<Option<Part>> = new
            .iter()
            .map(|field| {
                let to = Place {
                    at,
                    chunkable: field.chunkable,
                };
                at += self.asked.schema.layout(field.ty).of(field);
                let path = format!("{path}.{}", field.name);
                let hints = self.asked.hints(asked);
                let hints = hints.and_then(|hints: &Hints| hints.field(variant, &field.name));
                let from = self.source(&path, (old, new), field, hints)?;
                let name = (&*field.name).into();
                Some(Part { name, to, from })
            })
            .collect();
        parts.into_iter().collect()
    }

    fn source(
        &mut self,
        path: &str,
        (old, new): (&[Field], &[Field]),
        field: &Field,
        hints: Option<&FieldHints>,
    ) -> Option<Supply> {
        let by_name = |name: &str| old.iter().position(|old| old.name == name);
        let aliases = hints.map_or(&[][..], |hints| hints.aliases);
        let aliased = || aliases.iter().find_map(|alias| by_name(alias));
        let named = by_name(&field.name);
        let Some(found) = named.or_else(aliased) else {
            if let Some(default) = hints.and_then(|hints| hints.default) {
                return Some(Supply::Default(default));
            }
            let told = format!("`{}`", self.asked.schema.describe(field.ty));
            return self.tell(path, self.no_field(old, new), told, NO_FIELD);
        };
        let from = old.get(found)?;
        let before = old.get(..found)?.iter();
        let place = Place {
            at: before.map(|old| self.file.layout(old.ty).of(old)).sum(),
            chunkable: from.chunkable,
        };
        let step = self.field_step(path, from.ty, field.ty, hints, named.is_none())?;
        Some(Supply::Field(place, step))
    }

    /// That a field is not there, and which ones nobody asks for: one of them may be it.
    fn no_field(&self, old: &[Field], new: &[Field]) -> String {
        let unasked = old
            .iter()
            .filter(|old| new.iter().all(|new| new.name != old.name));
        let unasked: Vec<_> = unasked
            .take(MOST_UNASKED)
            .map(|field| {
                let ty = self.file.describe(field.ty);
                format!("`{}: {ty}`", short(&field.name))
            })
            .collect();
        if unasked.is_empty() {
            "no such field".into()
        } else {
            format!("no such field, but {},", unasked.join(", "))
        }
    }

    /// The step of a field, which may say of itself what it was.
    fn field_step(
        &mut self,
        path: &str,
        file: TypeRef,
        asked: TypeRef,
        hints: Option<&FieldHints>,
        renamed: bool,
    ) -> Option<StepRef> {
        if let Some(upgrade) = hints.and_then(|hints| hints.upgrade) {
            // Where both types are the same only a new name tells which of them a file holds.
            let (is_new, is_old) = (self.is_same(file, asked), self.is_same(file, upgrade.old));
            if (is_old && (renamed || !is_new)) || (!is_new && !self.fits(file, asked)) {
                let old = self.step(path, file, upgrade.old)?;
                let by = upgrade.by;
                return Some(self.push(file, asked, Change::Upgraded { old, by }));
            }
        }
        let is_sequence = matches!(self.file.get(file)?, Type::Sequence(_));
        if let (Some(true), false, Type::Sequence(element)) = (
            hints.map(|hints| hints.from_one),
            is_sequence,
            self.asked.schema.get(asked)?,
        ) {
            let one = self.step(path, file, *element)?;
            return Some(self.push(file, asked, Change::One(one)));
        }
        self.step(path, file, asked)
    }

    fn variants(
        &mut self,
        path: &str,
        (file, old): (TypeRef, &[Variant]),
        (asked, new): (TypeRef, &[Variant]),
    ) -> Option<Change> {
        let hints = self.asked.hints(asked);
        let known_as = |variant: &Variant, name: &str| {
            let hints = hints.and_then(|hints| hints.variant(&variant.name));
            hints.is_some_and(|hints| hints.aliases.contains(&name))
        };
        let changed: Vec<_> = old
            .iter()
            .map(|variant| {
                let same = new.iter().position(|new| new.name == variant.name);
                let found =
                    same.or_else(|| new.iter().position(|new| known_as(new, &variant.name)));
                let tag = found?;
                let new = new.get(tag)?;
                let path = format!("{path}::{}", variant.name);
                let parts = self.fields(&path, &variant.fields, asked, &new.name, &new.fields);
                Some((tag as u16, parts.unwrap_or_default()))
            })
            .collect();
        if !old.is_empty() && changed.iter().all(Option::is_none) {
            return self.differ(path, file, asked, OTHER_NAME);
        }
        Some(Change::Enum(changed))
    }

    /// Whether two types are one, but for names of Rust types.
    fn is_same(&self, file: TypeRef, asked: TypeRef) -> bool {
        self.prints.of(self.file, file) == self.asked.fingerprint(asked)
    }

    /// Whether a step between two types can be found, leaving nothing behind.
    fn fits(&mut self, file: TypeRef, asked: TypeRef) -> bool {
        if let Some(fits) = self.tried.get(&(file, asked)) {
            return *fits;
        }
        let steps = self.steps.len();
        let found = std::mem::take(&mut self.found);
        let change = self.plain_change("", file, asked);
        let fits = change.is_some() && self.found.is_empty();
        self.found = found;
        self.steps.truncate(steps);
        self.known.retain(|_, step| (*step as usize) < steps);
        self.tried.insert((file, asked), fits);
        fits
    }

    fn differ<T>(
        &mut self,
        path: &str,
        file: TypeRef,
        asked: TypeRef,
        remedy: &'static str,
    ) -> Option<T> {
        let (file, asked) = (self.file.describe(file), self.asked.schema.describe(asked));
        self.tell(path, format!("`{file}`"), format!("`{asked}`"), remedy)
    }

    fn tell<T>(
        &mut self,
        path: &str,
        file: String,
        asked: String,
        remedy: &'static str,
    ) -> Option<T> {
        if self.found.len() < MOST {
            self.found.push(Difference {
                path: path.trim_start_matches('.').into(),
                file,
                asked,
                remedy,
            });
        }
        None
    }
}

/// Whether values of one prime may have a form as another.
fn converts(from: Prime, to: Prime) -> bool {
    from == to || (from.is_integer() && to.is_integer()) || (from.is_float() && to.is_float())
}

/// A type inside keys whose encoding does not follow from the schema: several Rust types, with keys
/// of their own, are stored as floats.
fn own_key(schema: &Schema, ty: TypeRef) -> Option<String> {
    let mut seen = HashSet::new();
    let mut pending = vec![ty];
    while let Some(number) = pending.pop() {
        let ty = schema.get(number)?;
        let own = match ty {
            Type::Prime(prime) => prime.is_float(),
            Type::Named { name, .. } => OWN_KEYS.contains(&&**name),
            Type::Struct { fields, .. } => {
                matches!(fields.as_slice(), [only] if HALF_FLOATS.contains(&&*only.name))
            }
            _ => false,
        };
        if own {
            return Some(schema.describe(number));
        }
        if seen.insert(number) {
            pending.extend(Schema::parts(ty));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Upgrade;

    fn record(name: &'static str, below: TypeRef, number: TypeRef) -> Type {
        let field = |name: &'static str, ty| Field {
            name: name.into(),
            ty,
            chunkable: false,
        };
        Type::Struct {
            name: name.into(),
            fields: vec![field("below", below), field("number", number)],
            plain: false,
        }
    }

    /// A type that contains itself and says of itself that it may be converted from another.
    fn asked() -> Asked {
        let types = vec![
            record("New", 1, 2),
            Type::Sequence(0),
            Type::Prime(Prime::U16),
            record("Old", 4, 5),
            Type::Sequence(3),
            Type::Text,
        ];
        let mut hints: Vec<Hints> = types.iter().map(|_| Hints::default()).collect();
        hints[0].upgrade = Some(Upgrade { old: 3, by: 0 });
        let schema = Schema::new(types, 0).unwrap();
        Asked {
            prints: Fingerprints::new(&schema).unwrap(),
            schema,
            hints,
        }
    }

    /// As many different types as there are levels, each within the one before.
    fn file(levels: TypeRef) -> (Schema, Fingerprints) {
        let mut types = vec![Type::Prime(Prime::U8)];
        for level in 0..levels {
            let here = 1 + level * 2;
            types.push(record("Level", here + 1, 0));
            let below = if level + 1 < levels { here + 2 } else { here };
            types.push(Type::Sequence(below));
        }
        let schema = Schema::new(types, 1).unwrap();
        let prints = Fingerprints::new(&schema).unwrap();
        (schema, prints)
    }

    #[test]
    fn conversions_within_conversions_are_tried_once_each() {
        let (schema, prints) = file(50);
        let plan = plan((&schema, &prints), 1, &asked()).unwrap();
        assert!(plan.steps.len() < 200, "{}", plan.steps.len());
    }

    #[test]
    fn schemas_nested_without_end_are_refused_within_a_small_stack() {
        let match_them = || {
            let (schema, prints) = file(1000);
            let differences = plan((&schema, &prints), 1, &asked()).unwrap_err();
            assert!(differences.iter().any(|one| one.remedy.contains("nested")));
        };
        let small = std::thread::Builder::new().stack_size(2 << 20);
        small.spawn(match_them).unwrap().join().unwrap();
    }
}
