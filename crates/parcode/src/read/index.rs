//! Indexes: which shard holds an element, and where that shard is.

use super::chunk::{before_the_file, ends_before};
use super::paged::{open_pages, page};
use super::rewrite::open_extent;
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{
    ChildKind, Codec, ENTRY_LEN, Entry, FENCE_LEN, FenceKind, INDEX_HEAD_LEN, IndexHead,
    LinkRecord, Mark, UNEVEN, share_of,
};
use crate::object::{ChunkType, IndexBytes, IndexNode, Node, Paged, Session};
use crate::wire::u64_at;
use std::borrow::Cow;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The index behind link `number` of `parent`, over shards of a sequence or map of type `ty`.
pub(crate) fn index<'par>(
    parent: &'par Node,
    number: u32,
    kinds: &[FenceKind],
    ty: &dyn ChunkType,
) -> Result<&'par Arc<IndexNode>> {
    let (record, cell) = parent.link(number)?;
    if let Some(index) = cell.index.get() {
        return Ok(index);
    }
    let open = || {
        parent.session.try_index(&record.mark)?;
        let offset = parent
            .child_offset(record.distance)
            .ok_or_else(|| before_the_file(record.distance))?;
        let table = parent.table(&record);
        let (asked, found) = (ty.fingerprint(), record.mark.fingerprint);
        if record.mark.kind == ChildKind::Extent && asked != found {
            let conversion = ty.conversion(&parent.session, found)?;
            return open_extent(&parent.session, conversion, &record, offset, parent);
        }
        let index = open_index(&record, offset, table, parent.origin.offset)?;
        let known = asked == found || ty.conversion(&parent.session, found).is_ok();
        if kinds.contains(&index.head.fences) && known {
            return Ok(index);
        }
        Err(Flaw::new(
            format!("an index by {kinds:?} over type {asked:016x}"),
            format!("one by {:?} over type {found:016x}", index.head.fences),
        )
        .at(parent.origin.offset))
    };
    let index = open().map_err(|error| parent.in_link(error, number, ""))?;
    Ok(cell.index.get_or_init(|| Arc::new(index)))
}

/// The index that `record`, a link of the chunk at `parent`, describes; entries count back from
/// `anchor`.
pub(super) fn open_index(
    record: &LinkRecord,
    anchor: u64,
    table: &[u8],
    parent: u64,
) -> Result<IndexNode> {
    let mark = record.mark;
    let damaged = |expected: &'static str, found: String| Flaw::new(expected, found).at(parent);
    let head = IndexHead::parse(table)
        .filter(|_| mark.kind == ChildKind::Index)
        .ok_or_else(|| damaged("an index", format!("{:?}", mark.kind)))?;
    let rest = table.get(INDEX_HEAD_LEN..).unwrap_or_default();
    let len = if mark.stored == 0 {
        rest.len() as u64
    } else {
        mark.stored
    };
    if head.index_len() != Some(len) {
        return Err(damaged(
            "an index as long as its entries",
            format!("{len} bytes for {head:?}"),
        ));
    }
    let shards = match head.shard_log2 {
        UNEVEN => u64::from(head.shards),
        log2 => record.count.div_ceil(1 << log2),
    };
    if shards != u64::from(head.shards) {
        return Err(damaged(
            "as many shards as elements take",
            format!("{head:?} for {} elements", record.count),
        ));
    }
    let (bytes, page_fences) = if mark.stored == 0 {
        (IndexBytes::Home(rest.into()), Box::default())
    } else {
        let (fences, sums) = rest
            .split_at_checked(head.home_fences() * FENCE_LEN)
            .ok_or_else(|| {
                damaged(
                    "a first fence for each page",
                    format!("{} bytes", rest.len()),
                )
            })?;
        let pages = open_pages(record, anchor, head.page(), sums, parent)?;
        let fences = fences.chunks_exact(FENCE_LEN).map(|fence| u64_at(fence, 0));
        (IndexBytes::Paged(pages), fences.collect())
    };
    Ok(IndexNode::new(head, *record, anchor, bytes, page_fences))
}

