//! Compression of chunks: the codes in a file, and both directions.

use super::{Arrangement, BodyPlan, NOT_ARRANGED, arrange};
use crate::error::{Flaw, ParcodeError, Result};
use crate::wire::Cursor;

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

    /// What is stored of a payload that follows `plan`, or `None` where that would not be fewer bytes.
    pub(crate) fn compress(self, raw: &[u8], plan: &BodyPlan) -> Option<Vec<u8>> {
        let fewer = |stored: &Vec<u8>| stored.len() < raw.len();
        arrange(raw, plan)
            .filter(|arranged| arranged.is_moved)
            .and_then(|arranged| self.compress_behind(arranged.description, &arranged.content))
            .filter(fewer)
            // What would be too much for so few bytes is not believed.
            .filter(|stored| {
                let (stored, raw) = (stored.len() as u64, raw.len() as u64);
                self.codec().plausible(stored, raw).is_ok()
            })
            .or_else(|| {
                self.compress_behind(NOT_ARRANGED.to_vec(), raw)
                    .filter(fewer)
            })
    }

    /// `stored` and behind it the compressed `content`.
    #[cfg_attr(
        not(any(feature = "lz4", feature = "zstd")),
        allow(
            unused_variables,
            unused_mut,
            reason = "without a codec there is nothing to store"
        )
    )]
    fn compress_behind(self, mut stored: Vec<u8>, content: &[u8]) -> Option<Vec<u8>> {
        match self {
            Self::None => None,
            #[cfg(feature = "lz4")]
            Self::Lz4 => {
                let start = stored.len();
                let most = lz4_flex::block::get_maximum_output_size(content.len());
                stored.resize(start + most, 0);
                let behind = stored.get_mut(start..)?;
                let len = lz4_flex::block::compress_into(content, behind).ok()?;
                stored.truncate(start + len);
                Some(stored)
            }
            #[cfg(feature = "zstd")]
            Self::Zstd(level) => {
                let compressed = zstd::bulk::compress(content, level).ok()?;
                stored.extend_from_slice(&compressed);
                Some(stored)
            }
            #[allow(
                unreachable_patterns,
                reason = "which codecs are left depends on the features"
            )]
            _ => None,
        }
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
    fn agrees(self, stored: &[u8], raw: u64) -> Result<(), Flaw> {
        #[cfg(feature = "zstd")]
        if self == Self::Zstd {
            let stated = zstd::zstd_safe::get_frame_content_size(stored);
            let ends = zstd::zstd_safe::find_frame_compressed_size(stored);
            if !matches!(stated, Ok(Some(stated)) if stated == raw) || ends != Ok(stored.len()) {
                return Err(Flaw::new(
                    format!("one Zstandard frame that says it holds {raw} bytes"),
                    format!("{stated:?} in {ends:?} of {} stored", stored.len()),
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
    fn decompress(self, stored: &[u8], raw: &mut [u8]) -> Result<(), Flaw> {
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

/// What is stored of a compressed payload.
#[derive(Debug)]
pub(crate) struct Packed<'s> {
    codec: Codec,
    arrangement: Option<Arrangement>,
    compressed: &'s [u8],
}

impl<'s> Packed<'s> {
    /// Looks at stored bytes that stand for `raw` ones; all lengths are plausible then.
    pub(crate) fn parse(codec: Codec, stored: &'s [u8], raw: u64) -> Result<Self, Flaw> {
        codec.plausible(stored.len() as u64, raw)?;
        let mut cursor = Cursor::new(stored);
        let arrangement = Arrangement::parse(&mut cursor, raw)?;
        let compressed = cursor.rest();
        let content = match &arrangement {
            Some(arrangement) => arrangement.content_len() as u64,
            None => raw,
        };
        codec.plausible(compressed.len() as u64, content)?;
        codec.agrees(compressed, content)?;
        Ok(Self {
            codec,
            arrangement,
            compressed,
        })
    }

    /// How the payload is arranged, if it is.
    pub(crate) fn arrangement(&self) -> Option<&Arrangement> {
        self.arrangement.as_ref()
    }

    /// Decompresses into all of `content`: the payload, or what is arranged.
    pub(crate) fn decompress(&self, content: &mut [u8]) -> Result<(), Flaw> {
        self.codec.decompress(self.compressed, content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::{ChunkHead, HEAD_LEN, Kind, Names, Part, Span};
    use crate::wire::Scalar;

    /// The plan of a sequence of `u32`, and a chunk of one.
    fn numbers() -> (BodyPlan, Vec<u8>) {
        let plan = BodyPlan {
            kinds: vec![
                Kind {
                    stride: 8,
                    unit: 8,
                    parts: vec![Part {
                        at: 0,
                        names: Names::Elements { kind: 1, align: 4 },
                    }],
                },
                Kind {
                    stride: 4,
                    unit: 4,
                    parts: Vec::new(),
                },
            ],
        };
        let head = ChunkHead {
            body: 4008,
            ..ChunkHead::default()
        };
        let numbers = (0..1000u32).flat_map(|i| (i.wrapping_mul(2_654_435_761) >> 15).to_wire());
        let mut payload = head.to_bytes().to_vec();
        payload.extend_from_slice(
            &Span {
                start: 8,
                len: 1000,
            }
            .to_bytes(),
        );
        payload.extend(numbers);
        (plan, payload)
    }

    fn unpack(codec: Codec, stored: &[u8], len: usize) -> Result<Vec<u8>, Flaw> {
        let mut raw = vec![0; len];
        let packed = Packed::parse(codec, stored, len as u64)?;
        let Some(arrangement) = packed.arrangement() else {
            packed.decompress(&mut raw)?;
            return Ok(raw);
        };
        let mut content = vec![7; arrangement.content_len()];
        packed.decompress(&mut content)?;
        arrangement.put(&content, &mut vec![7; arrangement.lanes_len()], &mut raw)?;
        Ok(raw)
    }

    #[test]
    #[cfg(feature = "lz4")]
    fn lz4_round_trips_and_checks_the_length() {
        let raw = [5u8; 5000];
        let stored = Compression::Lz4
            .compress(&raw, &BodyPlan::default())
            .unwrap();
        assert_eq!(unpack(Codec::Lz4, &stored, 5000).unwrap(), raw);
        for (stored, len) in [(&stored[..], 4999), (&stored, 5001), (&[0xFF; 9], 5000)] {
            assert!(unpack(Codec::Lz4, stored, len).is_err());
        }
    }

    #[test]
    #[cfg(feature = "lz4")]
    fn what_is_arranged_is_smaller_and_comes_back() {
        let (plan, payload) = numbers();
        let plain = Compression::Lz4.compress(&payload, &BodyPlan::default());
        let arranged = Compression::Lz4.compress(&payload, &plan).unwrap();
        // 17 of 32 bits are random.
        assert!(arranged.len() < 2300, "{} bytes", arranged.len());
        assert!(plain.is_none_or(|plain| plain.len() > 3900));
        assert_eq!(
            unpack(Codec::Lz4, &arranged, payload.len()).unwrap(),
            payload
        );
        assert!(unpack(Codec::Lz4, &arranged, payload.len() + 1).is_err());
        assert!(unpack(Codec::Lz4, &arranged, payload.len() - 1).is_err());
    }

    #[test]
    #[cfg(feature = "lz4")]
    fn no_byte_stands_for_more_than_is_believed() {
        let (plan, mut payload) = numbers();
        payload.truncate(HEAD_LEN);
        payload.extend_from_slice(
            &Span {
                start: 8,
                len: 100_000,
            }
            .to_bytes(),
        );
        payload.resize(HEAD_LEN + 8 + 400_000, 0);
        let stored = Compression::Lz4.compress(&payload, &plan).unwrap();
        assert!(stored.len() * 255 >= payload.len());
        assert_eq!(unpack(Codec::Lz4, &stored, payload.len()).unwrap(), payload);
    }

    #[test]
    #[cfg(feature = "zstd")]
    fn frames_say_how_long_they_are() {
        for len in [1000, 1 << 20, 20 << 20] {
            let raw = vec![5u8; len];
            let stored = Compression::Zstd(3)
                .compress(&raw, &BodyPlan::default())
                .unwrap();
            assert!(Packed::parse(Codec::Zstd, &stored, len as u64 + 1).is_err());
            assert!(Packed::parse(Codec::Zstd, &stored[..4], 1000).is_err());
            let followed = [&stored[..], &[0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]].concat();
            assert!(Packed::parse(Codec::Zstd, &followed, len as u64).is_err());
            assert!(unpack(Codec::Zstd, &stored, len).unwrap() == raw);
        }
        // A frame that does not say it: magic, no content size, a window, an empty last block.
        let silent = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x00, 0x01, 0x00, 0x00];
        assert!(Codec::Zstd.agrees(&silent, 0).is_err());
        assert!(Codec::Zstd.plausible(10, 1 << 20).is_err());
    }

    #[test]
    fn what_does_not_shrink_is_left_plain() {
        assert_eq!(
            Compression::Lz4.compress(&[1, 2, 3], &BodyPlan::default()),
            None
        );
    }

    #[test]
    fn names() {
        assert_eq!(Compression::named("lz4"), Compression::named("lz4_flex"));
        assert_eq!(Compression::named("brotli"), None);
    }
}
