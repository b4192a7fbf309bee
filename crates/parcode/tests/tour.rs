//! The contract: the listing of the README, with the types filled.

#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use parcode::{Parcode, ParcodeObject, Root};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

#[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
struct GameWorld {
    id: u64,
    name: String,
    #[parcode(chunkable)]
    settings: WorldSettings,
    #[parcode(chunkable, compression = "lz4_flex")]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    all_players: Vec<Player>,
}

#[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
struct WorldSettings {
    difficulty: u8,
    #[parcode(chunkable)]
    history: Vec<String>,
}

#[derive(Serialize, Deserialize, ParcodeObject, Clone, Debug, PartialEq)]
struct Player {
    level: u32,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

fn world() -> GameWorld {
    let player = |i: u32| Player {
        level: i % 100,
        inventory: (0..i % 30).map(|item| item * 7).collect(),
    };
    GameWorld {
        id: 42,
        name: "Aventuria".into(),
        settings: WorldSettings {
            difficulty: 3,
            history: (0..1000).map(|i| format!("event {i}")).collect(),
        },
        terrain: (0..1_000_000u32).map(|i| (i / 1000) as u8).collect(),
        players: (0..5000).map(|i| (format!("Hero{i}"), player(i))).collect(),
        all_players: (0..5000).map(player).collect(),
    }
}

#[test]
fn the_listing() -> parcode::Result<()> {
    let world = world();
    let original = world.clone();
    let folder = tempfile::tempdir()?;
    let at = |name: &str| folder.path().join(name);
    let mut buffer = Vec::new();

    Parcode::save(at("savegame.par"), &world)?;
    Parcode::builder()
        .compression(true)
        .write(at("small.par"), &world)?;
    Parcode::builder()
        .compression(true)
        .write_to_writer(&mut buffer, &world)?;
    Parcode::builder()
        .compression(true)
        .write_sync(at("sync.par"), &world)?;

    let file = Parcode::open(at("savegame.par"))?;
    let world = file.root::<GameWorld>()?;
    println!("{} {}", world.id, world.settings.difficulty);
    assert_eq!((world.id, world.settings.difficulty), (42, 3));
    let history = world.settings.history.load()?;
    assert_eq!(history, original.settings.history);
    if let Some(p) = world.players.get_lazy(&"Hero123".to_string())? {
        println!("{}", p.level);
        let inventory = p.inventory.load()?;
        assert_eq!(inventory, original.players["Hero123"].inventory);
    }
    assert_eq!(
        world.players.get_lazy("Hero123")?.map(|p| p.level),
        Some(23)
    );
    let name: String = world.name.to_string();
    assert_eq!(name, "Aventuria");
    let whole: Option<Player> = world.players.get("Hero123")?;
    assert_eq!(whole.as_ref(), original.players.get("Hero123"));
    let mut seen = 0;
    for p in world.all_players.iter()? {
        let p = p?;
        if p.level > 50 {
            p.inventory.load()?;
            seen += 1;
        }
    }
    assert_eq!(
        seen,
        original.all_players.iter().filter(|p| p.level > 50).count()
    );
    let everything: GameWorld = Parcode::load(at("savegame.par"))?;
    assert_eq!(everything, original);
    let held: Root<GameWorld> = Parcode::open_root(at("savegame.par"))?;
    assert_eq!(held.get().id, 42);
    let tried = Parcode::in_memory(&original)?;
    assert_eq!(tried.get().players.len(), 5000);
    println!("{}", Parcode::inspect(at("savegame.par"))?);

    let lazy = file.load_lazy::<GameWorld>()?;
    assert_eq!(lazy.all_players.len(), 5000);
    assert_eq!(lazy.load()?, original);
    assert_eq!(buffer, std::fs::read(at("small.par"))?);
    assert_eq!(buffer, std::fs::read(at("sync.par"))?);
    assert_eq!(Parcode::load_bytes::<GameWorld>(buffer)?, original);
    Ok(())
}
