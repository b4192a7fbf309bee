//! A map that lies in the chunk of the mirror that holds it.

use super::key_range::prefix_range;
use super::map::Collected;
use super::rescue::rescue_table;
use super::table::{Found, Table, TableIter, Wanted};
use super::{KeyRange, MapContainer, OrderedContainer};
use crate::error::Result;
use crate::format::Span;
use crate::object::{Loader, Lookup, Node, ParcodeObject, Slot, TextKey};
use crate::wire::{KeyBuf, checksum};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Bound;

/// Entries inside the mirror's own chunk: a borrowed map of mirrors.
///
/// Lookups by hash or, in ordered maps, by bisection; nothing is read for them but whole objects
/// whose parts live in other chunks.
pub struct MapView<'par, K, V, C> {
    node: &'par Node,
    span: Span,
    types: PhantomData<fn() -> (K, V, C)>,
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>> MapView<'par, K, V, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self {
            node: slot.node,
            span: slot.span(),
            types: PhantomData,
        }
    }

    fn table(&self) -> Table<'par, K, V> {
        Table::new(self.node, self.span, C::ORDERED)
    }

    /// The number of entries.
    pub fn len(&self) -> usize {
        self.span.len as usize
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.span.len == 0
    }

    fn find<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Found<'par> {
        Q::__with(key, |key| {
            if C::ORDERED {
                return self.table().find_ordered(key);
            }
            let hash = checksum(key);
            Table::<K, V>::find_hashed(self.node, self.span, Wanted { key, hash })
        })
    }

    /// The mirror of a key's value.
    ///
    /// Keys of enormous parts, as a struct with a `chunkable` field can be, may have some of them in
    /// other chunks; if those are damaged, the key is not found. [`get`](Self::get) says so.
    pub fn get_lazy<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Option<V::Lazy<'par>> {
        self.find(key).slot(V::SLOT).map(V::__lazy)
    }

    /// A key's value, whole.
    pub fn get<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<Option<V>> {
        let loader = Loader::new();
        self.table()
            .sure(self.get_lazy(key))?
            .map(|lazy| V::__load(lazy, &loader))
            .transpose()
    }

    /// Whether there is an entry of this key.
    pub fn contains_key<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> bool {
        self.find(key).is_somewhere()
    }

    /// [`contains_key`](Self::contains_key), by the name that all views share.
    pub fn contains<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> bool {
        self.contains_key(key)
    }

    /// The entries' mirrors, in the order of the file: that of the keys in ordered maps.
    pub fn iter(&self) -> MapViewIter<'par, K, V> {
        MapViewIter(self.table().iter())
    }

    /// The keys' mirrors.
    pub fn keys(&self) -> impl ExactSizeIterator<Item = K::Lazy<'par>> + use<'par, K, V, C> {
        self.iter().map(|(key, _)| key)
    }

    /// The values' mirrors.
    pub fn values(&self) -> impl ExactSizeIterator<Item = V::Lazy<'par>> + use<'par, K, V, C> {
        self.iter().map(|(_, value)| value)
    }

    /// The entries, whole, as a `Vec`.
    pub fn to_vec(&self) -> Result<Vec<(K, V)>> {
        let (table, loader) = (self.table(), Loader::parallel());
        let mut entries = Vec::with_capacity(table.len());
        table.load_each(&loader, |key, value| entries.push((key, value)))?;
        Ok(entries)
    }

    /// The entries, whole, as the type that was saved.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        if let Some(salvaging) = loader.salvages() {
            return Ok(rescue_table((self.node, self.span), loader, salvaging));
        }
        let (session, len) = (&self.node.session, self.len());
        let mut collected = Collected::<K, V, C>::start(len, len, session, loader)?;
        collected.add_all(self.table(), loader)?;
        let flawed = |flaw| self.node.damaged(flaw);
        collected.finish(self.len()).map_err(flawed)
    }

    pub(crate) fn shorten<'short>(self) -> MapView<'short, K, V, C>
    where
        'par: 'short,
    {
        MapView {
            types: PhantomData,
            ..self
        }
    }
}

/// What is there where entries are in the order of their keys.
impl<'par, K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V> + OrderedContainer>
    MapView<'par, K, V, C>
{
    /// The mirrors of the entries whose keys lie in `keys`, in order.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "as every `range` takes ranges"
    )]
    pub fn range(&self, keys: impl KeyRange<K>) -> MapViewIter<'par, K, V> {
        self.between(&keys.__start(), &keys.__end())
    }

    /// The mirrors of the entries whose keys start with `prefix`, in order.
    pub fn prefix(&self, prefix: &str) -> MapViewIter<'par, K, V>
    where
        K: TextKey,
    {
        let (start, end) = prefix_range(prefix);
        self.between(&start, &end)
    }

    /// The mirrors of the entry with the least key.
    pub fn first_key_value(&self) -> Option<(K::Lazy<'par>, V::Lazy<'par>)> {
        self.iter().next()
    }

    /// The mirrors of the entry with the greatest key.
    pub fn last_key_value(&self) -> Option<(K::Lazy<'par>, V::Lazy<'par>)> {
        let table = self.table();
        table
            .slice(table.len().saturating_sub(1), table.len())
            .iter()
            .next()
    }

    fn between(&self, start: &Bound<KeyBuf>, end: &Bound<KeyBuf>) -> MapViewIter<'par, K, V> {
        let table = self.table();
        let start = match start {
            Bound::Included(key) => table.lower_bound(key.as_bytes(), true),
            Bound::Excluded(key) => table.lower_bound(key.as_bytes(), false),
            Bound::Unbounded => 0,
        };
        // Up to a key and with it is up to what is above it.
        let end = match end {
            Bound::Included(key) => table.lower_bound(key.as_bytes(), false),
            Bound::Excluded(key) => table.lower_bound(key.as_bytes(), true),
            Bound::Unbounded => table.len(),
        };
        MapViewIter(table.slice(start, end.max(start)).iter())
    }
}

impl<K, V, C> Clone for MapView<'_, K, V, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V, C> Copy for MapView<'_, K, V, C> {}

impl<K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>> fmt::Debug
    for MapView<'_, K, V, C>
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>> IntoIterator
    for MapView<'par, K, V, C>
{
    type Item = (K::Lazy<'par>, V::Lazy<'par>);
    type IntoIter = MapViewIter<'par, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>> IntoIterator
    for &MapView<'par, K, V, C>
{
    type Item = (K::Lazy<'par>, V::Lazy<'par>);
    type IntoIter = MapViewIter<'par, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The mirrors of a [`MapView`]'s entries.
#[derive(Debug, Clone)]
pub struct MapViewIter<'par, K, V>(TableIter<'par, K, V>);

impl<'par, K: ParcodeObject, V: ParcodeObject> Iterator for MapViewIter<'par, K, V> {
    type Item = (K::Lazy<'par>, V::Lazy<'par>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K: ParcodeObject, V: ParcodeObject> ExactSizeIterator for MapViewIter<'_, K, V> {}
