//! The same value in another file, with another compression: chunks are copied from the bottom up, and
//! sealed again.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{
    BodyPlan, ChildKind, Codec, Compression, FenceKind, LinkRecord, MARK_LEN, Mark, SPAN_LEN, Span,
    data_page,
};
use crate::object::{
    Child, ChunkBuilder, ChunkKind, Encoder, IndexBytes, IndexNode, Loader, Paged, SchemaTypes,
    Session, Settings, Workers, body_plan,
};
use crate::read::{self, Opened, RawChild, RawChunk};
use crate::schema::{Layout, Type};
use crate::write::{IndexBuilder, append_schema, begin, close, extent};
use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::io::Write;
use std::ops::Range;
use std::sync::Arc;

/// Writes the value of `opened` with another compression; the length of the new file.
pub(crate) fn recompress(
    opened: &Opened,
    types: &SchemaTypes,
    compression: Compression,
    writer: impl Write,
    progress: &mut dyn FnMut(u64),
) -> Result<u64> {
    compression.supported()?;
    let settings = Settings {
        compression,
        ..Settings::default()
    };
    let mut head = begin(writer)?;
    let mut copier = Copier {
        session: &opened.session,
        types,
        plain: plain_sequences(types),
        plans: HashMap::new(),
        account: Loader::new(),
        encoder: Encoder::new(&mut head, &settings, &Workers::None),
        seen: 0,
        progress,
    };
    let (offset, mark) = opened.root;
    let (mut builder, children) = copier.opened_chunk(offset, &mark, 0)?;
    for child in children {
        builder.link(child)?;
    }
    let metadata = opened
        .metadata
        .map(|(offset, mark)| copier.chunk(offset, &mark, 1, 0))
        .transpose()?;
    let (schema_mark, schema) = read::raw_schema(&opened.session)?;
    let schema = append_schema(copier.encoder.out, &schema, schema_mark.fingerprint)?;
    let root = copier.seal(builder, mark.fingerprint, ChunkKind::Root, 1)?;
    close(head, &root, &schema, metadata.as_ref())
}

/// The layouts of the elements of plain sequences, by the fingerprints of the sequences.
fn plain_sequences(types: &SchemaTypes) -> HashMap<u64, Layout> {
    let schema = types.schema();
    (0..)
        .map_while(|ty| Some((ty, schema.get(ty)?)))
        .filter_map(|(ty, found)| match found {
            Type::Sequence(inner) => Some((ty, schema.layout(*inner))),
            _ => None,
        })
        .filter(|(_, layout)| layout.plain)
        .map(|(ty, layout)| (types.fingerprint(ty), layout))
        .collect()
}

struct Copier<'c> {
    session: &'c Session,
    types: &'c SchemaTypes,
    plans: HashMap<(u64, ChunkKind), Arc<BodyPlan>>,
    plain: HashMap<u64, Layout>,
    /// A hostile file links to one chunk many times.
    account: Loader,
    encoder: Encoder<'c>,
    seen: u64,
    progress: &'c mut dyn FnMut(u64),
}

/// Plain data that is asked for by ranges of bytes.
type Source<'s> = RefCell<Box<dyn FnMut(Range<u64>) -> Result<Vec<u8>> + 's>>;

