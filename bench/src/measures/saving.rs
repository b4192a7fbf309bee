//! Saving, what comes of it, and loading all of it.

use super::{Bench, Measure, Take, Unit};
use crate::Result;
use crate::child::{Task, peak_memory};
use crate::clock::{Reading, once};
use crate::disk;
use crate::peer::{Durability, Kind, Peer};
use std::hint::black_box;

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
    vec![
        timed(
            "save, synced",
            Take::Timed(1, |bench, peer, _| save(bench, peer, Durability::Synced)),
        ),
        timed(
            "save, unsynced",
            Take::Timed(1, |bench, peer, _| save(bench, peer, Durability::Unsynced)),
        ),
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
            if !peer.writes() || peer.path().is_dir() {
                return Ok(None);
            }
            let compressed = lz4_flex::compress(&std::fs::read(peer.path())?);
            Ok(Some(compressed.len() as f64))
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
    if peer.kind() == Kind::Memory {
        return Ok(None);
    }
    let (seconds, loaded) = once(|| peer.load())?;
    Ok(Some(Reading {
        seconds,
        checks: vec![black_box(loaded).checksum()],
    }))
}
