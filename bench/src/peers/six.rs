//! `parcode` 0.6.1 by RetypeOS, with its inventories as chunks and inline.

use crate::Result;
use crate::data::world::checksum_of;
use crate::data::{self};
use crate::peer::{Answer, Durability, Found, Kind, Loaded, Look, Peer, View};
use six::parcode::Parcode;
use std::cell::OnceCell;
use std::fs::File;
use std::hint::black_box;
use std::path::{Path, PathBuf};

/// The peer of one of the two modules of types, which are the same but for an attribute.
macro_rules! peer {
    ($peer:ident, $module:ident, $name:literal, $file:literal) => {
        pub struct $peer {
            path: PathBuf,
            world: OnceCell<six::$module::World>,
        }

        impl $peer {
            pub fn new(folder: &Path) -> Self {
                Self {
                    path: folder.join($file),
                    world: OnceCell::new(),
                }
            }

            fn converted(&self, world: &data::World) -> &six::$module::World {
                self.world.get_or_init(|| $module::world(world))
            }
        }

        impl Peer for $peer {
            fn name(&self) -> &str {
                $name
            }

            fn kind(&self) -> Kind {
                Kind::Lazy
            }

            fn path(&self) -> &Path {
                &self.path
            }

            /// Beyond, a save takes more than ten minutes.
            fn holds(&self, scale: usize) -> bool {
                scale <= 10
            }

            fn prepare(&self, world: &data::World) {
                self.converted(world);
            }

            fn save(&self, world: &data::World, durability: Durability) -> Result<()> {
                Parcode::save(&self.path, self.converted(world))?;
                // It has no way to sync: the program has to.
                if durability == Durability::Synced {
                    File::open(&self.path)?.sync_all()?;
                }
                Ok(())
            }

            fn open(&self, look: Look<'_>) -> Result<()> {
                let file = Parcode::open(&self.path)?;
                let world = file.root::<six::$module::World>()?;
                look(&$module::Opened(world))
            }

            fn load(&self) -> Result<Box<dyn Loaded>> {
                let world: six::$module::World = Parcode::load(&self.path)?;
                Ok(Box::new(world))
            }
        }

        mod $module {
            use super::*;
            use six::$module::{Player, Settings, World, WorldLazy};

            pub(super) struct Opened<'a>(pub(super) WorldLazy<'a>);

            pub(super) fn world(world: &data::World) -> World {
                let player = |player: &data::Player| Player {
                    name: player.name.clone(),
                    level: player.level,
                    position: player.position,
                    inventory: player.inventory.clone(),
                };
                let entries = world.players.iter();
                World {
                    id: world.id,
                    name: world.name.clone(),
                    settings: Settings {
                        difficulty: world.settings.difficulty,
                        history: world.settings.history.clone(),
                    },
                    terrain: world.terrain.clone(),
                    players: entries
                        .map(|(name, of)| (name.clone(), player(of)))
                        .collect(),
                    all_players: world.all_players.iter().map(player).collect(),
                }
            }

            fn checksum(player: &Player) -> u64 {
                let Player {
                    name,
                    level,
                    position,
                    inventory,
                } = player;
                checksum_of(name, *level, *position, inventory)
            }

            impl Loaded for World {
                fn checksum(&self) -> u64 {
                    let texts = self.settings.history.iter().map(String::len).sum::<usize>();
                    let mapped: u64 = self.players.values().map(checksum).sum();
                    let listed: u64 = self.all_players.iter().map(checksum).sum();
                    self.id
                        + u64::from(self.settings.difficulty)
                        + (texts + self.name.len()) as u64
                        + mapped * 3
                        + listed * 5
                        + data::world::bytes_sum(&self.terrain)
                }
            }

            impl View for Opened<'_> {
                fn id(&self) -> Result<u64> {
                    Ok(self.0.id)
                }

                fn levels(&self, names: &[String]) -> Answer {
                    let mut found = Found::default();
                    for name in names {
                        let player = self.0.players.get_lazy(name)?;
                        found.add(player.map(|player| player.level));
                    }
                    found.answer()
                }

                fn players(&self, names: &[String]) -> Answer {
                    let mut sum = 0;
                    for name in names {
                        if let Some(player) = self.0.players.get(name)? {
                            sum += checksum(black_box(&player));
                        }
                    }
                    Ok(Some(sum))
                }

                fn levels_at(&self, positions: &[usize]) -> Answer {
                    let mut found = Found::default();
                    for position in positions {
                        found.add(Some(self.0.all_players.get_lazy(*position)?.level));
                    }
                    found.answer()
                }

                fn scan(&self) -> Answer {
                    let mut sum = 0;
                    for player in self.0.all_players.iter_lazy()? {
                        sum += u64::from(player?.level);
                    }
                    Ok(Some(sum))
                }

                fn load_terrain(&self) -> Result<Option<Vec<u8>>> {
                    Ok(Some(self.0.terrain.load()?))
                }
            }
        }
    };
}

peer!(Chunked, chunked, "parcode 0.6.1", "six.par");
peer!(
    Inline,
    inline,
    "parcode 0.6.1, inventories inline",
    "six-inline.par"
);