impl Copier<'_> {
    fn is_plain_codec(&self) -> bool {
        self.encoder.compression.codec() == Codec::None
    }

    fn visit(&mut self, bytes: u64) -> Result<()> {
        self.account.charge(self.session, bytes)?;
        self.seen += bytes;
        (self.progress)(self.seen);
        Ok(())
    }

    /// A copy of the chunk at `offset`, and of all under it.
    fn chunk(&mut self, offset: u64, mark: &Mark, count: u64, depth: u32) -> Result<Child> {
        let (mut builder, children) = self.opened_chunk(offset, mark, depth)?;
        for child in children {
            builder.link(child)?;
        }
        self.seal(builder, mark.fingerprint, ChunkKind::Inline, count)
    }

    /// The body and text of a chunk, and copies of its children.
    fn opened_chunk(
        &mut self,
        offset: u64,
        mark: &Mark,
        depth: u32,
    ) -> Result<(ChunkBuilder, Vec<Child>)> {
        if depth > self.session.limits.depth {
            return Err(ParcodeError::new(
                ErrorKind::Limit,
                format!("links nested at most {} deep", self.session.limits.depth),
                "deeper ones",
            )
            .at(offset));
        }
        self.visit(mark.stored.saturating_add(MARK_LEN as u64))?;
        let raw = RawChunk::read(self.session, offset, mark)?;
        let mut children = Vec::new();
        for child in raw.children(offset) {
            let (record, child) = child?;
            children.push(self.child(&record, child, depth + 1)?);
        }
        let mut builder = ChunkBuilder::default();
        builder.start(0);
        builder.claim_bytes(raw.body(), 1)?;
        builder.text(raw.text().map_err(|error| error.at(offset))?)?;
        Ok((builder, children))
    }

    fn seal(
        &mut self,
        mut builder: ChunkBuilder,
        fingerprint: u64,
        kind: ChunkKind,
        count: u64,
    ) -> Result<Child> {
        let compression = self.encoder.compression;
        let plan = if self.is_plain_codec() {
            Arc::default()
        } else {
            self.plan(fingerprint, kind)
        };
        let plan = || plan.clone();
        let (position, mark) = builder.seal(compression, fingerprint, &plan, self.encoder.out)?;
        Ok(Child {
            position,
            mark,
            count,
            table: Vec::new(),
        })
    }

    /// The plan of the chunks of a type, made when the first is sealed. Metadata are no part of the schema.
    fn plan(&mut self, fingerprint: u64, kind: ChunkKind) -> Arc<BodyPlan> {
        let types = self.types;
        let make = || match types.find(fingerprint) {
            Some(ty) => {
                let handle = kind == ChunkKind::Root;
                let plan = types.schema().body_plan(types.fingerprints(), ty, handle);
                Arc::new(plan)
            }
            None => body_plan::<[(String, String)]>(kind),
        };
        let plan = self.plans.entry((fingerprint, kind)).or_insert_with(make);
        plan.clone()
    }

    fn child(&mut self, record: &LinkRecord, child: RawChild, depth: u32) -> Result<Child> {
        let session = self.session;
        let (fingerprint, count) = (record.mark.fingerprint, record.count);
        let plain = self.plain.get(&fingerprint).copied();
        if let RawChild::Index(index) = &child
            && let IndexBytes::Paged(paged) = &index.bytes
        {
            // Its separators are copied, however few shards there are.
            self.visit(paged.len)?;
        }
        match (child, plain) {
            (RawChild::Extent(paged), Some(layout)) => {
                self.visit(record.mark.stored)?;
                let source: Source<'_> =
                    RefCell::new(Box::new(|range| pages(session, &paged, range)));
                self.plain_data(fingerprint, layout, count, &source)
            }
            (RawChild::Extent(_), None) => Err(ParcodeError::new(
                ErrorKind::Damaged,
                "an extent of plain data that the schema has",
                format!("one of type {fingerprint:016x}"),
            )),
            // A single element may as well be what a pointer points to.
            (RawChild::Chunk(offset, mark), Some(layout))
                if count != 1 && self.is_plain_codec() =>
            {
                self.visit(mark.stored.saturating_add(MARK_LEN as u64))?;
                let raw = RawChunk::read(session, offset, &mark)?;
                let source: Source<'_> =
                    RefCell::new(Box::new(|range| elements(&raw, layout, range)));
                self.plain_data(fingerprint, layout, count, &source)
            }
            (RawChild::Index(index), Some(layout)) if self.is_plain_codec() => {
                let mut last: Option<(usize, RawChunk)> = None;
                for shard in 0..index.shards() {
                    let (_, mark) = index.shard_place(session, shard)?;
                    self.visit(mark.stored.saturating_add(MARK_LEN as u64))?;
                }
                let source: Source<'_> = RefCell::new(Box::new(|range| {
                    sharded(session, &index, layout, &mut last, range)
                }));
                self.plain_data(fingerprint, layout, count, &source)
            }
            (RawChild::Chunk(offset, mark), _) => self.chunk(offset, &mark, count, depth),
            (RawChild::Index(index), _) => self.index(&index, depth),
        }
    }

    /// Copies of the shards of an index, and their index.
    fn index(&mut self, index: &IndexNode, depth: u32) -> Result<Child> {
        let mut copy = IndexBuilder::new(index.head.fences);
        copy.keep_separators(index.separators(self.session)?);
        for shard in 0..index.shards() {
            let (offset, mark) = index.shard_place(self.session, shard)?;
            let fence = index.fence(self.session, shard)?;
            let child = self.chunk(offset, &mark, 0, depth)?;
            copy.push(child, fence);
        }
        let (fingerprint, count) = (index.record.mark.fingerprint, index.record.count);
        copy.finish(&mut self.encoder, count, index.head.shard_log2, fingerprint)
    }

    /// Plain data as a save would write it: as an extent, or compressed in shards.
    fn plain_data(
        &mut self,
        fingerprint: u64,
        layout: Layout,
        count: u64,
        source: &Source<'_>,
    ) -> Result<Child> {
        let slot = layout.slot as u64;
        let len = count.checked_mul(slot).ok_or_else(|| {
            ParcodeError::new(ErrorKind::Damaged, "elements of a file", format!("{count}"))
        })?;
        if self.is_plain_codec() {
            let mark = Mark {
                kind: ChildKind::Extent,
                codec: Codec::None,
                stored: len,
                raw: len,
                fingerprint,
                checksum: 0,
            };
            let page = data_page(layout.slot);
            let bytes_of = |_: &mut Encoder<'_>, i: usize| {
                let start = i as u64 * page as u64;
                let range = start..(start + page as u64).min(len);
                (source.borrow_mut())(range).map(Cow::Owned)
            };
            return extent(&mut self.encoder, mark, page, count, Vec::new(), &bytes_of);
        }
        let fit = (self.encoder.settings.chunk_size as u64 / slot.max(1)).clamp(1, 1 << 30);
        let log2 = fit.ilog2() as u8;
        let shards = count.div_ceil(1 << log2);
        let mut index = IndexBuilder::new(FenceKind::Position);
        for shard in 0..shards {
            let first = shard << log2;
            let elements = first..(first + (1 << log2)).min(count);
            let bytes = (source.borrow_mut())(elements.start * slot..elements.end * slot)?;
            let held = elements.end - elements.start;
            let mut builder = ChunkBuilder::default();
            builder.start(SPAN_LEN);
            let span = Span {
                start: builder.claim_bytes(&bytes, layout.align)?,
                len: held as u32,
            };
            builder.put(0, &span.to_bytes());
            let child = self.seal(builder, fingerprint, ChunkKind::Inline, held)?;
            if shards == 1 {
                return Ok(child);
            }
            index.push(child, first);
        }
        index.finish(&mut self.encoder, count, log2, fingerprint)
    }
}

