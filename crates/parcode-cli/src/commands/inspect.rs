//! `parcode inspect`: what is where.

use super::open;
use crate::arguments::Inspect;
use crate::failure::{Failure, Outcome};
use crate::output;
use parcode::{Outline, RunKind};
use serde_json::{Value, json};
use std::io::Write;

pub(crate) fn inspect(arguments: &Inspect) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let mut out = output::stdout();
    if arguments.json {
        const CHILDREN: usize = 1 << 16;
        let outline = file.outline(arguments.depth, CHILDREN)?;
        let report = json!({
            "file_len": file.stats().file_len,
            "metadata": file.metadata()?,
            "root_type": file.schema().map(|schema| schema.describe(schema.root())).ok(),
            "root": region(&outline),
        });
        serde_json::to_writer_pretty(&mut out, &report)?;
        writeln!(out)?;
    } else {
        write!(out, "{}", file.inspect()?)?;
    }
    output::finish(out)?;
    Ok(Outcome::Fine)
}

fn region(outline: &Outline) -> Value {
    let kind = match outline.kind {
        RunKind::Chunk => "chunk",
        RunKind::Extent => "extent",
        RunKind::Index => "index",
        _ => "other",
    };
    let mut value = json!({
        "path": outline.path,
        "type": outline.type_name,
        "kind": kind,
        "codec": outline.codec,
        "offset": outline.offset,
        "stored": outline.stored,
        "raw": outline.raw,
        "parts": outline.parts,
        "children": outline.children.iter().map(region).collect::<Vec<_>>(),
    });
    if let (Some(count), Some(fields)) = (outline.count, value.as_object_mut()) {
        fields.insert("count".into(), count.into());
    }
    value
}
