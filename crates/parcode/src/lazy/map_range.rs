//! Ordered lookups in a chunkable map: ranges, prefixes, both ends.

use super::entries::Place;
use super::key_range::prefix_range;
use super::map::{LazyMap, StoredMap};
use super::table::TableIter;
use super::{KeyRange, OrderedContainer};
use crate::error::Result;
use crate::object::{ParcodeObject, TextKey};
use crate::wire::KeyBuf;
use std::fmt;
use std::ops::Bound;

/// What is there where entries are in the order of their keys.
impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V> + OrderedContainer>
    LazyMap<'par, K, V, C>
{
    /// The mirrors of the entries whose keys lie in `keys`, in order: `"San "..`,
    /// `10..=20`. Reads the shards of the range, as the iterator comes to them.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "as every `range` takes ranges"
    )]
    pub fn range(&self, keys: impl KeyRange<K>) -> Result<MapRange<'par, K, V, C>> {
        self.between(&keys.__start(), &keys.__end())
    }

    /// The mirrors of the entries whose keys start with `prefix`, in order.
    pub fn prefix(&self, prefix: &str) -> Result<MapRange<'par, K, V, C>>
    where
        K: TextKey,
    {
        let (start, end) = prefix_range(prefix);
        self.between(&start, &end)
    }

    /// The mirrors of the entry with the least key.
    pub fn first_key_value(&self) -> Result<Option<(K::Lazy<'par>, V::Lazy<'par>)>> {
        let place = self.entries().place()?;
        Ok(self.table(&place, 0)?.iter().next())
    }

    /// The mirrors of the entry with the greatest key.
    pub fn last_key_value(&self) -> Result<Option<(K::Lazy<'par>, V::Lazy<'par>)>> {
        let place = self.entries().place()?;
        let table = self.table(&place, place.shards().saturating_sub(1))?;
        let last = table.len().saturating_sub(1);
        Ok(table.slice(last, table.len()).iter().next())
    }

    fn between(
        &self,
        start: &Bound<KeyBuf>,
        end: &Bound<KeyBuf>,
    ) -> Result<MapRange<'par, K, V, C>> {
        let place = self.entries().place()?;
        let (shard, entry) = self.position(&place, start.as_ref(), (0, 0))?;
        let last = place.shards().saturating_sub(1);
        let end = self.position(
            &place,
            match end {
                // Up to a key and with it is up to what is above it.
                Bound::Included(key) => Bound::Excluded(key),
                Bound::Excluded(key) => Bound::Included(key),
                Bound::Unbounded => Bound::Unbounded,
            },
            (last, usize::MAX),
        )?;
        Ok(MapRange {
            map: *self,
            place,
            table: TableIter::empty(self.node),
            next: (shard, entry),
            end,
        })
    }

    /// Shard and entry of the first key that a lower bound lets through.
    fn position(
        &self,
        place: &Place<'par>,
        bound: Bound<&KeyBuf>,
        unbounded: (usize, usize),
    ) -> Result<(usize, usize)> {
        let (key, inclusive) = match bound {
            Bound::Included(key) => (key.as_bytes(), true),
            Bound::Excluded(key) => (key.as_bytes(), false),
            Bound::Unbounded => return Ok(unbounded),
        };
        let shard = self.entries().shard_of(place, key)?;
        let table = self.table(place, shard)?;
        table.sure((shard, table.lower_bound(key, inclusive)))
    }
}

/// The mirrors of the entries between two keys. How many there are is known at its end only:
/// counting would read every shard.
pub struct MapRange<'par, K, V, C> {
    map: LazyMap<'par, K, V, C>,
    place: Place<'par>,
    table: TableIter<'par, K, V>,
    /// Shard and entry to go on with, and those to end before.
    next: (usize, usize),
    end: (usize, usize),
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> Iterator
    for MapRange<'par, K, V, C>
{
    type Item = Result<(K::Lazy<'par>, V::Lazy<'par>)>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(entry) = self.table.next() {
                return Some(Ok(entry));
            }
            let (shard, entry) = self.next;
            if self.next >= self.end || shard >= self.place.shards() {
                return None;
            }
            match self.map.table(&self.place, shard) {
                Ok(table) => {
                    let last = if shard == self.end.0 {
                        self.end.1.min(table.len())
                    } else {
                        table.len()
                    };
                    self.table = table.slice(entry.min(last), last).iter();
                    self.next = (shard + 1, 0);
                }
                Err(error) => {
                    self.next = self.end;
                    return Some(Err(error));
                }
            }
        }
    }
}

impl<K, V, C> fmt::Debug for MapRange<'_, K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MapRange").finish_non_exhaustive()
    }
}
