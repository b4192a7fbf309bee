//! Files read without their Rust types: the same values, the same laziness, no more trust.

#![cfg(feature = "serde")]
#![allow(
    missing_docs,
    clippy::box_collection,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use parcode::{
    Builder, ErrorKind, Key, Kind, Leaf, Parcode, ParcodeFile, ParcodeObject, Store, Usage,
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

#[derive(ParcodeObject, Serialize, Clone, Debug)]
struct World {
    id: u64,
    name: String,
    #[parcode(chunkable)]
    terrain: Vec<u8>,
    #[parcode(chunkable)]
    heights: Vec<[f32; 2]>,
    #[parcode(map)]
    players: HashMap<String, Player>,
    #[parcode(chunkable)]
    all_players: Vec<Player>,
    #[parcode(map)]
    by_level: BTreeMap<u32, Vec<String>>,
    #[parcode(map)]
    by_place: BTreeMap<(String, i16), Shape>,
    #[parcode(map)]
    tags: HashSet<u128>,
    shapes: Vec<Shape>,
    #[parcode(chunkable)]
    pair: (u8, String),
    #[parcode(chunkable)]
    motto: String,
    #[parcode(chunkable)]
    boxed: Box<Player>,
    #[parcode(chunkable)]
    boxed_list: Option<Box<Vec<Option<u16>>>>,
    #[parcode(serde)]
    anything: serde_json::Value,
    odd: Odd,
}

#[derive(ParcodeObject, Serialize, Clone, Debug)]
struct Player {
    level: u32,
    class: Class,
    weapon: Option<Weapon>,
    #[parcode(chunkable)]
    inventory: Vec<u32>,
}

#[derive(ParcodeObject, Serialize, Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Class {
    Mage,
    Knight,
}

#[derive(ParcodeObject, Serialize, Clone, Debug)]
struct Weapon {
    damage: f64,
    name: String,
}

#[derive(ParcodeObject, Serialize, Clone, Debug)]
enum Shape {
    Nothing,
    Circle(f32),
    Line(i8, i8),
    Polygon {
        corners: Vec<(i32, i32)>,
        #[parcode(chunkable)]
        notes: Vec<String>,
    },
}

#[derive(ParcodeObject, Serialize, Clone, Debug)]
struct Newtype(char);

#[derive(ParcodeObject, Serialize, Clone, Debug)]
struct Odd {
    newtype: Newtype,
    unit: (),
    yes: bool,
    big: (u128, i128),
    bytes: [u8; 5],
    nested: BTreeMap<u8, BTreeMap<char, BTreeSet<String>>>,
    result: Result<u8, String>,
    range: std::ops::Range<u8>,
    lasting: Duration,
    since: SystemTime,
    nonzero: NonZero<i16>,
    ip: IpAddr,
    socket: SocketAddr,
    path: PathBuf,
    flags: BTreeMap<bool, u8>,
    by_class: HashMap<Class, u8>,
    not_a_number: f32,
}

fn player(i: u32) -> Player {
    Player {
        level: i % 90,
        class: if i.is_multiple_of(2) {
            Class::Mage
        } else {
            Class::Knight
        },
        weapon: (!i.is_multiple_of(3)).then(|| Weapon {
            damage: f64::from(i) / 7.0,
            name: format!("wand \"{i}\" ß"),
        }),
        inventory: (0..i % 700).collect(),
    }
}

fn polygon(i: i32) -> Shape {
    Shape::Polygon {
        corners: (0..i).map(|c| (c, -c)).collect(),
        notes: (0..i).map(|c| format!("note {c}")).collect(),
    }
}

