//! Databases. Each keeps the players as rows, and the rest as blobs; what is in a row is encoded by
//! wincode, whose borrowed form reads a level without decoding a player.

use super::whole::{WincodeConfig, wincode_config};
use crate::Result;
use crate::data::{Player, Settings, World};
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use std::collections::HashMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// The values that are not rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blob {
    Head,
    History,
    Terrain,
}

/// A database.
pub trait Engine {
    const NAME: &'static str;
    const FILE: &'static str;

    /// How many times the usual world it holds without effort.
    const HOLDS: usize;

    /// Makes the database, and has `fill` fill it in one transaction.
    fn create(
        path: &Path,
        durability: Durability,
        fill: impl FnOnce(&mut dyn Rows) -> Result<()>,
    ) -> Result<()>;

    /// Opens it, and has `read` read it in one transaction.
    fn open(path: &Path, read: &mut dyn FnMut(&dyn Table) -> Result<()>) -> Result<()>;
}

/// A database that is being filled: by ascending keys, which is the quickest way into a B-tree.
pub trait Rows {
    fn put_blob(&mut self, blob: Blob, value: &[u8]) -> Result<()>;

    fn put_player(&mut self, name: &str, value: &[u8]) -> Result<()>;

    fn put_listed(&mut self, position: u32, value: &[u8]) -> Result<()>;
}

