//! Where a rewriting reads: the regions of a chunk that was checked by the file's schema.

use crate::error::{Flaw, Result};
use crate::format::{LinkRecord, RECORD_LEN, Span};
use crate::object::{Checked, Node};
use crate::read::chunk::before_the_file;

/// The regions of a checked chunk, and where it is.
#[derive(Debug, Clone, Copy)]
pub(in crate::read) struct Source<'c> {
    pub(super) body: &'c [u8],
    text: &'c str,
    links: &'c [u8],
    tables: &'c [u8],
    pub(super) offset: u64,
}

impl<'c> Source<'c> {
    pub(in crate::read) fn of(chunk: &'c Checked, offset: u64) -> Self {
        let whole = chunk.regions.whole();
        Self {
            body: chunk.regions.body(),
            text: chunk.regions.text(),
            links: whole.get(chunk.links.clone()).unwrap_or_default(),
            tables: whole.get(chunk.tables.clone()).unwrap_or_default(),
            offset,
        }
    }

    pub(super) fn of_node(node: &'c Node) -> Self {
        let (links, tables) = node.link_regions();
        Self {
            body: node.body(),
            text: node.text(),
            links,
            tables,
            offset: node.origin.offset,
        }
    }

    /// Bytes of plain elements.
    pub(super) fn bytes(body: &'c [u8], offset: u64) -> Self {
        Self {
            body,
            text: "",
            links: &[],
            tables: &[],
            offset,
        }
    }

    pub(super) fn from(&self, at: usize) -> &'c [u8] {
        self.body.get(at..).unwrap_or_default()
    }

    pub(super) fn span(&self, at: usize) -> Span {
        Span::read(self.from(at))
    }

    pub(super) fn text_of(&self, span: Span) -> &'c str {
        let start = span.start as usize;
        let end = start.saturating_add(span.len as usize);
        self.text.get(start..end).unwrap_or_default()
    }

    /// The tag of so many bytes.
    pub(super) fn tag(&self, at: usize, width: usize) -> usize {
        let bytes = self.from(at).get(..width).unwrap_or_default();
        let tag = bytes.iter().rev();
        tag.fold(0, |tag, byte| tag << 8 | usize::from(*byte))
    }

    pub(super) fn link(&self, number: u32) -> Result<LinkRecord> {
        let at = (number as usize).saturating_mul(RECORD_LEN);
        let record = self.links.get(at..).and_then(|rest| rest.get(..RECORD_LEN));
        let record = record.ok_or_else(|| Flaw::new("a link", format!("link {number}")));
        record
            .and_then(LinkRecord::parse)
            .map_err(|flaw| flaw.at(self.offset))
    }

    /// Where the child of a link starts.
    pub(super) fn child(&self, link: &LinkRecord) -> Result<u64> {
        let offset = self.offset.checked_sub(link.distance);
        offset.ok_or_else(|| before_the_file(link.distance).at(self.offset))
    }

    pub(super) fn table(&self, link: &LinkRecord) -> &'c [u8] {
        let start = link.table_start as usize;
        let end = start.saturating_add(link.table_len as usize);
        self.tables.get(start..end).unwrap_or_default()
    }
}
