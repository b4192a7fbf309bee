//! What handles load into.

use crate::error::Result;

/// A sequence that `load()` can give.
pub trait SeqContainer<T>: Sized {
    /// The container of these elements; an error where it cannot hold them.
    fn from_vec(elements: Vec<T>) -> Result<Self>;
}

/// A map that `load()` can give.
pub trait MapContainer<K, V>: Sized {
    /// Whether its entries are stored in the order of their keys.
    #[doc(hidden)]
    const ORDERED: bool;

    /// What entries are collected in.
    #[doc(hidden)]
    type Building;

    /// The start of a map of about `count` entries.
    #[doc(hidden)]
    fn start(count: usize) -> Self::Building;

    /// Adds an entry; those of ordered maps come in the order of their keys, unless the file has the map
    /// by hash.
    #[doc(hidden)]
    fn add(building: &mut Self::Building, key: K, value: V);

    /// The map.
    #[doc(hidden)]
    fn finish(building: Self::Building) -> Self;

    /// The number of entries.
    #[doc(hidden)]
    fn count(&self) -> usize;
}

/// A set that `load()` can give: a map without values.
pub trait SetContainer<K>: Sized {
    /// The map that the set is stored as.
    #[doc(hidden)]
    type Map: MapContainer<K, ()>;

    #[doc(hidden)]
    fn from_map(map: Self::Map) -> Self;
}

/// A map or set whose entries are in the order of their keys: what ordered lookups ask for.
#[diagnostic::on_unimplemented(
    message = "`{Self}` keeps no order",
    note = "`range`, `prefix`, `first_key_value` and `last_key_value` are there on `BTreeMap` and `BTreeSet`"
)]
pub trait OrderedContainer {}
