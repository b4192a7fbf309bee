//! `hashbrown`'s maps and sets: stored, mirrored and looked up as those of `std`.

use crate::error::{Flaw, Result};
use crate::format::SPAN_LEN;
use crate::lazy::{LazyMap, LazySet, MapContainer, MapView, SetContainer, SetView};
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, SchemaBuilder, Slot, Store};
use crate::schema::Type;
use crate::types::MapField;
use crate::types::map::key;
use crate::types::set::entry;
use crate::wire::KeyBuf;
use crate::write::{inline_map, map, measure_entries};
use hashbrown::{HashMap, HashSet};
use std::hash::{BuildHasher, Hash};

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
        map.into()
    }
}

impl<K, S> MapField for HashSet<K, S> {}
