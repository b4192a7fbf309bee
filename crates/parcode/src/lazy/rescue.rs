//! Loads that go on at damage: what is lost is noted, and left out.

use super::MapContainer;
use super::boxed::LazyBox;
use super::elements::{Elements, Place, Segment};
use super::entries::{self, Entries};
use super::map::{LazyMap, StoredMap};
use super::seq_view::VecViewIter;
use super::table::Table;
use super::vec::LazyVec;
use crate::error::{ParcodeError, Result};
use crate::format::Span;
use crate::object::{Gone, IndexNode, Loader, Node, ParcodeObject, Salvaging, Slot, schema};
use crate::read::{self, Gap};

impl<T: ParcodeObject, C> LazyVec<'_, T, C> {
    /// The elements that can be read.
    #[cold]
    pub(super) fn rescue(&self, loader: &Loader, salvaging: &Salvaging) -> Vec<T> {
        let (sequence, len) = (self.elements(), self.len() as u64);
        let mut kept = KeptElements::<T>::new(loader);
        match sequence.scanned_place() {
            Err(error) => kept.gone.lose(0..len, error),
            Ok(Place::One(node, span)) => kept.segment(Segment::of(node, span), 0),
            Ok(Place::Pages(paged)) => {
                let in_page = (paged.page / T::SLOT.max(1)).max(1) as u64;
                let mut first = 0;
                while first < len && !kept.gone.stopped {
                    let end = first.saturating_add(in_page).min(len);
                    let session = &self.node.session;
                    match read::salvaged_page(session, paged, first / in_page) {
                        Ok(page) => kept.page(self.node, page.as_slice(), first),
                        Err(error) => kept.gone.lose(first..end, sequence.in_sequence(error)),
                    }
                    first = end;
                }
            }
            Ok(Place::Shards(index)) => kept.shards(&sequence, index, salvaging),
        }
        let path = || self.node.path_to(self.span.start);
        kept.gone.of_sequence(path, salvaging);
        kept.elements
    }
}

/// Elements of an inline sequence, without those that cannot be loaded.
#[cold]
pub(super) fn rescue_records<T: ParcodeObject>(
    elements: VecViewIter<'_, T>,
    loader: &Loader,
    salvaging: &Salvaging,
) -> Vec<T> {
    let mut kept = KeptElements::<T>::new(loader);
    kept.records(elements, 0);
    let path = kept.gone.path();
    kept.gone.of_sequence(|| path, salvaging);
    kept.elements
}

/// Elements that were read, and what is missing between them.
struct KeptElements<'l, T> {
    elements: Vec<T>,
    gone: Gone,
    loader: &'l Loader,
}

impl<'l, T: ParcodeObject> KeptElements<'l, T> {
    fn new(loader: &'l Loader) -> Self {
        Self {
            elements: Vec::new(),
            gone: Gone::default(),
            loader,
        }
    }

    fn shards(&mut self, sequence: &Elements<'_, '_>, index: &IndexNode, salvaging: &Salvaging) {
        let (node, link) = (sequence.node, sequence.span.start);
        let session = &node.session;
        let (mut shard, mut position) = (0, 0);
        while shard < index.shards() && !self.gone.stopped {
            let error = match read::located(session, index, shard) {
                Ok(located) => {
                    let positions = located.positions;
                    (shard, position) = (shard + 1, positions.end);
                    match sequence.hold(&Place::Shards(index), shard - 1) {
                        Ok(held) => self.segment(held.segment(T::SLOT), positions.start),
                        Err(error) => self.gone.lose(positions, error),
                    }
                    continue;
                }
                Err(error) => error,
            };
            let gap = Gap::new((node, link), index, shard, error);
            let end = gap.next.as_ref().map(|next| next.positions.start);
            let end = end.unwrap_or(index.record.count);
            let itself = schema::<Vec<T>>().reaches_itself();
            let found = gap.chunks(
                (node, link),
                index,
                sequence.ty,
                salvaging,
                itself,
                position,
            );
            let mut at = position;
            for node in found {
                let segment = Segment::of(&node, node.span());
                self.segment(segment, at);
                at = at.saturating_add(segment.len() as u64);
            }
            if at < end {
                let error = sequence.in_sequence(gap.error);
                self.gone.lose_some(end - at, position..end, error);
            }
            (shard, position) = (gap.shards.end, end);
        }
    }

    /// The elements of a chunk, of which the first has position `first`.
    fn segment(&mut self, segment: Segment<'_>, first: u64) {
        let end = first.saturating_add(segment.len() as u64);
        match self.loader.visit(segment.node) {
            Ok(()) => self.records(segment.iter::<T>(), first),
            Err(error) => self.gone.lose(first..end, error),
        }
    }

    /// The elements of a page of an extent.
    fn page(&mut self, node: &Node, page: &[u8], first: u64) {
        let elements = VecViewIter::<T>::new(node, page);
        let end = first.saturating_add(elements.len() as u64);
        match self.loader.charge(&node.session, page.len() as u64) {
            Ok(()) => self.records(elements, first),
            Err(error) => self.gone.lose(first..end, error),
        }
    }

