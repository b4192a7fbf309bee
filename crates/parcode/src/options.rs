//! How a file is opened.

use crate::error::{ParcodeError, Result};
use crate::file::{ParcodeFile, Root};
use crate::object::{DEEPEST, Limits, ParcodeObject, Reading, Source, Verify, Workers};
use crate::read::{FileSource, MemorySource};
use crate::salvage::Salvage;
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Where the bytes of a file are taken from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Access {
    /// By position at first, through a map once enough was read for it to pay. The fastest, and for
    /// files that nobody changes in place: replacing one by renaming, as every save does, is fine.
    ///
    /// What lies in a map is the file itself. Where another program overwrites or truncates it, bytes
    /// change after they were verified: reads may give wrong values or text that is no UTF-8, and on
    /// Unix touching what was cut off kills the process (SIGBUS).
    #[default]
    Auto,
    /// By position alone, never through a map: for files that others may touch.
    ///
    /// Each chunk is copied, and what is verified is the copy. A file that is truncated gives an
    /// error, one that is overwritten fails its checksum at the first touch, and what was touched
    /// stays as it was.
    Positioned,
    /// All of it at once, into memory, when it is opened: what the file becomes afterwards is of no
    /// interest any more.
    Memory,
}

/// Options of opening a file, and its ends.
///
/// Nothing needs to be chosen: `OpenOptions::new().open(path)` is `Parcode::open(path)`. What comes
/// from strangers wants limits, and what others may touch wants positioned reads:
///
/// ```
/// use parcode::{Access, Parcode};
///
/// # fn main() -> parcode::Result<()> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("upload.par");
/// # Parcode::save(&path, &vec![1u32, 2, 3])?;
/// let file = Parcode::options()
///     .access(Access::Positioned)
///     .max_file_size(100 << 20)
///     .max_memory(64 << 20)
///     .max_depth(32)
///     .open(&path)?;
/// assert_eq!(file.load::<Vec<u32>>()?, [1, 2, 3]);
/// # Ok(())
/// # }
/// ```
///
/// Beyond a limit is an error of the kind [`ErrorKind::Limit`](crate::ErrorKind::Limit).
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    access: Access,
    verify: Verify,
    threads: Option<usize>,
    limits: Limits,
}

impl OpenOptions {
    /// Options of which nothing is chosen yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the bytes are taken from. Default: [`Access::Auto`].
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }

    /// What is verified at the first touch of a chunk. Default: [`Verify::Full`].
    #[must_use]
    pub fn verify(mut self, verify: Verify) -> Self {
        self.verify = verify;
        self
    }

    /// How many threads load and scan; 1 is none but the caller's. Default: those of the shared pool,
    /// one a core. Where memory is limited, loads take the caller's thread alone.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// The longest file to open, in bytes. Default: any.
    #[must_use]
    pub fn max_file_size(mut self, bytes: u64) -> Self {
        self.limits.file_len = bytes;
        self
    }

    /// How much memory the file may make its reader hold at once, in bytes. Default: what a chunk says
    /// that it decompresses to, as far as its codec can do that (255-fold for LZ4).
    ///
    /// Charged before it is allocated, and given back when it is freed: chunks that were copied or
    /// decompressed, and what loads in progress build (the raw bytes of the chunks that they visit, and
    /// the size of elements, entries and boxed values). What a map lends is not counted, nor a file
    /// that [`Access::Memory`] holds; values kept through serde count as their encoded bytes. A clone
    /// of the file has a budget of its own.
    #[must_use]
    pub fn max_memory(mut self, bytes: u64) -> Self {
        self.limits.memory = Some(bytes);
        self
    }

    /// How deep values and links may be nested, at most. Default, and the most: 128.
    #[must_use]
    pub fn max_depth(mut self, levels: u32) -> Self {
        self.limits.depth = levels.min(DEEPEST);
        self
    }

    /// Opens a file: one read of its last 12 KiB, but for [`Access::Memory`].
    pub fn open(&self, path: impl AsRef<Path>) -> Result<ParcodeFile> {
        ParcodeFile::read_by(self.source(path.as_ref())?, self.reading()?)
    }

    /// Opens a file and its root, as one value that can be stored.
    pub fn open_root<T: ParcodeObject>(&self, path: impl AsRef<Path>) -> Result<Root<T>> {
        Root::new(self.open(path)?)
    }

    /// Loads the whole value of a file.
    pub fn load<T: ParcodeObject>(&self, path: impl AsRef<Path>) -> Result<T> {
        self.open(path)?.load()
    }

    /// Opens what a source holds; it is read as the source does that.
    pub fn open_source(&self, source: impl Source + 'static) -> Result<ParcodeFile> {
        ParcodeFile::read_by(Arc::new(source), self.reading()?)
    }

    /// Opens a file in memory. A `Vec` is taken over, a slice copied.
    pub fn open_bytes(&self, bytes: impl Into<Vec<u8>>) -> Result<ParcodeFile> {
        self.open_source(MemorySource::new(bytes))
    }

    /// Opens a damaged file, to read what is intact of it.
    pub fn salvage(&self, path: impl AsRef<Path>) -> Result<Salvage> {
        Salvage::by(self.source(path.as_ref())?, self.reading()?)
    }

    /// [`salvage`](Self::salvage) for what a source holds.
    pub fn salvage_source(&self, source: impl Source + 'static) -> Result<Salvage> {
        Salvage::by(Arc::new(source), self.reading()?)
    }

    pub(crate) fn source(&self, path: &Path) -> Result<Arc<dyn Source>> {
        let failed = |error: io::Error| {
            ParcodeError::io(format!("opening {} failed", path.display()), error)
        };
        let file = FileSource::open(path).map_err(failed)?;
        self.limits.admit(file.len())?;
        Ok(match self.access {
            Access::Auto => Arc::new(file),
            Access::Positioned => Arc::new(file.positioned()),
            Access::Memory => {
                let (bytes, _) = file.tail(usize::MAX).map_err(failed)?;
                Arc::new(MemorySource::new(bytes))
            }
        })
    }

    pub(crate) fn reading(&self) -> Result<Reading> {
        Ok(Reading {
            limits: self.limits,
            verify: self.verify,
            workers: Workers::of(self.threads)
                .map_err(|error| ParcodeError::io("starting threads failed", error))?,
        })
    }
}
