//! What is read of a damaged file: everything outside of the damage, and a list of what was lost.

#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation
)]

use parcode::{
    Access, Builder, FoundKind, Loss, Lost, Parcode, ParcodeObject, Salvage, Salvaged,
    VerifyOptions,
};
use proptest::prelude::*;
use shapes::{HEADER, Inner, MARK, Run, Shapes, TRAILER, file_of, runs, shapes, small_chunks};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;

#[path = "support/shapes.rs"]
mod shapes;

/// The page of an index of up to 2 MiB.
const PAGE: usize = 2048;

fn salvage<T: ParcodeObject>(bytes: &[u8]) -> Salvaged<T> {
    Salvage::open_bytes(bytes).unwrap().root().unwrap()
}

fn builders() -> Vec<(&'static str, Builder)> {
    let mut builders = vec![
        ("small chunks", small_chunks()),
        (
            "everything away",
            Parcode::builder().inline_threshold(0).chunk_size(1024),
        ),
        ("defaults", Parcode::builder()),
    ];
    if cfg!(feature = "lz4") {
        builders.push(("LZ4", small_chunks().compression(true)));
    }
    builders
}

/// What was lost of the value at a path.
fn lost_at<'l>(lost: &'l [Loss], path: &str) -> Option<&'l Lost> {
    let mut at = lost.iter().filter(|loss| loss.path == path);
    let found = at.next().map(|loss| &loss.lost);
    assert!(at.next().is_none(), "{path} is in the list once");
    found
}

/// A sequence is what was saved, without the elements that are in the list.
fn without_lost<T: PartialEq + Debug>(found: &[T], saved: &[T], lost: Option<&Lost>, what: &str) {
    let Some(lost) = lost else {
        return assert_eq!(found, saved, "{what}");
    };
    let Lost::Elements { count, among } = lost else {
        panic!("{what}: {lost:?}");
    };
    assert_eq!(found.len() as u64 + count, saved.len() as u64, "{what}");
    let gone = |i: usize| among.iter().any(|range| range.contains(&(i as u64)));
    let all: u64 = among.iter().map(|range| range.end - range.start).sum();
    assert_eq!(all, *count, "{what}: exactly these");
    let kept = saved.iter().enumerate().filter(|(i, _)| !gone(*i));
    assert!(kept.map(|(_, value)| value).eq(found), "{what}");
}

/// A map is what was saved, without so many entries as the list says.
fn without_entries<'m, K: 'm, V: PartialEq + Debug + 'm>(
    found: impl ExactSizeIterator<Item = (&'m K, &'m V)>,
    saved: impl Fn(&K) -> Option<&'m V>,
    len: usize,
    lost: Option<&Lost>,
    same: impl Fn(&V, &V) -> bool,
) {
    let missing = match lost {
        None => 0,
        Some(Lost::Entries(count)) => *count,
        Some(other) => panic!("{other:?}"),
    };
    assert_eq!(found.len() as u64 + missing, len as u64);
    for (key, value) in found {
        assert!(same(value, saved(key).unwrap()), "{value:?}");
    }
}

