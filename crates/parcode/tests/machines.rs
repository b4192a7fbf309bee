//! What is the same on every machine, whatever the order of its bytes and the width of its `usize`:
//! the interface, and what it gives. `scripts/machines/` runs this on others than the one at hand.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::float_cmp,
    clippy::unwrap_used
)]

use parcode::{Compression, ErrorKind, MemorySource, Parcode, ParcodeFile, ParcodeObject, Source};
use std::collections::{BTreeMap, HashMap};
use std::io;

/// A source that copies everything, as a remote one would.
#[derive(Debug)]
struct Copying(MemorySource);

impl Source for Copying {
    fn tail(&self, len: usize) -> io::Result<(Vec<u8>, u64)> {
        self.0.tail(len)
    }

    fn read(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read(offset, into)
    }
}

#[derive(ParcodeObject, Clone, Copy, Debug, PartialEq)]
#[parcode(plain)]
#[repr(C)]
struct Vertex {
    place: [f32; 3],
    colour: u32,
    weights: [u16; 4],
}

fn vertex(i: u32) -> Vertex {
    Vertex {
        place: [i as f32, i as f32 / 2.0, -0.0],
        colour: i.wrapping_mul(0x0102_0304),
        weights: [1, 2, 3, i as u16],
    }
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Mesh {
    /// Inline: lent by the view.
    name: Vec<u8>,
    triangles: Vec<[u16; 3]>,
    nothing: Vec<u64>,
    /// Home, in the mirror's own chunk.
    #[parcode(chunkable)]
    few: Vec<Vertex>,
    /// Away, in pages.
    #[parcode(chunkable)]
    many: Vec<Vertex>,
    /// Away, in compressed shards.
    #[parcode(chunkable, compression = "lz4")]
    squeezed: Vec<i64>,
    /// Away, in one compressed chunk.
    #[parcode(chunkable, compression = "lz4")]
    one: Vec<f64>,
    /// Views in the chunks of shards.
    #[parcode(chunkable)]
    parts: Vec<Part>,
}

#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Part {
    keys: Vec<u32>,
    values: Vec<i128>,
}

fn mesh() -> Mesh {
    Mesh {
        name: b"hull".to_vec(),
        triangles: (0..100).map(|i| [i, i + 1, i + 2]).collect(),
        nothing: Vec::new(),
        few: (0..5).map(vertex).collect(),
        many: (0..20_000).map(vertex).collect(),
        squeezed: (0..40_000).map(|i| i * -7).collect(),
        one: (0..500).map(|i| f64::from(i) / 3.0).collect(),
        parts: (0..3000u32)
            .map(|i| Part {
                keys: (0..i % 7).collect(),
                values: (0..i % 3).map(|j| i128::from(j) << 100).collect(),
            })
            .collect(),
    }
}

/// The file in memory that lends, and behind a source that copies.
fn opened(bytes: Vec<u8>) -> [ParcodeFile; 2] {
    [
        Parcode::open_bytes(bytes.clone()).unwrap(),
        ParcodeFile::from_source(Copying(MemorySource::new(bytes))).unwrap(),
    ]
}

#[test]
#[cfg(feature = "lz4")]
fn plain_data_is_lent_as_slices_wherever_it_lies() {
    let mesh = mesh();
    for file in opened(Parcode::serialize(&mesh).unwrap()) {
        let lazy = file.root::<Mesh>().unwrap();
        let lend_all = || {
            let mut places = Vec::new();
            macro_rules! lent {
                ($slice:expr, $expected:expr) => {
                    let slice = $slice;
                    assert_eq!(slice, &$expected[..]);
                    places.push(slice.as_ptr().addr());
                };
            }
            lent!(lazy.name.as_slice(), mesh.name);
            lent!(lazy.triangles.as_slice(), mesh.triangles);
            lent!(lazy.few.as_slice().unwrap(), mesh.few);
            lent!(lazy.many.as_slice().unwrap(), mesh.many);
            lent!(lazy.squeezed.as_slice().unwrap(), mesh.squeezed);
            lent!(lazy.one.as_slice().unwrap(), mesh.one);
            for (part, expected) in lazy.parts.iter().unwrap().zip(&mesh.parts) {
                let part = part.unwrap();
                lent!(part.keys.as_slice(), expected.keys);
                lent!(part.values.as_slice(), expected.values);
            }
            assert!(lazy.nothing.as_slice().is_empty());
            (places, file.stats().bytes_cached)
        };
        // Twice: what had to be copied is copied once.
        assert!(lend_all() == lend_all());
        assert_eq!(file.load::<Mesh>().unwrap(), mesh);
    }
}

#[derive(ParcodeObject, Clone, Debug, PartialEq, Default)]
struct Widths<N: ParcodeObject + Clone + Eq + std::hash::Hash + Ord> {
    one: Option<N>,
    inline: Vec<[N; 2]>,
    #[parcode(chunkable)]
    home: Vec<N>,
    #[parcode(chunkable)]
    pages: Vec<N>,
    #[parcode(chunkable, compression = "lz4")]
    shards: Vec<N>,
    #[parcode(map)]
    hashed: HashMap<N, N>,
    #[parcode(map)]
    ordered: BTreeMap<N, N>,
}

