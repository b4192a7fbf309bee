//! Generated values of every supported type, through every source, with and without compression,
//! with one thread and several, eagerly and lazily.

#![allow(
    missing_docs,
    clippy::cast_possible_truncation,
    clippy::zero_sized_map_values,
    clippy::large_stack_arrays,
    clippy::cast_lossless,
    clippy::items_after_statements,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use parcode::{
    Builder, Compression, FileSource, MemorySource, Parcode, ParcodeFile, ParcodeObject, Source,
};
use proptest::collection::{btree_map, btree_set, hash_map, hash_set, vec, vec_deque};
use proptest::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::num::NonZero;
use std::ops::{Range, RangeInclusive};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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

/// The ways of saving whose bytes are read back.
fn builders() -> Vec<(&'static str, Builder)> {
    let mut builders = vec![
        ("defaults", Parcode::builder()),
        (
            "everything away",
            Parcode::builder().inline_threshold(0).chunk_size(1024),
        ),
        (
            "small shards",
            Parcode::builder()
                .inline_threshold(100)
                .chunk_size(2000)
                .threads(2),
        ),
    ];
    if cfg!(feature = "lz4") {
        builders.push(("LZ4", Parcode::builder().compression(true)));
        let away = Parcode::builder().inline_threshold(0).chunk_size(1024);
        builders.push(("LZ4, away", away.compression(Compression::Lz4)));
    }
    if cfg!(feature = "zstd") {
        builders.push(("zstd", Parcode::builder().compression(Compression::Zstd(1))));
    }
    builders
}

/// Saves in every way, opens through every source, and gives each file to `check`.
fn every_way<T: ParcodeObject>(value: &T, check: impl Fn(&str, &ParcodeFile)) {
    let folder = tempfile::tempdir().unwrap();
    for (name, builder) in builders() {
        let mut bytes = Vec::new();
        builder.write_to_writer(&mut bytes, value).unwrap();
        let mut alone = Vec::new();
        builder.write_to_writer_sync(&mut alone, value).unwrap();
        assert!(bytes == alone, "{name}: threads change the bytes");

        let path = folder.path().join("value.par");
        std::fs::write(&path, &bytes).unwrap();
        let sources: [(&str, ParcodeFile); 3] = [
            ("memory", Parcode::open_bytes(&bytes[..]).unwrap()),
            (
                "copying",
                ParcodeFile::from_source(Copying(MemorySource::new(bytes))).unwrap(),
            ),
            (
                "file",
                ParcodeFile::from_source(FileSource::open(&path).unwrap()).unwrap(),
            ),
        ];
        for (source, file) in sources {
            let name = format!("{name}, {source}");
            file.verify()
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            file.inspect().unwrap();
            check(&name, &file);
        }
    }
}

fn round_trip<T: ParcodeObject + PartialEq + Debug>(value: &T) {
    every_way(value, |name, file| {
        assert_eq!(file.load::<T>().unwrap(), *value, "{name}");
    });
}

/// A sequence, also element by element.
fn sequence<T: ParcodeObject + PartialEq + Debug>(value: &Vec<T>) {
    every_way(value, |name, file| {
        assert_eq!(file.load::<Vec<T>>().unwrap(), *value, "{name}");
        let lazy = file.root::<Vec<T>>().unwrap();
        assert_eq!(lazy.len(), value.len());
        for (i, element) in value.iter().enumerate() {
            assert_eq!(lazy.get(i).unwrap().as_ref(), Some(element), "{name}: {i}");
        }
        assert!(lazy.get_lazy(value.len()).unwrap().is_none());
        assert_eq!(lazy.first().unwrap().as_ref(), value.first());
        assert_eq!(lazy.last().unwrap().as_ref(), value.last());
        let iter = lazy.iter().unwrap();
        assert_eq!(iter.size_hint().1, Some(value.len()));
        assert_eq!(iter.map(Result::unwrap).count(), value.len());
        let (from, to) = (value.len() / 3, value.len() / 3 * 2);
        assert_eq!(
            lazy.range(from..to).unwrap().map(Result::unwrap).count(),
            to - from
        );
        let mut seen = 0;
        lazy.for_each(|_| seen += 1).unwrap();
        assert_eq!(seen, value.len());
    });
}

