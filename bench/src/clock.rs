//! Time: readings, their spread, and the order in which they are taken.

use crate::Result;
use crate::data::Random;
use serde::Serialize;
use std::time::{Duration, Instant};

/// What one turn of one peer gave.
#[derive(Debug)]
pub struct Reading {
    /// Seconds an operation.
    pub seconds: f64,
    /// The answers, batch by batch. Who is slow may give fewer.
    pub checks: Vec<u64>,
}

/// Times one operation that gives one check.
pub fn once<R>(run: impl FnOnce() -> Result<R>) -> Result<(f64, R)> {
    let start = Instant::now();
    let result = run()?;
    Ok((start.elapsed().as_secs_f64(), result))
}

/// Asks batch after batch of `items` until all are asked or `limit` has passed. `None` where the
/// first answer is none.
pub fn batches<T>(
    items: &[T],
    limit: Duration,
    mut ask: impl FnMut(&[T]) -> Result<Option<u64>>,
) -> Result<Option<Reading>> {
    const BATCH: usize = 1000;
    let mut checks = Vec::with_capacity(items.len() / BATCH + 1);
    let (mut asked, mut took) = (0, Duration::ZERO);
    for batch in items.chunks(BATCH) {
        let start = Instant::now();
        let answer = ask(batch)?;
        took += start.elapsed();
        asked += batch.len();
        match answer {
            Some(check) => checks.push(check),
            None => return Ok(None),
        }
        if took > limit {
            break;
        }
    }
    Ok(Some(Reading {
        seconds: took.as_secs_f64() / asked.max(1) as f64,
        checks,
    }))
}

/// Does the same up to `most` times, or until `limit` has passed. `None` where the answer is none.
///
/// The clock is asked after 1, 3, 7, 15 ... times: asking it takes as long as many a thing that is
/// measured here.
pub fn repeated(
    most: usize,
    limit: Duration,
    mut run: impl FnMut() -> Result<Option<u64>>,
) -> Result<Option<Reading>> {
    let start = Instant::now();
    let (mut done, mut took) = (0, Duration::ZERO);
    let mut answer = None;
    while done < most && took < limit {
        for _ in 0..(done + 1).min(most - done) {
            answer = run()?;
            if answer.is_none() {
                return Ok(None);
            }
            done += 1;
        }
        took = start.elapsed();
    }
    Ok(answer.map(|check| Reading {
        seconds: took.as_secs_f64() / done as f64,
        checks: vec![check],
    }))
}

/// The distribution of the readings of one peer.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Spread {
    pub median: f64,
    pub lower_quartile: f64,
    pub upper_quartile: f64,
    pub least: f64,
    pub most: f64,
    pub readings: usize,
}

impl Spread {
    pub fn of(mut readings: Vec<f64>) -> Option<Self> {
        readings.sort_by(f64::total_cmp);
        let last = readings.len().checked_sub(1)?;
        let at = |share: f64| {
            let place = share * last as f64;
            let (below, above) = (
                readings[place.floor() as usize],
                readings[place.ceil() as usize],
            );
            below + (above - below) * place.fract()
        };
        Some(Self {
            median: at(0.5),
            lower_quartile: at(0.25),
            upper_quartile: at(0.75),
            least: at(0.0),
            most: at(1.0),
            readings: readings.len(),
        })
    }

    /// A number that was not measured several times.
    pub fn single(value: f64) -> Self {
        Self {
            median: value,
            lower_quartile: value,
            upper_quartile: value,
            least: value,
            most: value,
            readings: 1,
        }
    }
}

/// Takes a reading of each contestant in each round, so that whatever the machine does meanwhile
/// happens to all of them; each round in another order, so that nobody always follows the same one,
/// which leaves its own things in the processor's caches. One that has had its `patience` leaves,
/// with what it has.
///
/// Fails where two contestants gave different answers.
pub fn interleaved(
    rounds: usize,
    patience: Duration,
    contestants: &[&str],
    mut take: impl FnMut(usize, usize) -> Result<Option<Reading>>,
) -> Result<Vec<Option<Spread>>> {
    let mut readings = vec![Vec::new(); contestants.len()];
    let mut used = vec![Duration::ZERO; contestants.len()];
    for round in 0..rounds {
        let mut agreed: (Vec<u64>, &str) = (Vec::new(), "");
        for number in Random::new(round as u64).shuffled(contestants.len()) {
            let name = contestants[number];
            if used[number] > patience {
                continue;
            }
            let start = Instant::now();
            let reading = take(number, round).map_err(|error| format!("{name}: {error}"))?;
            used[number] += start.elapsed();
            let Some(reading) = reading else {
                used[number] = Duration::MAX;
                continue;
            };
            for (mine, other) in reading.checks.iter().zip(&agreed.0) {
                if mine != other {
                    let (with, what) = (agreed.1, format!("{mine} and {other}"));
                    return Err(format!("{name} and {with} answer differently: {what}").into());
                }
            }
            if reading.checks.len() > agreed.0.len() {
                agreed = (reading.checks, name);
            }
            readings[number].push(reading.seconds);
        }
    }
    Ok(readings.into_iter().map(Spread::of).collect())
}
