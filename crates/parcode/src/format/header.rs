//! The first bytes of a file.

use crate::error::Flaw;
use crate::wire::Scalar;

/// Not text in any encoding, and mangled by any transfer that thinks it is (PNG's idea).
const MAGIC: [u8; 8] = *b"\x93PARC\r\n\x1A";

const MAGIC_AT: usize = 0;
const VERSION_AT: usize = MAGIC_AT + MAGIC.len();
const RESERVED_AT: usize = VERSION_AT + 4;
/// Two slots for the place of the last durable trailer, each with a checksum of its own; zero in
/// files that were saved whole.
const SLOTS_AT: usize = RESERVED_AT + 4;
const SLOT_LEN: usize = 24;
pub(crate) const HEADER_LEN: usize = SLOTS_AT + 2 * SLOT_LEN;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) version: u32,
}

impl Header {
    pub(crate) fn to_bytes(self) -> [u8; HEADER_LEN] {
        let mut bytes = [0; HEADER_LEN];
        bytes[MAGIC_AT..VERSION_AT].copy_from_slice(&MAGIC);
        bytes[VERSION_AT..RESERVED_AT].copy_from_slice(&self.version.to_wire());
        bytes
    }

    /// Reads a header. A file is opened by its trailer; this tells a damaged file from a foreign one.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, Flaw> {
        match bytes.strip_prefix(&MAGIC) {
            Some(rest) => Ok(Self {
                version: u32::from_wire(rest),
            }),
            None => Err(Flaw::new(
                "the first bytes of a parcode file",
                format!("{:02x?}", bytes.get(..8).unwrap_or(bytes)),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frozen() {
        let bytes = Header { version: 1 }.to_bytes();
        assert_eq!(HEADER_LEN, 64);
        assert_eq!(&bytes[..12], b"\x93PARC\r\n\x1A\x01\0\0\0");
        assert_eq!(Header::parse(&bytes).unwrap().version, 1);
        assert!(Header::parse(b"{\"json\": 1}").is_err());
        assert!(Header::parse(b"").is_err());
    }
}
