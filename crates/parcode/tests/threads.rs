//! Handles used from many threads at once: first touches that race give the same results and publish
//! one node a chunk, and no lock is held while the user's code runs.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::needless_pass_by_value,
    clippy::unwrap_used,
    clippy::indexing_slicing
)]

use parcode::{Compression, MemorySource, Parcode, ParcodeFile, ParcodeObject, Root, Source};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Debug;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Barrier, OnceLock};
use std::thread;

const THREADS: usize = 8;

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct World {
    name: String,
    #[parcode(chunkable)]
    hero: Box<Player>,
    #[parcode(chunkable)]
    terrain: Vec<u32>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(map)]
    ranks: BTreeMap<u32, String>,
    #[parcode(map)]
    seen: BTreeSet<String>,
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

fn player(i: u32) -> Player {
    Player {
        name: format!("Hero{i}"),
        level: i % 100,
        // Some inventories are too large to stay home.
        inventory: (0..if i.is_multiple_of(50) { 1000 } else { i % 20 }).collect(),
    }
}

fn world() -> World {
    let players = 2000;
    World {
        name: "Aventuria".into(),
        // Too large to stay home.
        hero: Box::new(Player {
            name: "Hero".repeat(100),
            ..player(500)
        }),
        terrain: (0..100_000).collect(),
        players: (0..players).map(|i| (player(i).name, player(i))).collect(),
        ranks: (0..players).map(|i| (i, format!("rank {i}"))).collect(),
        seen: (0..players).map(|i| format!("{i:05}")).collect(),
        list: (0..players).map(player).collect(),
    }
}

fn saved(compression: Compression) -> Vec<u8> {
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(256)
        .chunk_size(2000)
        .compression(compression)
        .write_to_writer(&mut bytes, &world())
        .unwrap();
    bytes
}

/// A source where readers meet: while it is asked to, each read waits until all threads are in one.
/// So first touches race as closely as they can: nobody can publish what the others do not read too.
/// It would wait for ever if a lock were held around a read.
#[derive(Debug)]
struct Meeting {
    memory: MemorySource,
    meet: Arc<AtomicBool>,
    barrier: Barrier,
    reads: Arc<AtomicU64>,
}

impl Source for Meeting {
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)> {
        self.memory.tail(len)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        if self.meet.load(Ordering::Acquire) {
            self.reads.fetch_add(1, Ordering::Relaxed);
            self.barrier.wait();
        }
        self.memory.read(offset, into)
    }
}

/// What one thread saw: values, and where in memory they were lent from.
type Seen = (String, Vec<usize>);

