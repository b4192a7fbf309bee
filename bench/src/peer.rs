//! What a format has to offer to be measured.

use crate::Result;
use crate::data::World;
use std::path::Path;

/// What a save waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The system writes when it likes.
    Unsynced,
    /// After the save, the file survives a power cut.
    Synced,
}

/// How a peer comes to one entry of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Opens the file and reads what is asked for.
    Lazy,
    /// Decodes the whole file first; lookups are then those of `std`, and measured there.
    Whole,
    /// Has no file at all.
    Memory,
}

/// A format, used as its own documentation recommends, on a file of its own.
pub trait Peer {
    fn name(&self) -> &str;

    fn kind(&self) -> Kind;

    /// The file or, where there are several, the folder.
    fn path(&self) -> &Path;

    /// Whether the file is this peer's to write; otherwise it reads the one of another.
    fn writes(&self) -> bool {
        self.kind() != Kind::Memory
    }

    /// Whether it has a whole world to give.
    fn loads(&self) -> bool {
        true
    }

    /// Whether it can hold a world so many times the usual one.
    fn holds(&self, _scale: usize) -> bool {
        true
    }

    /// Anything that a program would not do for each save, such as making the types of another
    /// library from ours. Not measured.
    fn prepare(&self, _world: &World) {}

    /// Writes the file, which is not there yet.
    fn save(&self, world: &World, durability: Durability) -> Result<()>;

    /// Opens the file, lends it to `look`, and closes it.
    fn open(&self, look: Look<'_>) -> Result<()>;

    /// The whole world, as the values that the program works with.
    fn load(&self) -> Result<Box<dyn Loaded>>;
}

/// What is done with an opened file.
pub type Look<'a> = &'a mut dyn FnMut(&dyn View) -> Result<()>;

/// The answer of a view: a checksum that all peers must agree on; `None` where it has no such thing.
pub type Answer = Result<Option<u64>>;

/// An opened file. Questions come in batches, so that asking costs nothing beside the answers.
pub trait View {
    fn id(&self) -> Result<u64>;

    /// The levels of the players of these names, summed by [`Found`].
    fn levels(&self, names: &[String]) -> Answer;

    /// The players of these names, owned and whole: their checksums, summed.
    fn players(&self, names: &[String]) -> Answer;

    /// The levels of the players at these positions of the vector, summed by [`Found`].
    fn levels_at(&self, _positions: &[usize]) -> Answer {
        Ok(None)
    }

    /// The levels of all players of the vector, by its iterator, summed.
    fn scan(&self) -> Answer {
        Ok(None)
    }

    /// The same in the peer's way of passing over all elements, where that is another one.
    fn scan_for_each(&self) -> Answer {
        Ok(None)
    }

    /// Calls `see` with the terrain where it lies.
    fn lend_terrain(&self, _see: &mut dyn FnMut(&[u8])) -> Result<()> {
        Ok(())
    }

    /// The terrain as a vector of one's own.
    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        Ok(None)
    }

    /// How many bytes of the file were verified by a checksum since it was opened.
    fn verified(&self) -> Option<u64> {
        None
    }
}

/// A world in memory, in whatever types the peer has for it.
pub trait Loaded {
    /// [`World::checksum`].
    fn checksum(&self) -> u64;
}

impl Loaded for World {
    fn checksum(&self) -> u64 {
        World::checksum(self)
    }
}

/// The sum of what was found. Hits count for themselves, so that level 0 is not the same as none.
#[derive(Default)]
pub struct Found(u64);

impl Found {
    #[inline]
    pub fn add(&mut self, level: Option<u32>) {
        if let Some(level) = level {
            self.0 += u64::from(level) + 1000;
        }
    }

    pub fn answer(self) -> Answer {
        Ok(Some(self.0))
    }
}
