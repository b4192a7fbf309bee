//! Shards in parallel, in order, in bounded memory.
//!
//! Jobs are a few shards behind one another, and a wave is some jobs. The caller's thread appends them in
//! order and encodes the next one where nobody else does; helpers, and the caller while it would have to
//! wait, encode later ones into runs of their own. What outgrows the share of a run is left to the
//! caller's thread, which appends as it goes and needs no memory for it. Since a run is
//! position-independent and shards are appended in order, the bytes are the same whoever encoded them.

use super::out::Run;
use crate::error::{ParcodeError, Result};
use crate::format::MARK_LEN;
use crate::object::{Child, Claims, Encoder, Workers, lock};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;

/// What a job aims at: one large write, and few enough jobs that handing them out costs nothing.
const JOB: usize = 256 << 10;
/// Jobs of a wave, at whose end threads wait for each other.
const WAVE: usize = 32;
/// Memory for the runs of a wave, if shards are larger than they aim at.
const MEMORY: usize = 32 << 20;

/// How a shard of a value is encoded. Not generic, and neither is what calls it: the pipeline is
/// compiled once, not for each type.
pub(super) type Encode<'e> = &'e (dyn Fn(&mut Encoder<'_>, usize) -> Result<Child> + Sync);

/// Encodes the shards `0..count`, which aim at `target` bytes, by `encode` and gives them to `done`,
/// in order.
pub(super) fn shards(
    encoder: &mut Encoder<'_>,
    count: usize,
    target: usize,
    encode: Encode<'_>,
    done: &mut dyn FnMut(usize, Child),
) -> Result<()> {
    let workers = encoder.workers.clone();
    if count < 2 || workers.count() < 2 || !encoder.out.is_head() {
        return alone(encoder, 0..count, encode, done);
    }

    let context = encoder.context();
    // Jobs are no longer than what gives every thread one.
    let in_job = (JOB / target.max(1))
        .min(count.div_ceil(workers.count()))
        .max(1);
    let shards_of = |job: usize| job * in_job..count.min((job + 1) * in_job);
    let jobs = count.div_ceil(in_job);
    // Runs are used again: fresh memory costs more than what is written to it.
    let spare = Mutex::new(Vec::new());
    let run_job = |job: usize| {
        let bytes = lock(&spare).pop();
        let mut run = Run::new(bytes.unwrap_or_default(), JOB + target, MEMORY / WAVE);
        let mut beside = Encoder::beside(context, &mut run, &Workers::None);
        let shards = shards_of(job);
        let mut children = Vec::with_capacity(shards.len());
        let mut failed = None;
        for shard in shards.clone() {
            match encode(&mut beside, shard) {
                Ok(child) => children.push(child),
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            }
        }
        let failed = failed.filter(|_| !run.is_over);
        Job {
            shards,
            children,
            failed,
            run,
        }
    };
    for first in (0..jobs).step_by(WAVE) {
        let len = WAVE.min(jobs - first);
        let claims = Claims::new(len);
        let made = Mutex::new(BTreeMap::new());
        let help = || {
            while let Some(job) = claims.first() {
                let done = run_job(first + job);
                lock(&made).insert(job, done);
            }
        };
        let mut append_all = || {
            let mut next = 0;
            loop {
                let ready = lock(&made).remove(&next);
                if let Some(job) = ready {
                    let bytes = append(encoder, job, encode, done)?;
                    lock(&spare).push(bytes);
                    next += 1;
                    continue;
                }
                match claims.first() {
                    Some(job) if job == next => {
                        alone(encoder, shards_of(first + job), encode, done)?;
                        next += 1;
                    }
                    Some(job) => {
                        let done = run_job(first + job);
                        lock(&made).insert(job, done);
                    }
                    None => return Ok(()),
                }
            }
        };
        workers.while_helped(len - 1, &help, |_| {
            append_all().inspect_err(|_: &ParcodeError| claims.end())
        })?;
        for job in std::mem::take(&mut *lock(&made)).into_values() {
            let bytes = append(encoder, job, encode, done)?;
            lock(&spare).push(bytes);
        }
    }
    Ok(())
}

/// Encodes shards on the caller's thread.
fn alone(
    encoder: &mut Encoder<'_>,
    shards: Range<usize>,
    encode: Encode<'_>,
    done: &mut dyn FnMut(usize, Child),
) -> Result<()> {
    for shard in shards {
        let child = encode(encoder, shard)?;
        done(shard, child);
    }
    Ok(())
}

struct Job {
    shards: Range<usize>,
    /// Of the shards that were encoded, the first ones.
    children: Vec<Child>,
    /// Why there are fewer, if that was not the memory.
    failed: Option<ParcodeError>,
    run: Run,
}

/// Appends what a job encoded, and encodes what it left; gives back its memory.
fn append(
    encoder: &mut Encoder<'_>,
    job: Job,
    encode: Encode<'_>,
    done: &mut dyn FnMut(usize, Child),
) -> Result<Vec<u8>> {
    let start = encoder.out.align()?;
    // What was begun of a shard that did not fit is not appended: a shard ends with its own chunk.
    let end = job.children.last().map_or(0, |child| {
        child.position + MARK_LEN as u64 + child.mark.stored
    });
    let encoded = job.run.bytes.get(..end as usize).unwrap_or_default();
    encoder.out.append(encoded)?;
    let mut next = job.shards.start;
    for mut child in job.children {
        child.position += start;
        done(next, child);
        next += 1;
    }
    if let Some(error) = job.failed {
        return Err(error);
    }
    alone(encoder, next..job.shards.end, encode, done)?;
    Ok(job.run.bytes)
}
