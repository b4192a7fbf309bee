//! Iteration over a chunkable map, shard by shard.

use super::entries::Place;
use super::map::{LazyMap, StoredMap};
use super::table::TableIter;
use crate::error::Result;
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
    /// Whether nothing follows any more: the end or an error was told.
    pub(super) ended: bool,
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> Iterator
    for MapIter<'par, K, V, C>
{
    type Item = Result<(K::Lazy<'par>, V::Lazy<'par>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.left > 0
            && let Some(entry) = self.table.next()
        {
            self.left -= 1;
            return Some(Ok(entry));
        }
        self.next_table()
    }

    /// As that of a [`LazyVecIter`](super::LazyVecIter): sure are the entries at hand.
    fn size_hint(&self) -> (usize, Option<usize>) {
        let sure = match &self.place {
            Some(Place::One(..)) if self.next == 0 => self.left,
            _ => self.table.len().min(self.left),
        };
        (sure, Some(self.left))
    }
}

impl<K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> MapIter<'_, K, V, C> {
    /// The first entry of the next shard that has one; at the end, whether there were as many as there
    /// must be.
    #[cold]
    fn next_table(&mut self) -> Option<<Self as Iterator>::Item> {
        while !self.ended {
            let entries = self.map.entries();
            let place = match self.place.take().map_or_else(|| entries.place(), Ok) {
                Ok(place) => self.place.insert(place),
                Err(error) => return self.end(Err(error)),
            };
            let beyond = self.table.len();
            if self.next >= place.shards() || beyond > 0 {
                let seen = self.map.len() - self.left;
                return self.end(entries.all(seen.saturating_add(beyond), self.map.len()));
            }
            match self.map.table(place, self.next) {
                Ok(table) => self.table = table.iter(),
                Err(error) => return self.end(Err(error)),
            }
            self.next += 1;
            if self.left > 0
                && let Some(entry) = self.table.next()
            {
                self.left -= 1;
                return Some(Ok(entry));
            }
        }
        None
    }

    fn end(&mut self, how: Result<()>) -> Option<<Self as Iterator>::Item> {
        self.ended = true;
        self.left = 0;
        how.err().map(Err)
    }
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
