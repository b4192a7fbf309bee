//! Saves that are killed, disks that are full, folders that cannot be written, sources and writers that
//! fail: the old file or the new one is there, whole, and one error says what happened.
//!
//! The file system that fails at its n-th call is in `src/write/atomic.rs`.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss
)]

use parcode::{
    Durability, ErrorKind, MemorySource, Parcode, ParcodeFile, ParcodeObject, Result, Source,
};
use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct World {
    turn: u64,
    #[parcode(chunkable)]
    terrain: Vec<u64>,
    #[parcode(chunkable, compression = "none")]
    texts: Vec<String>,
    #[parcode(map)]
    map: HashMap<u32, u64>,
}

/// Half a megabyte, all of it different from one turn to the next.
fn world(turn: u64) -> World {
    let random = |i: u64| (turn * 1_000_003 + i).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    World {
        turn,
        terrain: (0..30_000).map(random).collect(),
        texts: (0..5000)
            .map(|i| format!("{:x} of {turn}", random(i)))
            .collect(),
        map: (0..3000u32).map(|i| (i, random(i.into()))).collect(),
    }
}

fn entries(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap();
    names
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

// ---- Processes that save ----

/// What a process does that `victim` starts; in an ordinary run of the tests, nothing.
#[test]
fn as_a_victim() {
    let Ok(task) = env::var("PARCODE_VICTIM") else {
        return;
    };
    let (how, path) = task.split_once(':').unwrap();
    let durability = match how {
        "synced" => Durability::Synced,
        _ => Durability::Unsynced,
    };
    if how == "once" {
        let error = Parcode::save(path, &world(1)).err();
        println!(
            "\nERROR {}",
            error.map_or_else(|| "none".into(), |error| error.to_string())
        );
        return;
    }
    println!("\nSAVING");
    io::stdout().flush().unwrap();
    for turn in 1.. {
        let builder = Parcode::builder().durability(durability);
        builder.write(path, &world(turn)).unwrap();
    }
}

/// The command of a process of this program that does `how` to `path`, started by a shell that first
/// does `before`.
fn victim(how: &str, path: &Path, before: &str) -> Command {
    let mut command = Command::new("sh");
    command
        .args(["-c", &format!("{before} exec \"$0\" \"$@\"")])
        .arg(env::current_exe().unwrap())
        .args(["--exact", "as_a_victim", "--nocapture", "--test-threads=1"])
        .env("PARCODE_VICTIM", format!("{how}:{}", path.display()))
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// A process that saves again and again; it has begun.
fn saving(how: &str, path: &Path) -> Child {
    let mut child = victim(how, path, "").spawn().unwrap();
    let out = child.stdout.as_mut().unwrap();
    let mut said = Vec::new();
    while !said.ends_with(b"SAVING\n") {
        let mut byte = [0];
        out.read_exact(&mut byte).unwrap();
        said.push(byte[0]);
    }
    child
}

/// Kills a process that saves, at some moment, so many times; looks at what it leaves each time.
fn kill(times: usize, first_seed: u64) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let before = Instant::now();
    Parcode::save(&path, &world(0)).unwrap();
    let one_save = before.elapsed();
    let mut random = first_seed;
    let (mut with_litter, mut whole_turns) = (0, 0);
    for i in 0..times {
        let how = if i % 4 == 0 { "synced" } else { "unsynced" };
        let mut child = saving(how, &path);
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        // Within the first three saves.
        thread::sleep(one_save.mul_f64((random >> 40) as f64 / f64::from(1 << 24) * 3.0));
        child.kill().unwrap();
        child.wait().unwrap();

        let file = Parcode::open(&path).unwrap();
        file.verify().unwrap();
        let found = file.load::<World>().unwrap();
        assert!(found == world(found.turn), "turn {}", found.turn);
        whole_turns += u64::from(found.turn > 0);
        let left = entries(folder.path());
        assert!(left.len() <= 2, "{left:?}");
        with_litter += usize::from(left.len() == 2);

        let builder = Parcode::builder().durability(Durability::Unsynced);
        builder.write(&path, &world(0)).unwrap();
        assert_eq!(entries(folder.path()), ["world.par"]);
    }
    println!(
        "{times} kills: {whole_turns} left a new file, {} the old one; {with_litter} a temporary one, \
         which the next save removed",
        times as u64 - whole_turns
    );
    assert!(times < 20 || (with_litter > 0 && whole_turns > 0));
}

/// `PARCODE_KILLS=10000 cargo test --release -p parcode --test crashes killed -- --nocapture`
#[test]
#[cfg(unix)]
fn killed_at_any_moment() {
    let kills = env::var("PARCODE_KILLS").map_or(40, |kills| kills.parse().unwrap());
    thread::scope(|scope| {
        scope.spawn(|| kill(kills / 2, 1));
        kill(kills - kills / 2, 2);
    });
}

#[test]
#[cfg(unix)]
fn two_processes_save_the_same_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    Parcode::save(&path, &world(0)).unwrap();
    let old = Parcode::open(&path).unwrap();
    let old_root = old.root::<World>().unwrap();
    let mut savers = [saving("unsynced", &path), saving("unsynced", &path)];
    for _ in 0..20 {
        let found = Parcode::load::<World>(&path).unwrap();
        assert!(found == world(found.turn));
        thread::sleep(Duration::from_millis(5));
    }
    for saver in &mut savers {
        saver.kill().unwrap();
        saver.wait().unwrap();
    }
    // Whoever opened the file before reads what it was then.
    assert_eq!(old_root.terrain.load().unwrap(), world(0).terrain);
    // Whoever saves last has the word.
    Parcode::save(&path, &world(77)).unwrap();
    assert_eq!(Parcode::load::<World>(&path).unwrap().turn, 77);
    assert_eq!(entries(folder.path()), ["world.par"]);
}

