//! Files of this version of the format, kept: what writes must write them again, byte by byte, and
//! what reads must read them for ever. `UPDATE_GOLDEN=1` writes them anew, which is right only while
//! nothing is released.

#![allow(missing_docs, clippy::unwrap_used)]

use parcode::{Parcode, ParcodeObject};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::PathBuf;

#[derive(ParcodeObject, Debug, PartialEq)]
struct Kept {
    number: u64,
    text: String,
    choice: Choice,
    #[parcode(chunkable)]
    plain: Vec<u32>,
    #[parcode(chunkable)]
    texts: Vec<String>,
    #[parcode(map)]
    hashed: HashMap<String, Vec<u16>>,
    #[parcode(map)]
    ordered: BTreeMap<i32, Option<String>>,
}

#[derive(ParcodeObject, Debug, PartialEq)]
enum Choice {
    Nothing,
    Some { weight: f32, deeper: Box<Choice> },
}

fn kept() -> Kept {
    Kept {
        number: 0x0123_4567_89AB_CDEF,
        text: "größer".into(),
        choice: Choice::Some {
            weight: -0.0,
            deeper: Box::new(Choice::Nothing),
        },
        plain: (0..300).collect(),
        texts: (0..60).map(|i| format!("text number {i}")).collect(),
        hashed: (0..60).map(|i| (format!("key {i}"), vec![i; 3])).collect(),
        ordered: (-30..30)
            .map(|i| (i, (i % 2 == 0).then(|| i.to_string())))
            .collect(),
    }
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

#[test]
fn the_bytes_are_those_that_were_kept() {
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(64)
        .chunk_size(1024)
        .metadata("kept", "for ever")
        .write_to_writer(&mut bytes, &kept())
        .unwrap();
    let path = golden("version-1.par");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &bytes).unwrap();
    }
    assert!(bytes == fs::read(&path).unwrap(), "the format has changed");
    assert_eq!(Parcode::load::<Kept>(&path).unwrap(), kept());
}

/// Compressed bytes are the codec's business, and may change with it; reading them may not.
#[test]
fn compressed_files_are_read_or_name_the_feature_that_reads_them() {
    let path = golden("version-1-lz4.par");
    if std::env::var_os("UPDATE_GOLDEN").is_some() && cfg!(feature = "lz4") {
        Parcode::builder()
            .compression(true)
            .write(&path, &vec![7u8; 5000])
            .unwrap();
    }
    let loaded = Parcode::load::<Vec<u8>>(&path);
    if cfg!(feature = "lz4") {
        assert_eq!(loaded.unwrap(), vec![7u8; 5000]);
    } else {
        let error = loaded.unwrap_err();
        assert_eq!(error.kind(), parcode::ErrorKind::Codec);
        assert!(error.to_string().contains("the feature `lz4`"), "{error}");
    }
}
