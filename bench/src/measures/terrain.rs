//! The terrain, which is one piece of plain data.

use super::{Measure, Take, Unit};
use crate::Result;
use crate::clock::{Reading, once};
use crate::data::world::bytes_sum;
use crate::peer::{Kind, Peer, View};
use std::hint::black_box;

pub fn measures() -> Vec<Measure> {
    let measure = |name, take| Measure {
        group: "The terrain",
        name,
        unit: Unit::Seconds,
        take: Take::Timed(1, take),
    };
    vec![
        measure("lent, first touch", |_, peer, _| {
            opened(peer, |view| lent(view, |terrain| terrain.len() as u64))
        }),
        measure("lent again", |_, peer, _| {
            opened(peer, |view| {
                lent(view, |terrain| terrain.len() as u64)?;
                lent(view, |terrain| terrain.len() as u64)
            })
        }),
        measure("lent, and every byte read", |_, peer, _| {
            opened(peer, |view| lent(view, bytes_sum))
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

fn lent(view: &dyn View, see: fn(&[u8]) -> u64) -> Result<Option<Reading>> {
    let mut check = None;
    let (seconds, ()) = once(|| view.lend_terrain(&mut |terrain| check = Some(see(terrain))))?;
    Ok(check.map(|check| Reading {
        seconds,
        checks: vec![check],
    }))
}
