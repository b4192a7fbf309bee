//! The outline of a file: chunks and what hangs on them, without decoding a payload.

use super::chunk::{before_the_file, check_tables, verify};
use super::fetch::fetch;
use super::index::open_index;
use crate::error::{Flaw, Result};
use crate::format::{ChildKind, ChunkHead, Codec, LinkRecord, MARK_LEN, Mark, RECORD_LEN};
use crate::object::Session;
use crate::schema::{ChunkBytes, ChunkValue, Schema, TypeRef, path_to_link};

/// A chunk, extent or index.
#[derive(Debug)]
pub(crate) struct Outline {
    /// From the value that holds it.
    pub(crate) path: String,
    /// Of its mark in the file.
    pub(crate) offset: u64,
    pub(crate) ty: Option<TypeRef>,
    pub(crate) kind: ChildKind,
    pub(crate) codec: Codec,
    /// Bytes of its own payload, as stored and raw; of an index its entries.
    pub(crate) stored: u64,
    pub(crate) raw: u64,
    /// Elements or entries.
    pub(crate) count: Option<u64>,
    /// Links of a chunk, shards of an index, pages of an extent.
    pub(crate) child_count: u64,
    /// How many links there are to list, and those that are listed.
    pub(crate) links: usize,
    pub(crate) children: Vec<Outline>,
}

/// The outline of the chunk at an offset, `levels` deep, with at most `most` children of each.
pub(crate) fn outline(
    session: &Session,
    (offset, mark): (u64, Mark),
    schema: Option<&Schema>,
    value: Option<ChunkValue>,
    levels: usize,
    most: usize,
) -> Result<Outline> {
    let mut outline = Outline {
        path: String::new(),
        offset,
        ty: value.map(|value| value.ty),
        kind: mark.kind,
        codec: mark.codec,
        stored: mark.stored,
        raw: mark.raw,
        count: None,
        child_count: 0,
        links: 0,
        children: Vec::new(),
    };
    // Links of a compressed chunk are part of its payload.
    if mark.codec != Codec::None || levels == 0 {
        return Ok(outline);
    }
    let located = |flaw: Flaw| flaw.at(offset);
    let stored = fetch(session, offset, mark.stored.saturating_add(MARK_LEN as u64))?;
    verify(session, stored.as_slice(), &mark).map_err(located)?;
    let payload = stored.as_slice().get(MARK_LEN..).unwrap_or_default();
    let regions = ChunkHead::regions(payload).map_err(located)?;
    let region = |range| payload.get(range).unwrap_or_default();
    let (records, tables) = (region(regions.links), region(regions.tables));
    check_tables(records, tables.len()).map_err(located)?;
    let chunk = ChunkBytes {
        body: region(regions.body),
        text: std::str::from_utf8(region(regions.text)).unwrap_or_default(),
    };
    outline.links = records.len() / RECORD_LEN;
    outline.child_count = outline.links as u64;
    for (number, record) in records.chunks_exact(RECORD_LEN).take(most).enumerate() {
        let record = LinkRecord::parse(record).map_err(located)?;
        let start = record.table_start as usize;
        let table = tables
            .get(start..start + record.table_len as usize)
            .unwrap_or_default();
        let place = schema
            .zip(value)
            .and_then(|(schema, value)| path_to_link(schema, chunk, value, number as u32));
        let value = place.as_ref().map(|(_, ty)| ChunkValue {
            ty: *ty,
            chunkable: false,
            first: 0,
        });
        let at = offset
            .checked_sub(record.distance)
            .ok_or_else(|| before_the_file(record.distance).at(offset))?;
        let mut child = child(
            session,
            &record,
            (offset, at),
            table,
            schema,
            value,
            levels,
            most,
        )?;
        child.path = place.map(|(path, _)| path).unwrap_or_default();
        outline.children.push(child);
    }
    Ok(outline)
}

#[allow(
    clippy::too_many_arguments,
    reason = "a step of one walk, cut out of it for its length"
)]
fn child(
    session: &Session,
    record: &LinkRecord,
    (parent, at): (u64, u64),
    table: &[u8],
    schema: Option<&Schema>,
    value: Option<ChunkValue>,
    levels: usize,
    most: usize,
) -> Result<Outline> {
    let mark = record.mark;
    let leaf = |codec, stored, raw, child_count| Outline {
        path: String::new(),
        offset: at,
        ty: value.map(|value| value.ty),
        kind: mark.kind,
        codec,
        stored,
        raw,
        count: Some(record.count),
        child_count,
        links: 0,
        children: Vec::new(),
    };
    match mark.kind {
        ChildKind::Index => {
            let index = open_index(record, at, table, parent)?;
            let len = index.head.index_len().unwrap_or_default();
            Ok(leaf(mark.codec, len, len, index.shards() as u64))
        }
        ChildKind::Extent | ChildKind::Schema => Ok(leaf(Codec::None, mark.stored, mark.raw, 0)),
        ChildKind::Chunk => Ok(Outline {
            count: Some(record.count),
            ..outline(session, (at, mark), schema, value, levels - 1, most)?
        }),
    }
}
