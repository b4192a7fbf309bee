//! Parcode itself, with the options that matter.

use crate::Result;
use crate::data::World;
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use parcode::{Parcode, Root};
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// How it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// As it comes: a thread a core, nothing compressed.
    Plain,
    /// On the caller's thread alone.
    OneThread,
    /// Everything compressed by LZ4.
    Lz4,
}

impl Use {
    pub fn name(self) -> &'static str {
        match self {
            Self::Plain => "parcode",
            Self::OneThread => "parcode, 1 thread",
            Self::Lz4 => "parcode, LZ4",
        }
    }
}

pub struct ParcodePeer {
    used: Use,
    path: PathBuf,
}

impl ParcodePeer {
    pub fn new(folder: &Path, used: Use) -> Self {
        let file = match used {
            Use::Plain => "plain.par",
            Use::OneThread => "one-thread.par",
            Use::Lz4 => "lz4.par",
        };
        Self {
            used,
            path: folder.join(file),
        }
    }
}

impl Peer for ParcodePeer {
    fn name(&self) -> &str {
        self.used.name()
    }

    fn kind(&self) -> Kind {
        Kind::Lazy
    }

    fn path(&self) -> &Path {
        &self.path
    }

    /// Its file is that of [`Use::Plain`]: once is enough where it takes minutes.
    fn holds(&self, scale: usize) -> bool {
        scale <= 10 || self.used != Use::OneThread
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        save(&self.path, world, self.used, durability)
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        look(&Opened(Parcode::open_root(&self.path)?))
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        let world: World = load(&self.path, self.used)?;
        Ok(Box::new(world))
    }
}

pub fn save<T: parcode::ParcodeObject>(
    path: &Path,
    value: &T,
    used: Use,
    durability: Durability,
) -> Result<()> {
    let builder = Parcode::builder()
        .compression(used == Use::Lz4)
        .durability(match durability {
            Durability::Unsynced => parcode::Durability::Unsynced,
            Durability::Synced => parcode::Durability::Synced,
        });
    match used {
        Use::OneThread => builder.write_sync(path, value)?,
        _ => builder.write(path, value)?,
    }
    Ok(())
}

pub fn load<T: parcode::ParcodeObject>(path: &Path, used: Use) -> Result<T> {
    if used == Use::OneThread {
        return Ok(Parcode::options().threads(1).load(path)?);
    }
    Ok(Parcode::load(path)?)
}

struct Opened(Root<World>);

impl View for Opened {
    fn id(&self) -> Result<u64> {
        Ok(self.0.get().id)
    }

    fn levels(&self, names: &[String]) -> Answer {
        let world = self.0.get();
        let mut found = Found::default();
        for name in names {
            let player = world.players.get_lazy(name.as_str())?;
            found.add(player.map(|player| player.level));
        }
        found.answer()
    }

    fn players(&self, names: &[String]) -> Answer {
        let world = self.0.get();
        let mut sum = 0;
        for name in names {
            if let Some(player) = world.players.get(name.as_str())? {
                sum += black_box(player).checksum();
            }
        }
        Ok(Some(sum))
    }

    fn levels_at(&self, positions: &[usize]) -> Answer {
        let world = self.0.get();
        let mut found = Found::default();
        for position in positions {
            let player = world.all_players.get_lazy(*position)?;
            found.add(player.map(|player| player.level));
        }
        found.answer()
    }

    fn scan(&self) -> Answer {
        let mut sum = 0;
        for player in self.0.get().all_players.iter()? {
            sum += u64::from(player?.level);
        }
        Ok(Some(sum))
    }

    fn scan_for_each(&self) -> Answer {
        let mut sum = 0;
        let world = self.0.get();
        world
            .all_players
            .for_each(|player| sum += u64::from(player.level))?;
        Ok(Some(sum))
    }

    fn lend_terrain(&self, see: &mut dyn FnMut(&[u8])) -> Result<()> {
        see(self.0.get().terrain.as_slice()?);
        Ok(())
    }

    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        Ok(Some(self.0.get().terrain.load()?))
    }

    fn verified(&self) -> Option<u64> {
        Some(self.0.file().stats().bytes_verified)
    }
}
