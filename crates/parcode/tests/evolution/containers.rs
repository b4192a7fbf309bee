//! Maps of another kind, keys of another type.

use super::holder::turns_into;
use parcode::{MemorySource, Parcode, ParcodeFile, ParcodeObject, Store};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fmt::Debug;

fn open<T: Store>(value: &T, chunk_size: usize) -> ParcodeFile {
    let mut bytes = Vec::new();
    Parcode::builder()
        .chunk_size(chunk_size)
        .write_to_writer(&mut bytes, value)
        .unwrap();
    ParcodeFile::from_source(MemorySource::new(bytes)).unwrap()
}

/// Small, one chunk, many shards.
const SIZES: [(usize, usize); 4] = [(0, 1 << 16), (5, 1 << 16), (200, 1 << 16), (5000, 1 << 12)];

fn loads<Old: Store, New: ParcodeObject + PartialEq + Debug>(
    old: &Old,
    new: &New,
    chunk_size: usize,
) {
    assert_eq!(&open(old, chunk_size).load::<New>().unwrap(), new);
}

fn entries(count: usize) -> impl Iterator<Item = (String, u32)> + Clone {
    (0..count).map(|i| (format!("key {i}"), i as u32))
}

#[test]
fn a_hash_map_becomes_an_ordered_one_and_back() {
    for (count, chunk_size) in SIZES {
        let hashed: HashMap<_, _> = entries(count).collect();
        let ordered: BTreeMap<_, _> = entries(count).collect();
        loads(&hashed, &ordered, chunk_size);
        loads(&ordered, &hashed, chunk_size);

        let file = open(&hashed, chunk_size);
        let lazy = file.root::<BTreeMap<String, u32>>().unwrap();
        assert_eq!(lazy.get("key 3").unwrap(), ordered.get("key 3").copied());
        let range: Vec<_> = lazy
            .range("key 1".."key 2")
            .unwrap()
            .map(|entry| entry.unwrap().1)
            .collect();
        let expected: Vec<_> = ordered
            .range("key 1".to_string().."key 2".to_string())
            .map(|(_, value)| *value)
            .collect();
        assert_eq!(range, expected);
        let first = lazy.first_key_value().unwrap();
        assert_eq!(
            first.map(|(key, _)| key),
            ordered.keys().next().map(String::as_str)
        );

        // Lookups after the order was asked for, and before.
        assert_eq!(lazy.get("key 3").unwrap(), ordered.get("key 3").copied());
        assert_eq!(lazy.get("no key").unwrap(), None);

        let file = open(&ordered, chunk_size);
        let lazy = file.root::<HashMap<String, u32>>().unwrap();
        assert_eq!(lazy.get("key 4").unwrap(), hashed.get("key 4").copied());
        assert_eq!(lazy.get("no key").unwrap(), None);
        assert_eq!(lazy.len(), count);
    }
}

#[test]
fn lookups_use_the_directory_of_the_file() {
    #[derive(ParcodeObject)]
    struct Hashed {
        #[parcode(map)]
        map: HashMap<String, u32>,
    }
    #[derive(ParcodeObject)]
    struct Ordered {
        #[parcode(map)]
        map: BTreeMap<String, u32>,
    }
    let map: HashMap<_, _> = entries(20_000).collect();
    let file = open(&Hashed { map: map.clone() }, 1 << 16);
    let ordered = file.root::<Ordered>().unwrap();
    assert_eq!(ordered.map.get("key 17").unwrap(), Some(17));
    assert_eq!(file.stats().chunks_rewritten, 2, "the root, and one shard");
    // Its order is another matter: then all of it is rewritten, once.
    assert_eq!(ordered.map.first_key_value().unwrap(), Some(("key 0", 0)));
    assert_eq!(ordered.map.iter().unwrap().count(), 20_000);
    assert_eq!(file.stats().chunks_rewritten, 3);

    let map: BTreeMap<_, _> = map.into_iter().collect();
    let file = open(&Ordered { map }, 1 << 16);
    let hashed = file.root::<Hashed>().unwrap();
    for key in [0, 1, 19_999] {
        assert_eq!(hashed.map.get(&format!("key {key}")).unwrap(), Some(key));
    }
    assert!(file.stats().chunks_rewritten <= 4);
    assert_eq!(hashed.map.iter().unwrap().count(), 20_000);
}

#[test]
fn sets_change_their_kind_too() {
    for (count, chunk_size) in SIZES {
        let hashed: HashSet<_> = entries(count).map(|(key, _)| key).collect();
        let ordered: BTreeSet<_> = entries(count).map(|(key, _)| key).collect();
        loads(&hashed, &ordered, chunk_size);
        loads(&ordered, &hashed, chunk_size);
        let file = open(&hashed, chunk_size);
        let lazy = file.root::<BTreeSet<String>>().unwrap();
        assert_eq!(lazy.contains("key 2").unwrap(), count > 2);
    }
}

