//! One byte changed anywhere in a file that uses every feature: an error or the same value, never a
//! panic, never another value.

#![cfg(feature = "lz4")]
#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::zero_sized_map_values,
    clippy::large_stack_arrays,
    clippy::cast_lossless,
    clippy::items_after_statements,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

use parcode::{Parcode, ParcodeObject, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::time::Duration;

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Everything {
    number: u64,
    flag: bool,
    letter: char,
    text: String,
    maybe: Option<String>,
    outcome: std::result::Result<u8, String>,
    pair: (i16, f32),
    bytes: [u8; 5],
    span: Duration,
    boxed: Box<Shape>,
    shapes: Vec<Shape>,
    words: HashMap<String, u32>,
    order: BTreeMap<i32, String>,
    seen: HashSet<u16>,
    sorted: BTreeSet<String>,
    #[parcode(chunkable)]
    inner: Inner,
    #[parcode(chunkable)]
    extent: Vec<u32>,
    #[parcode(chunkable, compression = "lz4")]
    squeezed: Vec<u8>,
    #[parcode(chunkable)]
    even: Vec<String>,
    #[parcode(chunkable)]
    uneven: Vec<String>,
    #[parcode(map)]
    hashed: HashMap<String, Inner>,
    #[parcode(map)]
    ordered: BTreeMap<String, u64>,
    #[parcode(map)]
    set: BTreeSet<u32>,
    #[parcode(chunkable)]
    long: String,
    #[parcode(chunkable)]
    far: Box<Inner>,
    #[parcode(chunkable)]
    nothing: Option<Vec<u8>>,
    #[parcode(chunkable)]
    something: Option<Vec<u8>>,
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
enum Shape {
    Point,
    Circle(f64),
    Named { name: String, sides: Vec<u16> },
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Inner {
    depth: u8,
    #[parcode(chunkable)]
    items: Vec<u16>,
}

fn everything() -> Everything {
    let inner = |depth: u8| Inner {
        depth,
        items: (0..u16::from(depth) * 40).collect(),
    };
    let named = Shape::Named {
        name: "square".into(),
        sides: vec![1, 1, 1, 1],
    };
    Everything {
        number: 0x0123_4567_89AB_CDEF,
        flag: true,
        letter: 'ß',
        text: "größer".into(),
        maybe: Some("perhaps".into()),
        outcome: Err("failed".into()),
        pair: (-5, 1.5),
        bytes: *b"bytes",
        span: Duration::new(5, 7),
        boxed: Box::new(Shape::Circle(2.5)),
        shapes: vec![Shape::Point, named, Shape::Circle(-0.0)],
        words: (0..12).map(|i| (format!("word {i}"), i)).collect(),
        order: (-3..3).map(|i| (i, i.to_string())).collect(),
        seen: (0..5).collect(),
        sorted: ["b", "a"].map(String::from).into(),
        inner: inner(3),
        extent: (0..100).collect(),
        squeezed: vec![7; 900],
        even: (0..60).map(|i| format!("entry number {i}")).collect(),
        uneven: (0..40)
            .map(|i| "x".repeat(if i == 20 { 5000 } else { 20 }))
            .collect(),
        hashed: (0..24)
            .map(|i| (format!("key {i}"), inner(i % 3)))
            .collect(),
        ordered: (0..60).map(|i| (format!("key {i:03}"), i)).collect(),
        set: (0..200).collect(),
        long: "long ".repeat(30),
        far: Box::new(inner(2)),
        nothing: None,
        something: Some(vec![9; 100]),
    }
}

fn small_file(value: &Everything) -> Vec<u8> {
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(64)
        .chunk_size(1024)
        .metadata("key", "value")
        .write_to_writer_sync(&mut bytes, value)
        .unwrap();
    bytes
}

/// Reads everything through mirrors and handles, down to the leaves.
fn walk(bytes: &[u8], value: &Everything) -> Result<()> {
    let file = Parcode::open_bytes(bytes)?;
    file.metadata()?;
    let lazy = file.root::<Everything>()?;
    assert_eq!(lazy.number, value.number);
    assert_eq!(lazy.text, value.text);
    assert_eq!(lazy.maybe, value.maybe.as_deref());
    assert_eq!(lazy.shapes.load()?, value.shapes);
    assert_eq!(lazy.words.get_lazy("word 3"), Some(3));
    assert_eq!(lazy.order.get_lazy(&2), Some("2"));
    assert!(lazy.seen.contains(&3) && lazy.sorted.contains("a"));
    assert_eq!(lazy.inner.items.load()?, value.inner.items);
    assert_eq!(lazy.extent.get_lazy(99)?, Some(99));
    assert_eq!(lazy.extent.as_slice()?, value.extent);
    assert_eq!(lazy.squeezed.as_slice()?, value.squeezed);
    for (i, text) in lazy.even.iter()?.enumerate() {
        assert_eq!(text?, value.even[i]);
    }
    for i in 0..value.uneven.len() {
        assert_eq!(lazy.uneven.get_lazy(i)?, Some(value.uneven[i].as_str()));
    }
    for (key, inner) in &value.hashed {
        let found = lazy.hashed.get_lazy(key)?;
        assert_eq!(found.as_ref().map(|found| found.depth), Some(inner.depth));
        assert_eq!(lazy.hashed.get(key)?.as_ref(), Some(inner));
    }
    for (key, number) in &value.ordered {
        assert_eq!(lazy.ordered.get_lazy(key)?, Some(*number));
    }
    let range: Result<Vec<u64>> = lazy
        .ordered
        .range("key 010".."key 020")?
        .map(|entry| Ok(entry?.1))
        .collect();
    assert_eq!(range?, (10..20).collect::<Vec<u64>>());
    assert!(lazy.set.contains(&77)? && !lazy.set.contains(&777)?);
    assert_eq!(lazy.long.get_lazy()?, value.long);
    assert_eq!(lazy.far.get_lazy()?.depth, 2);
    assert!(lazy.nothing.is_none());
    let something = lazy
        .something
        .as_ref()
        .map(parcode::LazyVec::load)
        .transpose()?;
    assert_eq!(something, value.something);
    Ok(())
}

#[test]
fn every_byte_flipped() {
    let value = everything();
    let good = small_file(&value);
    walk(&good, &value).unwrap();
    assert_eq!(Parcode::load_bytes::<Everything>(&good[..]).unwrap(), value);
    Parcode::open_bytes(&good[..]).unwrap().verify().unwrap();

    // Where nothing is optimised, every third byte will do: the torture flips all of many files.
    let step = if cfg!(debug_assertions) { 3 } else { 1 };
    // `walk` asserts that what it gets is what was saved. Every other byte is another thread's.
    let half = |first: usize| {
        let (mut refused, mut same) = (0u32, 0u32);
        for at in (first * step..good.len()).step_by(2 * step) {
            let mut bytes = good.clone();
            bytes[at] ^= if at / step % 3 == 0 {
                0xFF
            } else {
                1 << (at % 8)
            };
            let walked = walk(&bytes, &value);
            let loaded = Parcode::load_bytes::<Everything>(&bytes[..]);
            if let Ok(loaded) = &loaded {
                assert_eq!(*loaded, value, "byte {at}");
            }
            let verified = Parcode::open_bytes(&bytes[..]).and_then(|file| file.verify());
            let _ = Parcode::inspect_bytes(&bytes[..]);
            if walked.is_err() || loaded.is_err() || verified.is_err() {
                refused += 1;
            } else {
                same += 1;
            }
        }
        (refused, same)
    };
    let (even, odd) = std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        (half(0), odd.join().unwrap())
    });
    let (refused, same) = (even.0 + odd.0, even.1 + odd.1);
    println!(
        "{} bytes: {refused} changes refused, {same} without effect",
        good.len()
    );
    // The header's reserved bytes and the padding between chunks are all that may change unseen.
    assert!(same < refused / 10);
}

#[test]
fn every_truncation() {
    let value = everything();
    let good = small_file(&value);
    for len in 0..good.len() {
        assert!(Parcode::open_bytes(&good[..len]).is_err(), "{len} bytes");
    }
}

#[derive(ParcodeObject, Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Name {
    #[parcode(chunkable)]
    first: String,
    last: u16,
}