/// Holds what was salvaged to what was saved and to the list of losses; how many losses there are.
fn hold(salvaged: &Salvaged<Shapes>, saved: &Shapes, what: &str) -> usize {
    let (value, lost) = (&salvaged.value, &salvaged.lost);
    let all: Vec<String> = lost.iter().map(ToString::to_string).collect();
    let what = &format!("{what}: {all:?}");
    assert!(lost.iter().all(|loss| !loss.errors.is_empty()), "{what}");
    let at = |path: &str| lost_at(lost, path);
    assert_eq!((value.number, &value.text), (saved.number, &saved.text));
    assert_eq!(value.words, saved.words);
    without_lost(&value.extent, &saved.extent, at("extent"), what);
    without_lost(&value.few, &saved.few, at("few"), what);
    without_lost(&value.even, &saved.even, at("even"), what);
    without_lost(&value.uneven, &saved.uneven, at("uneven"), what);
    // Elements whose own parts are lost are there, without these.
    let inner_lost = |prefix: &str| lost.iter().any(|loss| loss.path.starts_with(prefix));
    if inner_lost("nested[") {
        assert_eq!(value.nested.len(), saved.nested.len(), "{what}");
    } else {
        without_lost(&value.nested, &saved.nested, at("nested"), what);
    }
    let parts_lost = inner_lost("hashed[");
    without_entries(
        value.hashed.iter(),
        |key| saved.hashed.get(key),
        saved.hashed.len(),
        at("hashed"),
        |a, b| a == b || (parts_lost && a.depth == b.depth && a.items.is_empty()),
    );
    without_entries(
        value.ordered.iter(),
        |key| saved.ordered.get(key),
        saved.ordered.len(),
        at("ordered"),
        |a, b| a == b,
    );
    assert!(value.set.is_subset(&saved.set), "{what}");
    let in_set = (saved.set.len() - value.set.len()) as u64;
    assert_eq!(
        at("set"),
        (in_set > 0).then_some(&Lost::Entries(in_set)),
        "{what}"
    );
    match at("long") {
        None => assert_eq!(value.long, saved.long),
        Some(lost) => assert_eq!((lost, &*value.long), (&Lost::Value, "")),
    }
    match at("pair") {
        None => assert_eq!(value.pair, saved.pair),
        Some(lost) => assert_eq!((lost, &value.pair), (&Lost::Value, &(0, String::new()))),
    }
    match at("far") {
        None if !inner_lost("far") => assert_eq!(value.far, saved.far),
        None => assert_eq!(value.far.as_ref().unwrap().depth, 5),
        Some(lost) => assert_eq!((lost, &value.far), (&Lost::Value, &None)),
    }
    let something = value.something.as_deref().unwrap();
    without_lost(
        something,
        saved.something.as_ref().unwrap(),
        at("something"),
        what,
    );
    without_lost(
        &value.inner.items,
        &saved.inner.items,
        at("inner.items"),
        what,
    );
    lost.len()
}

#[test]
fn a_sound_file_is_salvaged_whole() {
    let value = shapes(3);
    for (name, builder) in builders() {
        let bytes = file_of(&value, &builder);
        let salvaged = salvage::<Shapes>(&bytes);
        assert!(salvaged.is_whole(), "{name}: {:?}", salvaged.lost);
        assert_eq!(salvaged.value, value, "{name}");

        let found = Salvage::open_bytes(&bytes[..]).unwrap().chunks();
        let real = runs(&bytes);
        assert_eq!(found.len(), real.len(), "{name}");
        for (found, real) in found.iter().zip(&real) {
            assert_eq!(found.offset as usize, real.at);
            assert_eq!(found.intact, Some(true), "{name}: {found:?}");
            assert!(found.type_name.is_some(), "{name}: {found:?}");
        }
    }
}

/// Damages a run, and says how.
fn damage(bytes: &mut [u8], run: &Run, how: usize) -> &'static str {
    match how % 4 {
        0 => {
            bytes[run.byte(how * 977)] ^= 0x10;
            "a bit flipped"
        }
        1 => {
            let (start, end) = (run.at + MARK, run.at + MARK + run.len);
            bytes[start..end].fill(0);
            "zeroed"
        }
        2 => {
            bytes[run.at + how % MARK] ^= 0x81;
            "its mark changed"
        }
        _ => {
            let (start, end) = (run.at, run.at + MARK + run.len);
            bytes[start..end].fill(0xAA);
            "overwritten"
        }
    }
}

#[test]
fn one_damaged_run_costs_nothing_else() {
    let (mut cases, mut unharmed) = (0, 0);
    let value = shapes(2);
    for (name, builder) in builders() {
        let good = file_of(&value, &builder);
        let all = runs(&good);
        // The last two are schema and root.
        for (i, run) in all[..all.len() - 2].iter().enumerate() {
            let mut bytes = good.clone();
            let how = damage(&mut bytes, run, i * 7 + i / 4);
            let salvaged = salvage::<Shapes>(&bytes);
            let losses = hold(&salvaged, &value, &format!("{name}, {run:?} {how}"));
            // An extent or index does without its mark, and shards without their index.
            let needless = run.kind != 1;
            assert!(
                losses == 1 || (losses == 0 && needless),
                "{name}: {run:?} {how}"
            );
            unharmed += usize::from(losses == 0);
            cases += 1;
        }
    }
    println!("{cases} runs damaged one at a time; {unharmed} of them cost nothing");
    assert!(cases > 500 && unharmed > 5);
}

