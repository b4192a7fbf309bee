//! Compression of chunks: the codes in a file, and both directions.

use crate::error::{Flaw, ParcodeError, Result};

/// How chunks are compressed.
///
/// A chunk that does not become smaller is stored plain, so turning compression on never makes a
/// file larger. Reading needs the feature of the codec that a file was written with (`lz4`, which
/// is on by default, or `zstd`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Compression {
    /// Stored as they are: reads are zero-copy.
    #[default]
    None,
    /// LZ4 block compression: decodes at memory speed.
    Lz4,
    /// Zstandard at a level (1 to 22; 3 is its default): smaller and slower.
    Zstd(i32),
}

/// `true` is LZ4, `false` is none.
impl From<bool> for Compression {
    fn from(on: bool) -> Self {
        if on { Self::Lz4 } else { Self::None }
    }
}

impl Compression {
    /// The compression of this name, as `compression = "…"` takes it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "none" => Self::None,
            "lz4" | "lz4_flex" => Self::Lz4,
            "zstd" => Self::Zstd(3),
            _ => return None,
        })
    }

    pub(crate) fn codec(self) -> Codec {
        match self {
            Self::None => Codec::None,
            Self::Lz4 => Codec::Lz4,
            Self::Zstd(_) => Codec::Zstd,
        }
    }

    /// Fails where this build cannot compress so.
    pub(crate) fn supported(self) -> Result<()> {
        self.codec().supported()
    }

    /// The compressed bytes, or `None` where they would not be fewer.
    pub(crate) fn compress(self, raw: &[u8]) -> Option<Vec<u8>> {
        let compressed: Option<Vec<u8>> = match self {
            Self::None => None,
            #[cfg(feature = "lz4")]
            Self::Lz4 => Some(lz4_flex::block::compress(raw)),
            #[cfg(feature = "zstd")]
            Self::Zstd(level) => zstd::bulk::compress(raw, level).ok(),
            #[allow(
                unreachable_patterns,
                reason = "which codecs are left depends on the features"
            )]
            _ => None,
        };
        compressed.filter(|compressed| compressed.len() < raw.len())
    }
}

/// The codec of stored bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Codec {
    #[default]
    None = 0,
    Lz4 = 1,
    Zstd = 2,
}

