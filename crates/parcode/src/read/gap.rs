//! Shards whose entries in an index are lost, found again by their marks.

use super::chunk::read_chunk;
use super::scan::{loose_chunks, scan};
use crate::error::{ParcodeError, Result};
use crate::format::{FenceKind, MARK_LEN, Mark};
use crate::object::{
    ChunkKind, ChunkType, IndexBytes, IndexNode, Node, Origin, Salvaging, Session,
};
use std::ops::Range;
use std::sync::Arc;

/// Where a shard is, by its entry and those beside it.
pub(crate) struct Located {
    offset: u64,
    mark: Mark,
    /// Of the elements that it holds, where it is one of a sequence.
    pub(crate) positions: Range<u64>,
}

/// The place of a shard, if its entry can be read.
pub(crate) fn located(session: &Session, index: &IndexNode, shard: usize) -> Result<Located> {
    let (offset, mark) = match &index.bytes {
        // Pages of older elements need no entries.
        IndexBytes::Extent(paged, _) => (paged.offset, index.record.mark),
        _ => index.shard_place(session, shard)?,
    };
    let positions = match index.head.fences {
        FenceKind::Position => index.positions(session, shard)?,
        FenceKind::Hash | FenceKind::Share | FenceKind::Separator => 0..0,
    };
    Ok(Located {
        offset,
        mark,
        positions,
    })
}

/// Shards one behind another whose entries cannot be read.
pub(crate) struct Gap {
    pub(crate) shards: Range<usize>,
    /// The shard behind them.
    pub(crate) next: Option<Located>,
    /// Why the first of them has no place.
    pub(crate) error: ParcodeError,
    /// Between the shard before them and the one behind them.
    region: Range<u64>,
    /// Whether nothing but those shards and what they link to can be there.
    bounded: bool,
}

/// Where a run ends, levels of checksums left out.
fn end_of(offset: u64, mark: &Mark) -> u64 {
    let end = offset.saturating_add(MARK_LEN as u64);
    end.saturating_add(mark.stored)
}

/// Where the child of the link before this one ends: children lie in the order of their links.
fn sibling_end(parent: &Node, link: u32) -> u64 {
    let before = link.checked_sub(1).and_then(|link| parent.link(link).ok());
    before.map_or(0, |(record, _)| {
        let offset = parent.child_offset(record.distance).unwrap_or_default();
        // An index that is home has no mark of its own there.
        match record.mark.stored {
            0 => offset,
            _ => end_of(offset, &record.mark),
        }
    })
}

impl Gap {
    /// The gap that starts with `shard`, whose place is lost for this reason; of the index behind a link.
    pub(crate) fn new(
        (parent, link): (&Node, u32),
        index: &IndexNode,
        shard: usize,
        error: ParcodeError,
    ) -> Self {
        let session = &parent.session;
        let before = shard.checked_sub(1);
        let before = before.and_then(|shard| located(session, index, shard).ok());
        let start = match before {
            Some(before) => end_of(before.offset, &before.mark),
            None => sibling_end(parent, link),
        };
        let behind = (shard + 1..index.shards())
            .find_map(|shard| Some((shard, located(session, index, shard).ok()?)));
        let (end, next) = behind.unzip();
        let region_end = next.as_ref().map_or(index.anchor, |next| next.offset);
        Self {
            shards: shard..end.unwrap_or(index.shards()),
            next,
            error,
            region: start..region_end,
            bounded: shard > 0 || link > 0 || parent.origin.parent.is_none(),
        }
    }

    /// The lost shards' chunks, of type `ty`, as far as they are found; the first element of the first
    /// has `position`.
    ///
    /// Marks say what lies behind them, not to whom it belongs. Between shards lie their children
    /// alone, and in front of the first one what the links before it lead to. Where something else of
    /// the same type can lie there, only as many chunks as are missing are believed to be those.
    pub(crate) fn chunks(
        &self,
        (parent, link): (&Node, u32),
        index: &IndexNode,
        ty: &dyn ChunkType,
        salvaging: &Salvaging,
        within_itself: bool,
        mut position: u64,
    ) -> Vec<Arc<Node>> {
        let session = &parent.session;
        let runs = salvaging.runs.get_or_init(|| {
            let schema = (session.schema)(session).ok();
            scan(session, schema.as_slice()).into()
        });
        let neighbour = self.next.as_ref().map(|next| (next.offset, next.mark));
        let fingerprint = index.record.mark.fingerprint;
        let found = loose_chunks(
            session,
            runs,
            self.region.clone(),
            fingerprint,
            neighbour.as_slice(),
        );
        let missing = self.shards.len();
        let alone = !within_itself && self.bounded;
        if found.len() > missing || (found.len() < missing && !alone) {
            return Vec::new();
        }
        let shards = self.shards.clone().zip(found);
        let nodes = shards.filter_map(|(shard, (offset, mark))| {
            let origin = Origin {
                offset,
                parent: Some((parent.me.clone(), link)),
                shard: Some((shard as u32, position)),
                depth: parent.cell(link).map_or(0, |cell| cell.depth),
                ..Origin::default()
            };
            let node = read_chunk(session, mark, origin, ty, ChunkKind::Inline).ok()?;
            position = position.saturating_add(node.span().len.into());
            Some(node)
        });
        nodes.collect()
    }
}
