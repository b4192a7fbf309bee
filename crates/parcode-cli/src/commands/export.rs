//! `parcode export`: a whole value as JSON.

use super::{in_file, open, single};
use crate::arguments::Export;
use crate::failure::{Failure, Outcome};
use crate::output;
use parcode::{Dynamic, Kind, Step};
use std::fs::File;
use std::io::{self, BufWriter, Write};

pub(crate) fn export(arguments: &Export) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let Some(value) = single(file.dynamic()?, &arguments.path)? else {
        return Ok(Outcome::Found);
    };
    let written = match &arguments.output {
        None => write(&value, arguments, output::raw_stdout()),
        Some(path) => {
            let file = File::create(path)
                .map_err(|error| Failure::io(format!("creating {}", path.display()), &error))?;
            write(&value, arguments, BufWriter::with_capacity(1 << 18, file))
        }
    };
    written.map_err(|failure| match failure {
        Failure::Other(what) => in_file(&arguments.input, what),
        Failure::BrokenPipe => Failure::BrokenPipe,
    })?;
    Ok(Outcome::Fine)
}

fn write(value: &Dynamic<'_>, arguments: &Export, mut out: impl Write) -> Result<(), Failure> {
    if arguments.ndjson {
        lines(value, &mut out)?;
    } else if arguments.pretty {
        serde_json::to_writer_pretty(&mut out, value)?;
        writeln!(out)?;
    } else {
        serde_json::to_writer(&mut out, value)?;
        writeln!(out)?;
    }
    Ok(output::finish(out)?)
}

/// Each element on a line of its own; an entry of a map as an array of key and value.
fn lines(value: &Dynamic<'_>, out: &mut impl Write) -> Result<(), Failure> {
    let resolved = value.resolved()?;
    let is_set = resolved.kind() == Kind::Set;
    if !resolved.is_collection() {
        return line(out, value);
    }
    resolved.try_for_each(|step, part| match step {
        Step::Key(key) if is_set => line(out, &key),
        Step::Key(key) => line(out, &(key, part)),
        _ => line(out, &part),
    })
}

fn line(out: &mut impl Write, value: &impl serde::Serialize) -> Result<(), Failure> {
    serde_json::to_writer(&mut *out, value)?;
    let end: io::Result<()> = out.write_all(b"\n");
    Ok(end?)
}
