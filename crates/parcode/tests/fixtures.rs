//! Files of released versions, read for ever: as the types that were saved, and as later ones.

#![cfg(feature = "lz4")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]

use parcode::{Compression, Parcode, ParcodeObject};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::PathBuf;

/// The types of version 0.1.
mod v0_1 {
    use parcode::ParcodeObject;
    use std::collections::{BTreeMap, BTreeSet, HashMap};
    use std::time::Duration;

    #[derive(ParcodeObject, Debug, PartialEq)]
    pub(super) struct World {
        pub(super) id: u64,
        pub(super) name: String,
        pub(super) age: Duration,
        pub(super) flags: (bool, char, Option<i16>),
        #[parcode(chunkable)]
        pub(super) heights: Vec<f32>,
        #[parcode(chunkable, compression = "lz4")]
        pub(super) terrain: Vec<u8>,
        #[parcode(map)]
        pub(super) players: HashMap<String, Player>,
        #[parcode(map)]
        pub(super) ranking: BTreeMap<u32, String>,
        pub(super) seen: BTreeSet<u8>,
        #[parcode(chunkable)]
        pub(super) shapes: Vec<Shape>,
    }

    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    pub(super) struct Player {
        pub(super) level: u32,
        pub(super) position: [f32; 3],
        #[parcode(chunkable)]
        pub(super) inventory: Vec<u32>,
    }

    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    pub(super) enum Shape {
        Empty,
        Circle { radius: f32 },
        Group(Vec<Shape>),
        Far(#[parcode(chunkable)] Box<Shape>),
    }
}

/// What they may be one day.
mod later {
    use super::{BTreeMap, ParcodeObject, v0_1};

    #[derive(ParcodeObject)]
    pub(super) struct World {
        #[parcode(default = "seed")]
        pub(super) seed: u128,
        pub(super) id: u128,
        #[parcode(alias = "name")]
        pub(super) title: Option<String>,
        #[parcode(chunkable)]
        pub(super) heights: Vec<f64>,
        #[parcode(map)]
        pub(super) players: BTreeMap<String, Player>,
        pub(super) shapes: Vec<v0_1::Shape>,
    }

    fn seed() -> u128 {
        42
    }

    #[derive(ParcodeObject)]
    pub(super) struct Player {
        pub(super) level: u64,
        #[parcode(default)]
        pub(super) guild: String,
        pub(super) inventory: Vec<u64>,
    }
}

fn world() -> v0_1::World {
    use v0_1::{Player, Shape, World};
    let shapes = [
        Shape::Empty,
        Shape::Circle { radius: 1.5 },
        Shape::Group(vec![Shape::Empty, Shape::Circle { radius: 0.5 }]),
        Shape::Far(Box::new(Shape::Group(vec![Shape::Empty; 300]))),
    ];
    let player = |i: u32| Player {
        level: i,
        position: [i as f32, 0.5, -1.0],
        inventory: (0..if i == 7 { 2000 } else { i % 5 }).collect(),
    };
    World {
        id: 7,
        name: "The first world, größer".into(),
        age: std::time::Duration::new(5, 6),
        flags: (true, 'ß', Some(-3)),
        heights: (0..20_000).map(|i| i as f32 / 2.0).collect(),
        terrain: (0..50_000u32).map(|i| (i / 100) as u8).collect(),
        players: (0..500)
            .map(|i| (format!("player {i}"), player(i)))
            .collect(),
        ranking: (0..2000).map(|i| (i * 3, format!("rank {i}"))).collect(),
        seen: BTreeSet::from([1, 3, 255]),
        shapes: shapes.to_vec(),
    }
}

/// The files of version 0.1, and how they were written.
const FILES: [(&str, Compression, usize); 3] = [
    ("0.1/world.par", Compression::None, 64 * 1024),
    ("0.1/world-shards.par", Compression::None, 2048),
    ("0.1/world-lz4.par", Compression::Lz4, 2048),
];

fn fixture(name: &str, compression: Compression, chunk_size: usize) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(name);
    if std::env::var_os("WRITE_FIXTURES").is_some() && !path.exists() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let builder = Parcode::builder()
            .compression(compression)
            .chunk_size(chunk_size);
        builder.write(&path, &world()).unwrap();
    }
    path
}

#[test]
fn files_of_0_1_are_read_as_they_were_saved() {
    for (name, compression, chunk_size) in FILES {
        let path = fixture(name, compression, chunk_size);
        assert_eq!(
            Parcode::load::<v0_1::World>(&path).unwrap(),
            world(),
            "{name}"
        );
        let file = Parcode::open(&path).unwrap();
        file.verify().unwrap();
        let world = file.root::<v0_1::World>().unwrap();
        assert_eq!((world.id, world.name), (7, "The first world, größer"));
        assert_eq!(world.heights.as_slice().unwrap()[19_999], 9999.5);
        let player = world.players.get_lazy("player 7").unwrap().unwrap();
        assert_eq!(player.inventory.get(1999).unwrap(), Some(1999));
        let ranks = world.ranking.range(300..306).unwrap();
        let ranks: Vec<_> = ranks.map(|entry| entry.unwrap().1).collect();
        assert_eq!(ranks, ["rank 100", "rank 101"]);
    }
}

#[test]
fn files_of_0_1_are_read_as_what_their_types_became() {
    for (name, compression, chunk_size) in FILES {
        let file = Parcode::open(fixture(name, compression, chunk_size)).unwrap();
        let world = file.root::<later::World>().unwrap();
        assert_eq!((world.seed, world.id), (42, 7), "{name}");
        assert_eq!(world.title, Some("The first world, größer"));
        assert_eq!(world.heights.get(19_999).unwrap(), Some(9999.5));
        let player = world.players.get_lazy("player 7").unwrap().unwrap();
        assert_eq!((player.level, player.guild), (7, ""));
        assert_eq!(player.inventory.iter().last(), Some(1999));
        let last = world.players.last_key_value().unwrap().unwrap();
        assert_eq!(last.0, "player 99");
        let shapes: HashMap<usize, v0_1::Shape> = world
            .shapes
            .load()
            .unwrap()
            .into_iter()
            .enumerate()
            .collect();
        assert_eq!(shapes[&1], v0_1::Shape::Circle { radius: 1.5 });
        assert_eq!(shapes.len(), 4);
    }
}
