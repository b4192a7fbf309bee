//! Nodes: what is left of a chunk, an extent or an index after it was checked.
//!
//! Verification belongs to the bytes that a node holds, never to a place in the file: the same
//! place read through two links is two nodes. A child's node is published in the cell of its link
//! in the parent's node, so the nodes of one root form a tree that lives as long as the root does.

use super::{Bytes, Conversion, Copies, PageCheck, Regions, Session};
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{ExtentShape, FenceKind, IndexHead, LinkRecord, RECORD_LEN, Span};
use crate::schema::{ChunkBytes, ChunkValue, Schema, TypeRef, path_to_link};
use std::any::Any;
use std::ops::Range;
use std::sync::{Arc, OnceLock, Weak};

/// A checked chunk.
#[derive(Debug)]
pub(crate) struct Node {
    /// Itself: children remember their parent for the paths in errors.
    pub(crate) me: Weak<Node>,
    pub(crate) regions: Regions,
    pub(crate) session: Arc<Session>,
    pub(crate) origin: Origin,
    /// Where link records lie in the regions' bytes.
    links: Range<usize>,
    tables: Range<usize>,
    cells: Box<[Cell]>,
    /// Plain data of this chunk that could not be lent as it lies.
    pub(crate) copies: Copies,
    /// The type that the chunk was rewritten to, if it was: the file's schema does not know it.
    rewritten: Option<(Arc<Conversion>, TypeRef)>,
}

/// The regions of a chunk that was checked, and the nesting at each of its links.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) regions: Regions,
    pub(crate) links: Range<usize>,
    pub(crate) tables: Range<usize>,
    pub(crate) depths: Vec<u32>,
}

/// Where a chunk was reached from.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    /// File offset of its mark.
    pub(crate) offset: u64,
    /// The chunk that holds its link, and the link's number; none for the root.
    pub(crate) parent: Option<(Weak<Node>, u32)>,
    /// For a shard: its number, and the position of its first element.
    pub(crate) shard: Option<(u32, u64)>,
    /// Nesting of the value that the chunk holds.
    pub(crate) depth: u32,
    /// Stored bytes, mark included: what a visit of this chunk is charged.
    pub(crate) charge: u64,
}

/// What is published of the child behind a link.
#[derive(Debug, Default)]
pub(crate) struct Cell {
    /// Nesting at the link's place in the chunk.
    pub(crate) depth: u32,
    pub(crate) chunk: OnceLock<Arc<Node>>,
    pub(crate) paged: OnceLock<Arc<Paged>>,
    pub(crate) index: OnceLock<Arc<IndexNode>>,
    /// A `Vec` of plain data that could not be lent as it lies.
    pub(crate) slice: OnceLock<Box<dyn Any + Send + Sync>>,
}

impl Node {
    pub(crate) fn new(
        checked: Checked,
        session: Arc<Session>,
        origin: Origin,
        rewritten: Option<(Arc<Conversion>, TypeRef)>,
    ) -> Arc<Self> {
        let cell = |depth| Cell {
            depth,
            ..Cell::default()
        };
        let cells = checked.depths.into_iter().map(cell).collect();
        Arc::new_cyclic(|me| Self {
            me: me.clone(),
            regions: checked.regions,
            session,
            origin,
            links: checked.links,
            tables: checked.tables,
            cells,
            copies: Copies::default(),
            rewritten,
        })
    }

    /// The same chunk with a copy of its bytes, in a session of which nothing behind its links was read.
    #[cfg(feature = "serde")]
    pub(crate) fn in_session(&self, bytes: Bytes, session: Arc<Session>) -> Result<Arc<Self>> {
        let checked = Checked {
            regions: (self.regions.of_copy(bytes)).map_err(|flaw| flaw.at(self.origin.offset))?,
            links: self.links.clone(),
            tables: self.tables.clone(),
            depths: self.cells.iter().map(|cell| cell.depth).collect(),
        };
        let origin = self.origin.clone();
        Ok(Self::new(checked, session, origin, self.rewritten.clone()))
    }

    #[inline(always)]
    pub(crate) fn body(&self) -> &[u8] {
        self.regions.body()
    }

    #[inline(always)]
    pub(crate) fn text(&self) -> &str {
        self.regions.text()
    }

    /// The span of the sequence or map that the chunk consists of.
    #[inline(always)]
    pub(crate) fn span(&self) -> Span {
        self.regions.span()
    }

    /// How many links the chunk has.
    pub(crate) fn links(&self) -> u32 {
        self.cells.len() as u32
    }

