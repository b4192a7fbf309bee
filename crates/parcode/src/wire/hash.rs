//! The one hash of the format: XXH3, 64 bits, seed 0.

use twox_hash::XxHash3_64;

/// XXH3-64 of `bytes`: checksums of stored bytes, fingerprints of schemas, hashes of encoded keys.
#[inline]
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    XxHash3_64::oneshot(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored hashes outlive this library: these values, those of the reference implementation, are
    /// frozen.
    #[test]
    fn frozen() {
        assert_eq!(checksum(b""), 0x2D06_8005_38D3_94C2);
        assert_eq!(checksum(b"Hero123"), 0x7ACC_9EC1_73AE_9D50);
        assert_eq!(checksum(&[7; 1000]), 0x5D7E_9D56_3954_51EA);
    }
}
