//! Every byte that a file's links reach, verified.
//!
//! What is to be done lies on one stack that all threads take from, the topmost first: a step visits a
//! chunk, a page or a shard, and what that links to goes on top. So memory holds the chunks on the
//! way to those that are visited, and no file can make anything recurse.

mod stack;
mod steps;

use super::chunk::read_chunk;
use super::fetch::fetch;
use super::open::{Opened, schema_bytes};
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::{HEADER_LEN, Header, MARK_LEN, Mark, VERSION};
use crate::object::{
    ChunkKind, ChunkType, Loader, Origin, SchemaTypes, Session, Unknown, Verify, typed,
};
use crate::schema::{Schema, TypeRef};
use stack::Stack;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// How a file is verified.
pub(crate) struct Verification<'p> {
    pub(crate) threads: usize,
    /// How many damages are told; where it is none, the first one ends it all.
    pub(crate) most: usize,
    /// Told the stored bytes that were verified, now and then.
    pub(crate) progress: &'p (dyn Fn(u64) + Sync),
}

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Findings {
    pub(crate) chunks: u64,
    pub(crate) bytes: u64,
    /// By file offset, so that the order is no matter of threads.
    pub(crate) damages: BTreeMap<u64, ParcodeError>,
    pub(crate) omitted: u64,
}

/// Verifies everything, and keeps nothing.
pub(crate) fn verify_all(opened: &Opened, how: &Verification<'_>) -> Findings {
    let session = Arc::new(Session {
        verify: Verify::Full,
        patience: opened.session.patience_of_a_walk(),
        ..opened.session.again()
    });
    let mut walk = Walk {
        types: None,
        how,
        account: Loader::new(),
        chunks: AtomicU64::new(0),
        bytes: AtomicU64::new(0),
        findings: Mutex::default(),
        stack: Mutex::default(),
        wake: Condvar::new(),
        session,
    };
    walk.note(walk.header());
    match walk.schema() {
        Ok(types) => walk.types = Some(types),
        Err(error) => walk.damaged(error),
    }
    walk.note(walk.top(opened));
    let helpers = how.threads.saturating_sub(1);
    std::thread::scope(|scope| {
        for _ in 0..helpers {
            // Where the system has no thread to give, the others do the work.
            let _ = std::thread::Builder::new().spawn_scoped(scope, || walk.work());
        }
        walk.work();
    });
    let findings = walk.findings.into_inner();
    Findings {
        chunks: walk.chunks.into_inner(),
        bytes: walk.bytes.into_inner(),
        ..findings.unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a thread must have to verify: starting it costs more than it gives for less.
const PER_THREAD: u64 = 512 << 10;

/// How many of so many threads are worth starting for a file of so many bytes.
pub(crate) fn worthwhile_threads(threads: usize, len: u64) -> usize {
    let most = usize::try_from(len / PER_THREAD).unwrap_or(usize::MAX);
    threads.min(most).max(1)
}

/// Progress is told once in so many bytes.
const STEP: u64 = 1 << 20;

struct Walk<'w> {
    session: Arc<Session>,
    types: Option<SchemaTypes>,
    how: &'w Verification<'w>,
    /// Visits at most as many bytes as the file has.
    account: Loader,
    chunks: AtomicU64,
    bytes: AtomicU64,
    findings: Mutex<Findings>,
    stack: Mutex<Stack>,
    wake: Condvar,
}

impl Walk<'_> {
    fn note(&self, found: Result<()>) {
        if let Err(error) = found {
            self.damaged(error);
        }
    }

    fn damaged(&self, error: ParcodeError) {
        self.session.counters.damage_was_met();
        let endless = error.kind() == ErrorKind::Limit && error.offset().is_none();
        if endless || self.how.most == 0 {
            self.stack().stopped = true;
        }
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        let damages = &mut findings.damages;
        let at = error.offset().unwrap_or(u64::MAX);
        match damages.get(&at) {
            // What is damaged is told once, whoever links to it.
            Some(known) if known.path() <= error.path() => {}
            _ => drop(damages.insert(at, error)),
        }
        if damages.len() > self.how.most.max(1) {
            damages.pop_last();
            findings.omitted += 1;
        }
    }

    /// Counts verified bytes.
    fn verified(&self, bytes: u64) {
        self.chunks.fetch_add(1, Relaxed);
        let before = self.bytes.fetch_add(bytes, Relaxed);
        if before / STEP != (before + bytes) / STEP {
            (self.how.progress)(before + bytes);
        }
    }

    /// No checksum covers the header: it must be what every file starts with.
    fn header(&self) -> Result<()> {
        let found = fetch(&self.session, 0, HEADER_LEN as u64)?;
        let header = Header { version: VERSION };
        if found.as_slice() == header.to_bytes() {
            return Ok(());
        }
        let expected = format!("the header of version {VERSION}");
        Err(Flaw::new(expected, format!("{:02x?}", found.as_slice())).at(0))
    }

    fn schema(&self) -> Result<SchemaTypes> {
        let (offset, mark) = self
            .session
            .schema_at
            .ok_or_else(|| ParcodeError::new(ErrorKind::Damaged, "a schema in the file", "none"))?;
        let bytes = schema_bytes(&self.session, offset, mark)?;
        self.verified(bytes.as_slice().len() as u64);
        let types = bytes.as_slice().get(MARK_LEN..).and_then(Schema::parse);
        types
            .and_then(SchemaTypes::new)
            .ok_or_else(|| Flaw::new("a schema", "bytes that are none").at(offset))
    }

    /// Metadata and root.
    fn top(&self, opened: &Opened) -> Result<()> {
        let origin = |offset| Origin {
            offset,
            ..Origin::default()
        };
        if let Some((offset, mark)) = opened.metadata {
            let ty = typed::<Vec<(String, String)>>();
            let read = read_chunk(&self.session, mark, origin(offset), ty, ChunkKind::Inline);
            self.note(read.map(|node| self.verified(node.origin.charge)));
        }
        let (offset, mark) = opened.root;
        let root = self.types.as_ref().map(|types| types.schema().root());
        let node = self.known(root, mark, |ty| {
            read_chunk(&self.session, mark, origin(offset), ty, ChunkKind::Root)
        })?;
        self.visited(node, None, root, true)
    }

    /// Calls `read` with a type of the schema, or with whatever type a mark says.
    fn known<R>(&self, ty: Option<TypeRef>, mark: Mark, read: impl Fn(&dyn ChunkType) -> R) -> R {
        match (&self.types, ty) {
            (Some(types), Some(ty)) => read(&types.chunk(ty)),
            _ => read(&Unknown {
                fingerprint: mark.fingerprint,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PER_THREAD, worthwhile_threads};

    #[test]
    fn no_thread_is_started_for_a_small_file() {
        assert_eq!(worthwhile_threads(8, 600), 1);
        assert_eq!(worthwhile_threads(8, 2 * PER_THREAD - 1), 1);
        assert_eq!(worthwhile_threads(8, 2 * PER_THREAD), 2);
        assert_eq!(worthwhile_threads(8, 100 * PER_THREAD), 8);
        assert_eq!(worthwhile_threads(1, u64::MAX), 1);
    }
}
