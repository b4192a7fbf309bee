//! `parcode tree`: what is under a path.

use super::{open, single};
use crate::arguments::Tree;
use crate::failure::{Failure, Outcome};
use crate::output;
use parcode::Dynamic;
use std::io::Write;

/// Characters of a value that one line shows.
const VALUE: usize = 60;

pub(crate) fn tree(arguments: &Tree) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let Some(value) = single(file.dynamic()?, &arguments.path)? else {
        return Ok(Outcome::Found);
    };
    let mut out = output::coloured();
    let name = if arguments.path.is_empty() {
        "root"
    } else {
        &arguments.path
    };
    writeln!(out, "{}", line(name, &value))?;
    Page {
        out: &mut out,
        limit: arguments.limit,
    }
    .parts(&value, arguments.skip, arguments.depth, "")?;
    output::finish(out)?;
    Ok(Outcome::Fine)
}

struct Page<'o, W> {
    out: &'o mut W,
    limit: u64,
}

impl<W: Write> Page<'_, W> {
    fn parts(
        &mut self,
        value: &Dynamic<'_>,
        skip: u64,
        levels: usize,
        indent: &str,
    ) -> Result<(), Failure> {
        let Some(levels) = levels.checked_sub(1) else {
            return Ok(());
        };
        // What is a leaf to the reader is not taken apart.
        if value.leaf()?.is_some() {
            return Ok(());
        }
        let resolved = value.resolved()?;
        let count = resolved.len().unwrap_or_default();
        let mut parts = resolved.children()?;
        parts.skip_to(skip)?;
        let (mut position, end) = (skip.min(count), count.min(skip.saturating_add(self.limit)));
        for part in parts.take(usize::try_from(self.limit).unwrap_or(usize::MAX)) {
            let (step, part) = part?;
            position += 1;
            let last = position >= count;
            let branch = if last { "└── " } else { "├── " };
            let name = step.to_string();
            let name = name.trim_start_matches('.');
            writeln!(self.out, "{indent}{branch}{}", line(name, &part))?;
            let below = format!("{indent}{}", if last { "    " } else { "│   " });
            self.parts(&part, 0, levels, &below)?;
        }
        if end < count {
            let more = format!("… {} more (--skip {end})", count - end);
            writeln!(self.out, "{indent}└── {}", output::dim(more))?;
        }
        Ok(())
    }
}

/// Name, type, what it is, and what it takes in the file beside its parent's chunk.
fn line(name: &str, value: &Dynamic<'_>) -> String {
    let mut line = format!(
        "{}: {}",
        output::strong(output::short(name, VALUE)),
        output::typed(value.type_name())
    );
    match value.leaf() {
        Ok(Some(leaf)) => {
            line.push_str(" = ");
            line.push_str(&output::short(&leaf.to_string(), VALUE));
        }
        Ok(None) => {
            if let Ok(resolved) = value.resolved() {
                if let Some(variant) = resolved.variant() {
                    line.push_str(" = ");
                    line.push_str(variant);
                }
                if let Some(len) = resolved.len().filter(|_| resolved.is_collection()) {
                    line.push_str(&output::dim(format!(", {len}")));
                }
            }
        }
        Err(error) => line.push_str(&output::dim(error)),
    }
    if let Some(stored) = value.stored_len() {
        line.push_str(&output::dim(format!(", {}", output::size(stored))));
    }
    line
}
