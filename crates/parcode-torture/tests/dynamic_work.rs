//! Work and memory that a hostile file may make of values without their Rust types, and of maps that
//! become others: in proportion to the file, whatever its schema and its links say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use parcode::{Dynamic, ErrorKind, Parcode, ParcodeError, ParcodeFile, ParcodeObject};
use parcode_torture::{Child, Data, Tree};
use peak_alloc::PeakAlloc;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use xxhash_rust::xxh3::xxh3_64;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

/// One test at a time: all of them look at the memory of the process.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What takes longer than this does not end in a time that anybody waits for.
const LONG: Duration = Duration::from_secs(20);

const UNIT: [u8; 2] = [0, 0];
const NUMBER: [u8; 2] = [0, 3];

/// What `work` gives, within the time, and within so much memory.
fn bounded<R>(what: &str, memory: usize, work: impl FnOnce() -> R) -> R {
    PEAK.reset_peak_usage();
    let (before, began) = (PEAK.current_usage(), Instant::now());
    let done = work();
    assert!(began.elapsed() < LONG, "{what}: {:?}", began.elapsed());
    let peak = PEAK.peak_usage().saturating_sub(before);
    assert!(peak < memory, "{what}: {peak} bytes");
    done
}

fn varint(bytes: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}

/// A file of these types, the first of which is the root, in one chunk of this body. No struct has a
/// name, which is no part of the fingerprint.
fn of_types(types: &[&[u8]], body: Vec<u8>) -> ParcodeFile {
    let payload = |named: bool| {
        let mut payload = Vec::new();
        varint(&mut payload, types.len());
        for ty in types {
            match ty {
                [10, 0, fields @ ..] if !named => payload.extend([&[10], fields].concat()),
                _ => payload.extend_from_slice(ty),
            }
        }
        payload
    };
    let mut tree = Tree::of(&Parcode::serialize(&7u8).unwrap());
    let (root, schema) = (tree.top[0].unwrap(), tree.top[1].unwrap());
    let fingerprint = xxh3_64(&payload(false));
    tree.runs[root].fingerprint = fingerprint;
    tree.runs[schema].fingerprint = fingerprint;
    tree.runs[schema].data = Data::Schema([vec![0], payload(true)].concat());
    tree.runs[root].data = Data::Chunk {
        body,
        links: Vec::new(),
        text: Vec::new(),
    };
    Parcode::open_bytes(tree.seal()).unwrap()
}

/// What is behind a span of so many values.
fn behind(count: u32, content: &[u8]) -> Vec<u8> {
    [&[8u32, count].map(u32::to_le_bytes).concat()[..], content].concat()
}

fn selected(value: Dynamic<'_>, path: &str) -> (usize, Option<ErrorKind>) {
    let mut found = 0;
    let done = value.select(&path.parse().unwrap(), |path, _| {
        assert!(path.len() < 1000, "{} bytes", path.len());
        found += 1;
        Ok::<(), ParcodeError>(())
    });
    (found, done.err().map(|error| error.kind()))
}

fn differences(a: Dynamic<'_>, b: Dynamic<'_>) -> (Vec<String>, Option<ErrorKind>) {
    let mut found = Vec::new();
    let done = a.diff(&b, |path, _, _| {
        found.push(path.to_owned());
        Ok::<(), ParcodeError>(())
    });
    (found, done.err().map(|error| error.kind()))
}

/// A map whose keys have 2⁶⁰ parts of no bytes.
#[test]
fn keys_of_no_bytes_are_not_walked() {
    let _alone = alone();
    let mut array = vec![4, 2];
    varint(&mut array, 1 << 60);
    let file = |number: u8| {
        let types: [&[u8]; 4] = [&[9, 1, 3], &array, &UNIT, &NUMBER];
        of_types(&types, behind(1, &[number]))
    };
    let (one, other) = (file(1), file(2));
    let (a, b) = (one.dynamic().unwrap(), other.dynamic().unwrap());
    bounded("select", 1 << 20, || {
        assert_eq!(selected(a, "[..]"), (1, None));
    });
    bounded("diff", 1 << 20, || {
        assert_eq!(differences(a, b), (vec!["[(…)]".into()], None));
    });
}

