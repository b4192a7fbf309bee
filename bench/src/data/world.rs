//! The world of a game, as the design of Parcode draws it.
//!
//! One set of types serves every peer that derives from Rust structs: nobody converts.

use super::Random;
use parcode::ParcodeObject;
use std::collections::HashMap;

#[derive(
    ParcodeObject,
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub struct World {
    pub id: u64,
    pub name: String,
    #[parcode(chunkable)]
    pub settings: Settings,
    #[parcode(chunkable)]
    pub terrain: Vec<u8>,
    #[parcode(map)]
    pub players: HashMap<String, Player>,
    #[parcode(chunkable)]
    pub all_players: Vec<Player>,
}

#[derive(
    ParcodeObject,
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub struct Settings {
    pub difficulty: u8,
    #[parcode(chunkable)]
    pub history: Vec<String>,
}

#[derive(
    ParcodeObject,
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub struct Player {
    pub name: String,
    pub level: u32,
    pub position: [f32; 3],
    #[parcode(chunkable)]
    pub inventory: Vec<u32>,
}

/// How large a world is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Size {
    pub players: usize,
    pub terrain: usize,
    pub history: usize,
}

impl Size {
    /// Enough that everything is in several pieces; quick even where a peer is slow.
    pub const TEST: Self = Self {
        players: 2_000,
        terrain: 300_000,
        history: 100,
    };

    /// 10 MB of terrain and 100,000 players twice, times `factor`.
    pub fn scale(factor: usize) -> Self {
        Self {
            players: 100_000 * factor,
            terrain: 10_000_000 * factor,
            history: 1_000 * factor,
        }
    }
}

impl World {
    pub fn generate(size: Size) -> Self {
        let mut random = Random::new(0);
        let all_players: Vec<Player> = (0..size.players)
            .map(|number| Player::generate(number, &mut random))
            .collect();
        Self {
            id: 42,
            name: "Aventuria".into(),
            settings: Settings {
                difficulty: 3,
                history: (0..size.history)
                    .map(|year| format!("In year {year} nothing happened"))
                    .collect(),
            },
            terrain: (0..size.terrain).map(|_| random.below(16) as u8).collect(),
            players: all_players
                .iter()
                .map(|player| (player.name.clone(), player.clone()))
                .collect(),
            all_players,
        }
    }

    /// The bytes of what is in it, without lengths, pointers and the like: what a save is worth.
    pub fn content(&self) -> usize {
        let text: usize = self.settings.history.iter().map(String::len).sum();
        let names: usize = self.players.keys().map(String::len).sum();
        let players = self.players.values().chain(&self.all_players);
        let players: usize = players
            .map(|player| player.name.len() + 16 + player.inventory.len() * 4)
            .sum();
        9 + self.name.len() + text + self.terrain.len() + names + players
    }

    /// A number that hangs on everything in the world, and not on the order of the map.
    pub fn checksum(&self) -> u64 {
        let texts = self.settings.history.iter().map(String::len).sum::<usize>() + self.name.len();
        let mapped: u64 = self.players.values().map(Player::checksum).sum();
        let listed: u64 = self.all_players.iter().map(Player::checksum).sum();
        self.id
            + u64::from(self.settings.difficulty)
            + texts as u64
            + mapped * 3
            + listed * 5
            + bytes_sum(&self.terrain)
    }
}

impl Player {
    /// The name of a player, and the key in the map.
    pub fn name_of(number: usize) -> String {
        format!("Hero{number}")
    }

    /// A name that no player has, as long as theirs.
    pub fn missing_name(number: usize) -> String {
        format!("Hera{number}")
    }

    /// About 20 items with numbers below 100,000: most are three bytes as varints.
    fn generate(number: usize, random: &mut Random) -> Self {
        Self {
            name: Self::name_of(number),
            level: random.below(100) as u32,
            position: std::array::from_fn(|_| random.below(10_000) as f32 / 10.0),
            inventory: (0..15 + random.below(11))
                .map(|_| random.below(100_000) as u32)
                .collect(),
        }
    }

    pub fn checksum(&self) -> u64 {
        checksum_of(&self.name, self.level, self.position, &self.inventory)
    }
}

/// [`Player::checksum`] of a player that came out of another type.
pub fn checksum_of(name: &str, level: u32, position: [f32; 3], inventory: &[u32]) -> u64 {
    let place: f32 = position.iter().sum();
    let last = inventory.last().copied().unwrap_or_default();
    name.len() as u64 + u64::from(level) + place as u64 + inventory.len() as u64 + u64::from(last)
}

/// Looks at every byte, as fast as that goes.
pub fn bytes_sum(bytes: &[u8]) -> u64 {
    bytes.iter().map(|byte| u64::from(*byte)).sum()
}