#[test]
fn the_tail_may_be_gone() {
    let value = shapes(2);
    for (name, builder) in builders() {
        let good = file_of(&value, &builder);
        let all = runs(&good);
        let (schema, root) = (all[all.len() - 2], all[all.len() - 1]);
        let mut broken = vec![
            ("no trailer", good[..good.len() - TRAILER].to_vec()),
            ("half a trailer", good[..good.len() - 80].to_vec()),
            ("more behind it", [&good[..], &[7; 5000]].concat()),
            ("the front is gone", good[HEADER + 16..].to_vec()),
            (
                "shifted by three",
                [&[1, 2, 3][..], &good[..good.len() - 9]].concat(),
            ),
        ];
        let mut no_schema = good.clone();
        no_schema[schema.at..schema.at + MARK + schema.len].fill(0);
        broken.push(("the schema is zeros", no_schema.clone()));
        no_schema.truncate(good.len() - 100);
        broken.push(("neither schema nor trailer", no_schema));
        for (how, bytes) in broken {
            let salvaged = salvage::<Shapes>(&bytes);
            let named = ["the schema is zeros", "the front is gone"].contains(&how);
            assert_eq!(salvaged.guessed, !named, "{name}, {how}");
            if how == "the front is gone" {
                // The first run lost its mark, and is an extent: that costs nothing.
                hold(&salvaged, &value, &format!("{name}, {how}"));
                continue;
            }
            assert!(salvaged.is_whole(), "{name}, {how}: {:?}", salvaged.lost);
            assert_eq!(salvaged.value, value, "{name}, {how}");
        }

        // And a shard with it.
        let mut bytes = good.clone();
        let shard = all.iter().find(|run| run.kind == 1).unwrap();
        bytes[shard.byte(5)] ^= 4;
        bytes[root.at + MARK + root.len..].fill(0);
        assert_eq!(hold(&salvage(&bytes), &value, name), 1);
    }
}

/// A file whose root is gone: what is left of it, by type.
#[test]
fn without_a_root_the_pieces_are_found_by_their_types() {
    let value = shapes(4);
    for (name, builder) in builders() {
        let good = file_of(&value, &builder);
        let root = *runs(&good).last().unwrap();
        for cut in [false, true] {
            let mut bytes = good.clone();
            bytes[root.byte(3)] ^= 1;
            if cut {
                bytes.truncate(root.at + MARK);
            }
            let wreck = Salvage::open_bytes(bytes).unwrap();
            let error = wreck.root::<Shapes>().unwrap_err();
            assert!(error.found().contains("values"), "{error}");

            let mut ordered = BTreeMap::new();
            for piece in wreck.values::<BTreeMap<String, u64>>() {
                ordered.extend(piece.unwrap().value);
            }
            assert_eq!(ordered, value.ordered, "{name}");
            let mut hashed = HashMap::new();
            for piece in wreck.values::<HashMap<String, Inner>>() {
                let piece = piece.unwrap();
                assert!(piece.is_whole());
                hashed.extend(piece.value);
            }
            assert_eq!(hashed, value.hashed, "{name}");
            let mut set = BTreeSet::new();
            for piece in wreck.values::<BTreeSet<u32>>() {
                set.extend(piece.unwrap().value);
            }
            assert_eq!(set, value.set, "{name}");
            let numbers = wreck
                .values::<Vec<u32>>()
                .flat_map(|piece| piece.unwrap().value);
            assert!(numbers.eq(value.extent.iter().copied()), "{name}");
            // Sequences of one type come in the order of the file: that of the fields.
            let strings = wreck
                .values::<Vec<String>>()
                .flat_map(|piece| piece.unwrap().value);
            let strings: Vec<String> = strings.collect();
            let saved = [&value.few[..], &value.even, &value.uneven].concat();
            assert!(
                saved.ends_with(&strings),
                "{name}: {} of {}",
                strings.len(),
                saved.len()
            );
            assert!(strings.len() >= saved.len() - value.few.len());
            let long: Vec<String> = wreck
                .values::<String>()
                .map(|piece| piece.unwrap().value)
                .collect();
            let away = long.is_empty() || long == [value.long.clone()];
            assert!(away, "{name}: home in the root, or away in a chunk");
        }
    }
}

/// Sequences and maps of so many shards that their indexes take pages of their own.
#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Long {
    #[parcode(chunkable)]
    even: Vec<String>,
    #[parcode(chunkable)]
    uneven: Vec<String>,
    #[parcode(map)]
    hashed: HashMap<u32, String>,
    #[parcode(map)]
    ordered: BTreeMap<String, u32>,
}

