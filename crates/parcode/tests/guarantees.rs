//! What users may rely on: laziness, determinism, small files, deep trees, clear errors.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::zero_sized_map_values,
    clippy::large_stack_arrays,
    clippy::cast_lossless,
    clippy::items_after_statements,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use parcode::{Compression, ErrorKind, Parcode, ParcodeObject};
use std::collections::{BTreeMap, HashMap};
use std::process::Command;

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
    level: u32,
    tags: HashMap<String, u8>,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

/// The same world in every process; only the hashers' seeds differ.
fn world(players: u32) -> World {
    let player = |i: u32| Player {
        level: i % 100,
        tags: (0..i % 5)
            .map(|tag| (format!("tag {tag}"), tag as u8))
            .collect(),
        // Some inventories are too large to stay home.
        inventory: (0..if i.is_multiple_of(100) { 1000 } else { i % 30 }).collect(),
    };
    World {
        name: "Aventuria".into(),
        terrain: (0..1_000_000u32).map(|i| (i / 1000) as u8).collect(),
        players: (0..players)
            .map(|i| (format!("Hero{i}"), player(i)))
            .collect(),
        list: (0..players).map(player).collect(),
    }
}

fn bytes_with(threads: usize, compression: Compression, world: &World) -> Vec<u8> {
    let mut bytes = Vec::new();
    Parcode::builder()
        .threads(threads)
        .compression(compression)
        .write_to_writer(&mut bytes, world)
        .unwrap();
    bytes
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let world = world(5000);
    let codecs = [Compression::None, Compression::Lz4];
    let compiled = if cfg!(feature = "lz4") { 2 } else { 1 };
    for compression in codecs.into_iter().take(compiled) {
        let one = bytes_with(1, compression, &world);
        for threads in [2, 3, 8] {
            assert!(
                one == bytes_with(threads, compression, &world),
                "{threads} threads"
            );
        }
        assert_eq!(Parcode::load_bytes::<World>(one).unwrap(), world);
    }
}

/// Set in the processes that the next test starts: where to save.
const SAVE_TO: &str = "PARCODE_TEST_SAVE_TO";

#[test]
fn two_processes_give_the_same_bytes() {
    if let Ok(path) = std::env::var(SAVE_TO) {
        Parcode::save(path, &world(2000)).unwrap();
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let saved = ["one.par", "two.par"].map(|name| {
        let path = folder.path().join(name);
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "two_processes_give_the_same_bytes"])
            .env(SAVE_TO, &path)
            .status()
            .unwrap();
        assert!(status.success());
        std::fs::read(path).unwrap()
    });
    assert!(saved[0] == saved[1]);
}

#[test]
fn looking_one_player_up_reads_little() {
    let bytes = Parcode::serialize(&world(20_000)).unwrap();
    let len = bytes.len() as u64;
    let file = Parcode::open_bytes(bytes).unwrap();
    assert_eq!(file.stats().bytes_verified, 0);
    let world = file.root::<World>().unwrap();
    assert_eq!(file.stats().chunks_verified, 1);
    assert_eq!(
        world.players.get_lazy("Hero777").unwrap().unwrap().level,
        77
    );
    let stats = file.stats();
    assert!(stats.chunks_verified <= 3, "{stats:?}");
    assert!(stats.bytes_verified * 50 < len, "{stats:?}");
    // Looking again reads nothing.
    assert!(world.players.contains_key("Hero777").unwrap());
    assert_eq!(file.stats(), stats);
}

#[test]
#[cfg(feature = "lz4")]
fn clearing_the_cache_frees_what_was_touched() {
    let mut file = Parcode::open_bytes(bytes_with(1, Compression::Lz4, &world(2000))).unwrap();
    file.root::<World>().unwrap().list.get(7).unwrap();
    assert!(file.stats().bytes_cached > 0);
    file.clear_cache();
    assert_eq!(file.stats().bytes_cached, 0);
    assert_eq!(
        file.root::<World>()
            .unwrap()
            .list
            .get(7)
            .unwrap()
            .unwrap()
            .level,
        7
    );
}

