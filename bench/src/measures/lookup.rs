//! Single answers of a file that is open, and was asked all of this before.

use super::{Measure, Take, Turn, Unit};
use crate::Result;
use crate::clock::{Reading, batches};
use crate::peer::{Answer, Kind, Peer, View};
use std::time::Duration;

pub fn measures() -> Vec<Measure> {
    let measure = |name, take: Turn| Measure {
        group: "Warm lookups, in random order",
        name,
        unit: Unit::Seconds,
        take: Take::Timed(1, take),
    };
    vec![
        measure("one level", |bench, peer, _| {
            warm(peer, &bench.names, |view, names| view.levels(names))
        }),
        measure("a missing key", |bench, peer, _| {
            warm(peer, &bench.missing, |view, names| view.levels(names))
        }),
        measure("a whole player", |bench, peer, _| {
            warm(peer, &bench.names, |view, names| view.players(names))
        }),
        measure("a level by position", |bench, peer, _| {
            warm(peer, &bench.positions, |view, at| view.levels_at(at))
        }),
    ]
}

/// Asks everything twice, and times the second.
fn warm<Q>(
    peer: &dyn Peer,
    questions: &[Q],
    ask: fn(&dyn View, &[Q]) -> Answer,
) -> Result<Option<Reading>> {
    const LIMIT: Duration = Duration::from_millis(300);
    let mut reading = None;
    if peer.kind() != Kind::Whole {
        peer.open(&mut |view| {
            batches(questions, LIMIT, |batch| ask(view, batch))?;
            reading = batches(questions, LIMIT, |batch| ask(view, batch))?;
            Ok(())
        })?;
    }
    Ok(reading)
}
