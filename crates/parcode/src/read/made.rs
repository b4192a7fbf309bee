//! Chunks that are in no file: what stands for one that is lost.

use super::chunk::checked;
use super::fetch::buffer;
use super::scan::home_sums;
use crate::error::Result;
use crate::format::{ChunkHead, LinkRecord, MARK_LEN, Mark, SPAN_LEN, Span, data_page};
use crate::object::{Bytes, ChunkKind, ChunkType, Node, Origin, Session, Unknown};
use std::sync::Arc;

/// A chunk of nothing but a slot of zeros.
pub(crate) fn blank_node(session: &Arc<Session>, slot: usize) -> Result<Arc<Node>> {
    let head = ChunkHead {
        body: u32::try_from(slot).unwrap_or(u32::MAX),
        ..ChunkHead::default()
    };
    let body = vec![0; head.body as usize];
    let ty = Unknown { fingerprint: 0 };
    made(
        session,
        Origin::default(),
        head,
        &[&body],
        &ty,
        ChunkKind::Inline,
    )
}

/// A chunk that links to an extent of `element` wide elements which nothing else links to any more:
/// its value is the sequence of type `ty`. `None` where the extent is not what its mark says.
pub(crate) fn extent_parent(
    session: &Arc<Session>,
    offset: u64,
    mark: Mark,
    element: usize,
    ty: &dyn ChunkType,
) -> Option<Result<Arc<Node>>> {
    let sums = home_sums(session, offset + MARK_LEN as u64, &mark, data_page(element))?;
    // Nothing lies behind the end of the file, so the chunk can be there.
    let origin = Origin {
        offset: session.len,
        ..Origin::default()
    };
    let record = LinkRecord {
        distance: session.len.checked_sub(offset)?,
        mark,
        count: mark.stored.checked_div(element as u64)?,
        table_start: 0,
        table_len: u32::try_from(sums.len()).ok()?,
    };
    let head = ChunkHead {
        body: SPAN_LEN as u32,
        links: 1,
        tables: record.table_len,
        text: 0,
    };
    let regions: [&[u8]; 3] = [&Span::away(0).to_bytes(), &record.to_bytes(), &sums];
    Some(made(session, origin, head, &regions, ty, ChunkKind::Root))
}

fn made(
    session: &Arc<Session>,
    origin: Origin,
    head: ChunkHead,
    regions: &[&[u8]],
    ty: &dyn ChunkType,
    kind: ChunkKind,
) -> Result<Arc<Node>> {
    let mut payload = head.to_bytes().to_vec();
    for region in regions {
        payload.extend_from_slice(region);
    }
    let mut bytes = buffer(session, payload.len() as u64)?;
    bytes.as_mut_slice().copy_from_slice(&payload);
    let checked = checked(session, Bytes::Owned(bytes), 0, &origin, ty, kind)?;
    Ok(Node::new(checked, session.clone(), origin, None))
}