#[test]
fn handles_and_views_are_iterated_in_a_for() {
    let value = world(500);
    let root = Parcode::in_memory(&value).unwrap();
    let lazy = root.get();
    let mut tags = 0;
    for player in &lazy.list {
        for (tag, _) in &player.unwrap().tags {
            tags += usize::from(tag.starts_with("tag"));
        }
    }
    assert_eq!(tags, (0..500).map(|i| i % 5).sum::<usize>());
    let mut entries = 0;
    for entry in lazy.players {
        entries += usize::from(entry.unwrap().0.starts_with("Hero"));
    }
    assert_eq!(entries, 500);
    let some = lazy.list.get_many([7, 499, 500]).unwrap();
    assert_eq!(some.len(), 3);
    assert!(some[1].is_some() && some[2].is_none());
}

#[test]
fn inline_ordered_maps_are_searched_in_order() {
    let value = ((0..100)
        .map(|i| (format!("key {i:02}"), i))
        .collect::<BTreeMap<_, u32>>(),);
    let root = Parcode::in_memory(&value).unwrap();
    let view = root.get().get_lazy().unwrap().0;
    let some: Vec<u32> = view
        .range("key 10".."key 13")
        .map(|entry| entry.1)
        .collect();
    assert_eq!(some, [10, 11, 12]);
    assert_eq!(view.prefix("key 9").len(), 10);
    assert_eq!(view.last_key_value(), Some(("key 99", 99)));
}

#[test]
#[cfg(feature = "lz4")]
fn scans_keep_nothing_that_takes_memory() {
    let file = Parcode::open_bytes(bytes_with(1, Compression::Lz4, &world(5000))).unwrap();
    let lazy = file.root::<World>().unwrap();
    let before = file.stats().bytes_cached;
    let mut levels = 0u64;
    lazy.list
        .for_each(|player| levels += u64::from(player.level))
        .unwrap();
    assert_eq!(levels, (0..5000).map(|i| i % 100).sum::<u64>());
    let index = 64 * 1024;
    assert!(file.stats().bytes_cached - before < index);
}

#[derive(ParcodeObject)]
struct Tiny {
    id: u64,
    name: String,
}

/// A type of more bytes than an arrangement has lanes, and more kinds behind it.
#[test]
#[cfg(feature = "lz4")]
fn what_is_compressed_is_read_however_wide_its_type_is() {
    #[derive(ParcodeObject, Clone, Debug, PartialEq)]
    struct Row {
        wide: [u8; 4024],
        a: Vec<u8>,
        b: Vec<i8>,
        c: Vec<u16>,
        d: Vec<i16>,
        e: Vec<u32>,
        f: Vec<i32>,
        g: Vec<u64>,
        h: Vec<i64>,
    }
    #[derive(ParcodeObject, Debug, PartialEq)]
    struct Rows {
        #[parcode(chunkable)]
        rows: Vec<Row>,
    }
    let nibble = |number: u32| {
        let mixed = (number ^ (number >> 7)).wrapping_mul(2_654_435_761);
        ((mixed ^ (mixed >> 15)).wrapping_mul(2_246_822_519) >> 28) as u8
    };
    let row = |i: u32| Row {
        wide: std::array::from_fn(|at| nibble(i * 4024 + at as u32)),
        a: vec![1; 9],
        b: vec![-2; 9],
        c: vec![3; 9],
        d: vec![-4; 9],
        e: vec![i; 9],
        f: vec![-6; 9],
        g: vec![7; 9],
        h: vec![-8; 9],
    };
    for count in [1, 7, 8, 9, 40] {
        let rows = Rows {
            rows: (0..count).map(row).collect(),
        };
        let mut file = Vec::new();
        let builder = Parcode::builder().compression(true);
        builder.write_to_writer(&mut file, &rows).unwrap();
        assert_eq!(Parcode::load_bytes::<Rows>(file).unwrap(), rows);
    }
}

