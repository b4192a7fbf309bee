//! The last bytes of a file: everything that opening needs.
//!
//! A checksum comes first and covers all that follows. The last [`FROZEN_LEN`] bytes (length,
//! version, magic) never change, whatever the version: they say what the rest is.

use super::TopLink;
use super::link::TOP_LINK_LEN;
use crate::error::Flaw;
use crate::wire::{Cursor, Scalar, checksum, u32_at};

/// The version of the format that this library writes.
pub(crate) const VERSION: u32 = 1;

const MAGIC: [u8; 8] = *b"PARCODE\x93";
const SUM_LEN: usize = 8;
pub(crate) const FROZEN_LEN: usize = 4 + 4 + MAGIC.len();
pub(crate) const TRAILER_LEN: usize = SUM_LEN + 3 * TOP_LINK_LEN + 3 * 8 + FROZEN_LEN;

/// What one read at the end of a file fetches: a trailer, and in most files the root beside it.
pub(crate) const TAIL_LEN: usize = 12 * 1024;

/// No trailer of any version is longer.
const LONGEST: u32 = 2048;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Trailer {
    pub(crate) root: TopLink,
    pub(crate) schema: TopLink,
    /// All zero where there is no metadata.
    pub(crate) metadata: TopLink,
    /// How many times the file was saved in place; 0 for a file that was written whole.
    pub(crate) generation: u64,
    /// Distance back to the trailer before this one and its length; zero where there is none.
    pub(crate) previous: (u64, u64),
}

impl Trailer {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut bytes = vec![0; SUM_LEN];
        for link in [self.root, self.schema, self.metadata] {
            bytes.extend_from_slice(&link.to_bytes());
        }
        for number in [self.generation, self.previous.0, self.previous.1] {
            bytes.extend_from_slice(&number.to_wire());
        }
        bytes.extend_from_slice(&(TRAILER_LEN as u32).to_wire());
        bytes.extend_from_slice(&VERSION.to_wire());
        bytes.extend_from_slice(&MAGIC);
        let sum = checksum(bytes.get(SUM_LEN..).unwrap_or_default());
        bytes.splice(..SUM_LEN, sum.to_wire());
        bytes
    }

    /// Reads the trailer at the end of `tail`, the last bytes of a file.
    pub(crate) fn parse(tail: &[u8]) -> Result<Self, TrailerFlaw> {
        let frozen = tail
            .len()
            .checked_sub(FROZEN_LEN)
            .and_then(|at| tail.get(at..))
            .filter(|frozen| frozen.ends_with(&MAGIC))
            .ok_or_else(|| {
                TrailerFlaw::Absent(Flaw::new(
                    "the closing magic of a parcode file in its last 8 bytes",
                    format!("{:02x?}", tail.last_chunk::<8>().map_or(tail, |end| end)),
                ))
            })?;
        let (len, version) = (u32_at(frozen, 0), u32_at(frozen, 4));
        let damaged = |expected: &'static str, found: String| {
            TrailerFlaw::Damaged(Flaw::new(expected, found))
        };
        let trailer = (len <= LONGEST)
            .then(|| tail.len().checked_sub(len as usize))
            .flatten()
            .and_then(|at| tail.get(at..))
            .ok_or_else(|| damaged("a trailer that fits the file", format!("length {len}")))?;
        let mut fields = Cursor::new(trailer);
        let sum: u64 = fields
            .scalar()
            .ok_or_else(|| damaged("a trailer with a checksum", format!("length {len}")))?;
        let found = checksum(trailer.get(SUM_LEN..).unwrap_or_default());
        if sum != found {
            return Err(damaged(
                "a trailer with a matching checksum",
                format!("{found:016x} where it says {sum:016x}"),
            ));
        }
        if version != VERSION {
            return Err(TrailerFlaw::Version(version));
        }
        Self::fields(&mut fields)
            .filter(|_| fields.remaining() == FROZEN_LEN)
            .ok_or_else(|| damaged("a trailer of version 1", format!("length {len}")))
    }

    fn fields(fields: &mut Cursor<'_>) -> Option<Self> {
        Some(Self {
            root: TopLink::parse(fields)?,
            schema: TopLink::parse(fields)?,
            metadata: TopLink::parse(fields)?,
            generation: fields.scalar()?,
            previous: (fields.scalar()?, fields.scalar()?),
        })
    }
}

/// Why the end of a file is no trailer.
#[derive(Debug)]
pub(crate) enum TrailerFlaw {
    /// The file does not end as a parcode file does.
    Absent(Flaw),
    /// It does, but the bytes before do not hold together.
    Damaged(Flaw),
    /// Whole, and of a version that this library does not know.
    Version(u32),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trips_and_refuses_every_flipped_bit() {
        let trailer = Trailer {
            generation: 3,
            previous: (64, 168),
            ..Trailer::default()
        };
        let bytes = trailer.to_bytes();
        assert_eq!(bytes.len(), TRAILER_LEN);
        assert_eq!(Trailer::parse(&bytes).unwrap(), trailer);
        for bit in 0..bytes.len() * 8 {
            let mut bytes = bytes.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(Trailer::parse(&bytes).is_err(), "bit {bit}");
        }
        for len in 0..bytes.len() {
            assert!(Trailer::parse(&bytes[bytes.len() - len..]).is_err());
        }
    }

    /// The frozen end of every file of every version.
    #[test]
    fn frozen() {
        let bytes = Trailer::default().to_bytes();
        let end = &bytes[bytes.len() - FROZEN_LEN..];
        assert_eq!(FROZEN_LEN, 16);
        assert_eq!(
            end,
            [
                168, 0, 0, 0, 1, 0, 0, 0, b'P', b'A', b'R', b'C', b'O', b'D', b'E', 0x93
            ]
        );
    }
}
