//! What all nodes of one opened file share.

use super::Source;
use crate::format::Mark;
use crate::schema::{ChunkValue, Schema};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A file as its nodes see it: bytes, limits, counters.
#[derive(Debug)]
pub(crate) struct Session {
    pub(crate) source: Arc<dyn Source>,
    pub(crate) len: u64,
    pub(crate) limits: Limits,
    pub(crate) counters: Counters,
    /// Reads the schema from the file, for the paths in errors.
    pub(crate) schema: fn(&Self) -> Option<Schema>,
    pub(crate) schema_at: Option<(u64, Mark)>,
    /// The last bytes of the file and where they start: one read opened it, and most roots lie there.
    pub(crate) tail: (u64, Vec<u8>),
}

/// What reading stays within.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Nesting of values and links together.
    pub(crate) depth: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { depth: 128 }
    }
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
    /// Nodes kept since opening, or since the cache was cleared.
    pub chunks_cached: u64,
    /// Bytes of memory held by those nodes; what lies in a map is not counted.
    pub bytes_cached: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    chunks_verified: AtomicU64,
    bytes_verified: AtomicU64,
    chunks_decoded: AtomicU64,
    bytes_decoded: AtomicU64,
    chunks_cached: AtomicU64,
    bytes_cached: AtomicU64,
}

impl Counters {
    pub(crate) fn verified(&self, bytes: u64) {
        self.chunks_verified.fetch_add(1, Relaxed);
        self.bytes_verified.fetch_add(bytes, Relaxed);
    }

    pub(crate) fn decoded(&self, bytes: usize) {
        self.chunks_decoded.fetch_add(1, Relaxed);
        self.bytes_decoded.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn cached(&self, bytes: usize) {
        self.chunks_cached.fetch_add(1, Relaxed);
        self.bytes_cached.fetch_add(bytes as u64, Relaxed);
    }

    pub(crate) fn cleared(&self) {
        self.chunks_cached.store(0, Relaxed);
        self.bytes_cached.store(0, Relaxed);
    }
}

impl Session {
    pub(crate) fn stats(&self) -> Stats {
        let counters = &self.counters;
        Stats {
            file_len: self.len,
            chunks_verified: counters.chunks_verified.load(Relaxed),
            bytes_verified: counters.bytes_verified.load(Relaxed),
            chunks_decoded: counters.chunks_decoded.load(Relaxed),
            bytes_decoded: counters.bytes_decoded.load(Relaxed),
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
