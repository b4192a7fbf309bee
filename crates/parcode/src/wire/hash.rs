//! The one hash of the format: XXH3, 64 bits, seed 0.

/// XXH3-64 of `bytes`: checksums of stored bytes, fingerprints of schemas, hashes of encoded keys.
#[inline]
pub(crate) fn checksum(bytes: &[u8]) -> u64 {
    xxhash_rust::xxh3::xxh3_64(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stored hashes outlive this library: these values are frozen.
    #[test]
    fn frozen() {
        assert_eq!(checksum(b""), 0x2D06_8005_38D3_94C2);
        assert_eq!(checksum(b"Hero123"), 0x43FE_D8FE_2C88_2C73);
        assert_eq!(checksum(&[7; 1000]), 0x0);
    }
}