fn world(players: u32) -> World {
    World {
        id: 7,
        name: "Welt".into(),
        terrain: (0..200_000u32)
            .map(|i| (i.wrapping_mul(i) >> 7) as u8)
            .collect(),
        heights: (0..9000u16).map(|i| [f32::from(i) / 3.0, -1.5]).collect(),
        players: (0..players)
            .map(|i| (format!("Hero{i}"), player(i)))
            .collect(),
        all_players: (0..players).map(player).collect(),
        by_level: (0..players)
            .map(|i| (i * 3, vec![format!("Hero{i}")]))
            .collect(),
        by_place: (-20..20)
            .map(|i| ((format!("p{}", i % 3), i), polygon(3)))
            .collect(),
        tags: (0..500).map(|i| (i * i) << 90).collect(),
        shapes: vec![
            Shape::Nothing,
            Shape::Circle(1.5),
            Shape::Line(-1, 1),
            polygon(2),
        ],
        pair: (1, "one".into()),
        motto: "lazy".repeat(500),
        boxed: Box::new(player(5)),
        boxed_list: Some(Box::new(vec![Some(1), None])),
        anything: serde_json::json!({"a": [1, -2.5, null], "b": {"c": "d"}}),
        odd: Odd {
            newtype: Newtype('ß'),
            unit: (),
            yes: true,
            big: (u128::MAX, i128::MIN),
            bytes: [1, 2, 3, 4, 5],
            nested: BTreeMap::from([(
                3,
                BTreeMap::from([('x', BTreeSet::from(["deep".into(), "er".into()]))]),
            )]),
            result: Err("no".into()),
            range: 1..5,
            lasting: Duration::new(3, 50),
            since: UNIX_EPOCH + Duration::new(1_700_000_000, 5),
            nonzero: NonZero::new(-4).unwrap(),
            ip: "::1".parse().unwrap(),
            socket: "1.2.3.4:80".parse().unwrap(),
            path: PathBuf::from("/a/./b"),
            flags: BTreeMap::from([(true, 1)]),
            by_class: HashMap::from([(Class::Mage, 2)]),
            not_a_number: f32::NAN,
        },
    }
}

fn builders() -> [Builder; 4] {
    [
        Parcode::builder(),
        Parcode::builder().inline_threshold(0).chunk_size(1024),
        Parcode::builder().compression(cfg!(feature = "lz4")),
        Parcode::builder().inline_threshold(1 << 30),
    ]
}

fn saved<T: Store>(builder: &Builder, value: &T) -> ParcodeFile {
    let mut bytes = Vec::new();
    builder.write_to_writer(&mut bytes, value).unwrap();
    Parcode::open_bytes(bytes).unwrap()
}

/// What serde's derive writes, with maps of other keys as pairs, which it cannot write.
fn expected(world: &World) -> serde_json::Value {
    let mut plain = world.clone();
    plain.by_place.clear();
    let mut json = parsed(&plain);
    let pairs: Vec<_> = world.by_place.iter().collect();
    json["by_place"] = serde_json::to_value(pairs).unwrap();
    json
}

/// By way of text: `Value` alone takes no numbers of 128 bits.
fn parsed(value: &impl Serialize) -> serde_json::Value {
    serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
}

/// Sets of a hash map have no order of their own.
fn sorted(mut json: serde_json::Value) -> serde_json::Value {
    let tags = json["tags"].as_array_mut().unwrap();
    tags.sort_by_key(ToString::to_string);
    json
}

#[test]
fn serialized_values_are_those_that_serde_writes() {
    let world = world(300);
    let expected = sorted(expected(&world));
    for builder in builders() {
        let file = saved(&builder, &world);
        let root = file.dynamic().unwrap();
        let found = sorted(parsed(&root));
        for (name, value) in expected.as_object().unwrap() {
            assert_eq!(&found[name], value, "{name}");
        }
        assert_eq!(
            found.as_object().unwrap().len(),
            expected.as_object().unwrap().len()
        );
        let odd = root.field("odd").unwrap().unwrap();
        let (odd, expected) = (
            serde_json::to_string(&odd),
            serde_json::to_string(&world.odd),
        );
        assert_eq!(odd.unwrap(), expected.unwrap(), "to the digit");
        let cached = file.stats().bytes_cached;
        assert!(cached < 300_000, "streaming keeps nothing: {cached}");
    }
}

