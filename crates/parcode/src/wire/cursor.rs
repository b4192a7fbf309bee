//! A bounded reader for sequential structures: every step checks, none panics.

use super::Scalar;

/// Reads forward through bytes; each step gives `None` at the end instead of failing.
#[derive(Debug, Clone)]
pub(crate) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(crate) fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.rest.split_at_checked(len)?;
        self.rest = rest;
        Some(head)
    }

    pub(crate) fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, rest) = self.rest.split_first_chunk()?;
        self.rest = rest;
        Some(*head)
    }

    pub(crate) fn scalar<T: Scalar>(&mut self) -> Option<T> {
        self.take(size_of::<T>()).map(T::from_wire)
    }

    /// An unsigned LEB128 number. Encodings longer than needed, or than 64 bits, are refused, so
    /// that equal numbers have equal bytes.
    pub(crate) fn varint(&mut self) -> Option<u64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.scalar::<u8>()?;
            let bits = u64::from(byte & 0x7F);
            let placed = bits << shift;
            if placed >> shift != bits {
                return None;
            }
            value |= placed;
            if byte < 0x80 {
                return (byte != 0 || shift == 0).then_some(value);
            }
        }
        None
    }

    /// A length-prefixed UTF-8 string.
    pub(crate) fn text(&mut self) -> Option<&'a str> {
        let len = usize::try_from(self.varint()?).ok()?;
        core::str::from_utf8(self.take(len)?).ok()
    }

    /// What was not read yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(crate) fn remaining(&self) -> usize {
        self.rest.len()
    }
}

/// Appends `value` as unsigned LEB128, in its shortest form.
pub(crate) fn put_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value & 0x7F) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn varints_round_trip() {
        for value in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            let mut bytes = Vec::new();
            put_varint(&mut bytes, value);
            let mut cursor = Cursor::new(&bytes);
            assert_eq!(cursor.varint(), Some(value));
            assert_eq!(cursor.remaining(), 0);
        }
    }

    #[test]
    fn long_and_cut_varints_are_refused() {
        for bytes in [&[0x80][..], &[0x80, 0x00], &[0xFF; 10], &[]] {
            assert_eq!(Cursor::new(bytes).varint(), None, "{bytes:?}");
        }
    }
}
