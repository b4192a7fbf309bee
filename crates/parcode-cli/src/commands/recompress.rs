//! `parcode recompress`: the same value with another compression.

use super::open;
use crate::arguments::{CodecName, Recompress};
use crate::failure::{Failure, Outcome};
use crate::progress;
use parcode::Compression;

pub(crate) fn recompress(arguments: &Recompress) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let compression = match arguments.codec {
        CodecName::None => Compression::None,
        CodecName::Lz4 => Compression::Lz4,
        CodecName::Zstd => Compression::Zstd(arguments.level),
    };
    let bar = progress::bar("recompressing", file.stats().file_len);
    file.recompress(&arguments.output, compression, |bytes| {
        bar.set_position(bytes);
    })?;
    bar.finish_and_clear();
    Ok(Outcome::Fine)
}