/// A map of both kinds, also key by key and in ranges.
fn maps<K>(value: &BTreeMap<K, String>, absent: &BTreeSet<K>)
where
    K: ParcodeObject + parcode::Lookup<K> + Ord + std::hash::Hash + Clone + Debug,
{
    every_way(value, |name, file| {
        type Map<K> = BTreeMap<K, String>;
        assert_eq!(file.load::<Map<K>>().unwrap(), *value, "{name}");
        let lazy = file.root::<Map<K>>().unwrap();
        assert_eq!(lazy.len(), value.len());
        for (key, element) in value {
            assert_eq!(
                lazy.get_lazy(key).unwrap(),
                Some(element.as_str()),
                "{name}: {key:?}"
            );
        }
        for key in absent {
            assert_eq!(
                lazy.contains_key(key).unwrap(),
                value.contains_key(key),
                "{name}: {key:?}"
            );
            let from = lazy.range(key..).unwrap().map(|entry| entry.unwrap().1);
            assert!(
                from.eq(value.range(key..).map(|entry| entry.1.as_str())),
                "{name}: {key:?}.."
            );
            let to = lazy.range(..=key).unwrap().map(|entry| entry.unwrap().1);
            assert!(
                to.eq(value.range(..=key).map(|entry| entry.1.as_str())),
                "{name}: ..={key:?}"
            );
        }
        let first = lazy.first_key_value().unwrap().map(|entry| entry.1);
        assert_eq!(first, value.first_key_value().map(|entry| entry.1.as_str()));
        let last = lazy.last_key_value().unwrap().map(|entry| entry.1);
        assert_eq!(last, value.last_key_value().map(|entry| entry.1.as_str()));
        let all = lazy.values().unwrap().map(Result::unwrap);
        assert!(
            all.eq(value.values().map(String::as_str)),
            "{name}: in order"
        );
    });

    let hashed: HashMap<K, String> = value.clone().into_iter().collect();
    every_way(&hashed, |name, file| {
        type Map<K> = HashMap<K, String>;
        assert_eq!(file.load::<Map<K>>().unwrap(), hashed, "{name}");
        let lazy = file.root::<Map<K>>().unwrap();
        for (key, element) in value {
            assert_eq!(
                lazy.get_lazy(key).unwrap(),
                Some(element.as_str()),
                "{name}: {key:?}"
            );
        }
        for key in absent {
            assert_eq!(
                lazy.contains_key(key).unwrap(),
                value.contains_key(key),
                "{name}: {key:?}"
            );
        }
        assert_eq!(
            lazy.iter().unwrap().map(Result::unwrap).count(),
            value.len()
        );
        let mut seen = 0;
        lazy.for_each(|_, _| seen += 1).unwrap();
        assert_eq!(seen, value.len());
    });
}

