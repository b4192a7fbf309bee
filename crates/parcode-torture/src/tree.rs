//! A file taken apart along its links, as docs/format.md describes it, and put together again.
//!
//! What is changed in between is sealed with correct checksums, up to the trailer: then it is not a
//! checksum that a reader finds wrong, but what the bytes say. Only files that the library wrote are
//! taken apart.

use crate::arranged::Arrangement;
use crate::paged;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

pub(crate) const HEADER: usize = 64;
pub(crate) const TRAILER: usize = 168;
pub(crate) const MARK: usize = 32;
pub(crate) const RECORD: usize = 56;
pub(crate) const ENTRY: usize = 32;
pub(crate) const INDEX_HEAD: usize = 16;
const HEAD: usize = 16;
/// The level that subjects are saved with, so that sealing again gives the same bytes.
pub(crate) const ZSTD_LEVEL: i32 = 3;
const TRAILER_LINKS: [usize; 3] = [8, 48, 88];
const TOP_LINK: usize = 40;

/// A file: its runs in their order, each behind all that it links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The 64 bytes at the start.
    pub header: Vec<u8>,
    /// Chunks, extents, indexes and the schema.
    pub runs: Vec<Run>,
    /// Root, schema, metadata.
    pub top: [Option<usize>; 3],
    /// Generation, previous trailer, length, version and magic.
    pub trailer: Vec<u8>,
    /// Written over the trailer before it is sealed.
    pub trailer_patches: Vec<Patch>,
}

/// What has a mark of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The codec of the payload, or of an index's shards.
    pub codec: u8,
    /// Of the type that the run holds.
    pub fingerprint: u64,
    /// What is behind the mark.
    pub data: Data,
    /// Written over the payload before it is compressed and sealed.
    pub patches: Vec<Patch>,
    /// How the payload was arranged, and is again as long as it fits that.
    pub arrangement: Option<Arranged>,
    /// Written over the mark, there and in every link to it.
    pub mark_patches: Vec<Patch>,
}

/// How a payload is arranged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Arranged {
    /// What stands in front of the compressed content.
    pub description: Vec<u8>,
    /// Bytes of the payload that it describes.
    pub raw: usize,
    /// Written over the description once the content is made by it.
    pub patches: Vec<Patch>,
    /// Written over the content.
    pub content_patches: Vec<Patch>,
}

/// The payload of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// Regions of a chunk; the tables follow from the links.
    Chunk {
        /// Slots and heap.
        body: Vec<u8>,
        /// Link records.
        links: Vec<Link>,
        /// UTF-8.
        text: Vec<u8>,
    },
    /// Elements of plain data, in pages of so many bytes.
    Extent {
        /// The elements.
        bytes: Vec<u8>,
        /// Bytes of a page.
        page: usize,
    },
    /// Entries of shards.
    Index(Index),
    /// The table of types.
    Schema(Vec<u8>),
    /// The payload of a chunk as it is, whatever it says of regions and links.
    Payload(Vec<u8>),
    /// The stored bytes of a compressed chunk as they are, whatever they stand for.
    Stored {
        /// An arrangement, and compressed content.
        bytes: Vec<u8>,
        /// What the mark says that they become.
        raw: usize,
    },
}

/// A link record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it links to.
    pub child: Child,
    /// Elements, entries, or 1.
    pub count: u64,
    /// Written over the record before its chunk is sealed.
    pub patches: Vec<Patch>,
    /// Written over its table before its chunk is sealed.
    pub table_patches: Vec<Patch>,
}

/// What a link record links to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Child {
    /// The run of this number.
    Run(usize),
    /// An index in the table of the link: its codec, fingerprint and content.
    HomeIndex(u8, u64, Index),
}

/// An index over shards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// The logarithm of the elements in a shard, or 255.
    pub shard_log2: u8,
    /// The kind of fences.
    pub fences: u8,
    /// The shards: number of the run, fence, and what is written over the entry.
    pub entries: Vec<Entry>,
    /// Of ordered maps.
    pub separators: Vec<u8>,
}

/// A shard as its index has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The number of the run.
    pub run: usize,
    /// Where the shard starts.
    pub fence: u64,
    /// Written over the entry.
    pub patches: Vec<Patch>,
}

/// Bytes written over others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Where, modulo the length of what is written over.
    pub at: usize,
    /// What.
    pub bytes: Vec<u8>,
}

