//! The commands, one file each.

mod diff;
mod export;
mod get;
mod inspect;
mod manual;
mod recompress;
mod salvage;
mod schema;
mod stat;
mod tree;
mod verify;

pub(crate) use diff::diff;
pub(crate) use export::export;
pub(crate) use get::get;
pub(crate) use inspect::inspect;
pub(crate) use manual::{completions, man};
pub(crate) use recompress::recompress;
pub(crate) use salvage::salvage;
pub(crate) use schema::schema;
pub(crate) use stat::stat;
pub(crate) use tree::tree;
pub(crate) use verify::verify;

use crate::arguments::Input;
use crate::failure::Failure;
use parcode::{Dynamic, Parcode, ParcodeFile, ValuePath};

/// Opens a file; what goes wrong names it.
pub(crate) fn open(input: &Input) -> Result<ParcodeFile, Failure> {
    Parcode::open(&input.file).map_err(|error| in_file(input, error))
}

/// An error of a file, with the file's name in front unless it says it itself.
fn in_file(input: &Input, error: impl std::fmt::Display) -> Failure {
    let (name, error) = (input.file.display().to_string(), error.to_string());
    if error.contains(&name) {
        return Failure::new(error);
    }
    Failure::new(format!("{name}: {error}"))
}

/// The value at a path that leads to one.
pub(crate) fn single<'f>(root: Dynamic<'f>, path: &str) -> Result<Option<Dynamic<'f>>, Failure> {
    let path: ValuePath = path.parse()?;
    Ok(root.follow(path.steps())?)
}
