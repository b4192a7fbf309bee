//! `parcode salvage`: what is intact of a damaged file.

use super::open;
use crate::arguments;
use crate::failure::{Failure, Outcome};
use crate::output;
use parcode::Salvage;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

pub(crate) fn salvage(arguments: &arguments::Salvage) -> Result<Outcome, Failure> {
    match &arguments.output {
        Some(path) => write(arguments, path),
        None => list(arguments),
    }
}

/// Writes the value without what is lost, and a line for each loss.
fn write(arguments: &arguments::Salvage, path: &Path) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let root = file.dynamic().map_err(|error| {
        let hint = "without OUTPUT, what is found of it is listed";
        Failure::new(format!("the root itself is lost: {error}; {hint}"))
    })?;
    let failed = |error| Failure::io(format!("writing {}", path.display()), &error);
    let mut json = BufWriter::new(File::create(path).map_err(failed)?);
    let ((), lost) = root.serialize_intact(&mut serde_json::Serializer::new(&mut json))?;
    writeln!(json).and_then(|()| json.flush()).map_err(failed)?;

    let mut out = output::stdout();
    for loss in &lost {
        writeln!(out, "{}", Failure::new(loss).line())?;
    }
    output::finish(out)?;
    Ok(Outcome::found(!lost.is_empty()))
}

/// Lists the chunks that marks lead to, whatever else is gone.
fn list(arguments: &arguments::Salvage) -> Result<Outcome, Failure> {
    let salvage = Salvage::open(&arguments.input.file)?;
    let chunks = salvage.chunks();
    let mut out = output::coloured();
    let mut damaged = salvage.error().is_some();
    for chunk in &chunks {
        let state = match chunk.intact {
            Some(true) => "intact",
            Some(false) => "damaged",
            None => "unknown",
        };
        damaged |= chunk.intact == Some(false);
        writeln!(
            out,
            "{:>14} {state:>8} {:>10}  {}",
            chunk.offset,
            output::size(chunk.stored),
            output::typed(chunk.type_name.as_deref().unwrap_or("?")),
        )?;
    }
    output::finish(out)?;
    Ok(Outcome::found(damaged))
}
