//! The structure check by schema: the claims that the checks of the Rust types make, made from a file's
//! schema alone.

use super::{Checker, ChunkKind, ChunkType};
use crate::error::Flaw;
use crate::schema::{Field, Fingerprints, Meaning, Prime, Schema, Type, TypeRef, short};
use crate::wire::Scalar;
use std::sync::Arc;

/// A file's schema, prepared for reading chunks by it: fingerprints, and what each type claims.
#[derive(Debug)]
pub(crate) struct SchemaTypes {
    schema: Arc<Schema>,
    fingerprints: Fingerprints,
    claims: Box<[Claims]>,
}

/// What a value of a type claims beside its slot, and what its slot must be. Parts of which nothing
/// is asked are left out, so a check takes no more steps than the chunk has bytes, however many
/// empty fields a type has.
#[derive(Debug)]
enum Claims {
    Nothing,
    Bool,
    Char,
    Text,
    Bytes,
    Option(TypeRef),
    Array(TypeRef, usize),
    Parts(Box<[Part]>),
    Enum(Box<[Box<[Part]>]>),
    Sequence(TypeRef),
    Boxed(TypeRef),
    Map {
        key: TypeRef,
        value: TypeRef,
        ordered: bool,
    },
    Named(TypeRef, Option<Meaning>),
}

/// A part of a record, from the start of the record.
#[derive(Debug)]
struct Part {
    name: Box<str>,
    at: usize,
    ty: TypeRef,
    chunkable: bool,
}

/// How many parts within parts a check goes down, in all: beyond what any program's types need, and
/// within any thread's stack.
const DEEPEST: u32 = 1024;

impl SchemaTypes {
    /// Prepares a schema; `None` where it is made to take for ever.
    pub(crate) fn new(schema: Schema) -> Option<Self> {
        let fingerprints = Fingerprints::new(&schema)?;
        Some(Self::with(schema, fingerprints))
    }

    /// Prepares a schema with these fingerprints.
    pub(crate) fn with(schema: Schema, fingerprints: Fingerprints) -> Self {
        let mut free = vec![None; schema.types.len()];
        for ty in 0..schema.types.len() {
            asks_nothing(&schema, &mut free, ty as TypeRef, 0);
        }
        let claims = (0..schema.types.len())
            .map(|ty| claims(&schema, &free, ty as TypeRef))
            .collect();
        Self {
            schema: Arc::new(schema),
            fingerprints,
            claims,
        }
    }

    pub(crate) fn schema(&self) -> &Arc<Schema> {
        &self.schema
    }

    /// The fingerprint of a type.
    pub(crate) fn fingerprint(&self, ty: TypeRef) -> u64 {
        self.fingerprints.of(&self.schema, ty)
    }

    /// What a Named type means, if that is known.
    pub(crate) fn meaning(&self, ty: TypeRef) -> Option<Meaning> {
        match self.schema.get(ty)? {
            Type::Named { name, inner } => Meaning::of(&self.schema, name, *inner),
            _ => None,
        }
    }

    pub(crate) fn fingerprints(&self) -> &Fingerprints {
        &self.fingerprints
    }

    /// The type with this fingerprint.
    pub(crate) fn find(&self, fingerprint: u64) -> Option<TypeRef> {
        let types = 0..self.schema.types.len() as TypeRef;
        let mut types = types.filter(|ty| self.fingerprints.of(&self.schema, *ty) == fingerprint);
        types.next()
    }

