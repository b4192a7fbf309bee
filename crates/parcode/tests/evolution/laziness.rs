//! What is not touched is not rewritten.

use parcode::{Parcode, ParcodeObject};
use std::collections::HashMap;

#[derive(ParcodeObject)]
struct World {
    id: u64,
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    all: Vec<Player>,
}

#[derive(ParcodeObject, Clone)]
struct Player {
    level: u32,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

mod new {
    use super::*;

    #[derive(ParcodeObject)]
    pub(super) struct World {
        pub(super) id: u64,
        #[parcode(chunkable)]
        pub(super) terrain: Vec<u8>,
        #[parcode(map)]
        pub(super) players: HashMap<String, Player>,
        #[parcode(chunkable, alias = "all")]
        pub(super) all_players: Vec<Player>,
    }

    #[derive(ParcodeObject)]
    pub(super) struct Player {
        #[parcode(default = "title")]
        pub(super) title: String,
        pub(super) level: u64,
        #[parcode(chunkable)]
        pub(super) inventory: Vec<u32>,
    }

    fn title() -> String {
        "newcomer".into()
    }
}

fn world() -> World {
    let player = |i: u32| Player {
        level: i,
        inventory: (0..if i.is_multiple_of(1000) { 5000 } else { 5 }).collect(),
    };
    World {
        id: 7,
        terrain: vec![1; 1 << 20],
        players: (0..20_000)
            .map(|i| (format!("player {i}"), player(i)))
            .collect(),
        all: (0..20_000).map(player).collect(),
    }
}

#[test]
fn one_lookup_in_an_evolved_file_rewrites_one_chunk() {
    let root = Parcode::in_memory(&world()).unwrap();
    let file = root.file();
    let world = file.root::<new::World>().unwrap();
    assert_eq!(world.id, 7);
    let opened = file.stats();
    assert_eq!(opened.chunks_rewritten, 1, "the root");

    let player = world.players.get_lazy("player 12345").unwrap().unwrap();
    assert_eq!((player.title, player.level), ("newcomer", 12_345));
    assert_eq!(player.inventory.load().unwrap(), [0, 1, 2, 3, 4]);
    let looked_up = file.stats();
    assert_eq!(looked_up.chunks_rewritten, 2);
    assert!(
        looked_up.chunks_verified - opened.chunks_verified <= 2,
        "an index page and a shard"
    );

    // Again, and a neighbour: nothing more.
    world.players.get_lazy("player 12345").unwrap().unwrap();
    assert_eq!(file.stats(), looked_up);

    let player = world.all_players.get_lazy(777).unwrap().unwrap();
    assert_eq!(player.level, 777);
    assert_eq!(file.stats().chunks_rewritten, 3);
}

#[test]
fn chunks_of_types_that_did_not_change_are_used_as_they_are() {
    let root = Parcode::in_memory(&world()).unwrap();
    let file = root.file();
    let world = file.root::<new::World>().unwrap();
    assert_eq!(world.terrain.as_slice().unwrap().len(), 1 << 20);
    assert_eq!(file.stats().chunks_rewritten, 1);
    // A large inventory is an extent of its own, behind a link of a rewritten chunk.
    let player = world.players.get_lazy("player 3000").unwrap().unwrap();
    assert_eq!(file.stats().chunks_rewritten, 2);
    assert_eq!(player.inventory.get(4999).unwrap(), Some(4999));
    assert_eq!(file.stats().chunks_rewritten, 2);
}

#[test]
fn one_file_is_read_as_old_and_new_at_once() {
    let root = Parcode::in_memory(&world()).unwrap();
    let old = root.get();
    let new = root.file().root::<new::World>().unwrap();
    for name in ["player 1", "player 19999"] {
        let (old, new) = (old.players.get_lazy(name), new.players.get_lazy(name));
        let (old, new) = (old.unwrap().unwrap(), new.unwrap().unwrap());
        assert_eq!(u64::from(old.level), new.level);
        assert_eq!(old.inventory.load().unwrap(), new.inventory.load().unwrap());
    }
}

#[test]
fn errors_in_evolved_files_name_the_path() {
    let mut bytes = Vec::new();
    Parcode::builder()
        .write_to_writer(&mut bytes, &world())
        .unwrap();
    let whole =
        parcode::ParcodeFile::from_source(parcode::MemorySource::new(bytes.clone())).unwrap();
    let at = {
        // The chunk that holds a player: the one whose damage breaks the lookup.
        let world = whole.root::<new::World>().unwrap();
        world.players.get_lazy("player 5").unwrap();
        bytes.len() / 2
    };
    for byte in &mut bytes[at..at + 200_000] {
        *byte ^= 0x55;
    }
    let file = parcode::ParcodeFile::from_source(parcode::MemorySource::new(bytes)).unwrap();
    let world = file.root::<new::World>().unwrap();
    let damaged = world
        .all_players
        .iter()
        .unwrap()
        .chain(world.all_players.iter().unwrap())
        .find_map(Result::err)
        .or_else(|| world.players.load().err());
    let error = damaged.expect("damage is noticed");
    assert!(
        error.path().starts_with("all_players[") || error.path().starts_with("players"),
        "{error}"
    );
}
