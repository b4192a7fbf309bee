//! What a type holds of itself: whether zeros are a value of it, and whether it is recursive.

use super::{Schema, Type, TypeRef};

impl Schema {
    /// Whether a slot of zeros, beside an empty heap, is a value of the root: not where such a value
    /// would have another one of its own type behind a pointer, and that one another.
    pub(crate) fn has_blank(&self) -> bool {
        self.is_blank(self.root(), &mut vec![false; self.types.len()])
    }

    /// Whether a value of the root may hold one of its own type.
    pub(crate) fn reaches_itself(&self) -> bool {
        let mut seen = vec![false; self.types.len()];
        let mut left = vec![self.root()];
        while let Some(ty) = left.pop() {
            for part in self.get(ty).map(Self::parts).unwrap_or_default() {
                if part == self.root() {
                    return true;
                }
                match seen.get_mut(part as usize) {
                    Some(seen) if !*seen => *seen = true,
                    _ => continue,
                }
                left.push(part);
            }
        }
        false
    }

    fn is_blank(&self, ty: TypeRef, above: &mut [bool]) -> bool {
        let parts = match self.get(ty) {
            None => return false,
            // What it consists of is absent in a blank one.
            Some(Type::Option(_) | Type::Sequence(_) | Type::Map { .. }) => return true,
            Some(Type::Enum { variants, .. }) => variants.first().map_or_else(Vec::new, |first| {
                first.fields.iter().map(|field| field.ty).collect()
            }),
            Some(ty) => Self::parts(ty),
        };
        match above.get_mut(ty as usize) {
            Some(above) if !*above => *above = true,
            _ => return false,
        }
        let blank = parts.into_iter().all(|part| self.is_blank(part, above));
        if let Some(above) = above.get_mut(ty as usize) {
            *above = false;
        }
        blank
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Field, Prime, Variant};

    fn variant(name: &'static str, ty: Option<TypeRef>) -> Variant {
        let fields = ty.map(|ty| Field {
            name: "0".into(),
            ty,
            chunkable: false,
        });
        Variant {
            name: name.into(),
            fields: fields.into_iter().collect(),
        }
    }

    #[test]
    fn a_tree_is_blank_where_its_first_variant_ends() {
        let tree = |variants| {
            let types = vec![
                Type::Enum {
                    name: "Tree".into(),
                    variants,
                },
                Type::Boxed(0),
                Type::Prime(Prime::U8),
            ];
            Schema::new(types, 0).unwrap().has_blank()
        };
        let (leaf, branch) = (variant("Leaf", Some(2)), variant("Branch", Some(1)));
        assert!(tree(vec![leaf.clone(), branch.clone()]));
        assert!(!tree(vec![branch, leaf]));
    }
}
