//! Blocks of trials: one saved value, each of its bytes flipped, each truncation, random damage, lies.

use crate::numbers::u32_at;
use crate::{LONG_SUBJECTS, SUBJECTS, Subject, Tree, Verdict, damage, lie};
use arbitrary::Unstructured;
use fastrand::Rng;
use peak_alloc::PeakAlloc;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

/// The kinds of trials, in the order of the counts of a [`Tally`].
pub const KINDS: [&str; 4] = ["flipped", "truncated", "damaged", "hostile"];

/// Memory that reading a file may take at most, beside [`MULTIPLE`] times its length and what came out
/// of decompression: what a window of a scan and a first allocation of serde take.
const CONSTANT: usize = 1 << 20;

/// Loaded values take more than stored ones: a `String` 24 bytes beside its text, a map its free
/// places, and the visit of a mirror, the load and the truth are there at the same time.
const MULTIPLE: usize = 48;

/// What came of many trials.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    /// Files tried, a number for each kind.
    pub files: [u64; 4],
    /// Files of which no way of reading gave an error.
    pub sound: [u64; 4],
    /// Files that were opened.
    pub opened: [u64; 4],
    /// Hostile files in which a lookup missed a key that a load gave, or the other way round.
    pub missed: u64,
    /// The highest memory above the constant, in thousandths of what multiplies it.
    pub peak: u64,
    /// The longest trial, and where it was.
    pub longest: (Duration, u64, u64),
    /// What must not be.
    pub findings: Vec<Finding>,
}

/// A file that was read in a way that must not be.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Block and trial.
    pub place: (u64, u64),
    /// A panic, a wrong value, too much memory.
    pub what: String,
    /// The file.
    pub bytes: Vec<u8>,
}

impl Tally {
    /// All files tried.
    #[must_use]
    pub fn all(&self) -> u64 {
        self.files.iter().sum()
    }

    fn judge(
        &mut self,
        kind: usize,
        place: (u64, u64),
        bytes: &[u8],
        read: &dyn Fn(&[u8]) -> Verdict,
    ) {
        let began = Instant::now();
        PeakAlloc.reset_peak_usage();
        let before = PeakAlloc.current_usage();
        let verdict = catch_unwind(AssertUnwindSafe(|| read(bytes)));
        let peak = PeakAlloc.peak_usage().saturating_sub(before);
        self.longest = self.longest.max((began.elapsed(), place.0, place.1));
        self.files[kind] += 1;
        let mut found = |what: String| {
            let bytes = bytes.to_vec();
            self.findings.push(Finding { place, what, bytes });
        };
        let verdict = match verdict {
            Ok(verdict) => verdict,
            Err(panic) => {
                let text = panic.downcast_ref::<String>().map(String::as_str);
                let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
                return found(format!("panicked: {}", text.unwrap_or("of something")));
            }
        };
        if let Some(wrong) = &verdict.wrong {
            found(format!("a wrong value: {wrong}"));
        }
        let base = bytes.len() + (verdict.decoded as usize).max(stated(bytes));
        if peak > CONSTANT + MULTIPLE * base {
            found(format!(
                "{peak} bytes of memory for {} and {} decoded",
                bytes.len(),
                verdict.decoded
            ));
        }
        let over = peak.saturating_sub(CONSTANT) * 1000 / base.max(1);
        self.peak = self.peak.max(over as u64);
        self.sound[kind] += u64::from(verdict.refused == verdict.refused_anyway);
        self.opened[kind] += u64::from(verdict.opened);
        self.missed += u64::from(verdict.missed.is_some());
    }
}

/// What the marks in a file say that it decompresses to, as far as a reader may believe it: memory for
/// that is taken before decompression finds out that it was a lie.
fn stated(file: &[u8]) -> usize {
    let marks = file
        .chunks(16)
        .filter(|mark| mark.len() == 16 && mark.starts_with(b"par\x93\x01"));
    let lengths = |mark: &[u8]| [8, 12].map(|at| u32_at(mark, at));
    let believed = marks.map(|mark| match (mark[5], lengths(mark)) {
        (1, [stored, raw]) if raw <= stored.saturating_mul(255) => raw,
        (2, [stored, raw]) if raw <= stored.saturating_mul(32 << 10) => raw,
        _ => 0,
    });
    believed.sum()
}

fn bytes(random: &mut Rng) -> Vec<u8> {
    let mut bytes = vec![0; random.usize(16..4000)];
    random.fill(&mut bytes);
    bytes
}

/// Tries those files of a block that `begin` wants, which is given the number and the bytes of each
/// before. Every number gives another
/// block, the same in every run.
pub fn block(seed: u64, number: u64, tally: &mut Tally, begin: &mut dyn FnMut(u64, &[u8]) -> bool) {
    let mut random = Rng::with_seed(seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    let is_long = number % 24 == 23;
    let subjects = if is_long { LONG_SUBJECTS } else { SUBJECTS };
    let turn = (if is_long { number / 24 } else { number }) as usize;
    let save =
        |subject: &Subject, random: &mut Rng| subject.save(&mut Unstructured::new(&bytes(random)));
    let subject = &subjects[turn % subjects.len()];
    let case = save(subject, &mut random);
    let sibling = save(subject, &mut random);
    let stranger = save(&SUBJECTS[random.usize(0..SUBJECTS.len())], &mut random);
    let good = case.bytes();

    // Of a long file, some of the trials.
    let trials = good.len().min(if good.len() > 1 << 20 {
        20
    } else if is_long {
        300
    } else {
        usize::MAX
    });
    let step = good.len() / trials;
    let mut trial = 0;
    let mut next = |kind: usize, bytes: &[u8], read: &dyn Fn(&[u8]) -> Verdict| {
        if begin(trial, bytes) {
            tally.judge(kind, (number, trial), bytes, read);
        }
        trial += 1;
    };
    let truth = |bytes: &[u8]| case.damaged(bytes);
    for i in 0..trials {
        let at = i * step;
        let mut flipped = good.to_vec();
        let mask = if i % 3 == 0 {
            0xFF
        } else {
            1 << random.u8(0..8)
        };
        flipped[at] ^= mask;
        next(0, &flipped, &truth);
        next(1, &good[..at], &truth);
    }
    // A piece of another file may be all of it, and then that one's value is the true one.
    let others = [&sibling, &stranger];
    let any = |bytes: &[u8]| {
        let verdict = case.damaged(bytes);
        let is_other = || {
            others
                .iter()
                .any(|other| other.damaged(bytes).wrong.is_none())
        };
        Verdict {
            wrong: verdict.wrong.filter(|_| !is_other()),
            ..verdict
        }
    };
    for i in 0..trials {
        let damaged = damage(good, others[i % 2].bytes(), &mut random);
        next(2, &damaged, &any);
    }
    let parts = Tree::of(good);
    let others = others.map(|other| Tree::of(other.bytes()));
    for i in 0..trials {
        let mut tree = parts.clone();
        lie(&mut tree, &others[i % 2], &mut random);
        let lies = tree.seal();
        next(3, &lies, &|bytes| case.hostile(bytes));
    }
}
