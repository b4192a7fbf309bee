//! Fields: added, removed, reordered, renamed, inline and chunkable.

use super::holder::{becomes, turns_into};
use parcode::{Parcode, ParcodeObject};
use std::collections::HashMap;

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Plain {
    level: u32,
    name: String,
}

fn plain() -> Vec<Plain> {
    (0..3)
        .map(|level| Plain {
            level,
            name: format!("player {level} {}", "x".repeat(level as usize * 40)),
        })
        .collect()
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Added {
    level: u32,
    name: String,
    #[parcode(default)]
    score: u64,
    #[parcode(default = "guild")]
    guild: String,
    #[parcode(chunkable, default)]
    items: Vec<String>,
    #[parcode(map, default = "friends")]
    friends: HashMap<String, u8>,
}

fn guild() -> String {
    "none".into()
}

fn friends() -> HashMap<String, u8> {
    HashMap::from([("everybody".into(), 1)])
}

#[test]
fn a_field_is_added_with_its_default_and_removed_again() {
    let added: Vec<_> = plain()
        .into_iter()
        .map(|old| Added {
            level: old.level,
            name: old.name,
            score: 0,
            guild: guild(),
            items: Vec::new(),
            friends: friends(),
        })
        .collect();
    turns_into(&plain(), &added);
}

#[test]
fn fields_change_their_order() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Reordered {
        name: String,
        level: u32,
    }
    let reordered = |old: Plain| Reordered {
        name: old.name,
        level: old.level,
    };
    turns_into(
        &plain(),
        &plain().into_iter().map(reordered).collect::<Vec<_>>(),
    );
}

#[test]
fn fields_are_renamed() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Renamed {
        #[parcode(alias = "lvl", alias = "level")]
        rank: u64,
        #[parcode(rename = "name")]
        called: String,
    }
    let renamed = |old: Plain| Renamed {
        rank: old.level.into(),
        called: old.name,
    };
    becomes(
        &plain(),
        &plain().into_iter().map(renamed).collect::<Vec<_>>(),
    );

    // The older program knows the new name if it is told.
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Older {
        #[parcode(alias = "rank")]
        level: u32,
        name: String,
    }
    let new: Vec<_> = plain().into_iter().map(renamed).collect();
    let older = |old: Plain| Older {
        level: old.level,
        name: old.name,
    };
    becomes(&new, &plain().into_iter().map(older).collect::<Vec<_>>());
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Inline {
    before: u8,
    list: Vec<u32>,
    texts: Vec<String>,
    text: String,
    map: HashMap<String, u32>,
    pair: (String, u64),
    boxed: Box<u64>,
    after: u8,
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Chunked {
    before: u8,
    #[parcode(chunkable)]
    list: Vec<u32>,
    #[parcode(chunkable, compression = "lz4")]
    texts: Vec<String>,
    #[parcode(chunkable)]
    text: String,
    #[parcode(map)]
    map: HashMap<String, u32>,
    #[parcode(chunkable)]
    pair: (String, u64),
    #[parcode(chunkable)]
    boxed: Box<u64>,
    after: u8,
}

#[test]
fn fields_become_chunkable_and_inline_again() {
    let sizes = [0usize, 3, 400];
    let text = |size: usize| "t".repeat(size * 10);
    let inline: Vec<_> = sizes
        .iter()
        .map(|&size| Inline {
            before: 1,
            list: (0..size as u32).collect(),
            texts: (0..size).map(|i| format!("text {i}")).collect(),
            text: text(size),
            map: (0..size).map(|i| (format!("key {i}"), i as u32)).collect(),
            pair: (text(size), 7),
            boxed: Box::new(size as u64),
            after: 2,
        })
        .collect();
    let chunked: Vec<_> = inline
        .iter()
        .cloned()
        .map(|old| Chunked {
            before: old.before,
            list: old.list,
            texts: old.texts,
            text: old.text,
            map: old.map,
            pair: old.pair,
            boxed: old.boxed,
            after: old.after,
        })
        .collect();
    let few = |count: usize| (&inline[..count], &chunked[..count]);
    turns_into(few(2).0, few(2).1);
    // Large ones, which are away, a few of them.
    for (inline, chunked) in inline.iter().zip(&chunked) {
        for chunk_size in [64 * 1024, 512] {
            let mut bytes = Vec::new();
            let builder = Parcode::builder().chunk_size(chunk_size);
            builder.write_to_writer(&mut bytes, chunked).unwrap();
            assert_eq!(&load::<Inline>(bytes), inline);
            let mut bytes = Vec::new();
            builder.write_to_writer(&mut bytes, inline).unwrap();
            assert_eq!(&load::<Chunked>(bytes), chunked);
        }
    }
}

#[test]
fn a_type_is_renamed() {
    mod renamed {
        #[derive(parcode::ParcodeObject, Debug, PartialEq, Clone)]
        pub(super) struct Character {
            pub(super) level: u32,
            pub(super) name: String,
        }
    }
    let renamed = |old: Plain| renamed::Character {
        level: old.level,
        name: old.name,
    };
    turns_into(
        &plain(),
        &plain().into_iter().map(renamed).collect::<Vec<_>>(),
    );
}

#[test]
fn plain_structs_are_those_of_their_fields() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone, Copy)]
    #[parcode(plain)]
    #[repr(C)]
    struct Point {
        x: f32,
        y: f32,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone, Copy)]
    #[parcode(plain)]
    #[repr(C)]
    struct Space {
        x: f64,
        y: f64,
        #[parcode(default)]
        z: f64,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Named {
        x: f32,
        y: f32,
        #[parcode(default)]
        name: String,
    }
    let points = [Point { x: 1.0, y: 2.0 }, Point { x: -1.0, y: 0.5 }];
    let space = points.map(|point| Space {
        x: point.x.into(),
        y: point.y.into(),
        z: 0.0,
    });
    let named = points.map(|point| Named {
        x: point.x,
        y: point.y,
        name: String::new(),
    });
    turns_into(&points, &space);
    turns_into(&points, &named);

    // A long sequence of them is an extent, of which a page is rewritten when it is touched.
    let many: Vec<Point> = (0..100_000)
        .map(|i| Point {
            x: i as f32,
            y: 1.0,
        })
        .collect();
    let root = Parcode::in_memory(&many).unwrap();
    let space = root.file().root::<Vec<Space>>().unwrap();
    assert_eq!(space.get(99_999).unwrap().unwrap().x, 99_999.0);
    assert_eq!(
        root.file().stats().chunks_rewritten,
        2,
        "the root, and one page"
    );
    assert_eq!(space.as_slice().unwrap()[12_345].x, 12_345.0);
    let named = root.file().root::<Vec<Named>>().unwrap();
    assert_eq!(named.get_lazy(77_777).unwrap().unwrap().name, "");
}

fn load<T: ParcodeObject>(bytes: Vec<u8>) -> T {
    let source = parcode::MemorySource::new(bytes);
    parcode::ParcodeFile::from_source(source)
        .unwrap()
        .load()
        .unwrap()
}