/// Every kind of value in one, so that they meet in one chunk.
type Mixture = (
    (u8, i16, u32, i64, u128, i128, usize, isize),
    (bool, char, String, Box<str>, Arc<str>, Cow<'static, str>),
    (Option<String>, Result<u8, String>, Box<u16>, Arc<String>),
    (Duration, SystemTime, IpAddr, SocketAddr),
    (Range<u8>, RangeInclusive<i8>, PathBuf, NonZero<u32>),
    ([String; 2], [u16; 3], (), Vec<()>),
    (
        Vec<String>,
        VecDeque<u32>,
        Box<[i8]>,
        Vec<Vec<Option<bool>>>,
    ),
    (
        HashMap<String, u8>,
        BTreeMap<i16, String>,
        HashSet<u32>,
        BTreeSet<(i8, String)>,
    ),
);

fn mixture() -> impl Strategy<Value = Mixture> {
    let text = || ".{0,12}";
    let time = any::<(i32, u32)>().prop_map(|(seconds, nanos)| {
        let nanos = Duration::from_nanos(u64::from(nanos) % 1_000_000_000);
        match u64::try_from(seconds) {
            Ok(after) => UNIX_EPOCH + Duration::from_secs(after) + nanos,
            Err(_) => UNIX_EPOCH - Duration::from_secs(seconds.unsigned_abs().into()) + nanos,
        }
    });
    (
        any::<(u8, i16, u32, i64, u128, i128, usize, isize)>(),
        (any::<bool>(), any::<char>(), text(), text(), text(), text()).prop_map(
            |(flag, letter, a, b, c, d)| (flag, letter, a, b.into(), c.into(), Cow::Owned(d)),
        ),
        (
            any::<Option<String>>(),
            any::<Result<u8, String>>(),
            any::<Box<u16>>(),
            any::<Arc<String>>(),
        ),
        (
            any::<Duration>(),
            time,
            any::<IpAddr>(),
            any::<SocketAddr>(),
        ),
        (
            any::<Range<u8>>(),
            any::<RangeInclusive<i8>>(),
            text().prop_map(PathBuf::from),
            1u32..,
        )
            .prop_map(|(a, b, c, d)| (a, b, c, NonZero::new(d).unwrap())),
        (
            any::<[String; 2]>(),
            any::<[u16; 3]>(),
            Just(()),
            vec(Just(()), 0..20),
        ),
        (
            vec(text(), 0..20),
            vec_deque(any::<u32>(), 0..20),
            any::<Box<[i8]>>(),
            vec(vec(any::<Option<bool>>(), 0..4), 0..6),
        ),
        (
            hash_map(text(), any::<u8>(), 0..30),
            btree_map(any::<i16>(), text(), 0..30),
            hash_set(any::<u32>(), 0..30),
            btree_set((any::<i8>(), text()), 0..30),
        ),
    )
}

/// An element of more bytes than an arrangement has lanes, and more kinds behind them than are left.
#[derive(ParcodeObject, Clone, Debug, PartialEq)]
struct Wide {
    flat: [u8; 4024],
    bytes: Vec<u8>,
    shorts: Vec<i16>,
    numbers: Vec<u32>,
    long: Vec<i64>,
    texts: Vec<String>,
    pairs: Vec<(u16, i8)>,
}

fn wide() -> impl Strategy<Value = Wide> {
    // Few bits of noise compress when they are arranged, and many never do.
    let flat = (any::<u64>(), 0u32..9).prop_map(|(seed, bits)| {
        let mut noise = seed | 1;
        std::array::from_fn(|_| {
            noise ^= noise << 13;
            noise ^= noise >> 7;
            noise ^= noise << 17;
            (u64::from(noise as u8) & ((1 << bits) - 1)) as u8
        })
    });
    let few = 0..12usize;
    let lists = (
        vec(any::<u8>(), few.clone()),
        vec(any::<i16>(), few.clone()),
        vec(0u32..300, few.clone()),
        vec(any::<i64>(), few.clone()),
        vec("[a-c]{0,9}", few.clone()),
        vec((0u16..9, any::<i8>()), few),
    );
    (flat, lists).prop_map(
        |(flat, (bytes, shorts, numbers, long, texts, pairs))| Wide {
            flat,
            bytes,
            shorts,
            numbers,
            long,
            texts,
            pairs,
        },
    )
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: std::env::var("PARCODE_CASES").map_or(24, |cases| cases.parse().unwrap()),
        // A failure is kept as a test of its own, not as a seed.
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn mixtures(values in vec(mixture(), 0..8)) {
        sequence(&values);
    }

    #[test]
    fn numbers(values in vec(any::<u64>(), 0..3000), floats in vec(any::<u32>(), 0..500)) {
        sequence(&values);
        round_trip(&VecDeque::from(values));
        // Bit by bit: NaNs of all kinds, and both zeros.
        let floats: Vec<f32> = floats.into_iter().map(f32::from_bits).chain([-0.0, f32::NAN]).collect();
        every_way(&floats, |name, file| {
            let bits = |floats: &[f32]| floats.iter().map(|float| float.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&file.load::<Vec<f32>>().unwrap()), bits(&floats), "{name}");
            let lazy = file.root::<Vec<f32>>().unwrap();
            assert_eq!(bits(lazy.as_slice().unwrap()), bits(&floats), "{name}");
        });
    }

    #[test]
    fn uneven_elements(lengths in vec(prop_oneof![9 => 0usize..40, 1 => 0usize..6000], 0..200)) {
        let texts: Vec<String> = lengths.iter().enumerate().map(|(i, len)| {
            char::from(b'a' + (i % 26) as u8).to_string().repeat(*len)
        }).collect();
        sequence(&texts);
    }

    #[test]
    fn wide_elements(values in vec(wide(), 0..12)) {
        sequence(&values);
    }

    #[test]
    fn text_keys(
        map in btree_map("[a-c\u{0}é]{0,6}", "[a-z]{0,40}", 0..200),
        absent in btree_set("[a-d\u{0}é]{0,6}", 0..30),
    ) {
        maps(&map, &absent);
    }

    #[test]
    fn number_keys(
        map in btree_map(any::<i32>(), "[a-z]{0,40}", 0..200),
        absent in btree_set(any::<i32>(), 0..30),
    ) {
        maps(&map, &absent);
    }

    #[test]
    fn compound_keys(
        map in btree_map((any::<i8>(), "[a\u{0}]{0,3}", any::<Option<bool>>()), "[a-z]{0,9}", 0..100),
        absent in btree_set((any::<i8>(), "[a\u{0}]{0,3}", any::<Option<bool>>()), 0..20),
    ) {
        maps(&map, &absent);
    }

    #[test]
    fn byte_keys(
        map in btree_map(vec(0u8..3, 0..5), "[a-z]{0,9}", 0..100),
        absent in btree_set(vec(0u8..3, 0..5), 0..20),
    ) {
        maps(&map, &absent);
    }
}

