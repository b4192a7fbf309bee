//! Writes a file for the tool to look into: a game world, of about so many megabytes.
//!
//! `cargo run --release -p parcode-cli --example world -- FILE [MEGABYTES]`

use parcode::{Parcode, ParcodeObject};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::{env, process};

#[derive(ParcodeObject)]
struct GameWorld {
    id: u64,
    name: String,
    #[parcode(chunkable)]
    settings: Settings,
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    all_players: Vec<Player>,
    #[parcode(map)]
    by_level: BTreeMap<u32, Vec<String>>,
}

#[derive(ParcodeObject)]
struct Settings {
    difficulty: u8,
    mode: Mode,
    #[parcode(chunkable)]
    history: Vec<String>,
}

#[derive(ParcodeObject)]
enum Mode {
    Peaceful,
    Survival { hunger: bool },
}

#[derive(ParcodeObject, Clone)]
struct Player {
    level: u32,
    name: String,
    weapon: Option<String>,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

/// Bytes that a player takes in the file, both times together.
const PLAYER: usize = 1000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args_os().skip(1);
    let Some(path) = arguments.next() else {
        eprintln!("usage: world FILE [MEGABYTES]");
        process::exit(2);
    };
    let megabytes = match arguments.next() {
        Some(text) => text.to_string_lossy().parse()?,
        None => 10usize,
    };
    // Three quarters of it is terrain.
    let players = (megabytes << 20) / 4 / PLAYER;
    Ok(Parcode::save(
        path,
        &world(megabytes << 20, u32::try_from(players)?),
    )?)
}

fn world(bytes: usize, players: u32) -> GameWorld {
    let mut by_level: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    for i in (0..players).take(20_000) {
        by_level.entry(i % 90).or_default().push(name(i));
    }
    GameWorld {
        id: 7,
        name: "Avalon".into(),
        settings: Settings {
            difficulty: 3,
            mode: if players.is_multiple_of(2) {
                Mode::Survival { hunger: true }
            } else {
                Mode::Peaceful
            },
            history: (0..500)
                .map(|day| format!("day {day}: nothing happened"))
                .collect(),
        },
        terrain: (0..bytes / 4 * 3)
            .map(|i| ((i >> 6) ^ i).to_le_bytes()[0])
            .collect(),
        players: (0..players).map(|i| (name(i), player(i))).collect(),
        all_players: (0..players).map(player).collect(),
        by_level,
    }
}

fn name(i: u32) -> String {
    format!("Hero{i}")
}

fn player(i: u32) -> Player {
    Player {
        level: i % 90,
        name: name(i),
        weapon: (!i.is_multiple_of(3)).then(|| format!("sword of {}", i % 17)),
        inventory: (0..110).map(|slot| i.wrapping_mul(31) + slot).collect(),
    }
}
