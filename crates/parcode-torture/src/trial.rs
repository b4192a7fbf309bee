//! What is done with one file.

use crate::shape::{Eye, Shape};
use parcode::{Parcode, ParcodeFile, Salvage};
use std::fmt::Debug;

/// How many values a visit ends after.
const TIRED: u32 = 40_000;

/// What came of reading a file in every way.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Ways of reading that ended in an error.
    pub refused: u32,
    /// Ways of reading that gave a value.
    pub read: u32,
    /// The first value that is not the true one.
    pub wrong: Option<String>,
    /// The first key on which a lookup and a load do not agree.
    pub missed: Option<String>,
    /// Bytes that came out of decompression.
    pub decoded: u64,
    /// Whether it was opened.
    pub opened: bool,
    /// Errors that a sound file gives too: read as a type that it is not.
    pub refused_anyway: u32,
}

impl Verdict {
    fn note<T>(&mut self, outcome: &parcode::Result<T>) -> bool {
        match outcome {
            Ok(_) => self.read += 1,
            Err(error) => {
                // An error that cannot be shown is no clear error.
                assert!(!error.to_string().is_empty());
                self.refused += 1;
            }
        }
        outcome.is_ok()
    }
}

/// A value and the file that holds it.
pub trait Case: Debug {
    /// The file.
    fn bytes(&self) -> &[u8];

    /// Reads `bytes`, which are a damaged copy of the file: each way gives an error or the value.
    fn damaged(&self, bytes: &[u8]) -> Verdict;

    /// Reads `bytes`, which may say anything.
    fn hostile(&self, bytes: &[u8]) -> Verdict;
}

#[derive(Debug)]
pub(crate) struct Saved<T> {
    pub(crate) value: T,
    pub(crate) bytes: Vec<u8>,
}

impl<T: Shape> Case for Saved<T> {
    fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn damaged(&self, bytes: &[u8]) -> Verdict {
        read(bytes, Some(&self.value))
    }

    fn hostile(&self, bytes: &[u8]) -> Verdict {
        read::<T>(bytes, None)
    }
}

/// Opens and reads a file in every way.
pub(crate) fn read<T: Shape>(bytes: &[u8], truth: Option<&T>) -> Verdict {
    let mut verdict = Verdict::default();
    let opened = Parcode::open_bytes(bytes);
    verdict.opened = verdict.note(&opened);
    if let Ok(file) = opened {
        read_file(&file, truth, &mut verdict);
    }
    salvage(bytes, truth, &mut verdict);
    verdict
}

/// What is salvaged is the true value, where nothing of it is said to be lost and the file still says
/// where its root is. Else the root is the last chunk that can be one, and where a piece of the file was
/// copied to its end that may be a shard.
fn salvage<T: Shape>(bytes: &[u8], truth: Option<&T>, verdict: &mut Verdict) {
    let Ok(wreck) = Salvage::open_bytes(bytes) else {
        return;
    };
    let whole = wreck.root::<T>();
    let is_named = Parcode::open_bytes(bytes).is_ok_and(|file| file.root::<T>().is_ok());
    let whole = whole
        .iter()
        .filter(|salvaged| is_named && salvaged.is_whole());
    let mut eye = Eye::new(TIRED);
    whole.for_each(|salvaged| eye.same(&salvaged.value, truth));
    let wrong = eye.wrong().map(|wrong| format!("salvaged: {wrong}"));
    verdict.wrong = verdict.wrong.take().or(wrong);
    let _ = wreck.chunks().len();
    let _ = wreck.values::<T>().take(100).count();
    let _ = wreck.values::<Vec<u32>>().take(100).count();
}

fn read_file<T: Shape>(file: &ParcodeFile, truth: Option<&T>, verdict: &mut Verdict) {
    let mut eye = Eye::new(TIRED);
    let looked = file.root::<T>().and_then(|root| {
        // What mirrors say of themselves reads nothing, and must not panic either.
        let _ = format!("{root:?}").len();
        T::look_away(root, &mut eye, truth)
    });
    verdict.note(&looked);
    let loaded = file.load::<T>();
    verdict.note(&loaded);
    if let Ok(loaded) = &loaded {
        eye.same(loaded, truth);
    }
    verdict.note(&file.metadata());
    if let Ok(schema) = verdict_of(verdict, file.schema()) {
        let _ = schema.describe(schema.root()).len();
    }
    verdict.note(&file.verify());
    verdict.note(&file.inspect());
    // As what its type may become.
    if let Some(later) = crate::later::look::<T>(file, TIRED) {
        verdict.note(&later);
        let kind = later.err().map(|error| error.kind());
        verdict.refused_anyway += u32::from(kind == Some(parcode::ErrorKind::Type));
    }
    // As a type that it is not: an error that lists the differences.
    let other = file.root::<Vec<Option<(u8, i16)>>>().map(|root| root.len());
    verdict.refused_anyway += u32::from(!verdict.note(&other));
    let stats = file.stats();
    verdict.decoded = stats.bytes_decoded;
    // Without its Rust types.
    verdict.note(&file.usage(|_| ()));
    let written = file.dynamic().map(|value| {
        let written = serde_json::to_writer(std::io::sink(), &value);
        written.map_err(|error| error.to_string().len())
    });
    verdict.note(&written);
    verdict.wrong = eye.wrong().map(str::to_owned);
    verdict.missed = eye.missed_key().map(str::to_owned);
    if truth.is_some() && verdict.missed.is_some() {
        verdict.wrong = verdict.missed.clone();
    }
}

fn verdict_of<T>(verdict: &mut Verdict, outcome: parcode::Result<T>) -> parcode::Result<T> {
    verdict.note(&outcome);
    outcome
}
