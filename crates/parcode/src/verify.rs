//! Verifying a whole file: how, how far it is, and what was found.

use crate::error::{ParcodeError, Result};
use crate::file::ParcodeFile;
use crate::read::Verification;
use std::fmt;

/// How a whole file is verified, with a report of all that is damaged.
///
/// Every chunk, extent and index that links reach is read and verified: its mark, its checksum, its
/// UTF-8, its structure by the file's schema; and the header. Threads share the work, each with one
/// chunk at a time: memory holds these, the chunks above them and the pages of indexes at hand. The
/// file's own cache is not touched, and checksums are looked at however the file was opened.
///
/// ```
/// use parcode::{Parcode, VerifyOptions};
///
/// # fn main() -> parcode::Result<()> {
/// let mut bytes = Parcode::serialize(&vec![7u64; 100_000])?;
/// bytes[500_000] ^= 1;
/// let file = Parcode::open_bytes(bytes)?;
/// let report = VerifyOptions::new()
///     .threads(2)
///     .progress(|progress| eprintln!("{} of {} bytes", progress.bytes, progress.file_len))
///     .run(&file);
/// assert_eq!(report.damages.len(), 1);
/// assert_eq!(report.damages[0].path(), "[57344..65536]");
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct VerifyOptions<'p> {
    threads: Option<usize>,
    most: Option<usize>,
    progress: Option<Box<dyn Fn(Progress) + Sync + 'p>>,
}

/// How many damages a report lists unless told otherwise.
const MOST: usize = 1000;

impl<'p> VerifyOptions<'p> {
    /// Options of which nothing is chosen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many threads verify. Default: as many as the file loads with, as far as it has enough bytes
    /// for each of them.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// How many damages the report lists, those at the lowest offsets; more are only counted.
    /// Default: 1000.
    #[must_use]
    pub fn max_damages(mut self, most: usize) -> Self {
        self.most = Some(most.max(1));
        self
    }

    /// Called about once a mebibyte, from whichever thread got so far: nothing is locked meanwhile.
    #[must_use]
    pub fn progress(mut self, progress: impl Fn(Progress) + Sync + 'p) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// Verifies a file. What cannot be read is a damage, too.
    pub fn run(&self, file: &ParcodeFile) -> Report {
        let file_len = file.stats().file_len;
        let tell = |bytes| {
            if let Some(progress) = &self.progress {
                progress(Progress { bytes, file_len });
            }
        };
        let findings = file.verify_by(&Verification {
            threads: self.threads.unwrap_or_else(|| file.verifying_threads()),
            most: self.most.unwrap_or(MOST),
            progress: &tell,
        });
        tell(findings.bytes);
        Report {
            chunks: findings.chunks,
            bytes: findings.bytes,
            damages: findings.damages.into_values().collect(),
            omitted: findings.omitted,
        }
    }
}

impl fmt::Debug for VerifyOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyOptions")
            .field("threads", &self.threads)
            .field("max_damages", &self.most)
            .finish_non_exhaustive()
    }
}

/// How far a verification is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Stored bytes that were verified.
    pub bytes: u64,
    /// The length of the file; padding and the trailer are never counted as verified.
    pub file_len: u64,
}

/// What a verification found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// Sound chunks, and sound pages of extents and indexes.
    pub chunks: u64,
    /// Stored bytes of those.
    pub bytes: u64,
    /// What is damaged, in the order of the file: each with its offset, its path, and what was expected
    /// and found. What only a damaged chunk links to cannot be reached, and is not in the report.
    pub damages: Vec<ParcodeError>,
    /// Damages beyond the number that is listed.
    pub omitted: u64,
}

impl Report {
    /// Whether nothing is damaged.
    pub fn is_sound(&self) -> bool {
        self.damages.is_empty()
    }

    /// The first damage as an error, where there is any.
    pub fn into_result(self) -> Result<()> {
        self.damages.into_iter().next().map_or(Ok(()), Err)
    }
}