fn long() -> Long {
    let text = |i: u32| format!("text number {i:06}");
    Long {
        even: (0..12_000).map(text).collect(),
        uneven: (0..9_000u32)
            .map(|i| text(i).repeat(if i % 50 == 0 { 60 } else { 1 }))
            .collect(),
        hashed: (0..4_000).map(|i| (i, text(i))).collect(),
        ordered: (0..4_000).map(|i| (text(i), i)).collect(),
    }
}

#[test]
fn a_lost_page_of_an_index_costs_nothing() {
    let value = long();
    let mut good = Vec::new();
    let builder = Parcode::builder().inline_threshold(0).chunk_size(1024);
    builder.write_to_writer(&mut good, &value).unwrap();
    let indexes: Vec<Run> = runs(&good)
        .into_iter()
        .filter(|run| run.kind == 3)
        .collect();
    assert_eq!(indexes.len(), 4);
    let mut pages = 0;
    for index in &indexes {
        assert!(index.len > PAGE, "{index:?} has pages");
        for page in 0..index.len.div_ceil(PAGE) {
            let mut bytes = good.clone();
            let start = index.at + MARK + page * PAGE;
            let end = (start + PAGE).min(index.at + MARK + index.len);
            bytes[start..end].fill(0);
            assert!(Parcode::open_bytes(&bytes[..]).unwrap().verify().is_err());
            let salvaged = salvage::<Long>(&bytes);
            assert!(
                salvaged.is_whole(),
                "page {page} of {index:?}: {:?}",
                salvaged.lost
            );
            assert!(salvaged.value == value);
            pages += 1;
        }
        // All of it, with its mark.
        let mut bytes = good.clone();
        bytes[index.at..index.at + MARK + index.len].fill(0x55);
        assert!(salvage::<Long>(&bytes).value == value);
    }
    println!("{pages} pages of indexes lost one at a time, at no cost");
}

#[test]
fn shards_that_are_lost_with_their_index_page_are_counted() {
    let value = long();
    let mut bytes = Vec::new();
    let builder = Parcode::builder().inline_threshold(0).chunk_size(1024);
    builder.write_to_writer(&mut bytes, &value).unwrap();
    let all = runs(&bytes);
    let index = *all.iter().find(|run| run.kind == 3).unwrap();
    bytes[index.at + MARK + PAGE] ^= 1;
    // Two of the shards of that page.
    for shard in [70, 90] {
        bytes[all[shard].byte(9)] ^= 1;
    }
    let salvaged = salvage::<Long>(&bytes);
    assert_eq!(salvaged.lost.len(), 1);
    let Lost::Elements { count, among } = &salvaged.lost[0].lost else {
        panic!()
    };
    assert_eq!(
        salvaged.value.even.len() as u64 + count,
        value.even.len() as u64
    );
    assert!((2..=200).contains(count), "{count}");
    assert_eq!(among.len(), 1, "{among:?}");
    assert!(
        salvaged
            .value
            .even
            .iter()
            .all(|text| value.even.contains(text))
    );
    assert!(salvaged.value.even.is_sorted());
    assert_eq!(salvaged.value.ordered, value.ordered);
}

