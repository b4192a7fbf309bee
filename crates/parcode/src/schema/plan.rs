//! How values of one schema become values of another: what [`matching`](super::matching) finds and
//! rewriting carries out.
//!
//! A plan is a table of steps that name each other by number, one for each pair of types that meet.

use super::{Fingerprints, Schema, TypeRef};

/// The number of a step in its plan.
pub(crate) type StepRef = u32;

/// How chunks of one type in a file become chunks of a type that is asked for.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) root: StepRef,
}

/// What becomes of the values of one type.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    /// The type in the file.
    pub(crate) file: TypeRef,
    /// The type that is asked for.
    pub(crate) asked: TypeRef,
    pub(crate) change: Change,
}

/// A change of one value; the steps are those of its parts.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    /// Not found out yet: only while matching.
    Open,
    /// A value of fixed width, widened or narrowed.
    Prime,
    /// Text or CBOR, as it is.
    Text,
    Option(StepRef),
    /// A value that is now optional.
    Present(StepRef),
    /// A value that was optional: none has no form.
    Required(StepRef),
    Boxed(StepRef),
    IntoBox(StepRef),
    OutOfBox(StepRef),
    /// One value into a sequence of it.
    One(StepRef),
    Array(StepRef),
    Tuple(Vec<StepRef>),
    Sequence(StepRef),
    Map {
        key: StepRef,
        value: StepRef,
        /// Whether keys are encoded as they were.
        same_keys: bool,
    },
    Named(StepRef),
    Struct(Vec<Part>),
    /// For each variant of the file, its tag and fields among those asked for; `None` has no form.
    Enum(Vec<Option<(u16, Vec<Part>)>>),
    /// A struct that became a variant.
    IntoVariant(u16, Vec<Part>),
    /// A step of the user: from the declared old type, by the function of this number.
    Upgraded {
        old: StepRef,
        by: usize,
    },
}

/// Where a field that is asked for comes from.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: Box<str>,
    /// Its slot, counted from the first field.
    pub(crate) to: Place,
    pub(crate) from: Supply,
}

/// The slot of a field.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Place {
    pub(crate) at: usize,
    pub(crate) chunkable: bool,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Supply {
    /// A field of the file.
    Field(Place, StepRef),
    /// The default of this number.
    Default(usize),
}

impl Plan {
    pub(crate) fn step(&self, number: StepRef) -> Option<&Step> {
        self.steps.get(number as usize)
    }
}

/// A type that is asked for, with what its Rust types say about their older forms.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) schema: Schema,
    pub(crate) prints: Fingerprints,
    /// For each type of the schema.
    pub(crate) hints: Vec<Hints>,
}

/// What one type says about its older forms.
#[derive(Debug, Default)]
pub(crate) struct Hints {
    pub(crate) upgrade: Option<Upgrade>,
    pub(crate) variants: Vec<VariantHints>,
    pub(crate) fields: Vec<FieldHints>,
}

#[derive(Debug, Default)]
pub(crate) struct VariantHints {
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    /// Whether the type was a struct of this variant's fields once.
    pub(crate) from_struct: bool,
}

#[derive(Debug, Default)]
pub(crate) struct FieldHints {
    /// The variant that it belongs to; empty in a struct.
    pub(crate) variant: &'static str,
    pub(crate) name: &'static str,
    pub(crate) aliases: &'static [&'static str],
    /// The number of its default.
    pub(crate) default: Option<usize>,
    /// Whether it was a single value once.
    pub(crate) from_one: bool,
    pub(crate) upgrade: Option<Upgrade>,
}

/// A conversion by the user: the declared old type, and the number of the function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Upgrade {
    pub(crate) old: TypeRef,
    pub(crate) by: usize,
}

impl Asked {
    pub(super) fn fingerprint(&self, ty: TypeRef) -> u64 {
        self.prints.of(&self.schema, ty)
    }

    pub(crate) fn hints(&self, ty: TypeRef) -> Option<&Hints> {
        self.hints.get(ty as usize)
    }
}

impl Hints {
    pub(crate) fn field(&self, variant: &str, name: &str) -> Option<&FieldHints> {
        let mut fields = self.fields.iter();
        fields.find(|field| field.variant == variant && field.name == name)
    }

    pub(crate) fn variant(&self, name: &str) -> Option<&VariantHints> {
        self.variants.iter().find(|variant| variant.name == name)
    }
}