impl Patch {
    /// Writes all of `patches` over `target`.
    pub fn apply(patches: &[Self], target: &mut [u8]) {
        for patch in patches
            .iter()
            .filter(|_| !target.is_empty())
            .cloned()
            .collect::<Vec<_>>()
        {
            let at = patch.at % target.len();
            for (place, byte) in target[at..].iter_mut().zip(&patch.bytes) {
                *place = *byte;
            }
        }
    }
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize
}

pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap())
}

fn align(at: usize, to: usize) -> usize {
    at.next_multiple_of(to)
}

// ---- Taking apart ----

impl Tree {
    /// The parts of a file that the library wrote.
    #[must_use]
    pub fn of(file: &[u8]) -> Self {
        let trailer_at = file.len() - TRAILER;
        let mut parser = Parser {
            file,
            runs: Vec::new(),
        };
        let top = TRAILER_LINKS.map(|at| {
            let link = &file[trailer_at + at..][..TOP_LINK];
            let place = trailer_at - u64_at(link, 0) as usize;
            link.iter()
                .any(|byte| *byte != 0)
                .then(|| parser.run(place, None))
        });
        let mut runs = parser.runs;
        // Numbers follow positions, as writers append.
        let mut order: Vec<usize> = (0..runs.len()).collect();
        order.sort_by_key(|run| runs[*run].0);
        let mut number = vec![0; runs.len()];
        for (new, old) in order.iter().enumerate() {
            number[*old] = new;
        }
        runs.sort_by_key(|(at, _)| *at);
        let mut runs: Vec<Run> = runs.into_iter().map(|(_, run)| run).collect();
        for run in &mut runs {
            for child in run.children() {
                *child = number[*child];
            }
        }
        Self {
            header: file[..HEADER].to_vec(),
            runs,
            top: top.map(|run| run.map(|run| number[run])),
            trailer: file[trailer_at + 128..].to_vec(),
            trailer_patches: Vec::new(),
        }
    }
}

impl Run {
    /// A run of these bytes, nothing patched.
    #[must_use]
    pub fn new(codec: u8, fingerprint: u64, data: Data) -> Self {
        Self {
            codec,
            fingerprint,
            data,
            patches: Vec::new(),
            arrangement: None,
            mark_patches: Vec::new(),
        }
    }

    /// The numbers of its children.
    pub fn children(&mut self) -> Vec<&mut usize> {
        match &mut self.data {
            Data::Extent { .. } | Data::Schema(_) | Data::Payload(_) | Data::Stored { .. } => {
                Vec::new()
            }
            Data::Index(index) => index
                .entries
                .iter_mut()
                .map(|entry| &mut entry.run)
                .collect(),
            Data::Chunk { links, .. } => links
                .iter_mut()
                .flat_map(|link| match &mut link.child {
                    Child::Run(run) => vec![run],
                    Child::HomeIndex(_, _, index) => index
                        .entries
                        .iter_mut()
                        .map(|entry| &mut entry.run)
                        .collect(),
                })
                .collect(),
        }
    }
}

/// The payload of a chunk, and how that was arranged.
fn unpacked(codec: u8, stored: &[u8], raw: usize) -> (Vec<u8>, Option<Arranged>) {
    if codec == 0 {
        return (stored.to_vec(), None);
    }
    let arrangement = Arrangement::of(stored, raw);
    let (description, compressed) = stored.split_at(arrangement.len);
    let len = arrangement.content_len();
    let content = match codec {
        1 => lz4_flex::block::decompress(compressed, len).unwrap(),
        _ => zstd::bulk::decompress(compressed, len).unwrap(),
    };
    let arranged = Arranged {
        description: description.to_vec(),
        raw,
        ..Arranged::default()
    };
    (arrangement.put(&content), Some(arranged))
}

struct Parser<'f> {
    file: &'f [u8],
    /// Where each was, and what.
    runs: Vec<(usize, Run)>,
}

