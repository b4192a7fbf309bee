//! From Rust types to schemas and fingerprints, once for each type.

use super::{ChunkKind, Evolution, Store};
use crate::format::BodyPlan;
use crate::schema::{Fingerprints, Schema, Type, TypeRef};
use std::any::TypeId;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

/// Collects the types that a root type reaches, each once.
#[derive(Debug, Default)]
pub struct SchemaBuilder {
    types: Vec<Option<Type>>,
    /// For each type, what says how it came about.
    evolutions: Vec<fn(&mut Evolution<'_>)>,
    known: HashMap<TypeId, TypeRef>,
}

impl SchemaBuilder {
    /// The number of `T` in the schema; a type under way has its number already, which is what
    /// ends recursion.
    pub fn of<T: Store + ?Sized>(&mut self) -> TypeRef {
        let id = typeid::of::<T>();
        if let Some(ty) = self.known.get(&id) {
            return *ty;
        }
        let ty = self.types.len() as TypeRef;
        self.types.push(None);
        self.evolutions.push(T::__evolution);
        self.known.insert(id, ty);
        let described = T::__schema(self);
        if let Some(place) = self.types.get_mut(ty as usize) {
            *place = Some(described);
        }
        ty
    }

    /// A type that no Rust type stands for.
    pub fn add(&mut self, ty: Type) -> TypeRef {
        self.types.push(Some(ty));
        self.evolutions.push(|_| ());
        (self.types.len() - 1) as TypeRef
    }

    /// The schema of `T`; `None` where its slots would be enormous.
    pub(crate) fn build<T: Store + ?Sized>() -> Option<Schema> {
        let mut builder = Self::default();
        let root = builder.of::<T>();
        builder.finish(root)
    }

    pub(crate) fn finish(self, root: TypeRef) -> Option<Schema> {
        let types = self.types.into_iter().collect::<Option<Vec<_>>>()?;
        Schema::new(types, root)
    }

    /// What the Rust type of this number says about its older forms.
    pub(crate) fn evolution(&self, ty: usize) -> Option<fn(&mut Evolution<'_>)> {
        self.evolutions.get(ty).copied()
    }
}

/// The fingerprint of `T`, computed once for each type.
pub(crate) fn fingerprint<T: Store + ?Sized>() -> u64 {
    known::<T>().fingerprint
}

/// The schema of `T`, built once for each type.
pub(crate) fn schema<T: Store + ?Sized>() -> Arc<Schema> {
    known::<T>().schema.clone()
}

/// The plan of chunks that hold a `T`, made once for each type.
pub(crate) fn body_plan<T: Store + ?Sized>(kind: ChunkKind) -> Arc<BodyPlan> {
    let known = known::<T>();
    let (plan, handle) = match kind {
        ChunkKind::Inline => (&known.plan, false),
        ChunkKind::Root => (&known.root_plan, true),
    };
    let make = || {
        let schema = &known.schema;
        let fingerprints = Fingerprints::new(schema)?;
        Some(schema.body_plan(&fingerprints, schema.root(), handle))
    };
    plan.get_or_init(|| Arc::new(make().unwrap_or_default()))
        .clone()
}

/// What is known of a type.
#[derive(Debug)]
struct Described {
    fingerprint: u64,
    schema: Arc<Schema>,
    plan: OnceLock<Arc<BodyPlan>>,
    root_plan: OnceLock<Arc<BodyPlan>>,
}

type Known = HashMap<TypeId, Arc<Described>, BuildHasherDefault<IdHasher>>;

/// A `TypeId` is a hash already, of which it hands over 64 bits: hashing them again would be most of finding it.
#[derive(Debug, Default)]
struct IdHasher(u64);

impl Hasher for IdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write_u64(&mut self, part: u64) {
        self.0 ^= part;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
}

/// A table by type: a `static` inside a generic function would be shared between its instances.
static KNOWN: RwLock<Option<Known>> = RwLock::new(None);

fn known<T: Store + ?Sized>() -> Arc<Described> {
    let id = typeid::of::<T>();
    let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner);
    if let Some(found) = known.as_ref().and_then(|known| known.get(&id)) {
        return found.clone();
    }
    drop(known);
    let schema = SchemaBuilder::build::<T>().unwrap_or_else(Schema::none);
    let made = Arc::new(Described {
        fingerprint: schema.fingerprint(),
        schema: Arc::new(schema),
        plan: OnceLock::new(),
        root_plan: OnceLock::new(),
    });
    let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
    known.get_or_insert_default().insert(id, made.clone());
    made
}
