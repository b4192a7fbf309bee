//! Sets of both kinds: maps without values.

use super::MapField;
use super::map::key;
use crate::error::{Flaw, Result};
use crate::format::SPAN_LEN;
use crate::lazy::{LazySet, SetContainer, SetView};
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;
use crate::write::{inline_map, map, measure_entries};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

/// An element as an entry.
pub(super) fn entry<K>(key: &K) -> (&K, &()) {
    (key, &())
}

/// What both kinds of set write alike. Expands inside an impl of `Store`.
macro_rules! write_set {
    ($map:ty, $ordered:literal) => {
        const SLOT: usize = SPAN_LEN;
        const HANDLE_SLOT: usize = SPAN_LEN;
        const SPANNED: bool = true;

        fn __schema(types: &mut SchemaBuilder) -> Type {
            <$map>::__schema(types)
        }

        fn __measure(this: &Self, into: &mut Measure) {
            measure_entries(this.iter().map(entry), into);
        }

        fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
            inline_map(encoder, at, this.iter().map(entry), $ordered)
        }

        fn __measure_handle(this: &Self, into: &mut Measure) {
            into.at_home_or_away(|into| measure_entries(this.iter().map(entry), into));
        }

        fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
            map::<$map, K, ()>(encoder, at, this.iter().map(entry), $ordered)
        }

        fn __key(this: &Self, into: &mut KeyBuf, last: bool) {
            key(this.iter().map(entry), into, last);
        }
    };
}

/// What both kinds of set read alike. Expands inside an impl of `ParcodeObject`.
macro_rules! read_set {
    ($ordered:literal) => {
        type Lazy<'par> = SetView<'par, K, Self>;
        type Handle<'par> = LazySet<'par, K, Self>;

        fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_> {
            SetView::new(slot)
        }

        fn __handle(slot: Slot<'_>) -> Self::Handle<'_> {
            LazySet::new(slot)
        }

        fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
            lazy.__load(loader)
        }

        fn __load_handle(handle: Self::Handle<'_>, loader: &Loader) -> Result<Self> {
            handle.__load(loader)
        }

        fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
            checker.table::<K, ()>(at, $ordered)
        }

        fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
            checker.home_or_away(at, |checker| checker.table::<K, ()>(at, $ordered))
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

impl<K: Store, S: Sync> Store for HashSet<K, S> {
    write_set!(HashMap<K, (), S>, false);
}

impl<K, S> ParcodeObject for HashSet<K, S>
where
    K: ParcodeObject + Eq + Hash,
    S: BuildHasher + Default + Send + Sync + 'static,
{
    read_set!(false);
}

impl<K: Eq + Hash, S: BuildHasher + Default> SetContainer<K> for HashSet<K, S> {
    type Map = HashMap<K, (), S>;

    fn from_map(map: Self::Map) -> Self {
        map.into_keys().collect()
    }
}

impl<K, S> MapField for HashSet<K, S> {}

impl<K: Store> Store for BTreeSet<K> {
    write_set!(BTreeMap<K, ()>, true);
}

impl<K: ParcodeObject + Ord> ParcodeObject for BTreeSet<K> {
    read_set!(true);
}

impl<K: Ord> SetContainer<K> for BTreeSet<K> {
    type Map = BTreeMap<K, ()>;

    fn from_map(map: Self::Map) -> Self {
        map.into_keys().collect()
    }
}

impl<K> MapField for BTreeSet<K> {}
