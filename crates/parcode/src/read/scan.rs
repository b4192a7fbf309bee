//! Runs found by the marks in front of them, in a file that does not say any more where they are.

use super::chunk::read_chunk;
use super::fetch::fetch;
use super::index::index;
use crate::error::Result;
use crate::format::{
    ChildKind, ExtentShape, FenceKind, LEVEL_PAGE, MARK_LEN, Mark, data_page, find_mark, index_page,
};
use crate::object::{
    ChunkKind, ChunkType, Node, Origin, Run, RunState, SchemaTypes, Session, Unknown,
};
use crate::schema::{Layout, Schema, Type};
use crate::wire::{Scalar, checksum, u64_at};
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

/// Bytes that are looked through at once, and in a place where not all of them can be read.
const WINDOW: usize = 1 << 20;
const PIECE: usize = 4096;
/// A scan hashes at most so many times the bytes of the file: marks that lie may overlap.
const MOST_HASHED: u64 = 8;
/// Schemas that are believed.
const MOST_SCHEMAS: usize = 16;

/// All runs of a file, in its order. A mark inside an intact run is part of that. One that is not
/// intact counts only outside of damaged runs, and where it is no copy of one that is: links and the
/// trailer hold the marks of what they link to.
pub(crate) fn scan(session: &Session, schemas: &[Schema]) -> Vec<Run> {
    let mut check = Check {
        session,
        elements: elements(schemas),
        left: session.len.saturating_mul(MOST_HASHED).max(WINDOW as u64),
    };
    let mut runs = Vec::new();
    let mut marks = Marks::new(session);
    let (mut intact, mut damaged_to) = (HashSet::new(), 0);
    while let Some((offset, mark)) = marks.next() {
        let (state, len) = check.state(offset, &mark);
        let end = offset.saturating_add(MARK_LEN as u64).saturating_add(len);
        if state == RunState::Intact {
            marks.skip_to(end);
            intact.insert((mark.checksum, mark.stored));
        } else if offset < damaged_to || intact.contains(&(mark.checksum, mark.stored)) {
            continue;
        } else {
            damaged_to = end.min(session.len);
        }
        runs.push(Run {
            offset,
            mark,
            state,
        });
    }
    runs
}

/// The schemas of a file: the one that its trailer names, or those that are found.
pub(crate) fn find_schemas(session: &Session) -> Vec<Schema> {
    if let Ok(schema) = (session.schema)(session) {
        return vec![schema];
    }
    let mut check = Check {
        session,
        elements: HashMap::new(),
        left: session.len.saturating_mul(MOST_HASHED),
    };
    let mut schemas = Vec::new();
    let mut marks = Marks::new(session);
    while let Some((offset, mark)) = marks.next() {
        if mark.kind != ChildKind::Schema || check.state(offset, &mark).0 != RunState::Intact {
            continue;
        }
        let stored = fetch(session, offset + MARK_LEN as u64, mark.stored).ok();
        schemas.extend(stored.and_then(|stored| Schema::parse(stored.as_slice())));
        if schemas.len() == MOST_SCHEMAS {
            break;
        }
    }
    schemas
}

/// What a type is called, and the size of its elements where it is a sequence of plain data, by
/// fingerprint.
pub(crate) fn known_types(schemas: &[Schema]) -> HashMap<u64, (String, Option<usize>)> {
    let mut known = HashMap::new();
    for types in schemas.iter().cloned().filter_map(SchemaTypes::new) {
        let schema = types.schema();
        for ty in (0..).take_while(|ty| schema.get(*ty).is_some()) {
            let element = match schema.get(ty) {
                Some(Type::Sequence(inner)) => Some(schema.layout(*inner)),
                _ => None,
            };
            let element = element.filter(|layout| layout.plain);
            let size = element.map(Layout::stride);
            known.insert(types.chunk(ty).fingerprint(), (schema.describe(ty), size));
        }
    }
    known
}

fn elements(schemas: &[Schema]) -> HashMap<u64, usize> {
    let known = known_types(schemas).into_iter();
    known
        .filter_map(|(fingerprint, (_, element))| Some((fingerprint, element?)))
        .collect()
}