impl IndexNode {
    pub(crate) fn shards(&self) -> usize {
        self.head.shards as usize
    }

    /// The logarithm of the number of elements in each shard, where it is the same for all.
    #[inline]
    pub(crate) fn even_log2(&self) -> Option<u8> {
        Some(self.head.shard_log2).filter(|log2| *log2 < usize::BITS as u8)
    }

    /// The published node of a shard.
    #[inline(always)]
    pub(crate) fn node(&self, shard: usize) -> Option<&Arc<Node>> {
        self.nodes.peek(shard)
    }

    /// The published node of the shard that holds `hash`.
    #[inline(always)]
    pub(crate) fn node_of_hash(&self, hash: u64) -> Option<&Arc<Node>> {
        let share = share_of(hash, self.shards());
        if self.head.fences == FenceKind::Share {
            return self.node(share);
        }
        self.node_of_uneven(hash, share)
    }

    fn node_of_uneven(&self, hash: u64, share: usize) -> Option<&Arc<Node>> {
        let page = self.page_of_shard(share);
        let within = shard_within(self.hashes.get(page)?.get()?, hash)?;
        self.node(self.shards_of_page(page).start + within)
    }

    /// The cell of a shard's node.
    pub(super) fn cell(&self, session: &Session, shard: usize) -> Result<&OnceLock<Arc<Node>>> {
        self.page(session, self.page_of_shard(shard))?;
        self.nodes.get(shard).ok_or_else(|| self.beyond(shard))
    }

    /// Reads a page; the first hashes of its shards, where those are what is searched.
    fn page(&self, session: &Session, number: usize) -> Result<&[u64]> {
        let shards = self.shards_of_page(number);
        let first = shards.start;
        let cell = self.hashes.get(number).ok_or_else(|| self.beyond(first))?;
        if let Some(hashes) = cell.get() {
            return Ok(hashes);
        }
        let bytes = self.page_bytes(session, number)?;
        // The fence that led here must be the one that is here.
        let home = self.page_fences.get(number);
        if home.is_some_and(|home| *home != Entry::read_fence(bytes)) {
            return Err(self.unordered(first));
        }
        let hashes = if self.head.fences == FenceKind::Hash {
            let fences = bytes.chunks_exact(ENTRY_LEN).map(Entry::read_fence);
            fences.take(shards.len()).collect()
        } else {
            Box::default()
        };
        Ok(cell.get_or_init(|| hashes))
    }

    fn page_bytes(&self, session: &Session, number: usize) -> Result<&[u8]> {
        match &self.bytes {
            IndexBytes::Home(bytes) => Ok(bytes
                .get(self.shards_of_page(number).start * ENTRY_LEN..)
                .unwrap_or_default()),
            IndexBytes::Paged(paged) => page(session, paged, number as u64),
            IndexBytes::Extent(..) => Ok(&[]),
        }
    }

    fn entry(&self, session: &Session, shard: usize) -> Result<Entry> {
        let page = self.page_of_shard(shard);
        let bytes = self.page_bytes(session, page)?;
        let at = shard.saturating_sub(self.shards_of_page(page).start) * ENTRY_LEN;
        bytes
            .get(at..at + ENTRY_LEN)
            .filter(|_| shard < self.shards())
            .map(Entry::read)
            .ok_or_else(|| self.beyond(shard))
    }

    /// Whether the page of a shard's entry can be read.
    pub(crate) fn has_entry(&self, session: &Session, shard: usize) -> bool {
        self.entry(session, shard).is_ok()
    }

    /// Where a shard is, and its mark.
    pub(crate) fn shard_place(&self, session: &Session, shard: usize) -> Result<(u64, Mark)> {
        let entry = self.entry(session, shard)?;
        let mark = Mark {
            kind: ChildKind::Chunk,
            codec: if entry.stored == entry.raw {
                Codec::None
            } else {
                self.record.mark.codec
            },
            stored: entry.stored.into(),
            raw: entry.raw.into(),
            fingerprint: self.record.mark.fingerprint,
            checksum: entry.checksum,
        };
        let offset = self
            .anchor
            .checked_sub(entry.distance)
            .ok_or_else(|| before_the_file(entry.distance))?;
        ends_before(&mark, offset, self.anchor)?;
        Ok((offset, mark))
    }

