//! Indexes: which shard holds an element, and the shard itself.

use super::chunk::{ChunkKind, before_the_file, ends_before, publish, read_chunk};
use super::paged::{open_pages, page};
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{
    ChildKind, Codec, ENTRIES_PER_PAGE, ENTRY_LEN, Entry, FENCE_LEN, FenceKind, INDEX_HEAD_LEN,
    INDEX_PAGE, IndexHead, LinkRecord, Mark, UNEVEN,
};
use crate::object::fingerprint;
use crate::object::{
    IndexBytes, IndexNode, IndexPage, Node, Origin, ParcodeObject, Session, SparseCells,
};
use crate::wire::u64_at;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// The index behind link `number` of `parent`, over shards of a `T`.
pub(crate) fn index<T: ParcodeObject>(
    parent: &Node,
    number: u32,
    fences: FenceKind,
) -> Result<&Arc<IndexNode>> {
    let (record, cell) = parent.link(number)?;
    if let Some(index) = cell.index.get() {
        return Ok(index);
    }
    let open = || {
        let offset = parent
            .child_offset(record.distance)
            .ok_or_else(|| before_the_file(record.distance))?;
        let table = parent.table(&record);
        let index = open_index(
            &parent.session,
            &record,
            offset,
            table,
            parent.origin.offset,
        )?;
        let (asked, found) = (fingerprint::<T>(), record.mark.fingerprint);
        if index.head.fences == fences && asked == found {
            return Ok(index);
        }
        Err(Flaw::new(
            format!("an index of {fences:?}s over type {asked:016x}"),
            format!("one of {:?}s over type {found:016x}", index.head.fences),
        )
        .at(parent.origin.offset))
    };
    let index = open().map_err(|error| parent.in_link(error, number, ""))?;
    Ok(cell.index.get_or_init(|| Arc::new(index)))
}

/// The index that `record`, a link of the chunk at `parent`, describes; entries count back from
/// `anchor`.
pub(super) fn open_index(
    session: &Session,
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
        let pages = open_pages(session, record, anchor, INDEX_PAGE, sums, parent)?;
        let fences = fences.chunks_exact(FENCE_LEN).map(|fence| u64_at(fence, 0));
        (IndexBytes::Paged(pages), fences.collect())
    };
    Ok(IndexNode {
        head,
        record: *record,
        anchor,
        bytes,
        page_fences,
        pages: SparseCells::new(head.pages()),
    })
}

impl IndexNode {
    pub(crate) fn shards(&self) -> usize {
        self.head.shards as usize
    }

    /// An entry and the cell of its shard's node.
    fn entry(&self, session: &Session, shard: usize) -> Result<&(Entry, OnceLock<Arc<Node>>)> {
        let beyond = || {
            Flaw::new(
                format!("shard {shard} of {}", self.shards()),
                "no such entry",
            )
            .at(self.anchor)
        };
        let number = shard / ENTRIES_PER_PAGE;
        let cell = self.pages.get(number).ok_or_else(beyond)?;
        let page = if let Some(page) = cell.get() {
            page
        } else {
            let page = self.read_entries(session, number)?;
            cell.get_or_init(|| page)
        };
        page.entries
            .get(shard % ENTRIES_PER_PAGE)
            .ok_or_else(beyond)
    }

    fn read_entries(&self, session: &Session, number: usize) -> Result<IndexPage> {
        let bytes = match &self.bytes {
            IndexBytes::Home(bytes) => bytes.get(number * INDEX_PAGE..).unwrap_or_default(),
            IndexBytes::Paged(paged) => page(session, paged, number as u64)?,
        };
        let left = self.shards().saturating_sub(number * ENTRIES_PER_PAGE);
        let entries: Box<[_]> = bytes
            .chunks_exact(ENTRY_LEN)
            .take(left.min(ENTRIES_PER_PAGE))
            .map(|entry| (Entry::read(entry), OnceLock::new()))
            .collect();
        // The fence that led here must be the one that is here.
        let first: Option<u64> = entries.first().map(|(entry, _): &(Entry, _)| entry.fence);
        if self
            .page_fences
            .get(number)
            .is_some_and(|home| first != Some(*home))
        {
            return Err(self.unordered(number * ENTRIES_PER_PAGE));
        }
        Ok(IndexPage { entries })
    }

    /// Where a shard is, and its mark.
    pub(super) fn shard_place(&self, session: &Session, shard: usize) -> Result<(u64, Mark)> {
        self.place_of(&self.entry(session, shard)?.0)
    }

