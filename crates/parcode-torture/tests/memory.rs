//! Memory that a hostile file may make its reader take before anything of it is read: what indexes and
//! frames of Zstandard say of themselves. It stands alone: the memory that is counted is that of the
//! process.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use parcode::{Compression, ErrorKind, OpenOptions, Parcode, ParcodeObject};
use parcode_torture::{Child, Data, Entry, Index, Patch, Tree};
use peak_alloc::PeakAlloc;
use std::collections::{HashMap, HashSet};
use std::sync::Mutex;

#[global_allocator]
static PEAK: PeakAlloc = PeakAlloc;

/// One test at a time: all of them look at the memory of the process.
static ALONE: Mutex<()> = Mutex::new(());

/// Where the raw length is in a mark, and in an entry of an index.
const MARK_RAW: usize = 12;
const ENTRY_RAW: usize = 20;

/// The error of loading a `T`, and the memory that it took.
fn refused<T: ParcodeObject>(options: &OpenOptions, bytes: &[u8]) -> (ErrorKind, usize) {
    PEAK.reset_peak_usage();
    let before = PEAK.current_usage();
    let loaded = options.open_bytes(bytes).unwrap().load::<T>();
    let peak = PEAK.peak_usage().saturating_sub(before);
    let error = loaded.map(drop).unwrap_err();
    (error.kind(), peak)
}

/// A file whose index, which its root links to, is what `change` makes of it: the shards it had, and
/// how many elements or entries the link says there are.
fn with_index<T: ParcodeObject>(
    value: &T,
    compression: Compression,
    change: impl FnOnce(&mut Index, &mut u64),
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let builder = Parcode::builder().chunk_size(2048).compression(compression);
    builder.write_to_writer_sync(&mut bytes, value).unwrap();
    let mut tree = Tree::of(&bytes);
    let root = tree.top[0].unwrap();
    let Data::Chunk { links, .. } = &tree.runs[root].data else {
        panic!("the root is a chunk");
    };
    let mut link = links[0].clone();
    match &mut link.child {
        Child::HomeIndex(_, _, index) => change(index, &mut link.count),
        Child::Run(run) => match &mut tree.runs[*run].data {
            Data::Index(index) => change(index, &mut link.count),
            _ => panic!("the value is in shards"),
        },
    }
    if let Data::Chunk { links, .. } = &mut tree.runs[root].data {
        links[0] = link;
    }
    tree.seal()
}

/// Every entry the first shard, so many times, which is said to become `raw` bytes.
fn all_the_first(index: &mut Index, times: usize, raw: u32) {
    let patches = vec![Patch {
        at: ENTRY_RAW,
        bytes: raw.to_le_bytes().to_vec(),
    }];
    let first = index.entries[0].run;
    index.entries = (0..times)
        .map(|i| Entry {
            run: first,
            fence: i as u64,
            patches: patches.clone(),
        })
        .collect();
}

fn texts() -> Vec<String> {
    (0..4000).map(|i| format!("number {}", i % 10)).collect()
}

