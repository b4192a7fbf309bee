//! One field of all players of the vector.

use super::{Measure, Take, Unit};
use crate::Result;
use crate::clock::{Reading, once, repeated};
use crate::peer::{Answer, Kind, Peer, View};
use std::time::Duration;

pub fn measures() -> Vec<Measure> {
    let measure = |name, take| Measure {
        group: "Levels of all players, a player",
        name,
        unit: Unit::Seconds,
        take: Take::Timed(1, take),
    };
    vec![
        measure("iterator, first touch", |bench, peer, _| {
            first(peer, bench.size.players, |view| view.scan())
        }),
        measure("iterator, warm", |bench, peer, _| {
            warm(peer, bench.size.players, |view| view.scan())
        }),
        measure("`for_each`, first touch", |bench, peer, _| {
            first(peer, bench.size.players, |view| view.scan_for_each())
        }),
        measure("`for_each`, warm", |bench, peer, _| {
            warm(peer, bench.size.players, |view| view.scan_for_each())
        }),
    ]
}

/// In a file that was just opened. Opening is not in the time.
fn first(
    peer: &dyn Peer,
    players: usize,
    scan: fn(&dyn View) -> Answer,
) -> Result<Option<Reading>> {
    let mut reading = None;
    if peer.kind() == Kind::Lazy {
        peer.open(&mut |view| {
            let (seconds, answer) = once(|| scan(view))?;
            reading = answer.map(|check| Reading {
                seconds: seconds / players as f64,
                checks: vec![check],
            });
            Ok(())
        })?;
    }
    Ok(reading)
}

/// Again and again, after the iterator has touched everything.
fn warm(peer: &dyn Peer, players: usize, scan: fn(&dyn View) -> Answer) -> Result<Option<Reading>> {
    const LIMIT: Duration = Duration::from_millis(10);
    let mut reading = None;
    if peer.kind() != Kind::Whole {
        peer.open(&mut |view| {
            view.scan()?;
            reading = repeated(100, LIMIT, || scan(view))?;
            Ok(())
        })?;
    }
    Ok(reading.map(|reading| Reading {
        seconds: reading.seconds / players as f64,
        ..reading
    }))
}
