//! Shards in parallel, in order, in bounded memory.
//!
//! Workers encode a wave of jobs, each a few shards behind one another, into runs of their own while
//! the caller's thread appends the wave before. What outgrows the share of a run is left to the
//! caller's thread, which appends as it goes and needs no memory for it. Since a run is
//! position-independent and shards are appended in order, the bytes are the same whoever encoded them.

use super::out::Run;
use crate::error::{ParcodeError, Result};
use crate::format::MARK_LEN;
use crate::object::{Child, Encoder, Workers};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// What a job aims at: one large write, and few enough jobs that handing them out costs nothing.
const JOB: usize = 256 << 10;
/// Jobs of a wave for each thread: threads that are slower take fewer.
const JOBS: usize = 2;
/// Memory for the runs of two waves, if shards are larger than they aim at.
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
    let wave = workers.count() * JOBS;
    let budget = MEMORY / 2 / wave;
    // Jobs are no longer than what gives every thread one.
    let in_job = (JOB / target.max(1))
        .min(count.div_ceil(workers.count()))
        .max(1);
    let jobs = count.div_ceil(in_job);
    // Runs are used again: fresh memory costs more than what is written to it.
    let spare = Mutex::new(Vec::new());
    let run_job = |job: usize| {
        let bytes = spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut run = Run::new(bytes.unwrap_or_default(), JOB + target, budget);
        let mut beside = Encoder::beside(context, &mut run, &Workers::None);
        let shards = job * in_job..count.min((job + 1) * in_job);
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
    let mut pending: Vec<Job> = Vec::new();
    let mut next = 0;
    loop {
        let (first, len) = (next, wave.min(jobs - next));
        let mut filled = Vec::new();
        let appended: Result<()> = workers.while_doing(
            &mut || filled = workers.map(len, |i| run_job(first + i)),
            || {
                pending.drain(..).try_for_each(|job| {
                    let bytes = append(encoder, job, encode, done)?;
                    let mut spare = spare.lock().unwrap_or_else(PoisonError::into_inner);
                    spare.push(bytes);
                    Ok(())
                })
            },
        );
        appended?;
        next += len;
        if filled.is_empty() {
            return Ok(());
        }
        pending = filled;
    }
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