    /// A type of the schema as what a chunk is read as.
    pub(crate) fn chunk(&self, ty: TypeRef) -> SchemaChunk<'_> {
        SchemaChunk { types: self, ty }
    }

    /// Checks a chunkable value.
    fn handle(&self, checker: &mut Checker<'_>, ty: TypeRef, at: usize, depth: u32) -> Checked {
        let schema = &self.schema;
        match schema.get(ty) {
            Some(Type::Text | Type::Cbor | Type::Sequence(_) | Type::Map { .. }) => {
                checker.home_or_away(at, |checker| self.inline(checker, ty, at, depth))
            }
            Some(Type::Array(..) | Type::Tuple(_)) => {
                checker.home_or_away(at, |checker| self.home_behind(checker, ty, at, depth))
            }
            Some(Type::Boxed(inner)) => checker.home_or_away(at, |checker| {
                if schema.layout(*inner).spanned {
                    self.inline(checker, *inner, at, depth)
                } else {
                    self.home_behind(checker, *inner, at, depth)
                }
            }),
            Some(Type::Option(inner)) if some(checker, at)? => {
                self.handle(checker, *inner, at + 1, deeper(depth)?)
            }
            _ => self.inline(checker, ty, at, depth),
        }
    }

    /// Checks an inline value. What each kind does is in a function of its own: types nest within types,
    /// and a frame of the stack has room for all that its function may do.
    fn inline(&self, checker: &mut Checker<'_>, ty: TypeRef, at: usize, depth: u32) -> Checked {
        match self.claims.get(ty as usize).unwrap_or(&Claims::Nothing) {
            Claims::Nothing => Ok(()),
            Claims::Bool => bool_at(checker, at),
            Claims::Char => char_at(checker, at),
            Claims::Text => checker.text(at),
            Claims::Bytes => checker.elements::<u8>(at),
            Claims::Option(inner) => self.option(checker, *inner, at, depth),
            Claims::Array(inner, len) => self.array(checker, (*inner, *len), at, depth),
            Claims::Parts(parts) => self.parts(checker, parts, at, depth),
            Claims::Enum(variants) => self.variant(checker, variants, at, depth),
            Claims::Sequence(inner) => self.sequence(checker, *inner, at, depth),
            Claims::Boxed(inner) => self.behind(checker, *inner, at, depth),
            Claims::Map {
                key,
                value,
                ordered,
            } => self.map(checker, (*key, *value, *ordered), at, depth),
            Claims::Named(inner, meaning) => {
                self.inline(checker, *inner, at, deeper(depth)?)?;
                self.meant(checker, ty, at, *meaning)
            }
        }
    }

    fn slot(&self, ty: TypeRef) -> usize {
        self.schema.layout(ty).slot
    }

    fn option(&self, checker: &mut Checker<'_>, inner: TypeRef, at: usize, depth: u32) -> Checked {
        if some(checker, at)? {
            self.inline(checker, inner, at + 1, deeper(depth)?)?;
        }
        Ok(())
    }

    fn array(
        &self,
        checker: &mut Checker<'_>,
        (inner, len): (TypeRef, usize),
        at: usize,
        depth: u32,
    ) -> Checked {
        let (stride, depth) = (self.slot(inner), deeper(depth)?);
        for i in 0..len {
            self.inline(checker, inner, at + i * stride, depth)
                .map_err(|flaw| flaw.inside(&format!("[{i}]")))?;
        }
        Ok(())
    }

    fn variant(
        &self,
        checker: &mut Checker<'_>,
        variants: &[Box<[Part]>],
        at: usize,
        depth: u32,
    ) -> Checked {
        let mut fields = at;
        let tag = checker.tag(variants.len(), &mut fields)?;
        let parts = variants.get(tag).map(|parts| &**parts).unwrap_or_default();
        self.parts(checker, parts, fields, depth)
    }

    fn sequence(
        &self,
        checker: &mut Checker<'_>,
        inner: TypeRef,
        at: usize,
        depth: u32,
    ) -> Checked {
        let (layout, depth) = (self.schema.layout(inner), deeper(depth)?);
        let check = |checker: &mut Checker<'_>, at| self.inline(checker, inner, at, depth);
        let check = (!layout.plain).then_some(check);
        checker.sequence(at, layout.stride(), layout.align, check)
    }

    fn map(
        &self,
        checker: &mut Checker<'_>,
        (key, value, ordered): (TypeRef, TypeRef, bool),
        at: usize,
        depth: u32,
    ) -> Checked {
        let (key_slot, depth) = (self.slot(key), deeper(depth)?);
        checker.entries(
            at,
            key_slot + self.slot(value),
            ordered,
            |checker, record| {
                self.inline(checker, key, record, depth)?;
                self.inline(checker, value, record + key_slot, depth)
            },
        )
    }

    /// Whether the bytes of a Named value, whose inner one was checked, are one of that meaning.
    fn meant(
        &self,
        checker: &Checker<'_>,
        ty: TypeRef,
        at: usize,
        meaning: Option<Meaning>,
    ) -> Checked {
        let bytes = checker.slot(at).get(..self.slot(ty)).unwrap_or_default();
        match meaning {
            Some(meaning) if !meaning.is_value(bytes) => Err(Flaw::new(
                format!("a value of {}", self.schema.describe(ty)),
                "bytes that are none",
            )),
            _ => Ok(()),
        }
    }

    /// Checks the value behind a span that is home.
    fn home_behind(
        &self,
        checker: &mut Checker<'_>,
        ty: TypeRef,
        at: usize,
        depth: u32,
    ) -> Checked {
        checker.names_one(at)?;
        self.behind(checker, ty, at, depth)
    }

    fn behind(&self, checker: &mut Checker<'_>, ty: TypeRef, at: usize, depth: u32) -> Checked {
        let depth = deeper(depth)?;
        checker.behind(at, self.schema.layout(ty).slot, |checker, at| {
            self.inline(checker, ty, at, depth)
        })
    }

    fn parts(&self, checker: &mut Checker<'_>, parts: &[Part], at: usize, depth: u32) -> Checked {
        let depth = deeper(depth)?;
        for part in parts {
            if part.chunkable {
                self.handle(checker, part.ty, at + part.at, depth)
            } else {
                self.inline(checker, part.ty, at + part.at, depth)
            }
            .map_err(|flaw| flaw.inside_field(short(&part.name)))?;
        }
        Ok(())
    }
}

