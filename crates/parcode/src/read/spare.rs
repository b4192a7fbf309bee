//! Memory that is needed while a chunk is unpacked. A thread keeps some for its next chunk: fresh memory
//! costs as much as what is done in it.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::object::{Reserved, Session};
use std::cell::Cell;

/// More is given back.
const MOST_KEPT: usize = 256 << 10;

thread_local! {
    static KEPT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Bytes of any content, which count until this is dropped.
pub(super) struct Spare {
    bytes: Vec<u8>,
    reserved: Reserved,
    counted: usize,
}

impl Spare {
    pub(super) fn new(session: &Session) -> Result<Self> {
        Ok(Self {
            reserved: session.reserve(0)?,
            // None is kept any more where a thread ends, whose last words may be reads.
            bytes: KEPT.try_with(Cell::take).unwrap_or_default(),
            counted: 0,
        })
    }

    /// The first `len` bytes, whose number has been checked; they are what they were before.
    pub(super) fn first(&mut self, len: usize) -> Result<&mut [u8]> {
        let more = len.saturating_sub(self.counted);
        self.reserved.grow(more as u64)?;
        self.counted += more;
        if let Some(missing) = len.checked_sub(self.bytes.len()) {
            self.bytes.try_reserve_exact(missing).map_err(|_| {
                ParcodeError::new(ErrorKind::Limit, format!("{len} bytes of memory"), "less")
            })?;
            self.bytes.resize(len, 0);
        }
        Ok(self.bytes.get_mut(..len).unwrap_or_default())
    }
}

impl Drop for Spare {
    fn drop(&mut self) {
        if self.bytes.capacity() <= MOST_KEPT {
            let bytes = core::mem::take(&mut self.bytes);
            let _ = KEPT.try_with(|kept| kept.set(bytes));
        }
    }
}
