//! Saving, what comes of it, and loading all of it.

use super::{Bench, Measure, Take, Unit};
use crate::Result;
use crate::child::{Task, peak_memory};
use crate::clock::{Reading, once};
use crate::disk;
use crate::peer::{Durability, Peer};
use std::fs;
use std::hint::black_box;
use std::path::Path;

const GROUP: &str = "Saving, and loading everything";

pub fn measures() -> Vec<Measure> {
    let timed = |name, take| Measure {
        group: GROUP,
        name,
        unit: Unit::Seconds,
        take,
    };
    let bytes = |name, take| Measure {
        group: GROUP,
        name,
        unit: Unit::Bytes,
        take: Take::Counted(take),
    };
    let speed = |name, of| Measure {
        group: GROUP,
        name,
        unit: Unit::BytesPerSecond,
        take: Take::Derived(of, |bench, seconds| {
            Some(bench.world?.content() as f64 / seconds)
        }),
    };
    vec![
        timed(
            "save, synced",
            Take::Timed(1, |bench, peer, _| save(bench, peer, Durability::Synced)),
        ),
        timed(
            "save, unsynced",
            Take::Timed(1, |bench, peer, _| save(bench, peer, Durability::Unsynced)),
        ),
        speed("MB/s, synced", "save, synced"),
        speed("MB/s, unsynced", "save, unsynced"),
        bytes("peak memory of save", |bench, peer| {
            if !peer.writes() {
                return Ok(None);
            }
            let peak = peak_memory(Task::Save, peer, bench.folder, bench.size)?;
            Ok(Some(peak as f64))
        }),
        bytes("file", |_, peer| {
            if !peer.writes() {
                return Ok(None);
            }
            Ok(Some(disk::size(peer.path())? as f64))
        }),
        bytes("file, LZ4 around it", |_, peer| {
            if !peer.writes() {
                return Ok(None);
            }
            Ok(Some(lz4_size(peer.path())? as f64))
        }),
        timed("load", Take::Timed(1, |_, peer, _| load(peer))),
    ]
}

/// Each save makes a new file, and leaves no work to the system behind it.
fn save(bench: &Bench<'_>, peer: &dyn Peer, durability: Durability) -> Result<Option<Reading>> {
    let Some(world) = bench.world.filter(|_| peer.writes()) else {
        return Ok(None);
    };
    peer.prepare(world);
    disk::remove(peer.path())?;
    let (seconds, ()) = once(|| peer.save(world, durability))?;
    disk::sync(peer.path())?;
    Ok(Some(Reading {
        seconds,
        checks: Vec::new(),
    }))
}

/// The time includes no drop of the value.
fn load(peer: &dyn Peer) -> Result<Option<Reading>> {
    if !peer.loads() {
        return Ok(None);
    }
    let (seconds, loaded) = once(|| peer.load())?;
    Ok(Some(Reading {
        seconds,
        checks: vec![black_box(loaded).checksum()],
    }))
}

/// What is left of the file, or of the files of a folder, when each is compressed in one piece.
pub fn lz4_size(path: &Path) -> Result<u64> {
    let sizes = disk::files(path)?
        .iter()
        .map(|file| Ok(lz4_flex::compress(&fs::read(file)?).len() as u64))
        .collect::<Result<Vec<u64>>>()?;
    Ok(sizes.into_iter().sum())
}
