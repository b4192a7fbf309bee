//! What Rust types say about their older forms, and the conversions that follow from it.

use super::{Encoder, Loader, ParcodeObject, SchemaBuilder, SchemaTypes, Session, Slot, Store};
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::schema::{
    Asked, Difference, FieldHints, Fingerprints, Hints, Plan, TypeRef, Upgrade, VariantHints, plan,
};
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

/// Writes the slot of a default value at a place.
pub(crate) type MakeDefault = fn(&mut Encoder<'_>, usize) -> Result<()>;
/// Converts the old value in a slot, which is loaded on an account, and writes the new one's slot at a place.
pub(crate) type RunUpgrade = fn(Slot<'_>, &Loader, &mut Encoder<'_>, usize) -> Result<()>;
/// The number of the declared old type.
pub(crate) type OldType = fn(&mut SchemaBuilder) -> TypeRef;

/// Takes down what a type says about its older forms; generated code speaks to it.
#[derive(Debug)]
pub struct Evolution<'b> {
    types: &'b mut SchemaBuilder,
    functions: &'b mut Functions,
    hints: Hints,
}

/// What hints name by number.
#[derive(Debug, Default)]
pub(crate) struct Functions {
    pub(crate) defaults: Vec<MakeDefault>,
    pub(crate) upgrades: Vec<RunUpgrade>,
}

/// What a field says; part of an [`Evolution`].
#[derive(Debug)]
pub struct FieldEvolution<'e, 'b> {
    evolution: &'e mut Evolution<'b>,
    hints: FieldHints,
}

impl<'b> Evolution<'b> {
    /// The whole type may be converted from an older one.
    pub fn upgrade(&mut self, old: OldType, run: RunUpgrade) {
        self.hints.upgrade = Some(self.upgraded(old, run));
    }

    fn upgraded(&mut self, old: OldType, run: RunUpgrade) -> Upgrade {
        self.functions.upgrades.push(run);
        Upgrade {
            old: old(self.types),
            by: self.functions.upgrades.len() - 1,
        }
    }

    /// What a variant was called, and whether its fields were a struct.
    pub fn variant(
        &mut self,
        name: &'static str,
        aliases: &'static [&'static str],
        from_struct: bool,
    ) {
        self.hints.variants.push(VariantHints {
            name,
            aliases,
            from_struct,
        });
    }

    /// A field of a variant, or, where that is empty, of a struct.
    pub fn field(
        &mut self,
        variant: &'static str,
        name: &'static str,
        aliases: &'static [&'static str],
    ) -> FieldEvolution<'_, 'b> {
        FieldEvolution {
            evolution: self,
            hints: FieldHints {
                variant,
                name,
                aliases,
                ..FieldHints::default()
            },
        }
    }
}

impl FieldEvolution<'_, '_> {
    /// What the field is in files that do not have it.
    #[must_use]
    pub fn default(mut self, make: MakeDefault) -> Self {
        let defaults = &mut self.evolution.functions.defaults;
        self.hints.default = Some(defaults.len());
        defaults.push(make);
        self
    }

    /// The field was a single value.
    #[must_use]
    pub fn was_one(mut self) -> Self {
        self.hints.from_one = true;
        self
    }

    /// The field was of another type.
    #[must_use]
    pub fn upgrade(mut self, old: OldType, run: RunUpgrade) -> Self {
        self.hints.upgrade = Some(self.evolution.upgraded(old, run));
        self
    }

    /// That is all.
    pub fn done(self) {
        self.evolution.hints.fields.push(self.hints);
    }
}

/// The number of the type that a function converts from.
pub fn old_type<Old: Store, R>(types: &mut SchemaBuilder, _: fn(Old) -> R) -> TypeRef {
    types.of::<Old>()
}

/// What a function of the user makes of the old value in `slot`.
pub fn upgraded<Old: ParcodeObject, New, R: Upgraded<New>>(
    slot: Slot<'_>,
    loader: &Loader,
    what: &'static str,
    upgrade: fn(Old) -> R,
) -> Result<New> {
    let old = Old::__load(Old::__lazy(slot), loader)?;
    upgrade(old).upgraded(what)
}

