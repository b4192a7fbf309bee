//! The fingerprints of all types of one schema, each computed when it is first asked for.

use super::bytes::put_type;
use super::canonical::{canonical_of, classes_within};
use super::{Schema, Type, TypeRef};
use crate::wire::checksum;
use std::sync::OnceLock;

/// Types of a schema are told apart in rounds that visit all of them, as many as types nest. The schema
/// of a file may be made to need very many: beyond so many visits it is refused.
const MOST_VISITS: usize = 1 << 21;

/// The fingerprint of a type hashes all that it reaches, and all types are asked for theirs where one is
/// looked for: so many bytes in all.
const MOST_HASHED: usize = 1 << 29;

/// The fingerprints of a schema's types.
#[derive(Debug)]
pub(crate) struct Fingerprints {
    classes: Vec<TypeRef>,
    known: Box<[OnceLock<u64>]>,
}

impl Fingerprints {
    /// Prepares them; `None` where telling the types apart takes too long.
    pub(crate) fn new(schema: &Schema) -> Option<Self> {
        let bytes = schema.types.iter().map(encoded_len).sum::<usize>();
        if bytes.saturating_mul(schema.types.len()) > MOST_HASHED {
            return None;
        }
        Some(Self {
            classes: classes_within(&schema.types, false, MOST_VISITS)?,
            known: schema.types.iter().map(|_| OnceLock::new()).collect(),
        })
    }

    /// The fingerprint of a type of that schema.
    pub(crate) fn of(&self, schema: &Schema, ty: TypeRef) -> u64 {
        let compute = || checksum(&canonical_of(&schema.types, &self.classes, ty, false));
        match self.known.get(ty as usize) {
            Some(known) => *known.get_or_init(compute),
            None => 0,
        }
    }
}

fn encoded_len(ty: &Type) -> usize {
    let mut bytes = Vec::new();
    put_type(&mut bytes, ty, false, &|ty| ty);
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Field;

    #[test]
    fn each_type_has_the_fingerprint_of_a_schema_whose_root_it_is() {
        let types = vec![
            Type::Struct {
                name: "Tree".into(),
                fields: vec![Field {
                    name: "children".into(),
                    ty: 1,
                    chunkable: true,
                }],
                plain: false,
            },
            Type::Sequence(0),
            Type::Text,
        ];
        let schema = Schema::new(types.clone(), 0).unwrap();
        let fingerprints = Fingerprints::new(&schema).unwrap();
        for ty in 0..3 {
            let alone = Schema::new(types.clone(), ty).unwrap();
            assert_eq!(fingerprints.of(&schema, ty), alone.fingerprint());
        }
    }

    #[test]
    fn schemas_that_take_for_ever_are_refused() {
        let types = (1..40_000).map(Type::Boxed).chain([Type::Text]).collect();
        let schema = Schema::new(types, 0).unwrap();
        assert!(Fingerprints::new(&schema).is_none());
    }
}
