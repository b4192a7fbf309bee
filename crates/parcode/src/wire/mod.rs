//! Bytes and numbers: little-endian integers, a bounded cursor, checksums, canonical keys.
//!
//! Nothing here knows the file format; everything above reads and writes numbers through it.

mod cursor;
mod hash;
mod key;
mod le;
mod same;
mod window;

pub(crate) use cursor::{Cursor, put_varint};
pub(crate) use hash::checksum;
pub use key::KeyBuf;
pub(crate) use key::decimal_key;
pub(crate) use le::{Scalar, u32_at, u64_at};
pub(crate) use same::same;
pub(crate) use window::{WINDOW, first_equal};
