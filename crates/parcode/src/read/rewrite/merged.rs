//! Maps whose order is another one than the file has, or whose keys are encoded in another way: where
//! the shards of the file are of no use, the whole map becomes one chunk.

use super::source::Source;
use super::{Rewriting, aligned, inline};
use crate::error::Result;
use crate::object::{ChunkKind, ChunkType, Node, Origin};
use crate::read::chunk::{before_the_file, checked, publish};
use crate::schema::Change;
use std::sync::Arc;

/// How entries are found in a map of another type than the file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Directory {
    /// As in any map of its kind.
    Own,
    /// By hash where the map is ordered now, by key where it is not any more.
    Other,
}

/// How the shards behind link `number` of `parent` are found; `None` where they cannot be, since keys
/// are encoded in another way.
pub(crate) fn kept_directory(
    parent: &Node,
    number: u32,
    ty: &dyn ChunkType,
) -> Result<Option<Directory>> {
    let (record, _) = parent.link(number)?;
    if record.mark.fingerprint == ty.fingerprint() {
        return Ok(Some(Directory::Own));
    }
    let conversion = ty.conversion(&parent.session, record.mark.fingerprint)?;
    let Some(step) = conversion.plan.step(conversion.plan.root) else {
        return Ok(None);
    };
    let Change::Map {
        same_keys: true, ..
    } = step.change
    else {
        return Ok(None);
    };
    let was = conversion.file.schema().is_ordered(step.file);
    let is = conversion.asked.schema().is_ordered(step.asked);
    Ok(Some(if was == is {
        Directory::Own
    } else {
        Directory::Other
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