/// Touches parts of the world for the first time. Each touch is named, told and given to threads.
type Touch = fn(&WorldLazy<'_>) -> Seen;

fn seen(value: impl Debug, places: &[*const u8]) -> Seen {
    let places = places.iter().map(|place| place.addr()).collect();
    (format!("{value:?}"), places)
}

/// One touch of everything that is published when it is touched first.
const TOUCHES: [(&str, Touch); 9] = [
    ("a value of a hash map", |world| {
        let player = world.players.get_lazy("Hero777").unwrap().unwrap();
        seen(player.level, &[player.name.as_ptr()])
    }),
    ("what lies below a value of a map", |world| {
        let player = world.players.get_lazy("Hero50").unwrap().unwrap();
        let inventory = player.inventory.as_slice().unwrap();
        seen(inventory, &[inventory.as_ptr().cast()])
    }),
    ("a value of an ordered map", |world| {
        let rank = world.ranks.get_lazy(&1234).unwrap().unwrap();
        seen(rank, &[rank.as_ptr()])
    }),
    ("a member of a set", |world| {
        seen(world.seen.contains("00042").unwrap(), &[])
    }),
    ("an element of a sequence", |world| {
        let player = world.list.get_lazy(1500).unwrap().unwrap();
        seen(player.level, &[player.name.as_ptr()])
    }),
    ("a page of plain data", |world| {
        seen(world.terrain.get_lazy(70_000).unwrap(), &[])
    }),
    ("all of a sequence", |world| {
        let players = world.list.iter().unwrap().map(Result::unwrap);
        let names: Vec<_> = players.map(|player| player.name).collect();
        let places: Vec<_> = names.iter().map(|name| name.as_ptr()).collect();
        seen(&names, &places)
    }),
    ("plain data as a slice", |world| {
        let terrain = world.terrain.as_slice().unwrap();
        seen(terrain.len(), &[terrain.as_ptr().cast()])
    }),
    ("a boxed value", |world| {
        let hero = world.hero.get_lazy().unwrap();
        seen(hero.level, &[hero.name.as_ptr()])
    }),
];

/// All threads do `touch` at once.
fn race<R: Send>(touch: impl Fn(usize) -> R + Sync) -> Vec<R> {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|thread| {
                let (start, touch) = (&start, &touch);
                scope.spawn(move || {
                    start.wait();
                    touch(thread)
                })
            })
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

/// The chunks and bytes that `touch` caches where nothing races.
fn cached_alone(file: &ParcodeFile, touch: Touch) -> (u64, u64) {
    let alone = file.clone();
    touch(&alone.root::<World>().unwrap());
    let stats = alone.stats();
    (stats.chunks_cached, stats.bytes_cached)
}

/// The same bytes behind every kind of source, and whether it always gives them the same way: a file
/// lends what is read after it was mapped, and copies what was read before.
fn sources(bytes: &[u8], folder: &std::path::Path) -> [(ParcodeFile, bool); 3] {
    let path = folder.join("world.par");
    std::fs::write(&path, bytes).unwrap();
    let copying = Meeting {
        memory: MemorySource::new(bytes),
        meet: Arc::default(),
        barrier: Barrier::new(1),
        reads: Arc::default(),
    };
    [
        (Parcode::open_bytes(bytes).unwrap(), true),
        (ParcodeFile::from_source(copying).unwrap(), true),
        (Parcode::open(path).unwrap(), false),
    ]
}

fn codecs() -> Vec<Compression> {
    let mut codecs = vec![Compression::None];
    if cfg!(feature = "lz4") {
        codecs.push(Compression::Lz4);
    }
    codecs
}

/// How often each race is run; `PARCODE_TEST_RACES` says otherwise.
fn races() -> usize {
    std::env::var("PARCODE_TEST_RACES").map_or(10, |races| races.parse().unwrap())
}

#[test]
fn first_touches_race_to_one_node_a_chunk() {
    let folder = tempfile::tempdir().unwrap();
    for compression in codecs() {
        let bytes = saved(compression);
        for (file, steady) in sources(&bytes, folder.path()) {
            for (name, touch) in TOUCHES {
                let alone = cached_alone(&file, touch);
                for _ in 0..races() {
                    let file = file.clone();
                    // The root is touched first by all of them, too.
                    let all = race(|_| touch(&file.root::<World>().unwrap()));
                    assert!(all.iter().all(|one| one.0 == all[0].0), "{name}");
                    let stats = file.stats();
                    assert_eq!(stats.chunks_cached, alone.0, "{name}");
                    if steady {
                        assert!(all.iter().all(|one| one.1 == all[0].1), "{name}");
                        assert_eq!(stats.bytes_cached, alone.1, "{name}");
                    }
                }
            }
        }
    }
}

/// Each thread reads for itself: the pool, whose threads are few, would read ahead for some of them.
#[test]
fn no_lock_is_held_while_a_source_reads() {
    let touches = || {
        codecs()
            .into_iter()
            .flat_map(|codec| TOUCHES.map(|touch| (codec, touch)))
    };
    for (compression, (name, touch)) in touches() {
        let bytes = saved(compression);
        let (meet, reads) = (Arc::new(AtomicBool::new(false)), Arc::default());
        let source = Meeting {
            memory: MemorySource::new(bytes.clone()),
            meet: meet.clone(),
            barrier: Barrier::new(THREADS),
            reads: Arc::clone(&reads),
        };
        let options = Parcode::options().threads(1);
        let file = options.open_source(source).unwrap();
        let alone = cached_alone(&file, touch);
        let root = file.root::<World>().unwrap();
        meet.store(true, Ordering::Release);
        let all = race(|_| touch(&root));
        meet.store(false, Ordering::Release);
        assert!(all.iter().all(|one| *one == all[0]), "{name}");
        // All of them read everything, and one node of each chunk was kept.
        let reads = reads.load(Ordering::Relaxed);
        assert!(
            reads > 0 && reads.is_multiple_of(THREADS as u64),
            "{name}: {reads}"
        );
        let stats = file.stats();
        assert_eq!((stats.chunks_cached, stats.bytes_cached), alone, "{name}");
    }
}

/// Reads from another thread and waits for it: never comes back if a lock were held here.
fn from_another_thread<R: Send>(read: impl Fn() -> R + Sync) -> R {
    thread::scope(|scope| scope.spawn(&read).join().unwrap())
}

#[test]
fn no_lock_is_held_while_a_visitor_runs() {
    for compression in codecs() {
        let file = Parcode::open_bytes(saved(compression)).unwrap();
        let world = file.root::<World>().unwrap();
        // Every visit touches its own shard, others that are cold, and the root as another reader.
        let visits = AtomicU64::new(0);
        let look_around = |i: u32| {
            if !visits.fetch_add(1, Ordering::Relaxed).is_multiple_of(100) {
                return;
            }
            let look = || {
                let own = world.list.get_lazy(i as usize).unwrap().unwrap();
                let far = world.players.get_lazy(&format!("Hero{}", 1999 - i));
                let again = file.root::<World>().unwrap();
                assert_eq!(again.ranks.get(&i).unwrap(), Some(format!("rank {i}")));
                (own.level, far.unwrap().unwrap().level)
            };
            let expected = (i % 100, (1999 - i) % 100);
            assert_eq!(look(), expected);
            assert_eq!(from_another_thread(look), expected);
        };
        let number = |name: &str| name.trim_start_matches("Hero").parse::<u32>().unwrap();
        world
            .list
            .for_each(|p| look_around(number(p.name)))
            .unwrap();
        world
            .list
            .par_for_each(|p| look_around(number(p.name)))
            .unwrap();
        world
            .players
            .for_each(|_, p| look_around(number(p.name)))
            .unwrap();
        world
            .players
            .par_for_each(|_, p| look_around(number(p.name)))
            .unwrap();
        world.ranks.for_each(|rank, _| look_around(rank)).unwrap();
        for p in world.list.iter().unwrap() {
            look_around(number(p.unwrap().name));
        }
        for entry in world.players.iter().unwrap() {
            look_around(number(entry.unwrap().0));
        }
        for entry in world.ranks.range(100..200).unwrap() {
            look_around(entry.unwrap().0);
        }
        let file = Parcode::open_bytes(saved(compression)).unwrap();
        let cold = file.root::<World>().unwrap();
        // Scans inside scans, each of which reads what the other one does.
        let inner = AtomicU64::new(0);
        cold.list
            .par_for_each(|outer| {
                if outer.level == 99 {
                    let count = |_: PlayerLazy<'_>| {
                        inner.fetch_add(1, Ordering::Relaxed);
                    };
                    cold.list.for_each(count).unwrap();
                }
            })
            .unwrap();
        assert_eq!(inner.into_inner(), 20 * 2000);
    }
}