/// Entries of an index that are shards of a terabyte, in a file of some kilobytes: what they say is
/// allocated for no element before a shard is there.
#[test]
fn an_index_is_not_believed() {
    let _alone = ALONE.lock().unwrap();
    let mut tried = 0;
    for compression in [Compression::Lz4, Compression::Zstd(3)] {
        for (times, share) in [(31, 1), (31, 4), (20_000, 1)] {
            // As much as the codec can do at most, or a part of it.
            let most = |stored: usize| match compression {
                Compression::Lz4 => stored * 255,
                _ => stored * (32 << 10),
            };
            let stored = 100;
            let raw = u32::try_from(most(stored) / share).unwrap_or(u32::MAX);
            let lie = |index: &mut Index, count: &mut u64| {
                all_the_first(index, times, raw);
                if index.fences == 0 {
                    index.shard_log2 = 31;
                }
                *count = (times as u64) << 31;
            };
            let sequence = with_index(&texts(), compression, lie);
            let numbered = (0u32..4000).zip(texts()).collect::<HashMap<_, _>>();
            let map = with_index(&numbered, compression, lie);
            for is_map in [false, true] {
                let bytes = if is_map { &map } else { &sequence };
                let options = Parcode::options();
                let (_, peak) = if is_map {
                    refused::<HashMap<u32, String>>(&options, bytes)
                } else {
                    refused::<Vec<String>>(&options, bytes)
                };
                // The entries of an index that is home are in a chunk that is compressed.
                let allowed = (256 << 10) + 48 * bytes.len() + 32 * times;
                assert!(
                    peak < allowed,
                    "{compression:?}, {times} entries of {raw}, map {is_map}: {peak} bytes for {}",
                    bytes.len()
                );
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 12);
}

/// A link that says 2⁶² elements over an index of a few shards, and an array of as many parts that take
/// no bytes: what iterators and serializers are told to make room for is what there are bytes for.
#[test]
fn claimed_numbers_are_no_hints() {
    let _alone = ALONE.lock().unwrap();
    let claim = |index: &mut Index, count: &mut u64| {
        if index.fences == 0 {
            index.shard_log2 = 255;
            for (i, entry) in index.entries.iter_mut().enumerate() {
                entry.fence = (i as u64) << 50;
            }
        }
        *count = 1 << 62;
    };
    let sequence = with_index(&texts(), Compression::None, claim);
    let numbered = (0u32..4000).zip(texts()).collect::<HashMap<_, _>>();
    let map = with_index(&numbered, Compression::None, claim);
    let set = with_index(
        &numbered.into_keys().collect::<HashSet<_>>(),
        Compression::None,
        claim,
    );

    let file = Parcode::open_bytes(&sequence[..]).unwrap();
    let lazy = file.root::<Vec<String>>().unwrap();
    let found: Vec<parcode::Result<&str>> = lazy.iter().unwrap().collect();
    assert!(found.iter().any(Result::is_err));
    let found: Vec<parcode::Result<&str>> = lazy.into_iter().skip(1).collect();
    assert!(found.iter().any(Result::is_err));
    let error = serde_json::to_value(file.dynamic().unwrap()).unwrap_err();
    assert!(error.to_string().contains("elements"), "{error}");

    let file = Parcode::open_bytes(&map[..]).unwrap();
    let lazy = file.root::<HashMap<u32, String>>().unwrap();
    let values: Vec<parcode::Result<&str>> = lazy.values().unwrap().collect();
    assert!(values.iter().any(Result::is_err));
    let found: Vec<_> = lazy.into_iter().collect();
    assert!(found.iter().any(Result::is_err));
    let error = serde_json::to_value(file.dynamic().unwrap()).unwrap_err();
    assert!(error.to_string().contains("entries"), "{error}");

    // Copied as an extent, whose pages would be as many as that.
    let numbers: Vec<u32> = (0..4000).collect();
    let compressed = with_index(&numbers, Compression::Lz4, |index, count| {
        claim(index, &mut 0);
        *count = 1 << 59;
    });
    let file = Parcode::open_bytes(&compressed[..]).unwrap();
    let copy = std::env::temp_dir().join(format!("parcode-memory-{}.par", std::process::id()));
    let copied = file.recompress(&copy, Compression::None, |_| ());
    assert_eq!(copied.unwrap_err().kind(), ErrorKind::Damaged);
    assert!(!copy.exists());

    let file = Parcode::open_bytes(&set[..]).unwrap();
    let lazy = file.root::<HashSet<u32>>().unwrap();
    let found: Vec<_> = lazy.iter().unwrap().collect();
    assert!(found.iter().any(Result::is_err));
}

/// A mark that says of a frame of Zstandard what the frame does not say of itself: no memory is taken for
/// it, however much a frame of that length could become.
#[test]
fn a_frame_says_how_long_it_is() {
    let _alone = ALONE.lock().unwrap();
    let text = "a".repeat(20_000);
    let mut bytes = Vec::new();
    let builder = Parcode::builder().compression(Compression::Zstd(3));
    builder.write_to_writer_sync(&mut bytes, &text).unwrap();
    assert_eq!(Parcode::load_bytes::<String>(&bytes[..]).unwrap(), text);
    let mut tree = Tree::of(&bytes);
    let root = tree.top[0].unwrap();
    let stored = tree.stored(root).len() as u32;
    for raw in [1 << 20, stored * (32 << 10), u32::MAX] {
        tree.runs[root].mark_patches = vec![Patch {
            at: MARK_RAW,
            bytes: raw.to_le_bytes().to_vec(),
        }];
        let lie = tree.seal();
        PEAK.reset_peak_usage();
        let before = PEAK.current_usage();
        let error = Parcode::load_bytes::<String>(&lie[..]).unwrap_err();
        let peak = PEAK.peak_usage().saturating_sub(before);
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
        assert!(peak < 100_000, "{peak} bytes for {raw} that are not there");
    }
}
