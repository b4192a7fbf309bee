//! The canonical encoding of map keys.
//!
//! One encoding serves both kinds of map: its bytes compare as the keys do (so ordered maps can be
//! searched by `memcmp`), equal keys have equal bytes, and its hash is the hash of the key. The last
//! part of a key is written raw; text and bytes that something follows are escaped and ended, so
//! that no key is the beginning of another. Integers are big-endian with the sign bit flipped.
//! The idea is FoundationDB's tuple layer.

use smallvec::SmallVec;

/// An encoded key, kept on the stack while it is short.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct KeyBuf(SmallVec<[u8; 64]>);

/// What ends an escaped run; a zero byte inside is followed by [`ESCAPE`].
const END: [u8; 2] = [0x00, 0x00];
const ESCAPE: u8 = 0xFF;

impl KeyBuf {
    /// No key yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The encoding so far.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Starts over, keeping the memory.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// Bytes whose length is fixed by the type.
    pub fn raw(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Bytes of any length: raw where they end the key, else escaped and ended.
    pub fn bytes(&mut self, bytes: &[u8], last: bool) {
        if last {
            return self.raw(bytes);
        }
        for &byte in bytes {
            self.0.push(byte);
            if byte == 0 {
                self.0.push(ESCAPE);
            }
        }
        self.raw(&END);
    }
}

/// A decimal, `mantissa` below 2⁹⁶ with `scale` up to 28 digits behind the point, as an integer of 192
/// bits in units of 10⁻²⁸, shifted so that it compares as the decimal does.
pub(crate) fn decimal_key(mantissa: i128, scale: u32) -> (u64, u128) {
    let power = 10u128.pow(28u32.saturating_sub(scale));
    let (high, low) = product(mantissa.unsigned_abs(), power);
    let high = high | 1 << 63;
    if mantissa < 0 {
        (!high, !low)
    } else {
        (high, low)
    }
}

/// The product of two numbers below 2⁹⁶: bits from 128 up, and those below.
fn product(a: u128, b: u128) -> (u64, u128) {
    const LOW: u128 = u64::MAX as u128;
    let ((a1, a0), (b1, b0)) = ((a >> 64, a & LOW), (b >> 64, b & LOW));
    let middle = a0 * b1 + a1 * b0;
    let (low, carry) = (a0 * b0).overflowing_add(middle << 64);
    let high = a1 * b1 + (middle >> 64) + u128::from(carry);
    (high as u64, low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(a: &[u8], b: &[u8]) -> KeyBuf {
        let mut key = KeyBuf::new();
        key.bytes(a, false);
        key.bytes(b, true);
        key
    }

    #[test]
    fn escaped_parts_compare_as_their_bytes_do() {
        let parts: [&[u8]; 7] = [b"", b"\0", b"\0\0", b"\0\x01", b"a", b"a\0", b"ab"];
        for a in parts {
            for b in parts {
                for c in parts {
                    for d in parts {
                        assert_eq!(pair(a, b).cmp(&pair(c, d)), (a, b).cmp(&(c, d)));
                    }
                }
            }
        }
    }
}
