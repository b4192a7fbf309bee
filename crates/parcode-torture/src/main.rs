//! `cargo run --release -p parcode-torture -- 1000000 [seed]`: so many damaged and hostile files, each
//! read in every way, on all cores. `… -- replay BLOCK TRIAL [seed]` tries one of them again.
//!
//! Workers are processes of their own, so that an abort, a stack overflow or a hang of one is told with
//! the file that made it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::match_bool,
    reason = "a program for the makers of the library: what fails here is told"
)]

use parcode_torture::{KINDS, Tally, block};
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};
use std::{env, panic, thread};

#[global_allocator]
static PEAK: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// A worker that tries one file for longer than this hangs.
const HANGS: Duration = Duration::from_secs(120);

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let number = |at: usize, or: u64| {
        words
            .get(at)
            .map_or(or, |word| word.parse().unwrap_or_else(|_| usage()))
    };
    match words.first().copied() {
        Some("worker") => worker(
            number(1, 0),
            number(2, 1),
            number(3, 0),
            number(4, 1),
            Path::new(words[5]),
        ),
        Some("replay") => replay(number(1, 0), number(2, 0), number(3, 1)),
        _ => parent(number(0, 1_000_000), number(1, 1)),
    }
}

fn usage() -> ! {
    eprintln!("parcode-torture [files] [seed]\nparcode-torture replay BLOCK TRIAL [seed]");
    std::process::exit(2)
}

/// Where files are left that were found.
fn folder() -> PathBuf {
    let folder = PathBuf::from(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()));
    folder.join("torture")
}

/// Tries the blocks `first`, `first + step`, … until there were so many files.
fn worker(first: u64, step: u64, files: u64, seed: u64, state: &Path) -> ExitCode {
    panic::set_hook(Box::new(|_| {}));
    let mut state = File::create(state).expect("the state of a worker");
    let mut tally = Tally::default();
    let mut number = first;
    while tally.all() < files {
        block(seed, number, &mut tally, &mut |trial, _| {
            let mut place = number.to_le_bytes().to_vec();
            place.extend_from_slice(&trial.to_le_bytes());
            let told = state
                .seek(SeekFrom::Start(0))
                .and_then(|_| state.write_all(&place));
            told.expect("the state of a worker");
            true
        });
        number += step;
        if !tally.findings.is_empty() {
            break;
        }
    }
    for finding in &tally.findings {
        let (block, trial) = finding.place;
        let path = folder().join(format!("finding-{block}-{trial}.par"));
        fs::write(&path, &finding.bytes).expect("a finding is kept");
        println!(
            "finding block {block} trial {trial} seed {seed}: {} ({})",
            finding.what,
            path.display()
        );
    }
    println!("{}", line(&tally));
    ExitCode::from(u8::from(!tally.findings.is_empty()))
}

/// A tally as numbers.
fn line(tally: &Tally) -> String {
    let counts = tally.files.iter().chain(&tally.opened).chain(&tally.sound);
    let rest = [
        tally.missed,
        tally.peak,
        tally.longest.0.as_micros() as u64,
        tally.longest.1,
        tally.longest.2,
    ];
    let words: Vec<String> = counts.chain(&rest).map(u64::to_string).collect();
    format!("tally {}", words.join(" "))
}

fn add(all: &mut Tally, line: &str) {
    let numbers: Vec<u64> = line
        .split(' ')
        .skip(1)
        .filter_map(|word| word.parse().ok())
        .collect();
    let [counts @ .., missed, peak, longest, block, trial] = &numbers[..] else {
        return;
    };
    for (kind, count) in
        counts
            .chunks(KINDS.len())
            .zip([&mut all.files, &mut all.opened, &mut all.sound])
    {
        for (sum, number) in count.iter_mut().zip(kind) {
            *sum += number;
        }
    }
    all.missed += missed;
    all.peak = all.peak.max(*peak);
    all.longest = all
        .longest
        .max((Duration::from_micros(*longest), *block, *trial));
}

