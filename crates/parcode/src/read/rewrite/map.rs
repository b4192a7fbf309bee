//! Maps in a new form: entries in the order that their new keys ask for.

use super::source::Source;
use super::{Rewriting, aligned, inline};
use crate::error::{ParcodeError, Result};
use crate::format::{Span, TableShape};
use crate::object::{ChunkKind, Encoder, Node, Origin, Slot, by_fragment};
use crate::read::chunk::checked;
use crate::schema::{Change, ChunkBytes, Place, Step, StepRef, encode_key};
use crate::wire::{KeyBuf, checksum};
use std::sync::Arc;

/// The hash or fragment of an entry's key, and its number.
type Ordered = (u32, usize);

impl Rewriting<'_> {
    /// Writes the entries of tables that are one map, and its span at `to`.
    pub(super) fn map(
        &self,
        encoder: &mut Encoder<'_>,
        tables: &[(Source<'_>, Span)],
        step: &Step,
        to: usize,
    ) -> Result<()> {
        let Change::Map { key, value, .. } = step.change else {
            return Err(self.no_form(step, "no map"));
        };
        let was_ordered = self.conversion.file.schema().is_ordered(step.file);
        let ordered = self.conversion.asked.schema().is_ordered(step.asked);
        let (key_step, value_step) = (self.step(key)?, self.step(value)?);
        let (file, asked) = (
            self.conversion.file.schema(),
            self.conversion.asked.schema(),
        );
        let (old_key, new_key) = (
            file.layout(key_step.file).slot,
            asked.layout(key_step.asked).slot,
        );
        let old_stride = (old_key + file.layout(value_step.file).slot).max(1);
        let stride = (new_key + asked.layout(value_step.asked).slot).max(1);

        let count = tables.iter().fold(0, |sum: usize, (_, span)| {
            sum.saturating_add(span.len as usize)
        });
        let shape = TableShape::new(u32::try_from(count).unwrap_or(u32::MAX));
        let len = if ordered {
            count.checked_mul(stride)
        } else {
            shape.len(stride)
        };
        let len = len.unwrap_or(usize::MAX);
        // All that is allocated for the entries: many times what they take in the file.
        self.account
            .build::<(Source<'_>, usize, KeyBuf, [Ordered; 2])>(self.session, count)?;
        if !ordered {
            // Entries of equal fragments are sorted by copies of their keys.
            self.account
                .build::<(KeyBuf, Ordered)>(self.session, count)?;
        }
        self.account.build::<u8>(self.session, len)?;

        let mut entries = Vec::with_capacity(count);
        for (source, span) in tables {
            let records_at = if was_ordered {
                0
            } else {
                TableShape::new(span.len).records_at()
            };
            let start = span.start as usize + records_at;
            entries.extend((0..span.len as usize).map(|i| (*source, start + i * old_stride)));
        }
        let mut keys = Vec::with_capacity(count);
        for (source, at) in &entries {
            keys.push(self.key(*source, key, *at)?);
        }
        let order = if ordered {
            let mut order: Vec<Ordered> = (0..keys.len()).map(|i| (0, i)).collect();
            order.sort_by(|a, b| keys.get(a.1).cmp(&keys.get(b.1)));
            order
        } else {
            let hash = |(i, key): (usize, &KeyBuf)| (checksum(key.as_bytes()), i);
            let hashed: Vec<_> = keys.iter().enumerate().map(hash).collect();
            by_fragment(shape, &hashed, &|i| keys.get(i).cloned())?
        };

        let start = encoder.claim(len, 1)?;
        let len = shape.count;
        encoder.span(to, Span { start, len });
        let mut at = start as usize;
        if !ordered {
            shape.write(
                encoder.body_from(at),
                order.iter().map(|(fragment, _)| *fragment),
            );
            at += shape.records_at();
        }
        encoder.deeper(|encoder| {
            for (source, from) in order.iter().filter_map(|(_, i)| entries.get(*i)) {
                let inside = |error: ParcodeError| error.inside("[entry]");
                self.value(encoder, *source, key, inline(*from), inline(at))
                    .map_err(inside)?;
                let (from, to) = (inline(from + old_key), inline(at + new_key));
                self.value(encoder, *source, value, from, to)
                    .map_err(inside)?;
                at += stride;
            }
            Ok(())
        })
    }

    /// The encoding that a key has in the type asked for.
    fn key(&self, source: Source<'_>, step: StepRef, at: usize) -> Result<KeyBuf> {
        let ty = self.step(step)?.asked;
        let node = self.detached_node(source, step, inline(at))?;
        let chunk = ChunkBytes {
            body: node.body(),
            text: node.text(),
        };
        let mut key = KeyBuf::new();
        encode_key(self.conversion.asked.schema(), chunk, ty, 0, &mut key, true);
        // What it has beside its place among the keys; those that fit in there are counted with it.
        if key.as_bytes().len() > size_of::<KeyBuf>() {
            self.account
                .build::<u8>(self.session, key.as_bytes().len())?;
        }
        Ok(key)
    }

    /// Runs a conversion of the user, from the old value at a place.
    pub(super) fn upgraded(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        (old, by): (StepRef, usize),
        from: Place,
        to: usize,
    ) -> Result<()> {
        let node = self.detached_node(source, old, from)?;
        let step = self.step(old)?;
        let slot = self.conversion.asked.schema().layout(step.asked).slot;
        match self.conversion.functions.upgrades.get(by) {
            Some(run) => run(Slot::at(&node, 0, slot), &self.account, encoder, to),
            None => Err(self.no_form(step, "no conversion")),
        }
    }

    /// A value in its new form, as a chunk that is not in the file.
    fn detached_node(&self, source: Source<'_>, step: StepRef, from: Place) -> Result<Arc<Node>> {
        let ty = self.step(step)?.asked;
        let payload = self.aside(source.offset, ty, false, |encoder| {
            self.value(encoder, source, step, from, inline(0))
        })?;
        let origin = Origin {
            offset: source.offset,
            depth: self.depth,
            ..Origin::default()
        };
        let number = ty;
        let ty = self.conversion.asked.chunk(ty);
        let bytes = aligned(self.session, &payload)?;
        let checked = checked(self.session, bytes, 0, &origin, &ty, ChunkKind::Inline)?;
        let rewritten = (self.conversion.clone(), number);
        Ok(Node::new(
            checked,
            self.session.clone(),
            origin,
            Some(rewritten),
        ))
    }
}
