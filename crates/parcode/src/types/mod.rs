//! What can be stored: the types of `std`, one file a family, and those of other crates behind
//! features named after them.

// Their macros serve the types of other crates too.
#[macro_use]
mod converted;
#[macro_use]
mod map;
#[macro_use]
mod option;
#[macro_use]
mod sequence;
#[macro_use]
mod set;
#[macro_use]
mod text;

mod array;
#[cfg(feature = "serde")]
mod cbor;
mod external;
mod marker;
mod net;
mod pointer;
mod range;
mod scalar;
mod time;
mod tuple;
mod view;

#[cfg(feature = "serde")]
pub use cbor::{Cbor, LazyCbor};
pub use map::MapField;
pub use marker::Skipped;
pub use view::AsView;
