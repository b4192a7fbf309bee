//! Sources: files by position and by map, and memory.

use crate::object::{Lent, Source};
use std::fs::File;
use std::io::{self, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
#[cfg(feature = "mmap")]
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A file. The first touches are positioned reads, which for a few pages cost less than a map; a
/// file that is read a lot is mapped, unless it is [`positioned`](Self::positioned).
#[derive(Debug)]
pub struct FileSource {
    file: File,
    len: u64,
    /// Reads by position so far.
    reads: AtomicU64,
    #[cfg(feature = "mmap")]
    map: Map,
}

#[cfg(feature = "mmap")]
#[derive(Debug, Default)]
struct Map {
    /// `None` inside where mapping failed: then reads go on by position.
    made: OnceLock<Option<Arc<memmap2::Mmap>>>,
    /// Bytes read by position so far.
    read: AtomicU64,
}

/// A file is mapped once so many bytes were asked for: measured, a positioned read costs 1 µs and
/// what it copies, a map 4 µs, 3 µs for each page fault and 4 µs at its end.
#[cfg(feature = "mmap")]
const MAPPING_PAYS: u64 = 256 * 1024;

impl FileSource {
    /// Opens a file for reading.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        Self::new(File::open(path)?)
    }

    /// Reads from an open file.
    pub fn new(file: File) -> io::Result<Self> {
        // The shortest way to the length of a file: `metadata` asks for more.
        let len = (&file).seek(SeekFrom::End(0))?;
        Ok(Self {
            file,
            len,
            reads: AtomicU64::new(0),
            #[cfg(feature = "mmap")]
            map: Map::default(),
        })
    }

    /// The same file by position alone, never through a map: whatever others do to it, what was read
    /// stays as it was, and what is cut off is an error.
    #[must_use]
    #[cfg_attr(
        not(feature = "mmap"),
        allow(clippy::needless_update, reason = "maps are what is left out")
    )]
    pub fn positioned(self) -> Self {
        Self {
            #[cfg(feature = "mmap")]
            map: Map {
                made: OnceLock::from(None),
                ..Map::default()
            },
            ..self
        }
    }

    pub(crate) fn len(&self) -> u64 {
        self.len
    }

    fn count_read(&self) {
        if self.reads.fetch_add(1, Relaxed) == FEW_READS {
            point_reads(&self.file);
        }
    }

    #[cfg(feature = "mmap")]
    fn map(&self) -> Option<&Arc<memmap2::Mmap>> {
        self.map.made.get_or_init(|| map::map(&self.file)).as_ref()
    }
}

/// The kernel is told how a file is read before this many reads by position: it takes the first ones
/// for what they are, and for a file of which little is read the advice is a tenth of the time.
const FEW_READS: u64 = 3;

/// Tells the kernel that reads come in no order: what it would read ahead of each costs more than
/// the read. Bulk reads go through a map, and announce themselves.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn point_reads(file: &File) {
    // Advice only: where it fails, reading is as right and slower.
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::Random);
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn point_reads(_: &File) {}

/// Tells the kernel that a range is read as a whole.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn read_ahead(file: &File, offset: u64, len: u64) {
    // Advice only, as above.
    let len = std::num::NonZeroU64::new(len);
    let _ = rustix::fs::fadvise(file, offset, len, rustix::fs::Advice::WillNeed);
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn read_ahead(_: &File, _: u64, _: u64) {}

impl Source for FileSource {
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)> {
        let len = self.len.min(len as u64);
        let mut tail = Vec::new();
        self.append(self.len - len, len as usize, &mut tail)?;
        Ok((tail, self.len))
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.count_read();
        read_at(&self.file, offset, into)
    }

    fn append(&self, offset: u64, len: usize, to: &mut Vec<u8>) -> io::Result<()> {
        self.count_read();
        append_at(&self.file, offset, len, to)
    }

    #[cfg(feature = "mmap")]
    fn lend(&self, range: Range<u64>) -> Option<Lent> {
        if self.map.made.get().is_none() {
            let len = range.end.saturating_sub(range.start);
            if self.map.read.fetch_add(len, Relaxed) + len < MAPPING_PAYS {
                return None;
            }
        }
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        Lent::from_map(self.map()?, range)
    }

    #[cfg(feature = "mmap")]
    fn will_read(&self, range: Range<u64>) {
        let len = range.end.saturating_sub(range.start);
        if len < MAPPING_PAYS {
            return;
        }
        let Some(map) = self.map() else {
            return read_ahead(&self.file, range.start, len);
        };
        #[cfg(unix)]
        if let (Ok(start), Ok(len)) = (usize::try_from(range.start), usize::try_from(len)) {
            // Advice only: where it fails, reading is as right and slower.
            let _ = map.advise_range(memmap2::Advice::WillNeed, start, len);
        }
        #[cfg(not(unix))]
        let _ = map;
    }

    #[cfg(not(feature = "mmap"))]
    fn will_read(&self, range: Range<u64>) {
        read_ahead(
            &self.file,
            range.start,
            range.end.saturating_sub(range.start),
        );
    }
}