type Checked = Result<(), Flaw>;

fn deeper(depth: u32) -> Result<u32, Flaw> {
    if depth < DEEPEST {
        return Ok(depth + 1);
    }
    Err(Flaw::new(
        format!("parts within parts at most {DEEPEST} deep"),
        "deeper ones",
    ))
}

fn bool_at(checker: &Checker<'_>, at: usize) -> Checked {
    match u8::from_wire(checker.slot(at)) {
        0 | 1 => Ok(()),
        byte => Err(Flaw::new("a bool", format!("{byte:#x}"))),
    }
}

fn char_at(checker: &Checker<'_>, at: usize) -> Checked {
    let number = u32::from_wire(checker.slot(at));
    match char::from_u32(number) {
        Some(_) => Ok(()),
        None => Err(Flaw::new("a char", format!("{number:#x}"))),
    }
}

/// Whether the option at `at` has a value.
fn some(checker: &Checker<'_>, at: usize) -> Result<bool, Flaw> {
    match checker.slot(at).first() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        other => Err(Flaw::new("0 for none or 1 for some", format!("{other:?}"))),
    }
}

/// A type of a schema, as what a chunk is read as.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SchemaChunk<'t> {
    types: &'t SchemaTypes,
    ty: TypeRef,
}

impl ChunkType for SchemaChunk<'_> {
    fn fingerprint(&self) -> u64 {
        self.types.fingerprints.of(&self.types.schema, self.ty)
    }

    fn slot(&self, kind: ChunkKind) -> usize {
        let layout = self.types.schema.layout(self.ty);
        match kind {
            ChunkKind::Inline => layout.slot,
            ChunkKind::Root => layout.handle_slot,
        }
    }

    fn check(&self, checker: &mut Checker<'_>, kind: ChunkKind) -> Result<(), Flaw> {
        // A schema may ask for slots that no chunk has: nobody looks through those.
        let slot = self.slot(kind);
        if checker.slot(0).len() < slot {
            return Err(Flaw::new(
                format!("a value of {slot} bytes"),
                format!("a body of {}", checker.slot(0).len()),
            ));
        }
        match kind {
            ChunkKind::Inline => self.types.inline(checker, self.ty, 0, 0),
            ChunkKind::Root => self.types.handle(checker, self.ty, 0, 0),
        }
    }
}