/// The file that the conversion below reads in.
static CONVERTING: OnceLock<Root<Converting>> = OnceLock::new();

#[derive(ParcodeObject)]
struct Converting {
    #[parcode(with = "position", chunkable)]
    chosen: Vec<String>,
    #[parcode(chunkable)]
    names: Vec<String>,
}

/// Names are stored as their positions.
mod position {
    use super::{CONVERTING, from_another_thread};

    pub(super) type Stored = Vec<u32>;

    pub(super) fn store(names: &[String]) -> Stored {
        let position = |name: &String| name.parse().unwrap();
        names.iter().map(position).collect()
    }

    /// The conversion of one field reads another one of the same file.
    pub(super) fn restore(positions: Stored) -> Result<Vec<String>, &'static str> {
        let root = CONVERTING.get().ok_or("no file")?.get();
        let name = |position| root.names.get(position as usize).unwrap();
        let look = || positions.iter().filter_map(|i| name(*i)).collect();
        let own: Vec<_> = look();
        assert_eq!(from_another_thread(look), own);
        Ok(own)
    }
}

#[test]
fn no_lock_is_held_while_a_conversion_runs() {
    let names: Vec<_> = (0..5000).map(|i| i.to_string()).collect();
    let value = Converting {
        chosen: names.iter().step_by(3).cloned().collect(),
        names,
    };
    let root = CONVERTING.get_or_init(|| Parcode::in_memory(&value).unwrap());
    let all = race(|_| root.get().chosen.load().unwrap());
    assert!(all.iter().all(|chosen| *chosen == value.chosen));
    assert_eq!(root.load().unwrap().chosen, value.chosen);
}

