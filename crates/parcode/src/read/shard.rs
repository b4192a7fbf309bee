//! Shards: the nodes behind an index.

use super::chunk::{publish, read_chunk};
use super::rewrite::read_extent_page;
use crate::error::{Flaw, Result};
use crate::format::FenceKind;
use crate::object::{ChunkKind, ChunkType, IndexBytes, IndexNode, Node, Origin};
use std::sync::Arc;

/// The node of a shard; read and published at the first touch.
#[inline]
pub(crate) fn shard<'par>(
    parent: &'par Node,
    number: u32,
    index: &'par IndexNode,
    shard: usize,
    ty: &dyn ChunkType,
) -> Result<&'par Arc<Node>> {
    match index.node(shard) {
        Some(node) => Ok(node),
        None => published_shard(parent, number, index, shard, ty),
    }
}

#[cold]
fn published_shard<'par>(
    parent: &'par Node,
    number: u32,
    index: &'par IndexNode,
    shard: usize,
    ty: &dyn ChunkType,
) -> Result<&'par Arc<Node>> {
    let node = read_shard(parent, number, index, shard, ty)?;
    Ok(publish(index.cell(&parent.session, shard)?, node))
}

/// [`shard`], not published yet, for what is read once. Nodes that hold no memory of their own are
/// kept all the same.
pub(crate) fn passing_shard(
    (parent, number): (&Node, u32),
    index: &IndexNode,
    shard: usize,
    ty: &dyn ChunkType,
) -> Result<Arc<Node>> {
    let node = read_shard(parent, number, index, shard, ty)?;
    if node.regions.owned_len() == 0 {
        let cell = index.cell(&parent.session, shard)?;
        return Ok(publish(cell, node).clone());
    }
    Ok(node)
}

pub(super) fn read_shard(
    parent: &Node,
    number: u32,
    index: &IndexNode,
    shard: usize,
    ty: &dyn ChunkType,
) -> Result<Arc<Node>> {
    let session = &parent.session;
    let read = || {
        let positions = match index.head.fences {
            FenceKind::Position => Some(index.positions(session, shard)?),
            FenceKind::Hash | FenceKind::Share | FenceKind::Separator => None,
        };
        let origin = |offset| Origin {
            offset,
            parent: Some((parent.me.clone(), number)),
            shard: Some((
                shard as u32,
                positions.as_ref().map_or(0, |positions| positions.start),
            )),
            depth: parent.cell(number).map_or(0, |cell| cell.depth),
            charge: 0,
        };
        let node = if let IndexBytes::Extent(paged, conversion) = &index.bytes {
            read_extent_page(session, conversion, paged, shard, origin(paged.offset), ty)?
        } else {
            let (offset, mark) = index.shard_place(session, shard)?;
            read_chunk(session, mark, origin(offset), ty, ChunkKind::Inline)?
        };
        // What is published has as many elements as its positions say.
        match positions.map(|positions| positions.end - positions.start) {
            Some(len) if len != u64::from(node.span().len) => {
                let flaw = Flaw::new(format!("{len} elements"), node.span().len.to_string());
                Err(flaw.at(node.origin.offset))
            }
            _ => Ok(node),
        }
    };
    read().map_err(|error| parent.in_link(error, number, &format!("[shard {shard}]")))
}
