//! From Rust types to a schema.

use super::{Schema, Type, TypeRef};
use crate::object::Store;
use std::any::TypeId;
use std::collections::HashMap;

/// Collects the types that a root type reaches, each once.
#[derive(Debug, Default)]
pub struct SchemaBuilder {
    types: Vec<Option<Type>>,
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
        (self.types.len() - 1) as TypeRef
    }

    /// The schema of `T`; `None` where its slots would be enormous.
    pub(crate) fn build<T: Store + ?Sized>() -> Option<Schema> {
        let mut builder = Self::default();
        let root = builder.of::<T>();
        let types = builder.types.into_iter().collect::<Option<Vec<_>>>()?;
        Schema::new(types, root)
    }
}
