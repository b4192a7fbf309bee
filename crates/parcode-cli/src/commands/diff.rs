//! `parcode diff`: where two files differ.

use super::{open, single};
use crate::arguments::{Diff, Input};
use crate::failure::{Failure, Outcome};
use crate::output;
use parcode::{Dynamic, ParcodeFile};
use serde::Serialize;
use std::io::Write;
use std::path::Path;

/// A difference as a line of JSON. What was added has no old value, what was removed no new one.
#[derive(Serialize)]
struct Line<'d> {
    path: &'d str,
    #[serde(skip_serializing_if = "Option::is_none")]
    old: Option<Dynamic<'d>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new: Option<Dynamic<'d>>,
}

pub(crate) fn diff(arguments: &Diff) -> Result<Outcome, Failure> {
    let (old, new) = (file(&arguments.old)?, file(&arguments.new)?);
    let found = (
        single(old.dynamic()?, &arguments.path)?,
        single(new.dynamic()?, &arguments.path)?,
    );
    let (Some(old), Some(new)) = found else {
        return Err(Failure::new(format!(
            "nothing at {} in one of the files",
            arguments.path
        )));
    };
    let mut out = output::coloured();
    let mut differ = false;
    let told = old.diff(&new, |path, old, new| {
        differ = true;
        if arguments.quiet {
            return Err(Told::Enough);
        }
        let below = path.trim_start_matches('.');
        let dot = if arguments.path.is_empty() || below.is_empty() || below.starts_with('[') {
            ""
        } else {
            "."
        };
        let path = format!("{}{dot}{below}", arguments.path);
        tell(&mut out, arguments.json, &path, old, new).map_err(Told::Failed)
    });
    match told {
        Ok(()) | Err(Told::Enough) => {}
        Err(Told::Failed(failure)) => return Err(failure),
    }
    output::finish(out)?;
    Ok(Outcome::found(differ))
}

/// Why the search ended early.
enum Told {
    Enough,
    Failed(Failure),
}

impl From<parcode::ParcodeError> for Told {
    fn from(error: parcode::ParcodeError) -> Self {
        Self::Failed(error.into())
    }
}

fn file(path: &Path) -> Result<ParcodeFile, Failure> {
    open(&Input {
        file: path.to_owned(),
    })
}

fn tell(
    out: &mut impl Write,
    json: bool,
    path: &str,
    old: Option<Dynamic<'_>>,
    new: Option<Dynamic<'_>>,
) -> Result<(), Failure> {
    /// Characters of a value that one line shows.
    const VALUE: usize = 100;
    if json {
        serde_json::to_writer(&mut *out, &Line { path, old, new })?;
        return Ok(writeln!(out)?);
    }
    let path = output::strong(path);
    let short = |value: Dynamic<'_>| output::short(&value.to_string(), VALUE);
    match (old, new) {
        (Some(old), Some(new)) => writeln!(out, "~ {path}: {} → {}", short(old), short(new))?,
        (Some(old), None) => writeln!(out, "- {path}: {}", short(old))?,
        (None, Some(new)) => writeln!(out, "+ {path}: {}", short(new))?,
        (None, None) => {}
    }
    Ok(())
}
