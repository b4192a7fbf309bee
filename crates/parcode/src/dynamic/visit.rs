//! The parts of a value one after another, keeping nothing: any size in bounded memory.

use super::children::{Children, Step};
use super::place::HeldValue;
use super::table::Table;
use super::value::Dynamic;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::lazy::elements;
use crate::object::{Loader, Node};
use crate::schema::Type;
use std::cell::{Cell, RefCell};
use std::ops::Range;

/// What one walk may visit. A hostile file can name one chunk many times, and its schema can claim
/// values of no bytes; a walk stops where it has visited more than the file can hold.
#[derive(Debug)]
pub(super) struct Account {
    loader: Loader,
    /// Values without bytes that may still be visited.
    empty: Cell<u64>,
    /// What could not be read, where that is left out.
    lost: Option<RefCell<Vec<ParcodeError>>>,
}

/// Losses that are listed.
const MOST_LOST: usize = 10_000;

/// Every walk may meet so many values without bytes, and more in a larger file.
const EMPTY: u64 = 1 << 20;
const EMPTY_PER_BYTE: u64 = 16;

impl Account {
    pub(super) fn new(node: &Node) -> Self {
        let len = node.session.len;
        Self {
            loader: Loader::new(),
            empty: Cell::new(len.saturating_mul(EMPTY_PER_BYTE).saturating_add(EMPTY)),
            lost: None,
        }
    }

    /// An account of a walk that leaves out what cannot be read.
    #[cfg(feature = "serde")]
    pub(super) fn forgiving(node: &Node) -> Self {
        Self {
            lost: Some(RefCell::default()),
            ..Self::new(node)
        }
    }

    /// What is read, or `None` where that is damaged and may be left out.
    pub(super) fn intact<T>(&self, read: Result<T>) -> Result<Option<T>> {
        match (read, &self.lost) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(error), Some(lost)) if error.kind() != ErrorKind::Limit => {
                let mut lost = lost.borrow_mut();
                if lost.len() < MOST_LOST {
                    lost.push(error);
                }
                Ok(None)
            }
            (Err(error), _) => Err(error),
        }
    }

    #[cfg(feature = "serde")]
    pub(super) fn into_lost(self) -> Vec<ParcodeError> {
        self.lost.map(RefCell::into_inner).unwrap_or_default()
    }

    pub(super) fn charge(&self, node: &Node, bytes: u64) -> Result<()> {
        if bytes == 0 {
            return Ok(());
        }
        self.loader.charge(&node.session, bytes)
    }

    /// A value where it lies, charged with what was read for it.
    pub(super) fn hold<'v>(&self, value: &Dynamic<'v>) -> Result<HeldValue<'v>> {
        let node = value.slot.node;
        // Who visited too much reads no more.
        self.loader.charge(&node.session, 0)?;
        let held = value.held()?;
        self.charge(node, held.charge())?;
        Ok(held)
    }

    pub(super) fn charge_empty(&self, value: &Dynamic<'_>) -> Result<()> {
        if !value.slot.bytes.is_empty() {
            return Ok(());
        }
        let Some(left) = self.empty.get().checked_sub(1) else {
            return Err(ParcodeError::new(
                ErrorKind::Limit,
                "values of no bytes in proportion to the file",
                "more of them",
            ));
        };
        self.empty.set(left);
        Ok(())
    }
}

