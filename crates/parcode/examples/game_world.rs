//! The tour at full size: a world of 100,000 players and 10 MB of terrain, saved, opened and read
//! lazily; what each step took, and what it read.
//!
//! `cargo run --release --example game_world [PLAYERS]`

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an example's own types, and figures for people"
)]

use parcode::{Parcode, ParcodeObject, Stats};
use std::collections::HashMap;
use std::time::Instant;

#[derive(ParcodeObject)]
struct GameWorld {
    id: u64,
    name: String,
    #[parcode(chunkable)]
    settings: WorldSettings,
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    all_players: Vec<Player>,
}

#[derive(ParcodeObject, Clone)]
struct WorldSettings {
    difficulty: u8,
    #[parcode(chunkable)]
    history: Vec<String>,
}

#[derive(ParcodeObject, Clone)]
struct Player {
    name: String,
    level: u32,
    position: [f32; 3],
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

/// A small generator, so that every run makes the same world (xorshift64*, Vigna 2016).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    fn player(&mut self, number: usize) -> Player {
        Player {
            name: format!("Hero{number}"),
            level: self.below(100) as u32,
            position: std::array::from_fn(|_| self.below(10_000) as f32 / 10.0),
            inventory: (0..15 + self.below(11))
                .map(|_| self.next() as u32)
                .collect(),
        }
    }
}

fn world(players: usize) -> GameWorld {
    let mut random = Random(0x5EED);
    let all_players: Vec<Player> = (0..players).map(|i| random.player(i)).collect();
    GameWorld {
        id: 42,
        name: "Aventuria".into(),
        settings: WorldSettings {
            difficulty: 3,
            history: (0..1000)
                .map(|i| format!("In year {i} nothing happened"))
                .collect(),
        },
        terrain: (0..10 << 20).map(|_| random.below(16) as u8).collect(),
        players: all_players
            .iter()
            .map(|player| (player.name.clone(), player.clone()))
            .collect(),
        all_players,
    }
}

/// Runs a step, and says what it took.
fn step<R>(what: &str, run: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let result = run();
    println!("{what:<52} {:>12.1?}", start.elapsed());
    result
}

fn verified(what: &str, stats: Stats) {
    let share = stats.bytes_verified as f64 / stats.file_len as f64 * 100.0;
    println!(
        "  after {what}: {} chunks and pages, {} bytes verified, {share:.4}% of the file",
        stats.chunks_verified, stats.bytes_verified,
    );
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let players = std::env::args()
        .nth(1)
        .map_or(Ok(100_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("world.par");

    let world = step("making the world", || world(players));
    let before = peak_memory();
    step("saving it (synced, atomic)", || {
        Parcode::save(&path, &world)
    })?;
    if let (Some(before), Some(after)) = (before, peak_memory()) {
        println!(
            "  peak memory of the process grew by {} MB",
            (after - before) >> 10
        );
    }
    let len = std::fs::metadata(&path)?.len();
    println!(
        "  {:.1} MB, {} players",
        len as f64 / 1e6,
        world.players.len()
    );

    let file = step("opening it", || Parcode::open(&path))?;
    let lazy = step("its root", || file.root::<GameWorld>())?;
    println!(
        "  {} {:?}, difficulty {}",
        lazy.id, lazy.name, lazy.settings.difficulty
    );
    let wanted = format!("Hero{}", players / 2);
    let hero = step("one player of the map", || lazy.players.get_lazy(&wanted))?;
    let hero = hero.ok_or("no such hero")?;
    println!("  {} is at level {}", hero.name, hero.level);
    verified("opening and one player's level", file.stats());
    let share = file.stats().bytes_verified as f64 / len as f64;
    assert!(players < 100_000 || share < 0.005, "laziness is the point");

    let inventory = step("that player's inventory", || hero.inventory.load())?;
    println!("  {} items", inventory.len());
    let history = step("the history", || lazy.settings.history.load())?;
    println!("  {} events", history.len());
    verified("those", file.stats());

    let mut sum = 0u64;
    step("the levels of all players, first touch", || {
        lazy.all_players
            .for_each(|player| sum += u64::from(player.level))
    })?;
    let mut again = 0u64;
    step("the levels of all players, again", || {
        lazy.all_players
            .for_each(|player| again += u64::from(player.level))
    })?;
    assert_eq!(sum, again);
    println!("  mean level {:.2}", sum as f64 / players.max(1) as f64);
    let terrain = step("the terrain as a slice", || lazy.terrain.as_slice())?;
    step("the terrain as a slice, again", || lazy.terrain.as_slice())?;
    println!("  {} bytes", terrain.len());
    verified("all of that", file.stats());

    let all: GameWorld = step("loading everything", || Parcode::load(&path))?;
    assert_eq!(all.players.len(), world.players.len());
    assert_eq!(all.terrain, world.terrain);
    step("verifying the file", || file.verify())?;

    let small = folder.path().join("small.par");
    let builder = Parcode::builder().compression(true);
    step("saving it with LZ4", || builder.write(&small, &world))?;
    println!("  {:.1} MB", std::fs::metadata(&small)?.len() as f64 / 1e6);
    print!("\n{}", Parcode::inspect(&path)?);
    Ok(())
}

/// The most memory that the process has had so far in KiB, where the system tells.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}
