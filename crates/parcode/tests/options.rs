//! Opening with options: files that others touch, files from strangers, verification switched off.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::items_after_statements,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use parcode::{Access, ErrorKind, OpenOptions, Parcode, ParcodeObject, Verify};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use support::peak;

#[path = "support/counting.rs"]
mod support;

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct World {
    name: String,
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    list: Vec<Player>,
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Player {
    name: String,
    level: u32,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

fn world(seed: u32) -> World {
    let player = |i: u32| Player {
        name: format!("Hero{i}"),
        level: i ^ seed,
        inventory: (0..i % 30).collect(),
    };
    World {
        name: format!("World {seed}"),
        terrain: (0..1_000_000u32).map(|i| (i ^ seed) as u8).collect(),
        players: (0..3000).map(|i| (format!("Hero{i}"), player(i))).collect(),
        list: (0..3000).map(player).collect(),
    }
}

const COPYING: [Access; 2] = [Access::Positioned, Access::Memory];
const ALL: [Access; 3] = [Access::Auto, Access::Positioned, Access::Memory];

fn by(access: Access) -> OpenOptions {
    Parcode::options().access(access)
}

#[test]
fn every_access_reads_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let world = world(0);
    Parcode::save(&path, &world).unwrap();
    for access in ALL {
        for verify in [Verify::Full, Verify::Structure] {
            for threads in [1, 3] {
                let options = by(access).verify(verify).threads(threads);
                assert_eq!(options.load::<World>(&path).unwrap(), world);
                let file = options.open(&path).unwrap();
                file.verify().unwrap();
                let lazy = file.root::<World>().unwrap();
                let hero = lazy.players.get_lazy("Hero77").unwrap().unwrap();
                assert_eq!(hero.level, 77);
                assert_eq!(lazy.terrain.as_slice().unwrap(), world.terrain);
                let root = options.open_root::<World>(&path).unwrap();
                assert_eq!(root.load().unwrap(), world);
            }
        }
    }
}

/// Set in the processes that the next test starts: the file to cut, and the length to cut it to.
const CUT: (&str, &str) = ("PARCODE_TEST_CUT", "PARCODE_TEST_CUT_TO");

#[test]
fn a_file_cut_by_another_process_gives_an_error() {
    if let (Ok(path), Ok(len)) = (std::env::var(CUT.0), std::env::var(CUT.1)) {
        let file = std::fs::File::options().write(true).open(path).unwrap();
        file.set_len(len.parse().unwrap()).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let world = world(1);
    for len in [0, 100, 4096, 700_000] {
        Parcode::save(&path, &world).unwrap();
        let file = by(Access::Positioned).open(&path).unwrap();
        let lazy = file.root::<World>().unwrap();
        // Enough is read that another source would have made a map by now.
        assert_eq!(lazy.terrain.as_slice().unwrap(), world.terrain);
        let touched = lazy.list.get_lazy(2999).unwrap().unwrap();

        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "a_file_cut_by_another_process_gives_an_error"])
            .env(CUT.0, &path)
            .env(CUT.1, len.to_string())
            .status()
            .unwrap();
        assert!(status.success());
        assert_eq!(std::fs::metadata(&path).unwrap().len(), len);

        let error = lazy.players.load().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error}");
        assert!(error.path().starts_with("players"), "{error}");
        assert!(file.verify().is_err());
        // What was touched stays.
        assert_eq!(touched.name, "Hero2999");
        assert_eq!(lazy.terrain.as_slice().unwrap(), world.terrain);
    }
}

#[test]
fn a_file_that_is_replaced_is_read_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let (old, new) = (world(2), world(3));
    for access in ALL {
        Parcode::save(&path, &old).unwrap();
        let file = by(access).open(&path).unwrap();
        let lazy = file.root::<World>().unwrap();
        Parcode::save(&path, &new).unwrap();
        assert_eq!(lazy.name, old.name);
        assert_eq!(file.load::<World>().unwrap(), old);
        file.verify().unwrap();
        assert_eq!(by(access).load::<World>(&path).unwrap(), new);
    }
}

/// Another file of the same length, byte for byte over the first.
fn overwrite(path: &Path, with: &[u8]) {
    use std::io::Write;
    let mut file = std::fs::File::options().write(true).open(path).unwrap();
    file.write_all(with).unwrap();
}