/// A database that is being read.
pub trait Table {
    fn blob(&self, blob: Blob, see: See<'_>) -> Result<()>;

    /// Says whether there is such a player.
    fn player(&self, name: &str, see: See<'_>) -> Result<bool>;

    fn listed(&self, position: u32, see: See<'_>) -> Result<bool>;

    fn each_player(&self, see: &mut dyn FnMut(&str, &[u8]) -> Result<()>) -> Result<()>;

    fn each_listed(&self, see: See<'_>) -> Result<()>;
}

/// What is done with a value, where it lies.
pub type See<'a> = &'a mut dyn FnMut(&[u8]) -> Result<()>;

/// What the world says of itself.
#[derive(wincode::SchemaWrite, wincode::SchemaRead)]
struct Head {
    id: u64,
    name: String,
    difficulty: u8,
}

/// How an encoded [`Player`] starts.
#[derive(wincode::SchemaWrite, wincode::SchemaRead)]
struct PlayerStart<'a> {
    _name: &'a str,
    level: u32,
}

fn decoded<T>(bytes: &[u8]) -> Result<T>
where
    T: for<'de> wincode::SchemaRead<'de, WincodeConfig, Dst = T>,
{
    Ok(wincode::config::deserialize(bytes, wincode_config())?)
}

fn level(bytes: &[u8]) -> Result<u32> {
    let start: PlayerStart<'_> = wincode::config::deserialize(bytes, wincode_config())?;
    Ok(start.level)
}

/// The peer made of an engine.
pub struct Database<E> {
    path: PathBuf,
    engine: std::marker::PhantomData<E>,
}

impl<E: Engine> Database<E> {
    pub fn new(folder: &Path) -> Self {
        Self {
            path: folder.join(E::FILE),
            engine: std::marker::PhantomData,
        }
    }
}

impl<E: Engine> Peer for Database<E> {
    fn name(&self) -> &str {
        E::NAME
    }

    fn kind(&self) -> Kind {
        Kind::Lazy
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn holds(&self, scale: usize) -> bool {
        scale <= E::HOLDS
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        E::create(&self.path, durability, |rows| fill(rows, world))
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        E::open(&self.path, &mut |table| look(&Opened(table)))
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        let mut world = None;
        E::open(&self.path, &mut |table| {
            world = Some(load(table)?);
            Ok(())
        })?;
        Ok(Box::new(world.ok_or("the database was not read")?))
    }
}

fn fill(rows: &mut dyn Rows, world: &World) -> Result<()> {
    let head = Head {
        id: world.id,
        name: world.name.clone(),
        difficulty: world.settings.difficulty,
    };
    let history = wincode::config::serialize(&world.settings.history, wincode_config())?;
    rows.put_blob(
        Blob::Head,
        &wincode::config::serialize(&head, wincode_config())?,
    )?;
    rows.put_blob(Blob::History, &history)?;
    rows.put_blob(Blob::Terrain, &world.terrain)?;

    let mut value = Vec::new();
    let mut encoded = |player: &Player, put: &mut dyn FnMut(&[u8]) -> Result<()>| {
        value.clear();
        wincode::config::serialize_into(&mut value, player, wincode_config())?;
        put(&value)
    };
    let mut players: Vec<(&String, &Player)> = world.players.iter().collect();
    players.sort_unstable_by_key(|(name, _)| *name);
    for (name, player) in players {
        encoded(player, &mut |value| rows.put_player(name, value))?;
    }
    for (position, player) in (0..).zip(&world.all_players) {
        encoded(player, &mut |value| rows.put_listed(position, value))?;
    }
    Ok(())
}

fn load(table: &dyn Table) -> Result<World> {
    let (mut head, mut history, mut terrain) = (None, None, Vec::new());
    table.blob(Blob::Head, &mut |value| {
        head = Some(decoded::<Head>(value)?);
        Ok(())
    })?;
    table.blob(Blob::History, &mut |value| {
        history = Some(decoded::<Vec<String>>(value)?);
        Ok(())
    })?;
    table.blob(Blob::Terrain, &mut |value| {
        terrain = value.to_vec();
        Ok(())
    })?;
    let mut players = HashMap::new();
    table.each_player(&mut |name, value| {
        players.insert(name.to_string(), decoded(value)?);
        Ok(())
    })?;
    let mut all_players = Vec::new();
    table.each_listed(&mut |value| {
        all_players.push(decoded(value)?);
        Ok(())
    })?;
    let head = head.ok_or("the database has no head")?;
    Ok(World {
        id: head.id,
        name: head.name,
        settings: Settings {
            difficulty: head.difficulty,
            history: history.ok_or("the database has no history")?,
        },
        terrain,
        players,
        all_players,
    })
}

struct Opened<'a>(&'a dyn Table);

impl View for Opened<'_> {
    fn id(&self) -> Result<u64> {
        let mut id = 0;
        self.0.blob(Blob::Head, &mut |value| {
            id = decoded::<Head>(value)?.id;
            Ok(())
        })?;
        Ok(id)
    }

    fn levels(&self, names: &[String]) -> Answer {
        let mut found = Found::default();
        for name in names {
            self.0.player(name, &mut |value| {
                found.add(Some(level(value)?));
                Ok(())
            })?;
        }
        found.answer()
    }

    fn players(&self, names: &[String]) -> Answer {
        let mut sum = 0;
        for name in names {
            self.0.player(name, &mut |value| {
                sum += black_box(decoded::<Player>(value)?).checksum();
                Ok(())
            })?;
        }
        Ok(Some(sum))
    }

    fn levels_at(&self, positions: &[usize]) -> Answer {
        let mut found = Found::default();
        for position in positions {
            self.0.listed(u32::try_from(*position)?, &mut |value| {
                found.add(Some(level(value)?));
                Ok(())
            })?;
        }
        found.answer()
    }

    fn scan(&self) -> Answer {
        let mut sum = 0;
        self.0.each_listed(&mut |value| {
            sum += u64::from(level(value)?);
            Ok(())
        })?;
        Ok(Some(sum))
    }

    fn lend_terrain(&self, see: &mut dyn FnMut(&[u8])) -> Result<()> {
        self.0.blob(Blob::Terrain, &mut |value| {
            see(value);
            Ok(())
        })
    }

    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        let mut terrain = None;
        self.0.blob(Blob::Terrain, &mut |value| {
            terrain = Some(value.to_vec());
            Ok(())
        })?;
        Ok(terrain)
    }
}
