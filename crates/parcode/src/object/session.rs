//! What all nodes of one opened file share.

use super::{Budget, Conversions, Node, Reserved, Source, Workers};
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::{MARK_LEN, Mark};
use crate::schema::{ChunkValue, Schema};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};

/// A file as its nodes see it: bytes, limits, counters.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) len: u64,
    pub(crate) limits: Limits,
    /// Of the memory of [`Limits`], where it is limited.
    pub(crate) budget: Option<Arc<Budget>>,
    pub(crate) verify: Verify,
    /// How much work may be done in vain: stored and decompressed bytes of chunks, bytes of pages, and
    /// steps in search of the paths of errors. Without end where each read is somebody's call; what goes
    /// on at damage would else try one damaged chunk as often as a hostile file links to it.
    pub(crate) patience: u64,
    /// What helps where all of a large value is read.
    pub(crate) workers: Workers,
    pub(crate) counters: Counters,
    /// Reads the schema from the file, for the paths in errors.
    pub(crate) schema: fn(&Self) -> Result<Schema>,
    pub(crate) schema_at: Option<(u64, Mark)>,
    /// How chunks of other types become those that are asked for; made when one is first asked for.
    pub(crate) conversions: OnceLock<Conversions>,
    /// The last bytes of the file and where they start: one read opened it, and most roots lie there.
    pub(crate) tail: (u64, Vec<u8>),
}

/// How a file is read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading {
    pub(crate) limits: Limits,
    pub(crate) verify: Verify,
    pub(crate) workers: Workers,
}

/// What reading stays within.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Nesting of values and links together.
    pub(crate) depth: u32,
    /// The length of a file.
    pub(crate) file_len: u64,
    /// What is held of it in memory.
    pub(crate) memory: Option<u64>,
}

impl Limits {
    /// Whether a file may be so long.
    pub(crate) fn admit(&self, len: u64) -> Result<()> {
        if len <= self.file_len {
            return Ok(());
        }
        Err(ParcodeError::new(
            ErrorKind::Limit,
            format!("a file of at most {} bytes", self.file_len),
            format!("{len} bytes"),
        ))
    }
}

/// The deepest nesting that the format allows.
pub(crate) const DEEPEST: u32 = 128;

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: DEEPEST,
            file_len: u64::MAX,
            memory: None,
        }
    }
}

/// What is verified of a chunk or page when it is first touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Verify {
    /// Its checksum, its place and its structure. Damage is found, whatever it is.
    #[default]
    Full,
    /// Its place and its structure alone: for files that cannot be damaged, or were verified as
    /// they came.
    ///
    /// A flipped bit may then be a wrong value. Safety does not rest on checksums: with either, bad
    /// bytes give an error or a value, never a panic or undefined behaviour.
    Structure,
}

/// What has been read since a file was opened: how laziness is shown.
///
/// Counted per [`ParcodeFile`](crate::ParcodeFile); a clone counts for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Stats {
    /// The length of the file in bytes.
    pub file_len: u64,
    /// Chunks, and pages of extents and indexes, whose checksum was verified. One that is read
    /// again, because nothing kept it, counts again.
    pub chunks_verified: u64,
    /// Stored bytes of those.
    pub bytes_verified: u64,
    /// Chunks that were decompressed.
    pub chunks_decoded: u64,
    /// Bytes that came out of decompression.
    pub bytes_decoded: u64,
    /// Chunks of an older layout that were rewritten to that of the type asked for.
    pub chunks_rewritten: u64,
    /// Nodes kept since opening, or since the cache was cleared.
    pub chunks_cached: u64,
    /// Bytes of memory held by those nodes and by copies of plain data that were lent as slices;
    /// what lies in a map is not counted.
    pub bytes_cached: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    chunks_verified: AtomicU64,
    bytes_verified: AtomicU64,
    chunks_decoded: AtomicU64,
    bytes_decoded: AtomicU64,
    chunks_rewritten: AtomicU64,
    chunks_cached: AtomicU64,
    bytes_cached: AtomicU64,
    /// Of [`Session::patience`]: bytes, and steps.
    bytes_tried: AtomicU64,
    path_steps: AtomicU64,
    /// Whether a walk met damage: before it did, nothing was in vain.
    met_damage: AtomicBool,
    /// Whether a key could not be compared, as a part of it that is away could not be read.
    unread_key: AtomicBool,
}

impl Counters {
    #[cold]
    pub(crate) fn key_was_not_read(&self) {
        self.unread_key.store(true, Relaxed);
    }

    pub(crate) fn has_unread_key(&self) -> bool {
        self.unread_key.load(Relaxed)
    }

    /// From here on patience has an end.
    pub(crate) fn damage_was_met(&self) {
        self.met_damage.store(true, Relaxed);
    }

