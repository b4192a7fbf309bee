//! Chunks: read, verified, decompressed, checked, and only then a node.

use super::fetch::{buffer, fetch};
use super::rewrite::{Source, rewrite};
use super::spare::Spare;
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::{
    ChildKind, ChunkHead, ChunkRegions, Codec, LinkRecord, MARK_LEN, Mark, Packed, RECORD_LEN,
};
use crate::object::{
    Bytes, Cell, Checked, Checker, ChunkKind, ChunkType, Node, Origin, Regions, Session,
};
use crate::wire::checksum;
use std::sync::Arc;

/// The chunk behind link `number` of `parent`, which holds a value of type `ty`; read and published
/// at the first touch.
pub(crate) fn child<'par>(
    parent: &'par Node,
    number: u32,
    ty: &dyn ChunkType,
) -> Result<&'par Arc<Node>> {
    let (record, cell) = parent.link(number)?;
    if let Some(node) = cell.chunk.get() {
        return Ok(node);
    }
    let node = unpublished_child(parent, number, &record, cell, ty)
        .map_err(|error| parent.in_link(error, number, ""))?;
    Ok(publish(&cell.chunk, node))
}

/// [`child`] for what is read once: it is not kept, unless it was.
pub(crate) fn passing_child(parent: &Node, number: u32, ty: &dyn ChunkType) -> Result<Arc<Node>> {
    let (record, cell) = parent.link(number)?;
    match cell.chunk.get() {
        Some(node) => Ok(node.clone()),
        None => unpublished_child(parent, number, &record, cell, ty)
            .map_err(|error| parent.in_link(error, number, "")),
    }
}

fn unpublished_child(
    parent: &Node,
    number: u32,
    record: &LinkRecord,
    cell: &Cell,
    ty: &dyn ChunkType,
) -> Result<Arc<Node>> {
    let offset = parent
        .child_offset(record.distance)
        .ok_or_else(|| before_the_file(record.distance))?;
    let origin = Origin {
        offset,
        parent: Some((parent.me.clone(), number)),
        shard: None,
        depth: cell.depth,
        charge: 0,
    };
    ends_before(&record.mark, offset, parent.origin.offset)?;
    read_chunk(&parent.session, record.mark, origin, ty, ChunkKind::Inline)
}

/// Publishes `node` in its cell; where another thread was faster, its node is the one.
pub(super) fn publish(cell: &std::sync::OnceLock<Arc<Node>>, node: Arc<Node>) -> &Arc<Node> {
    let (held, counters) = (node.regions.owned_len(), node.session.clone());
    cell.get_or_init(|| {
        counters.counters.cached(held);
        node
    })
}

/// Reads, verifies and checks the chunk that `mark` describes, which holds a value of type `ty` or
/// one that has a form as that.
pub(crate) fn read_chunk(
    session: &Arc<Session>,
    mark: Mark,
    origin: Origin,
    ty: &dyn ChunkType,
    kind: ChunkKind,
) -> Result<Arc<Node>> {
    if mark.fingerprint != ty.fingerprint() {
        return read_other_chunk(session, mark, origin, ty, kind);
    }
    let (bytes, head_at, charge) = raw_payload(session, &mark, origin.offset)?;
    let checked = checked(session, bytes, head_at, &origin, ty, kind)?;
    let origin = Origin { charge, ..origin };
    Ok(Node::new(checked, session.clone(), origin, None))
}

/// A chunk of another type than is asked for: checked as what it is, rewritten, and checked again.
#[cold]
fn read_other_chunk(
    session: &Arc<Session>,
    mark: Mark,
    origin: Origin,
    ty: &dyn ChunkType,
    kind: ChunkKind,
) -> Result<Arc<Node>> {
    let offset = origin.offset;
    let expected = ty.fingerprint();
    if mark.kind != ChildKind::Chunk {
        return Err(Flaw::new(
            format!("a chunk of type {expected:016x}"),
            format!("{:?} of type {:016x}", mark.kind, mark.fingerprint),
        )
        .at(offset));
    }
    let conversion = ty
        .conversion(session, mark.fingerprint)
        .map_err(|error| error.at(offset))?;
    let (bytes, head_at, charge) = raw_payload(session, &mark, offset)?;
    let old = conversion.file.chunk(conversion.from);
    let old = checked(session, bytes, head_at, &origin, &old, kind)?;
    let source = Source::of(&old, offset);
    let (bytes, fetched) = rewrite(session, &conversion, source, origin.depth, kind)?;
    let new = checked(session, bytes, 0, &origin, ty, kind)?;
    let charge = charge.saturating_add(fetched);
    let origin = Origin { charge, ..origin };
    let root = conversion.asked.schema().root();
    Ok(Node::new(
        new,
        session.clone(),
        origin,
        Some((conversion, root)),
    ))
}

/// The verified and decompressed payload of a chunk, where in its buffer it starts, and the stored
/// bytes that were read for it.
pub(super) fn raw_payload(
    session: &Session,
    mark: &Mark,
    offset: u64,
) -> Result<(Bytes, usize, u64)> {
    if mark.kind != ChildKind::Chunk {
        return Err(Flaw::new("a chunk", format!("{:?}", mark.kind)).at(offset));
    }
    let charge = mark.stored.saturating_add(MARK_LEN as u64);
    session.try_chunk(mark)?;
    let stored = fetch(session, offset, charge)?;
    verify(session, stored.as_slice(), mark).map_err(|flaw| flaw.at(offset))?;
    let (bytes, head_at) = unpack(session, stored, mark, offset)?;
    Ok((bytes, head_at, charge))
}