    /// The link record and the cell of this number.
    pub(crate) fn link(&self, number: u32) -> Result<(LinkRecord, &Cell)> {
        let cell = self.cells.get(number as usize);
        let at = (number as usize).saturating_mul(RECORD_LEN);
        let record = self
            .regions
            .whole()
            .get(self.links.clone())
            .and_then(|links| links.get(at..)?.get(..RECORD_LEN));
        match (cell, record) {
            (Some(cell), Some(record)) => {
                let record = LinkRecord::parse(record).map_err(|flaw| self.damaged(flaw))?;
                Ok((record, cell))
            }
            _ => Err(self.damaged(Flaw::new(
                format!("one of {} links", self.cells.len()),
                format!("link {number}"),
            ))),
        }
    }

    /// The link records, and the tables behind them.
    pub(crate) fn link_regions(&self) -> (&[u8], &[u8]) {
        let whole = self.regions.whole();
        let region = |range: &Range<usize>| whole.get(range.clone()).unwrap_or_default();
        (region(&self.links), region(&self.tables))
    }

    /// The cell alone: what warm paths need.
    #[inline]
    pub(crate) fn cell(&self, number: u32) -> Option<&Cell> {
        self.cells.get(number as usize)
    }

    /// The number of elements behind a link; what a handle knows without reading.
    pub(crate) fn link_len(&self, number: u32) -> u64 {
        self.link(number).map_or(0, |(record, _)| record.count)
    }

    /// The part of the tables that belongs to a link.
    pub(crate) fn table(&self, record: &LinkRecord) -> &[u8] {
        let tables = self.regions.whole().get(self.tables.clone());
        let start = record.table_start as usize;
        tables
            .and_then(|tables| tables.get(start..start.checked_add(record.table_len as usize)?))
            .unwrap_or_default()
    }

    /// Where the child of a link starts; `None` where that is not in front of this chunk.
    pub(crate) fn child_offset(&self, distance: u64) -> Option<u64> {
        self.origin.offset.checked_sub(distance)
    }

    /// The error of a flaw in this chunk's own bytes.
    #[cold]
    pub(crate) fn damaged(&self, flaw: Flaw) -> ParcodeError {
        flaw.at(self.origin.offset).inside(&self.path())
    }

    /// Puts the path of the value behind `link` in front of an error.
    #[cold]
    pub(crate) fn in_link(&self, error: ParcodeError, link: u32, part: &str) -> ParcodeError {
        error.inside(part).inside(&self.path_to(link))
    }

    /// The path of this chunk's value, as far as the file still tells it.
    fn path(&self) -> String {
        match &self.origin.parent {
            None => String::new(),
            Some((parent, link)) => parent
                .upgrade()
                .map_or_else(|| "…".into(), |parent| parent.path_to(*link)),
        }
    }

    /// The path of the value behind a link.
    pub(crate) fn path_to(&self, link: u32) -> String {
        let session = &self.session;
        let left = session.path_steps();
        // Reading the schema takes its time, too.
        let schema_len = session.schema_at.map_or(0, |(_, mark)| mark.stored);
        let Some(mut steps) = left.checked_sub(schema_len) else {
            return "…".into();
        };
        let file = (session.schema)(session).ok().map(Arc::new);
        let traced = file.and_then(|file| self.trace(&file, link, &mut steps));
        session.took_path_steps(left - steps);
        traced.map_or_else(|| "…".into(), |traced| traced.path)
    }

    /// The path of the value behind a link and its type, by way of all parents, in no more steps than
    /// are left.
    fn trace(&self, file: &Arc<Schema>, link: u32, steps: &mut u64) -> Option<Traced> {
        let first = self.origin.shard.map_or(0, |(_, first)| first);
        let (above, value) = match &self.origin.parent {
            None => {
                let root = Session::root_value(file);
                let (schema, ty) = (file.clone(), root.ty);
                let path = String::new();
                (Traced { path, schema, ty }, root.chunkable)
            }
            Some((parent, link)) => (parent.upgrade()?.trace(file, *link, steps)?, false),
        };
        let (schema, ty) = match &self.rewritten {
            Some((conversion, ty)) => (conversion.asked.schema(), *ty),
            None => (&above.schema, above.ty),
        };
        let value = ChunkValue {
            ty,
            chunkable: value,
            first,
        };
        let chunk = ChunkBytes {
            body: self.body(),
            text: self.text(),
        };
        let (path, ty) = path_to_link(schema, chunk, value, link, steps)?;
        Some(Traced {
            path: above.path + &path,
            schema: schema.clone(),
            ty,
        })
    }
}

/// Where a value is in the object, and its type in one of the schemas.
struct Traced {
    path: String,
    schema: Arc<Schema>,
    ty: TypeRef,
}

