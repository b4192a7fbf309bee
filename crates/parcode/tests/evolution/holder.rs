//! A type with a `T` in every place that there is, and what is tried on it.

use parcode::{Parcode, ParcodeFile, ParcodeObject};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Debug;

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
struct Holder<T: Clone> {
    inline: T,
    boxed: Box<T>,
    #[parcode(chunkable)]
    chunked: Box<T>,
    list: Vec<T>,
    #[parcode(chunkable)]
    long: Vec<T>,
    #[parcode(chunkable, compression = "lz4")]
    compressed: Vec<T>,
    small_map: HashMap<u8, T>,
    #[parcode(map)]
    map: HashMap<String, T>,
    #[parcode(map)]
    ordered: BTreeMap<u32, T>,
    option: Option<T>,
    #[parcode(chunkable)]
    chunked_option: Option<Box<T>>,
    pair: (T, u8),
    #[parcode(chunkable)]
    chunked_pair: (u8, T),
    array: [T; 2],
    choice: Choice<T>,
    nested: Vec<Vec<T>>,
}

#[derive(ParcodeObject, Debug, PartialEq, Clone)]
enum Choice<T> {
    #[allow(dead_code, reason = "a variant before the one that is used")]
    Nothing,
    Something {
        value: T,
        #[parcode(chunkable)]
        many: Vec<T>,
    },
}

/// Enough values for several shards at a small chunk size.
const MANY: usize = 300;

impl<T: Clone> Holder<T> {
    fn of(values: &[T]) -> Self {
        let value = |i: usize| values[i % values.len()].clone();
        let many = |count: usize| (0..count).map(value).collect::<Vec<_>>();
        Self {
            inline: value(0),
            boxed: Box::new(value(1)),
            chunked: Box::new(value(2)),
            list: many(5),
            long: many(MANY),
            compressed: many(MANY),
            small_map: (0..7).map(|i| (i, value(i.into()))).collect(),
            map: (0..MANY).map(|i| (format!("key {i}"), value(i))).collect(),
            ordered: (0..MANY).map(|i| (i as u32 * 3, value(i))).collect(),
            option: Some(value(3)),
            chunked_option: Some(Box::new(value(4))),
            pair: (value(5), 5),
            chunked_pair: (6, value(6)),
            array: [value(7), value(8)],
            choice: Choice::Something {
                value: value(9),
                many: many(MANY),
            },
            nested: vec![many(3), many(0), many(2)],
        }
    }
}

/// Saves `old` values in every place, and expects `new` ones there.
pub(super) fn becomes<Old, New>(old: &[Old], new: &[New])
where
    Old: ParcodeObject + Clone,
    New: ParcodeObject + Clone + PartialEq + Debug,
{
    assert_eq!(old.len(), new.len());
    let (saved, expected) = (Holder::of(old), Holder::of(new));
    for (chunk_size, threshold, compression) in
        [(64 * 1024, 1024, false), (1024, 64, false), (1024, 0, true)]
    {
        let mut bytes = Vec::new();
        Parcode::builder()
            .chunk_size(chunk_size)
            .inline_threshold(threshold)
            .compression(compression)
            .write_to_writer(&mut bytes, &saved)
            .unwrap();
        let open = || ParcodeFile::from_source(parcode::MemorySource::new(bytes.clone())).unwrap();
        assert_eq!(open().load::<Holder<New>>().unwrap(), expected);
        lazily(&open(), &expected);
    }
}

/// [`becomes`] in both directions.
pub(super) fn turns_into<Old, New>(old: &[Old], new: &[New])
where
    Old: ParcodeObject + Clone + PartialEq + Debug,
    New: ParcodeObject + Clone + PartialEq + Debug,
{
    becomes(old, new);
    becomes(new, old);
}

fn lazily<T>(file: &ParcodeFile, expected: &Holder<T>)
where
    T: ParcodeObject + Clone + PartialEq + Debug,
{
    let holder = file.root::<Holder<T>>().unwrap();
    let whole = |lazy| parcode::load::<T>(lazy).unwrap();
    assert_eq!(whole(holder.inline.clone()), expected.inline);
    assert_eq!(whole(holder.boxed.get_lazy()), *expected.boxed);
    assert_eq!(whole(holder.chunked.get_lazy().unwrap()), *expected.chunked);
    assert_eq!(holder.list.load().unwrap(), expected.list);

    for long in [&holder.long, &holder.compressed] {
        assert_eq!(long.len(), MANY);
        for at in [0, 1, MANY / 2, MANY - 1] {
            assert_eq!(long.get(at).unwrap(), Some(expected.long[at].clone()));
        }
        let mut at = 0;
        long.for_each(|value| {
            assert_eq!(parcode::load::<T>(value).unwrap(), expected.long[at]);
            at += 1;
        })
        .unwrap();
        assert_eq!(at, MANY);
        let range = long.range(MANY - 10..).unwrap();
        let last: Vec<T> = range.map(|value| whole(value.unwrap())).collect();
        assert_eq!(last, expected.long[MANY - 10..]);
    }

    assert_eq!(holder.small_map.load().unwrap(), expected.small_map);
    for key in ["key 0", "key 77", "key 299"] {
        let found = holder.map.get(key).unwrap();
        assert_eq!(found.as_ref(), expected.map.get(key));
    }
    assert_eq!(holder.map.get("key 300").unwrap(), None);
    for entry in holder.map.iter().unwrap() {
        let (key, value) = entry.unwrap();
        assert_eq!(Some(&whole(value)), expected.map.get(key));
    }
    for key in [0, 300, 897, 898] {
        let found = holder.ordered.get(&key).unwrap();
        assert_eq!(found.as_ref(), expected.ordered.get(&key));
    }
    let range: Vec<_> = holder
        .ordered
        .range(100..200)
        .unwrap()
        .map(|entry| entry.map(|(key, value)| (key, whole(value))).unwrap())
        .collect();
    let among: Vec<_> = expected
        .ordered
        .range(100..200)
        .map(|(key, value)| (*key, value.clone()))
        .collect();
    assert_eq!(range, among);

    assert_eq!(holder.option.clone().map(whole), expected.option);
    let option = holder
        .chunked_option
        .map(|boxed| whole(boxed.get_lazy().unwrap()));
    assert_eq!(option.as_ref(), expected.chunked_option.as_deref());
    assert_eq!(whole(holder.pair.0.clone()), expected.pair.0);
    let (number, value) = holder.chunked_pair.get_lazy().unwrap();
    assert_eq!((number, whole(value)), expected.chunked_pair);
    assert_eq!(holder.array.clone().map(whole), expected.array);
    match (&holder.choice, &expected.choice) {
        (
            ChoiceLazy::Something { value, many },
            Choice::Something {
                value: one,
                many: all,
            },
        ) => {
            assert_eq!(whole(value.clone()), *one);
            assert_eq!(many.get(MANY - 1).unwrap().as_ref(), all.last());
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(holder.nested.load().unwrap(), expected.nested);
}
