//! Files taken apart: only those that the library wrote.

use super::{
    Arranged, Child, Data, ENTRY, Entry, HEAD, HEADER, INDEX_HEAD, Index, Link, MARK, RECORD, Run,
    TOP_LINK, TRAILER, TRAILER_LINKS, Tree,
};
use crate::arranged::Arrangement;
use crate::numbers::{u32_at, u64_at};
use crate::paged;

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