    fn records(&mut self, elements: VecViewIter<'_, T>, first: u64) {
        let end = first.saturating_add(elements.len() as u64);
        let session = &elements.node.session;
        if let Err(error) = self.loader.build::<T>(session, elements.len()) {
            return self.gone.lose(first..end, error);
        }
        for (position, lazy) in (first..).zip(elements) {
            match T::__load(lazy, self.loader) {
                Ok(element) => self.elements.push(element),
                Err(error) => self.gone.lose(position..position + 1, error),
            }
        }
    }
}

impl<K: ParcodeObject, V: ParcodeObject, C: StoredMap<K, V>> LazyMap<'_, K, V, C> {
    /// The entries that can be read.
    #[cold]
    pub(super) fn rescue(&self, loader: &Loader, salvaging: &Salvaging) -> C {
        let map = self.entries();
        let mut kept = KeptEntries::<K, V, C>::new(loader);
        match map.scanned_place() {
            Err(error) => kept.gone.because(error),
            Ok(entries::Place::One(node, span)) => kept.table(node, span, map.span.is_away()),
            Ok(entries::Place::Shards(index)) => kept.shards(&map, index, salvaging),
        }
        let path = kept.gone.path();
        let path = || {
            if map.span.is_away() {
                self.node.path_to(map.span.start)
            } else {
                path
            }
        };
        kept.finish(self.len(), path, salvaging)
    }
}

/// The entries of an inline map, without those that cannot be loaded.
#[cold]
pub(super) fn rescue_table<K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>>(
    (node, span): (&Node, Span),
    loader: &Loader,
    salvaging: &Salvaging,
) -> C {
    let mut kept = KeptEntries::<K, V, C>::new(loader);
    kept.table(node, span, false);
    let path = kept.gone.path();
    kept.finish(span.len as usize, || path, salvaging)
}

/// Entries that were read.
struct KeptEntries<'l, K, V, C: MapContainer<K, V>> {
    building: C::Building,
    gone: Gone,
    loader: &'l Loader,
}

impl<'l, K: ParcodeObject, V: ParcodeObject, C: MapContainer<K, V>> KeptEntries<'l, K, V, C> {
    fn new(loader: &'l Loader) -> Self {
        Self {
            building: C::start(0),
            gone: Gone::default(),
            loader,
        }
    }

    fn shards(&mut self, map: &Entries<'_, '_>, index: &IndexNode, salvaging: &Salvaging)
    where
        C: StoredMap<K, V>,
    {
        let (node, link) = (map.node, map.span.start);
        let session = &node.session;
        let mut shard = 0;
        while shard < index.shards() && !self.gone.stopped {
            let Err(error) = read::located(session, index, shard) else {
                match map.hold(&entries::Place::Shards(index), shard) {
                    Ok(held) => self.table(held.node(), held.span(), true),
                    Err(error) => self.gone.because(error),
                }
                shard += 1;
                continue;
            };
            let gap = Gap::new((node, link), index, shard, error);
            let itself = schema::<C>().reaches_itself();
            for node in gap.chunks((node, link), index, map.ty, salvaging, itself, 0) {
                self.table(&node, node.span(), true);
            }
            self.gone.because(map.in_map(gap.error));
            shard = gap.shards.end;
        }
    }

    fn table(&mut self, node: &Node, span: Span, away: bool) {
        let table = Table::<K, V>::new(node, span, C::ORDERED);
        let session = &node.session;
        let visited = if away {
            self.loader.visit(node)
        } else {
            Ok(())
        };
        let room = visited.and_then(|()| self.loader.build::<[(K, V); 2]>(session, table.len()));
        if let Err(error) = room {
            return self.gone.because(error);
        }
        for (key, value) in table.iter() {
            let entry = K::__load(key, self.loader)
                .and_then(|key| Ok((key, V::__load(value, self.loader)?)));
            match entry {
                Ok((key, value)) => C::add(&mut self.building, key, value),
                Err(error) => self.gone.because(error),
            }
        }
    }

    /// The map, which had `len` entries.
    fn finish(self, len: usize, path: impl FnOnce() -> String, salvaging: &Salvaging) -> C {
        let map = C::finish(self.building);
        let missing = len.saturating_sub(map.count()) as u64;
        self.gone.of_map(missing, path, salvaging);
        map
    }
}

impl<T: ParcodeObject, C: From<T>> LazyBox<'_, T, C> {
    /// A blank value in place of one that cannot be read; the error, where its type has none.
    #[cold]
    pub(super) fn rescue(
        &self,
        error: ParcodeError,
        loader: &Loader,
        salvaging: &Salvaging,
    ) -> Result<C> {
        if !schema::<T>().has_blank() {
            return Err(error);
        }
        let blank = read::blank_node(&self.slot.node.session, T::SLOT)
            .and_then(|node| T::__load(T::__lazy(Slot::at(&node, 0, T::SLOT)), loader));
        match blank {
            Ok(blank) => {
                salvaging.value(error);
                Ok(C::from(blank))
            }
            Err(_) => Err(error),
        }
    }

    /// Why the value cannot be read, where its chunk is what is damaged.
    pub(crate) fn unreadable(&self) -> Option<ParcodeError> {
        self.away().transpose().err()
    }
}
