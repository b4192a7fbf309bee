//! Fixed work for `counts.sh`, which counts its instructions.
//!
//! `work LIST` names the workloads, `work NAME` does one. What is counted is what happens inside
//! [`counted`]; the script starts it with one thread.

use parcode::{Builder, Parcode, ParcodeObject, Root};
use parcode_bench::Result;
use parcode_bench::data::{Player, Settings, Size, World};
use std::collections::HashMap;
use std::fs;
use std::hash::{BuildHasherDefault, DefaultHasher};
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// The world with a hasher that is the same in every process: the order of a map would otherwise
/// move the counts of what sorts its entries. The file is the same.
#[derive(ParcodeObject)]
struct Fixed {
    id: u64,
    name: String,
    #[parcode(chunkable)]
    settings: Settings,
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player, BuildHasherDefault<DefaultHasher>>,
    #[parcode(chunkable)]
    all_players: Vec<Player>,
}

/// Valgrind counts from here to its end.
// SAFETY: no other function of this program is called that.
#[allow(unsafe_code)]
#[unsafe(no_mangle)]
#[inline(never)]
fn counted(work: &mut dyn FnMut() -> Result<u64>) -> Result<u64> {
    work()
}

type Work = fn(&Setting) -> Result<u64>;

/// What is counted.
struct Workload {
    name: &'static str,
    /// How many operations it is.
    operations: usize,
    /// What is done before it, uncounted, and leaves behind what was read.
    before: Option<Work>,
    work: Work,
}

/// Work on what it has itself touched before.
const fn warm(name: &'static str, operations: usize, work: Work) -> Workload {
    Workload {
        name,
        operations,
        before: Some(work),
        work,
    }
}

/// Work on a file that was just opened.
const fn first(name: &'static str, operations: usize, work: Work) -> Workload {
    Workload {
        name,
        operations,
        before: None,
        work,
    }
}

const WORKLOADS: &[Workload] = &[
    warm("open-to-id", 1, |at| Ok(at.open()?.get().id)),
    warm("open-one-level", 1, |at| {
        levels(&at.open()?, &at.names[..1])
    }),
    warm("level", NAMES, |at| levels(&at.opened, &at.names)),
    warm("level-of-missing-key", NAMES, |at| {
        levels(&at.opened, &at.missing)
    }),
    warm("whole-player", NAMES, |at| players(&at.opened, &at.names)),
    warm("level-by-position", NAMES, |at| levels_at(&at.opened)),
    first("scan-iterator-first-touch", PLAYERS, |at| scan(&at.opened)),
    warm("scan-iterator-warm", PLAYERS, |at| scan(&at.opened)),
    first("scan-for-each-first-touch", PLAYERS, |at| {
        for_each(&at.opened)
    }),
    Workload {
        name: "scan-for-each-warm",
        operations: PLAYERS,
        // Only the iterator leaves behind what it has read.
        before: Some(|at| scan(&at.opened)),
        work: |at| for_each(&at.opened),
    },
    first("terrain-lent-first-touch", 1, |at| lent(&at.opened)),
    warm("terrain-lent-warm", 1, |at| lent(&at.opened)),
    warm("terrain-load", 1, |at| {
        Ok(at.opened.get().terrain.load()?.len() as u64)
    }),
    warm("save", 1, |at| at.save(false)),
    warm("save-lz4", 1, |at| at.save(true)),
    warm("load", 1, |at| loaded(&at.path)),
    warm("load-lz4", 1, |at| loaded(&at.compressed)),
];

const NAMES: usize = 1000;
const PLAYERS: usize = Size::TEST.players;

struct Setting {
    world: Fixed,
    path: PathBuf,
    compressed: PathBuf,
    opened: Root<Fixed>,
    names: Vec<String>,
    missing: Vec<String>,
}

impl Setting {
    fn new(folder: &Path) -> Result<Self> {
        let World {
            id,
            name,
            settings,
            terrain,
            players: _,
            all_players,
        } = World::generate(Size::TEST);
        let entries = all_players
            .iter()
            .map(|player| (player.name.clone(), player.clone()));
        let players = entries.collect();
        let world = Fixed {
            id,
            name,
            settings,
            terrain,
            players,
            all_players,
        };
        let (path, compressed) = (folder.join("work.par"), folder.join("work-lz4.par"));
        fs::create_dir_all(folder)?;
        builder(false).write_sync(&path, &world)?;
        builder(true).write_sync(&compressed, &world)?;
        let numbers = (0..NAMES).map(|number| number * 7 % PLAYERS);
        Ok(Self {
            opened: Parcode::open_root(&path)?,
            names: numbers.clone().map(Player::name_of).collect(),
            missing: numbers.map(Player::missing_name).collect(),
            world,
            path,
            compressed,
        })
    }

    fn open(&self) -> Result<Root<Fixed>> {
        Ok(Parcode::open_root(&self.path)?)
    }

    /// To memory: a file system takes as long as it likes, and is not counted.
    fn save(&self, compressed: bool) -> Result<u64> {
        let mut bytes = Vec::with_capacity(2 << 20);
        builder(compressed).write_to_writer_sync(&mut bytes, &self.world)?;
        Ok(bytes.len() as u64)
    }
}

fn builder(compressed: bool) -> Builder {
    Parcode::builder().compression(compressed)
}

fn levels(world: &Root<Fixed>, names: &[String]) -> Result<u64> {
    let world = world.get();
    let mut sum = 0;
    for name in names {
        let player = world.players.get_lazy(name.as_str())?;
        sum += player.map_or(0, |player| u64::from(player.level));
    }
    Ok(sum)
}

fn players(world: &Root<Fixed>, names: &[String]) -> Result<u64> {
    let world = world.get();
    let mut sum = 0;
    for name in names {
        let player = world.players.get(name.as_str())?;
        sum += black_box(player).map_or(0, |player| player.inventory.len() as u64);
    }
    Ok(sum)
}

fn levels_at(world: &Root<Fixed>) -> Result<u64> {
    let world = world.get();
    let mut sum = 0;
    for position in 0..NAMES {
        let player = world.all_players.get_lazy(position * 7 % PLAYERS)?;
        sum += player.map_or(0, |player| u64::from(player.level));
    }
    Ok(sum)
}

fn lent(world: &Root<Fixed>) -> Result<u64> {
    Ok(world.get().terrain.as_slice()?.len() as u64)
}

fn scan(world: &Root<Fixed>) -> Result<u64> {
    let mut sum = 0;
    for player in world.get().all_players.iter()? {
        sum += u64::from(player?.level);
    }
    Ok(sum)
}

fn for_each(world: &Root<Fixed>) -> Result<u64> {
    let mut sum = 0;
    let players = world.get().all_players;
    players.for_each(|player| sum += u64::from(player.level))?;
    Ok(sum)
}

fn loaded(path: &Path) -> Result<u64> {
    let world: Fixed = Parcode::load(path)?;
    Ok(black_box(world).players.len() as u64)
}

fn main() -> Result<()> {
    let asked = std::env::args().nth(1).ok_or("which work?")?;
    if asked == "LIST" {
        for Workload {
            name, operations, ..
        } in WORKLOADS
        {
            println!("{name} {operations}");
        }
        return Ok(());
    }
    let found = WORKLOADS.iter().find(|workload| workload.name == asked);
    let workload = found.ok_or("no such work")?;
    let setting = Setting::new(&std::env::temp_dir().join("parcode-counts"))?;
    if let Some(before) = workload.before {
        before(&setting)?;
    }
    let sum = counted(&mut || (workload.work)(&setting))?;
    println!("{sum}");
    Ok(())
}