/// Checks a raw payload that starts at `head_at` in its buffer as a value of type `ty`.
pub(super) fn checked(
    session: &Session,
    bytes: Bytes,
    head_at: usize,
    origin: &Origin,
    ty: &dyn ChunkType,
    kind: ChunkKind,
) -> Result<Checked> {
    let located = |flaw: Flaw| flaw.at(origin.offset);
    let payload = bytes.as_slice().get(head_at..).unwrap_or_default();
    let ChunkRegions {
        body,
        links,
        tables,
        text,
    } = ChunkHead::regions(payload)
        .map_err(located)?
        .behind(head_at);
    let regions = Regions::new(bytes, body, text).map_err(located)?;

    let count = (links.len() / RECORD_LEN) as u32;
    let mut checker = Checker::new(
        regions.body(),
        regions.text(),
        count,
        ty.slot(kind),
        origin.depth,
        session.limits.depth,
    );
    ty.check(&mut checker, kind).map_err(located)?;
    let depths = checker.finish().map_err(located)?;
    let link_bytes = regions.whole().get(links.clone()).unwrap_or_default();
    check_tables(link_bytes, tables.len()).map_err(located)?;
    Ok(Checked {
        regions,
        links,
        tables,
        depths,
    })
}

/// The raw payload of verified bytes, and where in the buffer it starts.
pub(super) fn unpack(
    session: &Session,
    stored: Bytes,
    mark: &Mark,
    offset: u64,
) -> Result<(Bytes, usize)> {
    if mark.codec == Codec::None {
        return Ok((stored, MARK_LEN));
    }
    mark.codec.supported()?;
    let located = |flaw: Flaw| flaw.at(offset);
    let payload = stored.as_slice().get(MARK_LEN..).unwrap_or_default();
    let packed = Packed::parse(mark.codec, payload, mark.raw).map_err(located)?;
    let raw = match packed.arrangement() {
        None => {
            let mut raw = buffer(session, mark.raw)?;
            packed.decompress(raw.as_mut_slice()).map_err(located)?;
            raw
        }
        Some(arrangement) => {
            let mut spare = Spare::new(session)?;
            let content = arrangement.content_len();
            packed.decompress(spare.first(content)?).map_err(located)?;
            // That so many bytes are there is known now: they may ask for more memory.
            let mut raw = buffer(session, mark.raw)?;
            let (content, lanes) = spare
                .first(content + arrangement.lanes_len())?
                .split_at_mut_checked(content)
                .unwrap_or_default();
            arrangement
                .put(content, lanes, raw.as_mut_slice())
                .map_err(located)?;
            raw
        }
    };
    session.counters.decoded(raw.as_slice().len());
    Ok((Bytes::Owned(raw), 0))
}

/// Whether stored bytes are what `mark` says, mark and payload.
pub(super) fn verify(session: &Session, stored: &[u8], mark: &Mark) -> Result<(), Flaw> {
    let (found_mark, payload) = stored.split_at_checked(MARK_LEN).unwrap_or_default();
    if found_mark != mark.to_bytes() {
        return Err(Flaw::new(
            format!("a chunk marked {:02x?}", mark.to_bytes()),
            format!("{found_mark:02x?}"),
        ));
    }
    if !session.checks_sums() {
        return Ok(());
    }
    let found = checksum(payload);
    if found != mark.checksum {
        return Err(Flaw::new(
            format!(
                "{} bytes with checksum {:016x}",
                payload.len(),
                mark.checksum
            ),
            format!("checksum {found:016x}"),
        ));
    }
    session.counters.verified(stored.len() as u64);
    Ok(())
}

/// Whether link records can be read and their tables fill the region one behind another.
pub(super) fn check_tables(records: &[u8], len: usize) -> Result<(), Flaw> {
    let mut end = 0u64;
    for record in records.chunks_exact(RECORD_LEN) {
        let record = LinkRecord::parse(record)?;
        if u64::from(record.table_start) != end {
            return Err(Flaw::new(
                format!("a table from {end}"),
                format!("one from {}", record.table_start),
            ));
        }
        end += u64::from(record.table_len);
    }
    if end == len as u64 {
        return Ok(());
    }
    Err(Flaw::new(
        format!("tables of {len} bytes"),
        format!("{end} bytes in use"),
    ))
}

/// A child lies in front of its parent, so links make no cycles.
pub(super) fn ends_before(mark: &Mark, offset: u64, parent: u64) -> Result<()> {
    let end = offset
        .checked_add(MARK_LEN as u64)
        .and_then(|end| end.checked_add(mark.stored));
    if end.is_some_and(|end| end <= parent) {
        return Ok(());
    }
    Err(Flaw::new(
        format!("a child that ends before its parent at {parent}"),
        format!("{} bytes", mark.stored),
    )
    .at(offset))
}

#[cold]
pub(super) fn before_the_file(distance: u64) -> ParcodeError {
    ParcodeError::new(
        ErrorKind::Damaged,
        "a child behind the start of the file",
        format!("one {distance} bytes back"),
    )
}
