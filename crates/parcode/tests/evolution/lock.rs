//! The schema lock: a test that fails when a change would stop older files from opening.
//!
//! What is recorded depends on an environment variable, so each step is a run of this very test
//! binary: the lock is checked as a user's test would check it.

use parcode::{Parcode, ParcodeObject};
use std::path::Path;
use std::process::{Command, Output};

mod first {
    #[derive(parcode::ParcodeObject)]
    pub(super) struct World {
        id: u32,
        #[parcode(chunkable)]
        shapes: Vec<Shape>,
    }

    #[derive(parcode::ParcodeObject)]
    pub(super) enum Shape {
        Empty,
        Circle { radius: f32 },
    }
}

mod compatible {
    #[derive(parcode::ParcodeObject)]
    pub(super) struct World {
        id: u64,
        #[parcode(chunkable)]
        shapes: Vec<super::first::Shape>,
        #[parcode(default)]
        name: String,
    }
}

mod breaking {
    #[derive(parcode::ParcodeObject)]
    pub(super) struct World {
        id: String,
        name: String,
    }
}

/// What the child processes below run: the one line of a user's test.
#[test]
fn checks_what_its_parent_asks_for() {
    let Ok(version) = std::env::var("LOCK_VERSION") else {
        return;
    };
    let path = std::env::var("LOCK_PATH").unwrap();
    let checked = match version.as_str() {
        "first" => Parcode::check_schema::<first::World>(path),
        "compatible" => Parcode::check_schema::<compatible::World>(path),
        "breaking" => Parcode::check_schema::<breaking::World>(path),
        other => panic!("{other}"),
    };
    if let Err(error) = checked {
        panic!("{error}");
    }
}

fn check(version: &str, path: &Path, bless: bool) -> Output {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args([
            "--exact",
            "evolution::lock::checks_what_its_parent_asks_for",
            "--nocapture",
        ])
        .env("LOCK_VERSION", version)
        .env("LOCK_PATH", path)
        .env_remove("PARCODE_BLESS");
    if bless {
        command.env("PARCODE_BLESS", "1");
    }
    command.output().unwrap()
}

fn passes(version: &str, path: &Path, bless: bool) {
    let output = check(version, path, bless);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
}

fn fails(version: &str, path: &Path) -> String {
    let output = check(version, path, false);
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_change_that_stops_older_files_from_opening_fails_until_it_is_blessed() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("schemas").join("world.txt");

    let told = fails("first", &path);
    assert!(told.contains("PARCODE_BLESS=1"), "{told}");
    passes("first", &path, true);
    passes("first", &path, false);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("struct World {\n    id: u32,\n    #[chunkable] shapes: Vec<Shape>,\n}"));

    // A change that older files can be opened with passes; blessing adds it.
    passes("compatible", &path, false);
    passes("compatible", &path, true);
    passes("compatible", &path, false);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("== 1\n") && text.contains("== 2\n") && !text.contains("== 3\n"));

    // One that they cannot be opened with does not, and says why.
    let told = fails("breaking", &path);
    for expected in [
        "version 1",
        "id: `u32` in the file, `String` asked for",
        "PARCODE_BLESS=1",
    ] {
        assert!(told.contains(expected), "{told}");
    }
    passes("breaking", &path, true);
    passes("breaking", &path, false);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(!text.contains("u32") && !text.contains("== 2\n"), "{text}");
}

#[test]
fn what_is_no_lock_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.txt");
    std::fs::write(&path, "== 1\n\nWorld\n").unwrap();
    let told = fails("first", &path);
    assert!(
        told.contains("`World` is used, but not described"),
        "{told}"
    );
}

#[test]
fn the_lock_of_every_kind_of_type_is_read_again() {
    #[derive(ParcodeObject)]
    struct Everything {
        texts: (String, Option<Box<str>>),
        #[parcode(map)]
        map: std::collections::BTreeMap<u8, [f64; 3]>,
        set: std::collections::HashSet<char>,
        duration: std::time::Duration,
        address: std::net::IpAddr,
        unit: (),
        range: std::ops::Range<i16>,
        path: std::path::PathBuf,
        #[parcode(rename = "a name of several words")]
        result: Result<u128, bool>,
    }
    let root = Parcode::serialize(&Vec::<Everything>::new()).unwrap();
    let schema = Parcode::open_bytes(root).unwrap().schema().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("everything.txt");
    std::fs::write(&path, format!("== 1\n\n{schema}")).unwrap();
    Parcode::check_schema::<Vec<Everything>>(&path).unwrap();
}
