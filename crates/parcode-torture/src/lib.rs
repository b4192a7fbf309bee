//! Hostile files for parcode.
//!
//! [`Tree`] takes a file apart along its links and seals it again, so that what is changed in between
//! has correct checksums. [`Shape`] makes values from any bytes and reads their mirrors to the leaves.
//! [`SUBJECTS`] are the types of files. The binary tries as many damaged and hostile files as it is
//! told, the fuzz targets in `fuzz/` let a fuzzer choose them, and the tests replay some of both.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::match_bool,
    clippy::implicit_hasher,
    clippy::zero_sized_map_values,
    clippy::missing_panics_doc,
    reason = "it reads files that the library wrote a moment ago; what fails here is a bug of the torture"
)]

mod arranged;
mod campaign;
mod damage;
mod families;
mod hostile;
mod later;
mod numbers;
mod paged;
mod shape;
mod subjects;
pub mod targets;
mod tree;
mod trial;

pub use campaign::{Finding, KINDS, Tally, block};
pub use damage::damage;
pub use hostile::lie;
pub use shape::{Eye, Shape};
pub use subjects::{LONG_SUBJECTS, SUBJECTS, Subject};
pub use tree::{Arranged, Child, Data, Entry, Index, Link, Patch, Run, Tree};
pub use trial::{Case, Verdict};
