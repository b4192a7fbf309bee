//! A schema as text, in both directions: what people read, and what a schema lock keeps.
//!
//! It looks like Rust. The first line is the root; each struct, enum and named type follows once:
//!
//! ```text
//! World
//!
//! struct World {
//!     id: u64,
//!     #[chunkable] players: HashMap<String, Player>,
//! }
//! ```
//!
//! A second type of the same name is called `Player#2`, and names that are no words are quoted.

mod name;
mod printer;
mod reader;

/// Types nested deeper than this in one line are left out, and one that is no part of anything
/// named cannot be read again.
const DEEPEST: u32 = 64;

#[cfg(test)]
mod tests {
    use crate::schema::{Field, Prime, Schema, Type, TypeRef, Variant};

    fn field(name: &'static str, ty: TypeRef, chunkable: bool) -> Field {
        Field {
            name: name.into(),
            ty,
            chunkable,
        }
    }

    fn schema() -> Schema {
        let types = vec![
            Type::Struct {
                name: "World".into(),
                fields: vec![
                    field("id", 1, false),
                    field("players", 2, true),
                    field("a \"name\"\n#2", 9, false),
                    field("other", 6, false),
                ],
                plain: false,
            },
            Type::Prime(Prime::U64),
            Type::Map {
                key: 3,
                value: 4,
                ordered: true,
            },
            Type::Text,
            Type::Enum {
                name: "Shape".into(),
                variants: vec![
                    Variant {
                        name: "Empty".into(),
                        fields: Vec::new(),
                    },
                    Variant {
                        name: "Nested".into(),
                        fields: vec![field("0", 5, false)],
                    },
                ],
            },
            Type::Boxed(4),
            Type::Tuple(vec![7, 8]),
            Type::Array(1, 3),
            Type::Enum {
                name: "Shape".into(),
                variants: vec![Variant {
                    name: "Only".into(),
                    fields: Vec::new(),
                }],
            },
            Type::Named {
                name: "Uuid".into(),
                inner: 10,
            },
            Type::Array(11, 16),
            Type::Prime(Prime::U8),
        ];
        Schema::new(types, 0).unwrap()
    }

    #[test]
    fn text_is_read_as_it_was_written() {
        let schema = schema();
        let text = schema.to_string();
        let read = Schema::from_text(&text).unwrap();
        assert_eq!(read.to_bytes(), schema.to_bytes(), "{text}");
        assert_eq!(read.to_string(), text);
    }

    #[test]
    fn it_looks_like_rust() {
        let text = schema().to_string();
        assert!(
            text.starts_with("World\n\nstruct World {\n    id: u64,\n"),
            "{text}"
        );
        assert!(
            text.contains("    #[chunkable] players: BTreeMap<String, Shape>,\n"),
            "{text}"
        );
        assert!(
            text.contains("    Nested {\n        0: Box<Shape>,\n    },\n"),
            "{text}"
        );
        assert!(
            text.contains("    other: ([u64; 3], Shape#2,),\n"),
            "{text}"
        );
        assert!(text.contains("named Uuid = [u8; 16];\n"), "{text}");
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for text in [
            "",
            "World",
            "World struct World { id: u64 }",
            "[u8; x]",
            "Vec<u8",
            "\"World",
        ] {
            assert!(Schema::from_text(text).is_err(), "{text}");
        }
    }
}
