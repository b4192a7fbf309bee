//! `parcode verify`: whether every byte is what was written.

use super::open;
use crate::arguments::Verify;
use crate::failure::{Failure, Outcome};
use crate::{output, progress};
use parcode::VerifyOptions;
use std::io::Write;

pub(crate) fn verify(arguments: &Verify) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let bar = progress::bar("verifying", file.stats().file_len);
    let mut options = VerifyOptions::new().progress(|progress| bar.set_position(progress.bytes));
    if let Some(threads) = arguments.threads {
        options = options.threads(threads);
    }
    let report = options.run(&file);
    bar.finish_and_clear();

    let mut out = output::coloured();
    for damage in &report.damages {
        writeln!(out, "{}", Failure::new(damage).line())?;
    }
    if report.omitted > 0 {
        writeln!(out, "… and {} more", report.omitted)?;
    }
    let found = report.damages.len() as u64 + report.omitted;
    let sound = format!(
        "{} chunks, {} sound",
        report.chunks,
        output::size(report.bytes)
    );
    match found {
        0 => writeln!(out, "{sound}")?,
        _ => writeln!(
            out,
            "{sound}; {}",
            output::strong(format!("{found} damaged"))
        )?,
    }
    output::finish(out)?;
    Ok(Outcome::found(found > 0))
}
