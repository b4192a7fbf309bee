//! No format: what the system itself takes for the calls that Parcode makes. Nothing is encoded,
//! verified or searched, so nobody who makes these calls is faster.
//!
//! Saving writes as many bytes as are in the world, from memory that is in the processor's caches.
//! Opening reads 12 KiB from the end; a lookup reads 2 KiB near it, then 8 KiB where the player is.

use crate::Result;
use crate::data::World;
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

pub struct Floor {
    path: PathBuf,
}

impl Floor {
    pub fn new(folder: &Path) -> Self {
        Self {
            path: folder.join("world.calls"),
        }
    }
}

/// What is read and written at once: the tail, a page of an index, a shard, a piece of a save.
const TAIL: usize = 12 << 10;
const PAGE: usize = 2 << 10;
const SHARD: usize = 8 << 10;
const PIECE: usize = 256 << 10;

/// Each player has so many bytes of the file, of which the first four are the level.
const RECORD: usize = 256;

impl Peer for Floor {
    fn name(&self) -> &str {
        "the system calls alone"
    }

    fn kind(&self) -> Kind {
        Kind::Lazy
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn loads(&self) -> bool {
        false
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        let mut file = File::create(&self.path)?;
        let mut piece = vec![0; PIECE];
        for players in world.all_players.chunks(PIECE / RECORD) {
            for (record, player) in piece.chunks_mut(RECORD).zip(players) {
                record[..4].copy_from_slice(&player.level.to_le_bytes());
            }
            file.write_all(&piece)?;
        }
        let mut left = world
            .content()
            .saturating_sub(file.stream_position()? as usize);
        while left > PIECE {
            file.write_all(&piece)?;
            left -= PIECE;
        }
        // The tail ends with the id.
        piece[left.max(TAIL) - 8..][..8].copy_from_slice(&world.id.to_le_bytes());
        file.write_all(&piece[..left.max(TAIL)])?;
        if durability == Durability::Synced {
            file.sync_all()?;
        }
        Ok(())
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        let mut file = File::open(&self.path)?;
        let len = file.seek(SeekFrom::End(0))?;
        let mut tail = vec![0; TAIL];
        file.read_exact_at(&mut tail, len.saturating_sub(TAIL as u64))?;
        look(&Opened { file, len, tail })
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        Err("there is nothing to load".into())
    }
}

struct Opened {
    file: File,
    len: u64,
    tail: Vec<u8>,
}

impl Opened {
    /// The level of the player with this number.
    fn level(&self, number: u64) -> Result<u32> {
        let place = number * RECORD as u64;
        let mut page = [0; PAGE];
        self.file.read_exact_at(&mut page, self.index_page(place))?;
        let mut shard = [0; SHARD];
        let start = place / SHARD as u64 * SHARD as u64;
        self.file.read_exact_at(&mut shard, start)?;
        let at = (place - start) as usize;
        Ok(u32::from_le_bytes(shard[at..][..4].try_into()?))
    }

    /// Where the page of an index would be: it has 32 bytes for each 8 KiB, and lies near the end.
    fn index_page(&self, place: u64) -> u64 {
        let index = self.len / (SHARD as u64 / 32);
        let from_end = index - (place / (SHARD as u64 / 32)).min(index);
        let end = self.len.saturating_sub(TAIL as u64);
        end.saturating_sub(from_end + PAGE as u64) / PAGE as u64 * PAGE as u64
    }
}

impl View for Opened {
    fn id(&self) -> Result<u64> {
        Ok(u64::from_le_bytes(self.tail[TAIL - 8..].try_into()?))
    }

    /// Of one player: those of many in an opened file need no call.
    fn levels(&self, names: &[String]) -> Answer {
        let [name] = names else { return Ok(None) };
        let digits = name.trim_start_matches(|letter: char| !letter.is_ascii_digit());
        let mut found = Found::default();
        found.add(Some(self.level(digits.parse()?)?));
        found.answer()
    }

    fn players(&self, _names: &[String]) -> Answer {
        Ok(None)
    }
}
