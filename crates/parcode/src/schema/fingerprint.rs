//! The fingerprint of a type: one number for its whole shape.
//!
//! Two types have the same fingerprint where nothing in a file tells them apart: names of Rust types
//! do not count, nor does whether two equal parts are one Rust type or two. To get there the table
//! of types is minimised as an automaton is (Moore's partition refinement), renumbered in the
//! order in which the root reaches each class, and hashed.

use super::bytes::put_type;
use super::{Schema, Type, TypeRef};
use crate::wire::{checksum, put_varint};
use std::collections::HashMap;

impl Schema {
    /// The fingerprint of the root type.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint_of(self.root)
    }

    /// The fingerprint of one of the types.
    pub(crate) fn fingerprint_of(&self, root: TypeRef) -> u64 {
        let classes = classes(&self.types);
        let class = |ty: TypeRef| classes.get(ty as usize).copied().unwrap_or_default();

        // Number the classes as the root reaches them, depth first.
        let mut numbers = HashMap::new();
        let mut order = Vec::new();
        let mut pending = vec![root];
        while let Some(ty) = pending.pop() {
            let next = numbers.len() as TypeRef;
            if let (std::collections::hash_map::Entry::Vacant(number), Some(found)) =
                (numbers.entry(class(ty)), self.get(ty))
            {
                number.insert(next);
                order.push(found);
                pending.extend(Self::parts(found).into_iter().rev());
            }
        }
        let mut bytes = Vec::new();
        put_varint(&mut bytes, order.len() as u64);
        for ty in order {
            let renumber = |ty| numbers.get(&class(ty)).copied().unwrap_or_default();
            put_type(&mut bytes, ty, false, &renumber);
        }
        checksum(&bytes)
    }
}

/// For each type the number of its class: types in one class cannot be told apart.
fn classes(types: &[Type]) -> Vec<TypeRef> {
    let mut classes = vec![0; types.len()];
    let mut count = 1;
    loop {
        // Split each class by the classes that its members refer to.
        let mut seen = HashMap::new();
        let refined: Vec<TypeRef> = types
            .iter()
            .map(|ty| {
                let mut bytes = Vec::new();
                let renumber = |ty: TypeRef| classes.get(ty as usize).copied().unwrap_or_default();
                put_type(&mut bytes, ty, false, &renumber);
                let next = seen.len() as TypeRef;
                *seen.entry(bytes).or_insert(next)
            })
            .collect();
        if seen.len() == count {
            return refined;
        }
        count = seen.len();
        classes = refined;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Field, Prime};

    fn node(name: &'static str, child: TypeRef) -> Type {
        Type::Struct {
            name: name.into(),
            fields: vec![Field {
                name: "child".into(),
                ty: child,
                chunkable: false,
            }],
            plain: false,
        }
    }

    fn of(types: Vec<Type>) -> u64 {
        Schema::new(types, 0).unwrap().fingerprint()
    }

    #[test]
    fn equal_shapes_are_equal_however_they_are_cut() {
        // struct A { child: Vec<A> } against struct A { child: Vec<B> }, B { child: Vec<A> }.
        let one = of(vec![node("A", 1), Type::Sequence(0)]);
        let two = of(vec![
            node("A", 1),
            Type::Sequence(2),
            node("B", 3),
            Type::Sequence(0),
        ]);
        assert_eq!(one, two);
    }

    #[test]
    fn other_shapes_are_not() {
        let prime = |prime| of(vec![Type::Prime(prime)]);
        assert_ne!(prime(Prime::U32), prime(Prime::I32));
        let all = [
            of(vec![node("A", 1), Type::Text]),
            of(vec![node("A", 1), Type::Cbor]),
            of(vec![node("A", 1), Type::Option(2), Type::Text]),
            of(vec![node("A", 1), Type::Sequence(2), Type::Text]),
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert_ne!(a, b);
            }
        }
    }
}
