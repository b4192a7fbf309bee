//! Work that a hostile file may make of a walk that goes on at damage, or that only looks: it is in
//! proportion to the file, however often one chunk is linked to, and whatever the schema says.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use parcode::{
    Compression, ErrorKind, Parcode, ParcodeFile, ParcodeObject, Salvage, VerifyOptions,
};
use parcode_torture::{Child, Data, Entry, Index, Link, Patch, Tree};
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_64;

/// What takes longer than this does not end in a time that anybody waits for.
const LONG: Duration = Duration::from_secs(20);

fn in_time<R>(what: &str, work: impl FnOnce() -> R) -> R {
    let began = Instant::now();
    let done = work();
    assert!(began.elapsed() < LONG, "{what}: {:?}", began.elapsed());
    done
}

/// An index of thousands of entries that all name one shard, which becomes 32 MiB that are no chunk:
/// whoever goes on at damage does not try it for each of them.
#[test]
fn one_damaged_chunk_is_not_tried_for_ever() {
    let texts: Vec<String> = (0..4000).map(|i| format!("number {i}")).collect();
    let mut bytes = Vec::new();
    let builder = Parcode::builder().chunk_size(2048);
    builder.write_to_writer_sync(&mut bytes, &texts).unwrap();
    let mut tree = Tree::of(&bytes);
    let root = tree.top[0].unwrap();
    let Data::Chunk {
        mut links,
        body,
        text,
    } = tree.runs[root].data.clone()
    else {
        panic!("the root is a chunk");
    };
    links[0].count = 5_000;
    let index = match &mut links[0].child {
        Child::HomeIndex(codec, _, index) => {
            *codec = 1;
            index
        }
        Child::Run(run) => {
            tree.runs[*run].codec = 1;
            match &mut tree.runs[*run].data {
                Data::Index(index) => index,
                _ => panic!("the value is in shards"),
            }
        }
    };
    let shard = index.entries[0].run;
    index.shard_log2 = 0;
    index.entries = (0..5_000)
        .map(|fence| Entry {
            run: shard,
            fence,
            patches: Vec::new(),
        })
        .collect();
    tree.runs[root].data = Data::Chunk { body, links, text };
    tree.runs[shard].data = Data::Payload(vec![0xEE; 32 << 20]);
    tree.runs[shard].codec = 1;
    let hostile = tree.seal();
    assert!(hostile.len() < 2 << 20, "{} bytes", hostile.len());

    let file = Parcode::open_bytes(&hostile[..]).unwrap();
    let report = in_time("verify", || VerifyOptions::new().threads(1).run(&file));
    assert!(!report.is_sound());
    let wreck = Salvage::open_bytes(&hostile[..]).unwrap();
    let salvaged = in_time("salvage", || wreck.root::<Vec<String>>()).unwrap();
    assert!(salvaged.value.is_empty() && !salvaged.is_whole());
    let refused = in_time("serialize", || intact(&file)).unwrap_err();
    assert!(refused.contains("again and again"), "{refused}");
}

/// What is intact of a file as JSON, and how much is not.
fn intact(file: &ParcodeFile) -> Result<(Vec<u8>, usize), String> {
    let mut json = Vec::new();
    let written = file
        .dynamic()
        .unwrap()
        .serialize_intact(&mut serde_json::Serializer::new(&mut json));
    let ((), lost) = written.map_err(|error| error.to_string())?;
    Ok((json, lost.len()))
}

#[derive(ParcodeObject)]
struct Part<T: ParcodeObject> {
    #[parcode(chunkable)]
    elements: Vec<T>,
}

/// A file of so many parts, each of which is a link to one run, which has `count` elements.
fn linked<T: ParcodeObject + Clone>(element: &T, times: usize, count: u64, data: Data) -> Tree {
    let part = || Part {
        elements: vec![element.clone(); 40_000],
    };
    let mut bytes = Vec::new();
    let builder = Parcode::builder().chunk_size(2048);
    let parts = vec![part(), part()];
    builder.write_to_writer_sync(&mut bytes, &parts).unwrap();
    let mut tree = Tree::of(&bytes);
    let root = tree.top[0].unwrap();
    let Data::Chunk { body, links, text } = tree.runs[root].data.clone() else {
        panic!("the root is a chunk");
    };
    let Child::Run(run) = links[0].child else {
        panic!("the elements are in a run of their own");
    };
    // The span of the parts, and those of their elements, which name their links.
    let slots = body.len() - 16;
    let mut body = body[..slots].to_vec();
    body[slots - 4..].copy_from_slice(&(times as u32).to_le_bytes());
    let away = u32::MAX;
    for link in 0..times as u32 {
        body.extend([link, away].map(u32::to_le_bytes).concat());
    }
    tree.runs[run].data = data;
    let link = Link {
        count,
        ..links[0].clone()
    };
    let links = vec![link; times];
    tree.runs[root].data = Data::Chunk { body, links, text };
    // Links that are all the same become a few bytes.
    tree.runs[root].codec = 1;
    tree
}

