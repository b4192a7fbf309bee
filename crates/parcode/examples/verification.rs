//! What verification at the first touch costs: the same work on the same file, with checksums looked
//! at and not.
//!
//! `cargo run --release --example verification [PLAYERS]`

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "an example's own types, and figures for people"
)]

use parcode::{Access, Parcode, ParcodeFile, ParcodeObject, Result, Verify};
use std::collections::HashMap;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(ParcodeObject)]
struct World {
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    all_players: Vec<Player>,
}

#[derive(ParcodeObject, Clone)]
struct Player {
    name: String,
    level: u32,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

fn world(players: u32) -> World {
    // Numbers without a pattern, the same in every run.
    let mixed = |i: u32| i.wrapping_mul(0x9E37_79B9).rotate_left(15);
    let player = |i| Player {
        name: format!("Hero{i}"),
        level: mixed(i) % 100,
        inventory: (0..15 + mixed(i) % 11)
            .map(|slot| mixed(i ^ slot))
            .collect(),
    };
    World {
        terrain: (0..10 << 20).map(|i| mixed(i) as u8).collect(),
        players: (0..players)
            .map(|i| (format!("Hero{i}"), player(i)))
            .collect(),
        all_players: (0..players).map(player).collect(),
    }
}

/// Work on a file that was just opened.
type Work = fn(&ParcodeFile, u32) -> Result<u64>;

const WORKS: [(&str, Work); 6] = [
    ("open, one level", |file, players| {
        levels(file, players, [players / 2])
    }),
    ("1000 levels", |file, players| {
        levels(file, players, (0..1000).map(|i| i * 97))
    }),
    ("the same 1000 levels, twice", |file, players| {
        let first = levels(file, players, (0..1000).map(|i| i * 97))?;
        Ok(first + levels(file, players, (0..1000).map(|i| i * 97))?)
    }),
    ("scan of all levels", |file, _| {
        let mut sum = 0;
        let world = file.root::<World>()?;
        world
            .all_players
            .for_each(|player| sum += u64::from(player.level))?;
        Ok(sum)
    }),
    ("terrain as a slice, one byte a page", |file, _| {
        let world = file.root::<World>()?;
        let terrain = world.terrain.as_slice()?;
        Ok(terrain
            .iter()
            .step_by(4096)
            .map(|byte| u64::from(*byte))
            .sum())
    }),
    ("load everything", |file, _| {
        Ok(file.load::<World>()?.all_players.len() as u64)
    }),
];

fn levels(file: &ParcodeFile, players: u32, which: impl IntoIterator<Item = u32>) -> Result<u64> {
    let world = file.root::<World>()?;
    let mut sum = 0;
    for i in which {
        let hero = world.players.get_lazy(&format!("Hero{}", i % players))?;
        sum += hero.map_or(0, |hero| u64::from(hero.level));
    }
    Ok(sum)
}

const ROUNDS: usize = 41;

/// The least time of `work`, the file's opening and closing included, for each way of verifying; the
/// ways take turns. What else the machine does only ever adds to it.
fn least(path: &Path, access: Access, players: u32, work: Work) -> Result<[Duration; 2]> {
    let mut times = [(Verify::Full, Vec::new()), (Verify::Structure, Vec::new())];
    for _ in 0..ROUNDS {
        for (verify, times) in &mut times {
            let options = Parcode::options().access(access).threads(1).verify(*verify);
            let start = Instant::now();
            let file = options.open(path)?;
            black_box(work(&file, players)?);
            drop(file);
            times.push(start.elapsed());
        }
    }
    Ok(times.map(|(_, times)| times.into_iter().min().unwrap_or_default()))
}

fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
    let players = std::env::args()
        .nth(1)
        .map_or(Ok(100_000), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("world.par");
    Parcode::save(&path, &world(players))?;
    let len = std::fs::metadata(&path)?.len();
    println!(
        "{players} players, {len} bytes, one thread, in the page cache; the least of {ROUNDS}"
    );
    for access in [Access::Auto, Access::Positioned] {
        println!("\n| {access:?} | verified | not | what it costs |\n| --- | --- | --- | --- |");
        for (name, work) in WORKS {
            let [full, structure] = least(&path, access, players, work)?;
            let share = (full.as_secs_f64() / structure.as_secs_f64() - 1.0) * 100.0;
            println!("| {name} | {full:.1?} | {structure:.1?} | {share:+.0} % |");
        }
    }
    Ok(())
}