/// A limit of the size of files stands for a disk that is full: writes beyond it fail.
#[test]
#[cfg(unix)]
fn a_full_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    Parcode::save(&path, &world(0)).unwrap();
    // 64 KiB; the signal that comes with it is ignored, as the error says the same.
    let limit = "trap '' XFSZ; ulimit -f 128;";
    let output = victim("once", &path, limit).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let error = said.lines().find(|line| line.starts_with("ERROR")).unwrap();
    assert!(error.contains("writing failed"), "{error}");
    assert_eq!(Parcode::load::<World>(&path).unwrap(), world(0));
    assert_eq!(entries(folder.path()), ["world.par"]);
}

#[test]
#[cfg(target_os = "linux")]
fn a_device_that_is_full() {
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let error = Parcode::builder()
        .write_to_writer(&full, &world(0))
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
    assert!(error.to_string().contains("writing failed"), "{error}");
}

#[test]
#[cfg(unix)]
fn folders_that_cannot_be_written() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    Parcode::save(&path, &1u8).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write there all the same.
    let may_write = fs::write(folder.path().join("probe"), b"").is_ok();
    let saved = Parcode::save(&path, &2u8);
    assert_eq!(saved.is_ok(), may_write);
    let expected = if may_write { 2 } else { 1 };
    assert_eq!(Parcode::load::<u8>(&path).unwrap(), expected);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();

    // Nobody may write here, and there is no such folder.
    let missing = folder.path().join("none/world.par");
    let own = folder.path().to_path_buf();
    for path in [
        PathBuf::from("/proc/parcode.par"),
        missing,
        own,
        PathBuf::from("/"),
    ] {
        let error = Parcode::save(&path, &3u8).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        let text = error.to_string();
        assert!(text.contains(&path.display().to_string()), "{text}");
    }
    let left = entries(folder.path());
    assert!(
        left.iter()
            .all(|name| name == "world.par" || name == "probe"),
        "{left:?}"
    );
}

#[test]
#[cfg(unix)]
fn links_stay_links() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("there")).unwrap();
    let (real, link) = (
        folder.path().join("there/real.par"),
        folder.path().join("link"),
    );
    let over = folder.path().join("over");
    std::os::unix::fs::symlink("there/real.par", &link).unwrap();
    std::os::unix::fs::symlink("link", &over).unwrap();
    // A link to what is not there yet makes it be there.
    for turn in 0..2u8 {
        Parcode::save(&over, &turn).unwrap();
        assert!(link.is_symlink() && over.is_symlink() && !real.is_symlink());
        assert_eq!(Parcode::load::<u8>(&real).unwrap(), turn);
        assert_eq!(Parcode::load::<u8>(&over).unwrap(), turn);
    }
    assert_eq!(entries(&folder.path().join("there")), ["real.par"]);
    // A link to itself is an error.
    let round = folder.path().join("round");
    std::os::unix::fs::symlink("round", &round).unwrap();
    assert!(Parcode::load::<u8>(&round).is_err());
}

#[test]
#[cfg(unix)]
fn permissions_are_those_of_the_old_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.par");
    let mode = || fs::metadata(&path).unwrap().permissions().mode() & 0o7777;
    for umask in ["022", "027", "077", "000"] {
        let _ = fs::remove_file(&path);
        let output = victim("once", &path, &format!("umask {umask};"))
            .output()
            .unwrap();
        assert!(String::from_utf8_lossy(&output.stdout).contains("ERROR none"));
        let umask = u32::from_str_radix(umask, 8).unwrap();
        assert_eq!(mode(), 0o666 & !umask, "a new file is as the mask has it");
    }
    for kept in [0o600, 0o640, 0o666, 0o444] {
        fs::set_permissions(&path, fs::Permissions::from_mode(kept)).unwrap();
        Parcode::save(&path, &1u8).unwrap();
        assert_eq!(mode(), kept);
    }
}

// ---- Writers and sources that fail ----

/// Takes so many bytes, at most `step` at a time, and then fails.
struct Failing {
    left: usize,
    step: usize,
    taken: Vec<u8>,
    interrupted: bool,
}