/// An index of 12,800 entries, none of which leads anywhere: whoever goes on at damage does not look at
/// it for each of the links to it.
#[test]
fn one_long_index_is_not_walked_for_ever() {
    let shards = 12_800;
    let entry = |fence| Entry {
        run: 0,
        fence,
        patches: vec![Patch {
            at: 0,
            bytes: vec![0xFF; 8],
        }],
    };
    let index = Index {
        shard_log2: 0,
        fences: 0,
        entries: (0..shards).map(entry).collect(),
        separators: Vec::new(),
    };
    let text = "a text".to_owned();
    let hostile = linked(&text, 3_000, shards, Data::Index(index)).seal();
    assert!(hostile.len() < 2 << 20, "{} bytes", hostile.len());
    let file = Parcode::open_bytes(&hostile[..]).unwrap();
    let report = in_time("verify", || VerifyOptions::new().threads(1).run(&file));
    assert!(!report.is_sound());
    let wreck = Salvage::open_bytes(&hostile[..]).unwrap();
    let salvaged = in_time("salvage", || wreck.root::<Vec<Part<String>>>()).unwrap();
    assert!(!salvaged.is_whole());
    in_time("serialize", || intact(&file)).unwrap_err();
}

/// An index of one sound shard of a few bytes, and of separators: it is not copied for each link to it.
#[test]
fn one_long_index_is_not_copied_for_ever() {
    let index = Index {
        shard_log2: 255,
        fences: 2,
        entries: vec![Entry {
            run: 0,
            fence: 0,
            patches: Vec::new(),
        }],
        separators: vec![b'a'; 8 << 20],
    };
    let text = "a text".to_owned();
    let mut tree = linked(&text, 50, 1, Data::Index(index));
    tree.runs[0].data = Data::Chunk {
        body: vec![0; 8],
        links: Vec::new(),
        text: Vec::new(),
    };
    let hostile = tree.seal();
    let file = Parcode::open_bytes(&hostile[..]).unwrap();
    let copy = std::env::temp_dir().join(format!("parcode-work-{}.par", std::process::id()));
    let copied = file.recompress(&copy, Compression::Lz4, |_| ());
    let _ = std::fs::remove_file(&copy);
    assert_eq!(copied.unwrap_err().kind(), ErrorKind::Limit);
}

/// An extent of which no page is what its checksum says: it is not read for each link to it.
#[test]
fn one_damaged_extent_is_not_read_for_ever() {
    let bytes = vec![7; 8 << 20];
    let count = bytes.len() as u64 / 8;
    let data = Data::Extent { bytes, page: 65536 };
    let mut tree = linked(&7u64, 4_000, count, data);
    let root = tree.top[0].unwrap();
    if let Data::Chunk { links, .. } = &mut tree.runs[root].data {
        for link in links {
            link.table_patches = vec![Patch {
                at: 0,
                bytes: vec![0xEE; 1024],
            }];
        }
    }
    let hostile = tree.seal();
    let file = Parcode::open_bytes(&hostile[..]).unwrap();
    let report = in_time("verify", || VerifyOptions::new().threads(1).run(&file));
    assert!(!report.is_sound());
    let wreck = Salvage::open_bytes(&hostile[..]).unwrap();
    let salvaged = in_time("salvage", || wreck.root::<Vec<Part<u64>>>()).unwrap();
    assert!(salvaged.value.iter().all(|part| part.elements.is_empty()));
    in_time("serialize", || intact(&file)).unwrap_err();
}

#[derive(ParcodeObject)]
struct Pair {
    #[parcode(chunkable)]
    first: String,
    #[parcode(chunkable)]
    second: String,
}