#[test]
fn paths_lead_to_values() {
    let world = world(300);
    for builder in builders() {
        let file = saved(&builder, &world);
        let root = file.dynamic().unwrap();
        let text = |path: &str| root.get(path).unwrap().map(|value| value.to_string());
        let found = |path: &str| text(path).unwrap_or_else(|| panic!("{path}"));
        assert_eq!(found("id"), "7");
        assert_eq!(found(r#"players["Hero123"].level"#), "33");
        assert_eq!(found("players[Hero123].inventory[3]"), "3");
        assert_eq!(found("players[Hero121].weapon.name"), "wand \"121\" ß");
        assert_eq!(found("all_players[-1].class"), "Knight");
        assert_eq!(found("terrain[100000]"), world.terrain[100_000].to_string());
        assert_eq!(found("heights[8999][0]"), "2999.6667");
        assert_eq!(found("by_level[897][0]"), "Hero299");
        assert_eq!(found("by_place[(\"p1\", 10)].corners[2].1"), "-2");
        assert_eq!(found("shapes[2].1"), "1");
        assert_eq!(found("shapes[1].0"), "1.5");
        assert_eq!(found("pair.1"), "one");
        assert_eq!(found("motto"), world.motto);
        assert_eq!(found("boxed.weapon.name"), "wand \"5\" ß");
        assert_eq!(found("boxed_list[0]"), "1");
        assert_eq!(found("boxed_list[1]"), "None");
        assert_eq!(found("odd.nested[3]['x']"), "BTreeSet<String> of 2");
        assert_eq!(found("odd.result.0"), "no");
        assert_eq!(found("odd.range.end"), "5");
        assert_eq!(found("odd.lasting"), "3.000000050s");
        assert_eq!(found("odd.since"), "2023-11-14T22:13:20.000000005Z");
        assert_eq!(found("odd.socket"), "1.2.3.4:80");
        assert_eq!(found("odd.by_class[Mage]"), "2");
        assert_eq!(found("odd.flags[true]"), "1");
        assert_eq!(found("shapes[3]"), "Shape::Polygon");
        for absent in [
            "players[nobody]",
            "players[nobody].level",
            "all_players[300]",
            "all_players[3].weapon.name",
            "shapes[0].corners",
            "by_level[1]",
        ] {
            assert_eq!(text(absent), None, "{absent}");
        }
        for wrong in ["nothing", "players[(1, 2)]", "id[3]", "shapes[3].colour"] {
            let error = root.get(wrong).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Type, "{wrong}: {error}");
        }
        assert_eq!(
            root.get("terrain[0..3]").unwrap_err().kind(),
            ErrorKind::Path
        );
        assert_eq!(root.get("terrain[").unwrap_err().kind(), ErrorKind::Path);
    }
}

fn selected(file: &ParcodeFile, path: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let root = file.dynamic().unwrap();
    root.select(&path.parse().unwrap(), |path, value| {
        all.push((path.to_owned(), value.to_string()));
        Ok::<(), parcode::ParcodeError>(())
    })
    .unwrap();
    all
}

#[test]
fn ranges_lead_to_many() {
    for builder in builders() {
        let file = saved(&builder, &world(300));
        let levels = selected(&file, "all_players[88..=91].level");
        assert_eq!(levels[0], ("all_players[88].level".into(), "88".into()));
        assert_eq!(
            levels.iter().map(|level| &*level.1).collect::<Vec<_>>(),
            ["88", "89", "0", "1"]
        );
        assert_eq!(selected(&file, "all_players[..].weapon.damage").len(), 200);
        assert_eq!(selected(&file, "terrain[199990..]").len(), 10);
        assert_eq!(selected(&file, "heights[5000..5002][..]").len(), 4);
        assert_eq!(
            selected(&file, "all_players[-2..].level")[0].0,
            "all_players[298].level"
        );
        assert_eq!(selected(&file, "players[..].level").len(), 300);
        let some = selected(&file, "by_level[3..12][0]");
        assert_eq!(some[2], ("by_level[9][0]".into(), "Hero3".into()));
        assert_eq!(some.len(), 3);
        assert_eq!(selected(&file, "odd.nested[..][..][..]").len(), 2);
    }
}

#[test]
fn a_lookup_reads_what_it_does_with_rust_types() {
    let file = saved(&Parcode::builder(), &world(20_000));
    let typed = file.clone();
    let world = typed.root::<World>().unwrap();
    assert!(world.players.get_lazy("Hero777").unwrap().is_some());
    assert_eq!(
        world.all_players.get_lazy(15_000).unwrap().unwrap().level,
        60
    );

    let root = file.dynamic().unwrap();
    let hero = root.get("players[Hero777]").unwrap().unwrap();
    assert_eq!(
        hero.field("level").unwrap().unwrap().leaf().unwrap(),
        Some(Leaf::Unsigned(57))
    );
    assert_eq!(
        root.get("all_players[15000].level")
            .unwrap()
            .unwrap()
            .to_string(),
        "60"
    );
    // The schema is all that is read besides.
    let (by_type, by_schema) = (typed.stats(), file.stats());
    assert_eq!(by_schema.chunks_verified, by_type.chunks_verified + 1);
    assert!(by_schema.bytes_verified < by_type.bytes_verified + 4096);
    let before = file.stats();
    assert!(root.get("players[Hero777]").unwrap().is_some());
    assert_eq!(file.stats(), before, "what was touched stays");
}

#[test]
fn children_come_in_order_and_in_pages() {
    let file = saved(&Parcode::builder(), &world(3000));
    let root = file.dynamic().unwrap();
    let names: Vec<String> = root
        .children()
        .unwrap()
        .map(|part| part.unwrap().0.to_string())
        .collect();
    assert_eq!(names[..3], [".id", ".name", ".terrain"]);
    assert_eq!(root.len(), Some(names.len() as u64));
    let levels = root.field("by_level").unwrap().unwrap();
    assert_eq!((levels.kind(), levels.len()), (Kind::Map, Some(3000)));
    let mut page = levels.children().unwrap();
    page.skip_to(1000).unwrap();
    let (step, value) = page.next().unwrap().unwrap();
    assert_eq!(
        (step.to_string().as_str(), value.to_string().as_str()),
        ("[3000]", "Vec<String> of 1")
    );
    let players = root.field("all_players").unwrap().unwrap();
    let mut page = players.children().unwrap();
    page.skip_to(2990).unwrap();
    assert_eq!(page.count(), 10);
    let mut seen = 0;
    players
        .try_for_each(|_, player| {
            seen += u64::from(player.field("level")?.is_some());
            Ok::<(), parcode::ParcodeError>(())
        })
        .unwrap();
    assert_eq!(seen, 3000);
}

/// Every key of a map is found by the schema's encoding, and no other.
fn keys_are_found<K: Store + std::hash::Hash + Ord + Clone>(entries: &[(K, Key)]) {
    let hashed: HashMap<K, u64> = (0..)
        .zip(entries)
        .map(|(i, (key, _))| (key.clone(), i))
        .collect();
    let ordered: BTreeMap<K, u64> = hashed.clone().into_iter().collect();
    let small = Parcode::builder().inline_threshold(0).chunk_size(1024);
    for builder in [Parcode::builder(), small] {
        for file in [saved(&builder, &hashed), saved(&builder, &ordered)] {
            let root = file.dynamic().unwrap();
            for (i, (_, key)) in entries.iter().enumerate() {
                let found = root
                    .entry(key)
                    .unwrap_or_else(|error| panic!("{key}: {error}"));
                assert_eq!(found.unwrap().to_string(), i.to_string(), "{key}");
                let again: Key = key.to_string().parse().unwrap();
                assert!(root.entry(&again).unwrap().is_some(), "{key}");
            }
            for step in root.children().unwrap() {
                let path = step.unwrap().0.to_string();
                assert!(root.get(&path).unwrap().is_some(), "{path}");
            }
        }
    }
}

#[test]
fn keys_of_every_kind_are_found() {
    let numbers = || (0..400i32).map(|i| i * 7919 - 1_000_000);
    keys_are_found(&numbers().map(|i| (i, i.into())).collect::<Vec<_>>());
    keys_are_found(
        &numbers()
            .map(|i| (i64::from(i) << 30, (i64::from(i) << 30).into()))
            .collect::<Vec<_>>(),
    );
    keys_are_found(
        &(0..300u16)
            .map(|i| {
                (
                    u128::MAX - u128::from(i),
                    (u128::MAX - u128::from(i)).into(),
                )
            })
            .collect::<Vec<_>>(),
    );
    keys_are_found(
        &numbers()
            .map(|i| (format!("key \0 {i} ß"), format!("key \0 {i} ß").into()))
            .collect::<Vec<_>>(),
    );
    keys_are_found(&[(true, true.into()), (false, false.into())]);
    keys_are_found(&('a'..='z').map(|c| (c, c.into())).collect::<Vec<_>>());
    keys_are_found(
        &numbers()
            .map(|i| {
                (
                    (i.to_string(), i as u8, 'x'),
                    (i.to_string(), i as u8, 'x').into(),
                )
            })
            .collect::<Vec<_>>(),
    );
    keys_are_found(&[
        (None, Key::Word("None".into(), vec![])),
        (
            Some(String::new()),
            Key::Word("Some".into(), vec!["".into()]),
        ),
        (Some("a".into()), "a".into()),
    ]);
    keys_are_found(
        &(0..300u16)
            .map(|i| (vec![i; usize::from(i % 5)], i))
            .map(|(key, _)| key)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|key| {
                (
                    key.clone(),
                    Key::List(key.into_iter().map(Key::from).collect()),
                )
            })
            .collect::<Vec<_>>(),
    );
    keys_are_found(&[
        (vec![0u8, 1], Key::List(vec![0u8.into(), 1u8.into()])),
        (vec![], Key::List(vec![])),
    ]);
    keys_are_found(&[([1u8, 2], Key::List(vec![1u8.into(), 2u8.into()]))]);
    keys_are_found(
        &(0..200u8)
            .map(|i| {
                (
                    IpAddr::from([1, 2, 3, i]),
                    format!("1.2.3.{i}").as_str().into(),
                )
            })
            .collect::<Vec<_>>(),
    );
    keys_are_found(&[
        (PathBuf::from("/a//b/./c"), "/a/b/c".into()),
        (PathBuf::from("./x/.."), "./x/..".into()),
    ]);
    keys_are_found(&[(Duration::new(1, 5), Key::List(vec![1u8.into(), 5u8.into()]))]);
    keys_are_found(&[(
        UNIX_EPOCH + Duration::new(5, 0),
        "1970-01-01T00:00:05Z".into(),
    )]);
    keys_are_found(&[(Box::new(3u8), 3u8.into())]);
}