/// The marks of a file at any offset: bytes may have been lost in front of them.
struct Marks<'s> {
    session: &'s Session,
    at: u64,
    window: Vec<u8>,
    window_at: u64,
}

impl<'s> Marks<'s> {
    fn new(session: &'s Session) -> Self {
        Self {
            session,
            at: 0,
            window: Vec::new(),
            window_at: 0,
        }
    }

    fn skip_to(&mut self, at: u64) {
        self.at = self.at.max(at);
    }

    fn next(&mut self) -> Option<(u64, Mark)> {
        loop {
            let within = self.at.checked_sub(self.window_at);
            let within = within.and_then(|at| usize::try_from(at).ok());
            let rest = within.and_then(|at| self.window.get(at..));
            let rest = rest.filter(|rest| rest.len() >= MARK_LEN);
            let Some(rest) = rest else {
                self.fill()?;
                continue;
            };
            let Some(found) = find_mark(rest) else {
                // The beginning of a mark may be at the end of the window.
                self.at += (rest.len() - MARK_LEN + 1) as u64;
                continue;
            };
            let offset = self.at + found as u64;
            let Some(bytes) = rest.get(found..found + MARK_LEN) else {
                self.at = offset;
                self.fill()?;
                continue;
            };
            self.at = offset + 1;
            if let Ok(mark) = Mark::parse(bytes) {
                return Some((offset, mark));
            }
        }
    }

    /// Reads the window from here on; `None` where no mark fits any more.
    fn fill(&mut self) -> Option<()> {
        let left = self.session.len.saturating_sub(self.at);
        let len = usize::try_from(left).unwrap_or(WINDOW).min(WINDOW);
        if len < MARK_LEN {
            return None;
        }
        self.window_at = self.at;
        self.window.clear();
        self.window.resize(len, 0);
        let source = &self.session.source;
        if source.read(self.at, &mut self.window).is_err() {
            // What cannot be read stays zero.
            let mut at = self.at;
            for piece in self.window.chunks_mut(PIECE) {
                if source.read(at, piece).is_err() {
                    piece.fill(0);
                }
                at += piece.len() as u64;
            }
        }
        Some(())
    }
}

/// Whether runs are intact, within a bound on the work.
struct Check<'s> {
    session: &'s Session,
    /// The sizes of elements of plain data, by the fingerprint of the sequence.
    elements: HashMap<u64, usize>,
    left: u64,
}

impl Check<'_> {
    /// The state of a run, and the bytes behind its mark that belong to it.
    fn state(&mut self, offset: u64, mark: &Mark) -> (RunState, u64) {
        let start = offset + MARK_LEN as u64;
        if start
            .checked_add(mark.stored)
            .is_none_or(|end| end > self.session.len)
        {
            return (RunState::Damaged, mark.stored);
        }
        if !self.spend(mark.stored) {
            return (RunState::Unknown, mark.stored);
        }
        match mark.kind {
            ChildKind::Chunk | ChildKind::Schema => {
                let sound = self.sum(start, mark.stored) == Some(mark.checksum);
                (sound_or(sound, RunState::Damaged), mark.stored)
            }
            ChildKind::Index => self.paged(start, mark, index_page(mark.stored)),
            ChildKind::Extent => match self.elements.get(&mark.fingerprint) {
                Some(element) => self.paged(start, mark, data_page(*element)),
                None => self.extent_of_unknown(start, mark),
            },
        }
    }

    /// Most elements are of one of these sizes, or their extent is one page.
    fn extent_of_unknown(&mut self, start: u64, mark: &Mark) -> (RunState, u64) {
        for element in [1, 3, 12, 24] {
            let (state, len) = self.paged(start, mark, data_page(element));
            if state == RunState::Intact {
                return (state, len);
            }
            if !self.spend(mark.stored) {
                break;
            }
        }
        (RunState::Unknown, mark.stored)
    }

    fn paged(&self, start: u64, mark: &Mark, page: usize) -> (RunState, u64) {
        let Some(shape) = ExtentShape::new(mark.kind, mark.stored, page) else {
            return (RunState::Damaged, mark.stored);
        };
        let sound = home_sums(self.session, start, mark, page).is_some();
        (sound_or(sound, RunState::Damaged), shape.stored_len())
    }

    fn spend(&mut self, bytes: u64) -> bool {
        let left = self.left.checked_sub(bytes);
        self.left = left.unwrap_or_default();
        left.is_some()
    }

    fn sum(&self, start: u64, len: u64) -> Option<u64> {
        let bytes = fetch(self.session, start, len).ok()?;
        Some(checksum(bytes.as_slice()))
    }
}