#[test]
fn keys_are_widened_and_narrowed() {
    for (count, chunk_size) in SIZES {
        let narrow: HashMap<u32, String> =
            (0..count as u32).map(|i| (i * 7, i.to_string())).collect();
        let wide: HashMap<u64, String> =
            (0..count as u64).map(|i| (i * 7, i.to_string())).collect();
        loads(&narrow, &wide, chunk_size);
        loads(&wide, &narrow, chunk_size);
        let file = open(&narrow, chunk_size);
        let lazy = file.root::<HashMap<u64, String>>().unwrap();
        assert_eq!(lazy.get(&21u64).unwrap(), wide.get(&21).cloned());
        assert_eq!(lazy.get(&(1u64 << 40)).unwrap(), None);

        let narrow: BTreeMap<i8, u8> = (-9..9).map(|i| (i, 1)).collect();
        let wide: BTreeMap<i64, u16> = (-9..9).map(|i| (i, 1)).collect();
        loads(&narrow, &wide, chunk_size);
        loads(&wide, &narrow, chunk_size);
    }
}

#[test]
fn keys_that_are_structs_change_their_fields() {
    #[derive(ParcodeObject, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Clone)]
    struct Old {
        region: u16,
        name: String,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Clone)]
    struct New {
        name: String,
        region: u32,
        #[parcode(default)]
        layer: u8,
    }
    for (count, chunk_size) in SIZES {
        let old = |i: usize| Old {
            region: (i % 50) as u16,
            name: format!("place {i}"),
        };
        let new = |i: usize| New {
            region: (i % 50) as u32,
            name: format!("place {i}"),
            layer: 0,
        };
        let saved: BTreeMap<_, _> = (0..count).map(|i| (old(i), i)).collect();
        let expected: BTreeMap<_, _> = (0..count).map(|i| (new(i), i)).collect();
        loads(&saved, &expected, chunk_size);
        loads(&expected, &saved, chunk_size);
        let file = open(&saved, chunk_size);
        let lazy = file.root::<HashMap<New, usize>>().unwrap();
        assert_eq!(lazy.get(&new(3)).unwrap(), (count > 3).then_some(3));
        let file = open(&saved, chunk_size);
        let lazy = file.root::<BTreeMap<New, usize>>().unwrap();
        let found: Vec<_> = lazy.values().unwrap().map(Result::unwrap).collect();
        assert_eq!(found, expected.values().copied().collect::<Vec<_>>());
    }
}

#[test]
fn compression_is_no_part_of_a_type() {
    #[derive(ParcodeObject, Debug, PartialEq)]
    struct Plain {
        #[parcode(chunkable)]
        texts: Vec<String>,
    }
    #[derive(ParcodeObject, Debug, PartialEq)]
    struct Packed {
        #[parcode(chunkable, compression = "lz4")]
        texts: Vec<String>,
    }
    let texts: Vec<_> = (0..5000).map(|i| format!("text {i}")).collect();
    let plain = Plain {
        texts: texts.clone(),
    };
    let packed = Packed { texts };
    loads(&plain, &packed, 4096);
    loads(&packed, &plain, 4096);
    let file = open(&packed, 4096);
    file.root::<Plain>().unwrap();
    assert_eq!(file.stats().chunks_rewritten, 0);
}

#[test]
fn maps_of_another_kind_in_every_place() {
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct Old {
        inline: HashMap<String, u32>,
        #[parcode(map)]
        map: HashMap<u16, String>,
        #[parcode(map)]
        ordered: BTreeMap<u8, u8>,
        set: HashSet<u32>,
    }
    #[derive(ParcodeObject, Debug, PartialEq, Clone)]
    struct New {
        inline: BTreeMap<String, u64>,
        #[parcode(map)]
        map: BTreeMap<u64, Option<String>>,
        ordered: HashMap<u32, u8>,
        #[parcode(map)]
        set: BTreeSet<u64>,
    }
    let old = |count: u8| Old {
        inline: (0..count).map(|i| (i.to_string(), i.into())).collect(),
        map: (0..count).map(|i| (i.into(), i.to_string())).collect(),
        ordered: (0..count).map(|i| (i, i)).collect(),
        set: (0..count).map(u32::from).collect(),
    };
    let new = |count: u8| New {
        inline: (0..count).map(|i| (i.to_string(), i.into())).collect(),
        map: (0..count)
            .map(|i| (i.into(), Some(i.to_string())))
            .collect(),
        ordered: (0..count).map(|i| (i.into(), i)).collect(),
        set: (0..count).map(u64::from).collect(),
    };
    turns_into(&[0, 1, 30].map(old), &[0, 1, 30].map(new));
}

#[test]
fn loading_needs_no_order() {
    let map: HashMap<_, _> = entries(20_000).collect();
    let file = open(&map, 1 << 16);
    let loaded: BTreeMap<String, u32> = file.load().unwrap();
    assert_eq!(loaded, map.into_iter().collect());
    let held = file.stats().bytes_cached;
    assert!(
        held < 32 * 1024,
        "an index, but no shard and not the whole map: {held}"
    );
}