#[test]
fn a_file_that_is_overwritten_fails_where_it_was_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let (old, new) = (world(4), world(5));
    let other = Parcode::serialize(&new).unwrap();
    for access in COPYING {
        Parcode::save(&path, &old).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().len(), other.len() as u64);
        let file = by(access).open(&path).unwrap();
        let lazy = file.root::<World>().unwrap();
        let touched = lazy.players.get_lazy("Hero5").unwrap().unwrap();
        overwrite(&path, &other);

        assert_eq!((touched.level, lazy.name), (5 ^ 4, "World 4"));
        let again = lazy.players.get_lazy("Hero5").unwrap().unwrap();
        assert_eq!(again.level, 5 ^ 4);
        if access == Access::Memory {
            assert_eq!(file.load::<World>().unwrap(), old);
        } else {
            let error = lazy.terrain.load().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
            assert_eq!(error.path(), "terrain");
        }
    }
}

#[test]
fn long_files_are_refused_before_they_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let world = world(6);
    Parcode::save(&path, &world).unwrap();
    let len = std::fs::metadata(&path).unwrap().len();
    for access in ALL {
        let (refused, peak) = peak(|| by(access).max_file_size(len - 1).open(&path));
        assert_eq!(refused.unwrap_err().kind(), ErrorKind::Limit);
        assert!(peak < 50_000, "{peak} bytes for a file that is not read");
        let file = by(access).max_file_size(len).open(&path).unwrap();
        assert_eq!(file.load::<World>().unwrap(), world);
    }
}

#[derive(ParcodeObject, Debug)]
struct Chain {
    #[parcode(chunkable)]
    next: Option<Box<Chain>>,
}

#[test]
fn nesting_stops_at_the_limit() {
    let chain = (0..40).fold(Chain { next: None }, |chain, _| Chain {
        next: Some(Box::new(chain)),
    });
    for away in [0, 1024] {
        let mut bytes = Vec::new();
        let builder = Parcode::builder().inline_threshold(away);
        builder.write_to_writer(&mut bytes, &chain).unwrap();
        let open = |depth| Parcode::options().max_depth(depth).open_bytes(&bytes[..]);
        open(40).unwrap().load::<Chain>().unwrap();
        let error = open(39).unwrap().load::<Chain>().unwrap_err();
        assert!(error.expected().contains("39"), "{error}");
        // No more than the format allows.
        assert!(open(u32::MAX).unwrap().load::<Chain>().is_ok());
    }
}

/// Many threads allocate beside each other: what is measured here is on the caller's alone.
fn frugal(memory: u64) -> OpenOptions {
    Parcode::options()
        .access(Access::Positioned)
        .threads(1)
        .max_memory(memory)
}

#[cfg(feature = "lz4")]
#[test]
fn a_decompression_bomb_is_refused_before_memory_is_taken() {
    const RAW: usize = 64 << 20;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bomb.par");
    #[derive(ParcodeObject)]
    struct Bomb {
        #[parcode(chunkable, compression = "lz4")]
        zeros: Vec<u8>,
        #[parcode(chunkable, compression = "lz4")]
        text: String,
    }
    let bomb = Bomb {
        zeros: vec![0; RAW],
        text: " ".repeat(RAW),
    };
    let builder = Parcode::builder().chunk_size(RAW);
    builder.write(&path, &bomb).unwrap();
    let stored = std::fs::metadata(&path).unwrap().len() as usize;
    assert!(stored < RAW / 100, "{stored} bytes stand for {RAW}");

    let file = frugal(8 << 20).open(&path).unwrap();
    let lazy = file.root::<Bomb>().unwrap();
    let tries: [fn(&BombLazy<'_>) -> parcode::Result<()>; 6] = [
        |lazy| lazy.zeros.load().map(drop),
        |lazy| lazy.zeros.get_lazy(0).map(drop),
        |lazy| lazy.zeros.as_slice().map(drop),
        |lazy| lazy.zeros.for_each(|_| ()),
        |lazy| lazy.text.load().map(drop),
        |lazy| lazy.text.get_lazy().map(drop),
    ];
    for touch in tries {
        let (touched, peak) = peak(|| touch(&lazy));
        assert_eq!(touched.unwrap_err().kind(), ErrorKind::Limit);
        assert!(peak < 1 << 20, "{peak} bytes for a refused chunk");
    }
    let (loaded, peak) = peak(|| file.load::<Bomb>());
    assert_eq!(loaded.map(drop).unwrap_err().kind(), ErrorKind::Limit);
    assert!(peak < 1 << 20, "{peak} bytes for a refused load");

    // The raw chunk, and what is made of it.
    let enough = frugal(3 * RAW as u64).open(&path).unwrap();
    let lazy = enough.root::<Bomb>().unwrap();
    assert_eq!(lazy.text.load().unwrap().len(), RAW);
}

/// A file of one LZ4 chunk whose marks, in file and trailer, say another raw length; all checksums
/// are right.
#[cfg(feature = "lz4")]
fn lying(raw: impl Fn(u32, u32) -> u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let builder = Parcode::builder().compression(true);
    builder
        .write_to_writer(&mut bytes, &"a".repeat(20_000))
        .unwrap();
    // Trailer: checksum 8; distance 8, mark 32: magic 4, kind, codec, reserved, stored 4, raw 4.
    let trailer = bytes.len() - 168;
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap());
    let root = trailer - number(trailer + 8) as usize;
    let (in_link, in_file) = (trailer + 16 + 12, root + 12);
    assert_eq!(number(in_link), number(in_file));
    let raw = raw(number(in_link - 4), number(in_link)).to_le_bytes();
    for at in [in_link, in_file] {
        bytes[at..at + 4].copy_from_slice(&raw);
    }
    let sum = xxhash_rust::xxh3::xxh3_64(&bytes[trailer + 8..]).to_le_bytes();
    bytes[trailer..trailer + 8].copy_from_slice(&sum);
    bytes
}