/// Whether an inline value of a type claims nothing and may have any bits.
fn asks_nothing(schema: &Schema, known: &mut [Option<bool>], ty: TypeRef, depth: u32) -> bool {
    if let Some(Some(known)) = known.get(ty as usize) {
        return *known;
    }
    let mut of = |ty| depth < DEEPEST && asks_nothing(schema, known, ty, depth + 1);
    let layout = schema.layout(ty);
    let nothing = match schema.get(ty) {
        _ if layout.plain || layout.slot == 0 => true,
        Some(Type::Array(inner, _)) => of(*inner),
        Some(Type::Tuple(parts)) => parts.iter().all(|part| of(*part)),
        Some(Type::Struct { fields, .. }) => {
            fields.iter().all(|field| !field.chunkable && of(field.ty))
        }
        Some(Type::Named { name, inner }) => {
            Meaning::of(schema, name, *inner).is_none_or(Meaning::takes_any) && of(*inner)
        }
        _ => false,
    };
    if let Some(known) = known.get_mut(ty as usize) {
        *known = Some(nothing);
    }
    nothing
}

fn claims(schema: &Schema, free: &[Option<bool>], ty: TypeRef) -> Claims {
    if is_free(free, ty) {
        return Claims::Nothing;
    }
    match schema.get(ty) {
        Some(Type::Prime(Prime::Bool)) => Claims::Bool,
        Some(Type::Prime(Prime::Char)) => Claims::Char,
        Some(Type::Text) => Claims::Text,
        Some(Type::Cbor) => Claims::Bytes,
        Some(Type::Option(inner)) => Claims::Option(*inner),
        // Its slot is not empty, so there are no more elements than bytes.
        Some(Type::Array(inner, len)) => Claims::Array(*inner, *len as usize),
        Some(Type::Tuple(parts)) => Claims::Parts(asking(
            free,
            parts.iter().enumerate().map(|(i, ty)| Part {
                name: i.to_string().into(),
                at: schema.layout(*ty).slot,
                ty: *ty,
                chunkable: false,
            }),
        )),
        Some(Type::Sequence(inner)) => Claims::Sequence(*inner),
        Some(Type::Boxed(inner)) => Claims::Boxed(*inner),
        Some(Type::Map {
            key,
            value,
            ordered,
        }) => Claims::Map {
            key: *key,
            value: *value,
            ordered: *ordered,
        },
        Some(Type::Struct { fields, .. }) => Claims::Parts(fields_asking(schema, free, fields)),
        Some(Type::Enum { variants, .. }) => Claims::Enum(
            variants
                .iter()
                .map(|variant| fields_asking(schema, free, &variant.fields))
                .collect(),
        ),
        Some(Type::Named { name, inner }) => {
            Claims::Named(*inner, Meaning::of(schema, name, *inner))
        }
        Some(Type::Prime(_)) | None => Claims::Nothing,
    }
}

fn is_free(free: &[Option<bool>], ty: TypeRef) -> bool {
    free.get(ty as usize).copied().flatten().unwrap_or_default()
}

fn fields_asking(schema: &Schema, free: &[Option<bool>], fields: &[Field]) -> Box<[Part]> {
    asking(
        free,
        fields.iter().map(|field| Part {
            name: (&*field.name).into(),
            at: schema.layout(field.ty).of(field),
            ty: field.ty,
            chunkable: field.chunkable,
        }),
    )
}

/// The parts of which something is asked; `at` is their length until they are put one behind another.
///
/// Of a chunkable part without bytes nothing is: a type may have any number of them, for each of its values.
fn asking(free: &[Option<bool>], parts: impl Iterator<Item = Part>) -> Box<[Part]> {
    let mut end = 0;
    parts
        .filter_map(|part| {
            let (at, len) = (end, part.at);
            end += len;
            let is_asked = (part.chunkable && len > 0) || !is_free(free, part.ty);
            is_asked.then_some(Part { at, ..part })
        })
        .collect()
}