#[cfg(all(
    feature = "uuid",
    feature = "chrono",
    feature = "ordered-float",
    feature = "rust_decimal",
    feature = "ulid"
))]
#[test]
fn keys_and_values_of_other_crates_are_written_as_people_do() {
    use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Utc};
    let uuid: uuid::Uuid = "6ba7b810-9dad-11d1-80b4-00c04fd430c8".parse().unwrap();
    let date: NaiveDate = "2024-02-29".parse().unwrap();
    let time: NaiveTime = "23:59:58.125".parse().unwrap();
    let local: NaiveDateTime = date.and_time(time);
    let utc: DateTime<Utc> = local.and_utc();
    let offset: DateTime<FixedOffset> = "2024-02-29T01:02:03+05:30".parse().unwrap();
    let decimal: rust_decimal::Decimal = "-12.500".parse().unwrap();
    let ulid: ulid::Ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    keys_are_found(&[(uuid, "6ba7b810-9dad-11d1-80b4-00c04fd430c8".into())]);
    keys_are_found(&[(date, "2024-02-29".into())]);
    keys_are_found(&[(time, "23:59:58.125".into())]);
    keys_are_found(&[(utc, "2024-02-29T23:59:58.125Z".into())]);
    keys_are_found(&[(offset, "2024-02-28T20:32:03+01:00".into())]);
    keys_are_found(&[(decimal, "-12.5".into())]);
    keys_are_found(&[(ulid, "01ARZ3NDEKTSV4RRFFQ69G5FAV".into())]);
    let zero = ordered_float::OrderedFloat(-0.0f64);
    keys_are_found(&[
        (zero, 0.0f64.into()),
        (ordered_float::OrderedFloat(1.5), 1.5f64.into()),
    ]);
    let all = (uuid, date, (time, local, utc), offset, (decimal, ulid));
    let json = serde_json::to_value(saved(&Parcode::builder(), &all).dynamic().unwrap()).unwrap();
    let text = |value: &dyn ToString| value.to_string();
    assert_eq!(
        json,
        serde_json::json!([
            text(&uuid),
            "2024-02-29",
            [
                "23:59:58.125",
                "2024-02-29T23:59:58.125",
                "2024-02-29T23:59:58.125Z"
            ],
            "2024-02-29T01:02:03+05:30",
            ["-12.500", text(&ulid)],
        ])
    );
}