impl Codec {
    pub(crate) fn parse(byte: u8) -> Option<Self> {
        [Self::None, Self::Lz4, Self::Zstd]
            .into_iter()
            .find(|codec| *codec as u8 == byte)
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::None => "None",
            Self::Lz4 => "LZ4",
            Self::Zstd => "Zstd",
        }
    }

    pub(crate) fn supported(self) -> Result<()> {
        match self {
            Self::None => Ok(()),
            Self::Lz4 if cfg!(feature = "lz4") => Ok(()),
            Self::Zstd if cfg!(feature = "zstd") => Ok(()),
            Self::Lz4 => Err(ParcodeError::codec("LZ4", "lz4")),
            Self::Zstd => Err(ParcodeError::codec("Zstandard", "zstd")),
        }
    }

    /// Whether `stored` bytes may say that they decompress to `raw`, asked before memory is taken
    /// for it. An LZ4 block grows at most 255-fold. Of Zstandard, no block is shorter than 4 bytes or
    /// becomes more than 128 KiB.
    pub(crate) fn plausible(self, stored: u64, raw: u64) -> Result<(), Flaw> {
        let most = match self {
            Self::None => stored,
            Self::Lz4 => stored.saturating_mul(255),
            Self::Zstd => stored.saturating_mul(32 * 1024),
        };
        if raw <= most {
            return Ok(());
        }
        Err(Flaw::new(
            format!("at most {most} bytes from {stored} of {}", self.name()),
            format!("{raw} bytes"),
        ))
    }

    /// Whether `stored` bytes say themselves that they decompress to `raw`, as frames of Zstandard
    /// must; asked before memory is taken for it.
    #[cfg_attr(
        not(feature = "zstd"),
        allow(
            unused_variables,
            clippy::unused_self,
            clippy::unnecessary_wraps,
            reason = "without Zstandard there is nothing to ask"
        )
    )]
    pub(crate) fn agrees(self, stored: &[u8], raw: u64) -> Result<(), Flaw> {
        #[cfg(feature = "zstd")]
        if self == Self::Zstd {
            let stated = zstd::zstd_safe::get_frame_content_size(stored);
            if !matches!(stated, Ok(Some(stated)) if stated == raw) {
                return Err(Flaw::new(
                    format!("a Zstandard frame that says it holds {raw} bytes"),
                    format!("{stated:?}"),
                ));
            }
        }
        Ok(())
    }

    /// How many raw bytes `stored` ones stand for, of those they are said to, when it comes to making
    /// room for many chunks of which none was read yet: no more than most data gives. What is beyond
    /// makes its own room when it is there.
    pub(crate) fn credit(stored: u64, raw: u64) -> u64 {
        raw.min(stored.saturating_mul(4))
    }

    /// Decompresses into all of `raw`.
    #[cfg_attr(not(any(feature = "lz4", feature = "zstd")), allow(unused_variables))]
    pub(crate) fn decompress(self, stored: &[u8], raw: &mut [u8]) -> Result<(), Flaw> {
        let expected = raw.len();
        let found: Result<usize, String> = match self {
            #[cfg(feature = "lz4")]
            Self::Lz4 => {
                lz4_flex::block::decompress_into(stored, raw).map_err(|error| error.to_string())
            }
            #[cfg(feature = "zstd")]
            Self::Zstd => {
                zstd::bulk::decompress_to_buffer(stored, raw).map_err(|error| error.to_string())
            }
            _ => Err("a codec that is not compiled in".into()),
        };
        match found {
            Ok(len) if len == expected => Ok(()),
            Ok(len) => Err(Flaw::new(
                format!("{expected} bytes when decompressed"),
                format!("{len} bytes"),
            )),
            Err(error) => Err(Flaw::new(format!("{} data", self.name()), error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(feature = "lz4")]
    fn lz4_round_trips_and_checks_the_length() {
        let raw = [5u8; 5000];
        let stored = Compression::Lz4.compress(&raw).unwrap();
        let mut back = [0; 5000];
        Codec::Lz4.decompress(&stored, &mut back).unwrap();
        assert_eq!(raw, back);
        assert!(Codec::Lz4.decompress(&stored, &mut [0; 4999]).is_err());
        assert!(Codec::Lz4.decompress(&stored, &mut [0; 5001]).is_err());
        assert!(Codec::Lz4.decompress(&[0xFF; 9], &mut back).is_err());
    }

    #[test]
    #[cfg(feature = "zstd")]
    fn frames_say_how_long_they_are() {
        for len in [1000, 1 << 20, 20 << 20] {
            let raw = vec![5u8; len];
            let stored = Compression::Zstd(3).compress(&raw).unwrap();
            let (from, to) = (stored.len() as u64, len as u64);
            Codec::Zstd.plausible(from, to).unwrap();
            Codec::Zstd.agrees(&stored, to).unwrap();
            assert!(Codec::Zstd.agrees(&stored, to + 1).is_err());
            assert!(Codec::Zstd.agrees(&stored[..3], to).is_err());
            let mut back = vec![0; len];
            Codec::Zstd.decompress(&stored, &mut back).unwrap();
            assert!(raw == back);
        }
        // A frame that does not say it: magic, no content size, a window, an empty last block.
        let silent = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 0x01, 0x00, 0x00];
        assert!(Codec::Zstd.agrees(&silent, 0).is_err());
        assert!(Codec::Zstd.plausible(10, 1 << 20).is_err());
    }

    #[test]
    fn what_does_not_shrink_is_left_plain() {
        assert_eq!(Compression::Lz4.compress(&[1, 2, 3]), None);
    }

    #[test]
    fn names() {
        assert_eq!(Compression::named("lz4"), Compression::named("lz4_flex"));
        assert_eq!(Compression::named("brotli"), None);
    }
}
