//! The handle of a chunkable map.

use super::MapContainer;
use super::entries::{Entries, Held, Place};
use super::map_iter::{MapIter, MapKeys, MapValues};
use super::table::{Found, Table, TableIter, Wanted, stride};
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::Span;
use crate::object::{Cell, Loader, Lookup, Node, ParcodeObject, Session, Slot, typed};
use crate::wire::checksum;
use std::fmt;
use std::marker::PhantomData;

/// A map that is read only where it is touched.
///
/// A lookup reads the one shard, of about 8 KiB, that a key's hash (or, in ordered maps, the key)
/// points to, looks at a cache line of pieces of hashes, and at the one key whose piece matches: no
/// neighbour is decoded. What accessors touch stays in memory until
/// [`clear_cache`](crate::ParcodeFile::clear_cache); [`for_each`](Self::for_each) and
/// [`load`](Self::load) keep nothing.
pub struct LazyMap<'par, K, V, C> {
    pub(super) node: &'par Node,
    span: Span,
    /// What is published of a map that is away.
    cell: Option<&'par Cell>,
    types: PhantomData<fn() -> (K, V, C)>,
}

/// A map container as the type that it stores: what chunks of it are checked as.
pub trait StoredMap<K, V>: MapContainer<K, V> + ParcodeObject {}

impl<K, V, C: MapContainer<K, V> + ParcodeObject> StoredMap<K, V> for C {}

