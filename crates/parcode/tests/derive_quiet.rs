//! The derive's output is as quiet as the strictest crate asks for: this file denies every lint
//! that the user's own lines obey, and clippy runs over it in CI.

#![forbid(unsafe_code)]
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    single_use_lifetimes,
    unused_lifetimes,
    unused_qualifications,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    trivial_casts,
    trivial_numeric_casts,
    unused_results,
    let_underscore_drop,
    redundant_lifetimes,
    unnameable_types,
    clippy::all,
    clippy::pedantic,
    clippy::nursery,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::todo,
    clippy::unimplemented,
    clippy::print_stdout,
    clippy::dbg_macro
)]
// Of the test, not of what the derive writes.
#![allow(dead_code, clippy::redundant_pub_crate)]

use parcode::ParcodeObject;
use std::collections::{BTreeMap, HashMap};

/// A struct with every kind of field.
#[derive(Debug, Default, ParcodeObject)]
#[parcode(view(Named: name, level))]
#[non_exhaustive]
pub struct Player {
    /// The level.
    pub level: u32,
    /// The name.
    pub name: String,
    /// What it carries.
    #[parcode(chunkable, compression = "lz4")]
    pub inventory: Vec<u32>,
    #[parcode(map)]
    friends: HashMap<String, Self>,
    #[parcode(skip)]
    cache: Vec<u8>,
    #[parcode(with = "seconds")]
    since: Seconds,
    pub(crate) r#type: Kind,
    at: Position,
    #[parcode(compression = "none", default, alias = "old")]
    children: Vec<Self>,
}

/// Not storable by itself.
#[derive(Debug, Default)]
pub struct Seconds(u64);

mod seconds {
    use super::Seconds;
    pub(super) type Stored = u64;

    pub(super) const fn store(seconds: &Seconds) -> u64 {
        seconds.0
    }

    pub(super) const fn restore(stored: u64) -> Result<Seconds, &'static str> {
        if stored == 0 {
            return Err("no time");
        }
        Ok(Seconds(stored))
    }
}

/// Without data.
#[derive(Debug, Clone, Copy, Default, ParcodeObject)]
pub enum Kind {
    /// The first.
    #[default]
    First,
    /// The second.
    Second,
}

/// With data.
#[derive(Debug, ParcodeObject)]
pub enum Shape {
    /// A circle.
    Circle {
        /// Its radius.
        radius: f32,
    },
    /// A polygon.
    Polygon(#[parcode(chunkable)] Vec<Position>, bool),
    /// A shape that is part of another.
    Nested(Box<Self>),
    /// Nothing.
    Empty,
}

/// Plain data.
#[derive(Debug, Clone, Copy, Default, ParcodeObject)]
#[parcode(plain)]
#[repr(C)]
pub struct Position {
    /// To the right.
    pub x: f32,
    /// Up.
    pub y: f32,
}

/// A value.
#[derive(Debug, Clone, Copy, ParcodeObject)]
#[parcode(value)]
pub struct Id(pub u32);

/// Generic.
#[derive(Debug, ParcodeObject)]
pub struct Pair<A, B = u32, const N: usize = 2>
where
    A: Clone,
{
    /// The first.
    pub first: [A; N],
    /// The second.
    pub second: B,
    /// By name.
    #[parcode(map)]
    pub by_name: BTreeMap<String, A>,
}

/// Saved only.
#[derive(Debug, ParcodeObject)]
pub struct Borrowed<'a, T> {
    /// Text of somebody else.
    pub text: &'a str,
    /// Values of somebody else.
    #[parcode(chunkable)]
    pub values: &'a [T],
}

/// Nothing.
#[derive(Debug, ParcodeObject)]
pub struct Marker;

#[derive(Debug, ParcodeObject)]
struct Private(u8, pub u16, #[parcode(skip)] u32);

#[derive(Debug, ParcodeObject)]
struct PrivateGeneric<T>(T);

#[derive(Debug, ParcodeObject)]
enum PrivateEnum {
    One(u8),
    Two { two: String },
}

mod inner {
    use parcode::ParcodeObject;

    #[derive(Debug, ParcodeObject)]
    pub(super) struct Inner {
        pub(super) value: u8,
        pub(super) text: String,
    }
}

/// Outdated.
#[deprecated = "use another"]
#[allow(non_snake_case)]
#[derive(Debug, ParcodeObject)]
#[expect(clippy::struct_excessive_bools, reason = "the mirror has as many")]
pub struct Outdated {
    /// Not to be used.
    #[deprecated]
    pub field: u8,
    Loud: bool,
    a: bool,
    b: bool,
    c: bool,
}

#[test]
fn it_compiled() {
    let inner = inner::Inner {
        value: 1,
        text: String::new(),
    };
    assert_eq!((inner.value, inner.text.len()), (1, 0));
}
