//! The entry points: what is called on `Parcode`, and the builder of saves.

use crate::error::{ParcodeError, Result};
use crate::file::{ParcodeFile, Root};
use crate::format::Compression;
use crate::object::{ParcodeObject, Settings, Store, Workers};
use crate::options::OpenOptions;
use crate::salvage::{Salvage, Salvaged};
use crate::write::{Durability, FileOptions, replace, write_file};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

/// Saves, opens and loads.
#[derive(Debug, Clone, Copy)]
pub struct Parcode;

impl Parcode {
    /// Saves `value` to `path`: in parallel, and atomically. A crash at any point leaves the old
    /// file or the new one.
    pub fn save<T: Store + ?Sized>(path: impl AsRef<Path>, value: &T) -> Result<()> {
        Self::builder().write(path, value)
    }

    /// Loads the whole value of a file.
    pub fn load<T: ParcodeObject>(path: impl AsRef<Path>) -> Result<T> {
        Self::open(path)?.load()
    }

    /// Opens a file: one read of its last 12 KiB, whatever its size.
    pub fn open(path: impl AsRef<Path>) -> Result<ParcodeFile> {
        OpenOptions::new().open(path)
    }

    /// Opening with options: how the file is read, what is verified, which limits hold.
    pub fn options() -> OpenOptions {
        OpenOptions::new()
    }

    /// Opens a file and its root, as one value that can be stored.
    pub fn open_root<T: ParcodeObject>(path: impl AsRef<Path>) -> Result<Root<T>> {
        Root::new(Self::open(path)?)
    }

    /// Rebuilds the value of a damaged file as far as it is intact, and says what was lost. See
    /// [`Salvage`].
    pub fn salvage<T: ParcodeObject>(path: impl AsRef<Path>) -> Result<Salvaged<T>> {
        Salvage::open(path)?.root()
    }

    /// Saves `value` to memory and opens it there: for tests of code that takes mirrors.
    pub fn in_memory<T: ParcodeObject>(value: &T) -> Result<Root<T>> {
        Root::new(Self::open_bytes(Self::serialize(value)?)?)
    }

    /// The bytes of the file that [`save`](Self::save) would write.
    pub fn serialize<T: Store + ?Sized>(value: &T) -> Result<Vec<u8>> {
        let mut bytes = Vec::new();
        Self::builder().write_to_writer(&mut bytes, value)?;
        Ok(bytes)
    }

    /// Loads the whole value of a file in memory.
    pub fn load_bytes<T: ParcodeObject>(bytes: impl Into<Vec<u8>>) -> Result<T> {
        Self::open_bytes(bytes)?.load()
    }

    /// Opens a file in memory. A `Vec` is taken over, a slice copied.
    pub fn open_bytes(bytes: impl Into<Vec<u8>>) -> Result<ParcodeFile> {
        ParcodeFile::from_source(crate::MemorySource::new(bytes))
    }

    /// A report on a file's structure; decodes no payload.
    pub fn inspect(path: impl AsRef<Path>) -> Result<String> {
        Self::open(path)?.inspect()
    }

    /// [`inspect`](Self::inspect) for a file in memory.
    pub fn inspect_bytes(bytes: impl Into<Vec<u8>>) -> Result<String> {
        Self::open_bytes(bytes)?.inspect()
    }

    /// A save with options.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

/// Options of a save, and its ends.
///
/// ```
/// # fn main() -> parcode::Result<()> {
/// let mut bytes = Vec::new();
/// parcode::Parcode::builder()
///     .compression(true)
///     .metadata("made by", "an example")
///     .write_to_writer(&mut bytes, &vec![7u64; 1000])?;
/// assert!(bytes.len() < 1000);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Builder {
    settings: Settings,
    threads: Option<usize>,
    durability: Durability,
    metadata: BTreeMap<String, String>,
}

impl Builder {
    /// Compression of everything that says nothing else: `true` is LZ4, `false` none.
    #[must_use]
    pub fn compression(mut self, compression: impl Into<Compression>) -> Self {
        self.settings.compression = compression.into();
        self
    }

    /// How many threads encode; 1 is none but the caller's. The bytes are the same for any number.
    /// Default: those of the shared pool, one a core.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// What shards of sequences aim at, in bytes; those of maps aim at an eighth. Default: 64 KiB.
    /// Kept between 1 KiB and 64 MiB.
    #[must_use]
    pub fn chunk_size(mut self, bytes: usize) -> Self {
        self.settings.chunk_size = bytes.clamp(1 << 10, 64 << 20);
        self
    }

    /// Up to how many bytes a `chunkable` value stays in the chunk of its parent. Default: 1 KiB.
    #[must_use]
    pub fn inline_threshold(mut self, bytes: usize) -> Self {
        self.settings.inline_threshold = bytes.min(1 << 30);
        self
    }

    /// What [`write`](Self::write) waits for.
    #[must_use]
    pub fn durability(mut self, durability: Durability) -> Self {
        self.durability = durability;
        self
    }

    /// A small string to keep in the file; [`ParcodeFile::metadata`] reads them.
    #[must_use]
    pub fn metadata(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.metadata.insert(key.into(), value.into());
        self
    }

    /// Saves to `path`, atomically.
    pub fn write<T: Store + ?Sized>(&self, path: impl AsRef<Path>, value: &T) -> Result<()> {
        self.replace(path.as_ref(), value, &self.options()?)
    }

    /// [`write`](Self::write) on the caller's thread alone.
    pub fn write_sync<T: Store + ?Sized>(&self, path: impl AsRef<Path>, value: &T) -> Result<()> {
        self.replace(path.as_ref(), value, &self.with(Workers::None))
    }

    /// Writes to any writer, which need not seek. Small chunks are gathered into pieces of up to
    /// 256 KiB, larger ones handed on as they are.
    pub fn write_to_writer<T: Store + ?Sized>(&self, writer: impl Write, value: &T) -> Result<()> {
        write_file(value, &self.options()?, writer)?;
        Ok(())
    }

    /// [`write_to_writer`](Self::write_to_writer) on the caller's thread alone.
    pub fn write_to_writer_sync<T: Store + ?Sized>(
        &self,
        writer: impl Write,
        value: &T,
    ) -> Result<()> {
        write_file(value, &self.with(Workers::None), writer)?;
        Ok(())
    }

    fn replace<T: Store + ?Sized>(
        &self,
        path: &Path,
        value: &T,
        options: &FileOptions,
    ) -> Result<()> {
        replace(path, self.durability, |file| {
            write_file(value, options, file)
        })?;
        Ok(())
    }

    fn options(&self) -> Result<FileOptions> {
        let workers = Workers::of(self.threads)
            .map_err(|error| ParcodeError::io("starting the threads of a save failed", error))?;
        Ok(self.with(workers))
    }

    fn with(&self, workers: Workers) -> FileOptions {
        FileOptions {
            settings: self.settings.clone(),
            workers,
            metadata: self.metadata.clone().into_iter().collect(),
        }
    }
}