/// What a conversion may return: the new value, or a result of it.
#[diagnostic::on_unimplemented(
    message = "a conversion to `{New}` cannot return `{Self}`",
    label = "returns `{Self}`",
    note = "`upgrade_with` names a function that returns `{New}`, or a `Result` of it"
)]
pub trait Upgraded<New> {
    #[doc(hidden)]
    fn upgraded(self, what: &'static str) -> Result<New>;
}

impl<New> Upgraded<New> for New {
    fn upgraded(self, _: &'static str) -> Result<New> {
        Ok(self)
    }
}

impl<New, E: Display> Upgraded<New> for std::result::Result<New, E> {
    fn upgraded(self, what: &'static str) -> Result<New> {
        self.map_err(|error| ParcodeError::conversion(what, error))
    }
}

/// How chunks of a type in a file become native chunks of a Rust type.
#[derive(Debug)]
pub(crate) struct Conversion {
    pub(crate) file: Arc<SchemaTypes>,
    pub(crate) from: TypeRef,
    pub(crate) asked: SchemaTypes,
    pub(crate) plan: Plan,
    pub(crate) functions: Functions,
}

impl Conversion {
    /// How a value of type `from` in `file` becomes a `T`; an error that tells every difference where
    /// it cannot.
    pub(crate) fn of<T: ParcodeObject>(file: &Arc<SchemaTypes>, from: TypeRef) -> Result<Self> {
        let (asked, functions) = asked::<T>().ok_or_else(|| {
            ParcodeError::new(
                ErrorKind::Limit,
                "a type of a sensible size",
                "a larger one",
            )
        })?;
        let found = plan((file.schema(), file.fingerprints()), from, &asked);
        let plan = found.map_err(|differences| {
            let list: Vec<_> = differences.iter().map(Difference::to_string).collect();
            ParcodeError::new(
                ErrorKind::Type,
                format!("`{}`", asked.schema.describe(asked.schema.root())),
                format!("`{}` ({})", file.schema().describe(from), list.join("; ")),
            )
        })?;
        Ok(Self {
            file: file.clone(),
            from,
            plan,
            asked: SchemaTypes::with(asked.schema, asked.prints),
            functions,
        })
    }
}

/// The schema of `T`, with what its types say about their older forms.
fn asked<T: ParcodeObject>() -> Option<(Asked, Functions)> {
    let mut types = SchemaBuilder::default();
    let root = types.of::<T>();
    let mut functions = Functions::default();
    let mut all = Vec::new();
    // Declared old types add to the types, which may say something in turn.
    while let Some(describe) = types.evolution(all.len()) {
        let mut evolution = Evolution {
            types: &mut types,
            functions: &mut functions,
            hints: Hints::default(),
        };
        describe(&mut evolution);
        all.push(evolution.hints);
    }
    let schema = types.finish(root)?;
    let asked = Asked {
        prints: Fingerprints::new(&schema)?,
        schema,
        hints: all,
    };
    Some((asked, functions))
}

/// The types of a file that holds another type than was asked for, and the conversions that were
/// made for it.
#[derive(Debug)]
pub(crate) struct Conversions {
    file: Arc<SchemaTypes>,
    made: Mutex<HashMap<(u64, TypeId), Arc<Conversion>>>,
}

impl Conversions {
    /// How chunks of the type with this fingerprint become a `T`.
    pub(crate) fn get<T: ParcodeObject>(&self, fingerprint: u64) -> Result<Arc<Conversion>> {
        let place = (fingerprint, TypeId::of::<T>());
        let made = || self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = made().get(&place) {
            return Ok(found.clone());
        }
        let from = self.file.find(fingerprint).ok_or_else(|| {
            let asked = super::schema::<T>();
            ParcodeError::new(
                ErrorKind::Damaged,
                format!("`{}`, or a type of the file", asked.describe(asked.root())),
                format!("type {fingerprint:016x}"),
            )
        })?;
        let conversion = Arc::new(Conversion::of::<T>(&self.file, from)?);
        made().insert(place, conversion.clone());
        Ok(conversion)
    }
}

impl Session {
    /// The conversions of this file; only one that is read as another type than it holds has any.
    pub(crate) fn conversions(&self) -> Result<&Conversions> {
        if let Some(conversions) = self.conversions.get() {
            return Ok(conversions);
        }
        // Read while nobody waits for it, and kept only if that went well: a source may fail once.
        let file = SchemaTypes::new((self.schema)(self)?).ok_or_else(|| {
            ParcodeError::new(
                ErrorKind::Damaged,
                "the schema of the file, which holds another type than was asked for",
                "damaged bytes",
            )
        })?;
        Ok(self.conversions.get_or_init(|| Conversions {
            file: Arc::new(file),
            made: Mutex::default(),
        }))
    }
}
