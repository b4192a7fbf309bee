//! Verifying a whole file: all that is damaged is told, with its place, and nothing else is.

#![allow(
    missing_docs,
    dead_code,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use parcode::{Access, ErrorKind, Parcode, ParcodeFile, Report, VerifyOptions};
use shapes::{HEADER, MARK, Shapes, TRAILER, file_of, runs, shapes, small_chunks};
use std::collections::BTreeSet;
use std::sync::Mutex;

#[path = "support/counting.rs"]
mod counting;
#[path = "support/shapes.rs"]
mod shapes;

fn report(bytes: &[u8]) -> Report {
    let file = Parcode::open_bytes(bytes).unwrap();
    let report = VerifyOptions::new().threads(1).run(&file);
    // The same report, whichever thread finds what first.
    let parallel = VerifyOptions::new().threads(4).run(&file);
    assert_eq!(format!("{report:?}"), format!("{parallel:?}"));
    assert_eq!(file.verify().is_ok(), report.is_sound());
    report
}

fn builders() -> Vec<(&'static str, parcode::Builder)> {
    let mut builders = vec![("plain", small_chunks()), ("defaults", Parcode::builder())];
    if cfg!(feature = "lz4") {
        builders.push(("LZ4", small_chunks().compression(true)));
    }
    builders
}

#[test]
fn a_sound_file_is_sound() {
    for (name, builder) in builders() {
        let bytes = file_of(&shapes(3), &builder.metadata("key", "value"));
        let report = report(&bytes);
        assert!(report.is_sound(), "{name}: {:?}", report.damages);
        // All bytes but the header, the trailer and what is between runs.
        let most = (bytes.len() - HEADER - TRAILER) as u64;
        let padding = 16 * runs(&bytes).len() as u64;
        let marks = (MARK * runs(&bytes).len()) as u64;
        assert!(report.bytes <= most);
        assert!(
            report.bytes + padding + marks > most,
            "{name}: {} of {most}",
            report.bytes
        );
        assert!(report.chunks >= runs(&bytes).len() as u64);
    }
}

#[test]
fn each_damaged_run_is_told_alone() {
    let mut cases = 0;
    for (name, builder) in builders() {
        let good = file_of(&shapes(2), &builder);
        for (i, run) in runs(&good).into_iter().enumerate() {
            let mut bytes = good.clone();
            bytes[run.byte(i * 977)] ^= 0x10;
            let report = report(&bytes);
            let damages = &report.damages;
            assert_eq!(damages.len(), 1, "{name}: {run:?}: {damages:?}");
            let offset = damages[0].offset().unwrap() as usize;
            assert!(
                (run.at..run.at + MARK + run.len).contains(&offset),
                "{name}: {run:?}: {}",
                damages[0]
            );
            assert_eq!(damages[0].kind(), ErrorKind::Damaged);
            cases += 1;
        }
    }
    println!("{cases} damaged runs, each told alone");
    assert!(cases > 300);
}

#[test]
fn bytes_that_mean_something_are_verified() {
    let mut value = shapes(1);
    value.extent.truncate(300);
    value.uneven.truncate(20);
    value.even.truncate(30);
    value.hashed.retain(|_, inner| inner.depth < 12);
    value.nested.truncate(12);
    let good = file_of(&value, &small_chunks());
    let mut padding: BTreeSet<usize> = BTreeSet::new();
    for run in runs(&good) {
        let end = run.at + MARK + run.len;
        padding.extend(end..end.next_multiple_of(16));
    }
    let (mut tried, mut missed) = (0, 0);
    for at in (0..good.len() - TRAILER).step_by(5) {
        let mut bytes = good.clone();
        bytes[at] ^= 1 << (at % 8);
        let file = Parcode::open_bytes(bytes).unwrap();
        let sound = VerifyOptions::new().threads(1).run(&file).is_sound();
        assert_eq!(sound, padding.contains(&at), "byte {at}");
        tried += 1;
        missed += usize::from(sound);
    }
    println!("{tried} bytes flipped, {missed} of them padding");
}