    /// How many elements or entries of `stride` bytes to make room for: those that are claimed, as
    /// far as the shards, of which none was read, and the file have bytes for them.
    pub(crate) fn room(&self, session: &Session, stride: usize) -> Result<usize> {
        if let IndexBytes::Extent(..) = self.bytes {
            return Ok(usize::try_from(self.record.count).unwrap_or(usize::MAX));
        }
        let (mut stored, mut raw) = (0u64, 0u64);
        for shard in 0..self.shards() {
            let (_, mark) = self.shard_place(session, shard)?;
            mark.codec
                .plausible(mark.stored, mark.raw)
                .map_err(|flaw| flaw.at(self.anchor))?;
            stored = stored.saturating_add(mark.stored);
            raw = raw.saturating_add(mark.raw);
        }
        // Many entries may name one shard: no load visits more than the file has.
        let most = Codec::credit(stored.min(session.len), raw) / stride.max(1) as u64;
        Ok(usize::try_from(self.record.count.min(most)).unwrap_or(usize::MAX))
    }

    /// Says that all shards will be read soon: they lie in front of their index, behind one another.
    /// Where the last one is published all were read, and announcing costs a look at every page.
    pub(crate) fn announce(&self, session: &Session) {
        if self.node(self.shards() - 1).is_some() {
            return;
        }
        if let IndexBytes::Extent(paged, _) = &self.bytes {
            let end = paged.offset.saturating_add(paged.len);
            session.source.will_read(paged.offset..end);
        } else if let Ok((first, _)) = self.shard_place(session, 0) {
            session.source.will_read(first..self.anchor);
        }
    }

    pub(crate) fn fence(&self, session: &Session, shard: usize) -> Result<u64> {
        Ok(self.entry(session, shard)?.fence)
    }

    /// The positions of a sequence's elements that shard `shard` holds.
    pub(crate) fn positions(&self, session: &Session, shard: usize) -> Result<Range<u64>> {
        let count = self.record.count;
        if let IndexBytes::Extent(paged, _) = &self.bytes {
            let each = self.in_page(paged);
            let start = (shard as u64).saturating_mul(each).min(count);
            return Ok(start..start.saturating_add(each).min(count));
        }
        if self.head.shard_log2 != UNEVEN {
            let start = (shard as u64) << self.head.shard_log2;
            return Ok(start.min(count)..(start + (1 << self.head.shard_log2)).min(count));
        }
        let start = self.fence(session, shard)?;
        let end = if shard + 1 < self.shards() {
            self.fence(session, shard + 1)?
        } else {
            count
        };
        if start <= end && end <= count && (shard > 0 || start == 0) {
            return Ok(start..end);
        }
        Err(self.unordered(shard))
    }

    /// The shard that holds the element at `position`.
    pub(crate) fn shard_at(&self, session: &Session, position: u64) -> Result<usize> {
        if self.head.shard_log2 != UNEVEN {
            return Ok((position >> self.head.shard_log2) as usize);
        }
        if let IndexBytes::Extent(paged, _) = &self.bytes {
            return Ok((position / self.in_page(paged)) as usize);
        }
        let (low, high) = self.page_of(position);
        let shard = partition(low, high, |shard| {
            Ok(shard == 0 || self.fence(session, shard)? <= position)
        })?;
        // A file's fences need not ascend: what was found must hold the position all the same.
        if self.positions(session, shard)?.contains(&position) {
            return Ok(shard);
        }
        Err(self.unordered(shard))
    }

    /// Elements of a page of an extent.
    fn in_page(&self, paged: &Paged) -> u64 {
        let element = paged.len.checked_div(self.record.count).unwrap_or(1);
        (paged.page as u64).checked_div(element).unwrap_or(1).max(1)
    }

    /// The shards of the page whose range holds `fence`; all where the pages' first fences are not
    /// home.
    fn page_of(&self, fence: u64) -> (usize, usize) {
        if self.page_fences.is_empty() {
            return (0, self.shards());
        }
        let page = self.page_fences.partition_point(|first| *first <= fence);
        let shards = self.shards_of_page(page.saturating_sub(1));
        (shards.start, shards.end)
    }

