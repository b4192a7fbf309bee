//! From values to bytes: shards, extents and indexes, the pipeline that fills them in parallel, and
//! the file around them.

mod atomic;
mod extent;
mod file;
mod index;
mod map;
mod out;
mod pipeline;
mod sequence;
mod share;
mod table;
mod temporary;

pub use atomic::Durability;
pub(crate) use atomic::replace;
pub(crate) use extent::extent;
pub(crate) use file::{FileOptions, append_schema, begin, close, write_file};
pub(crate) use index::IndexBuilder;
pub(crate) use map::map;
pub(crate) use sequence::sequence;
pub(crate) use table::{inline_map, measure_entries};
