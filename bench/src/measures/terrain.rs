//! The terrain, which is one piece of plain data.

use super::{Measure, Take, Unit};
use crate::Result;
use crate::clock::{Reading, once, repeated};
use crate::data::world::bytes_sum;
use crate::peer::{Answer, Kind, Peer, View};
use std::hint::black_box;
use std::time::Duration;

pub fn measures() -> Vec<Measure> {
    let measure = |name, take| Measure {
        group: "The terrain",
        name,
        unit: Unit::Seconds,
        take: Take::Timed(1, take),
    };
    vec![
        measure("lent, first touch", |_, peer, _| {
            opened(peer, |view| repeated(1, FOREVER, || lent(view, length)))
        }),
        measure("lent again", |_, peer, _| {
            opened(peer, |view| {
                lent(view, length)?;
                repeated(1000, Duration::from_millis(10), || lent(view, length))
            })
        }),
        measure("lent, and every byte read", |_, peer, _| {
            opened(peer, |view| repeated(1, FOREVER, || lent(view, bytes_sum)))
        }),
        measure("loaded", |_, peer, _| {
            opened(peer, |view| {
                let (seconds, terrain) = once(|| view.load_terrain())?;
                Ok(black_box(terrain).map(|terrain| Reading {
                    seconds,
                    checks: vec![bytes_sum(&terrain)],
                }))
            })
        }),
    ]
}

/// In a file that was just opened. Opening is not in the time.
fn opened(
    peer: &dyn Peer,
    mut take: impl FnMut(&dyn View) -> Result<Option<Reading>>,
) -> Result<Option<Reading>> {
    let mut reading = None;
    if peer.kind() != Kind::Whole {
        peer.open(&mut |view| {
            reading = take(view)?;
            Ok(())
        })?;
    }
    Ok(reading)
}

const FOREVER: Duration = Duration::MAX;

fn lent(view: &dyn View, see: fn(&[u8]) -> u64) -> Answer {
    let mut check = None;
    view.lend_terrain(&mut |terrain| check = Some(see(black_box(terrain))))?;
    Ok(check)
}

fn length(terrain: &[u8]) -> u64 {
    terrain.len() as u64
}