#[test]
fn a_tiny_value_makes_a_tiny_file() {
    let bytes = Parcode::serialize(&Tiny {
        id: 7,
        name: "seven".into(),
    })
    .unwrap();
    assert!(bytes.len() < 512, "{} bytes", bytes.len());
    let root = Parcode::open_bytes(bytes).unwrap();
    assert_eq!(root.root::<Tiny>().unwrap().name, "seven");
}

#[derive(ParcodeObject, Debug, PartialEq, Default)]
struct Node {
    weight: u64,
    #[parcode(chunkable)]
    payload: Vec<u8>,
    #[parcode(map)]
    children: BTreeMap<String, Node>,
}

fn tree(depth: usize) -> Node {
    let mut node = Node::default();
    for level in (0..depth).rev() {
        let side = Node {
            payload: vec![level as u8; 5000],
            ..Node::default()
        };
        node = Node {
            weight: level as u64,
            payload: vec![level as u8; 5000],
            children: BTreeMap::from([("down".to_string(), node), ("side".to_string(), side)]),
        };
    }
    node
}

#[test]
fn one_path_down_a_deep_tree_touches_only_that_path() {
    // Everything that may live away does.
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(0)
        .write_to_writer(&mut bytes, &tree(50))
        .unwrap();
    let file = Parcode::open_bytes(bytes).unwrap();
    let mut node = file.root::<Node>().unwrap();
    for level in 0..50 {
        assert_eq!(node.weight, level);
        assert_eq!(file.stats().chunks_verified, 1 + level);
        node = node.children.get_lazy("down").unwrap().unwrap();
    }
    assert_eq!(file.load::<Node>().unwrap(), tree(50));
}

#[test]
fn what_is_nested_too_deep_is_not_saved() {
    let error = Parcode::serialize(&tree(200)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert!(
        error.path().starts_with("children[down].children[down]"),
        "{error}"
    );
}

#[test]
fn another_type_is_refused_by_its_differences() {
    #[derive(ParcodeObject, Debug)]
    #[allow(dead_code)]
    struct Tiny {
        id: char,
        title: String,
    }
    let value = self::Tiny {
        id: 1,
        name: "one".into(),
    };
    let file = Parcode::open_bytes(Parcode::serialize(&value).unwrap()).unwrap();
    let error = file.root::<Tiny>().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
    let message = error.to_string();
    assert!(
        message.contains("id: `u64` in the file, `char` asked for"),
        "{message}"
    );
    assert!(
        message.contains("title: no such field, but `name: String`, in the file, `String` asked"),
        "{message}"
    );
}

#[test]
fn damage_is_told_with_its_place() {
    let bytes = bytes_with(1, Compression::None, &world(300));
    let file = Parcode::open_bytes(bytes.clone()).unwrap();
    let lazy = file.root::<World>().unwrap();
    let away = lazy.players.get_lazy("Hero100").unwrap().unwrap();
    assert_eq!(away.inventory.len(), 1000);

    // That inventory is the only place with this run of numbers; spoil all copies of it.
    let run: Vec<u8> = (500..520u32).flat_map(u32::to_le_bytes).collect();
    let mut spoilt = bytes;
    let places: Vec<usize> = (0..spoilt.len() - run.len())
        .filter(|at| spoilt[*at..].starts_with(&run))
        .collect();
    assert!(!places.is_empty());
    for place in places {
        spoilt[place] ^= 1;
    }
    let file = Parcode::open_bytes(spoilt).unwrap();
    let lazy = file.root::<World>().unwrap();
    let hero = lazy.players.get_lazy("Hero100").unwrap().unwrap();
    let error = hero.inventory.load().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Damaged);
    assert_eq!(error.path(), "players[\"Hero100\"].inventory");
    assert!(error.offset().is_some());
    // The others are as readable as before.
    assert_eq!(lazy.players.get("Hero101").unwrap().unwrap().level, 1);
    let error = lazy.list.get(200).unwrap_err();
    assert_eq!(error.path(), "list[200].inventory");
    assert!(file.verify().is_err());
}

