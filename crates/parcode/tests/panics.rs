//! Code of the user's that panics, on any thread: the panic reaches who called, and nobody waits for ever.

#![cfg(feature = "parallel")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    clippy::cast_possible_truncation
)]

use parcode::{MemorySource, Parcode, ParcodeObject, Source};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::thread::{self, ThreadId};
use std::time::Duration;

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Old {
    number: u32,
    text: String,
}

fn rows() -> Vec<Old> {
    let row = |number| Old {
        number,
        text: "x".repeat(number as usize % 90),
    };
    (0..4000).map(row).collect()
}

fn saved() -> Vec<u8> {
    let mut bytes = Vec::new();
    let builder = Parcode::builder().chunk_size(2048);
    builder.write_to_writer(&mut bytes, &rows()).unwrap();
    bytes
}

/// Whether `work` panics; fails where it does not end.
fn panics(work: impl FnOnce() + Send + 'static) -> bool {
    let (done, ended) = mpsc::channel();
    thread::spawn(move || done.send(catch_unwind(AssertUnwindSafe(work)).is_err()));
    ended
        .recv_timeout(Duration::from_secs(60))
        .expect("a load waits for a thread that panicked")
}

/// A source that panics where another thread reads than the one that opened it.
#[derive(Debug)]
struct Shy {
    bytes: MemorySource,
    opener: ThreadId,
    panicked: Arc<AtomicBool>,
}

impl Source for Shy {
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)> {
        self.bytes.tail(len)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        if thread::current().id() != self.opener {
            self.panicked.store(true, Relaxed);
            panic!("a source that panics");
        }
        // The helpers come first.
        thread::sleep(Duration::from_micros(100));
        self.bytes.read(offset, into)
    }
}

#[test]
fn a_source_that_panics_on_a_helper() {
    let panicked = Arc::new(AtomicBool::new(false));
    let seen = panicked.clone();
    let panics = panics(move || {
        let source = Shy {
            bytes: MemorySource::new(saved()),
            opener: thread::current().id(),
            panicked,
        };
        let file = Parcode::options().threads(3).open_source(source).unwrap();
        file.load::<Vec<Old>>().unwrap();
    });
    assert_eq!(panics, seen.load(Relaxed));
}

static MADE: AtomicU32 = AtomicU32::new(0);

#[derive(ParcodeObject, Debug)]
struct Careful(u8);

impl Default for Careful {
    fn default() -> Self {
        assert!(MADE.fetch_add(1, Relaxed) < 2000, "a default that panics");
        Self(1)
    }
}

#[derive(ParcodeObject, Debug)]
struct New {
    number: u32,
    text: String,
    #[parcode(default)]
    careful: Careful,
}

#[test]
fn a_default_that_panics_in_the_middle_of_a_load() {
    let loads = || {
        let file = Parcode::options().threads(3).open_bytes(saved()).unwrap();
        let rows = file.load::<Vec<New>>().unwrap();
        assert!(
            rows.iter()
                .all(|row| row.careful.0 == 1 && row.number < 4000)
        );
        assert!(rows.iter().all(|row| row.text.len() < 90));
    };
    assert!(panics(loads));
}