/// Numbers of the machine's width are those of 64 bits in a file.
#[test]
#[cfg(feature = "lz4")]
fn a_usize_is_stored_as_a_u64() {
    fn widths<N: ParcodeObject + Clone + Eq + std::hash::Hash + Ord>(
        number: impl Fn(u32) -> N,
    ) -> Widths<N> {
        Widths {
            one: Some(number(u32::MAX)),
            inline: (0..9).map(|i| [number(i), number(u32::MAX - i)]).collect(),
            home: (0..9).map(&number).collect(),
            pages: (0..30_000).map(&number).collect(),
            shards: (0..30_000).map(&number).collect(),
            hashed: (0..3000).map(|i| (number(i), number(i * 3))).collect(),
            ordered: (0..3000).map(|i| (number(i), number(i * 3))).collect(),
        }
    }
    let (wide, own) = (widths(u64::from), widths(|i| i as usize));
    let bytes = Parcode::serialize(&wide).unwrap();
    assert!(bytes == Parcode::serialize(&own).unwrap());
    for file in opened(bytes) {
        assert_eq!(file.load::<Widths<usize>>().unwrap(), own);
        let lazy = file.root::<Widths<usize>>().unwrap();
        assert_eq!(lazy.pages.get(20_000).unwrap(), Some(20_000));
        assert_eq!(lazy.hashed.get(&2000).unwrap(), Some(6000));
        assert_eq!(lazy.ordered.get(&2000).unwrap(), Some(6000));
    }
}

/// The number that is too wide for some machines.
const WIDE: u64 = 1 << 40 | 5;

/// Where a number does not fit in `usize`, whatever touches it fails, and says where; the others are
/// as readable as before.
#[test]
#[cfg(feature = "lz4")]
fn a_number_too_wide_for_the_machine_is_an_error_where_it_is_touched() {
    type Wide = Widths<u64>;
    const SPOILT: usize = 25_000;
    let mut numbers: Vec<u64> = (0..30_000).collect();
    *numbers.get_mut(SPOILT).unwrap() = WIDE;
    let saved = Wide {
        pages: numbers.clone(),
        shards: numbers,
        ..Wide::default()
    };
    let fits = usize::try_from(WIDE).ok();
    for file in opened(Parcode::serialize(&saved).unwrap()) {
        let lazy = file.root::<Widths<usize>>().unwrap();
        for (name, vec) in [("pages", lazy.pages), ("shards", lazy.shards)] {
            let told = |error: parcode::ParcodeError| {
                assert_eq!(error.kind(), ErrorKind::Damaged, "{error}");
                assert!(error.path().starts_with(&format!("{name}[")), "{error}");
                assert!(error.to_string().contains(&WIDE.to_string()), "{error}");
            };
            assert_eq!(vec.get(3).unwrap(), Some(3), "{name}");
            let mut seen = 0;
            let touches: [Result<Option<usize>, _>; 4] = [
                vec.get(SPOILT),
                vec.load().map(|numbers| numbers.get(SPOILT).copied()),
                vec.iter()
                    .and_then(Iterator::collect::<Result<Vec<_>, _>>)
                    .map(|numbers| numbers.get(SPOILT).copied()),
                vec.for_each(|number| {
                    seen += usize::from(Some(number) == fits);
                })
                .map(|()| fits.filter(|_| seen == 1)),
            ];
            for touch in touches {
                match (touch, fits) {
                    (Ok(found), Some(_)) => assert_eq!(found, fits, "{name}"),
                    (Err(error), None) => told(error),
                    (touch, _) => unreachable!("{name}: {touch:?}"),
                }
            }
            assert_eq!(vec.get(4).unwrap(), Some(4), "{name}");
        }
    }
    // What is inline, home or a key is part of the chunk that it lies in.
    let inline = Wide {
        home: vec![1, WIDE],
        ..Wide::default()
    };
    let mapped = Wide {
        ordered: BTreeMap::from([(WIDE, 1)]),
        ..Wide::default()
    };
    for saved in [inline, mapped] {
        for file in opened(Parcode::serialize(&saved).unwrap()) {
            match file.root::<Widths<usize>>() {
                Ok(_) => assert!(fits.is_some()),
                Err(error) => assert!(fits.is_none() && error.kind() == ErrorKind::Damaged),
            }
        }
    }
}

/// Compressed or not, with threads or without: the same bytes here as where they were kept.
#[test]
fn files_are_the_same_bytes_on_every_machine() {
    let parts: Vec<(String, Vec<u32>, Option<i16>)> = (0..5000u32)
        .map(|i| {
            let some = i.is_multiple_of(3).then_some(i as i16);
            (format!("part {i}"), (0..i % 9).collect(), some)
        })
        .collect();
    let hashed: HashMap<u32, f32> = (0..5000).map(|i| (i, i as f32)).collect();
    let bytes = Parcode::serialize(&(parts.clone(), hashed)).unwrap();
    let mut away = Vec::new();
    Parcode::builder()
        .inline_threshold(0)
        .chunk_size(1000)
        .compression(Compression::None)
        .write_to_writer(&mut away, &parts)
        .unwrap();
    // Printed by this test on the machine where it was written, x86-64.
    let sums = [bytes, away].map(|bytes| (bytes.len(), xxhash_rust::xxh3::xxh3_64(&bytes)));
    assert_eq!(sums, KEPT, "{sums:#x?}");
}

const KEPT: [(usize, u64); 2] = [
    (0x0004_4328, 0x5E38_7B01_2BAA_A2B8),
    (0x0003_CE28, 0xFF30_EF0E_8D3E_34CA),
];