#[test]
fn damages_are_told_by_path_in_the_order_of_the_file() {
    let value = shapes(20);
    let mut bytes = Parcode::serialize(&value).unwrap();
    let file = Parcode::open_bytes(&bytes[..]).unwrap();
    assert!(file.verify().is_ok());
    let find = |bytes: &[u8], text: &[u8]| bytes.windows(text.len()).position(|w| w == text);
    // An element of the extent, one of the even strings, and the value of a key.
    let in_extent = find(&bytes, &20_000u32.to_le_bytes()).unwrap();
    let in_even = find(&bytes, b"entry number 1100").unwrap();
    let in_ordered = find(&bytes, b"key 00700").unwrap();
    for at in [in_extent, in_even, in_ordered] {
        bytes[at] ^= 2;
    }
    let report = report(&bytes);
    let paths: Vec<&str> = report
        .damages
        .iter()
        .map(parcode::ParcodeError::path)
        .collect();
    assert_eq!(paths.len(), 3, "{paths:?}");
    assert!(paths.contains(&"extent[16384..32768]"), "{paths:?}");
    assert!(
        paths.iter().any(|path| path.starts_with("even")),
        "{paths:?}"
    );
    assert!(
        paths.iter().any(|path| path.starts_with("ordered")),
        "{paths:?}"
    );
    let offsets: Vec<_> = report
        .damages
        .iter()
        .map(parcode::ParcodeError::offset)
        .collect();
    assert!(offsets.is_sorted());
}

#[test]
fn damages_are_bounded_and_counted() {
    let good = file_of(&shapes(5), &small_chunks());
    let mut bytes = good.clone();
    // Extents link to nothing: each of them is told.
    for run in runs(&good).iter().filter(|run| run.kind == 2) {
        bytes[run.byte(0)] ^= 1;
    }
    let file = Parcode::open_bytes(bytes).unwrap();
    let all = VerifyOptions::new().run(&file);
    assert!(all.damages.len() > 10 && all.omitted == 0);
    for threads in [1, 4] {
        let few = VerifyOptions::new()
            .threads(threads)
            .max_damages(3)
            .run(&file);
        assert_eq!(few.damages.len(), 3);
        assert_eq!(few.omitted, all.damages.len() as u64 - 3);
        for (a, b) in few.damages.iter().zip(&all.damages) {
            assert_eq!(a.offset(), b.offset());
        }
    }
}

#[test]
fn progress_is_told() {
    let bytes = Parcode::serialize(&(0..2_000_000u32).collect::<Vec<_>>()).unwrap();
    let file = Parcode::open_bytes(bytes).unwrap();
    let told = Mutex::new(Vec::new());
    let report = VerifyOptions::new()
        .progress(|progress| told.lock().unwrap().push(progress.bytes))
        .run(&file);
    let told = told.into_inner().unwrap();
    assert!(told.len() >= 7, "{told:?}");
    assert_eq!(told.last(), Some(&report.bytes));
    assert!(report.bytes > 8_000_000);
    assert_eq!(
        file.stats().chunks_verified,
        0,
        "the file's own counts are of its own reads"
    );
}

#[test]
fn memory_does_not_grow_with_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large.par");
    let value: Shapes = shapes(300);
    Parcode::save(&path, &value).unwrap();
    drop(value);
    let len = std::fs::metadata(&path).unwrap().len();
    assert!(len > 7_000_000, "{len}");
    let options = Parcode::options().access(Access::Positioned).threads(1);
    let file: ParcodeFile = options.open(&path).unwrap();
    let (report, peak) = counting::peak(|| VerifyOptions::new().run(&file));
    assert!(report.is_sound(), "{:?}", report.damages);
    println!("{len} bytes verified within {peak} bytes of memory");
    assert!(peak < 1_000_000, "{peak} bytes for a file of {len}");
}
