//! Real data: what is read back, whole or through mirrors, is what was parsed from its JSON.
//!
//! The data is no part of the project. It is looked for where `PARCODE_DATA` says, or in a folder
//! `shared/data` beside the checkout; tests that do not find it say so, and pass.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test"
)]

#[path = "real_data/cities.rs"]
mod cities;
#[cfg(feature = "serde")]
#[path = "real_data/minecraft.rs"]
mod minecraft;
#[path = "real_data/same.rs"]
mod same;

use parcode::{Compression, Parcode, ParcodeFile, ParcodeObject};
use std::error::Error;
use std::io::{Write, stderr};
use std::path::PathBuf;

type Outcome = Result<(), Box<dyn Error>>;

/// A file or folder of the data; `None`, and a word about it, where there is no data.
fn data(name: &str) -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("PARCODE_DATA") {
        return Some(PathBuf::from(folder).join(name));
    }
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../../shared/data")
        .join(name);
    if beside.exists() {
        return Some(beside);
    }
    // Not `eprintln!`, which the test harness keeps to itself where a test passes.
    let note = format!(
        "SKIPPED {}: no data at {} (set PARCODE_DATA to the folder that holds `{name}`)\n",
        std::thread::current().name().unwrap_or_default(),
        beside.display(),
    );
    stderr().write_all(note.as_bytes()).ok();
    None
}

/// Saves a value, and hands on the opened file when loading it whole gave the value back.
fn saved<T>(value: &T, compression: Compression, check: impl Fn(&ParcodeFile) -> Outcome) -> Outcome
where
    T: ParcodeObject + PartialEq,
{
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("saved.par");
    Parcode::builder()
        .compression(compression)
        .write(&path, value)?;
    assert!(Parcode::load::<T>(&path)? == *value, "loaded whole");
    let file = Parcode::open(&path)?;
    file.verify()?;
    check(&file)
}

#[cfg(not(feature = "serde"))]
#[test]
#[ignore = "the model of minecraft needs the feature `serde`"]
fn minecraft() {}
