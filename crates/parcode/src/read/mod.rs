//! From bytes to nodes: sources, and the verification at each first touch.

mod chunk;
mod fetch;
mod index;
mod open;
mod outline;
mod paged;
mod rewrite;
mod run;
mod shard;
mod source;
mod verify;

pub(crate) use chunk::{child, passing_child, read_chunk};
pub(crate) use index::index;
pub(crate) use open::{Opened, open};
pub(crate) use outline::{Outline, outline};
pub(crate) use paged::{page, paged, pass_pages, passing_page, whole};
pub(crate) use rewrite::{is_merged, merged};
pub(crate) use run::run;
pub(crate) use shard::{passing_shard, shard};
pub use source::{FileSource, MemorySource};
pub(crate) use verify::{Findings, Verification, verify_all};
