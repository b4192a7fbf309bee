//! What the derive and the types speak to: the traits, the encoder that saving drives, and the
//! checked nodes that reading stands on.

mod ahead;
mod budget;
mod bytes;
mod checker;
mod chunk;
mod chunk_type;
mod copies;
mod derived;
mod describe;
mod detached;
mod encoder;
mod evolution;
mod loader;
mod measure;
mod node;
mod order;
mod plain;
mod regions;
mod salvage;
mod session;
mod slot;
mod source;
mod store;
mod structure;
mod workers;

pub(crate) use budget::{Budget, Reserved};
pub(crate) use bytes::Bytes;
pub use bytes::Lent;
pub use checker::Checker;
pub(crate) use checker::{PageCheck, check_elements};
pub(crate) use chunk::{ChunkBuilder, too_large};
pub(crate) use chunk_type::{ChunkKind, ChunkType, Unknown, typed};
pub(crate) use copies::Copies;
pub use derived::{
    choice, field, key_tag, plain_align, put_tag, record, tag_width, variant, widest,
};
pub use describe::SchemaBuilder;
pub(crate) use describe::{body_plan, fingerprint, schema};
pub(crate) use detached::detached;
pub use encoder::Encoder;
pub(crate) use encoder::{Child, Out, Settings};
pub(crate) use evolution::{Conversion, Conversions};
pub use evolution::{Evolution, old_type, upgraded};
pub use loader::Loader;
pub use measure::Measure;
pub(crate) use node::{Cell, Checked, IndexBytes, IndexNode, Node, Origin, Paged, SparseCells};
pub(crate) use order::by_fragment;
pub use plain::{append_plain, plain_bytes};
pub(crate) use plain::{is_native, lend_plain};
pub(crate) use regions::{AlignedBuf, Regions};
pub(crate) use salvage::{Gone, Run, RunState, Salvaging};
pub use salvage::{Loss, Lost};
pub(crate) use session::{Counters, DEEPEST, Limits, Reading, Session};
pub use session::{Stats, Verify};
pub use slot::{Fields, Slot};
pub use source::Source;
pub use store::{Lookup, ParcodeObject, Plain, Store, TextKey};
pub(crate) use structure::{SchemaChunk, SchemaTypes};
pub(crate) use workers::{Claims, Workers, lock};
