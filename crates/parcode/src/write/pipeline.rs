//! Shards in parallel, in order, in bounded memory.
//!
//! Workers encode a wave of shards into runs of their own while the caller's thread appends the wave
//! before. A shard whose run outgrows its share is left to the caller's thread, which appends as it
//! goes and needs no memory for it. Since a run is position-independent and shards are appended in
//! order, the bytes are the same whoever encoded them.

use super::out::Run;
use crate::error::Result;
use crate::object::{Child, Encoder, Workers};

/// Memory for the runs of two waves.
const MEMORY: usize = 32 << 20;
/// A wave aims at so many bytes.
const WAVE: usize = 4 << 20;

/// How a shard of a value is encoded. Not generic, and neither is what calls it: the pipeline is
/// compiled once, not for each type.
pub(super) type Encode<'e> = &'e (dyn Fn(&mut Encoder<'_>, usize) -> Result<Child> + Sync);

/// Encodes the shards `0..count` by `encode` and gives them to `done`, in order.
pub(super) fn shards(
    encoder: &mut Encoder<'_>,
    count: usize,
    encode: Encode<'_>,
    done: &mut dyn FnMut(usize, Child),
) -> Result<()> {
    let workers = encoder.workers.clone();
    if count < 2 || workers.count() < 2 || !encoder.out.is_head() {
        for i in 0..count {
            let child = encode(encoder, i)?;
            done(i, child);
        }
        return Ok(());
    }

    let context = encoder.context();
    let fewest = workers.count();
    let mut wave = fewest * 2;
    let mut next = 0;
    let mut pending: Vec<Shard> = Vec::new();
    loop {
        let (first, len) = (next, wave.min(count - next));
        let budget = MEMORY / 2 / wave;
        let mut filled = Vec::new();
        let appended = workers.while_doing(
            &mut || {
                filled = workers.map(len, |i| {
                    let mut run = Run::new(budget);
                    let mut beside = Encoder::beside(context, &mut run, &Workers::None);
                    let child = encode(&mut beside, first + i);
                    Shard {
                        number: first + i,
                        child,
                        run,
                    }
                });
            },
            || append(encoder, std::mem::take(&mut pending), encode, done),
        );
        appended?;
        next += len;
        if filled.is_empty() {
            return Ok(());
        }
        // Keep waves near their aim, whatever the shards hold.
        let bytes: usize = filled.iter().map(|shard| shard.run.bytes.len()).sum();
        if bytes > 2 * WAVE {
            wave = (wave / 2).max(fewest);
        } else if bytes < WAVE / 2 {
            wave *= 2;
        }
        pending = filled;
    }
}

struct Shard {
    number: usize,
    child: Result<Child>,
    run: Run,
}

fn append(
    encoder: &mut Encoder<'_>,
    wave: Vec<Shard>,
    encode: Encode<'_>,
    done: &mut dyn FnMut(usize, Child),
) -> Result<()> {
    for Shard { number, child, run } in wave {
        let child = if run.is_over {
            drop(run);
            encode(encoder, number)?
        } else {
            let mut child = child?;
            child.position += encoder.out.align()?;
            encoder.out.append(&run.bytes)?;
            child
        };
        done(number, child);
    }
    Ok(())
}
