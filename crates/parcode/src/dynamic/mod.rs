//! Values without their Rust types: any file, walked by its own schema.

mod children;
mod diff;
mod key;
mod key_bytes;
mod leaf;
mod meaning;
mod path;
mod place;
mod report;
mod select;
#[cfg(feature = "serde")]
mod serialize;
mod sides;
mod table;
mod usage;
mod value;
mod visit;

pub use children::{Children, Step};
pub use key::Key;
pub use leaf::Leaf;
pub use path::{PathStep, ValuePath};
pub use report::Usage;
pub(crate) use usage::usage;
pub use value::{Dynamic, Kind};