/// Bytes of an extent, from one page or several.
fn pages(session: &Session, paged: &Paged, range: Range<u64>) -> Result<Vec<u8>> {
    let page_len = paged.page as u64;
    let mut bytes = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let page = read::passing_page(session, paged, at / page_len)?;
        let within = (at % page_len) as usize;
        let wanted = (range.end - at) as usize;
        let rest = page.as_slice().get(within..).unwrap_or_default();
        let part = rest.get(..wanted.min(rest.len())).unwrap_or_default();
        if part.is_empty() {
            return Err(short(paged.offset));
        }
        bytes.extend_from_slice(part);
        at += part.len() as u64;
    }
    Ok(bytes)
}

/// Bytes of the elements of the sequence that a chunk consists of.
fn elements(raw: &RawChunk, layout: Layout, range: Range<u64>) -> Result<Vec<u8>> {
    let all = Span::read(raw.body()).of(raw.body(), layout.stride());
    usize::try_from(range.start)
        .ok()
        .and_then(|start| all.get(start..usize::try_from(range.end).ok()?))
        .map(<[u8]>::to_vec)
        .ok_or_else(|| short(0))
}

/// Bytes of the elements of a sequence in shards; the last shard is kept for the next range.
fn sharded(
    session: &Session,
    index: &IndexNode,
    layout: Layout,
    last: &mut Option<(usize, RawChunk)>,
    range: Range<u64>,
) -> Result<Vec<u8>> {
    let slot = layout.stride() as u64;
    let mut bytes = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let shard = index.shard_at(session, at / slot)?;
        let positions = index.positions(session, shard)?;
        if last.as_ref().is_none_or(|(held, _)| *held != shard) {
            let (offset, mark) = index.shard_place(session, shard)?;
            *last = Some((shard, RawChunk::read(session, offset, &mark)?));
        }
        let (first, behind) = (positions.start * slot, positions.end * slot);
        let end = range.end.min(behind);
        match last {
            Some((_, raw)) if end > at => {
                bytes.extend(elements(raw, layout, at - first..end - first)?);
            }
            _ => return Err(short(index.anchor)),
        }
        at = end;
    }
    Ok(bytes)
}

#[cold]
fn short(offset: u64) -> ParcodeError {
    ParcodeError::new(
        ErrorKind::Damaged,
        "as many elements as the link says",
        "fewer",
    )
    .at(offset)
}
