//! Encoding without a file: a chunk that stays in memory, with all that it holds.

use super::{ChunkBuilder, Encoder, Out, Settings, Workers, too_large};
use crate::error::Result;

/// Where nothing goes: what would be a chunk of its own is too large to be held in one piece.
struct Nowhere;

impl Out for Nowhere {
    fn position(&self) -> u64 {
        0
    }

    fn append(&mut self, _: &[u8]) -> Result<()> {
        Err(too_large())
    }

    fn is_head(&self) -> bool {
        false
    }
}

/// Encodes a value of `slot` bytes as the payload of a chunk at `position`. Links may lead to chunks
/// in front of that.
pub(crate) fn detached(
    settings: &Settings,
    slot: usize,
    position: u64,
    encode: impl FnOnce(&mut Encoder<'_>) -> Result<()>,
) -> Result<Vec<u8>> {
    let (mut nowhere, workers) = (Nowhere, Workers::None);
    let mut encoder = Encoder::new(&mut nowhere, settings, &workers);
    encoder.start(slot);
    encode(&mut encoder)?;
    let mut chunk: ChunkBuilder = encoder.into_chunk();
    Ok(chunk.payload(position)?.to_vec())
}
