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

/// Where a lookup ended: at a value's place in the body of a node, or nowhere. It travels in two
/// registers.
#[derive(Clone, Copy)]
pub(super) struct Found<'par> {
    node: &'par Node,
    at: usize,
}

impl<'par> Found<'par> {
    const NOWHERE: usize = usize::MAX;

    #[inline(always)]
    fn at(node: &'par Node, at: usize) -> Self {
        Self { node, at }
    }

    #[inline(always)]
    fn nowhere(node: &'par Node) -> Self {
        Self::at(node, Self::NOWHERE)
    }

    #[inline(always)]
    pub(super) fn is_somewhere(self) -> bool {
        self.at != Self::NOWHERE
    }

    /// The value's slot, of `len` bytes.
    #[inline(always)]
    pub(super) fn slot(self, len: usize) -> Option<Slot<'par>> {
        self.is_somewhere()
            .then(|| Slot::at(self.node, self.at, len))
    }
}

/// The entries of one shard, or of a map inside another chunk.
pub(super) struct Table<'par, K, V> {
    node: &'par Node,
    /// The fragments of the keys' hashes; empty where the map is ordered.
    fragments: &'par [u8],
    records: &'par [u8],
    /// Where in the body the records start.
    records_at: usize,
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
            records_at: (span.start as usize).saturating_add(records_at),
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

    /// Where the value of a key is in the table of `span`, by hash. Makes no table: all that lookups of
    /// warm shards do is here and in what it calls, and must fit what a processor looks ahead.
    #[inline(always)]
    pub(super) fn find_hashed(node: &'par Node, span: Span, wanted: Wanted<'_>) -> Found<'par> {
        let shape = TableShape::new(span.len);
        if shape.is_narrow() {
            let fragments = shape.narrow(node.body(), span.start);
            let entry = fragments.and_then(|all| shape.near(all, wanted.hash));
            let Some(entry) = entry else {
                return Found::nowhere(node);
            };
            // Total, so that hostile spans need no branch: what lies beyond the body reads as nothing.
            let record = (span.start as usize)
                .wrapping_add(shape.records_at())
                .wrapping_add(entry.wrapping_mul(stride::<K, V>()));
            let key = Slot::at(node, record, K::SLOT);
            K::__expect_key(key, entry);
            if K::__is_key(key, wanted.key) {
                return Found::at(node, record.wrapping_add(K::SLOT));
            }
        }
        Self::new(node, span, false).bisect_hashed(wanted)
    }

    /// The value of a key among all entries, which are ordered by fragment and key: so chosen keys
    /// cannot make a lookup linear.
    #[cold]
    fn bisect_hashed(&self, wanted: Wanted<'_>) -> Found<'par> {
        let fragment = Some(self.shape.fragment(wanted.hash));
        let entry = partition(0, self.len(), |entry| {
            let order = self.shape.fragment_of(self.fragments, entry);
            let order = order.cmp(&fragment);
            order.then_with(|| K::__compare_key(self.key(entry), wanted.key)) == Ordering::Less
        });
        self.value_of(entry, wanted.key)
    }

    /// The value of a key, by order.
    pub(super) fn find_ordered(&self, key: &[u8]) -> Found<'par> {
        self.value_of(self.lower_bound(key, true), key)
    }

    /// Where the value of an entry is, if it has this key.
    fn value_of(&self, entry: usize, key: &[u8]) -> Found<'par> {
        if entry < self.len() && K::__is_key(self.key(entry), key) {
            let record = self.records_at + entry * stride::<K, V>();
            return Found::at(self.node, record + K::SLOT);
        }
        Found::nowhere(self.node)
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
        Self {
            records,
            records_at: self.records_at + start * stride,
            ..*self
        }
    }

    /// Gives whole entries to `add`.
    #[inline]
    pub(super) fn load_each(&self, loader: &Loader, mut add: impl FnMut(K, V)) -> Result<()> {
        for (key, value) in self.iter() {
            add(K::__load(key, loader)?, V::__load(value, loader)?);
        }
        Ok(())
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
