//! The handle of a chunkable map.

use super::MapContainer;
use super::map_iter::{MapIter, MapKeys, MapValues};
use super::table::{Table, TableIter, Wanted};
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{ChildKind, FenceKind, Span};
use crate::object::{IndexNode, Loader, Lookup, Node, ParcodeObject, Slot};
use crate::read;
use crate::wire::checksum;
use std::fmt;
use std::marker::PhantomData;

/// A map that is read only where it is touched.
///
/// A lookup reads the one shard, of about 16 KiB, that a key's hash (or, in ordered maps, the key)
/// points to, compares one tag byte an entry in one bucket, and encoded keys where a tag matches: no
/// neighbour is decoded. What accessors touch stays in memory until
/// [`clear_cache`](crate::ParcodeFile::clear_cache); [`for_each`](Self::for_each) and
/// [`load`](Self::load) keep nothing.
pub struct LazyMap<'par, K, V, C> {
    pub(super) node: &'par Node,
    span: Span,
    types: PhantomData<fn() -> (K, V, C)>,
}

/// Where the entries are.
pub(super) enum Place<'par> {
    One(&'par Node, Span),
    Shards(&'par IndexNode),
}

/// A map container as the type that it stores: what chunks of it are checked as.
pub trait StoredMap<K, V>: MapContainer<K, V> + ParcodeObject {}

impl<K, V, C: MapContainer<K, V> + ParcodeObject> StoredMap<K, V> for C {}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> LazyMap<'par, K, V, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self {
            node: slot.node,
            span: slot.span(),
            types: PhantomData,
        }
    }

    /// The number of entries. Reads nothing.
    pub fn len(&self) -> usize {
        if self.span.is_away() {
            usize::try_from(self.node.link_len(self.span.start)).unwrap_or(usize::MAX)
        } else {
            self.span.len as usize
        }
    }

    /// Whether there is no entry. Reads nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The mirror of a key's value. Reads at most one shard, and nothing of its neighbours.
    #[inline]
    pub fn get_lazy<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<Option<V::Lazy<'par>>> {
        Ok(self.find(key)?.map(V::__lazy))
    }

    /// A key's value, whole, with all that its type keeps in other chunks.
    pub fn get<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<Option<V>> {
        let loader = Loader::new();
        self.get_lazy(key)?
            .map(|lazy| V::__load(lazy, &loader))
            .transpose()
    }

    /// The mirrors of several keys' values, in the order of the keys.
    pub fn get_many<'k, Q: Lookup<K> + ?Sized + 'k>(
        &self,
        keys: impl IntoIterator<Item = &'k Q>,
    ) -> Result<Vec<Option<V::Lazy<'par>>>> {
        keys.into_iter().map(|key| self.get_lazy(key)).collect()
    }

    /// Whether there is an entry of this key.
    pub fn contains_key<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<bool> {
        Ok(self.find(key)?.is_some())
    }

    /// The entries' mirrors, in the order of the file: that of the keys in ordered maps. Shards are
    /// read as the iterator comes to them, and stay in memory.
    pub fn iter(&self) -> Result<MapIter<'par, K, V, C>> {
        Ok(MapIter {
            place: Some(self.place()?),
            ..(*self).into_iter()
        })
    }

    /// The keys' mirrors.
    pub fn keys(&self) -> Result<MapKeys<'par, K, V, C>> {
        self.iter().map(MapKeys)
    }

    /// The values' mirrors.
    pub fn values(&self) -> Result<MapValues<'par, K, V, C>> {
        self.iter().map(MapValues)
    }

    /// Calls `visit` on each entry's mirrors. Memory stays bounded however large the map is.
    pub fn for_each(&self, mut visit: impl FnMut(K::Lazy<'_>, V::Lazy<'_>)) -> Result<()> {
        self.try_for_each(|key, value| {
            visit(key, value);
            Ok::<(), ParcodeError>(())
        })
    }

    /// [`for_each`](Self::for_each) until `visit` fails.
    pub fn try_for_each<E: From<ParcodeError>>(
        &self,
        mut visit: impl FnMut(K::Lazy<'_>, V::Lazy<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let place = self.place()?;
        self.will_read(&place);
        let mut outcome = Ok(());
        for number in 0..place.shards() {
            self.pass(&place, number, |_, table| {
                outcome = table.iter().try_for_each(|(key, value)| visit(key, value));
                Ok(())
            })?;
            if outcome.is_err() {
                break;
            }
        }
        outcome
    }

    /// Calls `visit` on each entry's mirrors from several threads at once, in no order.
    pub fn par_for_each(
        &self,
        visit: impl Fn(K::Lazy<'_>, V::Lazy<'_>) + Send + Sync,
    ) -> Result<()> {
        let place = self.place()?;
        self.will_read(&place);
        let visited: Vec<Result<()>> = Loader::parallel().workers().map(place.shards(), |number| {
            self.pass(&place, number, |_, table| {
                table.iter().for_each(|(key, value)| visit(key, value));
                Ok(())
            })
        });
        visited.into_iter().collect()
    }

    /// All entries, whole, as the type that was saved. Shards are decoded in parallel.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        let place = self.place()?;
        self.will_read(&place);
        let below = loader.sequential();
        let parts: Vec<Result<_>> = loader.workers().map(place.shards(), |number| {
            let mut part = Vec::new();
            self.pass(&place, number, |node, table| {
                if self.span.is_away() {
                    loader.charge(&node.session, node.origin.charge)?;
                }
                part = table.load(&below)?;
                Ok(())
            })?;
            Ok(part)
        });
        let parts = parts.into_iter().collect::<Result<Vec<_>>>()?;
        loaded(self.len(), parts).map_err(|flaw| self.in_map(flaw.at(self.node.origin.offset)))
    }

    /// The slot of a key's value. Not inlined: callers make the mirror of it, and leave out what they
    /// do not look at.
    #[inline(never)]
    fn find<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<Option<Slot<'par>>> {
        Q::__with(key, |key| {
            if !C::ORDERED {
                let hash = checksum(key);
                if let Some(table) = self.warm_table(hash) {
                    return Ok(table.find_hashed(Wanted { key, hash }));
                }
            }
            self.find_cold(key)
        })
    }

    /// The table of a hash, where its shard was touched.
    #[inline]
    fn warm_table(&self, hash: u64) -> Option<Table<'par, K, V>> {
        let (node, span) = if self.span.is_away() {
            let index = self.node.cell(self.span.start)?.index.get()?;
            let node = index.node_of_hash(hash)?;
            (&**node, node.span())
        } else {
            (self.node, self.span)
        };
        Some(Table::new(node, span, false))
    }

    #[cold]
    fn find_cold(&self, key: &[u8]) -> Result<Option<Slot<'par>>> {
        let place = self.place()?;
        if C::ORDERED {
            return Ok(self.table_of_key(&place, key)?.find_ordered(key));
        }
        let hash = checksum(key);
        let table = match &place {
            Place::One(node, span) => Table::new(node, *span, false),
            Place::Shards(index) => {
                let shard = index.shard_of_hash(&self.node.session, hash)?;
                self.table(&place, shard)?
            }
        };
        Ok(table.find_hashed(Wanted { key, hash }))
    }

    /// Where the entries are; reads the chunk of a map that has just one.
    #[inline]
    pub(super) fn place(&self) -> Result<Place<'par>> {
        if !self.span.is_away() {
            return Ok(Place::One(self.node, self.span));
        }
        // Warm first: what is published needs no second look at its link.
        let published = self
            .node
            .cell(self.span.start)
            .and_then(|cell| cell.index.get());
        match published {
            Some(index) => Ok(Place::Shards(index)),
            None => self.cold_place(),
        }
    }

    #[cold]
    fn cold_place(&self) -> Result<Place<'par>> {
        let number = self.span.start;
        let (record, _) = self.node.link(number)?;
        if record.mark.kind == ChildKind::Index {
            let kinds: &[_] = if C::ORDERED {
                &[FenceKind::Separator]
            } else {
                &[FenceKind::Share, FenceKind::Hash]
            };
            return read::index::<C>(self.node, number, kinds).map(|index| Place::Shards(index));
        }
        let node = read::child::<C>(self.node, number)?;
        if u64::from(node.span().len) == record.count {
            return Ok(Place::One(node, node.span()));
        }
        let flaw = Flaw::new(
            format!("{} entries", record.count),
            node.span().len.to_string(),
        );
        Err(self.in_map(flaw.at(node.origin.offset)))
    }

    #[inline]
    pub(super) fn table(&self, place: &Place<'par>, shard: usize) -> Result<Table<'par, K, V>> {
        Ok(match place {
            Place::One(node, span) => Table::new(node, *span, C::ORDERED),
            Place::Shards(index) => {
                let node = read::shard::<C>(self.node, self.span.start, index, shard)?;
                Table::new(node, node.span(), C::ORDERED)
            }
        })
    }

    /// The table whose range of keys holds `key`.
    fn table_of_key(&self, place: &Place<'par>, key: &[u8]) -> Result<Table<'par, K, V>> {
        self.table(place, self.shard_of_key(place, key)?)
    }

    pub(super) fn shard_of_key(&self, place: &Place<'par>, key: &[u8]) -> Result<usize> {
        match place {
            Place::One(..) => Ok(0),
            Place::Shards(index) => index
                .shard_of_key(&self.node.session, key)
                .map_err(|error| self.in_map(error)),
        }
    }

    /// Calls `with` on a table that need not stay.
    fn pass(
        &self,
        place: &Place<'_>,
        shard: usize,
        with: impl FnOnce(&Node, Table<'_, K, V>) -> Result<()>,
    ) -> Result<()> {
        match place {
            Place::One(node, span) => with(node, Table::new(node, *span, C::ORDERED)),
            Place::Shards(index) => {
                let node = read::passing_shard::<C>(self.node, self.span.start, index, shard)?;
                with(&node, Table::new(&node, node.span(), C::ORDERED))
            }
        }
    }

    fn will_read(&self, place: &Place<'par>) {
        if let Place::Shards(index) = place {
            let session = &self.node.session;
            let start = index.first_offset(session).unwrap_or(index.anchor);
            session
                .source
                .will_read(start.min(index.anchor)..index.anchor);
        }
    }

    #[cold]
    pub(super) fn in_map(&self, error: ParcodeError) -> ParcodeError {
        if self.span.is_away() {
            self.node.in_link(error, self.span.start, "")
        } else {
            error
        }
    }

    pub(crate) fn shorten<'short>(self) -> LazyMap<'short, K, V, C>
    where
        'par: 'short,
    {
        LazyMap {
            types: PhantomData,
            ..self
        }
    }
}

impl Place<'_> {
    pub(super) fn shards(&self) -> usize {
        match self {
            Self::One(..) => 1,
            Self::Shards(index) => index.shards(),
        }
    }
}

/// A map of the entries that were read, of which there must be `count`, with different keys.
pub(super) fn loaded<K, V, C: MapContainer<K, V>>(
    count: usize,
    parts: Vec<Vec<(K, V)>>,
) -> Result<C, Flaw> {
    let given = parts.iter().map(Vec::len).sum();
    let map = C::from_parts(given, parts.into_iter());
    if given == count && map.count() == count {
        return Ok(map);
    }
    Err(Flaw::new(
        format!("{count} entries with different keys"),
        format!("{given} entries, {} different keys", map.count()),
    ))
}

impl<K, V, C> Clone for LazyMap<'_, K, V, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V, C> Copy for LazyMap<'_, K, V, C> {}

impl<K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> fmt::Debug for LazyMap<'_, K, V, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyMap")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// Iterates as [`iter`](LazyMap::iter) does; what that fails with is the first item.
impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> IntoIterator
    for LazyMap<'par, K, V, C>
{
    type Item = Result<(K::Lazy<'par>, V::Lazy<'par>)>;
    type IntoIter = MapIter<'par, K, V, C>;

    fn into_iter(self) -> Self::IntoIter {
        MapIter {
            map: self,
            place: None,
            table: TableIter::empty(self.node),
            next: 0,
            left: self.len(),
        }
    }
}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> IntoIterator
    for &LazyMap<'par, K, V, C>
{
    type Item = Result<(K::Lazy<'par>, V::Lazy<'par>)>;
    type IntoIter = MapIter<'par, K, V, C>;

    fn into_iter(self) -> Self::IntoIter {
        (*self).into_iter()
    }
}
