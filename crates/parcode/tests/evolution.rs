//! Files outlive the code: what one version of a type saved is read as another.
//!
//! Every supported change is tried in both directions, on values in structs, sequences, maps, enums
//! and options, inline and chunkable, in files of one chunk and of many, eagerly and lazily.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::box_collection,
    clippy::float_cmp,
    clippy::items_after_statements,
    clippy::needless_pass_by_value
)]

mod evolution {
    mod containers;
    mod depth;
    mod fields;
    mod holder;
    mod laziness;
    mod lock;
    mod numbers;
    mod refusals;
    mod steps;
    mod variants;
}