impl Dynamic<'_> {
    /// Calls `visit` on each part, with the step that leads to it. Memory stays bounded however many
    /// there are: what is read for a part is dropped after it. Looks through options and pointers.
    pub fn try_for_each<E: From<ParcodeError>>(
        &self,
        visit: impl FnMut(Step<'_>, Dynamic<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let account = Account::new(self.slot.node);
        let held = account.hold(&self.resolved()?)?;
        held.get().visit(&account, 0..u64::MAX, visit)
    }

    /// Visits the parts at these positions of a value that is resolved and held.
    pub(super) fn visit<E: From<ParcodeError>>(
        &self,
        account: &Account,
        positions: Range<u64>,
        mut visit: impl FnMut(Step<'_>, Dynamic<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let len = self.len().unwrap_or_default();
        let positions = positions.start.min(len)..positions.end.min(len);
        match self.shape() {
            Type::Sequence(inner) => {
                let chunk = self.chunk();
                let elements = self.elements(*inner, &chunk);
                self.visit_elements(account, &elements, positions, |position, slot| {
                    let element = self.of(slot, *inner);
                    account.charge_empty(&element)?;
                    visit(Step::Index(position), element)
                })
            }
            Type::Array(inner, _) => {
                for position in positions {
                    let element = self.element_of_array(*inner, position as usize);
                    account.charge_empty(&element)?;
                    visit(Step::Index(position), element)?;
                }
                Ok(())
            }
            Type::Map {
                key,
                value,
                ordered,
            } => {
                let chunk = self.chunk();
                let entries = self.entries(*ordered, &chunk);
                let Some(place) = account.intact(entries.scanned_place())? else {
                    return Ok(());
                };
                let mut position = 0;
                for shard in 0..place.shards() {
                    if position >= positions.end {
                        break;
                    }
                    let Some(held) = account.intact(entries.hold(&place, shard))? else {
                        continue;
                    };
                    if self.slot.span().is_away() {
                        account.loader.pass(held.node())?;
                    }
                    let of = (*key, *value, *ordered);
                    let table = Table::new(*self, (held.node(), held.span()), of);
                    for entry in 0..table.len() {
                        if let Some((key, value)) = table.entry(entry)
                            && positions.contains(&position)
                        {
                            visit(Step::Key(key), value)?;
                        }
                        position += 1;
                    }
                }
                // Who saw all shards saw all entries, or the link lies.
                if positions == (0..len) && account.lost.is_none() {
                    entries.all(position as usize, len as usize)?;
                }
                Ok(())
            }
            _ => {
                let mut parts = Children::of(*self);
                parts.skip_to(positions.start)?;
                for part in parts.take((positions.end - positions.start) as usize) {
                    let (step, part) = part?;
                    account.charge_empty(&part)?;
                    visit(step, part)?;
                }
                Ok(())
            }
        }
    }

    fn visit_elements<E: From<ParcodeError>>(
        &self,
        account: &Account,
        elements: &elements::Elements<'_, '_>,
        positions: Range<u64>,
        mut visit: impl FnMut(u64, crate::object::Slot<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(place) = account.intact(elements.scanned_place())? else {
            return Ok(());
        };
        let end = positions.end.min(place.len(elements.slot) as u64);
        let mut next = positions.start;
        if next >= end {
            return Ok(());
        }
        let located = elements.locate(&place, next as usize);
        let Some((mut number, mut first)) = account.intact(located)? else {
            return Ok(());
        };
        while next < end {
            let Some(held) = account.intact(elements.hold(&place, number))? else {
                let len = elements.segment_len(&place, number, first);
                let Some(len) = account.intact(len)? else {
                    return Ok(());
                };
                (number, first) = (number + 1, first.saturating_add(len));
                next = first as u64;
                continue;
            };
            let segment = held.segment(elements.slot);
            if elements.span.is_away() {
                account.charge(self.slot.node, held.charge())?;
                if let elements::Held::Shard(node) = &held {
                    node.session.not_in_vain(node);
                }
            }
            let len = segment.len();
            for index in next as usize - first..len {
                if next >= end {
                    return Ok(());
                }
                if let Some(slot) = segment.slot(index, elements.slot) {
                    visit(next, slot)?;
                }
                next += 1;
            }
            (number, first) = (number + 1, first + len);
            if number >= place.segments() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Calls `visit` on the value's bytes, piece by piece, where it is text, CBOR, or plain data, whose
    /// numbers are little-endian. Memory stays bounded. Whether it was such a value.
    pub fn raw_bytes<E: From<ParcodeError>>(
        &self,
        mut visit: impl FnMut(&[u8]) -> Result<(), E>,
    ) -> Result<bool, E> {
        let resolved = self.resolved()?;
        match resolved.shape() {
            Type::Sequence(inner) if resolved.schema().layout(*inner).plain => {
                let account = Account::new(self.slot.node);
                let chunk = resolved.chunk();
                let elements = resolved.elements(*inner, &chunk);
                let place = elements.scanned_place()?;
                for number in 0..place.segments() {
                    let held = elements.hold(&place, number)?;
                    if elements.span.is_away() {
                        account.charge(self.slot.node, held.charge())?;
                    }
                    visit(held.segment(elements.slot).records(elements.slot))?;
                }
                return Ok(true);
            }
            Type::Text => visit(resolved.held()?.get().slot.text().as_bytes())?,
            Type::Cbor => match resolved.leaf()? {
                Some(super::Leaf::Cbor(bytes)) => visit(bytes)?,
                _ => return Ok(false),
            },
            _ if resolved.schema().layout(resolved.ty).plain => {
                visit(resolved.held()?.get().slot.bytes)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}
