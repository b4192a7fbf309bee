//! What `schemas/generate.sh` made, kept so that the benchmark builds with nothing but Rust.

#[allow(clippy::all, warnings)]
#[rustfmt::skip]
mod world_generated;

pub use world_generated::world;
