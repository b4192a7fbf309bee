//! The schema of a type: what a file says about its own bytes.
//!
//! A schema is a table of types that name each other by number. Slot sizes, offsets and alignments
//! follow from it (`layout`), so bytes can be read without the Rust types; two schemas are the same
//! where their fingerprints are (`canonical`), and where they are not, the differences are told
//! by path (`difference`).

mod bytes;
mod canonical;
mod difference;
mod fingerprints;
mod layout;
mod meaning;
mod model;
mod path;

pub(crate) use difference::differences;
pub(crate) use fingerprints::Fingerprints;
pub(crate) use layout::{Layout, tag_width_of};
pub(crate) use meaning::Meaning;
pub use model::{Field, Prime, Schema, Type, TypeRef, Variant};
pub(crate) use path::{ChunkBytes, ChunkValue, path_to_link, types_of_links};