/// So many pages that their checksums are in pages themselves.
#[test]
fn a_lost_checksum_costs_one_page() {
    let value: Vec<u64> = (0..3 << 20).collect();
    let good = Parcode::serialize(&value).unwrap();
    let extent = runs(&good)[0];
    let sums = extent.at + MARK + extent.len;
    for (at, most) in [
        (sums + 100, 8192),
        (extent.at + MARK + 9_000_000, 8192),
        (extent.at, 0),
    ] {
        let mut bytes = good.clone();
        bytes[at] ^= 1;
        let salvaged = salvage::<Vec<u64>>(&bytes);
        let lost = value.len() - salvaged.value.len();
        assert!(lost <= most, "{lost} elements lost at {at}");
        assert_eq!(lost == 0, salvaged.is_whole());
        let lost = salvaged.lost.first().map(|loss| &loss.lost);
        without_lost(&salvaged.value, &value, lost, "numbers");
    }
    let found = Salvage::open_bytes(&good[..extent.at + MARK + extent.len + 3072])
        .unwrap()
        .values::<Vec<u64>>()
        .map(|piece| piece.unwrap().value)
        .collect::<Vec<_>>();
    assert!(found == [value]);
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Tree {
    name: String,
    #[parcode(chunkable)]
    children: Vec<Tree>,
    #[parcode(chunkable)]
    next: Option<Box<Tree>>,
}

fn tree(depth: u32, width: u32) -> Tree {
    let leaf = |name: String| Tree {
        name,
        children: Vec::new(),
        next: None,
    };
    Tree {
        children: (0..if depth == 0 { 0 } else { width })
            .map(|_| tree(depth - 1, width))
            .collect(),
        next: Some(Box::new(leaf(format!("next of {depth}")))),
        ..leaf(format!("at {depth}"))
    }
}

#[test]
fn recursive_values_keep_their_shape() {
    fn kept(found: &Tree, saved: &Tree) -> usize {
        assert_eq!(found.name, saved.name);
        assert!(found.next.is_none() || found.next == saved.next);
        let children = found.children.iter().zip(&saved.children);
        1 + children
            .map(|(found, saved)| kept(found, saved))
            .sum::<usize>()
    }
    let value = tree(4, 5);
    let all = kept(&value, &value);
    let mut good = Vec::new();
    let builder = Parcode::builder().inline_threshold(0).chunk_size(1024);
    builder.write_to_writer(&mut good, &value).unwrap();
    let real = runs(&good);
    for (i, run) in real[..real.len() - 2].iter().enumerate().step_by(7) {
        let mut bytes = good.clone();
        damage(&mut bytes, run, i);
        let salvaged = salvage::<Tree>(&bytes);
        let kept = kept(&salvaged.value, &value);
        assert!(!salvaged.is_whole());
        assert!(
            kept + 1 + 5 + 25 >= all / 5 * 4 && kept <= all,
            "{kept} of {all}"
        );
    }
}

#[test]
fn what_has_no_blank_value_is_left_out() {
    #[derive(ParcodeObject, Clone, Debug, PartialEq)]
    enum Endless {
        Deeper(Box<Endless>),
        End(String),
    }
    #[derive(ParcodeObject, Clone, Debug, PartialEq)]
    struct Holder {
        number: u32,
        #[parcode(chunkable)]
        endless: Box<Endless>,
    }
    let value: Vec<Holder> = (0..20)
        .map(|number| Holder {
            number,
            endless: Box::new(Endless::Deeper(Box::new(Endless::End("end".repeat(30))))),
        })
        .collect();
    let mut bytes = Vec::new();
    let builder = Parcode::builder().inline_threshold(0).chunk_size(1024);
    builder.write_to_writer(&mut bytes, &value).unwrap();
    let third = runs(&bytes)[3];
    bytes[third.byte(50)] ^= 1;
    let salvaged = salvage::<Vec<Holder>>(&bytes);
    assert_eq!(salvaged.lost.len(), 1);
    let lost = Some(&salvaged.lost[0].lost);
    without_lost(&salvaged.value, &value, lost, "holders");
    assert_eq!(salvaged.value.len(), 19);
    assert!(
        salvaged.lost[0].errors[0].path().starts_with("[3].endless"),
        "{:?}",
        salvaged.lost
    );
}

#[cfg(feature = "serde")]
#[test]
fn values_kept_through_serde_are_blank_where_they_are_lost() {
    #[derive(ParcodeObject, Clone, Debug, PartialEq)]
    struct Notes {
        number: u32,
        #[parcode(chunkable, serde)]
        json: serde_json::Value,
        #[parcode(chunkable, serde)]
        map: std::collections::BTreeMap<String, u32>,
    }
    let value = Notes {
        number: 7,
        json: serde_json::json!({ "a": "b".repeat(100) }),
        map: (0..50).map(|i| (i.to_string(), i)).collect(),
    };
    let mut good = Vec::new();
    let builder = Parcode::builder().inline_threshold(0);
    builder.write_to_writer(&mut good, &value).unwrap();
    for i in 0..2 {
        let mut bytes = good.clone();
        bytes[runs(&good)[i].byte(30)] ^= 1;
        let salvaged = salvage::<Notes>(&bytes);
        assert_eq!(salvaged.lost.len(), 1);
        assert_eq!(salvaged.value.number, 7);
        let blank = [salvaged.value.json.is_null(), salvaged.value.map.is_empty()];
        assert_eq!(blank, [i == 0, i == 1]);
    }
}

#[test]
fn files_on_disk_and_wrong_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.par");
    let value = shapes(2);
    let mut bytes = file_of(&value, &small_chunks());
    let len = bytes.len();
    bytes[len / 2] ^= 0xFF;
    std::fs::write(&path, &bytes).unwrap();
    hold(&Parcode::salvage(&path).unwrap(), &value, "on disk");
    for access in [Access::Positioned, Access::Memory] {
        let options = Parcode::options().access(access);
        hold(
            &options.salvage(&path).unwrap().root().unwrap(),
            &value,
            "on disk",
        );
    }
    let wreck = Salvage::open(&path).unwrap();
    assert!(wreck.error().is_none());
    assert!(wreck.root::<Vec<u8>>().is_err());
    let found = wreck.chunks();
    assert_eq!(
        found
            .iter()
            .filter(|chunk| chunk.intact == Some(false))
            .count(),
        1
    );
    assert_eq!(found.last().unwrap().kind, FoundKind::Chunk);
    assert_eq!(found.last().unwrap().type_name.as_deref(), Some("Shapes"));

    for nothing in [&b""[..], b"par\x93", &[0; 5000]] {
        let wreck = Salvage::open_bytes(nothing).unwrap();
        assert!(wreck.chunks().is_empty() && wreck.error().is_some());
        assert!(wreck.root::<Shapes>().is_err());
        assert_eq!(wreck.values::<Vec<u8>>().count(), 0);
    }
}

