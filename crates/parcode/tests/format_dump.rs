//! The file that `docs/format.md` explains byte by byte is the file that we write.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use parcode::{Parcode, ParcodeObject};
use std::collections::HashMap;
use std::fmt::Write;

#[derive(ParcodeObject, Debug, PartialEq)]
struct Ship {
    id: u32,
    name: String,
    #[parcode(chunkable)]
    decks: Vec<u16>,
    #[parcode(map)]
    crew: HashMap<String, u8>,
    #[parcode(chunkable)]
    route: Vec<u32>,
}

fn ship() -> Ship {
    Ship {
        id: 7,
        name: "Beagle".into(),
        decks: vec![10, 20, 30],
        crew: HashMap::from([("Darwin".into(), 22), ("FitzRoy".into(), 26)]),
        route: (1..=9).map(|port| port * 0x0101_0101).collect(),
    }
}

/// Lines `offset  hex  | what`, as the document has them.
fn dumped(document: &str) -> Vec<u8> {
    let (_, dump) = document
        .split_once("<!-- the dump starts here -->")
        .unwrap();
    let (dump, _) = dump.split_once("<!-- the dump ends here -->").unwrap();
    let mut bytes = Vec::new();
    for line in dump.lines() {
        let mut words = line.split("  ");
        let offset = words.next().filter(|word| word.len() == 4);
        let Some(Ok(offset)) = offset.map(|word| usize::from_str_radix(word, 16)) else {
            continue;
        };
        assert_eq!(offset, bytes.len(), "offset of: {line}");
        let hex = words.next().unwrap().split('|').next().unwrap();
        bytes.extend(
            hex.split_whitespace()
                .map(|byte| u8::from_str_radix(byte, 16).unwrap()),
        );
    }
    bytes
}

#[test]
fn the_document_shows_what_is_written() {
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(35)
        .write_to_writer(&mut bytes, &ship())
        .unwrap();
    assert_eq!(Parcode::load_bytes::<Ship>(bytes.clone()).unwrap(), ship());

    let document = include_str!("../../../docs/format.md");
    if dumped(document) != bytes {
        let mut lines = String::new();
        for (i, line) in bytes.chunks(16).enumerate() {
            write!(lines, "\n{:04x} ", i * 16).unwrap();
            for byte in line {
                write!(lines, " {byte:02x}").unwrap();
            }
        }
        panic!("docs/format.md shows another file than this:{lines}");
    }
}