#[derive(ParcodeObject, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    #[parcode(chunkable)]
    kids: Vec<Key>,
}

/// A map of one key that is a chain of chunks, each of which links so many times to the next.
fn doubling_keys(times: u32) -> Vec<u8> {
    let mut key = Key { kids: Vec::new() };
    for _ in 0..6 {
        key = Key { kids: vec![key] };
    }
    let mut bytes = Vec::new();
    let builder = Parcode::builder().inline_threshold(0);
    let map = BTreeMap::from([(key, 1u8)]);
    builder.write_to_writer_sync(&mut bytes, &map).unwrap();
    let mut tree = Tree::of(&bytes);
    let mut changed = Vec::new();
    for (number, run) in tree.runs.iter_mut().enumerate() {
        let Data::Chunk { body, links, .. } = &mut run.data else {
            continue;
        };
        // A chunk of kids: a span, and the slot of the only one.
        let [link] = &links[..] else { continue };
        if body.len() != 16 {
            continue;
        }
        let slot = body[12..].to_vec();
        *links = vec![link.clone(); times as usize];
        let slots = (0..times).flat_map(|link| [&link.to_le_bytes()[..], &slot].concat());
        *body = behind(times, &slots.collect::<Vec<_>>());
        changed.push(number);
    }
    assert!(
        changed.len() >= 4,
        "{} of {} runs",
        changed.len(),
        tree.runs.len()
    );
    for run in &mut tree.runs {
        let Data::Chunk { links, .. } = &mut run.data else {
            continue;
        };
        for link in links {
            if matches!(&link.child, Child::Run(run) if changed.contains(run)) {
                link.count = times.into();
            }
        }
    }
    tree.seal()
}

#[test]
fn keys_that_multiply_are_not_walked() {
    let _alone = alone();
    let few = Parcode::open_bytes(doubling_keys(1)).unwrap();
    let all = few.dynamic().unwrap();
    assert_eq!(selected(all, "[..]"), (1, None));
    assert_eq!(differences(all, all), (Vec::new(), None));

    let file = Parcode::open_bytes(doubling_keys(60)).unwrap();
    let map = file.dynamic().unwrap();
    bounded("select", 4 << 20, || {
        // What is too long to be written is a question mark.
        assert_eq!(selected(map, "[..]"), (1, None));
    });
    let other = Parcode::open_bytes(doubling_keys(61)).unwrap();
    bounded("diff", 4 << 20, || {
        let (_, error) = differences(map, other.dynamic().unwrap());
        assert_eq!(error, Some(ErrorKind::Limit));
    });
}

/// Fields without bytes but for the last one.
fn wide(fields: usize) -> Vec<u8> {
    let mut wide = vec![10, 0];
    varint(&mut wide, fields + 1);
    wide.extend([0, 2, 0].repeat(fields));
    wide.extend([0, 3, 0]);
    wide
}

/// Types of many fields, within types of many parts.
#[test]
fn a_report_has_no_entry_for_what_has_no_bytes() {
    let _alone = alone();
    let mut tuple = vec![5];
    varint(&mut tuple, 200);
    tuple.extend([1; 200]);
    let types: [&[u8]; 4] = [&tuple, &wide(100_000), &UNIT, &NUMBER];
    let file = of_types(&types, behind(1, &[7; 200]));
    let usage = bounded("usage", 100 << 20, || file.usage(|_| ())).unwrap();
    assert_eq!(usage.stored, file.stats().file_len);
    let part = &usage.parts[199];
    assert_eq!((&*part.name, part.raw, part.parts.len()), (".199", 1, 1));
}

