//! Where bytes come from.

use super::Lent;
use std::fmt::Debug;
use std::io;
use std::ops::Range;

/// Bytes that a file is read from: a file, memory, an object store.
///
/// What a source returns is checked before it is believed: a source may fail, but it cannot make
/// the library misbehave.
pub trait Source: Send + Sync + Debug {
    /// The last `len` bytes, or all where there are fewer, and the total length.
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)>;

    /// Fills `into` with the bytes at `offset`; fewer bytes are an error.
    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;

    /// Appends the `len` bytes at `offset` to `to`, which has room for them; fewer bytes are an error.
    /// A source that can fill memory that was never written does so here.
    fn append(&self, offset: u64, len: usize, to: &mut Vec<u8>) -> io::Result<()> {
        let start = to.len();
        to.resize(start.saturating_add(len), 0);
        self.read(offset, to.get_mut(start..).unwrap_or_default())
    }

    /// Reads several ranges, in order. A source with a latency does so at once.
    fn read_many(&self, ranges: &mut [(u64, &mut [u8])]) -> io::Result<()> {
        ranges
            .iter_mut()
            .try_for_each(|(offset, into)| self.read(*offset, into))
    }

    /// Bytes that can be used where they are, without a copy.
    fn lend(&self, range: Range<u64>) -> Option<Lent> {
        let _ = range;
        None
    }

    /// Says that most of `range` will be read soon.
    fn will_read(&self, range: Range<u64>) {
        let _ = range;
    }
}