#[cfg(feature = "lz4")]
#[test]
fn a_raw_length_that_lies_is_refused() {
    let load = |bytes: Vec<u8>| Parcode::load_bytes::<String>(bytes).map(|text| text.len());
    assert_eq!(load(lying(|_, raw| raw)).unwrap(), 20_000);
    // More than LZ4 can do: no memory is taken for it.
    for raw in [u32::MAX, 1 << 30] {
        let bytes = lying(|_, _| raw);
        let (refused, peak) = peak(|| load(bytes));
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
        assert!(peak < 100_000, "{peak} bytes for {raw} that are not there");
    }
    // What it could do, but does not.
    for raw in [
        |stored: u32, _: u32| stored * 255,
        |_, raw| raw + 1,
        |_, raw| raw - 1,
    ] {
        assert_eq!(load(lying(raw)).unwrap_err().kind(), ErrorKind::Damaged);
    }
}

#[test]
fn what_a_load_builds_counts() {
    // In the file an element takes a byte, in memory four thousand.
    #[derive(ParcodeObject)]
    struct Wide {
        small: u8,
        #[parcode(skip)]
        _cache: Cache,
    }
    #[derive(Clone)]
    struct Cache(#[allow(dead_code, reason = "it only takes room")] [u8; 4096]);
    impl Default for Cache {
        fn default() -> Self {
            Self([0; 4096])
        }
    }
    let wide = |i: u32| Wide {
        small: i as u8,
        _cache: Cache::default(),
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.par");
    let refuse = |path: &Path, load: fn(&OpenOptions, &Path) -> parcode::Result<u8>| {
        let (loaded, peak) = peak(|| load(&frugal(1 << 20), path));
        assert_eq!(loaded.unwrap_err().kind(), ErrorKind::Limit);
        assert!(peak < 2 << 20, "{peak} bytes within a limit of 1 MiB");
        load(&frugal(100 << 20), path).unwrap();
    };

    Parcode::save(&path, &(0..8000).map(wide).collect::<Vec<_>>()).unwrap();
    refuse(&path, |options, path| {
        let all = options.load::<Vec<Wide>>(path)?;
        Ok(all[7].small)
    });
    let map: HashMap<u32, Wide> = (0..8000).map(|i| (i, wide(i))).collect();
    Parcode::save(&path, &map).unwrap();
    refuse(&path, |options, path| {
        let all = options.load::<HashMap<u32, Wide>>(path)?;
        Ok(all[&7].small)
    });
    let nested: Vec<Vec<Wide>> = (0..80).map(|_| (0..100).map(wide).collect()).collect();
    Parcode::save(&path, &nested).unwrap();
    refuse(&path, |options, path| {
        let all = options.load::<Vec<Vec<Wide>>>(path)?;
        Ok(all[7][7].small)
    });
    let ordered: BTreeMap<u32, Box<Wide>> = (0..8000).map(|i| (i, Box::new(wide(i)))).collect();
    Parcode::save(&path, &ordered).unwrap();
    refuse(&path, |options, path| {
        let all = options.load::<BTreeMap<u32, Box<Wide>>>(path)?;
        Ok(all[&7].small)
    });
}

#[test]
fn memory_that_was_freed_is_there_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let world = world(8);
    Parcode::save(&path, &world).unwrap();
    let mut file = frugal(12 << 20).open(&path).unwrap();
    // Many loads that together would pass the limit many times, and scans that keep nothing.
    for _ in 0..20 {
        assert_eq!(file.load::<World>().unwrap(), world);
        let lazy = file.root::<World>().unwrap();
        lazy.list.for_each(|_| ()).unwrap();
    }
    // What is touched stays, and counts until the cache is cleared.
    let mut small = frugal(1 << 20).open(&path).unwrap();
    let touched = small.root::<World>().unwrap().terrain.as_slice().map(drop);
    assert_eq!(touched.unwrap_err().kind(), ErrorKind::Limit);
    small.clear_cache();
    let lazy = small.root::<World>().unwrap();
    assert_eq!(lazy.list.get_lazy(7).unwrap().unwrap().name, "Hero7");
    file.clear_cache();
    assert_eq!(file.load::<World>().unwrap(), world);
}

#[test]
fn without_verification_a_flipped_bit_is_a_wrong_value() {
    let numbers: Vec<u32> = (0..100_000).collect();
    let mut bytes = Parcode::serialize(&numbers).unwrap();
    let at = 200_000;
    bytes[at] ^= 1;
    let open = |verify| Parcode::options().verify(verify).open_bytes(&bytes[..]);

    let full = open(Verify::Full).unwrap();
    assert_eq!(
        full.load::<Vec<u32>>().unwrap_err().kind(),
        ErrorKind::Damaged
    );
    let structure = open(Verify::Structure).unwrap();
    let read = structure.load::<Vec<u32>>().unwrap();
    let wrong = read.iter().zip(&numbers).filter(|(a, b)| a != b).count();
    assert_eq!(wrong, 1);
    let root = structure.root::<Vec<u32>>().unwrap();
    assert_eq!(root.as_slice().unwrap(), read);
    assert_eq!(root.get(7).unwrap(), Some(7));
    assert_eq!(structure.stats().chunks_verified, 0);
    // Asked to verify, it does.
    assert_eq!(structure.verify().unwrap_err().kind(), ErrorKind::Damaged);
}

#[test]
fn without_verification_text_and_structure_are_still_checked() {
    let words: Vec<String> = (0..100).map(|i| format!("word {i}")).collect();
    let bytes = Parcode::serialize(&words).unwrap();
    let text = bytes
        .windows(6)
        .position(|bytes| bytes == b"word 7")
        .unwrap();
    for at in 64..bytes.len() - 168 {
        let mut bytes = bytes.clone();
        bytes[at] = 0xFF;
        let options = Parcode::options().verify(Verify::Structure);
        let read = options
            .open_bytes(bytes)
            .and_then(|file| file.load::<Vec<String>>());
        if at == text {
            let error = read.unwrap_err();
            assert!(error.expected().contains("UTF-8"), "{error}");
        }
    }
}

#[test]
fn one_thread_is_the_callers() {
    let bytes = Parcode::serialize(&world(9)).unwrap();
    let seen = |threads| {
        let file = Parcode::options()
            .threads(threads)
            .open_bytes(&bytes[..])
            .unwrap();
        let lazy = file.root::<World>().unwrap();
        let seen = Mutex::new(BTreeSet::new());
        let patience = Instant::now() + Duration::from_secs(10);
        let note = || {
            let me = format!("{:?}", std::thread::current().id());
            seen.lock().unwrap().insert(me);
            // Long enough that the others come to it.
            while seen.lock().unwrap().len() < threads && Instant::now() < patience {
                std::thread::yield_now();
            }
        };
        lazy.list.par_for_each(|_| note()).unwrap();
        lazy.players.par_for_each(|_, _| note()).unwrap();
        seen.into_inner().unwrap()
    };
    let me = format!("{:?}", std::thread::current().id());
    assert_eq!(seen(1), BTreeSet::from([me.clone()]));
    if cfg!(feature = "parallel") {
        let two = seen(2);
        assert!(
            two.contains(&me) && two.len() == 2,
            "the caller and a helper"
        );
    }
}
