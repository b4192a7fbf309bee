//! Parcode measured beside its peers: the same data in every format, one measure after another, all
//! peers by turns. `README.md` says what each measure is.

pub mod arguments;
pub mod child;
pub mod clock;
pub mod data;
pub mod disk;
pub mod measures;
pub mod peer;
pub mod peers;
pub mod report;
/// At the root of the crate because what is generated says so.
#[cfg(feature = "schemas")]
#[allow(clippy::all, warnings)]
#[rustfmt::skip]
#[path = "peers/generated/world_capnp.rs"]
mod world_capnp;

/// Errors are for the person at the terminal: a text is enough.
pub type Error = Box<dyn std::error::Error>;
pub type Result<T> = std::result::Result<T, Error>;
