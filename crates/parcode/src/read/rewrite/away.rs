//! What moves from chunks of its own into its parent's: fetched while the parent is rewritten.

use super::source::Source;
use super::{Rewriting, inline};
use crate::error::{Flaw, Result};
use crate::format::{ChildKind, LinkRecord, Mark, Span, data_page};
use crate::object::{Checked, Child, ChunkKind, ChunkType, Encoder, Origin, Paged};
use crate::read::chunk::{checked, ends_before, raw_payload};
use crate::read::index::open_index;
use crate::read::paged::{open_pages, pass_pages};
use crate::schema::{Change, Place, Step, StepRef, Type, TypeRef};

impl Rewriting<'_> {
    /// Writes a value whose chunk is behind a link: as a link where the new type reads it there, else
    /// into the chunk at hand.
    pub(super) fn away(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        step: &Step,
        link: LinkRecord,
        to: Place,
    ) -> Result<()> {
        let offset = source.child(&link)?;
        if to.chunkable && self.stays_away(step, link.mark.kind) {
            let child = Child {
                position: offset,
                mark: link.mark,
                count: link.count,
                table: source.table(&link).to_vec(),
            };
            return encoder.away(to.at, child);
        }
        match (&step.change, link.mark.kind) {
            (Change::IntoBox(inner), _) => {
                let inner = self.step(*inner)?;
                self.enter(encoder, step.asked, to, |encoder, to| {
                    self.away(encoder, source, inner, link, to)
                })
            }
            (Change::Sequence(element), ChildKind::Index) => {
                let shards = self.shards(source, step, &link)?;
                let tables = tables(&shards, &link, offset)?;
                let count = usize::try_from(link.count).unwrap_or(usize::MAX);
                self.sequence(encoder, *element, count, to.at, |encoder, run| {
                    tables.into_iter().try_for_each(|(source, span)| {
                        self.run(encoder, source, run, span.start as usize, span.len as usize)
                    })
                })
            }
            (Change::Sequence(element), ChildKind::Extent) => {
                is_of(&link.mark, &self.conversion.file.chunk(step.file), offset)?;
                let paged = self.pages(source, &link, offset, *element)?;
                self.away_pages(encoder, *element, &paged, to.at)
            }
            (Change::Map { .. }, ChildKind::Index) => {
                let shards = self.shards(source, step, &link)?;
                self.map(encoder, &tables(&shards, &link, offset)?, step, to.at)
            }
            _ => self.embedded(encoder, source, step, &link, to),
        }
    }

    /// Whether the new type reads what is behind a link of this kind when it is touched.
    fn stays_away(&self, step: &Step, kind: ChildKind) -> bool {
        let was_boxed = matches!(self.file_type(step.file), Some(Type::Boxed(_)));
        match self.asked_type(step.asked) {
            // Its handle reads chunks, indexes and extents, and learns from the link how many elements
            // there are: a link to what was behind a pointer counts one.
            Some(Type::Sequence(_) | Type::Map { .. }) => !was_boxed,
            Some(Type::Text | Type::Cbor | Type::Boxed(_) | Type::Array(..) | Type::Tuple(_)) => {
                kind == ChildKind::Chunk
            }
            _ => false,
        }
    }

    /// Writes the value of a chunk of its own into the chunk at hand.
    fn embedded(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        step: &Step,
        link: &LinkRecord,
        to: Place,
    ) -> Result<()> {
        // Behind a pointer that is away lies what it points to.
        let (ty, inner) = match (self.file_type(step.file), &step.change) {
            (Some(Type::Boxed(ty)), Change::Boxed(inner) | Change::OutOfBox(inner)) => {
                (*ty, Some(*inner))
            }
            _ => (step.file, None),
        };
        let offset = source.child(link)?;
        ends_before(&link.mark, offset, source.offset)?;
        let chunk = self.chunk(link.mark, offset, ty)?;
        let child = Source::of(&chunk, offset);
        match inner {
            Some(inner) if matches!(step.change, Change::Boxed(_)) => {
                self.enter(encoder, step.asked, to, |encoder, to| {
                    self.value(encoder, child, inner, inline(0), to)
                })
            }
            Some(inner) => self.value(encoder, child, inner, inline(0), to),
            None => {
                if let Change::Sequence(_) | Change::Map { .. } = step.change {
                    must_be(link.count, child.span(0).len.into(), offset)?;
                }
                self.here(encoder, child, step, inline(0), to)
            }
        }
    }

    /// The pages of an extent of elements as the file has them.
    pub(super) fn pages(
        &self,
        source: Source<'_>,
        link: &LinkRecord,
        offset: u64,
        element: StepRef,
    ) -> Result<Paged> {
        let stride = self.file_stride(element)?;
        let len = link.count.saturating_mul(stride as u64);
        must_be(len, link.mark.stored, offset)?;
        open_pages(
            link,
            offset,
            data_page(stride),
            source.table(link),
            source.offset,
        )
    }

    fn away_pages(
        &self,
        encoder: &mut Encoder<'_>,
        element: StepRef,
        paged: &Paged,
        to: usize,
    ) -> Result<()> {
        self.account.charge(self.session, paged.len)?;
        let stride = self.file_stride(element)?;
        let count = usize::try_from(paged.len).unwrap_or(usize::MAX) / stride;
        self.sequence(encoder, element, count, to, |encoder, run| {
            pass_pages(self.session, paged, |page| {
                let source = Source::bytes(page, paged.offset);
                self.run(encoder, source, run, 0, page.len() / stride)
            })
        })
    }

    /// All shards of the sequence or map behind a link: what they say of their number is believed once
    /// they are there.
    fn shards(
        &self,
        source: Source<'_>,
        step: &Step,
        link: &LinkRecord,
    ) -> Result<Vec<(Checked, u64)>> {
        let anchor = source.child(link)?;
        let index = open_index(link, anchor, source.table(link), source.offset)?;
        (0..index.shards())
            .map(|shard| {
                let (offset, mark) = index.shard_place(self.session, shard)?;
                Ok((self.chunk(mark, offset, step.file)?, offset))
            })
            .collect()
    }

    /// Reads a chunk of the file, checked by the file's schema.
    fn chunk(&self, mark: Mark, offset: u64, ty: TypeRef) -> Result<Checked> {
        let ty = self.conversion.file.chunk(ty);
        is_of(&mark, &ty, offset)?;
        let (bytes, head_at, charge) = raw_payload(self.session, &mark, offset)?;
        self.account.charge(self.session, charge)?;
        let origin = Origin {
            offset,
            depth: self.depth,
            ..Origin::default()
        };
        checked(
            self.session,
            bytes,
            head_at,
            &origin,
            &ty,
            ChunkKind::Inline,
        )
    }
}

/// What a link leads to must be of the type that its place asks for.
fn is_of(mark: &Mark, ty: &dyn ChunkType, offset: u64) -> Result<()> {
    let expected = ty.fingerprint();
    if mark.fingerprint == expected {
        return Ok(());
    }
    Err(Flaw::new(
        format!("type {expected:016x}"),
        format!("{:?} of type {:016x}", mark.kind, mark.fingerprint),
    )
    .at(offset))
}

/// The elements or entries of shards, which are as many as their link says.
fn tables<'s>(
    shards: &'s [(Checked, u64)],
    link: &LinkRecord,
    offset: u64,
) -> Result<Vec<(Source<'s>, Span)>> {
    let sources = shards.iter().map(|(shard, at)| Source::of(shard, *at));
    let tables: Vec<_> = sources.map(|source| (source, source.span(0))).collect();
    let count = tables.iter().map(|(_, span)| u64::from(span.len)).sum();
    must_be(link.count, count, offset)?;
    Ok(tables)
}

fn must_be(expected: u64, found: u64, offset: u64) -> Result<()> {
    if expected == found {
        return Ok(());
    }
    let flaw = Flaw::new(format!("{expected} elements"), found.to_string());
    Err(flaw.at(offset))
}
