//! The contract: the listing of the README runs as it stands, with its value filled in. The last
//! test holds this file to the README, line by line.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::zero_sized_map_values,
    clippy::large_stack_arrays,
    clippy::cast_lossless,
    clippy::items_after_statements,
    unused_variables,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::shadow_unrelated,
    reason = "the listing is a user's code"
)]

#[rustfmt::skip]
mod listing {

use parcode::{Parcode, ParcodeObject, Root};
use serde::{Serialize, Deserialize};          // allowed beside ours, never required
use std::collections::HashMap;

#[derive(Serialize, Deserialize, ParcodeObject)]
struct GameWorld {
    id: u64,                                  // inline
    name: String,                             // inline
    #[parcode(chunkable)]
    settings: WorldSettings,                  // a mirror inside the mirror
    #[parcode(chunkable, compression = "lz4_flex")]   // "lz4" is the same thing
    terrain: Vec<u8>,                         // sharded, compressed, parallel
    #[parcode(map)]
    players: HashMap<String, Player>,         // hash-sharded, O(1) lookup
    #[parcode(chunkable)]
    all_players: Vec<Player>,
}
#[derive(Serialize, Deserialize, ParcodeObject, Clone)]
struct WorldSettings { difficulty: u8, #[parcode(chunkable)] history: Vec<String> }
#[derive(Serialize, Deserialize, ParcodeObject, Clone)]
struct Player { level: u32, #[parcode(chunkable)] inventory: Vec<u32> }

fn player(i: u32) -> Player {
    Player {
        level: i % 100,
        inventory: (0..i % 30).map(|item| item * 7).collect(),
    }
}

fn world() -> GameWorld {
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

/// Every line of the listing stands here as in the README; indented lines are checks.
#[test]
fn the_listing() -> parcode::Result<()> {
    let folder = tempfile::tempdir()?;
    std::env::set_current_dir(&folder)?;
    let world = world();
    let mut buffer = Vec::new();

Parcode::save("savegame.par", &world)?;                                       // parallel, atomic
Parcode::builder().compression(true).write("small.par", &world)?;             // everything LZ4
Parcode::builder().compression(true).write_to_writer(&mut buffer, &world)?;   // any io::Write, no seek
Parcode::builder().compression(true).write_sync("sync.par", &world)?;         // no threads at all

        assert_eq!(buffer, std::fs::read("small.par")?);
        assert_eq!(buffer, std::fs::read("sync.par")?);
        assert!(buffer.len() < std::fs::metadata("savegame.par")?.len() as usize);
    let original = world;

let file = Parcode::open("savegame.par")?;                 // one read of the tail, O(1)
let world = file.root::<GameWorld>()?;                     // GameWorldLazy<'_>; load_lazy() is the same
println!("{} {}", world.id, world.settings.difficulty);    // plain fields, nothing is read for them
        assert_eq!((world.id, world.settings.difficulty), (42, 3));
let history = world.settings.history.load()?;              // only this is read
        assert_eq!(history, original.settings.history);
if let Some(p) = world.players.get_lazy(&"Hero123".to_string())? {   // a &str works too
    println!("{}", p.level);
    let inventory = p.inventory.load()?;
        assert_eq!((p.level, &inventory), (23, &original.players["Hero123"].inventory));
}
        assert_eq!(world.players.get_lazy("Hero123")?.unwrap().level, 23);
let name: String = world.name.to_string();                 // mirrors borrow; owning is said aloud
        assert_eq!(name, "Aventuria");
let whole: Option<Player> = world.players.get("Hero123")?; // the full object
        assert_eq!(whole.unwrap().inventory, original.players["Hero123"].inventory);
for p in world.all_players.iter()? {                       // mirrors; inventories stay untouched
    let p = p?;
    if p.level > 50 { p.inventory.load()?; }
}
        let lazy = file.load_lazy::<GameWorld>()?;
        assert_eq!(lazy.load()?.all_players.len(), 5000);
    let world = original;
let everything: GameWorld = Parcode::load("savegame.par")?;
        assert_eq!(everything.terrain, world.terrain);
        assert_eq!(everything.players["Hero9"].inventory, world.players["Hero9"].inventory);
let held: Root<GameWorld> = Parcode::open_root("savegame.par")?;   // owns the file: can be stored in a struct; held.get() is the mirror
        assert_eq!(held.get().id, 42);
let tried = Parcode::in_memory(&world)?;                   // the same, for tests of code that takes mirrors
        assert_eq!(tried.get().players.len(), 5000);
println!("{}", Parcode::inspect("savegame.par")?);
    Ok(())
}

#[test]
fn the_report() -> parcode::Result<()> {
    let report = Parcode::inspect_bytes(Parcode::serialize(&world())?)?;
    let lines: Vec<&str> = report.lines().collect();
    assert_eq!(lines[0], "=== PARCODE INSPECTOR REPORT ===");
    assert!(lines[1].starts_with("Root Offset: "));
    for (part, detail, place) in [
        (
            "└── [Generic Container] Size: ",
            "| Algo: None | Children: 4",
            "root: GameWorld",
        ),
        (
            "    ├── [Vec Container] Size: ",
            "[Vec<1000> items]",
            "settings.history: Vec<String>",
        ),
        (
            "    ├── [Vec Container] Size: ",
            "| Algo: LZ4 | ",
            "terrain: Vec<u8>",
        ),
        (
            "    ├── [Map Container] Size: ",
            "[Hashtable with ",
            "players: HashMap<String, Player>",
        ),
        (
            "    └── [Vec Container] Size: ",
            "[Vec<5000> items]",
            "all_players: Vec<Player>",
        ),
    ] {
        let found = lines
            .iter()
            .any(|line| line.starts_with(part) && line.contains(detail) && line.ends_with(place));
        assert!(found, "{place} in\n{report}");
    }
    Ok(())
}

#[test]
fn the_readme_says_the_same() {
    let readme = include_str!("../../../README.md");
    let listing = readme
        .split("```rust\n")
        .nth(1)
        .unwrap()
        .split("```")
        .next()
        .unwrap();
    let mut lines = include_str!("tour.rs").lines().map(str::trim);
    let mut count = 0;
    for line in listing
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
    {
        assert!(
            lines.any(|own| own == line),
            "`{line}` is not run here, or not in this order"
        );
        count += 1;
    }
    assert!(count > 40);
}

}