/// Parts of keys may be in other chunks. Where one of them is damaged, its key cannot be compared: that is
/// an error, and not a key that is not there.
#[test]
fn keys_whose_parts_are_damaged_are_not_missed() {
    let name = |i: u16| Name {
        first: if i == 0 {
            String::new()
        } else {
            format!("a name of some length, {i}")
        },
        last: 0,
    };
    let hashed: HashMap<Name, u16> = (0..20).map(|i| (name(i), i)).collect();
    let ordered: BTreeMap<Name, u16> = (0..20).map(|i| (name(i), i)).collect();
    let builder = Parcode::builder().inline_threshold(0);
    let mut refused = 0;
    for is_ordered in [false, true] {
        let mut good = Vec::new();
        let saved = if is_ordered {
            builder.write_to_writer_sync(&mut good, &ordered)
        } else {
            builder.write_to_writer_sync(&mut good, &hashed)
        };
        saved.unwrap();
        for at in 0..good.len() {
            let mut bytes = good.clone();
            bytes[at] ^= 0x55;
            let Ok(file) = Parcode::open_bytes(bytes) else {
                continue;
            };
            let find = |name: &Name| {
                if is_ordered {
                    file.root::<BTreeMap<Name, u16>>()?.get_lazy(name)
                } else {
                    file.root::<HashMap<Name, u16>>()?.get_lazy(name)
                }
            };
            for i in 0..20 {
                match find(&name(i)) {
                    Ok(found) => assert_eq!(found, Some(i), "byte {at}"),
                    Err(_) => refused += 1,
                }
            }
            let absent = Name { last: 7, ..name(3) };
            assert!(matches!(find(&absent), Ok(None) | Err(_)), "byte {at}");
        }
    }
    assert!(refused > 100, "{refused}");
}
