//! The types that files of the torture hold: every kind, home and away, with every codec.

use crate::shape;
use crate::shape::{Eye, Shape, count};
use crate::tree::ZSTD_LEVEL;
use crate::trial::{Case, Saved};
use arbitrary::Unstructured;
use parcode::{Compression, Parcode, ParcodeObject, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::num::NonZero;
use std::time::Duration;

shape! {
    pub(crate) struct Player {
        inline level: u32,
        inline name: String,
        #[parcode(chunkable)] away inventory: Vec<u32>,
        #[parcode(chunkable)] away titles: Option<Vec<String>>,
    }
}

shape! {
    #[derive(Copy)]
    #[parcode(plain)]
    #[repr(C)]
    pub(crate) struct Point {
        inline at: [f32; 3],
        inline id: u16,
        inline flags: [u8; 2],
    }
}

shape! {
    pub(crate) struct World {
        inline id: u64,
        inline flag: bool,
        inline letter: char,
        inline text: String,
        inline maybe: Option<(bool, char)>,
        inline outcome: std::result::Result<u8, String>,
        inline pair: (i16, f32),
        inline span: Duration,
        inline shapes: Vec<Kind>,
        inline words: HashMap<String, u16>,
        inline order: BTreeMap<i32, String>,
        inline seen: HashSet<u16>,
        inline sorted: BTreeSet<String>,
        #[parcode(chunkable)] away player: Player,
        #[parcode(chunkable)] away extent: Vec<Point>,
        #[parcode(chunkable, compression = "lz4")] away squeezed: Vec<u8>,
        #[parcode(chunkable, compression = "zstd")] away pressed: Vec<String>,
        #[parcode(chunkable)] away players: Vec<Player>,
        #[parcode(map)] away hashed: HashMap<String, Player>,
        #[parcode(map)] away ordered: BTreeMap<(u16, String), u64>,
        #[parcode(map)] away set: BTreeSet<u32>,
        #[parcode(chunkable)] away long: String,
        #[parcode(chunkable)] away far: Box<Player>,
        #[parcode(chunkable)] away array: [Option<u32>; 3],
        #[parcode(chunkable)] away tuple: (u8, String),
        #[parcode(serde)] cbor foreign: Vec<(String, i16)>,
    }
}

shape! {
    #[derive(Eq, Hash, PartialOrd, Ord)]
    pub(crate) struct Name {
        inline first: String,
        #[parcode(chunkable)] away others: Vec<String>,
        inline number: i16,
    }
}

shape! {
    pub(crate) struct Keyed {
        #[parcode(map)] away hashed: HashMap<Name, Option<bool>>,
        #[parcode(map)] away ordered: BTreeMap<(Option<String>, Vec<u8>), NonZero<u16>>,
        #[parcode(map)] away letters: BTreeMap<char, Vec<bool>>,
        #[parcode(map)] away units: HashMap<u64, ()>,
        #[parcode(map)] away set: HashSet<Name>,
        inline inner: HashMap<[u8; 3], i128>,
        inline deque: VecDeque<Option<u16>>,
        inline units_too: Vec<()>,
    }
}

// More bytes than an arrangement has lanes, and more kinds behind them than are left.
shape! {
    pub(crate) struct Wide {
        inline flat: [u8; 4024],
        inline square: [[u16; 4]; 3],
        inline bytes: Vec<u8>,
        inline flags: Vec<bool>,
        inline shorts: Vec<i16>,
        inline numbers: Vec<u32>,
        inline long: Vec<u64>,
        inline floats: Vec<f64>,
        inline texts: Vec<String>,
        inline pairs: Vec<(u8, i32)>,
    }
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Nothing,
    Round(f64),
    Named {
        name: String,
        sides: Vec<u16>,
    },
    Deep(Box<Kind>),
    Many(Vec<Kind>),
    Away {
        #[parcode(chunkable)]
        kinds: Vec<Kind>,
    },
}

impl Shape for Kind {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        match from.int_in_range(0..=9u8).unwrap_or(0) {
            0..3 => Self::Nothing,
            3..5 => Self::Round(Shape::generate(from)),
            5..7 => Self::Named {
                name: Shape::generate(from),
                sides: Shape::generate(from),
            },
            7 => Self::Deep(Shape::generate(from)),
            // Few children each, or the values would have no end.
            8 => Self::Many((0..2).map(|_| Self::generate(from)).collect()),
            _ => Self::Away {
                kinds: (0..3).map(|_| Self::generate(from)).collect(),
            },
        }
    }

    fn look(lazy: KindLazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        match (lazy, truth) {
            (KindLazy::Nothing, None | Some(Self::Nothing)) => {}
            (KindLazy::Round(lazy), None) => f64::look(lazy, eye, None)?,
            (KindLazy::Round(lazy), Some(Self::Round(truth))) => f64::look(lazy, eye, Some(truth))?,
            (KindLazy::Named { name, sides }, None) => {
                String::look(name, eye, None)?;
                Vec::look(sides, eye, None)?;
            }
            (KindLazy::Named { name, sides }, Some(Self::Named { name: n, sides: s })) => {
                String::look(name, eye, Some(n))?;
                Vec::look(sides, eye, Some(s))?;
            }
            (KindLazy::Deep(lazy), None) => Box::<Self>::look(lazy, eye, None)?,
            (KindLazy::Deep(lazy), Some(Self::Deep(truth))) => {
                Box::<Self>::look(lazy, eye, Some(truth))?;
            }
            (KindLazy::Many(lazy), None) => Vec::look(lazy, eye, None)?,
            (KindLazy::Many(lazy), Some(Self::Many(truth))) => Vec::look(lazy, eye, Some(truth))?,
            (KindLazy::Away { kinds }, None) => Vec::look_away(kinds, eye, None)?,
            (KindLazy::Away { kinds }, Some(Self::Away { kinds: truth })) => {
                Vec::look_away(kinds, eye, Some(truth))?;
            }
            (lazy, truth) => eye.same(&format!("{lazy:?}"), Some(&format!("{truth:?}"))),
        }
        Ok(())
    }

    fn look_away(handle: KindLazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        Self::look(handle, eye, truth)
    }
}