/// The one place where a file is mapped.
#[cfg(feature = "mmap")]
#[allow(unsafe_code)]
mod map {
    use memmap2::Mmap;
    use std::fs::File;
    use std::sync::Arc;

    /// Maps a whole file, told that reads come in no order; bulk reads announce themselves.
    pub(super) fn map(file: &File) -> Option<Arc<Mmap>> {
        // SAFETY: the map is read-only and owned by the source. What it derefs to is shared bytes
        // whose values nothing relies on for memory safety but the text that was checked to be
        // UTF-8. That rests on nobody changing the file under the map, which no program can
        // enforce: the library itself replaces files by renaming and never writes to one in place,
        // and callers who share files with strangers can choose a source that copies.
        let map = unsafe { Mmap::map(file) }.ok()?;
        #[cfg(unix)]
        let _ = map.advise(memmap2::Advice::Random);
        Some(Arc::new(map))
    }
}

/// Reads into memory that was not written before: zeroing it first would cost as much as reading.
#[cfg(any(target_os = "linux", target_os = "android", target_os = "freebsd"))]
fn append_at(file: &File, mut offset: u64, len: usize, to: &mut Vec<u8>) -> io::Result<()> {
    let end = to.len().saturating_add(len);
    to.try_reserve_exact(len)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    while to.len() < end {
        let room = rustix::buffer::spare_capacity(to);
        match rustix::io::pread(file, room, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(read) => offset += read as u64,
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    to.truncate(end);
    Ok(())
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_os = "freebsd")))]
fn append_at(file: &File, offset: u64, len: usize, to: &mut Vec<u8>) -> io::Result<()> {
    let start = to.len();
    to.try_reserve_exact(len)
        .map_err(|_| io::ErrorKind::OutOfMemory)?;
    to.resize(start.saturating_add(len), 0);
    read_at(file, offset, to.get_mut(start..).unwrap_or_default())
}

#[cfg(unix)]
fn read_at(file: &File, offset: u64, into: &mut [u8]) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut offset: u64, mut into: &mut [u8]) -> io::Result<()> {
    use std::os::windows::fs::FileExt;
    while !into.is_empty() {
        match file.seek_read(into, offset) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => {
                into = into.get_mut(n..).unwrap_or_default();
                offset += n as u64;
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Elsewhere a file has one position, so readers take turns.
#[cfg(not(any(unix, windows)))]
fn read_at(mut file: &File, offset: u64, into: &mut [u8]) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _turn = TURN
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    file.seek(SeekFrom::Start(offset))?;
    file.read_exact(into)
}

/// A file in memory.
#[derive(Debug, Clone)]
pub struct MemorySource(Arc<Vec<u8>>);

impl MemorySource {
    /// Reads from these bytes.
    pub fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self(Arc::new(bytes.into()))
    }
}

impl Source for MemorySource {
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)> {
        let at = self.0.len().saturating_sub(len);
        Ok((
            self.0.get(at..).unwrap_or_default().to_vec(),
            self.0.len() as u64,
        ))
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let bytes = usize::try_from(offset)
            .ok()
            .and_then(|at| self.0.get(at..)?.get(..into.len()))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        into.copy_from_slice(bytes);
        Ok(())
    }

    fn append(&self, offset: u64, len: usize, to: &mut Vec<u8>) -> io::Result<()> {
        let bytes = usize::try_from(offset)
            .ok()
            .and_then(|at| self.0.get(at..)?.get(..len))
            .ok_or(io::ErrorKind::UnexpectedEof)?;
        to.extend_from_slice(bytes);
        Ok(())
    }

    fn lend(&self, range: Range<u64>) -> Option<Lent> {
        let range = usize::try_from(range.start).ok()?..usize::try_from(range.end).ok()?;
        Lent::from_memory(&self.0, range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sparse file may be longer than any memory.
    #[test]
    fn a_file_too_long_for_memory_is_an_error() {
        let file = FileSource {
            len: u64::MAX / 2 + 1,
            ..FileSource::new(tempfile::tempfile().unwrap()).unwrap()
        };
        let error = file.tail(usize::MAX).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::OutOfMemory, "{error}");
    }
}