impl Parser<'_> {
    /// The number of the run at `at`; what its link's record and table say helps with it.
    fn run(&mut self, at: usize, record: Option<(&[u8], &[u8])>) -> usize {
        if let Some(known) = self.runs.iter().position(|(place, _)| *place == at) {
            return known;
        }
        let mark = &self.file[at..at + MARK];
        let (kind, codec, fingerprint) = (mark[4], mark[5], u64_at(mark, 16));
        let data = &self.file[at + MARK..];
        let mut arrangement = None;
        let data = match kind {
            1 => {
                let (stored, raw) = (&data[..u32_at(mark, 8)], u32_at(mark, 12));
                let (payload, arranged) = unpacked(codec, stored, raw);
                arrangement = arranged;
                self.chunk(at, &payload)
            }
            2 => {
                let len = u64_at(mark, 8) as usize;
                let (record, _) = record.unwrap();
                Data::Extent {
                    bytes: data[..len].to_vec(),
                    page: paged::extent_page(len, u64_at(record, 40)),
                }
            }
            3 => {
                let (_, table) = record.unwrap();
                let len = u64_at(mark, 8) as usize;
                Data::Index(self.index(table, &data[..len], at))
            }
            _ => Data::Schema(data[..u32_at(mark, 8)].to_vec()),
        };
        let mut run = Run::new(codec, fingerprint, data);
        run.arrangement = arrangement;
        self.runs.push((at, run));
        self.runs.len() - 1
    }

    fn chunk(&mut self, at: usize, payload: &[u8]) -> Data {
        let body = HEAD..HEAD + u32_at(payload, 0);
        let records = body.end..body.end + u32_at(payload, 4) * RECORD;
        let tables = records.end..records.end + u32_at(payload, 8);
        let links = payload[records].chunks(RECORD).map(|record| {
            let start = tables.start + u32_at(record, 48);
            let table = &payload[start..start + u32_at(record, 52)];
            self.link(at, record, table)
        });
        Data::Chunk {
            links: links.collect(),
            text: payload[tables.end..].to_vec(),
            body: payload[body].to_vec(),
        }
    }

    fn link(&mut self, parent: usize, record: &[u8], table: &[u8]) -> Link {
        let place = parent - u64_at(record, 0) as usize;
        let mark = &record[8..40];
        let child = if mark[4] == 3 && u64_at(mark, 8) == 0 {
            let index = self.index(table, &table[INDEX_HEAD..], place);
            Child::HomeIndex(mark[5], u64_at(mark, 16), index)
        } else {
            Child::Run(self.run(place, Some((record, table))))
        };
        Link {
            child,
            count: u64_at(record, 40),
            patches: Vec::new(),
            table_patches: Vec::new(),
        }
    }

    fn index(&mut self, head: &[u8], bytes: &[u8], anchor: usize) -> Index {
        let shards = u32_at(head, 0);
        let (entries, separators) = bytes.split_at(shards * ENTRY);
        let entries = entries.chunks(ENTRY).map(|entry| Entry {
            run: self.run(anchor - u64_at(entry, 0) as usize, None),
            fence: u64_at(entry, 24),
            patches: Vec::new(),
        });
        Index {
            shard_log2: head[4],
            fences: head[5],
            entries: entries.collect(),
            separators: separators.to_vec(),
        }
    }
}

// ---- Putting together ----

/// Where a run came to lie.
#[derive(Debug, Clone, Default)]
struct Sealed {
    range: Range<usize>,
    mark: [u8; MARK],
    /// What the table of a link to it holds.
    table: Vec<u8>,
}

impl Tree {
    /// The file: everything laid out anew, every checksum and every length correct, but for what is
    /// patched.
    #[must_use]
    pub fn seal(&self) -> Vec<u8> {
        let mut file = self.header.clone();
        let mut sealed: Vec<Sealed> = Vec::with_capacity(self.runs.len());
        for run in &self.runs {
            file.resize(align(file.len(), 16), 0);
            let run = run.seal(file.len(), &sealed);
            file.extend_from_slice(&run.0.mark);
            file.extend_from_slice(&run.1);
            sealed.push(run.0);
        }
        file.resize(align(file.len(), 16), 0);
        let at = file.len();
        let mut trailer = vec![0; TRAILER];
        for (place, run) in TRAILER_LINKS.into_iter().zip(self.top) {
            if let Some(run) = run.and_then(|run| sealed.get(run)) {
                let distance = (at - run.range.start) as u64;
                trailer[place..place + 8].copy_from_slice(&distance.to_le_bytes());
                trailer[place + 8..place + TOP_LINK].copy_from_slice(&run.mark);
            }
        }
        trailer[128..].copy_from_slice(&self.trailer);
        Patch::apply(&self.trailer_patches, &mut trailer);
        let sum = xxh3_64(&trailer[8..]);
        trailer[..8].copy_from_slice(&sum.to_le_bytes());
        file.extend_from_slice(&trailer);
        file
    }
}

impl Tree {
    /// The bytes behind the mark of a run, as they are in the file.
    #[must_use]
    pub fn stored(&self, run: usize) -> Vec<u8> {
        let (at, sealed) = self.sealed_before(run);
        self.runs[run].seal(at, &sealed).1
    }