/// A type of root, its parameter forgotten.
#[derive(Debug, Clone, Copy)]
pub struct Subject {
    /// Its name.
    pub name: &'static str,
    save: fn(&mut Unstructured<'_>) -> Option<Box<dyn Case>>,
    read: fn(&[u8]) -> crate::trial::Verdict,
}

impl Subject {
    /// A value made from `from`, saved with options made from it too; `None` where it is nested deeper than
    /// is allowed, which takes bytes that were chosen for it.
    #[must_use]
    pub fn try_save(&self, from: &mut Unstructured<'_>) -> Option<Box<dyn Case>> {
        (self.save)(from)
    }

    /// The same from bytes that nobody chose.
    #[must_use]
    pub fn save(&self, from: &mut Unstructured<'_>) -> Box<dyn Case> {
        self.try_save(from)
            .expect("values of random bytes are not deep")
    }

    /// Reads any bytes as a file of this type, in every way.
    pub fn read(&self, bytes: &[u8]) -> crate::trial::Verdict {
        (self.read)(bytes)
    }
}

/// Saves `value` with options made from `from`.
fn saved<T: Shape>(value: T, from: &mut Unstructured<'_>) -> Option<Box<dyn Case>> {
    let compression = match from.arbitrary().unwrap_or(0u8) {
        0..64 => Compression::Lz4,
        64..96 => Compression::Zstd(ZSTD_LEVEL),
        _ => Compression::None,
    };
    let threshold = *from.choose(&[64, 0, 16, 256, 1024]).unwrap_or(&64);
    let mut builder = Parcode::builder()
        .compression(compression)
        .inline_threshold(threshold)
        .chunk_size(*from.choose(&[1024, 1500, 65536]).unwrap_or(&1024));
    if from.arbitrary().unwrap_or(false) {
        builder = builder.metadata("made by", "torture").metadata("a", "");
    }
    let mut bytes = Vec::new();
    match builder.write_to_writer_sync(&mut bytes, &value) {
        Ok(()) => Some(Box::new(Saved { value, bytes })),
        Err(error) if error.to_string().contains("nested at most 128 deep") => None,
        Err(error) => panic!("a generated value is not saved: {error}"),
    }
}

fn save<T: Shape>(from: &mut Unstructured<'_>) -> Option<Box<dyn Case>> {
    // The options first: they are the same for any type.
    let options = from.bytes(OPTIONS).unwrap_or_default();
    let value = T::generate(from);
    saved(value, &mut Unstructured::new(options))
}

/// Bytes that options are made from.
const OPTIONS: usize = 16;

macro_rules! subjects {
    ($($name:literal: $type:ty,)*) => {
        /// All types of roots.
        pub const SUBJECTS: &[Subject] = &[$(Subject {
            name: $name,
            save: save::<$type>,
            read: |bytes| crate::trial::read::<$type>(bytes, None),
        },)*];
    };
}

subjects! {
    "world": World,
    "keyed": Keyed,
    "players": Vec<Player>,
    "texts": Vec<String>,
    "numbers": Vec<u32>,
    "bytes": Vec<u8>,
    "points": Vec<Point>,
    "guarded": Vec<(bool, Option<char>)>,
    "kinds": Vec<Kind>,
    "hashed": HashMap<String, Player>,
    "hashed numbers": HashMap<u32, u16>,
    "ordered": BTreeMap<String, u64>,
    "ordered names": BTreeMap<Name, String>,
    "set": BTreeSet<(u8, String)>,
    "nested": HashMap<u8, BTreeMap<u16, Vec<Option<String>>>>,
    "text": String,
    "boxed": Option<Box<Player>>,
    "array": [Option<Kind>; 3],
}

macro_rules! long_subjects {
    ($($name:literal: $type:ty, |$from:ident| $value:expr;)*) => {
        /// Roots so long that indexes have pages, and extents levels of checksums; or so wide that not
        /// all of their bytes are lanes.
        pub const LONG_SUBJECTS: &[Subject] = &[$(Subject {
            name: $name,
            save: |$from| saved::<$type>($value, $from),
            read: |bytes| crate::trial::read::<$type>(bytes, None),
        },)*];
    };
}

/// The numbers up to `len`, in an order of no meaning.
fn scattered(len: u32) -> impl Iterator<Item = u32> {
    (0..len).map(|i| i.wrapping_mul(0x9E37_79B9))
}

long_subjects! {
    "long texts": Vec<String>, |_from| (0..900).map(|i: usize| "x".repeat(i * 37 % 700)).collect();
    "long hashed": HashMap<u32, u16>, |_from| scattered(8000).map(|i| (i, i as u16)).collect();
    "long ordered": BTreeMap<String, u64>, |_from| scattered(4000).map(|i| (i.to_string(), i.into())).collect();
    "long extent": Vec<u32>, |_from| scattered(60_000).collect();
    "wide": Vec<Wide>, |from| (0..8 + count(from, 24)).map(|_| Wide::generate(from)).collect();
    "long levels": Vec<[u64; 6000]>, |_from| (0..130).map(|i| [i; 6000]).collect();
}
