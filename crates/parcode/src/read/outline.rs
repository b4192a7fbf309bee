//! The outline of a file: chunks and what hangs on them, without decoding a payload.

use super::chunk::{before_the_file, check_tables, verify};
use super::fetch::fetch;
use super::index::open_index;
use crate::error::{Flaw, Result};
use crate::format::{ChildKind, ChunkHead, Codec, LinkRecord, MARK_LEN, Mark, RECORD_LEN};
use crate::object::{Loader, Session};
use crate::schema::{ChunkBytes, ChunkValue, Schema, TypeRef, chunk_steps, path_to_link};

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
    chunk: (u64, Mark),
    schema: Option<&Schema>,
    value: Option<ChunkValue>,
    levels: usize,
    most: usize,
) -> Result<Outline> {
    let sight = Sight {
        session,
        schema,
        most,
        account: Loader::new(),
    };
    sight.chunk(chunk, value, levels)
}

/// What an outline is of.
struct Sight<'s> {
    session: &'s Session,
    schema: Option<&'s Schema>,
    most: usize,
    /// Visits at most as many bytes as the file has.
    account: Loader,
}

impl Sight<'_> {
    fn chunk(
        &self,
        (offset, mark): (u64, Mark),
        value: Option<ChunkValue>,
        levels: usize,
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
        let len = mark.stored.saturating_add(MARK_LEN as u64);
        self.account.charge(self.session, len)?;
        let stored = fetch(self.session, offset, len)?;
        verify(self.session, stored.as_slice(), &mark).map_err(located)?;
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
        // For the paths of all links together: those that are listed are the first ones.
        let mut steps = chunk_steps(chunk.body.len()) as u64;
        let listed = records.chunks_exact(RECORD_LEN).take(self.most);
        for (number, record) in listed.enumerate() {
            let record = LinkRecord::parse(record).map_err(located)?;
            let start = record.table_start as usize;
            let end = start.saturating_add(record.table_len as usize);
            let table = tables.get(start..end).unwrap_or_default();
            let place = self.schema.zip(value).and_then(|(schema, value)| {
                path_to_link(schema, chunk, value, number as u32, &mut steps)
            });
            let value = place.as_ref().map(|(_, ty)| ChunkValue {
                ty: *ty,
                chunkable: false,
                first: 0,
            });
            let mut child = self.child(&record, offset, table, value, levels)?;
            child.path = place.map(|(path, _)| path).unwrap_or_default();
            outline.children.push(child);
        }
        Ok(outline)
    }

    /// What a link of the chunk at `parent` leads to.
    fn child(
        &self,
        record: &LinkRecord,
        parent: u64,
        table: &[u8],
        value: Option<ChunkValue>,
        levels: usize,
    ) -> Result<Outline> {
        let mark = record.mark;
        let at = parent
            .checked_sub(record.distance)
            .ok_or_else(|| before_the_file(record.distance).at(parent))?;
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
            ChildKind::Extent | ChildKind::Schema => {
                Ok(leaf(Codec::None, mark.stored, mark.raw, 0))
            }
            ChildKind::Chunk => Ok(Outline {
                count: Some(record.count),
                ..self.chunk((at, mark), value, levels - 1)?
            }),
        }
    }
}
