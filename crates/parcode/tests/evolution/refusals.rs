//! What has no form in the type asked for is refused when the root is asked for, difference by
//! difference.

use parcode::{ErrorKind, Parcode, ParcodeError, ParcodeObject, Store};
use std::collections::HashMap;

#[derive(ParcodeObject)]
struct World {
    id: u64,
    #[parcode(map)]
    players: HashMap<String, Player>,
    tag: char,
}

#[derive(ParcodeObject)]
struct Player {
    level: u32,
    name: String,
}

fn refusal<Old: Store, New: ParcodeObject>(old: &Old) -> ParcodeError {
    let mut bytes = Vec::new();
    Parcode::builder().write_to_writer(&mut bytes, old).unwrap();
    let file = parcode::ParcodeFile::from_source(parcode::MemorySource::new(bytes)).unwrap();
    match file.root::<New>() {
        Ok(_) => panic!("the file was opened"),
        Err(error) => error,
    }
}

fn world() -> World {
    let player = Player {
        level: 1,
        name: "a".into(),
    };
    World {
        id: 1,
        players: HashMap::from([("a".into(), player)]),
        tag: 'x',
    }
}

#[test]
fn every_difference_is_told_with_its_remedy() {
    mod new {
        use super::*;
        #[derive(ParcodeObject)]
        pub(super) struct World {
            pub(super) id: String,
            #[parcode(map)]
            pub(super) players: HashMap<String, Player>,
            pub(super) seed: u64,
            pub(super) tag: Vec<char>,
        }
        #[derive(ParcodeObject)]
        pub(super) struct Player {
            pub(super) level: f32,
            pub(super) name: Vec<u8>,
        }
    }
    let error = refusal::<_, new::World>(&world());
    assert_eq!(error.kind(), ErrorKind::Type);
    let text = error.to_string();
    for expected in [
        "id: `u64` in the file, `String` asked for; `#[parcode(upgrade_with",
        "players[].level: `u32` in the file, `f32` asked for",
        "players[].name: `String` in the file, `Vec<u8>` asked for; `#[parcode(from_one)]`",
        "seed: no such field in the file, `u64` asked for; `#[parcode(default)]`",
        "tag: `char` in the file, `Vec<char>` asked for; `#[parcode(from_one)]`",
    ] {
        assert!(text.contains(expected), "{expected}\nis not in\n{text}");
    }
    assert!(error.offset().is_some());
}

#[test]
fn another_type_is_refused_even_if_all_its_fields_have_defaults() {
    #[derive(ParcodeObject)]
    struct Settings {
        #[parcode(default)]
        volume: u8,
    }
    let error = refusal::<_, Settings>(&world());
    assert!(error.to_string().contains("different types"), "{error}");
}

#[test]
fn a_struct_is_no_enum_unless_it_says_so() {
    #[derive(ParcodeObject)]
    enum Choice {
        Player { level: u32, name: String },
    }
    let player = Player {
        level: 1,
        name: "a".into(),
    };
    let error = refusal::<_, Choice>(&player);
    assert!(error.to_string().contains("from_struct"), "{error}");
    // Nor is an enum a struct.
    let error = refusal::<_, Player>(&Choice::Player {
        level: 1,
        name: String::new(),
    });
    assert_eq!(error.kind(), ErrorKind::Type);
}

#[test]
fn the_kinds_of_keys_that_are_encoded_in_their_own_way_stay() {
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    let paths: HashMap<PathBuf, u8> = HashMap::from([("a/b".into(), 1)]);
    let error = refusal::<_, BTreeMap<PathBuf, u8>>(&paths);
    assert!(
        error
            .to_string()
            .contains("keys of this type cannot change"),
        "{error}"
    );
    // Their values may change.
    let root = Parcode::in_memory(&paths).unwrap();
    let wider = root.file().load::<HashMap<PathBuf, u32>>().unwrap();
    assert_eq!(wider, HashMap::from([("a/b".into(), 1)]));
}

#[test]
fn the_older_program_does_not_know_what_a_sequence_was() {
    #[derive(ParcodeObject)]
    struct Older {
        name: String,
    }
    #[derive(ParcodeObject)]
    struct Newer {
        #[parcode(from_one)]
        name: Vec<String>,
    }
    let newer = Newer {
        name: vec!["one".into()],
    };
    let error = refusal::<_, Older>(&newer);
    assert!(
        error
            .to_string()
            .contains("name: `Vec<String>` in the file"),
        "{error}"
    );
    let older = Older { name: "one".into() };
    let root = Parcode::in_memory(&older).unwrap();
    assert_eq!(root.file().load::<Newer>().unwrap().name, newer.name);
}
