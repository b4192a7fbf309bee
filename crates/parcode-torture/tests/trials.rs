//! Some blocks of the torture, in every run of the tests. It stands alone: the memory that is counted is
//! that of the process.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use parcode_torture::{SUBJECTS, Tally, block};
use std::fs;

#[global_allocator]
static PEAK: peak_alloc::PeakAlloc = peak_alloc::PeakAlloc;

/// Trials of each block: in the binary it is all of them.
const TRIALS: u64 = 250;

#[test]
fn damaged_and_hostile_files_of_every_type() {
    let mut tally = Tally::default();
    for number in 0..SUBJECTS.len() as u64 {
        // Every eleventh trial, so that all kinds have their turn.
        let mut left = TRIALS;
        block(7, number, &mut tally, &mut |trial, _| {
            let turn = trial % 11 == number % 11 && left > 0;
            left -= u64::from(turn);
            turn
        });
    }
    if let Some(finding) = tally.findings.first() {
        let path = std::env::temp_dir().join("torture-finding.par");
        fs::write(&path, &finding.bytes).unwrap();
        panic!("{:?}: {} ({})", finding.place, finding.what, path.display());
    }
    println!("{tally:?}");
    assert!(tally.files.iter().all(|files| *files > 300), "{tally:?}");
    assert!(tally.peak > 0 || PEAK.peak_usage() > 0, "memory is counted");
}