#[test]
fn damage_is_told_to_every_thread_and_costs_the_others_nothing() {
    let mut bytes = saved(Compression::None);
    let number = bytes
        .windows(8)
        .position(|run| run == [0x39, 0x30, 0, 0, 0x3a, 0x30, 0, 0]);
    bytes[number.unwrap()] ^= 1;
    let folder = tempfile::tempdir().unwrap();
    for (file, _) in sources(&bytes, folder.path()) {
        let root = file.root::<World>().unwrap();
        let errors = race(|_| root.terrain.get_lazy(12345).unwrap_err().to_string());
        assert!(errors[0].contains("terrain"), "{}", errors[0]);
        assert!(errors.iter().all(|error| *error == errors[0]));
        // Nothing of it was published: the next one is told, too; and what is beside it is read.
        let whole = race(|_| root.terrain.as_slice().unwrap_err().to_string());
        assert!(whole.iter().all(|error| *error == errors[0]));
        let far = race(|_| root.terrain.get(90_000).unwrap());
        assert!(far.iter().all(|number| *number == Some(90_000)));
    }
}

#[test]
fn loads_and_saves_run_beside_each_other() {
    let world = world();
    for compression in codecs() {
        let bytes = saved(compression);
        let file = Parcode::open_bytes(bytes.clone()).unwrap();
        let lazy = file.root::<World>().unwrap();
        race(|thread| match thread % 4 {
            0 => assert!(file.load::<World>().unwrap() == world),
            1 => assert!(saved(compression) == bytes),
            2 => assert!(lazy.players.load().unwrap() == world.players),
            _ => {
                file.verify().unwrap();
                let sum = AtomicU64::new(0);
                let add = |player: PlayerLazy<'_>| {
                    sum.fetch_add(player.level.into(), Ordering::Relaxed);
                };
                lazy.list.par_for_each(add).unwrap();
                assert_eq!(sum.into_inner(), 20 * (0..100).sum::<u64>());
            }
        });
    }
}

/// What a thread keeps for its next chunk is gone before its other values are dropped, which may read.
#[test]
#[cfg(feature = "lz4")]
fn compressed_files_are_read_while_a_thread_ends() {
    struct Last(Vec<u8>, Arc<AtomicBool>);
    impl Drop for Last {
        fn drop(&mut self) {
            let read = Parcode::options().threads(1).open_bytes(&self.0[..]);
            let loaded: World = read.unwrap().load().unwrap();
            self.1.store(loaded == world(), Ordering::Relaxed);
        }
    }
    thread_local! {
        static LAST: std::cell::OnceCell<Last> = const { std::cell::OnceCell::new() };
    }
    let (bytes, equal) = (saved(Compression::Lz4), Arc::new(AtomicBool::new(false)));
    let last = Last(bytes.clone(), equal.clone());
    let ended = thread::spawn(move || {
        LAST.with(|place| assert!(place.set(last).is_ok()));
        let options = Parcode::options().threads(1);
        drop(
            options
                .open_bytes(&bytes[..])
                .unwrap()
                .load::<World>()
                .unwrap(),
        );
    });
    ended.join().unwrap();
    assert!(equal.load(Ordering::Relaxed));
}
