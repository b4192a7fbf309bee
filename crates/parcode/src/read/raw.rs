//! Chunks as they lie, verified but without their types: what copying needs.

use super::chunk::{before_the_file, check_tables, ends_before, raw_payload};
use super::index::open_index;
use super::open::schema_bytes;
use super::paged::open_pages;
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::{
    ChildKind, ChunkHead, ChunkRegions, LinkRecord, MARK_LEN, Mark, RECORD_LEN, data_page,
};
use crate::object::{Bytes, IndexNode, Paged, Session};

/// The payload of a chunk.
pub(crate) struct RawChunk {
    bytes: Bytes,
    regions: ChunkRegions,
}

/// What a link leads to.
pub(crate) enum RawChild {
    Chunk(u64, Mark),
    Extent(Paged),
    Index(IndexNode),
}

impl RawChunk {
    /// Reads and verifies the chunk at `offset`.
    pub(crate) fn read(session: &Session, offset: u64, mark: &Mark) -> Result<Self> {
        let (bytes, head_at, _) = raw_payload(session, mark, offset)?;
        let payload = bytes.as_slice().get(head_at..).unwrap_or_default();
        let regions = ChunkHead::regions(payload).map_err(|flaw| flaw.at(offset))?;
        let chunk = Self {
            regions: regions.behind(head_at),
            bytes,
        };
        let tables = chunk.regions.tables.len();
        check_tables(chunk.part(chunk.regions.links.clone()), tables)
            .map_err(|flaw| flaw.at(offset))?;
        Ok(chunk)
    }

    fn part(&self, range: std::ops::Range<usize>) -> &[u8] {
        self.bytes.as_slice().get(range).unwrap_or_default()
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.part(self.regions.body.clone())
    }

    pub(crate) fn text(&self) -> Result<&str> {
        std::str::from_utf8(self.part(self.regions.text.clone())).map_err(|error| {
            let expected = "UTF-8 in the text of a chunk";
            ParcodeError::new(ErrorKind::Damaged, expected, error.to_string())
        })
    }

    /// The links of the chunk, which is at `offset`, and what each leads to.
    /// Each is opened when it is asked for: there may be many to one long index.
    pub(crate) fn children(
        &self,
        offset: u64,
    ) -> impl Iterator<Item = Result<(LinkRecord, RawChild)>> {
        let tables = self.part(self.regions.tables.clone());
        self.part(self.regions.links.clone())
            .chunks_exact(RECORD_LEN)
            .map(move |record| {
                let record = LinkRecord::parse(record).map_err(|flaw| flaw.at(offset))?;
                let start = record.table_start as usize;
                let table = tables
                    .get(start..)
                    .and_then(|tables| tables.get(..record.table_len as usize))
                    .unwrap_or_default();
                let child = child(&record, table, offset)?;
                Ok((record, child))
            })
    }
}

fn child(record: &LinkRecord, table: &[u8], parent: u64) -> Result<RawChild> {
    let offset = parent
        .checked_sub(record.distance)
        .ok_or_else(|| before_the_file(record.distance).at(parent))?;
    let mark = record.mark;
    Ok(match mark.kind {
        ChildKind::Chunk => {
            ends_before(&mark, offset, parent)?;
            RawChild::Chunk(offset, mark)
        }
        ChildKind::Extent => {
            let element = mark.stored.checked_div(record.count).unwrap_or(1);
            let page = data_page(usize::try_from(element).unwrap_or(usize::MAX).max(1));
            RawChild::Extent(open_pages(record, offset, page, table, parent)?)
        }
        ChildKind::Index => RawChild::Index(open_index(record, offset, table, parent)?),
        ChildKind::Schema => {
            return Err(Flaw::new("a chunk, an extent or an index", "a schema").at(offset));
        }
    })
}

/// The bytes of the schema of a file.
pub(crate) fn raw_schema(session: &Session) -> Result<(Mark, Vec<u8>)> {
    let (offset, mark) = session
        .schema_at
        .ok_or_else(|| ParcodeError::new(ErrorKind::Damaged, "a schema in the file", "none"))?;
    let stored = schema_bytes(session, offset, mark)?;
    let bytes = stored.as_slice().get(MARK_LEN..).unwrap_or_default();
    Ok((mark, bytes.to_vec()))
}