    /// The shard that holds `hash`.
    pub(crate) fn shard_of_hash(&self, session: &Session, hash: u64) -> Result<usize> {
        let share = share_of(hash, self.shards());
        if self.head.fences == FenceKind::Share {
            return Ok(share);
        }
        // Hashes are uniform: their share is the page of the shard, nearly always.
        let number = self.page_of_shard(share);
        if let Some(within) = shard_within(self.page(session, number)?, hash) {
            return Ok(self.shards_of_page(number).start + within);
        }
        partition(0, self.shards(), |shard| {
            Ok(self.fence(session, shard)? <= hash)
        })
    }

    /// The shard whose range of keys holds `key`.
    pub(crate) fn shard_of_key(&self, session: &Session, key: &[u8]) -> Result<usize> {
        partition(0, self.shards(), |shard| {
            let separator = Entry::separator(self.fence(session, shard)?);
            let bytes = self.separator(session, separator.start.into(), separator.len.into())?;
            Ok(*bytes <= *key)
        })
    }

    /// The bytes of all separators.
    pub(crate) fn separators(&self, session: &Session) -> Result<Vec<u8>> {
        Ok(self
            .separator(session, 0, self.head.separators)?
            .into_owned())
    }

    fn separator(&self, session: &Session, start: u64, len: u64) -> Result<Cow<'_, [u8]>> {
        let beyond = || {
            Flaw::new(
                "a separator in the index",
                format!("{len} bytes at {start}"),
            )
            .at(self.anchor)
        };
        let start = self.head.entries_len() + start;
        let end = start.checked_add(len).ok_or_else(beyond)?;
        match &self.bytes {
            IndexBytes::Home(bytes) => usize::try_from(start)
                .ok()
                .and_then(|start| bytes.get(start..usize::try_from(end).ok()?))
                .map(Cow::Borrowed)
                .ok_or_else(beyond),
            IndexBytes::Extent(..) => Err(beyond()),
            IndexBytes::Paged(paged) => {
                if end > paged.len {
                    return Err(beyond());
                }
                let mut bytes = Cow::Borrowed(&[][..]);
                let mut at = start;
                while at < end {
                    let page_len = paged.page as u64;
                    let (number, within) = (at / page_len, (at % page_len) as usize);
                    let rest = page(session, paged, number)?
                        .get(within..)
                        .unwrap_or_default();
                    let part = rest
                        .get(..((end - at) as usize).min(rest.len()))
                        .unwrap_or_default();
                    if part.is_empty() {
                        return Err(beyond());
                    }
                    at += part.len() as u64;
                    if bytes.is_empty() {
                        bytes = Cow::Borrowed(part);
                    } else {
                        bytes.to_mut().extend_from_slice(part);
                    }
                }
                Ok(bytes)
            }
        }
    }

    #[cold]
    fn beyond(&self, shard: usize) -> ParcodeError {
        Flaw::new(
            format!("shard {shard} of {}", self.shards()),
            "no such entry",
        )
        .at(self.anchor)
    }

    #[cold]
    fn unordered(&self, shard: usize) -> ParcodeError {
        Flaw::new(
            "shards in ascending order",
            format!("shard {shard} out of order"),
        )
        .at(self.anchor)
    }
}

/// Which shard of a page holds `hash`, by their first hashes; `None` where that may be one of another
/// page.
fn shard_within(hashes: &[u64], hash: u64) -> Option<usize> {
    let behind = hashes.partition_point(|first| *first <= hash);
    behind.checked_sub(1).filter(|_| behind < hashes.len())
}

/// The last of `low..high` for which `below` holds; `low` where it holds for none.
fn partition(
    mut low: usize,
    mut high: usize,
    below: impl Fn(usize) -> Result<bool>,
) -> Result<usize> {
    while low + 1 < high {
        let middle = low + (high - low) / 2;
        if below(middle)? {
            low = middle;
        } else {
            high = middle;
        }
    }
    Ok(low)
}
