//! The commands as a shell runs them: what they print, and how they exit.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod support;

use parcode::Parcode;
use std::fs;
use support::{Ran, parcode, saved, world};

fn run(arguments: &[&str]) -> Ran {
    let file = saved();
    let path = file.path().to_str().unwrap();
    let arguments: Vec<&str> = arguments
        .iter()
        .map(|argument| if *argument == "FILE" { path } else { argument })
        .collect();
    parcode(&arguments)
}

#[test]
fn get_writes_values_as_text_json_and_bytes() {
    let text = |path: &str| run(&["get", "FILE", path]).ok();
    assert_eq!(text("name"), "Avalon\n");
    assert_eq!(text("players[Hero12].level"), "12\n");
    assert_eq!(text("players[\"Hero12\"].inventory[3]"), "15\n");
    assert_eq!(text("all_players[10..13].level"), "10\n11\n12\n");
    assert_eq!(text("players[Hero0].weapon"), "None\n");
    assert_eq!(text("players[Hero1].inventory"), "[1,2,3,4,5]\n");
    let json = run(&["get", "FILE", "players[Hero0]", "--json"]).ok();
    assert_eq!(
        json,
        "{\"level\":0,\"name\":\"Hero0\",\"weapon\":null,\"inventory\":[0,1,2,3,4]}\n"
    );
    let raw = run(&["get", "FILE", "terrain", "--raw"]);
    assert!(raw.bytes == world().terrain);
}

#[test]
fn what_is_not_there_is_one_and_what_is_wrong_is_two() {
    let absent = run(&["get", "FILE", "players[nobody].level"]);
    assert_eq!((absent.code, absent.text().as_str()), (1, ""));
    for wrong in [
        &["get", "FILE", "nothing"][..],
        &["get", "FILE", "players["],
        &["get", "/nowhere.par", "name"],
        &["get", "FILE", "players", "--raw"],
        &["export", "FILE", "name[3]"],
    ] {
        let ran = run(wrong);
        assert_eq!(ran.code, 2, "{wrong:?}");
        assert_eq!(ran.errors.lines().count(), 1, "one line: {}", ran.errors);
        assert!(ran.errors.starts_with("parcode: "), "{}", ran.errors);
    }
    assert_eq!(run(&["frobnicate"]).code, 2);
    assert_eq!(run(&["get", "FILE"]).code, 2);
}

#[test]
fn export_is_what_serde_writes() {
    let json: serde_json::Value = serde_json::from_str(&run(&["export", "FILE"]).ok()).unwrap();
    assert_eq!(json, serde_json::to_value(world()).unwrap());
    let lines = run(&["export", "FILE", "all_players", "--ndjson"]).ok();
    assert_eq!(lines.lines().count(), 100);
    let line: serde_json::Value = serde_json::from_str(lines.lines().nth(7).unwrap()).unwrap();
    assert_eq!(line, serde_json::to_value(&world().all_players[7]).unwrap());
    let entries = run(&["export", "FILE", "by_level", "--ndjson"]).ok();
    assert_eq!(entries.lines().next().unwrap(), "[0,[\"Hero0\"]]");
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.json");
    run(&["export", "FILE", "--pretty", "-o", out.to_str().unwrap()]).ok();
    let pretty: serde_json::Value = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
    assert_eq!(pretty, json);
}

#[test]
fn tree_shows_a_page() {
    let tree = run(&["tree", "FILE"]).ok();
    assert!(tree.starts_with("root: World\n├── id: u64 = 7\n"), "{tree}");
    assert!(
        tree.contains("├── players: HashMap<String, Player>, 100, "),
        "{tree}"
    );
    let page = run(&[
        "tree",
        "FILE",
        "all_players",
        "--skip",
        "98",
        "--depth",
        "2",
    ])
    .ok();
    assert!(
        page.contains("├── [98]: Player\n│   ├── level: u32 = 98\n"),
        "{page}"
    );
    assert!(page.contains("└── [99]: Player\n"), "{page}");
    let page = run(&["tree", "FILE", "all_players", "--limit", "2"]).ok();
    assert!(page.ends_with("└── … 98 more (--skip 2)\n"), "{page}");
}

