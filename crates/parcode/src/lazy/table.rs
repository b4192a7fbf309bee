//! One table of entries: the only place where a key is searched for inside a chunk.

use crate::error::Result;
use crate::format::{Span, TableShape};
use crate::object::{Loader, Node, ParcodeObject, Slot};
use std::cmp::Ordering;
use std::fmt;
use std::marker::PhantomData;

/// A key as lookups carry it: encoded, with its hash where the map is hashed.
#[derive(Clone, Copy)]
pub(super) struct Wanted<'k> {
    pub(super) key: &'k [u8],
    pub(super) hash: u64,
}

/// The entries of one shard, or of a map inside another chunk.
pub(super) struct Table<'par, K, V> {
    node: &'par Node,
    /// The fragments of the keys' hashes; empty where the map is ordered.
    fragments: &'par [u8],
    records: &'par [u8],
    shape: TableShape,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K, V> Clone for Table<'_, K, V> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, V> Copy for Table<'_, K, V> {}

/// Bytes of an entry's record: no entry takes none.
pub(crate) const fn stride<K: ParcodeObject, V: ParcodeObject>() -> usize {
    let stride = K::SLOT + V::SLOT;
    if stride == 0 { 1 } else { stride }
}

impl<'par, K: ParcodeObject, V: ParcodeObject> Table<'par, K, V> {
    pub(super) fn new(node: &'par Node, span: Span, ordered: bool) -> Self {
        let shape = TableShape::new(span.len);
        let records_at = if ordered { 0 } else { shape.records_at() };
        let (fragments, rest) = node
            .body()
            .get(span.start as usize..)
            .and_then(|table| table.split_at_checked(records_at))
            .unwrap_or_default();
        let len = (span.len as usize).saturating_mul(stride::<K, V>());
        Self {
            node,
            fragments,
            records: rest.get(..len).unwrap_or_default(),
            shape,
            types: PhantomData,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.records.len() / stride::<K, V>()
    }

    fn record(&self, entry: usize) -> Slot<'par> {
        let at = entry * stride::<K, V>();
        let bytes = self
            .records
            .get(at..at + stride::<K, V>())
            .unwrap_or_default();
        Slot {
            node: self.node,
            bytes,
        }
    }

    fn key(&self, entry: usize) -> Slot<'par> {
        self.record(entry).first(K::SLOT)
    }

    /// The value of a key, by hash.
    #[inline(always)]
    pub(super) fn find_hashed(&self, wanted: Wanted<'_>) -> Option<Slot<'par>> {
        if !self.shape.is_narrow() {
            return self.bisect_hashed(0, wanted);
        }
        let first = self.shape.first_narrow(self.fragments, wanted.hash)?;
        let record = self.record(first);
        if K::__is_key(record.first(K::SLOT), wanted.key) {
            return Some(record.after(K::SLOT));
        }
        self.bisect_hashed(first + 1, wanted)
    }

    /// The value of a key among the entries from `start` on, which are ordered by fragment and key:
    /// so chosen keys cannot make a lookup linear.
    #[cold]
    fn bisect_hashed(&self, start: usize, wanted: Wanted<'_>) -> Option<Slot<'par>> {
        let fragment = Some(self.shape.fragment(wanted.hash));
        let entry = partition(start, self.len(), |entry| {
            let order = self.shape.fragment_of(self.fragments, entry);
            let order = order.cmp(&fragment);
            order.then_with(|| K::__compare_key(self.key(entry), wanted.key)) == Ordering::Less
        });
        self.value_of(entry, wanted.key)
    }

    /// The value of a key, by order.
    pub(super) fn find_ordered(&self, key: &[u8]) -> Option<Slot<'par>> {
        self.value_of(self.lower_bound(key, true), key)
    }

    /// The value of an entry, if it has this key.
    fn value_of(&self, entry: usize, key: &[u8]) -> Option<Slot<'par>> {
        let found = entry < self.len() && K::__is_key(self.key(entry), key);
        found.then(|| self.record(entry).after(K::SLOT))
    }

    /// The first entry whose key is not below `key`; above it where `key` itself is not wanted.
    pub(super) fn lower_bound(&self, key: &[u8], inclusive: bool) -> usize {
        let below = |order| order == Ordering::Less || (!inclusive && order == Ordering::Equal);
        partition(0, self.len(), |entry| {
            below(K::__compare_key(self.key(entry), key))
        })
    }

    /// Whether what was found, or was not, may be believed: where a key could not be compared, since a
    /// part of it could not be read, that is the error.
    #[inline(always)]
    pub(super) fn sure<R>(&self, found: R) -> Result<R> {
        if !K::KEY_IS_HERE && self.node.session.counters.has_unread_key() {
            self.read_keys()?;
        }
        Ok(found)
    }

    #[cold]
    fn read_keys(&self) -> Result<()> {
        let loader = Loader::new();
        let mut keys = self.iter().map(|(key, _)| K::__load(key, &loader));
        keys.try_for_each(|key| key.map(drop))
    }

    pub(super) fn iter(&self) -> TableIter<'par, K, V> {
        TableIter {
            node: self.node,
            records: self.records.chunks_exact(stride::<K, V>()),
            types: PhantomData,
        }
    }

    /// The entries of these positions.
    pub(super) fn slice(&self, start: usize, end: usize) -> Self {
        let stride = stride::<K, V>();
        let records = self
            .records
            .get(start * stride..end * stride)
            .unwrap_or_default();
        Self { records, ..*self }
    }

    /// Whole entries.
    pub(super) fn load(&self, loader: &Loader) -> Result<Vec<(K, V)>> {
        self.iter()
            .map(|(key, value)| Ok((K::__load(key, loader)?, V::__load(value, loader)?)))
            .collect()
    }
}

/// The first of `start..end` for which `below` does not hold.
fn partition(mut start: usize, mut end: usize, below: impl Fn(usize) -> bool) -> usize {
    while start < end {
        let middle = start + (end - start) / 2;
        if below(middle) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    start
}

/// The mirrors of a table's entries.
pub(super) struct TableIter<'par, K, V> {
    node: &'par Node,
    records: std::slice::ChunksExact<'par, u8>,
    types: PhantomData<fn() -> (K, V)>,
}

impl<K: ParcodeObject, V: ParcodeObject> TableIter<'_, K, V> {
    pub(super) fn empty(node: &Node) -> TableIter<'_, K, V> {
        TableIter {
            node,
            records: [].chunks_exact(stride::<K, V>()),
            types: PhantomData,
        }
    }
}

impl<'par, K: ParcodeObject, V: ParcodeObject> Iterator for TableIter<'par, K, V> {
    type Item = (K::Lazy<'par>, V::Lazy<'par>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let slot = Slot {
            node: self.node,
            bytes: self.records.next()?,
        };
        let mut fields = slot.fields();
        Some((fields.lazy::<K>(), fields.lazy::<V>()))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }
}

impl<K: ParcodeObject, V: ParcodeObject> ExactSizeIterator for TableIter<'_, K, V> {}

impl<K, V> Clone for TableIter<'_, K, V> {
    fn clone(&self) -> Self {
        Self {
            records: self.records.clone(),
            ..*self
        }
    }
}

impl<K, V> fmt::Debug for TableIter<'_, K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TableIter")
            .field("len", &self.records.len())
            .finish_non_exhaustive()
    }
}
