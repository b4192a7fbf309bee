//! Extents of elements of an older type: each page is read as a shard.

use super::source::Source;
use super::{Rewriting, aligned};
use crate::error::{Flaw, Result};
use crate::format::{FenceKind, IndexHead, LinkRecord, UNEVEN, page_count};
use crate::object::{
    ChunkKind, ChunkType, Conversion, IndexBytes, IndexNode, Node, Origin, Paged, Session,
};
use crate::read::chunk::checked;
use crate::read::paged::passing_page;
use crate::schema::{Change, StepRef};
use std::sync::Arc;

/// The extent behind a link of `parent` as an index over its pages.
pub(in crate::read) fn open_extent(
    session: &Arc<Session>,
    conversion: Arc<Conversion>,
    record: &LinkRecord,
    offset: u64,
    parent: &Node,
) -> Result<IndexNode> {
    let rewriting = Rewriting::new(session, &conversion, 0);
    let paged = rewriting.pages(
        Source::of_node(parent),
        record,
        offset,
        rewriting.element()?,
    )?;
    let pages = page_count(paged.len, paged.page);
    let shards = u32::try_from(pages)
        .map_err(|_| Flaw::new("an extent of at most 2^32 pages", pages.to_string()).at(offset))?;
    let head = IndexHead {
        shards,
        shard_log2: UNEVEN,
        fences: FenceKind::Position,
        separators: 0,
    };
    let bytes = IndexBytes::Extent(paged, conversion);
    Ok(IndexNode::new(head, *record, offset, bytes, Box::default()))
}

/// A page of such an extent, as a chunk that consists of the sequence of its elements.
pub(in crate::read) fn read_extent_page(
    session: &Arc<Session>,
    conversion: &Arc<Conversion>,
    paged: &Paged,
    number: usize,
    origin: Origin,
    ty: &dyn ChunkType,
) -> Result<Arc<Node>> {
    let bytes = passing_page(session, paged, number as u64)?;
    let page = bytes.as_slice();
    let offset = paged
        .offset
        .saturating_add(number as u64 * paged.page as u64);
    let rewriting = Rewriting::new(session, conversion, origin.depth);
    let element = rewriting.element()?;
    let count = page.len() / rewriting.file_stride(element)?;
    let asked = rewriting.step(conversion.plan.root)?.asked;
    let payload = rewriting.aside(offset, asked, false, |encoder| {
        rewriting.sequence(encoder, element, count, 0, |encoder, run| {
            rewriting.run(encoder, Source::bytes(page, offset), run, 0, count)
        })
    })?;
    session.counters.rewritten();
    let origin = Origin {
        offset,
        charge: page.len() as u64,
        ..origin
    };
    let new = checked(
        session,
        aligned(session, &payload)?,
        0,
        &origin,
        ty,
        ChunkKind::Inline,
    )?;
    Ok(Node::new(
        new,
        session.clone(),
        origin,
        Some((conversion.clone(), asked)),
    ))
}

impl Rewriting<'_> {
    /// The step of the elements of the sequence that is rewritten.
    fn element(&self) -> Result<StepRef> {
        let step = self.step(self.conversion.plan.root)?;
        match step.change {
            Change::Sequence(element) => Ok(element),
            _ => Err(self.no_form(step, "an extent")),
        }
    }
}
