//! `parcode schema`: the types of a file, as they would be written in Rust.

use super::open;
use crate::arguments;
use crate::failure::{Failure, Outcome};
use crate::{json, output};
use std::io::Write;

pub(crate) fn schema(arguments: &arguments::Schema) -> Result<Outcome, Failure> {
    let schema = open(&arguments.input)?.schema()?;
    let mut out = output::stdout();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &json::schema(&schema))?;
        writeln!(out)?;
    } else {
        write!(out, "{schema}")?;
    }
    output::finish(out)?;
    Ok(Outcome::Fine)
}
