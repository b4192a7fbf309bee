//! Schemas as JSON.

use parcode::schema::{Field, Schema, Type};
use serde_json::{Value, json};

/// A schema as JSON: the types by number, and which of them is the root.
pub(crate) fn schema(schema: &Schema) -> Value {
    let types: Vec<Value> = (0..).map_while(|ty| schema.get(ty)).map(one_type).collect();
    json!({ "root": schema.root(), "types": types })
}

fn one_type(ty: &Type) -> Value {
    match ty {
        Type::Prime(prime) => json!({ "kind": "prime", "name": prime.name() }),
        Type::Text => json!({ "kind": "text" }),
        Type::Cbor => json!({ "kind": "cbor" }),
        Type::Option(of) => json!({ "kind": "option", "of": of }),
        Type::Array(of, len) => json!({ "kind": "array", "of": of, "len": len }),
        Type::Tuple(parts) => json!({ "kind": "tuple", "parts": parts }),
        Type::Sequence(of) => json!({ "kind": "sequence", "of": of }),
        Type::Boxed(of) => json!({ "kind": "boxed", "of": of }),
        Type::Map {
            key,
            value,
            ordered,
        } => json!({ "kind": "map", "key": key, "value": value, "ordered": ordered }),
        Type::Struct {
            name,
            fields,
            plain,
        } => json!({ "kind": "struct", "name": name, "plain": plain, "fields": of(fields) }),
        Type::Enum { name, variants } => {
            let variants: Vec<Value> = variants
                .iter()
                .map(|variant| json!({ "name": variant.name, "fields": of(&variant.fields) }))
                .collect();
            json!({ "kind": "enum", "name": name, "variants": variants })
        }
        Type::Named { name, inner } => json!({ "kind": "named", "name": name, "of": inner }),
        _ => json!({ "kind": "unknown" }),
    }
}

fn of(fields: &[Field]) -> Vec<Value> {
    fields
        .iter()
        .map(|field| json!({ "name": field.name, "type": field.ty, "chunkable": field.chunkable }))
        .collect()
}