/// A report visits each chunk once, as a load does.
#[test]
fn a_report_visits_no_chunk_twice() {
    let pair = Pair {
        first: "a".repeat(3000),
        second: "b".repeat(3000),
    };
    let bytes = Parcode::serialize(&pair).unwrap();
    Parcode::inspect_bytes(&bytes[..]).unwrap();
    let mut tree = Tree::of(&bytes);
    let root = tree.top[0].unwrap();
    if let Data::Chunk { links, .. } = &mut tree.runs[root].data {
        links[1] = links[0].clone();
    }
    // What is left of the file is shorter than the two visits.
    tree.runs[1].data = Data::Payload(Vec::new());
    let error = Parcode::inspect_bytes(tree.seal()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
}

fn varint(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

fn name(bytes: &mut Vec<u8>, name: &str) {
    varint(bytes, name.len());
    bytes.extend_from_slice(name.as_bytes());
}

/// The file of a value of no bytes whose type is a pair of pairs of pairs …, so many levels of them, as
/// structs of two fields or as tuples. No part is ever there.
fn pairs(levels: usize, tuples: bool) -> Vec<u8> {
    // Type 0 is the root, each refers to the next, the last is Unit. Struct names are no part of a
    // fingerprint.
    let types = |names: bool| {
        let mut bytes = Vec::new();
        varint(&mut bytes, levels + 1);
        for next in 1..=levels {
            if tuples {
                bytes.extend_from_slice(&[5, 2]);
                varint(&mut bytes, next);
                varint(&mut bytes, next);
                continue;
            }
            bytes.push(10);
            if names {
                name(&mut bytes, &format!("Pair{next}"));
            }
            bytes.push(2);
            for field in ["a", "b"] {
                name(&mut bytes, field);
                varint(&mut bytes, next);
                bytes.push(0);
            }
        }
        bytes.extend_from_slice(&[0, 0]);
        bytes
    };
    let mut tree = Tree::of(&Parcode::serialize(&()).unwrap());
    let (root, schema) = (tree.top[0].unwrap(), tree.top[1].unwrap());
    let fingerprint = xxh3_64(&types(false));
    tree.runs[root].fingerprint = fingerprint;
    tree.runs[schema].fingerprint = fingerprint;
    tree.runs[schema].data = Data::Schema([vec![0], types(true)].concat());
    // A tuple at the root is chunkable: it is home, behind a span of one value.
    if tuples && let Data::Chunk { body, .. } = &mut tree.runs[root].data {
        *body = [8u32, 1].map(u32::to_le_bytes).concat();
    }
    tree.seal()
}

/// A schema of a few bytes describes a value of 2⁶⁰ parts, none of which takes a byte.
#[test]
fn parts_of_no_bytes_are_not_visited_for_ever() {
    for tuples in [false, true] {
        let file = Parcode::open_bytes(pairs(60, tuples)).unwrap();
        in_time("verify", || file.verify()).unwrap();
        in_time("inspect", || file.inspect()).unwrap();
        let schema = file.schema().unwrap();
        assert!(in_time("the schema as text", || schema.to_string()).len() < 100 << 20);
        assert!(in_time("a type as text", || schema.describe(0)).len() < 10_000);
        in_time("usage", || file.usage(|_| ())).unwrap();
        let wreck = Salvage::open_bytes(pairs(60, tuples)).unwrap();
        in_time("salvage", || wreck.chunks().len());
    }
}

/// Elements of one byte whose type has any number of fields without bytes, each of which might be a chunk of
/// its own: they are not asked about for each element.
#[test]
fn fields_of_no_bytes_are_not_visited_for_ever() {
    const FIELDS: usize = 200_000;
    const ELEMENTS: u32 = 500_000;
    let types = |names: bool| {
        let mut bytes = vec![4, 6, 1, 10];
        if names {
            name(&mut bytes, "Wide");
        }
        varint(&mut bytes, FIELDS + 1);
        (0..FIELDS).for_each(|_| bytes.extend_from_slice(&[0, 2, 1]));
        bytes.extend_from_slice(&[0, 3, 0]);
        bytes.extend_from_slice(&[0, 0, 0, 3]);
        bytes
    };
    let mut tree = Tree::of(&Parcode::serialize(&vec![String::new()]).unwrap());
    let (root, schema) = (tree.top[0].unwrap(), tree.top[1].unwrap());
    let fingerprint = xxh3_64(&types(false));
    tree.runs[root].fingerprint = fingerprint;
    tree.runs[schema].fingerprint = fingerprint;
    tree.runs[schema].data = Data::Schema([vec![0], types(true)].concat());
    if let Data::Chunk { body, .. } = &mut tree.runs[root].data {
        *body = [8u32, ELEMENTS].map(u32::to_le_bytes).concat();
        body.resize(8 + ELEMENTS as usize, 1);
    }
    let file = Parcode::open_bytes(tree.seal()).unwrap();
    in_time("verify", || file.verify()).unwrap();
}

/// Names in a file may be of any length, and types refer to each other in any way: neither what is said
/// of them nor telling them apart takes long.
#[test]
fn long_names_and_many_types() {
    let long = "n".repeat(1 << 20);
    let mut tree = Tree::of(&Parcode::serialize(&7u8).unwrap());
    let schema = tree.top[1].unwrap();
    // 12 tuples of 12 tuples of 12 tuples of a struct of that name; the root is a number.
    let mut payload = vec![0, 6, 0, 3];
    for next in [2, 3, 4] {
        payload.extend_from_slice(&[5, 12]);
        payload.extend_from_slice(&[next; 12]);
    }
    payload.push(10);
    name(&mut payload, &long);
    payload.push(1);
    name(&mut payload, &long);
    payload.extend_from_slice(&[5, 0, 0, 3]);
    tree.runs[schema].data = Data::Schema(payload);
    let file = Parcode::open_bytes(tree.seal()).unwrap();
    let described = in_time("a type as text", || file.schema().unwrap().describe(1));
    assert!(described.len() < 10_000, "{} bytes", described.len());

    // So many types that each reach all others.
    let mut payload = vec![0];
    varint(&mut payload, 16_000);
    for next in 1..16_000 {
        payload.push(6);
        varint(&mut payload, next);
    }
    payload.extend_from_slice(&[0, 3]);
    tree.runs[schema].data = Data::Schema(payload);
    let sealed = tree.seal();
    let wreck = Salvage::open_bytes(sealed).unwrap();
    in_time("many types", || wreck.chunks().len());
}

/// The file of a value in one chunk whose type is a chain of structs of one field, `levels` of them, and
/// then again the first, behind an option and a pointer; nested in itself so many times.
fn chain(levels: usize, times: usize) -> Vec<u8> {
    let pointer = levels + 1;
    let types = |names: bool| {
        let mut bytes = Vec::new();
        varint(&mut bytes, levels + 2);
        for next in 1..=levels {
            bytes.push(10);
            if names {
                name(&mut bytes, "Deep");
            }
            bytes.push(1);
            name(&mut bytes, "a");
            varint(&mut bytes, next);
            bytes.push(0);
        }
        bytes.push(3);
        varint(&mut bytes, pointer);
        bytes.push(7);
        varint(&mut bytes, 0);
        bytes
    };
    let mut tree = Tree::of(&Parcode::serialize(&true).unwrap());
    let (root, schema) = (tree.top[0].unwrap(), tree.top[1].unwrap());
    let fingerprint = xxh3_64(&types(false));
    tree.runs[root].fingerprint = fingerprint;
    tree.runs[schema].fingerprint = fingerprint;
    tree.runs[schema].data = Data::Schema([vec![0], types(true)].concat());
    // Slots of five bytes: whether there is one more, and where.
    let slots = (1..=times).flat_map(|next| {
        let more = next < times;
        let at = if more { 5 * next as u32 } else { 0 };
        [vec![u8::from(more)], at.to_le_bytes().to_vec()].concat()
    });
    if let Data::Chunk { body, .. } = &mut tree.runs[root].data {
        *body = slots.collect();
    }
    tree.seal()
}

/// Types within types, as deep as they may be: nothing that walks them needs more stack than a thread has.
#[test]
fn deep_types() {
    for (levels, times, sound) in [
        (120, 1, true),
        (120, 7, true),
        (120, 60, false),
        (500, 1, false),
    ] {
        let file = Parcode::open_bytes(chain(levels, times)).unwrap();
        assert_eq!(
            file.verify().is_ok(),
            sound,
            "{levels} levels, {times} times"
        );
        // Beyond a limit of its own, each says so.
        let _ = file.inspect();
        let _ = file.schema().map(|schema| schema.to_string().len());
        // Writing JSON takes 8 KiB of stack a level where nothing is optimised.
        if times == 1 {
            let _ = file
                .dynamic()
                .map(|value| serde_json::to_string(&value).is_ok());
        }
        let _ = file.usage(|_| ());
        assert!(file.load::<Vec<Option<u8>>>().is_err());
    }
}

/// Zeros become as few bytes as Zstandard can make of them: what decompressing them takes is no reason to
/// refuse a sound file.
#[test]
fn what_is_compressed_best_is_walked() {
    let zeros = vec![0u64; 8 << 20];
    let mut bytes = Vec::new();
    let builder = Parcode::builder()
        .chunk_size(1 << 20)
        .compression(Compression::Zstd(3));
    builder.write_to_writer_sync(&mut bytes, &zeros).unwrap();
    assert!(bytes.len() < 20_000, "{} bytes", bytes.len());
    let file = Parcode::open_bytes(&bytes[..]).unwrap();
    file.verify().unwrap();
    let wreck = Salvage::open_bytes(&bytes[..]).unwrap();
    let salvaged = wreck.root::<Vec<u64>>().unwrap();
    assert!(salvaged.is_whole() && salvaged.value == zeros);
    assert_eq!(intact(&file).unwrap().1, 0);
}
