//! Where a comparison is in the sequence or map of one side.

use super::key_bytes;
use super::table::Table;
use super::value::Dynamic;
use super::visit::Account;
use crate::error::Result;
use crate::lazy::{elements, entries};
use crate::object::Node;
use crate::read;
use crate::schema::TypeRef;
use crate::wire::{KeyBuf, checksum};

/// Where in a sequence one side is.
#[derive(Default)]
pub(super) struct Side {
    pub(super) number: usize,
    pub(super) first: usize,
}

impl Side {
    pub(super) fn locate(
        &mut self,
        elements: &elements::Elements<'_, '_>,
        place: &elements::Place<'_>,
        position: usize,
    ) -> Result<()> {
        (self.number, self.first) = elements.locate(place, position)?;
        Ok(())
    }

    /// What tells the segment from others.
    pub(super) fn sum(
        &self,
        elements: &elements::Elements<'_, '_>,
        place: &elements::Place<'_>,
    ) -> Result<Option<(u64, u64, u64)>> {
        let session = &elements.node.session;
        Ok(match place {
            elements::Place::One(..) => None,
            elements::Place::Pages(paged) => {
                let sum = read::page_sum(session, paged, self.number as u64)?;
                Some((
                    sum,
                    paged.page as u64,
                    elements.segment_len(place, self.number, self.first)? as u64,
                ))
            }
            elements::Place::Shards(index) => {
                let (_, mark) = index.shard_place(session, self.number)?;
                Some((mark.checksum, mark.stored, mark.raw))
            }
        })
    }
}

/// The entries of a map in an order that is the same for equal keys: by hash, then by key.
pub(super) struct Stream<'m> {
    map: Dynamic<'m>,
    of: (TypeRef, TypeRef, bool),
    /// The shard that is next.
    pub(super) shard: usize,
    held: Option<entries::Held<'m>>,
    /// The entries of the shard at hand, in order, and the one that is next.
    pub(super) keys: Vec<(u64, KeyBuf, usize)>,
    pub(super) at: usize,
}

impl<'m> Stream<'m> {
    pub(super) fn new(map: Dynamic<'m>, of: (TypeRef, TypeRef, bool)) -> Self {
        Self {
            map,
            of,
            shard: 0,
            held: None,
            keys: Vec::new(),
            at: 0,
        }
    }

    pub(super) fn is_between(&self) -> bool {
        self.at >= self.keys.len()
    }

    /// What tells the next shard from others.
    pub(super) fn sum(
        &self,
        map: &entries::Entries<'m, '_>,
        place: &entries::Place<'m>,
    ) -> Result<Option<(u64, u64, u64)>> {
        match place {
            entries::Place::Shards(index) if self.shard < index.shards() => {
                let (_, mark) = index.shard_place(&map.node.session, self.shard)?;
                Ok(Some((mark.checksum, mark.stored, mark.raw)))
            }
            _ => Ok(None),
        }
    }

    /// Reads the next shard that has entries, where the one at hand is through.
    pub(super) fn fill(
        &mut self,
        map: &entries::Entries<'m, '_>,
        place: &entries::Place<'m>,
        account: &Account,
    ) -> Result<()> {
        while self.is_between() && self.shard < place.shards() {
            let held = map.hold(place, self.shard)?;
            if map.span.is_away() {
                account.charge(held.node(), held.node().origin.charge)?;
            }
            self.shard += 1;
            self.keys.clear();
            self.at = 0;
            let table = Table::new(self.map, (held.node(), held.span()), self.of);
            for entry in 0..table.len() {
                let Some((key, _)) = table.entry(entry) else {
                    continue;
                };
                let mut encoded = KeyBuf::new();
                key_bytes::found(key, account, &mut encoded, true)?;
                let hash = if self.of.2 {
                    0
                } else {
                    checksum(encoded.as_bytes())
                };
                self.keys.push((hash, encoded, entry));
            }
            self.keys.sort_unstable();
            self.held = Some(held);
        }
        Ok(())
    }

    /// The next entry.
    pub(super) fn take(&mut self) -> Option<(Dynamic<'_>, Dynamic<'_>)> {
        let (_, _, entry) = self.keys.get(self.at)?;
        self.at += 1;
        let held = self.held.as_ref()?;
        let node: &Node = held.node();
        Table::new(self.map, (node, held.span()), self.of).entry(*entry)
    }
}