impl Write for Failing {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.interrupted = !self.interrupted;
        if self.interrupted {
            return Err(io::ErrorKind::Interrupted.into());
        }
        if self.left == 0 {
            return Err(io::Error::other("no more"));
        }
        let len = bytes.len().min(self.left).min(self.step);
        self.left -= len;
        self.taken.extend_from_slice(&bytes[..len]);
        Ok(len)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[test]
fn writers_that_take_little_or_fail() {
    let value = world(5);
    let whole = Parcode::serialize(&value).unwrap();
    let failing = |left, step| Failing {
        left,
        step,
        taken: Vec::new(),
        interrupted: false,
    };
    let mut slow = failing(usize::MAX, 1000);
    Parcode::builder()
        .write_to_writer(&mut slow, &value)
        .unwrap();
    assert!(
        slow.taken == whole,
        "pieces and interruptions change nothing"
    );
    for left in (0..whole.len()).step_by(whole.len() / 40) {
        let mut writer = failing(left, 100_000);
        let builder = Parcode::builder();
        let outcome = if left % 2 == 0 {
            builder.write_to_writer(&mut writer, &value)
        } else {
            builder.write_to_writer_sync(&mut writer, &value)
        };
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        assert!(error.to_string().contains("no more"), "{error}");
        assert_eq!(writer.taken, whole[..left]);
    }
}

/// A source of which the n-th call fails, or the tail is wrong.
#[derive(Debug, Clone)]
struct Flaky {
    bytes: Arc<MemorySource>,
    calls: Arc<AtomicUsize>,
    fails: usize,
}

impl Flaky {
    fn call(&self) -> io::Result<()> {
        if self.calls.fetch_add(1, SeqCst) == self.fails {
            return Err(io::Error::other("the cable is out"));
        }
        Ok(())
    }
}

impl Source for Flaky {
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)> {
        self.call()?;
        self.bytes.tail(len)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.call()?;
        self.bytes.read(offset, into)
    }
}

/// What the world is one day: it is read by way of the schema.
#[derive(ParcodeObject)]
struct Later {
    turn: i128,
}

/// Everything, in several ways; an error may come in any of them.
fn walk(file: &ParcodeFile, value: &World) -> Result<()> {
    let root = file.root::<World>()?;
    assert_eq!(root.turn, value.turn);
    assert_eq!(root.map.get_lazy(&7)?, Some(value.map[&7]));
    assert_eq!(root.terrain.get_lazy(20_000)?, Some(value.terrain[20_000]));
    for (i, text) in root.texts.iter()?.enumerate() {
        assert_eq!(text?, value.texts[i]);
    }
    assert_eq!(root.terrain.load()?, value.terrain);
    assert_eq!(file.load::<World>()?, *value);
    assert_eq!(file.load::<Later>()?.turn, value.turn.into());
    file.verify()?;
    file.metadata()?;
    Ok(())
}

#[test]
fn sources_that_fail_once() {
    let value = world(9);
    let bytes = Arc::new(MemorySource::new(Parcode::serialize(&value).unwrap()));
    let calls = Arc::new(AtomicUsize::new(0));
    let flaky = |fails| Flaky {
        bytes: bytes.clone(),
        calls: calls.clone(),
        fails,
    };
    walk(
        &ParcodeFile::from_source(flaky(usize::MAX)).unwrap(),
        &value,
    )
    .unwrap();
    let all = calls.load(SeqCst);
    assert!(all > 20, "{all} calls");
    for fails in 0..all {
        calls.store(0, SeqCst);
        let source = flaky(fails);
        let opened = ParcodeFile::from_source(source.clone());
        let Ok(file) = opened else {
            assert_eq!(opened.unwrap_err().kind(), ErrorKind::Io);
            continue;
        };
        let error = walk(&file, &value).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "call {fails}: {error}");
        assert!(error.to_string().contains("the cable is out"), "{error}");
        // Nothing is left of the failure: the next attempt reads on.
        walk(&file, &value).unwrap();
    }
}

/// A source that does not keep its word: tails of another length than it says.
#[derive(Debug)]
struct Lying(Vec<u8>, u64);

impl Source for Lying {
    fn tail(&self, _: usize) -> io::Result<(Vec<u8>, u64)> {
        Ok((self.0.clone(), self.1))
    }

    fn read(&self, _: u64, into: &mut [u8]) -> io::Result<()> {
        into.fill(0xA5);
        Ok(())
    }
}

#[test]
fn sources_that_lie() {
    let bytes = Parcode::serialize(&world(1)).unwrap();
    for len in [0, 1, 100, 168, 5000, 9000, bytes.len()] {
        let tail = &bytes[bytes.len() - len..];
        for stated in [
            0,
            1,
            len as u64 / 2,
            bytes.len() as u64,
            u64::MAX / 2,
            u64::MAX,
        ] {
            let opened = ParcodeFile::from_source(Lying(tail.to_vec(), stated));
            if let Ok(file) = opened {
                let _ = file.load::<World>();
                let _ = file.verify();
                let _ = file.inspect();
                let _ = file.metadata();
            }
        }
    }
}