/// Pages of an extent: each is read and verified when it is first touched.
#[derive(Debug)]
pub(crate) struct Paged {
    /// File offset of the first byte behind the mark.
    pub(crate) offset: u64,
    /// Length of the data.
    pub(crate) len: u64,
    pub(crate) page: usize,
    pub(crate) shape: ExtentShape,
    /// Checksums that were home: of the topmost level's pages.
    pub(crate) home_sums: Box<[u64]>,
    /// For each level, data first: its pages.
    pub(crate) levels: Box<[SparseCells<Bytes>]>,
    /// Where not all bytes are elements on this machine, what tells.
    pub(crate) guard: Option<PageCheck>,
    /// All of the data in one piece, where the source lends it.
    pub(crate) whole: OnceLock<Bytes>,
}

/// The index of a long sequence or map.
#[derive(Debug)]
pub(crate) struct IndexNode {
    pub(crate) head: IndexHead,
    pub(crate) record: LinkRecord,
    /// File offset that the entries' distances count back from.
    pub(crate) anchor: u64,
    pub(crate) bytes: IndexBytes,
    /// The first fence of each page, where they are home.
    pub(crate) page_fences: Box<[u64]>,
    /// Of each page that was read: the first hashes of its shards, side by side for searching; none
    /// where shards are found otherwise.
    pub(crate) hashes: Box<[OnceLock<Box<[u64]>>]>,
    /// How many entries a page holds: two to this many.
    page_log2: u32,
    /// The shards' nodes.
    pub(crate) nodes: SparseCells<Arc<Node>>,
}

impl IndexNode {
    /// An index of which nothing was read yet.
    pub(crate) fn new(
        head: IndexHead,
        record: LinkRecord,
        anchor: u64,
        bytes: IndexBytes,
        page_fences: Box<[u64]>,
    ) -> Self {
        Self {
            head,
            record,
            anchor,
            bytes,
            page_fences,
            hashes: empty(head.pages()),
            page_log2: head.entries_per_page().ilog2(),
            nodes: SparseCells::new(head.shards as usize),
        }
    }

    /// The page that holds a shard's entry.
    #[inline]
    pub(crate) fn page_of_shard(&self, shard: usize) -> usize {
        shard >> self.page_log2
    }

    /// The shards whose entries a page holds.
    pub(crate) fn shards_of_page(&self, page: usize) -> Range<usize> {
        let shards = self.head.shards as usize;
        let start = page.saturating_mul(1 << self.page_log2).min(shards);
        start..start.saturating_add(1 << self.page_log2).min(shards)
    }

    /// Whether shards are found by key: those of sequences by position, others by hash.
    #[inline]
    pub(crate) fn is_ordered(&self) -> bool {
        self.head.fences == FenceKind::Separator
    }
}

/// Where the bytes of an index are.
#[derive(Debug)]
pub(crate) enum IndexBytes {
    Home(Box<[u8]>),
    Paged(Paged),
    /// There are none: the shards are the pages of an extent, whose elements are of an older type.
    Extent(Paged, Arc<Conversion>),
}

/// A long row of cells, of which memory is taken only around those that are touched: in groups, of about as
/// many cells as there are groups, so that the first touch of one makes the fewest.
#[derive(Debug)]
pub(crate) struct SparseCells<T> {
    groups: Box<[OnceLock<Group<T>>]>,
    len: usize,
    group_log2: u32,
    /// What of a cell's number is its place in its group.
    in_group: usize,
}

type Group<T> = Box<[OnceLock<T>]>;

impl<T> SparseCells<T> {
    pub(crate) fn new(len: usize) -> Self {
        let group_log2 = len.checked_ilog2().unwrap_or_default().div_ceil(2);
        Self {
            groups: empty(len.div_ceil(1 << group_log2)),
            len,
            group_log2,
            in_group: (1 << group_log2) - 1,
        }
    }

    /// What was put in a cell: all that warm accesses need.
    #[inline(always)]
    pub(crate) fn peek(&self, i: usize) -> Option<&T> {
        let group = self.groups.get(i >> self.group_log2)?.get()?;
        group.get(i & self.in_group)?.get()
    }

    /// A cell, for putting something in.
    pub(crate) fn get(&self, i: usize) -> Option<&OnceLock<T>> {
        let left = self.len.saturating_sub(i & !self.in_group);
        self.groups
            .get(i >> self.group_log2)?
            .get_or_init(|| empty(left.min(1 << self.group_log2)))
            .get(i & self.in_group)
    }
}

fn empty<T>(len: usize) -> Box<[OnceLock<T>]> {
    (0..len).map(|_| OnceLock::new()).collect()
}