#[derive(ParcodeObject, Serialize)]
struct Chain {
    number: u8,
    next: Option<Box<Chain>>,
}

#[test]
fn the_deepest_values_are_written_on_a_small_stack() {
    let chain = chain(127);
    let file = saved(&Parcode::builder(), &chain);
    let written = std::thread::Builder::new()
        .stack_size(2 << 20)
        .spawn(move || serde_json::to_string(&file.dynamic().unwrap()).unwrap());
    let written = written.unwrap().join().unwrap();
    assert_eq!(written, serde_json::to_string(&chain).unwrap());
}

#[test]
fn a_flipped_byte_is_an_error_or_changes_nothing() {
    let mut world = world(3);
    world.terrain.truncate(300);
    world.heights.truncate(30);
    world.motto.truncate(100);
    world.tags = HashSet::from([1, 2]);
    world.by_place.retain(|place, _| place.1 > 17);
    let mut bytes = Vec::new();
    Parcode::builder()
        .inline_threshold(64)
        .write_to_writer(&mut bytes, &world)
        .unwrap();
    let read = |bytes: &[u8]| -> Result<String, Box<dyn std::error::Error>> {
        let file = Parcode::open_bytes(bytes)?;
        Ok(serde_json::to_string(&file.dynamic()?)?)
    };
    let sound = read(&bytes).unwrap();
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x41;
        if let Ok(value) = read(&damaged) {
            assert_eq!(value, sound, "byte {at}");
        }
    }
}

