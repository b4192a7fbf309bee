//! Cap'n Proto on a memory map: the map of players is a list sorted by name. Pointers are checked
//! where they are followed, nothing else is.

use super::mapped::map;
use crate::Result;
use crate::data::{Player, Settings, World};
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use crate::world_capnp::{player, world};
use capnp::message::{ReaderOptions, TypedBuilder};
use capnp::{serialize, struct_list};
use std::cmp::Ordering;
use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};

type Players<'a> = struct_list::Reader<'a, player::Owned>;

pub struct CapnProto {
    path: PathBuf,
}

impl CapnProto {
    pub fn new(folder: &Path) -> Self {
        Self {
            path: folder.join("world.capnp"),
        }
    }

    fn read(&self, read: &mut dyn FnMut(world::Reader<'_>) -> Result<()>) -> Result<()> {
        let map = map(&self.path)?;
        // As it comes, it stops a reader that visits more than 64 MB.
        let mut options = ReaderOptions::new();
        options.traversal_limit_in_words(None);
        let message = serialize::read_message_from_flat_slice(&mut &map[..], options)?;
        read(message.get_root()?)
    }
}

impl Peer for CapnProto {
    fn name(&self) -> &str {
        "Cap'n Proto"
    }

    fn kind(&self) -> Kind {
        Kind::Lazy
    }

    fn path(&self) -> &Path {
        &self.path
    }

    /// A list ends at half a billion elements.
    fn holds(&self, scale: usize) -> bool {
        scale <= 50
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        let mut message = TypedBuilder::<world::Owned>::new_default();
        build(message.init_root(), world)?;
        let mut file = File::create(&self.path)?;
        serialize::write_message(&mut file, message.borrow_inner())?;
        if durability == Durability::Synced {
            file.sync_all()?;
        }
        Ok(())
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        self.read(&mut |world| look(&Opened(world)))
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        let mut loaded = None;
        self.read(&mut |world| {
            loaded = Some(load(world)?);
            Ok(())
        })?;
        Ok(Box::new(loaded.ok_or("the message was not read")?))
    }
}

fn build(mut root: world::Builder<'_>, world: &World) -> Result<()> {
    root.set_id(world.id);
    root.set_name(&world.name);
    root.set_terrain(&world.terrain);
    let mut settings = root.reborrow().init_settings();
    settings.set_difficulty(world.settings.difficulty);
    let history = &world.settings.history;
    let mut events = settings.init_history(u32::try_from(history.len())?);
    for (position, event) in (0..).zip(history) {
        events.set(position, event);
    }
    let mut sorted: Vec<&Player> = world.players.values().collect();
    sorted.sort_unstable_by_key(|player| &player.name);
    let count = u32::try_from(sorted.len())?;
    build_players(root.reborrow().init_players(count), sorted.into_iter())?;
    let count = u32::try_from(world.all_players.len())?;
    build_players(root.init_all_players(count), world.all_players.iter())
}

fn build_players<'p>(
    mut list: struct_list::Builder<'_, player::Owned>,
    players: impl Iterator<Item = &'p Player>,
) -> Result<()> {
    for (position, player) in (0..).zip(players) {
        let mut built = list.reborrow().get(position);
        let [x, y, z] = player.position;
        built.set_name(&player.name);
        built.set_level(player.level);
        built.set_x(x);
        built.set_y(y);
        built.set_z(z);
        built.set_inventory(&player.inventory[..])?;
    }
    Ok(())
}

fn load(world: world::Reader<'_>) -> Result<World> {
    let settings = world.get_settings()?;
    let history = settings.get_history()?.iter();
    let players = world.get_players()?.iter().map(load_player);
    Ok(World {
        id: world.get_id(),
        name: world.get_name()?.to_string()?,
        settings: Settings {
            difficulty: settings.get_difficulty(),
            history: history
                .map(|event| Ok(event?.to_string()?))
                .collect::<Result<_>>()?,
        },
        terrain: world.get_terrain()?.to_vec(),
        players: players
            .map(|player| player.map(|player| (player.name.clone(), player)))
            .collect::<Result<_>>()?,
        all_players: world
            .get_all_players()?
            .iter()
            .map(load_player)
            .collect::<Result<_>>()?,
    })
}

fn load_player(player: player::Reader<'_>) -> Result<Player> {
    let inventory = player.get_inventory()?;
    Ok(Player {
        name: player.get_name()?.to_string()?,
        level: player.get_level(),
        position: [player.get_x(), player.get_y(), player.get_z()],
        inventory: match inventory.as_slice() {
            Some(slice) => slice.to_vec(),
            None => inventory.iter().collect(),
        },
    })
}

struct Opened<'a>(world::Reader<'a>);

fn find<'a>(players: &Players<'a>, name: &str) -> Result<Option<player::Reader<'a>>> {
    let (mut from, mut to) = (0, players.len());
    while from < to {
        let middle = from.midpoint(to);
        let player = players.get(middle);
        match player.get_name()?.as_bytes().cmp(name.as_bytes()) {
            Ordering::Equal => return Ok(Some(player)),
            Ordering::Less => from = middle + 1,
            Ordering::Greater => to = middle,
        }
    }
    Ok(None)
}

impl View for Opened<'_> {
    fn id(&self) -> Result<u64> {
        Ok(self.0.get_id())
    }

    fn levels(&self, names: &[String]) -> Answer {
        let players = self.0.get_players()?;
        let mut found = Found::default();
        for name in names {
            found.add(find(&players, name)?.map(|player| player.get_level()));
        }
        found.answer()
    }

    fn players(&self, names: &[String]) -> Answer {
        let players = self.0.get_players()?;
        let mut sum = 0;
        for name in names {
            if let Some(player) = find(&players, name)? {
                sum += black_box(load_player(player)?).checksum();
            }
        }
        Ok(Some(sum))
    }

    fn levels_at(&self, positions: &[usize]) -> Answer {
        let players = self.0.get_all_players()?;
        let mut found = Found::default();
        for position in positions {
            let player = players.try_get(u32::try_from(*position)?);
            found.add(player.map(|player| player.get_level()));
        }
        found.answer()
    }

    fn scan(&self) -> Answer {
        let levels = self.0.get_all_players()?.iter();
        Ok(Some(
            levels.map(|player| u64::from(player.get_level())).sum(),
        ))
    }

    fn lend_terrain(&self, see: &mut dyn FnMut(&[u8])) -> Result<()> {
        see(self.0.get_terrain()?);
        Ok(())
    }

    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        Ok(Some(self.0.get_terrain()?.to_vec()))
    }
}
