//! From bytes to nodes: sources, and the verification at each first touch.

mod chunk;
mod fetch;
mod gap;
mod index;
mod made;
mod open;
mod outline;
mod paged;
mod raw;
mod rewrite;
mod run;
mod scan;
mod shard;
mod source;
mod spare;
mod verify;

pub(crate) use chunk::{child, passing_child, read_chunk};
#[cfg(feature = "serde")]
pub(crate) use fetch::copied;
pub(crate) use gap::{Gap, located};
pub(crate) use index::index;
pub(crate) use made::{blank_node, extent_parent};
pub(crate) use open::{Opened, open, read_schema as file_schema};
pub(crate) use outline::{Outline, outline};
pub(crate) use paged::{announce_pages, page, page_sum, paged, passing_page, salvaged_page, whole};
pub(crate) use raw::{RawChild, RawChunk, raw_schema};
pub(crate) use rewrite::{Directory, kept_directory, merged};
pub(crate) use run::run;
pub(crate) use scan::{find_schemas, known_types, scan};
pub(crate) use shard::{passing_shard, shard};
pub use source::{FileSource, MemorySource};
pub(crate) use verify::{Findings, Verification, verify_all, worthwhile_threads};
