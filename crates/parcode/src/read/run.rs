//! The run of bytes that a value takes with everything under it.
//!
//! Children are appended before their parent, in the order of their links, each with all that it links
//! to before it. So the end of one is where the next one's run starts, and sizes of whole subtrees
//! follow from links alone: nothing of a subtree is read. A file that another program laid out
//! otherwise may give other numbers; they are for people.

use crate::format::{
    ALIGN, ChildKind, ExtentShape, HEADER_LEN, LinkRecord, MARK_LEN, data_page, index_page,
};
use crate::object::Node;
use std::ops::Range;

/// The bytes of the file that hold what is behind link `number` of `node`.
pub(crate) fn run(node: &Node, number: u32) -> Option<Range<u64>> {
    let (record, _) = node.link(number).ok()?;
    let end = end_of(node, &record)?;
    let start = match number.checked_sub(1) {
        Some(before) => end_of(node, &node.link(before).ok()?.0)?,
        None => start_of(node)?,
    };
    (start <= end).then_some(start..end)
}

/// Where the run of a chunk and all under it starts.
fn start_of(node: &Node) -> Option<u64> {
    let Some((parent, number)) = &node.origin.parent else {
        return Some(HEADER_LEN as u64);
    };
    let parent = parent.upgrade()?;
    let shard = node.origin.shard.map_or(0, |(shard, _)| shard as usize);
    let Some(before) = shard.checked_sub(1) else {
        return Some(run(&parent, *number)?.start);
    };
    let index = parent.cell(*number)?.index.get()?;
    let (offset, mark) = index.shard_place(&parent.session, before).ok()?;
    after(offset, mark.stored)
}

/// Where what a link names ends, with its levels of checksums.
fn end_of(node: &Node, record: &LinkRecord) -> Option<u64> {
    let offset = node.child_offset(record.distance)?;
    let mark = &record.mark;
    let page = match mark.kind {
        ChildKind::Chunk | ChildKind::Schema => return after(offset, mark.stored),
        // A home index ends where its shards do.
        ChildKind::Index if mark.stored == 0 => return Some(offset),
        ChildKind::Index => index_page(mark.stored),
        ChildKind::Extent => {
            let element = mark.stored.checked_div(record.count).unwrap_or(1);
            data_page(usize::try_from(element).ok()?.max(1))
        }
    };
    after(
        offset,
        ExtentShape::new(mark.kind, mark.stored, page)?.stored_len(),
    )
}

fn after(offset: u64, stored: u64) -> Option<u64> {
    let end = offset.checked_add(MARK_LEN as u64)?.checked_add(stored)?;
    end.checked_next_multiple_of(ALIGN as u64)
}
