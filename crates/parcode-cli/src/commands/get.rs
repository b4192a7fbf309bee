//! `parcode get`: the values at a path.

use super::open;
use crate::arguments::{Form, Get};
use crate::failure::{Failure, Outcome};
use crate::output;
use parcode::{Dynamic, ValuePath};
use std::io::Write;

pub(crate) fn get(arguments: &Get) -> Result<Outcome, Failure> {
    let path: ValuePath = arguments.path.parse()?;
    let file = open(&arguments.input)?;
    let form = arguments.form();
    let mut out = output::raw_stdout();
    let mut found = 0u64;
    file.dynamic()?.select(&path, |_, value| {
        found += 1;
        put(&value, form, &mut out)
    })?;
    output::finish(out)?;
    Ok(Outcome::found(found == 0))
}

fn put(value: &Dynamic<'_>, form: Form, out: &mut impl Write) -> Result<(), Failure> {
    if form == Form::Raw {
        let bytes = |bytes: &[u8]| out.write_all(bytes).map_err(Failure::from);
        if value.raw_bytes(bytes)? {
            return Ok(());
        }
        return Err(Failure::new(format!(
            "a {} has no raw bytes: text, CBOR and plain data have",
            value.type_name()
        )));
    }
    match value.leaf()? {
        Some(leaf) if form == Form::Text => writeln!(out, "{leaf}")?,
        _ => {
            serde_json::to_writer(&mut *out, value)?;
            writeln!(out)?;
        }
    }
    Ok(())
}
