//! Maps that are found by other keys, or in another kind of table, than the file has: their shards
//! are of no use, so the whole map becomes one chunk when it is first touched.

use super::source::Source;
use super::{Rewriting, aligned, inline};
use crate::error::Result;
use crate::object::{ChunkKind, ChunkType, Node, Origin};
use crate::read::chunk::{before_the_file, checked, publish};
use crate::schema::Change;
use std::sync::Arc;

/// Whether the map behind link `number` of `parent` is one of those.
pub(crate) fn is_merged(parent: &Node, number: u32, ty: &dyn ChunkType) -> Result<bool> {
    let (record, _) = parent.link(number)?;
    if record.mark.fingerprint == ty.fingerprint() {
        return Ok(false);
    }
    let conversion = ty.conversion(&parent.session, record.mark.fingerprint)?;
    let step = conversion.plan.step(conversion.plan.root);
    Ok(step.is_some_and(|step| match step.change {
        Change::Map { same_tables, .. } => !same_tables,
        _ => true,
    }))
}

/// The whole map behind link `number` of `parent`, as one chunk; read and published at the first
/// touch.
pub(crate) fn merged<'p>(
    parent: &'p Node,
    number: u32,
    ty: &dyn ChunkType,
) -> Result<&'p Arc<Node>> {
    let (record, cell) = parent.link(number)?;
    if let Some(node) = cell.chunk.get() {
        return Ok(node);
    }
    let read = || {
        let session = &parent.session;
        let offset = parent
            .child_offset(record.distance)
            .ok_or_else(|| before_the_file(record.distance))?;
        let conversion = ty.conversion(session, record.mark.fingerprint)?;
        let rewriting = Rewriting::new(session, &conversion, cell.depth);
        let step = rewriting.step(conversion.plan.root)?;
        let payload = rewriting.aside(offset, step.asked, false, |encoder| {
            rewriting.away(encoder, Source::of_node(parent), step, record, inline(0))
        })?;
        session.counters.rewritten();
        let origin = Origin {
            offset,
            parent: Some((parent.me.clone(), number)),
            shard: None,
            depth: cell.depth,
            charge: rewriting.account.visited(),
        };
        let bytes = aligned(session, &payload)?;
        let new = checked(session, bytes, 0, &origin, ty, ChunkKind::Inline)?;
        let rewritten = (conversion.clone(), step.asked);
        Ok(Node::new(new, session.clone(), origin, Some(rewritten)))
    };
    let node = read().map_err(|error| parent.in_link(error, number, ""))?;
    Ok(publish(&cell.chunk, node))
}
