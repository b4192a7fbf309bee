//! FlatBuffers on a memory map: the map of players is a vector sorted by its key.

use super::generated::world as fbs;
use super::mapped::map;
use super::whole::write_file;
use crate::Result;
use crate::data::{Player, Settings, World};
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use flatbuffers::{FlatBufferBuilder, VerifierOptions, WIPOffset};
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// How it is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    Unchecked,
    /// The verifier walks through the whole file at each opening.
    Checked,
}

pub struct FlatBuffers {
    used: Use,
    path: PathBuf,
}

impl FlatBuffers {
    pub fn new(folder: &Path, used: Use) -> Self {
        Self {
            used,
            path: folder.join("world.flatbuffers"),
        }
    }

    fn root<'a>(&self, bytes: &'a [u8]) -> Result<fbs::World<'a>> {
        if self.used == Use::Checked {
            // As it comes, it refuses more than a million tables.
            let options = VerifierOptions {
                max_tables: usize::MAX,
                max_apparent_size: usize::MAX,
                ..VerifierOptions::default()
            };
            return Ok(fbs::root_as_world_with_opts(&options, bytes)?);
        }
        // SAFETY: what it is asked to trust was written by `save`.
        #[allow(unsafe_code)]
        Ok(unsafe { fbs::root_as_world_unchecked(bytes) })
    }
}

impl Peer for FlatBuffers {
    fn name(&self) -> &str {
        match self.used {
            Use::Unchecked => "FlatBuffers, unchecked",
            Use::Checked => "FlatBuffers, checked",
        }
    }

    fn kind(&self) -> Kind {
        Kind::Lazy
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn writes(&self) -> bool {
        self.used == Use::Unchecked
    }

    /// A buffer ends at 2 GB.
    fn holds(&self, scale: usize) -> bool {
        scale <= 50
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        let mut builder = FlatBufferBuilder::new();
        let root = build(&mut builder, world);
        fbs::finish_world_buffer(&mut builder, root);
        write_file(&self.path, builder.finished_data(), durability)
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        let map = map(&self.path)?;
        look(&Opened(self.root(&map)?))
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        let map = map(&self.path)?;
        Ok(Box::new(world(self.root(&map)?)))
    }
}

/// From the leaves to the root, as the format asks.
fn build<'a>(builder: &mut FlatBufferBuilder<'a>, world: &World) -> WIPOffset<fbs::World<'a>> {
    let mut sorted: Vec<&Player> = world.players.values().collect();
    sorted.sort_unstable_by_key(|player| &player.name);
    let players = players(builder, sorted.into_iter());
    let all_players = self::players(builder, world.all_players.iter());
    let terrain = builder.create_vector(&world.terrain);
    let history: Vec<_> = world.settings.history.iter().collect();
    let history: Vec<_> = history
        .into_iter()
        .map(|event| builder.create_string(event))
        .collect();
    let settings = fbs::SettingsArgs {
        difficulty: world.settings.difficulty,
        history: Some(builder.create_vector(&history)),
    };
    let args = fbs::WorldArgs {
        id: world.id,
        name: Some(builder.create_string(&world.name)),
        settings: Some(fbs::Settings::create(builder, &settings)),
        terrain: Some(terrain),
        players: Some(players),
        all_players: Some(all_players),
    };
    fbs::World::create(builder, &args)
}

type Vector<'a> = flatbuffers::Vector<'a, flatbuffers::ForwardsUOffset<fbs::Player<'a>>>;

fn players<'a, 'p>(
    builder: &mut FlatBufferBuilder<'a>,
    players: impl Iterator<Item = &'p Player>,
) -> WIPOffset<Vector<'a>> {
    let players: Vec<_> = players
        .map(|player| {
            let [x, y, z] = player.position;
            let args = fbs::PlayerArgs {
                name: Some(builder.create_string(&player.name)),
                level: player.level,
                position: Some(&fbs::Position::new(x, y, z)),
                inventory: Some(builder.create_vector(&player.inventory)),
            };
            fbs::Player::create(builder, &args)
        })
        .collect();
    builder.create_vector(&players)
}

fn player(player: fbs::Player<'_>) -> Player {
    let position = player.position();
    Player {
        name: player.name().into(),
        level: player.level(),
        position: position.map_or([0.0; 3], |at| [at.x(), at.y(), at.z()]),
        inventory: player
            .inventory()
            .map(|inventory| inventory.iter().collect())
            .unwrap_or_default(),
    }
}

fn world(world: fbs::World<'_>) -> World {
    let settings = world.settings();
    let history = settings.and_then(|settings| settings.history());
    World {
        id: world.id(),
        name: world.name().unwrap_or_default().into(),
        settings: Settings {
            difficulty: settings.map_or(0, |settings| settings.difficulty()),
            history: history
                .map(|history| history.iter().map(Into::into).collect())
                .unwrap_or_default(),
        },
        terrain: Opened(world).terrain().to_vec(),
        players: Opened(world)
            .players()
            .iter()
            .map(|found| (found.name().to_string(), player(found)))
            .collect(),
        all_players: Opened(world).all_players().iter().map(player).collect(),
    }
}

struct Opened<'a>(fbs::World<'a>);

impl<'a> Opened<'a> {
    fn terrain(&self) -> &'a [u8] {
        self.0.terrain().unwrap_or_default().bytes()
    }

    fn players(&self) -> Vector<'a> {
        self.0.players().unwrap_or_default()
    }

    fn all_players(&self) -> Vector<'a> {
        self.0.all_players().unwrap_or_default()
    }

    fn find(&self, name: &str) -> Option<fbs::Player<'a>> {
        let compare = |player: &fbs::Player<'a>, name: &&str| player.key_compare_with_value(name);
        self.players().lookup_by_key(name, compare)
    }
}

impl View for Opened<'_> {
    fn id(&self) -> Result<u64> {
        Ok(self.0.id())
    }

    fn levels(&self, names: &[String]) -> Answer {
        let mut found = Found::default();
        for name in names {
            found.add(self.find(name).map(|player| player.level()));
        }
        found.answer()
    }

    fn players(&self, names: &[String]) -> Answer {
        let found = names.iter().filter_map(|name| self.find(name));
        Ok(Some(
            found.map(|found| black_box(player(found)).checksum()).sum(),
        ))
    }

    fn levels_at(&self, positions: &[usize]) -> Answer {
        let mut found = Found::default();
        let players = self.all_players();
        for position in positions {
            found.add(Some(players.get(*position).level()));
        }
        found.answer()
    }

    fn scan(&self) -> Answer {
        let levels = self.all_players().iter().map(|player| player.level());
        Ok(Some(levels.map(u64::from).sum()))
    }

    fn lend_terrain(&self, see: &mut dyn FnMut(&[u8])) -> Result<()> {
        see(self.terrain());
        Ok(())
    }

    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        Ok(Some(self.terrain().to_vec()))
    }
}
