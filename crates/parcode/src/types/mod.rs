//! What can be stored: the types of `std`, one file a family, and those of other crates behind
//! features named after them.

#[macro_use]
mod converted;
mod array;
#[cfg(feature = "serde")]
mod cbor;
mod map;
mod marker;
mod net;
mod option;
mod pointer;
mod range;
mod scalar;
mod sequence;
mod set;
mod text;
mod time;
mod tuple;
mod view;

#[cfg(feature = "serde")]
pub use cbor::{Cbor, LazyCbor};
pub use map::MapField;
pub use marker::Skipped;
pub use text::TextKey;
pub use view::AsView;