#[test]
fn files_that_are_none_are_told_apart() {
    let foreign = Parcode::open_bytes(vec![b'x'; 5000]).unwrap_err();
    assert_eq!(foreign.kind(), ErrorKind::Foreign, "{foreign}");
    let empty = Parcode::open_bytes(Vec::new()).unwrap_err();
    assert_eq!(empty.kind(), ErrorKind::Foreign, "{empty}");
    let mut cut = Parcode::serialize(&vec![1u8; 5000]).unwrap();
    cut.truncate(4000);
    let cut = Parcode::open_bytes(cut).unwrap_err();
    assert_eq!(cut.kind(), ErrorKind::Damaged, "{cut}");
    let missing = Parcode::open("/nowhere/at/all.par").unwrap_err();
    assert_eq!(missing.kind(), ErrorKind::Io);
    assert!(
        missing.to_string().contains("/nowhere/at/all.par"),
        "{missing}"
    );
}

#[test]
fn metadata_is_kept() {
    let mut bytes = Vec::new();
    Parcode::builder()
        .metadata("made by", "a test")
        .metadata("at", "noon")
        .write_to_writer_sync(&mut bytes, &7u8)
        .unwrap();
    let file = Parcode::open_bytes(bytes).unwrap();
    let metadata = file.metadata().unwrap();
    assert_eq!(metadata.len(), 2);
    assert_eq!(metadata["made by"], "a test");
    assert_eq!(file.load::<u8>().unwrap(), 7);
}

#[test]
fn saving_replaces_the_old_file_or_leaves_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("value.par");
    Parcode::save(&path, &1u32).unwrap();
    Parcode::save(&path, &2u32).unwrap();
    assert_eq!(Parcode::load::<u32>(&path).unwrap(), 2);
    // A key order that no file can keep fails, and nothing is left behind.
    #[derive(ParcodeObject, PartialEq, Eq)]
    struct Backwards(u32);
    impl Ord for Backwards {
        fn cmp(&self, other: &Self) -> std::cmp::Ordering {
            other.0.cmp(&self.0)
        }
    }
    impl PartialOrd for Backwards {
        fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
            Some(self.cmp(other))
        }
    }
    let map: BTreeMap<_, _> = (0..3).map(|i| (Backwards(i), i)).collect();
    let error = Parcode::save(&path, &map).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Value);
    assert_eq!(Parcode::load::<u32>(&path).unwrap(), 2);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn files_and_handles_go_between_threads() {
    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    let file = Parcode::open_bytes(Parcode::serialize(&world(3000)).unwrap()).unwrap();
    is_send_and_sync(&file);
    let lazy = file.root::<World>().unwrap();
    is_send_and_sync(&lazy);
    // First touches race; all see the same.
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let lazy = &lazy;
            scope.spawn(move || {
                for i in (0..3000).step_by(7) {
                    let i = (i + thread * 700) % 3000;
                    let hero = lazy.players.get_lazy(&format!("Hero{i}")).unwrap().unwrap();
                    assert_eq!(hero.level, i as u32 % 100);
                    assert_eq!(
                        lazy.list.get_lazy(i).unwrap().unwrap().level,
                        i as u32 % 100
                    );
                }
            });
        }
    });
    let sum = std::sync::atomic::AtomicU64::new(0);
    let add = |level: u32| {
        sum.fetch_add(level.into(), std::sync::atomic::Ordering::Relaxed);
    };
    lazy.list.par_for_each(|player| add(player.level)).unwrap();
    lazy.players
        .par_for_each(|_, player| add(player.level))
        .unwrap();
    assert_eq!(
        sum.into_inner(),
        2 * (0..3000).map(|i| i % 100).sum::<u64>()
    );
}
