//! One table of entries by schema, and the search of a key in it.

use super::key_bytes;
use super::value::Dynamic;
use super::visit::Account;
use crate::error::Result;
use crate::format::{Span, TableShape};
use crate::object::{Node, Slot};
use crate::schema::TypeRef;
use crate::wire::{KeyBuf, checksum};
use std::cmp::Ordering;

/// The entries of one shard, or of a map inside another chunk.
#[derive(Clone, Copy)]
pub(super) struct Table<'par> {
    map: Dynamic<'par>,
    node: &'par Node,
    key: TypeRef,
    value: TypeRef,
    /// The fragments of the keys' hashes, and their shape; none where the map is ordered.
    fragments: Option<(TableShape, &'par [u8])>,
    records: &'par [u8],
    stride: usize,
    key_slot: usize,
}

impl<'par> Table<'par> {
    pub(super) fn new(
        map: Dynamic<'par>,
        (node, span): (&'par Node, Span),
        (key, value, ordered): (TypeRef, TypeRef, bool),
    ) -> Self {
        let slot = |ty| map.schema().layout(ty).slot;
        let stride = (slot(key) + slot(value)).max(1);
        let shape = TableShape::new(span.len);
        let records_at = if ordered { 0 } else { shape.records_at() };
        let (fragments, rest) = node
            .body()
            .get(span.start as usize..)
            .and_then(|table| table.split_at_checked(records_at))
            .unwrap_or_default();
        let len = (span.len as usize).saturating_mul(stride);
        Self {
            map,
            node,
            key,
            value,
            fragments: (!ordered).then_some((shape, fragments)),
            records: rest.get(..len).unwrap_or_default(),
            stride,
            key_slot: slot(key),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.records.len() / self.stride
    }

    /// The key and the value of an entry.
    pub(super) fn entry(&self, number: usize) -> Option<(Dynamic<'par>, Dynamic<'par>)> {
        let at = number.checked_mul(self.stride)?;
        let bytes = self.records.get(at..)?.get(..self.stride)?;
        let slot = Slot {
            node: self.node,
            bytes,
        };
        let key = self.map.of(slot.first(self.key_slot), self.key);
        Some((key, self.map.of(slot.after(self.key_slot), self.value)))
    }

    /// The value of an encoded key.
    pub(super) fn find(&self, wanted: &[u8]) -> Result<Option<Dynamic<'par>>> {
        let fragment = self
            .fragments
            .map(|(shape, fragments)| (shape, fragments, Some(shape.fragment(checksum(wanted)))));
        // The first entry that is not below: by fragment, then by key.
        let (mut start, mut end) = (0, self.len());
        while start < end {
            let middle = start + (end - start) / 2;
            let by_fragment = fragment.map_or(Ordering::Equal, |(shape, fragments, wanted)| {
                shape.fragment_of(fragments, middle).cmp(&wanted)
            });
            let order = match by_fragment {
                Ordering::Equal => self.compare(middle, wanted)?,
                other => other,
            };
            if order == Ordering::Less {
                start = middle + 1;
            } else {
                end = middle;
            }
        }
        match self.entry(start) {
            Some((_, value)) if self.compare(start, wanted)? == Ordering::Equal => Ok(Some(value)),
            _ => Ok(None),
        }
    }

    /// How the key of an entry compares to an encoded one.
    fn compare(&self, entry: usize, wanted: &[u8]) -> Result<Ordering> {
        let Some((key, _)) = self.entry(entry) else {
            return Ok(Ordering::Greater);
        };
        let mut own = KeyBuf::new();
        key_bytes::found(key, &Account::new(self.node), &mut own, true)?;
        Ok(own.as_bytes().cmp(wanted))
    }
}