#[test]
fn empty_and_zero_sized() {
    round_trip(&());
    round_trip(&String::new());
    round_trip(&None::<Box<String>>);
    sequence(&Vec::<String>::new());
    sequence(&vec![(); 5000]);
    sequence(&vec![[0u8; 0]; 50]);
    sequence(&vec![HashMap::<String, ()>::new(); 3]);
    maps(
        &BTreeMap::<String, String>::new(),
        &BTreeSet::from(["x".to_string()]),
    );
    round_trip(&HashMap::from([((), ())]));
    round_trip(&BTreeSet::from([()]));
}

#[test]
fn large_values() {
    let texts: Vec<String> = (0..20_000).map(|i| i.to_string()).collect();
    round_trip(&texts);
    round_trip(&"long ".repeat(50_000));
    round_trip(&(0..400_000u32).collect::<Vec<_>>());
    round_trip(
        &(0..20_000)
            .map(|i| (i.to_string(), vec![i; 3]))
            .collect::<HashMap<_, _>>(),
    );
    // Elements that are larger than a page, and one than a shard may be.
    sequence(&vec![[7u8; 70_000]; 3]);
    let uneven: Vec<String> = (0..50)
        .map(|i| "x".repeat(if i == 25 { 2 << 20 } else { 9 }))
        .collect();
    sequence(&uneven);
}

#[test]
fn keys_that_collide() {
    let hash = |key: &String| xxhash_rust::xxh3::xxh3_64(key.as_bytes());
    // All in one bucket of a table of 64 entries, and so on for larger tables.
    let chosen = (0u64..)
        .map(|i| format!("key {i}"))
        .filter(|key| hash(key) as u32 >> 24 == 0)
        .take(64);
    let map: BTreeMap<String, String> = chosen.map(|key| (key.clone(), key)).collect();
    let absent = (0u64..)
        .map(|i| format!("other {i}"))
        .filter(|key| hash(key) as u32 >> 24 == 0)
        .take(64)
        .collect();
    maps(&map, &absent);
    // So many that some lower halves of hashes are equal, in one table.
    let many: HashMap<String, ()> = (0..200_000).map(|i| (format!("key {i}"), ())).collect();
    let one_table = (many.clone(),);
    let root = Parcode::in_memory(&one_table).unwrap();
    let view = root.get().get_lazy().unwrap().0;
    assert!(many.keys().all(|key| view.contains_key(key)));
}

#[test]
fn borrowed_data_has_the_bytes_of_owned() {
    let owned: Vec<String> = (0..5000).map(|i| i.to_string()).collect();
    let borrowed: Vec<&str> = owned.iter().map(String::as_str).collect();
    let bytes = Parcode::serialize(&owned).unwrap();
    assert!(bytes == Parcode::serialize(&borrowed).unwrap());
    assert!(bytes == Parcode::serialize(&borrowed[..]).unwrap());
    assert!(bytes == Parcode::serialize(&&owned).unwrap());
    let mut deque: VecDeque<&str> = borrowed[1..].iter().copied().collect();
    deque.push_front(borrowed[0]);
    assert!(bytes == Parcode::serialize(&deque).unwrap());
    let slice = Cow::Borrowed(&borrowed[..]);
    assert!(bytes == Parcode::serialize(&slice).unwrap());
    let pair = (owned[0].clone(), owned[1].clone());
    let mixed = (owned[0].as_str(), Cow::Borrowed(borrowed[1]));
    assert!(Parcode::serialize(&pair).unwrap() == Parcode::serialize(&mixed).unwrap());
    let numbers: Vec<u64> = (0..50_000).collect();
    let by_reference: Vec<&u64> = numbers.iter().collect();
    assert!(Parcode::serialize(&numbers).unwrap() == Parcode::serialize(&by_reference).unwrap());
}
