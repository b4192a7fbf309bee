//! Where sealed bytes go.

use crate::error::{ParcodeError, Result};
use crate::object::Out;
use std::io::{self, Write};

/// The file itself: what the caller's thread appends to.
pub(crate) struct Head<W: Write> {
    writer: W,
    /// Small chunks are gathered here. Not a `BufWriter`: that one writes on when it is dropped, behind
    /// the error that ended the save.
    buffer: Vec<u8>,
    position: u64,
}

/// Bytes that are gathered to one write; larger chunks pass through.
const BUFFER: usize = 256 * 1024;

impl<W: Write> Head<W> {
    pub(super) fn new(writer: W) -> Self {
        Self {
            writer,
            buffer: Vec::with_capacity(BUFFER),
            position: 0,
        }
    }

    fn empty(&mut self) -> Result<()> {
        self.writer.write_all(&self.buffer).map_err(failed)?;
        self.buffer.clear();
        Ok(())
    }

    /// Hands everything to the writer.
    pub(super) fn finish(mut self) -> Result<u64> {
        self.empty()?;
        self.writer.flush().map_err(failed)?;
        Ok(self.position)
    }
}

impl<W: Write> Out for Head<W> {
    fn position(&self) -> u64 {
        self.position
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        if self.buffer.len() + bytes.len() > BUFFER {
            self.empty()?;
        }
        if bytes.len() < BUFFER {
            self.buffer.extend_from_slice(bytes);
        } else {
            self.writer.write_all(bytes).map_err(failed)?;
        }
        self.position += bytes.len() as u64;
        Ok(())
    }

    fn is_head(&self) -> bool {
        true
    }
}

fn failed(error: io::Error) -> ParcodeError {
    ParcodeError::io("writing failed", error)
}

/// A run of memory that a worker fills: position-independent, since links are distances.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) bytes: Vec<u8>,
    budget: usize,
    /// Whether an append was refused for the budget.
    pub(super) is_over: bool,
}

impl Run {
    /// An empty run in this memory, with room for `len` bytes.
    pub(super) fn new(mut bytes: Vec<u8>, len: usize, budget: usize) -> Self {
        bytes.clear();
        bytes.reserve(len);
        Self {
            bytes,
            budget,
            is_over: false,
        }
    }
}

impl Out for Run {
    fn position(&self) -> u64 {
        self.bytes.len() as u64
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        if self.bytes.len() + bytes.len() > self.budget {
            self.is_over = true;
            let error = io::Error::new(io::ErrorKind::OutOfMemory, "a worker's share is used up");
            return Err(ParcodeError::io("saving in parallel failed", error));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(())
    }

    fn is_head(&self) -> bool {
        false
    }
}
