//! A value with every kind of part, and the places of the chunks in its file.

use parcode::{Builder, Parcode, ParcodeObject};
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(ParcodeObject, Clone, Debug, PartialEq, Default)]
pub(crate) struct Shapes {
    pub(crate) number: u64,
    pub(crate) text: String,
    pub(crate) words: HashMap<String, u32>,
    #[parcode(chunkable)]
    pub(crate) inner: Inner,
    /// In pages.
    #[parcode(chunkable)]
    pub(crate) extent: Vec<u32>,
    /// In one chunk.
    #[parcode(chunkable)]
    pub(crate) few: Vec<String>,
    #[parcode(chunkable)]
    pub(crate) even: Vec<String>,
    #[parcode(chunkable)]
    pub(crate) uneven: Vec<String>,
    /// Shards with children of their own.
    #[parcode(chunkable)]
    pub(crate) nested: Vec<Inner>,
    #[parcode(map)]
    pub(crate) hashed: HashMap<String, Inner>,
    #[parcode(map)]
    pub(crate) ordered: BTreeMap<String, u64>,
    #[parcode(map)]
    pub(crate) set: BTreeSet<u32>,
    #[parcode(chunkable)]
    pub(crate) long: String,
    #[parcode(chunkable)]
    pub(crate) pair: (u64, String),
    #[parcode(chunkable)]
    pub(crate) far: Option<Box<Inner>>,
    #[parcode(chunkable)]
    pub(crate) something: Option<Vec<u16>>,
}

#[derive(ParcodeObject, Clone, Debug, PartialEq, Default)]
pub(crate) struct Inner {
    pub(crate) depth: u32,
    #[parcode(chunkable)]
    pub(crate) items: Vec<u16>,
}

pub(crate) fn inner(depth: u32) -> Inner {
    Inner {
        depth,
        items: (0..depth as u16 % 7 * 40)
            .map(|item| item ^ depth as u16)
            .collect(),
    }
}

pub(crate) fn shapes(scale: u32) -> Shapes {
    let name = |i: u32| format!("entry number {i}");
    Shapes {
        number: 0x0123_4567_89AB_CDEF,
        text: "größer".into(),
        words: (0..9).map(|i| (name(i), i)).collect(),
        inner: inner(6),
        extent: (0..scale * 2000).collect(),
        few: (0..5).map(name).collect(),
        even: (0..scale * 60).map(name).collect(),
        uneven: (0..scale * 20)
            .map(|i| {
                "x".repeat(if i % 19 == 18 {
                    5000
                } else {
                    20 + i as usize % 5
                })
            })
            .collect(),
        nested: (0..scale * 40).map(inner).collect(),
        hashed: (0..scale * 30).map(|i| (name(i), inner(i))).collect(),
        ordered: (0..u64::from(scale) * 60)
            .map(|i| (format!("key {i:05}"), i))
            .collect(),
        set: (0..scale * 200).collect(),
        long: "long ".repeat(100),
        pair: (7, "pair ".repeat(50)),
        far: Some(Box::new(inner(5))),
        something: Some((0..500).collect()),
    }
}

/// Small chunks, so that there are many.
pub(crate) fn small_chunks() -> Builder {
    Parcode::builder().inline_threshold(64).chunk_size(1024)
}

pub(crate) fn file_of(value: &Shapes, builder: &Builder) -> Vec<u8> {
    let mut bytes = Vec::new();
    builder.write_to_writer_sync(&mut bytes, value).unwrap();
    bytes
}

pub(crate) const HEADER: usize = 64;
pub(crate) const TRAILER: usize = 168;
pub(crate) const MARK: usize = 32;

/// What stands in front of a run, as docs/format.md says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) at: usize,
    /// 1 chunk, 2 extent, 3 index, 4 schema.
    pub(crate) kind: u8,
    pub(crate) codec: u8,
    /// Bytes behind the mark, without levels of checksums.
    pub(crate) len: usize,
}

impl Run {
    /// The place of one of its bytes, behind the mark.
    pub(crate) fn byte(&self, i: usize) -> usize {
        self.at + MARK + i % self.len.max(1)
    }
}

/// The runs of a sound file, one behind another.
pub(crate) fn runs(file: &[u8]) -> Vec<Run> {
    let mut runs = Vec::new();
    let mut at = HEADER;
    while at + MARK <= file.len() - TRAILER {
        if &file[at..at + 4] != b"par\x93" {
            // Levels of checksums, behind long runs.
            at += 16;
            continue;
        }
        let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
        let kind = file[at + 4];
        let len = number(at + 8);
        runs.push(Run {
            at,
            kind,
            codec: file[at + 5],
            len,
        });
        at = (at + MARK + len).next_multiple_of(16);
    }
    runs
}