#[test]
fn raw_bytes_are_those_of_plain_data_and_text() {
    let world = world(10);
    for builder in builders() {
        let file = saved(&builder, &world);
        let root = file.dynamic().unwrap();
        let raw = |path: &str| {
            let mut all = Vec::new();
            let value = root.get(path).unwrap().unwrap();
            let was = value.raw_bytes(|bytes| {
                all.extend_from_slice(bytes);
                Ok::<(), parcode::ParcodeError>(())
            });
            was.unwrap().then_some(all)
        };
        assert!(raw("terrain").unwrap() == world.terrain);
        assert_eq!(raw("motto").unwrap(), world.motto.as_bytes());
        assert_eq!(
            raw("boxed.inventory").unwrap(),
            [0, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0]
        );
        assert_eq!(raw("players"), None);
    }
}

#[test]
fn usage_adds_up_to_the_file() {
    for builder in builders() {
        for file in [saved(&builder, &world(3000)), saved(&builder, &chain(100))] {
            let mut seen = 0;
            let usage = file.usage(|bytes| seen = bytes).unwrap();
            assert_eq!(usage.stored, file.stats().file_len);
            assert!(seen <= usage.stored && seen * 4 > usage.stored, "{seen}");
            let padding = usage.parts.last().unwrap();
            assert_eq!(padding.name, "(padding)");
            assert!(padding.stored * 5 < usage.stored, "{padding:?}");
        }
        let usage = saved(&builder, &world(3000)).usage(|_| {}).unwrap();
        let part = |usage: &Usage, name: &str| {
            let found = usage.parts.iter().find(|part| part.name == name);
            found.unwrap_or_else(|| panic!("{name}: {usage:?}")).clone()
        };
        let players = part(&part(&usage, ".players"), "[*]");
        assert_eq!(
            (players.count, players.type_name.as_str()),
            (3000, "Player")
        );
        let inventory = part(&part(&players, ".inventory"), "[*]");
        let expected: u64 = (0..3000u64).map(|i| i % 700).sum();
        assert_eq!((inventory.count, inventory.raw), (expected, expected * 4));
        assert_eq!(part(&part(&usage, ".terrain"), "[*]").raw, 200_000);
    }
}

