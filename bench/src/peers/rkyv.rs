//! rkyv on a memory map: `access` checks the whole file at each opening, `access_unchecked` trusts it.

use super::mapped::map;
use super::whole::write_file;
use crate::Result;
use crate::data::world::{ArchivedPlayer, ArchivedWorld};
use crate::data::{Player, World};
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use memmap2::{Advice, Mmap};
use rkyv::api::high::HighSerializer;
use rkyv::rancor;
use rkyv::ser::allocator::ArenaHandle;
use rkyv::util::AlignedVec;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// How it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Unchecked,
    Checked,
    /// Unchecked, and the system is told not to read ahead: kind to single lookups, and unkind to
    /// scans, in a file that is not in the page cache.
    Random,
}

pub struct Rkyv {
    name: &'static str,
    used: Use,
    path: PathBuf,
}

impl Rkyv {
    pub fn new(folder: &Path, used: Use) -> Self {
        Self {
            name: match used {
                Use::Unchecked => "rkyv, unchecked",
                Use::Checked => "rkyv, checked",
                Use::Random => "rkyv, unchecked, MADV_RANDOM",
            },
            used,
            path: folder.join("world.rkyv"),
        }
    }

    fn map(&self) -> Result<Mmap> {
        let map = map(&self.path)?;
        if self.used == Use::Random {
            map.advise(Advice::Random)?;
        }
        Ok(map)
    }

    fn root<'a>(&self, bytes: &'a [u8]) -> Result<&'a ArchivedWorld> {
        if self.used == Use::Checked {
            return Ok(rkyv::access::<ArchivedWorld, rancor::Error>(bytes)?);
        }
        Ok(access(bytes))
    }
}

pub fn access<T: rkyv::Portable>(bytes: &[u8]) -> &T {
    // SAFETY: what it is asked to trust was written by `save`, as the same type.
    #[allow(unsafe_code)]
    unsafe {
        rkyv::access_unchecked::<T>(bytes)
    }
}

pub fn save<T>(path: &Path, value: &T, durability: Durability) -> Result<()>
where
    T: for<'a> rkyv::Serialize<HighSerializer<AlignedVec, ArenaHandle<'a>, rancor::Error>>,
{
    let bytes = rkyv::to_bytes::<rancor::Error>(value)?;
    write_file(path, &bytes, durability)
}

impl Peer for Rkyv {
    fn name(&self) -> &str {
        self.name
    }

    fn kind(&self) -> Kind {
        Kind::Lazy
    }

    fn path(&self) -> &Path {
        &self.path
    }

    /// All three read one file.
    fn writes(&self) -> bool {
        self.used == Use::Unchecked
    }

    /// Its pointers are of 32 bits where it is not told otherwise.
    fn holds(&self, scale: usize) -> bool {
        scale <= 50 || cfg!(feature = "wide")
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        save(&self.path, world, durability)
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        let map = self.map()?;
        look(self.root(&map)?)
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        let map = self.map()?;
        let world: World = rkyv::deserialize::<_, rancor::Error>(self.root(&map)?)?;
        Ok(Box::new(world))
    }
}

fn level(player: &ArchivedPlayer) -> u32 {
    player.level.to_native()
}

impl View for ArchivedWorld {
    fn id(&self) -> Result<u64> {
        Ok(self.id.to_native())
    }

    fn levels(&self, names: &[String]) -> Answer {
        let mut found = Found::default();
        for name in names {
            found.add(self.players.get(name.as_str()).map(level));
        }
        found.answer()
    }

    fn players(&self, names: &[String]) -> Answer {
        let mut sum = 0;
        for name in names {
            if let Some(player) = self.players.get(name.as_str()) {
                let player: Player = rkyv::deserialize::<_, rancor::Error>(player)?;
                sum += black_box(player).checksum();
            }
        }
        Ok(Some(sum))
    }

    fn levels_at(&self, positions: &[usize]) -> Answer {
        let mut found = Found::default();
        for position in positions {
            found.add(self.all_players.get(*position).map(level));
        }
        found.answer()
    }

    fn scan(&self) -> Answer {
        let levels = self.all_players.iter().map(level);
        Ok(Some(levels.map(u64::from).sum()))
    }

    fn lend_terrain(&self, see: &mut dyn FnMut(&[u8])) -> Result<()> {
        see(&self.terrain);
        Ok(())
    }

    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        Ok(Some(self.terrain.to_vec()))
    }
}