#[test]
fn schema_reads_like_rust() {
    let text = run(&["schema", "FILE"]).ok();
    assert!(
        text.starts_with("World\n\nstruct World {\n    id: u64,\n"),
        "{text}"
    );
    assert!(
        text.contains("    #[chunkable] by_level: BTreeMap<u32, Vec<String>>,\n"),
        "{text}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&run(&["schema", "FILE", "--json"]).ok()).unwrap();
    assert_eq!(
        json["types"][json["root"].as_u64().unwrap() as usize]["name"],
        "World"
    );
}

#[test]
fn inspect_is_the_report_and_its_data() {
    let report = run(&["inspect", "FILE"]).ok();
    assert!(
        report.starts_with("=== PARCODE INSPECTOR REPORT ==="),
        "{report}"
    );
    let json: serde_json::Value =
        serde_json::from_str(&run(&["inspect", "FILE", "--json"]).ok()).unwrap();
    assert_eq!(json["root"]["type"], "World");
    assert_eq!(json["root"]["children"][0]["path"], "terrain");
}

#[test]
fn stat_adds_up_where_the_bytes_are() {
    let json: serde_json::Value =
        serde_json::from_str(&run(&["stat", "FILE", "--json"]).ok()).unwrap();
    let parts = json["parts"].as_array().unwrap();
    let sum: u64 = parts
        .iter()
        .map(|part| part["stored"].as_u64().unwrap())
        .sum();
    let all = json["stored"].as_u64().unwrap();
    assert!(sum <= all && all < sum + 1000, "{sum} of {all}");
    let text = run(&["stat", "FILE"]).ok();
    let terrain = text
        .lines()
        .find(|line| line.contains("  terrain  "))
        .unwrap();
    assert!(terrain.contains("195.4 KiB"), "{terrain}");
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    run(&["stat", "FILE", "--html", page.to_str().unwrap()]).ok();
    let page = fs::read_to_string(page).unwrap();
    assert!(
        page.contains("\"name\":\".terrain\"") && !page.contains("{{"),
        "filled in"
    );
}

#[test]
fn diff_tells_each_difference_by_path() {
    let (old, new) = (saved(), tempfile::NamedTempFile::new().unwrap());
    let mut changed = world();
    changed.name = "Lyonesse".into();
    changed.all_players[40].weapon = None;
    changed.players.remove("Hero7");
    changed.by_level.insert(500, Vec::new());
    Parcode::save(new.path(), &changed).unwrap();
    let paths = [old.path().to_str().unwrap(), new.path().to_str().unwrap()];
    let ran = parcode(&["diff", paths[0], paths[1]]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.text(),
        "~ name: Avalon → Lyonesse\n\
         - players[\"Hero7\"]: Player\n\
         ~ all_players[40].weapon: sword of 40 → None\n\
         + by_level[500]: Vec<String> of 0\n"
    );
    let json = parcode(&[
        "diff",
        paths[0],
        paths[1],
        "--json",
        "--path",
        "all_players",
    ]);
    assert_eq!(
        json.text(),
        "{\"path\":\"all_players[40].weapon\",\"old\":\"sword of 40\",\"new\":null}\n"
    );
    let quiet = parcode(&["diff", "-q", paths[0], paths[1]]);
    assert_eq!((quiet.code, quiet.text().as_str()), (1, ""));
    assert_eq!(parcode(&["diff", paths[0], paths[0]]).ok(), "");
}

#[test]
fn recompress_keeps_the_value() {
    let (file, folder) = (saved(), tempfile::tempdir().unwrap());
    let out = folder.path().join("small.par");
    let paths = [file.path().to_str().unwrap(), out.to_str().unwrap()];
    for codec in ["zstd", "lz4", "none"] {
        parcode(&["recompress", paths[0], paths[1], "--codec", codec]).ok();
        assert_eq!(parcode(&["diff", paths[0], paths[1]]).ok(), "");
        let smaller = fs::metadata(&out).unwrap().len() < fs::metadata(file.path()).unwrap().len();
        assert_eq!(smaller, codec != "none", "{codec}");
    }
}

#[test]
fn salvage_writes_what_is_intact() {
    let mut bytes = Parcode::serialize(&world()).unwrap();
    bytes[1000] ^= 1;
    let folder = tempfile::tempdir().unwrap();
    let (file, out) = (
        folder.path().join("damaged.par"),
        folder.path().join("out.json"),
    );
    fs::write(&file, &bytes).unwrap();
    let (file, json) = (file.to_str().unwrap(), out.to_str().unwrap());
    let ran = parcode(&["salvage", file, json]);
    assert_eq!(
        (ran.code, ran.text().lines().count()),
        (1, 1),
        "{}",
        ran.errors
    );
    let json: serde_json::Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    let mut expected = serde_json::to_value(world()).unwrap();
    // The first page of the terrain, 64 KiB, is what was hit.
    expected["terrain"].as_array_mut().unwrap().drain(..65536);
    assert_eq!(json, expected);
    // Without the end of the file, what is there is listed.
    fs::write(file, &bytes[..bytes.len() - 50]).unwrap();
    let ran = parcode(&["salvage", file]);
    assert_eq!(ran.code, 1);
    assert!(
        ran.text().contains("intact") && ran.text().contains("World"),
        "{}",
        ran.text()
    );
}

#[test]
fn verify_tells_each_damage_in_a_line() {
    assert!(run(&["verify", "FILE"]).ok().contains(" sound"));
    let mut bytes = Parcode::serialize(&world()).unwrap();
    bytes[1000] ^= 1;
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), bytes).unwrap();
    let damaged = parcode(&["verify", file.path().to_str().unwrap()]);
    assert_eq!(damaged.code, 1);
    let text = damaged.text();
    let first = text.lines().next().unwrap();
    assert!(
        first.contains("at offset 96") && first.contains("terrain"),
        "{first}"
    );
    assert!(text.ends_with("; 1 damaged\n"), "{text}");
}

#[test]
fn completions_and_man_page() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(
            parcode(&["completions", shell]).ok().contains("parcode"),
            "{shell}"
        );
    }
    assert!(parcode(&["man"]).ok().contains(".TH parcode 1"));
    let folder = tempfile::tempdir().unwrap();
    parcode(&["man", "--out", folder.path().to_str().unwrap()]).ok();
    assert!(folder.path().join("parcode-get.1").exists());
}

/// A reader that has had enough is no error.
#[test]
fn a_closed_pipe_ends_it_quietly() {
    use std::process::{Command, Stdio};
    let file = saved();
    let mut child = Command::new(env!("CARGO_BIN_EXE_parcode"))
        .args(["get", file.path().to_str().unwrap(), "terrain"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    assert!(output.status.success());
}