fn sound_or(sound: bool, otherwise: RunState) -> RunState {
    if sound { RunState::Intact } else { otherwise }
}

/// The home checksums of the run behind a mark, made from its data; `None` where they are not what
/// the mark says, or the data cannot be read. Of data in one page there are none.
pub(super) fn home_sums(
    session: &Session,
    start: u64,
    mark: &Mark,
    page: usize,
) -> Option<Vec<u8>> {
    let shape = ExtentShape::new(mark.kind, mark.stored, page)?;
    let mut sums = Vec::new();
    let mut at = 0;
    while at < mark.stored {
        let len = (page as u64).min(mark.stored - at);
        let bytes = fetch(session, start.checked_add(at)?, len).ok()?;
        sums.extend_from_slice(&checksum(bytes.as_slice()).to_wire());
        at += len;
    }
    if shape.home_sums == 0 {
        let sum = if sums.is_empty() {
            checksum(&[])
        } else {
            u64_at(&sums, 0)
        };
        return (sum == mark.checksum).then(Vec::new);
    }
    for _ in 1..shape.levels.len() {
        let pages = sums.chunks(LEVEL_PAGE);
        sums = pages.flat_map(|page| checksum(page).to_wire()).collect();
    }
    (checksum(&sums) == mark.checksum).then_some(sums)
}

/// The intact chunks of a type among `runs` that lie in `region` and to which no chunk there, nor one
/// of the `neighbours`, links: the shards of an index that is lost.
pub(crate) fn loose_chunks(
    session: &Arc<Session>,
    runs: &[Run],
    region: Range<u64>,
    fingerprint: u64,
    neighbours: &[(u64, Mark)],
) -> Vec<(u64, Mark)> {
    let from = runs.partition_point(|run| run.offset < region.start);
    let end = runs.partition_point(|run| run.offset < region.end);
    let runs = runs.get(from..end).unwrap_or_default();
    // A hostile index has many gaps, each of which spans the file.
    if session.try_bytes(size_of_val(runs) as u64).is_err() {
        return Vec::new();
    }
    let found: Vec<(u64, Mark)> = runs
        .iter()
        .filter(|run| run.state == RunState::Intact && run.mark.kind == ChildKind::Chunk)
        .filter(|run| run.mark.fingerprint == fingerprint)
        .map(|run| (run.offset, run.mark))
        .collect();
    let mut linked = HashSet::new();
    for (offset, mark) in found.iter().chain(neighbours) {
        // A chunk that cannot be read links to nothing.
        let _ = children(session, *offset, *mark, &mut linked);
    }
    let loose = found.into_iter();
    loose
        .filter(|(offset, _)| !linked.contains(offset))
        .collect()
}

/// The offsets of the chunks to which a chunk links.
fn children(
    session: &Arc<Session>,
    offset: u64,
    mark: Mark,
    linked: &mut HashSet<u64>,
) -> Result<()> {
    let node = unknown_chunk(session, offset, mark)?;
    for number in 0..node.links() {
        let (record, _) = node.link(number)?;
        let mark = record.mark;
        match mark.kind {
            ChildKind::Chunk => linked.extend(node.child_offset(record.distance)),
            ChildKind::Index => {
                let ty = Unknown {
                    fingerprint: mark.fingerprint,
                };
                let index = index(&node, number, &FenceKind::ALL, &ty)?;
                for shard in 0..index.shards() {
                    linked.extend(index.shard_place(session, shard).map(|(offset, _)| offset));
                }
            }
            ChildKind::Extent | ChildKind::Schema => {}
        }
    }
    Ok(())
}

fn unknown_chunk(session: &Arc<Session>, offset: u64, mark: Mark) -> Result<Arc<Node>> {
    let origin = Origin {
        offset,
        ..Origin::default()
    };
    let ty = Unknown {
        fingerprint: mark.fingerprint,
    };
    read_chunk(session, mark, origin, &ty, ChunkKind::Inline)
}
