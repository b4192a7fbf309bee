//! What a step of an example took, and what it read.

use parcode::ParcodeFile;
use std::time::Instant;

/// Runs a step, and says what it took.
pub(crate) fn timed<R>(what: &str, run: impl FnOnce() -> R) -> R {
    let start = Instant::now();
    let result = run();
    println!("{what:<54} {:>10.1?}", start.elapsed());
    result
}

/// Runs a step on a file, and says what it took and what of the file it touched for the first time.
pub(crate) fn step<R>(file: &ParcodeFile, what: &str, run: impl FnOnce() -> R) -> R {
    let before = file.stats();
    let start = Instant::now();
    let result = run();
    let took = start.elapsed();
    let after = file.stats();
    let chunks = after.chunks_verified - before.chunks_verified;
    let bytes = after.bytes_verified - before.bytes_verified;
    println!("{what:<54} {took:>10.1?} {chunks:>6} chunks {bytes:>10} bytes");
    result
}