    /// Description, content and raw length of a chunk that is arranged.
    pub(crate) fn arranged(&self, run: usize) -> Option<(Vec<u8>, Vec<u8>, usize)> {
        let (at, sealed) = self.sealed_before(run);
        let Data::Chunk { body, links, text } = &self.runs[run].data else {
            return None;
        };
        let payload = chunk_bytes(at, &sealed, body, links, text);
        let (description, content) = self.runs[run].arranged(&payload)?;
        Some((description, content, payload.len()))
    }

    /// Where a run starts, and the runs in front of it.
    fn sealed_before(&self, run: usize) -> (usize, Vec<Sealed>) {
        let mut at = self.header.len();
        let mut sealed: Vec<Sealed> = Vec::new();
        for each in &self.runs[..run] {
            at = align(at, 16);
            sealed.push(each.seal(at, &sealed).0);
            at = sealed.last().map_or(at, |sealed| sealed.range.end);
        }
        (align(at, 16), sealed)
    }
}

impl Run {
    /// The run at `at`, and the bytes behind its mark.
    fn seal(&self, at: usize, children: &[Sealed]) -> (Sealed, Vec<u8>) {
        let mut table = Vec::new();
        let (kind, codec, mut lengths, sum, bytes) = match &self.data {
            Data::Chunk { body, links, text } => {
                self.seal_payload(chunk_bytes(at, children, body, links, text))
            }
            Data::Payload(payload) => self.seal_payload(payload.clone()),
            Data::Stored { bytes, raw } => {
                let lengths = [bytes.len(), *raw];
                (1, self.codec, lengths, xxh3_64(bytes), bytes.clone())
            }
            Data::Schema(bytes) => {
                let mut bytes = bytes.clone();
                Patch::apply(&self.patches, &mut bytes);
                (4, 0, [bytes.len(); 2], xxh3_64(&bytes), bytes)
            }
            Data::Extent { bytes, page } => {
                let mut bytes = bytes.clone();
                Patch::apply(&self.patches, &mut bytes);
                let lengths = [bytes.len(), bytes.len() >> 32];
                let (sum, home) = paged::seal(&mut bytes, *page, 128);
                table = home;
                (2, 0, lengths, sum, bytes)
            }
            Data::Index(index) => {
                let mut bytes = index.bytes(at, children);
                Patch::apply(&self.patches, &mut bytes);
                table = index.head();
                table.extend(index.home_fences());
                let lengths = [bytes.len(), 0];
                let page = paged::index_page(bytes.len());
                let (sum, home) = paged::seal(&mut bytes, page, 1024);
                table.extend(home);
                (3, self.codec, lengths, sum, bytes)
            }
        };
        lengths[1] &= u32::MAX as usize;
        let mut mark = mark_bytes(kind, codec, lengths, self.fingerprint, sum);
        Patch::apply(&self.mark_patches, &mut mark);
        let range = at..at + MARK + bytes.len();
        (Sealed { range, mark, table }, bytes)
    }
}

impl Run {
    /// Kind, codec, lengths, checksum and stored bytes of a chunk.
    fn seal_payload(&self, mut payload: Vec<u8>) -> (u8, u8, [usize; 2], u64, Vec<u8>) {
        Patch::apply(&self.patches, &mut payload);
        let raw = payload.len();
        let (mut compressed, content) = match self.arranged(&payload) {
            Some(arranged) => arranged,
            None => (vec![0], payload.clone()),
        };
        compressed.extend(match self.codec {
            1 => lz4_flex::block::compress(&content),
            2 => zstd::bulk::compress(&content, ZSTD_LEVEL).unwrap(),
            _ => Vec::new(),
        });
        let (codec, stored) = match self.codec {
            1 | 2 if compressed.len() < raw => (self.codec, compressed),
            _ => (0, payload),
        };
        (1, codec, [stored.len(), raw], xxh3_64(&stored), stored)
    }
}

impl Run {
    /// Description and content of a payload, where it still is as it was arranged.
    fn arranged(&self, payload: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
        let arranged = self.arrangement.as_ref()?;
        let arrangement = Arrangement::of(&arranged.description, arranged.raw);
        let mut content = arrangement.take(payload)?;
        let mut description = arranged.description.clone();
        Patch::apply(&arranged.patches, &mut description);
        Patch::apply(&arranged.content_patches, &mut content);
        Some((description, content))
    }
}

