//! The real cities: what `export` writes is the JSON that they were made from, byte by byte.
//!
//! The data is no part of the project. It is looked for where `PARCODE_DATA` says, or in a folder
//! `shared/data` beside the checkout; without it the test says so, and passes.

#![allow(missing_docs, clippy::unwrap_used)]

mod support;

use parcode::{Compression, Parcode, ParcodeObject};
use serde::Deserialize;
use std::fs;
use std::io::{Write, stderr};
use std::path::PathBuf;

/// A city as its source has it.
#[derive(ParcodeObject, Deserialize)]
struct City {
    name: String,
    lat: String,
    lng: String,
    country: String,
    admin1: String,
    admin2: String,
}

#[test]
fn are_exported_as_the_json_that_they_were_made_from() {
    let folder = std::env::var_os("PARCODE_DATA").map_or_else(
        || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data"),
        PathBuf::from,
    );
    let Ok(json) = fs::read(folder.join("cities/cities.json")) else {
        // Not `eprintln!`, which the test harness keeps to itself where a test passes.
        let note = format!(
            "SKIPPED: no cities at {} (set PARCODE_DATA)\n",
            folder.display()
        );
        stderr().write_all(note.as_bytes()).unwrap();
        return;
    };
    let cities: Vec<City> = serde_json::from_slice(&json).unwrap();
    let file = tempfile::NamedTempFile::new().unwrap();
    let builder = Parcode::builder().compression(Compression::Lz4);
    builder.write(file.path(), &cities).unwrap();
    let path = file.path().to_str().unwrap();
    let exported = support::parcode(&["export", path]);
    assert_eq!((exported.code, exported.errors.as_str()), (0, ""));
    assert!(exported.bytes.trim_ascii_end() == json.trim_ascii_end());
    let lines = support::parcode(&["export", path, "--ndjson"]);
    assert_eq!(
        lines.bytes.split(|byte| *byte == b'\n').count(),
        cities.len() + 1
    );
}
