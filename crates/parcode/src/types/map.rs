//! Maps of both kinds.

use crate::error::{Flaw, Result};
use crate::format::SPAN_LEN;
use crate::lazy::{LazyMap, MapContainer, MapView, OrderedContainer};
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;
use crate::write::{inline_map, map, measure_entries};
use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hash};

/// What `#[parcode(map)]` may stand on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no map or set",
    label = "`#[parcode(map)]` stands on maps and sets",
    note = "on a sequence or another large value, write `#[parcode(chunkable)]`"
)]
pub trait MapField {}

impl<T: MapField> MapField for Option<T> {}

/// Appends entries to a key, by way of their own encodings so that no order of the map matters.
pub(super) fn key<'v, K: Store + 'v, V: Store + 'v>(
    entries: impl Iterator<Item = (&'v K, &'v V)>,
    key: &mut KeyBuf,
    last: bool,
) {
    let mut encoded: Vec<KeyBuf> = entries
        .map(|(k, v)| {
            let mut entry = KeyBuf::new();
            K::__key(k, &mut entry, false);
            V::__key(v, &mut entry, false);
            entry
        })
        .collect();
    encoded.sort_unstable();
    for entry in encoded {
        key.raw(&[1]);
        key.raw(entry.as_bytes());
    }
    if !last {
        key.raw(&[0]);
    }
}

/// What both kinds of map read alike. Expands inside an impl of `ParcodeObject`.
macro_rules! read_map {
    ($ordered:literal) => {
        type Lazy<'par> = MapView<'par, K, V, Self>;
        type Handle<'par> = LazyMap<'par, K, V, Self>;

        fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_> {
            MapView::new(slot)
        }

        fn __handle(slot: Slot<'_>) -> Self::Handle<'_> {
            LazyMap::new(slot)
        }

        fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
            lazy.__load(loader)
        }

        fn __load_handle(handle: Self::Handle<'_>, loader: &Loader) -> Result<Self> {
            handle.__load(loader)
        }

        fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
            checker.table::<K, V>(at, $ordered)
        }

        fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
            checker.home_or_away(at, |checker| checker.table::<K, V>(at, $ordered))
        }

        fn __shorten<'short, 'long: 'short>(lazy: Self::Lazy<'long>) -> Self::Lazy<'short> {
            lazy.shorten()
        }

        fn __shorten_handle<'short, 'long: 'short>(
            handle: Self::Handle<'long>,
        ) -> Self::Handle<'short> {
            handle.shorten()
        }
    };
}

/// What both kinds of map write alike. Expands inside an impl of `Store`.
macro_rules! write_map {
    ($ordered:literal) => {
        const SLOT: usize = SPAN_LEN;
        const HANDLE_SLOT: usize = SPAN_LEN;
        const SPANNED: bool = true;

        fn __schema(types: &mut SchemaBuilder) -> Type {
            Type::Map {
                key: types.of::<K>(),
                value: types.of::<V>(),
                ordered: $ordered,
            }
        }

        fn __measure(this: &Self, into: &mut Measure) {
            measure_entries(this.iter(), into);
        }

        fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
            inline_map(encoder, at, this.iter(), $ordered)
        }

        fn __measure_handle(this: &Self, into: &mut Measure) {
            into.at_home_or_away(|into| measure_entries(this.iter(), into));
        }

        fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
            map::<Self, K, V>(encoder, at, this.iter(), $ordered)
        }

        fn __key(this: &Self, into: &mut KeyBuf, last: bool) {
            key(this.iter(), into, last);
        }
    };
}

/// How maps by hash are made. Expands inside an impl of `MapContainer`.
macro_rules! hashed_container {
    () => {
        const ORDERED: bool = false;

        type Building = Self;

        fn start(count: usize) -> Self {
            Self::with_capacity_and_hasher(count, S::default())
        }

        #[inline]
        fn add(building: &mut Self, key: K, value: V) {
            building.insert(key, value);
        }

        fn finish(building: Self) -> Self {
            building
        }

        fn count(&self) -> usize {
            self.len()
        }
    };
}

impl<K: Store, V: Store, S: Sync> Store for HashMap<K, V, S> {
    write_map!(false);
}

impl<K, V, S> ParcodeObject for HashMap<K, V, S>
where
    K: ParcodeObject + Eq + Hash,
    V: ParcodeObject,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    read_map!(false);
}

impl<K: Eq + Hash, V, S: BuildHasher + Default> MapContainer<K, V> for HashMap<K, V, S> {
    hashed_container!();
}

impl<K, V, S> MapField for HashMap<K, V, S> {}

impl<K: Store, V: Store> Store for BTreeMap<K, V> {
    write_map!(true);
}

impl<K: ParcodeObject + Ord, V: ParcodeObject> ParcodeObject for BTreeMap<K, V> {
    read_map!(true);
}

impl<K: Ord, V> MapContainer<K, V> for BTreeMap<K, V> {
    const ORDERED: bool = true;

    type Building = Vec<(K, V)>;

    fn start(count: usize) -> Self::Building {
        Vec::with_capacity(count)
    }

    #[inline]
    fn add(building: &mut Self::Building, key: K, value: V) {
        building.push((key, value));
    }

    fn finish(building: Self::Building) -> Self {
        building.into_iter().collect()
    }

    fn count(&self) -> usize {
        self.len()
    }
}

impl<K, V> OrderedContainer for BTreeMap<K, V> {}

impl<K, V> MapField for BTreeMap<K, V> {}
