//! Extents, page by page: a page is verified when it is first touched, and so are the pages of
//! checksums above it.

use super::chunk::{before_the_file, ends_before};
use super::fetch::fetch;
use crate::error::{ErrorKind, Flaw, Result};
use crate::format::{
    ChildKind, ExtentShape, LEVEL_PAGE, LinkRecord, MARK_LEN, SUM_LEN, page_count,
};
use crate::object::{Bytes, ChunkType, Lent, Node, PageCheck, Paged, Session, SparseCells};
use crate::wire::{checksum, u64_at};
use std::sync::Arc;

/// The extent of `element` wide plain data behind link `number` of `parent`, which is a sequence of type
/// `ty`.
pub(crate) fn paged<'par>(
    parent: &'par Node,
    number: u32,
    ty: &dyn ChunkType,
    element: usize,
    guard: Option<PageCheck>,
) -> Result<&'par Arc<Paged>> {
    let (record, cell) = parent.link(number)?;
    if let Some(paged) = cell.paged.get() {
        return Ok(paged);
    }
    let open = || {
        let fingerprint = ty.fingerprint();
        let mark = &record.mark;
        let len = record.count.checked_mul(element as u64);
        if mark.kind != ChildKind::Extent
            || mark.fingerprint != fingerprint
            || len != Some(mark.stored)
        {
            return Err(Flaw::new(
                format!(
                    "an extent of type {fingerprint:016x} with {} elements of {element} bytes",
                    record.count
                ),
                format!(
                    "{:?} of type {:016x} with {} bytes",
                    mark.kind, mark.fingerprint, mark.stored
                ),
            )
            .at(parent.origin.offset));
        }
        let offset = parent
            .child_offset(record.distance)
            .ok_or_else(|| before_the_file(record.distance))?;
        let page = crate::format::data_page(element);
        let paged = open_pages(
            &record,
            offset,
            page,
            parent.table(&record),
            parent.origin.offset,
        )?;
        Ok(Paged { guard, ..paged })
    };
    let paged = open().map_err(|error| parent.in_link(error, number, ""))?;
    Ok(cell.paged.get_or_init(|| Arc::new(paged)))
}

/// The pages of an extent or index at `offset`, whose topmost checksums are `sums`.
pub(super) fn open_pages(
    record: &LinkRecord,
    offset: u64,
    page: usize,
    sums: &[u8],
    parent: u64,
) -> Result<Paged> {
    let mark = record.mark;
    ends_before(&mark, offset, parent)?;
    let shape = ExtentShape::new(mark.kind, mark.stored, page).filter(|shape| {
        offset
            .checked_add(MARK_LEN as u64)
            .and_then(|start| start.checked_add(shape.stored_len()))
            .is_some_and(|end| end <= parent)
    });
    let shape = shape
        .filter(|shape| shape.home_sums * SUM_LEN as u64 == sums.len() as u64)
        .ok_or_else(|| {
            Flaw::new(
                format!("the checksums of {} bytes in pages of {page}", mark.stored),
                format!("{} bytes of checksums", sums.len()),
            )
            .at(parent)
        })?;
    let home_sums: Box<[u64]> = if shape.home_sums == 0 {
        Box::new([mark.checksum])
    } else {
        sums.chunks_exact(SUM_LEN)
            .map(|sum| u64_at(sum, 0))
            .collect()
    };
    let levels = shape
        .levels
        .iter()
        .map(|(range, page)| page_count(range.end - range.start, *page))
        .map(|pages| usize::try_from(pages).map(SparseCells::new))
        .collect::<Result<_, _>>()
        .map_err(|_| {
            let expected = "as many pages as this machine can count";
            Flaw::new(expected, format!("{} bytes of data", mark.stored)).at(parent)
        })?;
    Ok(Paged {
        offset: offset + MARK_LEN as u64,
        len: mark.stored,
        page,
        shape,
        home_sums,
        levels,
        guard: None,
        whole: std::sync::OnceLock::new(),
    })
}

/// A page of the data, verified.
pub(crate) fn page<'p>(session: &Session, paged: &'p Paged, i: u64) -> Result<&'p [u8]> {
    page_of_level(session, paged, 0, i)
}

fn page_of_level<'p>(
    session: &Session,
    paged: &'p Paged,
    level: usize,
    i: u64,
) -> Result<&'p [u8]> {
    let beyond = || {
        Flaw::new(
            format!("page {i} of {} bytes", paged.len),
            "its end before it",
        )
        .at(paged.offset)
    };
    let cell = paged
        .levels
        .get(level)
        .and_then(|cells| cells.get(usize::try_from(i).ok()?))
        .ok_or_else(beyond)?;
    if let Some(bytes) = cell.get() {
        return Ok(bytes.as_slice());
    }
    let bytes = read_page(session, paged, level, i)?;
    let held = bytes.owned_len();
    let published = cell.get_or_init(|| {
        session.counters.cached(held);
        bytes
    });
    Ok(published.as_slice())
}

/// A page of the data that need not stay.
pub(crate) fn passing_page(session: &Session, paged: &Paged, i: u64) -> Result<Bytes> {
    match verified_page(paged, i) {
        Some(bytes) => Ok(bytes),
        None => try_page(session, paged, i),
    }
}

/// Reads a page of the data, which counts whether it is sound or not.
fn try_page(session: &Session, paged: &Paged, i: u64) -> Result<Bytes> {
    session.try_bytes(paged.len.min(paged.page as u64))?;
    read_page(session, paged, 0, i)
}

