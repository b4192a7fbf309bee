//! The collections of `std` in memory: the yardstick for warm lookups. A load is a clone, which allocates and
//! copies what any load has to, on one thread or on two.

use crate::Result;
use crate::data::{Player, World};
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use std::cell::RefCell;
use std::hint::black_box;
use std::path::Path;
use std::rc::Rc;
use std::thread;

/// Who clones the world.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Use {
    OneThread,
    /// One clones the map while the other clones the vector, which holds as many players.
    TwoThreads,
}

pub struct Std {
    how: Use,
    world: RefCell<Option<Rc<World>>>,
}

impl Std {
    pub fn new(how: Use) -> Self {
        Self {
            how,
            world: RefCell::default(),
        }
    }
}

impl Peer for Std {
    fn name(&self) -> &str {
        match self.how {
            Use::OneThread => "std in memory",
            Use::TwoThreads => "std, cloned by two threads",
        }
    }

    fn kind(&self) -> Kind {
        Kind::Memory
    }

    fn path(&self) -> &Path {
        Path::new("")
    }

    /// What grows is seen on one thread, and needs the memory.
    fn holds(&self, scale: usize) -> bool {
        self.how == Use::OneThread || scale == 1
    }

    fn prepare(&self, world: &World) {
        self.world.replace(Some(Rc::new(world.clone())));
    }

    fn save(&self, _world: &World, _durability: Durability) -> Result<()> {
        Ok(())
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        let world = self.world.borrow().clone();
        look(&*world.ok_or("the world in memory was not prepared")?)
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        let world = self.world.borrow().clone();
        let world = world.ok_or("the world in memory was not prepared")?;
        Ok(Box::new(match self.how {
            Use::OneThread => World::clone(&world),
            Use::TwoThreads => clone_by_two(&world),
        }))
    }
}

fn clone_by_two(world: &World) -> World {
    let (players, all_players) = thread::scope(|scope| {
        let players = scope.spawn(|| world.players.clone());
        let all_players = world.all_players.clone();
        (players.join(), all_players)
    });
    World {
        id: world.id,
        name: world.name.clone(),
        settings: world.settings.clone(),
        terrain: world.terrain.clone(),
        players: players.unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
        all_players,
    }
}

impl View for World {
    fn id(&self) -> Result<u64> {
        Ok(self.id)
    }

    fn levels(&self, names: &[String]) -> Answer {
        let mut found = Found::default();
        for name in names {
            found.add(self.players.get(name.as_str()).map(|player| player.level));
        }
        found.answer()
    }

    fn players(&self, names: &[String]) -> Answer {
        let found = names.iter().filter_map(|name| self.players.get(name));
        Ok(Some(
            found
                .map(|player| black_box(Player::clone(player)).checksum())
                .sum(),
        ))
    }

    fn levels_at(&self, positions: &[usize]) -> Answer {
        let mut found = Found::default();
        for position in positions {
            found.add(self.all_players.get(*position).map(|player| player.level));
        }
        found.answer()
    }

    fn scan(&self) -> Answer {
        let levels = self.all_players.iter().map(|player| player.level);
        Ok(Some(levels.map(u64::from).sum()))
    }

    fn lend_terrain(&self, see: &mut dyn FnMut(&[u8])) -> Result<()> {
        see(&self.terrain);
        Ok(())
    }

    fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
        Ok(Some(self.terrain.clone()))
    }
}