impl<'par, K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> LazyMap<'par, K, V, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self {
            node: slot.node,
            span: slot.span(),
            cell: slot.cell(),
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
    #[inline(always)]
    pub fn get_lazy<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<Option<V::Lazy<'par>>> {
        Ok(self.find(key)?.slot(V::SLOT).map(V::__lazy))
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
        Ok(self.find(key)?.is_somewhere())
    }

    /// The entries' mirrors, in the order of the file: that of the keys in ordered maps. Shards are
    /// read as the iterator comes to them, and stay in memory.
    pub fn iter(&self) -> Result<MapIter<'par, K, V, C>> {
        Ok(MapIter {
            place: Some(self.entries().place()?),
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
    #[inline]
    pub fn for_each(&self, mut visit: impl FnMut(K::Lazy<'_>, V::Lazy<'_>)) -> Result<()> {
        self.each_table(|table| {
            table.iter().for_each(|(key, value)| visit(key, value));
            Ok(())
        })
    }

    /// [`for_each`](Self::for_each) until `visit` fails.
    #[inline]
    pub fn try_for_each<E: From<ParcodeError>>(
        &self,
        mut visit: impl FnMut(K::Lazy<'_>, V::Lazy<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.each_table(|table| table.iter().try_for_each(|(key, value)| visit(key, value)))
    }

    /// Calls `visit` on each entry's mirrors from several threads at once, in no order.
    pub fn par_for_each(
        &self,
        visit: impl Fn(K::Lazy<'_>, V::Lazy<'_>) + Send + Sync,
    ) -> Result<()> {
        let entries = self.entries();
        let place = entries.scanned_place()?;
        let visited: Vec<Result<usize>> = self.node.session.workers.map(place.shards(), |number| {
            let held = entries.hold(&place, number)?;
            let table = table_of::<K, V, C>(&held);
            table.iter().for_each(|(key, value)| visit(key, value));
            Ok(table.len())
        });
        entries.all(visited.into_iter().sum::<Result<usize>>()?, self.len())
    }

    /// Gives each shard's table to `visit`; they need not stay.
    #[inline]
    fn each_table<E: From<ParcodeError>>(
        &self,
        mut visit: impl FnMut(Table<'_, K, V>) -> Result<(), E>,
    ) -> Result<(), E> {
        let entries = self.entries();
        let place = entries.scanned_place()?;
        let mut seen = 0;
        for number in 0..place.shards() {
            let held = entries.hold(&place, number)?;
            let table = table_of::<K, V, C>(&held);
            seen += table.len();
            visit(table)?;
        }
        Ok(entries.all(seen, self.len())?)
    }

    /// All entries, whole, as the type that was saved. Shards are decoded one by one,
    /// while other threads read, verify and decompress the next ones.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        if let Some(salvaging) = loader.salvages() {
            return Ok(self.rescue(loader, salvaging));
        }
        let entries = self.entries();
        let place = entries.scanned_directory()?;
        let (session, room) = (&self.node.session, self.room(&place)?);
        let mut collected = Collected::<K, V, C>::start(self.len(), room, session, loader)?;
        let read = |shard| entries.hold(&place, shard);
        loader.each(session, place.shards(), &read, |held, loader| {
            if self.span.is_away() {
                loader.visit(held.node())?;
            }
            collected.add_all(table_of::<K, V, C>(&held), loader)
        })?;
        let flawed = |flaw: Flaw| entries.in_map(flaw.at(self.node.origin.offset));
        collected.finish(self.len()).map_err(flawed)
    }

    /// Where a key's value is. Always inlined, but for the search itself, which gives a place: callers make
    /// the mirror of it, and leave out what they do not look at.
    #[inline(always)]
    fn find<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<Found<'par>> {
        Q::__with(key, |key| {
            if !C::ORDERED
                && K::KEY_IS_HERE
                && let Some(found) = self.find_warm(key)
            {
                return Ok(found);
            }
            self.find_cold(key)
        })
    }

    /// Where the value of a key is whose shard was touched.
    #[inline(never)]
    fn find_warm(&self, key: &[u8]) -> Option<Found<'par>> {
        let hash = checksum(key);
        let (node, span) = if let Some(cell) = self.cell {
            let node = cell.index.get()?.node_of_hash(hash)?;
            (&**node, node.span())
        } else {
            (self.node, self.span)
        };
        Some(Table::<K, V>::find_hashed(node, span, Wanted { key, hash }))
    }

    #[cold]
    fn find_cold(&self, key: &[u8]) -> Result<Found<'par>> {
        let entries = self.entries();
        let place = entries.directory()?;
        let (node, span) = entries.table(&place, entries.shard_of(&place, key)?)?;
        let table = Table::<K, V>::new(node, span, C::ORDERED);
        table.sure(if C::ORDERED {
            table.find_ordered(key)
        } else {
            let hash = checksum(key);
            Table::<K, V>::find_hashed(node, span, Wanted { key, hash })
        })
    }

    /// The map, as what reads it without its types.
    #[inline(always)]
    pub(super) fn entries(&self) -> Entries<'par, 'static> {
        Entries {
            node: self.node,
            span: self.span,
            ordered: C::ORDERED,
            ty: typed::<C>(),
        }
    }

    #[inline]
    pub(super) fn table(&self, place: &Place<'par>, shard: usize) -> Result<Table<'par, K, V>> {
        let (node, span) = self.entries().table(place, shard)?;
        Ok(Table::new(node, span, C::ORDERED))
    }

    /// How many entries to make room for: those that are claimed, as far as there are bytes for them.
    fn room(&self, place: &Place<'_>) -> Result<usize> {
        match place {
            Place::One(_, span) => Ok(span.len as usize),
            Place::Shards(index) => index
                .room(&self.node.session, stride::<K, V>())
                .map_err(|error| self.entries().in_map(error)),
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

#[inline]
fn table_of<'h, K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>>(
    held: &'h Held<'_>,
) -> Table<'h, K, V> {
    Table::new(held.node(), held.span(), C::ORDERED)
}

/// A map that is being read.
pub(super) struct Collected<K, V, C: MapContainer<K, V>> {
    building: C::Building,
    given: usize,
}

impl<K, V, C: MapContainer<K, V>> Collected<K, V, C> {
    /// The start of a map of `count` entries, with room for so many. What they are collected in may be a map
    /// already, or lie beside it in the end, so entries count twice.
    pub(super) fn start(
        count: usize,
        room: usize,
        session: &Session,
        loader: &Loader,
    ) -> Result<Self> {
        loader.build::<[(K, V); 2]>(session, count)?;
        Ok(Self {
            building: C::start(room),
            given: 0,
        })
    }

    /// Adds all entries of a table, whole.
    pub(super) fn add_all(&mut self, table: Table<'_, K, V>, loader: &Loader) -> Result<()>
    where
        K: ParcodeObject,
        V: ParcodeObject,
    {
        self.given += table.len();
        table.load_each(loader, |key, value| C::add(&mut self.building, key, value))
    }

    /// The map, if it has `count` entries with different keys.
    pub(super) fn finish(self, count: usize) -> Result<C, Flaw> {
        let map = C::finish(self.building);
        if self.given == count && map.count() == count {
            return Ok(map);
        }
        Err(Flaw::new(
            format!("{count} entries with different keys"),
            format!("{} entries, {} different keys", self.given, map.count()),
        ))
    }
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
            ended: false,
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