/// The differences of two worlds, as `path: old -> new`.
fn differences(a: &World, b: &World, builder: &Builder) -> (Vec<String>, u64) {
    let (a, b) = (saved(builder, a), saved(builder, b));
    let mut all = Vec::new();
    let text = |value: Option<parcode::Dynamic<'_>>| value.map_or("-".into(), |v| v.to_string());
    let (from, to) = (a.dynamic().unwrap(), b.dynamic().unwrap());
    from.diff(&to, |path, old, new| {
        all.push(format!("{path}: {} -> {}", text(old), text(new)));
        Ok::<(), parcode::ParcodeError>(())
    })
    .unwrap();
    (all, a.stats().bytes_verified)
}

#[test]
fn differences_are_told_by_path_and_equal_parts_are_not_read() {
    let old = world(2100);
    for builder in builders() {
        assert_eq!(differences(&old, &old, &builder).0, Vec::<String>::new());
        let mut new = old.clone();
        new.name = "other".into();
        new.terrain[150_000] ^= 1;
        new.all_players[2000].weapon = None;
        new.all_players[2001].inventory[3] = 99;
        new.all_players.push(player(1));
        new.players.get_mut("Hero77").unwrap().level = 1000;
        new.players.remove("Hero78");
        new.players.insert("newcomer".into(), player(0));
        new.by_level.remove(&30);
        new.by_place.insert(("p0".into(), 0), Shape::Circle(2.0));
        new.shapes.pop();
        new.boxed_list = None;
        new.odd.result = Ok(3);
        new.odd.lasting += Duration::from_nanos(1);
        let (mut found, _) = differences(&old, &new, &builder);
        found.sort();
        let mut expected = [
            "name: Welt -> other",
            &format!(
                "terrain[150000]: {} -> {}",
                old.terrain[150_000], new.terrain[150_000]
            ),
            "all_players[2000].weapon: Weapon -> None",
            "all_players[2001].inventory[3]: 3 -> 99",
            "all_players[2100]: - -> Player",
            "players[\"Hero77\"].level: 77 -> 1000",
            "players[\"Hero78\"]: Player -> -",
            "players[\"newcomer\"]: - -> Player",
            "by_level[30]: Vec<String> of 1 -> -",
            "by_place[(\"p0\", 0)]: Shape::Polygon -> Shape::Circle",
            "shapes[3]: Shape::Polygon -> -",
            "boxed_list: Vec<Option<u16>> of 2 -> None",
            "odd.result: Result::Err -> Result::Ok",
            "odd.lasting: 3.000000050s -> 3.000000051s",
        ]
        .map(str::to_owned);
        expected.sort();
        assert_eq!(found, expected);
    }

    // One changed element of many costs the root and what holds the element.
    let mut new = old.clone();
    new.all_players[2000].level = 0;
    let (found, read) = differences(&old, &new, &Parcode::builder());
    assert_eq!(found, ["all_players[2000].level: 20 -> 0"]);
    assert!(read < 200_000, "{read}");
}

