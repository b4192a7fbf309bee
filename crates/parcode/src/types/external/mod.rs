//! Types of other crates, one file a family, each behind a feature named after its crate.
//!
//! They follow the types of `std` closely. What is a sequence, a map or text has the schema of `Vec`,
//! `HashMap` or `String`, so a program may change its container and still open its files; what has a
//! meaning of its own has a name of its own, and types of two crates that mean the same (a date, a
//! point in time) share it.

#[cfg(any(feature = "chrono", feature = "time"))]
mod calendar;
#[cfg(feature = "either")]
mod choice;
#[cfg(any(feature = "ipnet", feature = "ulid", feature = "uuid"))]
mod identifiers;
#[cfg(feature = "hashbrown")]
mod maps;
#[cfg(any(feature = "half", feature = "ordered-float", feature = "rust_decimal"))]
mod numbers;
#[cfg(any(feature = "camino", feature = "semver", feature = "url"))]
mod parsed;
#[cfg(any(
    feature = "arrayvec",
    feature = "bytes",
    feature = "indexmap",
    feature = "smallvec"
))]
mod sequences;
#[cfg(any(feature = "arrayvec", feature = "compact_str"))]
mod strings;
#[cfg(feature = "glam")]
mod vectors;
