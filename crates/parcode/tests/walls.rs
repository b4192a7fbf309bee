//! The walls of the house: who may use whom, and where `unsafe` and byte orders may appear.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up, and which rooms each may use. `error` is the ground itself.
const ROOMS: [(&str, &[&str]); 10] = [
    ("wire", &[]),
    ("format", &["wire"]),
    ("schema", &["wire", "format"]),
    ("object", &["wire", "format", "schema"]),
    ("write", &["wire", "format", "schema", "object"]),
    ("read", &["wire", "format", "schema", "object"]),
    ("lazy", &["wire", "format", "schema", "object", "read"]),
    (
        "types",
        &[
            "wire", "format", "schema", "object", "write", "read", "lazy",
        ],
    ),
    (
        "dynamic",
        &["wire", "format", "schema", "object", "read", "lazy"],
    ),
    ("inspect", &["wire", "format", "schema", "object", "read"]),
];

/// Where `unsafe` may stand, each block with its argument.
const UNSAFE: [&str; 3] = ["object/regions.rs", "read/source.rs", "wire/window.rs"];

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// All sources of the library with their paths below `src`.
fn sources() -> Vec<(String, String)> {
    fn collect(folder: &Path, found: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                collect(&path, found);
            } else {
                let name = path.strip_prefix(src()).unwrap().to_str().unwrap();
                found.push((name.replace('\\', "/"), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut found = Vec::new();
    collect(&src(), &mut found);
    assert!(found.len() > 40, "the sources are where they were");
    found
}

/// The code of a file: comments and everything from its unit tests on left out.
fn code(source: &str) -> impl Iterator<Item = &str> {
    source
        .lines()
        .take_while(|line| !line.starts_with("#[cfg(test)]"))
        .filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn rooms_use_only_what_is_below_them() {
    for (name, source) in sources() {
        let Some((room, _)) = name.split_once('/') else {
            continue;
        };
        let (_, below) = ROOMS
            .iter()
            .find(|(known, _)| *known == room)
            .unwrap_or_else(|| panic!("{name} is in no known room"));
        for line in code(&source) {
            for used in line.split("crate::").skip(1) {
                let used = used
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next()
                    .unwrap();
                let allowed = used == "error" || used == room || below.contains(&used);
                let is_room = ROOMS.iter().any(|(known, _)| *known == used);
                assert!(allowed || !is_room, "{name} uses {used}: {line}");
                assert!(
                    is_room || used == "error",
                    "{name} reaches up to {used}: {line}"
                );
            }
        }
    }
}

#[test]
fn unsafe_stands_where_it_is_argued() {
    for (name, source) in sources() {
        let mut argued = false;
        for line in source.lines() {
            let code = line.split("//").next().unwrap();
            argued |= line.contains("// SAFETY:");
            if code.contains("unsafe {")
                || code.contains("unsafe impl")
                || code.contains("unsafe fn")
            {
                assert!(UNSAFE.contains(&name.as_str()), "{name}: {line}");
                assert!(
                    argued,
                    "{name} has an unsafe block without an argument: {line}"
                );
                argued = false;
            }
        }
    }
}

#[test]
fn byte_orders_are_known_to_wire_alone() {
    for (name, source) in sources() {
        if name.starts_with("wire/") {
            continue;
        }
        for line in code(&source) {
            let frozen = line.contains("from_le_bytes(*b\"");
            assert!(
                frozen || !line.contains("from_le_bytes") && !line.contains("to_le_bytes"),
                "{name}: {line}"
            );
        }
    }
}
