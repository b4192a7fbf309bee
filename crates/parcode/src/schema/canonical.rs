//! The canonical form of a schema, and the fingerprint of a type: one number for its whole shape.
//!
//! Two types have the same form where nothing in a file tells them apart; whether two equal parts
//! are one Rust type or two (`String` here, `&str` there) does not count. To get there the table of
//! types is minimised as an automaton is (Moore's partition refinement) and renumbered in the order
//! in which the root reaches each class. In a fingerprint, names of Rust types do not count either.

use super::bytes::put_type;
use super::{Schema, Type, TypeRef};
use crate::wire::{checksum, put_varint};
use std::collections::HashMap;

impl Schema {
    /// The fingerprint of the root type.
    pub fn fingerprint(&self) -> u64 {
        checksum(&canonical(&self.types, self.root, false))
    }

    /// The bytes of the schema in a file: `root`, which is 0, then the types in canonical form.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0];
        bytes.extend(canonical(&self.types, self.root, true));
        bytes
    }
}

/// The types that `root` reaches, each class once: their number, then each; with or without what is
/// only for people.
fn canonical(types: &[Type], root: TypeRef, names: bool) -> Vec<u8> {
    let classes = classes_within(types, names, usize::MAX).unwrap_or_default();
    canonical_of(types, &classes, root, names)
}

/// [`canonical`] of types whose classes are known.
pub(super) fn canonical_of(
    types: &[Type],
    classes: &[TypeRef],
    root: TypeRef,
    names: bool,
) -> Vec<u8> {
    let class = |ty: TypeRef| classes.get(ty as usize).copied().unwrap_or_default() as usize;

    // Number the classes as the root reaches them, depth first.
    let mut numbers: Vec<Option<TypeRef>> = vec![None; types.len()];
    let mut order = Vec::new();
    let mut pending = vec![root];
    while let Some(ty) = pending.pop() {
        let next = order.len() as TypeRef;
        if let (Some(number @ None), Some(found)) =
            (numbers.get_mut(class(ty)), types.get(ty as usize))
        {
            *number = Some(next);
            order.push(found);
            pending.extend(Schema::parts(found).into_iter().rev());
        }
    }
    let mut bytes = Vec::new();
    put_varint(&mut bytes, order.len() as u64);
    for ty in order {
        let renumber = |ty| {
            numbers
                .get(class(ty))
                .copied()
                .flatten()
                .unwrap_or_default()
        };
        put_type(&mut bytes, ty, names, &renumber);
    }
    bytes
}

/// For each type the number of its class: types in one class cannot be told apart. `None` where that
/// takes more than so many visits of a type, of as many bytes each as most types take.
pub(super) fn classes_within(types: &[Type], names: bool, visits: usize) -> Option<Vec<TypeRef>> {
    const MOST_TAKE: usize = 64;
    let mut classes = vec![0; types.len()];
    let (mut count, mut left) = (1, visits);
    loop {
        // Split each class by the classes that its members refer to.
        let mut seen = HashMap::new();
        let refined: Option<Vec<TypeRef>> = types
            .iter()
            .map(|ty| {
                let mut bytes = Vec::new();
                let renumber = |ty: TypeRef| classes.get(ty as usize).copied().unwrap_or_default();
                put_type(&mut bytes, ty, names, &renumber);
                left = left.checked_sub(1 + bytes.len() / MOST_TAKE)?;
                let next = seen.len() as TypeRef;
                Some(*seen.entry(bytes).or_insert(next))
            })
            .collect();
        let refined = refined?;
        if seen.len() == count {
            return Some(refined);
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
    fn equal_parts_are_written_once() {
        let pair = Schema::new(vec![Type::Tuple(vec![1, 2]), Type::Text, Type::Text], 0).unwrap();
        let same = Schema::new(vec![Type::Tuple(vec![1, 1]), Type::Text], 0).unwrap();
        assert_eq!(pair.to_bytes(), same.to_bytes());
        let read = Schema::parse(&pair.to_bytes()).unwrap();
        assert_eq!(read.types, same.types);
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
