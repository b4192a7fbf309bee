//! Opening a file and reading a little of it: each time is that of opening, asking and closing.

use super::{Bench, Measure, Take, Unit};
use crate::Result;
use crate::child::{Task, peak_memory};
use crate::clock::{Reading, once};
use crate::disk;
use crate::peer::{Kind, Peer, View};
use std::time::{Duration, Instant};

const GROUP: &str = "Opening";

pub fn measures() -> Vec<Measure> {
    let timed = |name, take| Measure {
        group: GROUP,
        name,
        unit: Unit::Seconds,
        take,
    };
    let bytes = |name, count| Measure {
        group: GROUP,
        name,
        unit: Unit::Bytes,
        take: Take::Counted(count),
    };
    vec![
        timed(
            "open to `id`",
            Take::Timed(3, |_, peer, _| opened(peer, &[()], |view, ()| view.id())),
        ),
        timed(
            "open, one level",
            Take::Timed(3, |bench, peer, round| {
                let names = bench.some_names(round, REPEATED);
                opened(peer, names, one_level)
            }),
        ),
        timed("the same, evicted", Take::Timed(2, evicted)),
        bytes("peak memory of that", |bench, peer| {
            if peer.kind() == Kind::Memory {
                return Ok(None);
            }
            // How much of a cached file a fault maps hangs on how it came into the cache.
            disk::evict(peer.path())?;
            let peak = peak_memory(Task::LookUp, peer, bench.folder, bench.size)?;
            Ok(Some(peak as f64))
        }),
        bytes("verified by then", |bench, peer| {
            verified(peer, |view| {
                view.levels(&bench.names[..1])?;
                Ok(())
            })
        }),
        bytes("by all levels", |_, peer| {
            verified(peer, |view| view.scan_for_each().map(drop))
        }),
    ]
}

/// How often a peer opens its file in one turn at most, and when it need not do so again.
const REPEATED: usize = 50;
const LIMIT: Duration = Duration::from_millis(50);

/// Opens the file again and again, each time with another question.
fn opened<Q>(
    peer: &dyn Peer,
    questions: &[Q],
    ask: fn(&dyn View, &Q) -> Result<u64>,
) -> Result<Option<Reading>> {
    if peer.kind() == Kind::Memory {
        return Ok(None);
    }
    let mut checks = Vec::with_capacity(REPEATED);
    let start = Instant::now();
    for question in questions.iter().cycle().take(REPEATED) {
        peer.open(&mut |view| {
            checks.push(ask(view, question)?);
            Ok(())
        })?;
        if start.elapsed() > LIMIT {
            break;
        }
    }
    Ok(Some(Reading {
        seconds: start.elapsed().as_secs_f64() / checks.len().max(1) as f64,
        checks,
    }))
}

fn one_level(view: &dyn View, name: &String) -> Result<u64> {
    let level = view.levels(std::slice::from_ref(name))?;
    level.ok_or_else(|| "a peer must look up levels".into())
}

fn evicted(bench: &Bench<'_>, peer: &dyn Peer, round: usize) -> Result<Option<Reading>> {
    if peer.kind() == Kind::Memory {
        return Ok(None);
    }
    if !disk::evict(peer.path())? {
        eprintln!(
            "{} stays in the page cache: not measured",
            peer.path().display()
        );
        return Ok(None);
    }
    let name = &bench.some_names(round, 1)[0];
    let mut checks = Vec::new();
    let (seconds, ()) = once(|| {
        peer.open(&mut |view| {
            checks.push(one_level(view, name)?);
            Ok(())
        })
    })?;
    Ok(Some(Reading { seconds, checks }))
}

fn verified(peer: &dyn Peer, read: impl Fn(&dyn View) -> Result<()>) -> Result<Option<f64>> {
    let mut verified = None;
    if peer.kind() == Kind::Lazy {
        peer.open(&mut |view| {
            if view.verified().is_some() {
                read(view)?;
                verified = view.verified();
            }
            Ok(())
        })?;
    }
    Ok(verified.map(|bytes| bytes as f64))
}