    fn place_of(&self, entry: &Entry) -> Result<(u64, Mark)> {
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

    /// Where the first shard starts, for announcing a read of all.
    pub(crate) fn first_offset(&self, session: &Session) -> Option<u64> {
        let (entry, _) = self.entry(session, 0).ok()?;
        self.anchor.checked_sub(entry.distance)
    }

    pub(crate) fn fence(&self, session: &Session, shard: usize) -> Result<u64> {
        Ok(self.entry(session, shard)?.0.fence)
    }

    /// The positions of a sequence's elements that shard `shard` holds.
    pub(crate) fn positions(
        &self,
        session: &Session,
        shard: usize,
    ) -> Result<std::ops::Range<u64>> {
        let count = self.record.count;
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

    /// The shards of the page whose range holds `fence`; all where the pages' first fences are not
    /// home.
    fn page_of(&self, fence: u64) -> (usize, usize) {
        if self.page_fences.is_empty() {
            return (0, self.shards());
        }
        let page = self.page_fences.partition_point(|first| *first <= fence);
        let low = page.saturating_sub(1) * ENTRIES_PER_PAGE;
        (low, (low + ENTRIES_PER_PAGE).min(self.shards()))
    }

    /// The shard whose range of hashes holds `hash`.
    pub(crate) fn shard_of_hash(&self, session: &Session, hash: u64) -> Result<usize> {
        // Hashes are uniform, so the shard is near where its share of the range puts it: gallop
        // from there, inside the one page that can hold it.
        let (first, end) = self.page_of(hash);
        let last = end.saturating_sub(1);
        let guess = ((u128::from(hash) * self.shards() as u128) >> 64) as usize;
        let guess = guess.clamp(first, last);
        let below =
            |shard: usize| Ok::<_, ParcodeError>(shard == 0 || self.fence(session, shard)? <= hash);
        let (mut low, mut high) = (first, end);
        let mut step = 1;
        if below(guess)? {
            low = guess;
            while low + step <= last {
                if !below(low + step)? {
                    high = low + step;
                    break;
                }
                low += step;
                step *= 2;
            }
        } else {
            high = guess;
            while high > first + step {
                if below(high - step)? {
                    low = high - step;
                    break;
                }
                high -= step;
                step *= 2;
            }
        }
        partition(low, high, below)
    }

    /// The shard whose range of keys holds `key`.
    pub(crate) fn shard_of_key(&self, session: &Session, key: &[u8]) -> Result<usize> {
        self.last_not_above(|shard| {
            let separator = Entry::separator(self.fence(session, shard)?);
            let bytes = self.separator(session, separator.start.into(), separator.len.into())?;
            Ok(*bytes <= *key)
        })
    }

    fn last_not_above(&self, below: impl Fn(usize) -> Result<bool>) -> Result<usize> {
        partition(0, self.shards(), |shard| Ok(shard == 0 || below(shard)?))
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
            IndexBytes::Home(bytes) => bytes
                .get(start as usize..end as usize)
                .map(Cow::Borrowed)
                .ok_or_else(beyond),
            IndexBytes::Paged(paged) => {
                if end > paged.len {
                    return Err(beyond());
                }
                let mut bytes = Cow::Borrowed(&[][..]);
                let mut at = start;
                while at < end {
                    let (number, within) =
                        (at / INDEX_PAGE as u64, (at % INDEX_PAGE as u64) as usize);
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
    fn unordered(&self, shard: usize) -> ParcodeError {
        Flaw::new(
            "shards in ascending order",
            format!("shard {shard} out of order"),
        )
        .at(self.anchor)
    }
}

/// The last of `low..high` for which `below` holds; it holds for `low`.
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

/// The node of a shard; read and published at the first touch.
#[inline]
pub(crate) fn shard<'par, T: ParcodeObject>(
    parent: &'par Node,
    number: u32,
    index: &'par IndexNode,
    shard: usize,
) -> Result<&'par Arc<Node>> {
    let (entry, cell) = index.entry(&parent.session, shard)?;
    match cell.get() {
        Some(node) => Ok(node),
        None => Ok(publish(
            cell,
            read_shard::<T>(parent, number, index, shard, entry)?,
        )),
    }
}

/// [`shard`] for what is read once. Nodes that hold no memory of their own are kept all the same.
pub(crate) fn passing_shard<T: ParcodeObject>(
    parent: &Node,
    number: u32,
    index: &IndexNode,
    shard: usize,
) -> Result<Arc<Node>> {
    let (entry, cell) = index.entry(&parent.session, shard)?;
    if let Some(node) = cell.get() {
        return Ok(node.clone());
    }
    let node = read_shard::<T>(parent, number, index, shard, entry)?;
    if node.regions.owned_len() == 0 {
        return Ok(publish(cell, node).clone());
    }
    Ok(node)
}

#[cold]
fn read_shard<T: ParcodeObject>(
    parent: &Node,
    number: u32,
    index: &IndexNode,
    shard: usize,
    entry: &Entry,
) -> Result<Arc<Node>> {
    let read = || {
        let first = match index.head.fences {
            FenceKind::Position => index.positions(&parent.session, shard)?.start,
            FenceKind::Hash | FenceKind::Separator => 0,
        };
        let (offset, mark) = index.place_of(entry)?;
        let origin = Origin {
            offset,
            parent: Some((parent.me.clone(), number)),
            shard: Some((shard as u32, first)),
            depth: parent.cell(number).map_or(0, |cell| cell.depth),
            charge: 0,
        };
        read_chunk::<T>(&parent.session, mark, origin, ChunkKind::Inline)
    };
    read().map_err(|error| parent.in_link(error, number, &format!("[shard {shard}]")))
}
