//! Iteration over a chunkable map, shard by shard.

use super::entries::Place;
use super::map::{LazyMap, StoredMap};
use super::table::TableIter;
use crate::error::{Flaw, Result};
use crate::object::ParcodeObject;
use std::fmt;

/// The mirrors of a [`LazyMap`]'s entries, each shard read as the iterator comes to it.
pub struct MapIter<'par, K, V, C> {
    pub(super) map: LazyMap<'par, K, V, C>,
    /// Found at the first step, where a `for` made the iterator.
    pub(super) place: Option<Place<'par>>,
    pub(super) table: TableIter<'par, K, V>,
    pub(super) next: usize,
    pub(super) left: usize,
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> Iterator
    for MapIter<'par, K, V, C>
{
    type Item = Result<(K::Lazy<'par>, V::Lazy<'par>)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if self.left == 0 {
                return None;
            }
            if let Some(entry) = self.table.next() {
                self.left -= 1;
                return Some(Ok(entry));
            }
            let place = match self
                .place
                .take()
                .map_or_else(|| self.map.entries().place(), Ok)
            {
                Ok(place) => self.place.insert(place),
                Err(error) => {
                    self.left = 0;
                    return Some(Err(error));
                }
            };
            if self.next >= place.shards() {
                self.left = 0;
                let flaw = Flaw::new(format!("{} entries", self.map.len()), "fewer");
                return Some(Err(self
                    .map
                    .entries()
                    .in_map(flaw.at(self.map.node.origin.offset))));
            }
            match self.map.table(place, self.next) {
                Ok(table) => self.table = table.iter(),
                Err(error) => {
                    self.left = 0;
                    return Some(Err(error));
                }
            }
            self.next += 1;
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl<K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> ExactSizeIterator
    for MapIter<'_, K, V, C>
{
}

impl<K, V, C> fmt::Debug for MapIter<'_, K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MapIter")
            .field("left", &self.left)
            .finish_non_exhaustive()
    }
}

/// The mirrors of a [`LazyMap`]'s keys.
#[derive(Debug)]
pub struct MapKeys<'par, K, V, C>(pub(super) MapIter<'par, K, V, C>);

/// The mirrors of a [`LazyMap`]'s values.
#[derive(Debug)]
pub struct MapValues<'par, K, V, C>(pub(super) MapIter<'par, K, V, C>);

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> Iterator
    for MapKeys<'par, K, V, C>
{
    type Item = Result<K::Lazy<'par>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map(|(key, _)| key))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> Iterator
    for MapValues<'par, K, V, C>
{
    type Item = Result<V::Lazy<'par>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map(|(_, value)| value))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> ExactSizeIterator
    for MapKeys<'_, K, V, C>
{
}
impl<K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> ExactSizeIterator
    for MapValues<'_, K, V, C>
{
}
