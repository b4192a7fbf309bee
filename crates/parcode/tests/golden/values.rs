//! The values of the golden files, and how they were written. `scripts/machines/wasm` writes and reads
//! them too.

use parcode::{Parcode, ParcodeObject, Result};
use std::collections::{BTreeMap, HashMap};

#[derive(ParcodeObject, Debug, PartialEq)]
pub(crate) struct Kept {
    pub(crate) number: u64,
    pub(crate) text: String,
    pub(crate) choice: Choice,
    #[parcode(chunkable)]
    pub(crate) plain: Vec<u32>,
    #[parcode(chunkable)]
    pub(crate) texts: Vec<String>,
    #[parcode(map)]
    pub(crate) hashed: HashMap<String, Vec<u16>>,
    #[parcode(map)]
    pub(crate) ordered: BTreeMap<i32, Option<String>>,
}

#[derive(ParcodeObject, Debug, PartialEq)]
pub(crate) enum Choice {
    Nothing,
    Some { weight: f32, deeper: Box<Choice> },
}

pub(crate) fn kept() -> Kept {
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

/// The file of [`kept`], which the same bytes must make for ever.
pub(crate) const KEPT: &str = "version-1.par";

/// Writes it on the caller's thread alone; the bytes do not depend on threads.
pub(crate) fn write_kept() -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(64)
        .chunk_size(1024)
        .metadata("kept", "for ever")
        .write_to_writer_sync(&mut bytes, &kept())?;
    Ok(bytes)
}

/// A compressed file. Its bytes are the codec's business, and may change with it; reading them may not.
pub(crate) const SQUEEZED: &str = "version-1-lz4.par";

pub(crate) fn squeezed() -> Vec<u8> {
    vec![7; 5000]
}
