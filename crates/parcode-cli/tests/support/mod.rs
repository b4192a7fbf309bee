//! A world to look into, and the tool to do it with.

#![allow(
    dead_code,
    unreachable_pub,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    reason = "each test program uses a part of it"
)]

use parcode::{Parcode, ParcodeObject};
use serde::Serialize;
use std::collections::{BTreeMap, HashMap};
use std::process::Command;
use tempfile::NamedTempFile;

#[derive(ParcodeObject, Serialize)]
pub struct World {
    pub id: u64,
    pub name: String,
    pub mode: Mode,
    #[parcode(chunkable)]
    pub terrain: Vec<u8>,
    #[parcode(map)]
    pub players: HashMap<String, Player>,
    #[parcode(chunkable)]
    pub all_players: Vec<Player>,
    #[parcode(map)]
    pub by_level: BTreeMap<u32, Vec<String>>,
}

#[derive(ParcodeObject, Serialize)]
pub enum Mode {
    Peaceful,
    Survival { hunger: bool },
}

#[derive(ParcodeObject, Serialize, Clone)]
pub struct Player {
    pub level: u32,
    pub name: String,
    pub weapon: Option<String>,
    #[parcode(chunkable)]
    pub inventory: Vec<u32>,
}

pub fn player(i: u32) -> Player {
    Player {
        level: i,
        name: format!("Hero{i}"),
        weapon: (!i.is_multiple_of(3)).then(|| format!("sword of {i}")),
        inventory: (i..i + 5).collect(),
    }
}

pub fn world() -> World {
    World {
        id: 7,
        name: "Avalon".into(),
        mode: Mode::Survival { hunger: true },
        terrain: (0..200_000u32).map(|i| (i >> 6) as u8 ^ i as u8).collect(),
        players: (0..100).map(|i| (format!("Hero{i}"), player(i))).collect(),
        all_players: (0..100).map(player).collect(),
        by_level: (0..100).map(|i| (i, vec![format!("Hero{i}")])).collect(),
    }
}

/// The world in a file.
pub fn saved() -> NamedTempFile {
    let file = NamedTempFile::new().unwrap();
    Parcode::save(file.path(), &world()).unwrap();
    file
}

/// What a run of the tool left.
pub struct Ran {
    pub code: i32,
    pub bytes: Vec<u8>,
    pub errors: String,
}

impl Ran {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    /// What was printed by a run that worked.
    pub fn ok(self) -> String {
        assert_eq!((self.code, self.errors.as_str()), (0, ""));
        self.text()
    }
}

pub fn parcode(arguments: &[&str]) -> Ran {
    let output = Command::new(env!("CARGO_BIN_EXE_parcode"))
        .args(arguments)
        .output()
        .unwrap();
    Ran {
        code: output.status.code().unwrap(),
        bytes: output.stdout,
        errors: String::from_utf8(output.stderr).unwrap(),
    }
}
