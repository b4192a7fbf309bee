//! Parcode keeps ordinary Rust values in one file and reads back only what is touched.
//!
//! `#[derive(ParcodeObject)]` on a plain struct is the whole schema. It generates a *mirror*: a struct
//! with the same field names whose inline fields are plain values and whose `chunkable` and `map`
//! fields are *handles*, which read what you ask them for.
//!
//! ```
//! use parcode::{Parcode, ParcodeObject};
//! use std::collections::HashMap;
//!
//! #[derive(ParcodeObject)]
//! struct World {
//!     id: u64,
//!     #[parcode(chunkable)]
//!     terrain: Vec<u8>,
//!     #[parcode(map)]
//!     players: HashMap<String, Player>,
//! }
//!
//! #[derive(ParcodeObject)]
//! struct Player {
//!     level: u32,
//!     #[parcode(chunkable)]
//!     inventory: Vec<u32>,
//! }
//!
//! # fn main() -> parcode::Result<()> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("world.par");
//! let hero = Player { level: 7, inventory: vec![1, 2, 3] };
//! let world = World {
//!     id: 1,
//!     terrain: vec![0; 100_000],
//!     players: HashMap::from([("Hero".to_string(), hero)]),
//! };
//! Parcode::save(&path, &world)?;
//!
//! let file = Parcode::open(&path)?;
//! let world = file.root::<World>()?;
//! assert_eq!(world.id, 1);
//! let hero = world.players.get_lazy("Hero")?.unwrap();
//! assert_eq!(hero.level, 7);
//! assert_eq!(hero.inventory.load()?, [1, 2, 3]);
//! # Ok(())
//! # }
//! ```
//!
//! # The two flows
//!
//! ```text
//! saving   value ─▶ home or away? ─▶ chunks, bottom-up, in parallel ─▶ compress ─▶ seal ─▶ append ─▶ trailer
//! reading  tail ─▶ root chunk ─▶ mirror ─▶ handle ─▶ index ─▶ shard: read, verify, check once ─▶ mirrors
//! ```
//!
//! A value that is `chunkable` *may* live in a chunk of its own; small ones stay in their parent's.
//! Every chunk is verified once, when it is first touched; from then on reading it is a bounds-checked
//! look at memory. Bad bytes give a [`ParcodeError`], never a panic.
//!
//! # Features
//!
//! | feature | | what it adds |
//! | --- | --- | --- |
//! | `mmap` | default | memory maps, where they pay |
//! | `parallel` | default | threads for saving and loading |
//! | `lz4` | default | LZ4 compression |
//! | `zstd` | | Zstandard compression |
//! | `serde` | | `#[parcode(serde)]` for foreign types, kept as CBOR |
//!
//! Types of other crates are storable behind features named after the crates:
//!
//! | feature | types | stored as |
//! | --- | --- | --- |
//! | `uuid`, `ulid` | `Uuid`, `Ulid` | 16 bytes |
//! | `chrono`, `time` | dates, times, UTC and offset date-times, durations, offsets | the same in both |
//! | `glam` | vectors, matrices, quaternions, affine transformations | plain structs of their parts |
//! | `half` | `f16`, `bf16` | plain data |
//! | `ordered-float` | `OrderedFloat`, `NotNan` | as the float |
//! | `rust_decimal` | `Decimal` | mantissa and scale |
//! | `ipnet` | `IpNet`, `Ipv4Net`, `Ipv6Net` | address and prefix |
//! | `smallvec`, `arrayvec`, `bytes` | `SmallVec`, `ArrayVec`, `ArrayString`, `Bytes`, `BytesMut` | as `Vec` and `String` |
//! | `indexmap` | `IndexMap`, `IndexSet` | sequences, in their order |
//! | `hashbrown` | `HashMap`, `HashSet` | as those of `std` |
//! | `compact_str` | `CompactString` | as `String` |
//! | `camino` | `Utf8PathBuf` | as `PathBuf` |
//! | `url`, `semver` | `Url`, `Version`, `VersionReq` | text, lent as `&str`, parsed by `load` |
//! | `either` | `Either` | an enum |

#![cfg_attr(docsrs, feature(doc_cfg))]
// Saving deals with the program's own data, whose positions it made itself; everything that reads
// denies indexing below.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::inline_always,
    reason = "lengths are checked where they are made; hot paths were looked at in machine code"
)]
#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::indexing_slicing,
        clippy::panic
    )
)]

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
mod builder;
mod dynamic;
mod error;
mod file;
mod format;
mod inspect;
mod lazy;
mod lock;
mod object;
mod options;
mod read;
mod recompress;
mod salvage;
pub mod schema;
mod types;
mod verify;
mod wire;
mod write;

pub use builder::{Builder, Parcode};
pub use dynamic::{Children, Dynamic, Key, Kind, Leaf, PathStep, Step, Usage, ValuePath};
pub use error::{ErrorKind, ParcodeError, Result};
pub use file::{ParcodeFile, Root};
pub use format::Compression;
pub use inspect::{Outline, RunKind};
pub use lazy::{
    BoxView, KeyRange, LazyBox, LazyMap, LazySet, LazyVec, LazyVecIter, LazyWith, MapContainer,
    MapIter, MapKeys, MapRange, MapValues, MapView, MapViewIter, OrderedContainer, SeqContainer,
    SetContainer, SetIter, SetRange, SetView, SetViewIter, StoredMap, VecView, VecViewIter,
};
pub use object::{
    Lent, Lookup, Loss, Lost, ParcodeObject, Plain, Source, Stats, Store, TextKey, Verify,
};
pub use options::{Access, OpenOptions};
pub use parcode_derive::ParcodeObject;
pub use read::{FileSource, MemorySource};
pub use salvage::{FoundChunk, FoundKind, Salvage, Salvaged};
pub use types::{AsView, Skipped};
#[cfg(feature = "serde")]
pub use types::{Cbor, LazyCbor};
pub use verify::{Progress, Report, VerifyOptions};
pub use write::Durability;

/// The mirror of an inline `T`: what generated fields are made of.
pub type Lazy<'par, T> = <T as ParcodeObject>::Lazy<'par>;

/// The mirror of a `chunkable` `T`.
pub type Handle<'par, T> = <T as ParcodeObject>::Handle<'par>;

/// The whole value of an inline mirror: what `load()` is on those of derived types.
pub fn load<T: ParcodeObject>(lazy: Lazy<'_, T>) -> Result<T> {
    T::__load(lazy, &object::Loader::parallel())
}

/// A mirror with a shorter lifetime.
///
/// Mirrors only lend what outlives them, but the compiler does not see that through the trait; this
/// does what covariance would. Mirrors of derived types have it as a method, `shorten()`.
pub fn shorten<'short, 'long: 'short, T: ParcodeObject>(lazy: Lazy<'long, T>) -> Lazy<'short, T> {
    T::__shorten(lazy)
}