/// Paths multiply where each type is that of two fields of another, which has bytes at last.
#[test]
fn a_report_of_many_paths_ends() {
    let _alone = alone();
    let mut types: Vec<Vec<u8>> = (1..=20).map(|next| vec![5, 2, next, next]).collect();
    types.push(NUMBER.to_vec());
    let types: Vec<&[u8]> = types.iter().map(|ty| &ty[..]).collect();
    let file = of_types(&types, behind(1, &vec![7; 1 << 20]));
    let usage = bounded("usage", 100 << 20, || file.usage(|_| ())).unwrap();
    assert_eq!(usage.stored, file.stats().file_len);
}

/// A tuple of very many parts: each is where the one before ends.
#[test]
fn parts_of_a_wide_tuple_are_not_searched_for() {
    const PARTS: usize = 300_000;
    let _alone = alone();
    let mut tuple = vec![5];
    varint(&mut tuple, PARTS);
    tuple.extend(vec![1; PARTS]);
    let file = |last: u8| {
        let mut numbers = vec![7; PARTS];
        numbers[PARTS - 1] = last;
        of_types(&[&tuple, &NUMBER], behind(1, &numbers))
    };
    let (one, other) = (file(7), file(8));
    let (a, b) = (one.dynamic().unwrap(), other.dynamic().unwrap());
    bounded("select", 8 << 20, || {
        assert_eq!(selected(a, "[..]"), (PARTS, None));
    });
    bounded("diff", 8 << 20, || {
        assert_eq!(differences(a, b), (vec!["299999".into()], None));
    });
    let usage = bounded("usage", 200 << 20, || one.usage(|_| ())).unwrap();
    assert_eq!(usage.stored, one.stats().file_len);
}

/// Two structs of the same fields in another order.
#[test]
fn fields_are_found_by_name_at_once() {
    const FIELDS: u32 = 100_000;
    let _alone = alone();
    let file = |reversed: bool, number: u8| {
        let mut fields = vec![10, 0];
        varint(&mut fields, FIELDS as usize);
        for field in 0..FIELDS {
            let field = if reversed { FIELDS - 1 - field } else { field };
            fields.push(6);
            fields.extend_from_slice(format!("{field:06}").as_bytes());
            fields.extend_from_slice(&[1, 0]);
        }
        of_types(&[&fields, &NUMBER], vec![number; FIELDS as usize])
    };
    let (one, other) = (file(false, 7), file(true, 7));
    let (a, b) = (one.dynamic().unwrap(), other.dynamic().unwrap());
    bounded("diff", 100 << 20, || {
        assert_eq!(differences(a, b), (Vec::new(), None));
    });
}

/// A tuple whose first part takes no bytes is compared to its end.
#[test]
fn what_follows_a_part_of_no_bytes_is_compared() {
    let _alone = alone();
    let file =
        |number: u32| Parcode::open_bytes(Parcode::serialize(&((), number)).unwrap()).unwrap();
    let (one, other) = (file(1), file(2));
    let found = differences(one.dynamic().unwrap(), other.dynamic().unwrap());
    assert_eq!(found, (vec!["1".into()], None));
}

/// An ordered map of a million entries of one key, read as a map of other values, within less memory
/// than its entries take while they are put in order.
#[test]
fn entries_that_are_converted_count_as_memory() {
    const ENTRIES: u32 = 1_000_000;
    let _alone = alone();
    let entries = [1, 2].repeat(ENTRIES as usize);
    let mut tree = Tree::of(&Parcode::serialize(&BTreeMap::from([(1u8, 2u8)])).unwrap());
    let root = tree.top[0].unwrap();
    if let Data::Chunk { body, .. } = &mut tree.runs[root].data {
        *body = behind(ENTRIES, &entries);
    }
    let bytes = tree.seal();
    let limited = Parcode::options().threads(1).max_memory(8 << 20);
    let file = limited.open_bytes(bytes).unwrap();
    let loaded = bounded("load", 16 << 20, || file.load::<BTreeMap<u8, u16>>());
    assert_eq!(loaded.unwrap_err().kind(), ErrorKind::Limit);
}
