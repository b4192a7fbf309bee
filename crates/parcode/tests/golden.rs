//! Files of this version of the format, kept: what writes must write them again, byte by byte, and
//! what reads must read them for ever. `UPDATE_GOLDEN=1` writes them anew, which is right only while
//! nothing is released.

#![allow(missing_docs, clippy::unwrap_used)]

#[path = "golden/values.rs"]
mod values;

use parcode::Parcode;
use std::fs;
use std::path::PathBuf;
use values::{KEPT, Kept, SQUEEZED, kept, squeezed, write_kept};

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

#[test]
fn the_bytes_are_those_that_were_kept() {
    let bytes = write_kept().unwrap();
    let path = golden(KEPT);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &bytes).unwrap();
    }
    assert!(bytes == fs::read(&path).unwrap(), "the format has changed");
    assert_eq!(Parcode::load::<Kept>(&path).unwrap(), kept());
}

#[test]
fn compressed_files_are_read_or_name_the_feature_that_reads_them() {
    let path = golden(SQUEEZED);
    if std::env::var_os("UPDATE_GOLDEN").is_some() && cfg!(feature = "lz4") {
        Parcode::builder()
            .compression(true)
            .write(&path, &squeezed())
            .unwrap();
    }
    let loaded = Parcode::load::<Vec<u8>>(&path);
    if cfg!(feature = "lz4") {
        assert_eq!(loaded.unwrap(), squeezed());
    } else {
        let error = loaded.unwrap_err();
        assert_eq!(error.kind(), parcode::ErrorKind::Codec);
        assert!(error.to_string().contains("the feature `lz4`"), "{error}");
    }
}