    pub(crate) fn verified(&self, bytes: u64) {
        self.chunks_verified.fetch_add(1, Relaxed);
        self.bytes_verified.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn decoded(&self, bytes: usize) {
        self.chunks_decoded.fetch_add(1, Relaxed);
        self.bytes_decoded.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn rewritten(&self) {
        self.chunks_rewritten.fetch_add(1, Relaxed);
    }

    pub(crate) fn cached(&self, bytes: usize) {
        self.chunks_cached.fetch_add(1, Relaxed);
        self.bytes_cached.fetch_add(bytes as u64, Relaxed);
    }

    /// A copy of plain data that stays, beside the nodes.
    pub(crate) fn copied(&self, bytes: usize) {
        self.bytes_cached.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn cleared(&self) {
        self.chunks_cached.store(0, Relaxed);
        self.bytes_cached.store(0, Relaxed);
    }
}

impl Session {
    /// A session on a source of so many bytes, of which nothing else is known.
    pub(crate) fn new(source: Arc<dyn Source>, len: u64, reading: Reading) -> Result<Self> {
        let limits = reading.limits;
        limits.admit(len)?;
        Ok(Self {
            source,
            len,
            limits,
            budget: limits.memory.map(Budget::new),
            verify: reading.verify,
            patience: u64::MAX,
            workers: reading.workers,
            counters: Counters::default(),
            schema: |session| Err(Flaw::new("a schema", "none yet").at(session.len)),
            schema_at: None,
            conversions: OnceLock::new(),
            tail: (len, Vec::new()),
        })
    }

    /// The same bytes and limits; nothing is held, and nothing counted.
    pub(crate) fn again(&self) -> Self {
        Self {
            source: self.source.clone(),
            budget: self.budget.as_ref().map(|budget| budget.again()),
            workers: self.workers.clone(),
            counters: Counters::default(),
            tail: self.tail.clone(),
            conversions: OnceLock::new(),
            ..*self
        }
    }

    /// The patience of a walk through all of a file that goes on at damage: what visiting each chunk many
    /// times takes, whatever the codec.
    pub(crate) fn patience_of_a_walk(&self) -> u64 {
        self.len.saturating_mul(128).max(1 << 20)
    }

    /// The same bytes, limits and memory for a walk on one thread that goes on at damage.
    pub(crate) fn patient(&self) -> Self {
        let session = Self {
            patience: self.patience_of_a_walk(),
            budget: self.budget.clone(),
            ..self.again()
        };
        session.counters.damage_was_met();
        session
    }

    /// Counts that a chunk is read; an error where that was tried too often. No chunk is free.
    #[inline]
    pub(crate) fn try_chunk(&self, mark: &Mark) -> Result<()> {
        let stored = mark.stored.saturating_add(MARK_LEN as u64);
        self.try_bytes(stored.saturating_add(mark.raw / 8))
    }

    /// Counts that an index is opened: whoever does that looks at every entry, which takes as much as
    /// a small chunk, also where it leads nowhere.
    pub(crate) fn try_index(&self, mark: &Mark) -> Result<()> {
        self.try_bytes(mark.stored.saturating_mul(32))
    }

    /// Takes back what reading a chunk counted: it was sound, and is charged to an account.
    pub(crate) fn not_in_vain(&self, node: &Node) {
        if self.patience == u64::MAX {
            return;
        }
        let raw = node.regions.whole().len() as u64 / 8;
        let bytes = node.origin.charge.saturating_add(raw);
        let less = |tried: u64| Some(tried.saturating_sub(bytes));
        let _ = (self.counters.bytes_tried).fetch_update(Relaxed, Relaxed, less);
    }

    /// Counts that bytes are read; an error where that was tried too often.
    pub(crate) fn try_bytes(&self, bytes: u64) -> Result<()> {
        if self.patience == u64::MAX {
            return Ok(());
        }
        let more = |tried: u64| Some(tried.saturating_add(bytes));
        let tried = (self.counters.bytes_tried).fetch_update(Relaxed, Relaxed, more);
        // Other threads may just read chunks that are sound.
        if tried.unwrap_or_default() < self.patience || !self.counters.met_damage.load(Relaxed) {
            return Ok(());
        }
        Err(ParcodeError::new(
            ErrorKind::Limit,
            format!(
                "each chunk of a file of {} bytes to be linked once",
                self.len
            ),
            "the same damage again and again",
        ))
    }

    /// How many steps the search of a path may still take.
    pub(crate) fn path_steps(&self) -> u64 {
        let steps = self.counters.path_steps.load(Relaxed);
        self.patience.saturating_sub(steps)
    }

    /// Counts steps of such a search.
    pub(crate) fn took_path_steps(&self, steps: u64) {
        self.counters.path_steps.fetch_add(steps, Relaxed);
    }

    /// Whether checksums are looked at.
    #[inline]
    pub(crate) fn checks_sums(&self) -> bool {
        self.verify == Verify::Full
    }

    /// Memory that a file makes its reader take, asked for before it is allocated.
    pub(crate) fn reserve(&self, bytes: u64) -> Result<Reserved> {
        let reserved = Reserved::of(self.budget.as_ref());
        reserved.grow(bytes)?;
        Ok(reserved)
    }

    pub(crate) fn stats(&self) -> Stats {
        let counters = &self.counters;
        Stats {
            file_len: self.len,
            chunks_verified: counters.chunks_verified.load(Relaxed),
            bytes_verified: counters.bytes_verified.load(Relaxed),
            chunks_decoded: counters.chunks_decoded.load(Relaxed),
            bytes_decoded: counters.bytes_decoded.load(Relaxed),
            chunks_rewritten: counters.chunks_rewritten.load(Relaxed),
            chunks_cached: counters.chunks_cached.load(Relaxed),
            bytes_cached: counters.bytes_cached.load(Relaxed),
        }
    }

    /// How the root chunk starts.
    pub(crate) fn root_value(schema: &Schema) -> ChunkValue {
        ChunkValue {
            ty: schema.root(),
            chunkable: true,
            first: 0,
        }
    }
}