fn replay(number: u64, trial: u64, seed: u64) -> ExitCode {
    let mut tally = Tally::default();
    fs::create_dir_all(folder()).expect("a folder for the file");
    let path = folder().join(format!("file-{number}-{trial}.par"));
    block(seed, number, &mut tally, &mut |at, bytes| {
        if at == trial {
            fs::write(&path, bytes).expect("the file is kept");
        }
        at == trial
    });
    println!("{}", path.display());
    for finding in &tally.findings {
        println!("{}", finding.what);
    }
    println!("{}", line(&tally));
    ExitCode::from(u8::from(!tally.findings.is_empty()))
}

fn parent(files: u64, seed: u64) -> ExitCode {
    let folder = folder();
    fs::create_dir_all(&folder).expect("a folder for what is found");
    let workers = thread::available_parallelism().map_or(1, usize::from) as u64;
    let began = Instant::now();
    let start = |worker: u64| {
        let state = folder.join(format!("worker-{worker}"));
        let child = Command::new(env::current_exe().expect("this program"))
            .arg("worker")
            .args([worker, workers, files.div_ceil(workers), seed].map(|number| number.to_string()))
            .arg(&state)
            // Some workers load in parallel, some do not.
            .env("RAYON_NUM_THREADS", (worker % 2 + 1).to_string())
            .stdout(Stdio::piped())
            .spawn();
        (child.expect("a worker"), state)
    };
    let running: Vec<(Child, PathBuf)> = (0..workers).map(start).collect();
    let ends = running
        .into_iter()
        .map(|worker| thread::spawn(|| wait(worker)));
    let ends: Vec<_> = ends.collect();
    let (mut all, mut failed) = (Tally::default(), false);
    for end in ends {
        let (said, died) = end.join().expect("a worker's end");
        for line in said.lines() {
            match line.starts_with("tally ") {
                true => add(&mut all, line),
                false => println!("{line}"),
            }
        }
        failed |= died.is_some() || said.contains("finding ");
        if let Some((how, block, trial)) = died {
            println!("finding block {block} trial {trial} seed {seed}: the worker {how}");
        }
    }
    println!(
        "{:>10} {:>10} {:>10} {:>16}",
        "", "files", "opened", "nothing refused"
    );
    for (i, kind) in KINDS.iter().enumerate() {
        println!(
            "{kind:>10} {:>10} {:>10} {:>16}",
            all.files[i], all.opened[i], all.sound[i]
        );
    }
    println!(
        "{} files in {:.0?}, seed {seed}, on {workers} workers",
        all.all(),
        began.elapsed()
    );
    println!(
        "longest trial {:.1?}: block {} trial {}",
        all.longest.0, all.longest.1, all.longest.2
    );
    println!(
        "most memory: 1 MiB and {:.1} times the file and what it decompresses to",
        all.peak as f64 / 1000.0
    );
    println!(
        "hostile files in which a lookup and a load disagree: {}",
        all.missed
    );
    println!(
        "{}",
        if failed {
            "FAILED"
        } else {
            "no panic, no abort, no wrong value"
        }
    );
    ExitCode::from(u8::from(failed))
}

/// What a worker said, and how it died and where, if it did.
fn wait((mut child, state): (Child, PathBuf)) -> (String, Option<(String, u64, u64)>) {
    let mut out = child.stdout.take().expect("a pipe");
    let reader = thread::spawn(move || {
        let mut said = String::new();
        out.read_to_string(&mut said).map(|_| said)
    });
    let place = || {
        let bytes = fs::read(&state).unwrap_or_default();
        let number = |at: usize| {
            bytes
                .get(at..at + 8)
                .and_then(|number| number.try_into().ok())
        };
        (
            number(0).map_or(0, u64::from_le_bytes),
            number(8).map_or(0, u64::from_le_bytes),
        )
    };
    let (mut last, mut since) = (place(), Instant::now());
    let died = loop {
        match child.try_wait().expect("a worker's state") {
            Some(status) if status.code().is_some() => break None,
            Some(status) => break Some(status.to_string()),
            None if place() != last => (last, since) = (place(), Instant::now()),
            None if since.elapsed() > HANGS => {
                let _ = child.kill();
                break Some("hangs".into());
            }
            None => thread::sleep(Duration::from_millis(50)),
        }
    };
    let said = reader.join().expect("a reader").unwrap_or_default();
    (said, died.map(|how| (how, last.0, last.1)))
}
