//! `parcode schema`: the types of a file, as they would be written in Rust.

use super::open;
use crate::arguments;
use crate::failure::{Failure, Outcome};
use crate::{json, output};
use parcode::schema::{Field, Schema, Type, TypeRef};
use std::io::{self, Write};

pub(crate) fn schema(arguments: &arguments::Schema) -> Result<Outcome, Failure> {
    let schema = open(&arguments.input)?.schema()?;
    if arguments.json {
        let mut out = output::stdout();
        serde_json::to_writer_pretty(&mut out, &json::schema(&schema))?;
        writeln!(out)?;
        output::finish(out)?;
    } else {
        let mut out = output::coloured();
        writeln!(out, "// The root is {}", schema.describe(schema.root()))?;
        for (_, ty) in reached(&schema) {
            declare(&schema, ty, &mut out)?;
        }
        output::finish(out)?;
    }
    Ok(Outcome::Fine)
}

/// The types that the root reaches, in the order in which a reader meets them.
fn reached(schema: &Schema) -> Vec<(TypeRef, &Type)> {
    let mut seen = std::collections::HashSet::new();
    let mut all = Vec::new();
    let mut pending = vec![schema.root()];
    while let Some(ty) = pending.pop() {
        let Some(found) = schema.get(ty).filter(|_| seen.insert(ty)) else {
            continue;
        };
        all.push((ty, found));
        pending.extend(parts(found).into_iter().rev());
    }
    all
}

fn parts(ty: &Type) -> Vec<TypeRef> {
    let of = |fields: &[Field]| fields.iter().map(|field| field.ty).collect::<Vec<_>>();
    match ty {
        Type::Option(of)
        | Type::Array(of, _)
        | Type::Sequence(of)
        | Type::Boxed(of)
        | Type::Named { inner: of, .. } => vec![*of],
        Type::Tuple(parts) => parts.clone(),
        Type::Map { key, value, .. } => vec![*key, *value],
        Type::Struct { fields, .. } => of(fields),
        Type::Enum { variants, .. } => variants.iter().flat_map(|v| of(&v.fields)).collect(),
        _ => Vec::new(),
    }
}

fn declare(schema: &Schema, ty: &Type, out: &mut impl Write) -> io::Result<()> {
    match ty {
        // What std declares needs no declaration.
        Type::Enum { name, .. } if name == "Result" => Ok(()),
        Type::Struct {
            name,
            fields,
            plain,
        } => {
            writeln!(out)?;
            if *plain {
                writeln!(out, "{}", output::dim("#[parcode(plain)]"))?;
            }
            write!(out, "struct {}", output::strong(name))?;
            if is_tuple(fields) {
                return writeln!(out, "{};", tuple(schema, fields));
            }
            writeln!(out, " {{")?;
            named(schema, fields, "    ", out)?;
            writeln!(out, "}}")
        }
        Type::Enum { name, variants } => {
            writeln!(out, "\nenum {} {{", output::strong(name))?;
            for variant in variants {
                let name = &variant.name;
                if variant.fields.is_empty() {
                    writeln!(out, "    {name},")?;
                } else if is_tuple(&variant.fields) {
                    writeln!(out, "    {name}{},", tuple(schema, &variant.fields))?;
                } else {
                    writeln!(out, "    {name} {{")?;
                    named(schema, &variant.fields, "        ", out)?;
                    writeln!(out, "    }},")?;
                }
            }
            writeln!(out, "}}")
        }
        _ => Ok(()),
    }
}

fn is_tuple(fields: &[Field]) -> bool {
    let numbered = |(number, field): (usize, &Field)| field.name == number.to_string();
    !fields.is_empty() && fields.iter().enumerate().all(numbered)
}

fn tuple(schema: &Schema, fields: &[Field]) -> String {
    let parts: Vec<String> = fields
        .iter()
        .map(|field| {
            let attribute = if field.chunkable {
                output::dim("#[parcode(chunkable)] ")
            } else {
                String::new()
            };
            attribute + &output::typed(schema.describe(field.ty))
        })
        .collect();
    format!("({})", parts.join(", "))
}

fn named(schema: &Schema, fields: &[Field], indent: &str, out: &mut impl Write) -> io::Result<()> {
    for field in fields {
        if field.chunkable {
            let is_map = matches!(schema.get(field.ty), Some(Type::Map { .. }));
            let attribute = if is_map { "map" } else { "chunkable" };
            let attribute = format!("#[parcode({attribute})]");
            writeln!(out, "{indent}{}", output::dim(attribute))?;
        }
        let ty = output::typed(schema.describe(field.ty));
        writeln!(out, "{indent}{}: {ty},", field.name)?;
    }
    Ok(())
}
