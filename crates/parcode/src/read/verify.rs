//! Every byte that a file's links reach, verified without knowing any type.

use super::chunk::{before_the_file, check_tables, ends_before, unpack, verify};
use super::fetch::fetch;
use super::index::open_index;
use super::open::{Opened, schema_bytes};
use super::paged::{open_pages, pass_pages};
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::{ChildKind, ChunkHead, LinkRecord, MARK_LEN, Mark, RECORD_LEN, data_page};
use crate::object::{IndexBytes, Loader, Session, Verify};

/// Verifies everything, and keeps nothing.
pub(crate) fn verify_all(opened: &Opened) -> Result<()> {
    let session = &Session {
        verify: Verify::Full,
        ..opened.session.again()
    };
    let (offset, mark) = session
        .schema_at
        .ok_or_else(|| ParcodeError::new(ErrorKind::Damaged, "a schema in the file", "none"))?;
    schema_bytes(session, offset, mark)?;
    let walk = Walk {
        session,
        account: Loader::new(),
    };
    if let Some((offset, mark)) = opened.metadata {
        walk.chunk(offset, mark, 0)?;
    }
    walk.chunk(opened.root.0, opened.root.1, 0)
}

struct Walk<'s> {
    session: &'s Session,
    /// Visits at most as many bytes as the file has.
    account: Loader,
}

impl Walk<'_> {
    fn chunk(&self, offset: u64, mark: Mark, depth: u32) -> Result<()> {
        if depth > self.session.limits.depth {
            return Err(ParcodeError::new(
                ErrorKind::Limit,
                format!("links nested at most {} deep", self.session.limits.depth),
                "deeper ones",
            )
            .at(offset));
        }
        let stored_len = mark.stored.saturating_add(MARK_LEN as u64);
        self.account.charge(self.session, stored_len)?;
        let located = |flaw: Flaw| flaw.at(offset);
        let stored = fetch(self.session, offset, stored_len)?;
        verify(self.session, stored.as_slice(), &mark).map_err(located)?;
        let (bytes, head_at) = unpack(self.session, stored, &mark, offset)?;
        let payload = bytes.as_slice().get(head_at..).unwrap_or_default();
        let regions = ChunkHead::regions(payload).map_err(located)?;
        let text = payload.get(regions.text.clone()).unwrap_or_default();
        std::str::from_utf8(text).map_err(|error| {
            located(Flaw::new("UTF-8 in the text of a chunk", error.to_string()))
        })?;
        let records = payload.get(regions.links).unwrap_or_default();
        let tables = payload.get(regions.tables).unwrap_or_default();
        check_tables(records, tables.len()).map_err(located)?;
        for record in records.chunks_exact(RECORD_LEN) {
            let record = LinkRecord::parse(record).map_err(located)?;
            let start = record.table_start as usize;
            let table = tables
                .get(start..start + record.table_len as usize)
                .unwrap_or_default();
            self.child(offset, &record, table, depth + 1)?;
        }
        Ok(())
    }

    /// The mark of an extent is no part of any page: readers do without it, salvage does not.
    fn mark(&self, offset: u64, mark: &Mark) -> Result<()> {
        let found = fetch(self.session, offset, MARK_LEN as u64)?;
        if found.as_slice() == mark.to_bytes() {
            return Ok(());
        }
        Err(Flaw::new(
            format!("an extent marked {:02x?}", mark.to_bytes()),
            format!("{:02x?}", found.as_slice()),
        )
        .at(offset))
    }

    fn child(&self, parent: u64, record: &LinkRecord, table: &[u8], depth: u32) -> Result<()> {
        let offset = parent
            .checked_sub(record.distance)
            .ok_or_else(|| before_the_file(record.distance).at(parent))?;
        let mark = record.mark;
        match mark.kind {
            ChildKind::Chunk => {
                ends_before(&mark, offset, parent)?;
                self.chunk(offset, mark, depth)
            }
            ChildKind::Extent => {
                let element = mark.stored.checked_div(record.count).unwrap_or(1);
                let page = data_page(usize::try_from(element).unwrap_or(usize::MAX).max(1));
                let paged = open_pages(record, offset, page, table, parent)?;
                self.mark(offset, &mark)?;
                self.account.charge(self.session, mark.stored)?;
                pass_pages(self.session, &paged, |_| Ok(()))
            }
            ChildKind::Index => {
                let index = open_index(record, offset, table, parent)?;
                if let IndexBytes::Paged(paged) = &index.bytes {
                    self.mark(offset, &mark)?;
                    pass_pages(self.session, paged, |_| Ok(()))?;
                }
                for shard in 0..index.shards() {
                    let (offset, mark) = index.shard_place(self.session, shard)?;
                    self.chunk(offset, mark, depth)?;
                }
                Ok(())
            }
            ChildKind::Schema => {
                Err(Flaw::new("a chunk, an extent or an index", "a schema").at(offset))
            }
        }
    }
}
