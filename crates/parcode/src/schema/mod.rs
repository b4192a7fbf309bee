//! The schema of a type: what a file says about its own bytes.
//!
//! A schema is a table of types that name each other by number. Slot sizes, offsets and alignments
//! follow from it (`layout`), so bytes can be read without the Rust types; two schemas are the same
//! where their fingerprints are (`canonical`), and where they are not, they are matched by name
//! (`matching`): what fits is a plan, what does not is told by path.

mod body;
mod bytes;
mod canonical;
mod convert;
mod fingerprints;
mod key;
mod layout;
mod matching;
mod meaning;
mod model;
mod path;
mod plan;
mod reach;
mod text;

pub(crate) use convert::convert_prime;
pub(crate) use fingerprints::Fingerprints;
pub(crate) use key::encode_key;
pub(crate) use layout::{Layout, tag_width_of};
pub use matching::Difference;
pub(crate) use matching::plan;
pub(crate) use meaning::Meaning;
pub(crate) use model::short;
pub use model::{Field, Prime, Schema, Type, TypeRef, Variant};
pub(crate) use path::{ChunkBytes, ChunkValue, chunk_steps, path_to_link, types_of_links};
pub(crate) use plan::{
    Asked, Change, FieldHints, Hints, Part, Place, Plan, Step, StepRef, Supply, Upgrade,
    VariantHints,
};