fn chain(links: u8) -> Chain {
    (1..=links).fold(
        Chain {
            number: 0,
            next: None,
        },
        |chain, number| Chain {
            number,
            next: Some(Box::new(chain)),
        },
    )
}

#[cfg(all(feature = "lz4", feature = "zstd"))]
#[test]
fn a_recompressed_file_is_the_one_that_a_save_would_have_written() {
    use parcode::Compression;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("recompressed.par");
    let world = world(400);
    let codecs = [Compression::None, Compression::Lz4, Compression::Zstd(3)];
    let save = |compression| {
        let builder = Parcode::builder()
            .compression(compression)
            .metadata("by", "a test");
        let mut bytes = Vec::new();
        builder.write_to_writer(&mut bytes, &world).unwrap();
        bytes
    };
    let files = codecs.map(save);
    for from in &files {
        for (to, expected) in codecs.iter().zip(&files) {
            let file = Parcode::open_bytes(&from[..]).unwrap();
            file.recompress(&path, *to, |_| {}).unwrap();
            assert!(std::fs::read(&path).unwrap() == *expected, "to {to:?}");
        }
    }
    // Files of other options keep their cuts, and their values.
    for builder in &builders()[1..2] {
        let file = saved(builder, &world);
        file.verify().unwrap();
        for to in codecs {
            let mut seen = 0;
            file.recompress(&path, to, |bytes| seen = bytes).unwrap();
            assert!(seen <= file.stats().file_len);
            let copy = Parcode::open(&path).unwrap();
            copy.verify().unwrap();
            let mut differ = Vec::new();
            let (one, other) = (file.dynamic().unwrap(), copy.dynamic().unwrap());
            one.diff(&other, |path, _, _| {
                differ.push(path.to_owned());
                Ok::<(), parcode::ParcodeError>(())
            })
            .unwrap();
            assert_eq!(differ, Vec::<String>::new());
        }
    }
}

#[test]
fn what_is_intact_of_a_damaged_file_is_written() {
    let world = world(3000);
    let mut bytes = Parcode::serialize(&world).unwrap();
    // A page of the heights, and shards of maps and sequences, somewhere in the middle of the file.
    let len = bytes.len();
    for at in [210_000, len / 3, len / 2, len * 2 / 3] {
        bytes[at] ^= 1;
    }
    let file = Parcode::open_bytes(bytes).unwrap();
    assert!(serde_json::to_string(&file.dynamic().unwrap()).is_err());
    let mut json = Vec::new();
    let mut serializer = serde_json::Serializer::new(&mut json);
    let root = file.dynamic().unwrap();
    let ((), lost) = root.serialize_intact(&mut serializer).unwrap();
    assert_eq!(lost.len(), 4, "{lost:?}");
    let found: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(found["motto"], world.motto);
    assert_eq!(found["terrain"].as_array().unwrap().len(), 200_000);
    let heights = found["heights"].as_array().unwrap().len();
    assert!(heights < 9000 && heights % 8192 == 9000 % 8192, "{heights}");
    // The other three were pages of inventories: the players are there, and those of all others whole.
    let mut whole = parsed(&world.all_players);
    let mut shortened = 0;
    for (i, whole) in whole.as_array_mut().unwrap().iter_mut().enumerate() {
        for found in [
            &found["all_players"][i],
            &found["players"][format!("Hero{i}")],
        ] {
            if found != whole {
                assert_eq!(found["inventory"], serde_json::json!([]));
                whole["inventory"] = serde_json::json!([]);
                assert_eq!(found, whole);
                whole["inventory"] = serde_json::to_value(player(i as u32).inventory).unwrap();
                shortened += 1;
            }
        }
    }
    assert_eq!(shortened, 3);
}