/// A page of data that was lent, and verified, as a whole.
fn verified_page(paged: &Paged, i: u64) -> Option<Bytes> {
    let Bytes::Lent(whole) = paged.whole.get()? else {
        return None;
    };
    let start = usize::try_from(i).ok()?.checked_mul(paged.page)?;
    let len = usize::try_from(paged.len).ok()?.checked_sub(start)?;
    Some(Bytes::Lent(whole.part(start..start + len.min(paged.page))?))
}

/// Says that all of the data will be read soon.
pub(crate) fn announce_pages(session: &Session, paged: &Paged) {
    if paged.whole.get().is_none() {
        let end = paged.offset.saturating_add(paged.len);
        session.source.will_read(paged.offset..end);
    }
}

/// [`passing_page`], where a damaged page of checksums may stand between it and the home ones: a
/// checksum that the page has is the right one, whatever became of those beside it.
pub(crate) fn salvaged_page(session: &Session, paged: &Paged, i: u64) -> Result<Bytes> {
    let error = match try_page(session, paged, i) {
        Ok(bytes) => return Ok(bytes),
        Err(error) if error.kind() == ErrorKind::Limit => return Err(error),
        Err(error) => error,
    };
    let salvaged = || {
        let (sums, _) = paged.shape.levels.get(1)?;
        let at = sums.start.checked_add(i.checked_mul(SUM_LEN as u64)?)?;
        let sum = fetch(session, paged.offset.checked_add(at)?, SUM_LEN as u64).ok()?;
        let start = i.checked_mul(paged.page as u64)?;
        let len = paged.len.checked_sub(start)?.min(paged.page as u64);
        let bytes = fetch(session, paged.offset.checked_add(start)?, len).ok()?;
        (checksum(bytes.as_slice()) == u64_at(sum.as_slice(), 0)).then_some(bytes)
    };
    salvaged().ok_or(error)
}

/// Reads and verifies a page without keeping it.
fn read_page(session: &Session, paged: &Paged, level: usize, i: u64) -> Result<Bytes> {
    let beyond = || {
        Flaw::new(
            format!("page {i} of {} bytes", paged.len),
            "its end before it",
        )
        .at(paged.offset)
    };
    let (range, page) = paged.shape.levels.get(level).ok_or_else(beyond)?;
    let start = i
        .checked_mul(*page as u64)
        .and_then(|start| range.start.checked_add(start))
        .filter(|start| *start < range.end || (i == 0 && *start == range.end))
        .ok_or_else(beyond)?;
    let len = (*page as u64).min(range.end - start);
    let bytes = fetch(session, paged.offset + start, len)?;
    check_page(session, paged, (level, i, start), bytes.as_slice())?;
    Ok(bytes)
}

/// Whether these bytes are page `i` of a level, which starts at `start`: by their checksum, and, where
/// not all bytes are elements, by those.
fn check_page(
    session: &Session,
    paged: &Paged,
    (level, i, start): (usize, u64, u64),
    page: &[u8],
) -> Result<()> {
    let offset = paged.offset + start;
    if session.checks_sums() {
        let expected = expected_sum(session, paged, level, i)?;
        let found = checksum(page);
        if found != expected {
            let len = page.len();
            return Err(Flaw::new(
                format!("a page of {len} bytes with checksum {expected:016x}"),
                format!("checksum {found:016x}"),
            )
            .at(offset));
        }
        session.counters.verified(page.len() as u64);
    }
    match paged.guard {
        Some(guard) if level == 0 => guard(page, start).map_err(|flaw| flaw.at(offset)),
        _ => Ok(()),
    }
}

/// The checksum that a page of the data must have; reads pages of checksums, and not the page.
pub(crate) fn page_sum(session: &Session, paged: &Paged, i: u64) -> Result<u64> {
    expected_sum(session, paged, 0, i)
}

/// The checksum that a page must have: home, or in a page of the level above.
fn expected_sum(session: &Session, paged: &Paged, level: usize, i: u64) -> Result<u64> {
    if level + 1 >= paged.levels.len() {
        return usize::try_from(i)
            .ok()
            .and_then(|i| paged.home_sums.get(i).copied())
            .ok_or_else(|| {
                Flaw::new("a checksum for each page", format!("none for page {i}")).at(paged.offset)
            });
    }
    let at = i * SUM_LEN as u64;
    let above = page_of_level(session, paged, level + 1, at / LEVEL_PAGE as u64)?;
    Ok(u64_at(above, (at % LEVEL_PAGE as u64) as usize))
}

/// All of the data as it lies, its pages verified once; `None` where the source does not lend.
pub(crate) fn whole<'p>(session: &Session, paged: &'p Paged) -> Result<Option<&'p [u8]>> {
    if let Some(whole) = paged.whole.get() {
        return Ok(Some(whole.as_slice()));
    }
    announce_pages(session, paged);
    let range = paged.offset..paged.offset + paged.len;
    let lent = session.source.lend(range).filter(Lent::is_aligned);
    let Some(lent) = lent.map(Bytes::Lent) else {
        return Ok(None);
    };
    for (i, page) in lent.as_slice().chunks(paged.page).enumerate() {
        check_page(session, paged, (0, i as u64, (i * paged.page) as u64), page)?;
    }
    Ok(Some(paged.whole.get_or_init(|| lent).as_slice()))
}

/// All of the data through `with`, page by page, keeping nothing.
pub(crate) fn pass_pages(
    session: &Session,
    paged: &Paged,
    mut with: impl FnMut(&[u8]) -> Result<()>,
) -> Result<()> {
    announce_pages(session, paged);
    for i in 0..page_count(paged.len, paged.page) {
        with(read_page(session, paged, 0, i)?.as_slice())?;
    }
    Ok(())
}