fn mark_bytes(kind: u8, codec: u8, lengths: [usize; 2], fingerprint: u64, sum: u64) -> [u8; MARK] {
    let mut mark = [0; MARK];
    mark[..4].copy_from_slice(b"par\x93");
    mark[4] = kind;
    mark[5] = codec;
    for (place, len) in mark[8..16].chunks_mut(4).zip(lengths) {
        place.copy_from_slice(&(len as u32).to_le_bytes());
    }
    mark[16..24].copy_from_slice(&fingerprint.to_le_bytes());
    mark[24..].copy_from_slice(&sum.to_le_bytes());
    mark
}

/// The payload of a chunk whose mark is at `at`.
fn chunk_bytes(
    at: usize,
    children: &[Sealed],
    body: &[u8],
    links: &[Link],
    text: &[u8],
) -> Vec<u8> {
    let mut records = Vec::with_capacity(links.len() * RECORD);
    let mut tables = Vec::new();
    for link in links {
        let (place, mark, mut table) = match &link.child {
            // A child that does not lie before the chunk is linked as one of no distance.
            Child::Run(run) => match children.get(*run) {
                Some(run) => (run.range.start, run.mark, run.table.clone()),
                None => (at, [0; MARK], Vec::new()),
            },
            Child::HomeIndex(codec, fingerprint, index) => {
                let ends = index
                    .entries
                    .iter()
                    .filter_map(|entry| children.get(entry.run));
                let anchor = align(ends.map(|run| run.range.end).max().unwrap_or(HEADER), 16);
                let bytes = index.bytes(anchor, children);
                let mark = mark_bytes(3, *codec, [0; 2], *fingerprint, xxh3_64(&bytes));
                (anchor, mark, [index.head(), bytes].concat())
            }
        };
        Patch::apply(&link.table_patches, &mut table);
        let mut record = Vec::with_capacity(RECORD);
        record.extend_from_slice(&((at - place) as u64).to_le_bytes());
        record.extend_from_slice(&mark);
        record.extend_from_slice(&link.count.to_le_bytes());
        record.extend_from_slice(&(tables.len() as u32).to_le_bytes());
        record.extend_from_slice(&(table.len() as u32).to_le_bytes());
        Patch::apply(&link.patches, &mut record);
        records.extend_from_slice(&record);
        tables.extend_from_slice(&table);
    }
    let mut bytes =
        Vec::with_capacity(HEAD + body.len() + records.len() + tables.len() + text.len());
    for len in [body.len(), links.len(), tables.len(), text.len()] {
        bytes.extend_from_slice(&(len as u32).to_le_bytes());
    }
    for region in [body, &records, &tables, text] {
        bytes.extend_from_slice(region);
    }
    bytes
}

impl Index {
    fn head(&self) -> Vec<u8> {
        let mut head = vec![0; INDEX_HEAD];
        head[..4].copy_from_slice(&(self.entries.len() as u32).to_le_bytes());
        head[4] = self.shard_log2;
        head[5] = self.fences;
        head[8..].copy_from_slice(&(self.separators.len() as u64).to_le_bytes());
        head
    }

    fn home_fences(&self) -> Vec<u8> {
        let in_page = paged::index_page(self.entries.len() * ENTRY + self.separators.len()) / ENTRY;
        let pages = self.entries.len().div_ceil(in_page);
        let are_home = pages <= 512 && self.fences == 0 && self.shard_log2 == 255;
        let firsts = self.entries.iter().step_by(in_page);
        firsts
            .filter(|_| are_home)
            .flat_map(|entry| entry.fence.to_le_bytes())
            .collect()
    }

    /// Entries that count back from `anchor`, and separators.
    fn bytes(&self, anchor: usize, children: &[Sealed]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.entries.len() * ENTRY + self.separators.len());
        for shard in &self.entries {
            let own = children.get(shard.run).cloned().unwrap_or_default();
            let mut entry = Vec::with_capacity(ENTRY);
            entry.extend_from_slice(&(anchor.wrapping_sub(own.range.start) as u64).to_le_bytes());
            entry.extend_from_slice(&own.mark[24..]);
            entry.extend_from_slice(&own.mark[8..16]);
            entry.extend_from_slice(&shard.fence.to_le_bytes());
            Patch::apply(&shard.patches, &mut entry);
            bytes.extend_from_slice(&entry);
        }
        bytes.extend_from_slice(&self.separators);
        bytes
    }
}
