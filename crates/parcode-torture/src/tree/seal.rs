//! Trees sealed: laid out anew, with correct checksums up to the trailer.

use super::{
    Child, Data, ENTRY, HEAD, HEADER, INDEX_HEAD, Index, Link, MARK, Patch, RECORD, Run, TOP_LINK,
    TRAILER, TRAILER_LINKS, Tree, ZSTD_LEVEL,
};
use crate::arranged::Arrangement;
use crate::paged;
use std::ops::Range;
use xxhash_rust::xxh3::xxh3_64;

fn align(at: usize, to: usize) -> usize {
    at.next_multiple_of(to)
}

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