/// The listing of the README, which must run; indented lines are checks.
#[test]
fn the_listing_of_the_readme() {
    type GameWorld = Shapes;
    let folder = tempfile::tempdir().unwrap();
    let world = shapes(2);
    let paths = ["upload.par", "shared.par", "damaged.par"].map(|name| folder.path().join(name));
    for path in &paths {
        Parcode::save(path, &world).unwrap();
    }
    let run = || -> parcode::Result<()> {
        let [upload, shared, damaged] = &paths;
        let file = Parcode::options()
            .max_file_size(1 << 30)
            .max_memory(64 << 20)
            .open(upload)?;
        assert_eq!(file.load::<GameWorld>()?, world);
        let file = Parcode::options().access(Access::Positioned).open(shared)?;
        assert_eq!(file.load::<GameWorld>()?, world);
        let report = VerifyOptions::new()
            .progress(|p| eprintln!("{} of {}", p.bytes, p.file_len))
            .run(&file);
        assert!(report.is_sound());
        let salvaged = Parcode::salvage::<GameWorld>(damaged)?;
        for loss in &salvaged.lost {
            println!("{loss}");
        }
        assert!(salvaged.is_whole());
        Ok(())
    };
    run().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: std::env::var("PARCODE_CASES").map_or(40, |cases| cases.parse().unwrap()),
        // A failure is kept as a test of its own, not as a seed.
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Whatever is done to a file: what is salvaged was saved, and there is neither a panic nor an end
    /// that does not come.
    #[test]
    fn any_damage(
        seed in any::<u64>(),
        spots in prop::collection::vec((any::<prop::sample::Index>(), 1usize..3000, any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        builder in 0usize..3,
    ) {
        let value = shapes(2 + (seed % 3) as u32);
        let (name, builder) = &builders()[builder];
        let mut bytes = file_of(&value, builder);
        for (at, len, fill) in spots {
            let at = at.index(bytes.len());
            let end = (at + len).min(bytes.len());
            bytes[at..end].fill(fill);
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        let wreck = Salvage::open_bytes(bytes).unwrap();
        wreck.chunks();
        for piece in wreck.values::<BTreeMap<String, u64>>() {
            for (key, number) in piece.unwrap().value {
                assert_eq!(value.ordered[&key], number, "{name}");
            }
        }
        for piece in wreck.values::<Vec<u32>>() {
            let piece = piece.unwrap().value;
            assert!(piece.is_empty() || value.extent.windows(piece.len()).any(|w| w == piece), "{name}");
        }
        let Ok(salvaged) = wreck.root::<Shapes>() else { return Ok(()) };
        let found = salvaged.value;
        assert!(found.ordered.iter().all(|(key, number)| value.ordered[key] == *number));
        assert!(found.set.is_subset(&value.set));
        assert!(found.even.len() <= value.even.len());
        assert!(found.even.iter().all(|text| value.even.contains(text)));
        assert!(found.extent.is_sorted() && found.extent.len() <= value.extent.len());
        for (key, inner) in &found.hashed {
            assert_eq!(value.hashed[key].depth, inner.depth);
        }
    }
}
