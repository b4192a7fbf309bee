//! Reading what is intact of a damaged file.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{ChildKind, Mark};
use crate::object::{
    ChunkKind, Loader, Loss, Node, Origin, ParcodeObject, Reading, Run, RunState, Salvaging,
    Session, Slot, Source, Verify, fingerprint, schema, typed,
};
use crate::options::OpenOptions;
use crate::read::{self, Opened};
use crate::schema::{Schema, Type};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// A damaged file, and what can still be read of it.
///
/// [`root`](Self::root) rebuilds the whole value, without what is damaged: the elements of a lost shard
/// or page are left out of their sequence, the entries of a lost shard out of their map, and a field
/// that is lost as a whole gets a blank value. One damaged chunk costs what is in it and under it, and
/// nothing else.
///
/// Nothing needs to be left of the file's end, of an index, or of what was in front: every chunk has a
/// mark, with its length, its type and its checksum, by which it is found and verified. Where even the
/// root is lost, [`values`](Self::values) gives all intact sequences, maps and values of a type, and
/// [`chunks`](Self::chunks) lists what there is.
///
/// What a mark cannot say is to whom its chunk belongs. A piece of another file that came to lie in
/// this one is taken for a part of it, and so is a chunk of an earlier value, if somebody put one there.
///
/// ```
/// use parcode::{Lost, Parcode, Salvage};
///
/// # fn main() -> parcode::Result<()> {
/// let names: Vec<String> = (0..100_000).map(|i| format!("name {i}")).collect();
/// let mut bytes = Parcode::serialize(&names)?;
/// // A shard is hit, and the end of the file is gone.
/// bytes[100_000] ^= 1;
/// bytes.truncate(bytes.len() - 100);
/// assert!(Parcode::load_bytes::<Vec<String>>(&bytes[..]).is_err());
///
/// let salvaged = Salvage::open_bytes(bytes)?.root::<Vec<String>>()?;
/// assert_eq!(salvaged.value[0], "name 0");
/// assert_eq!(salvaged.value.last(), names.last());
/// let Lost::Elements { count, .. } = salvaged.lost[0].lost else { panic!() };
/// assert_eq!(salvaged.value.len() as u64 + count, 100_000);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Salvage {
    session: Arc<Session>,
    /// What the trailer says, where there is one.
    opened: Result<Opened>,
    runs: OnceLock<Arc<[Run]>>,
    schemas: OnceLock<Vec<Schema>>,
}

/// What could be rebuilt of a value, and what could not.
#[derive(Debug)]
#[non_exhaustive]
pub struct Salvaged<T> {
    /// The value, without what was lost.
    pub value: T,
    /// The file offset of the chunk that it was read from.
    pub offset: u64,
    /// Whether the file no longer names its root, and the last chunk that may be it was taken for it. In
    /// a file of which pieces were copied about, that may be a part of the value, given as the whole.
    pub guessed: bool,
    /// What was lost, and why.
    pub lost: Vec<Loss>,
    /// Losses beyond the 10,000 that are listed.
    pub omitted: u64,
}

/// A run of bytes that was found by the mark in front of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FoundChunk {
    /// The file offset of its mark.
    pub offset: u64,
    /// What it is.
    pub kind: FoundKind,
    /// Bytes behind the mark.
    pub stored: u64,
    /// Bytes that they decompress to.
    pub raw: u64,
    /// The fingerprint of the type that it holds.
    pub fingerprint: u64,
    /// That type as it would be written in Rust, where a schema was found that has it. Shards of a
    /// sequence or map have the type of the whole.
    pub type_name: Option<String>,
    /// Whether its checksum is right; `None` for an extent whose pages cannot be told, for want of a
    /// schema that says how large its elements are.
    pub intact: Option<bool>,
}

/// What a mark stands in front of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FoundKind {
    /// A value, or a shard of a sequence or map.
    Chunk,
    /// Plain data in pages.
    Extent,
    /// Where the shards of a sequence or map are.
    Index,
    /// The schema of the file.
    Schema,
}

impl Salvage {
    /// Opens a damaged file. Reads its end, if it has one; scans only when that is not enough.
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        OpenOptions::new().salvage(path)
    }

    /// [`open`](Self::open) for a file in memory.
    pub fn open_bytes(bytes: impl Into<Vec<u8>>) -> Result<Self> {
        OpenOptions::new().salvage_source(crate::MemorySource::new(bytes))
    }

    pub(crate) fn by(source: Arc<dyn Source>, reading: Reading) -> Result<Self> {
        // Without checksums nothing tells what is damaged.
        let reading = Reading {
            verify: Verify::Full,
            ..reading
        };
        let (_, len) = source
            .tail(0)
            .map_err(|error| ParcodeError::io("asking for the length of the file failed", error))?;
        let opened = read::open(source.clone(), reading.clone());
        let session = match &opened {
            Ok(opened) => opened.session.clone(),
            Err(_) => Arc::new(Session::new(source, len, reading)?),
        };
        Ok(Self {
            session,
            opened,
            runs: OnceLock::new(),
            schemas: OnceLock::new(),
        })
    }

    /// Why the file does not open, if it does not.
    pub fn error(&self) -> Option<&ParcodeError> {
        self.opened.as_ref().err()
    }

    /// Rebuilds the value of the file, as far as it is intact. Where the file does not say any more
    /// where its root is, it is the last chunk that is one of this type; behind the schema, unless a
    /// chunk of this type cannot be anything else.
    ///
    /// An error where there is no root of this type, or where a part was lost that nothing can stand
    /// for: a type whose first enum variant is recursive, or a conversion of the user that fails.
    pub fn root<T: ParcodeObject>(&self) -> Result<Salvaged<T>> {
        let session = self.session_for::<T>();
        let (node, guessed) = self.root_node::<T>(&session)?;
        let value = |loader: &Loader| {
            T::__load_handle(T::__handle(Slot::at(&node, 0, T::HANDLE_SLOT)), loader)
        };
        let salvaged = self.salvaged(&node, value)?;
        Ok(Salvaged {
            guessed,
            ..salvaged
        })
    }

    /// The root, and whether it was guessed.
    fn root_node<T: ParcodeObject>(&self, session: &Arc<Session>) -> Result<(Arc<Node>, bool)> {
        let chunk = |offset, mark| {
            let origin = Origin {
                offset,
                ..Origin::default()
            };
            read::read_chunk(session, mark, origin, typed::<T>(), ChunkKind::Root)
        };
        let named = match &self.opened {
            Ok(opened) => match chunk(opened.root.0, opened.root.1) {
                Ok(node) => return Ok((node, false)),
                Err(error) => Some(error),
            },
            Err(_) => None,
        };
        if let (Some(error), Ok(opened)) = (named, &self.opened)
            && opened.root.1.fingerprint != fingerprint::<T>()
        {
            return Err(error);
        }
        // Where a chunk of this type may be a shard or a child, only what lies behind the schema is the
        // root: nothing else is written there.
        let behind = if is_root_alone::<T>() {
            0
        } else {
            let mut runs = self.runs().iter().rev();
            let schema = runs.find(|run| run.mark.kind == ChildKind::Schema);
            schema.map_or(u64::MAX, |run| run.offset)
        };
        let mut roots = self.intact::<T>(ChildKind::Chunk).rev();
        roots
            .by_ref()
            .take_while(|run| run.offset > behind)
            .find_map(|run| chunk(run.offset, run.mark).ok())
            .map(|node| (node, true))
            .ok_or_else(|| {
                let asked = schema::<T>();
                ParcodeError::new(
                    ErrorKind::Damaged,
                    format!("an intact root, `{}`", asked.describe(asked.root())),
                    "none (`Salvage::values` reads the parts that are left)",
                )
            })
    }

    /// All intact values of a type that have a chunk of their own, in the order of the file: shards of
    /// a sequence or map as sequences and maps of that type, extents of plain data, and what was behind
    /// a `chunkable` text, array, tuple or pointer. Of what they link to, what is damaged is left out,
    /// as in [`root`](Self::root).
    ///
    /// ```
    /// # use parcode::{Parcode, Salvage};
    /// # use std::collections::HashMap;
    /// # fn main() -> parcode::Result<()> {
    /// let scores: HashMap<String, u64> = (0..10_000).map(|i| (format!("player {i}"), i)).collect();
    /// let bytes = Parcode::serialize(&scores)?;
    /// // Only the first half of the file is left.
    /// let half = &bytes[..bytes.len() / 2];
    ///
    /// let mut found = HashMap::new();
    /// for shard in Salvage::open_bytes(half)?.values::<HashMap<String, u64>>() {
    ///     found.extend(shard?.value);
    /// }
    /// assert!(found.len() > 4000);
    /// assert!(found.iter().all(|(name, score)| scores[name] == *score));
    /// # Ok(())
    /// # }
    /// ```
    pub fn values<T: ParcodeObject>(&self) -> impl Iterator<Item = Result<Salvaged<T>>> {
        let session = self.session_for::<T>();
        let runs = self.runs().iter();
        runs.filter(|run| run.mark.fingerprint == fingerprint::<T>())
            .filter_map(move |run| self.value::<T>(&session, run))
    }

    fn value<T: ParcodeObject>(
        &self,
        session: &Arc<Session>,
        run: &Run,
    ) -> Option<Result<Salvaged<T>>> {
        let (offset, mark) = (run.offset, run.mark);
        match (mark.kind, run.state) {
            (ChildKind::Chunk, RunState::Intact) => {
                let read = |kind| {
                    let origin = Origin {
                        offset,
                        ..Origin::default()
                    };
                    read::read_chunk(session, mark, origin, typed::<T>(), kind)
                };
                Some(match read(ChunkKind::Inline) {
                    Ok(node) => self.salvaged(&node, |loader| {
                        T::__load(T::__lazy(Slot::at(&node, 0, T::SLOT)), loader)
                    }),
                    // The root, which is away: its shards are found by themselves.
                    Err(_) if read(ChunkKind::Root).is_ok() => return None,
                    Err(error) => Err(error),
                })
            }
            (ChildKind::Extent, RunState::Intact | RunState::Unknown) => {
                let element = element::<T>()?;
                let node = read::extent_parent(session, offset, mark, element, typed::<T>())?;
                Some(node.and_then(|node| {
                    let salvaged = self.salvaged(&node, |loader| {
                        T::__load_handle(T::__handle(Slot::at(&node, 0, T::HANDLE_SLOT)), loader)
                    })?;
                    Ok(Salvaged { offset, ..salvaged })
                }))
            }
            _ => None,
        }
    }

    /// Everything that has a mark, in the order of the file; what lies inside an intact chunk is a part
    /// of that. Reads the whole file, once.
    pub fn chunks(&self) -> Vec<FoundChunk> {
        let known = read::known_types(self.schemas());
        let found = self.runs().iter().map(|run| {
            let Mark {
                kind,
                stored,
                raw,
                fingerprint,
                ..
            } = run.mark;
            FoundChunk {
                offset: run.offset,
                kind: match kind {
                    ChildKind::Chunk => FoundKind::Chunk,
                    ChildKind::Extent => FoundKind::Extent,
                    ChildKind::Index => FoundKind::Index,
                    ChildKind::Schema => FoundKind::Schema,
                },
                stored,
                raw,
                fingerprint,
                type_name: known.get(&fingerprint).map(|(name, _)| name.clone()),
                intact: match run.state {
                    RunState::Intact => Some(true),
                    RunState::Damaged => Some(false),
                    RunState::Unknown => None,
                },
            }
        });
        found.collect()
    }

    /// The schema of the file, or the first that is found in it.
    pub fn schema(&self) -> Option<&Schema> {
        self.schemas().first()
    }

    fn schemas(&self) -> &[Schema] {
        self.schemas
            .get_or_init(|| read::find_schemas(&self.session))
    }

    fn runs(&self) -> &[Run] {
        self.runs
            .get_or_init(|| read::scan(&self.session, self.schemas()).into())
    }

    fn intact<T: ParcodeObject>(&self, kind: ChildKind) -> impl DoubleEndedIterator<Item = &Run> {
        self.runs().iter().filter(move |run| {
            run.state == RunState::Intact
                && run.mark.kind == kind
                && run.mark.fingerprint == fingerprint::<T>()
        })
    }

    /// A session whose errors tell paths even where the schema of the file is lost.
    fn session_for<T: ParcodeObject>(&self) -> Arc<Session> {
        Arc::new(Session {
            schema: schema_or_own::<T>,
            budget: self.session.budget.as_ref().map(|budget| budget.again()),
            ..self.session.patient()
        })
    }

    fn salvaged<T>(
        &self,
        node: &Node,
        load: impl FnOnce(&Loader) -> Result<T>,
    ) -> Result<Salvaged<T>> {
        let salvaging = Arc::new(Salvaging::default());
        if let Some(runs) = self.runs.get() {
            let _ = salvaging.runs.set(runs.clone());
        }
        let loader = Loader::salvaging(salvaging.clone());
        loader.visit(node)?;
        let value = load(&loader)?;
        let (lost, omitted) = salvaging.take();
        Ok(Salvaged {
            value,
            offset: node.origin.offset,
            guessed: false,
            lost,
            omitted,
        })
    }
}

/// Whether no chunk but the root is one of a `T`.
fn is_root_alone<T: ParcodeObject>() -> bool {
    let schema = schema::<T>();
    let kind = schema.get(schema.root());
    matches!(kind, Some(Type::Struct { .. } | Type::Enum { .. })) && !schema.reaches_itself()
}

/// The size of the elements of `T`, where it is a sequence of plain data.
fn element<T: ParcodeObject>() -> Option<usize> {
    let schema = schema::<T>();
    let Some(Type::Sequence(inner)) = schema.get(schema.root()) else {
        return None;
    };
    let layout = schema.layout(*inner);
    layout.plain.then(|| layout.stride())
}

fn schema_or_own<T: ParcodeObject>(session: &Session) -> Result<Schema> {
    read::file_schema(session).or_else(|_| Ok((*schema::<T>()).clone()))
}

impl<T> Salvaged<T> {
    /// Whether nothing was lost.
    pub fn is_whole(&self) -> bool {
        self.lost.is_empty()
    }
}

impl fmt::Display for Loss {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use crate::object::Lost;
        let path = if self.path.is_empty() {
            "the root"
        } else {
            &self.path
        };
        match &self.lost {
            Lost::Elements { count, among } => {
                write!(f, "{path}: {count} elements lost")?;
                for (i, range) in among.iter().enumerate() {
                    let sign = if i == 0 { ", among" } else { "," };
                    write!(f, "{sign} [{}..{}]", range.start, range.end)?;
                }
            }
            Lost::Entries(count) => write!(f, "{path}: {count} entries lost")?,
            Lost::Value => write!(f, "{path}: lost")?,
        }
        match self.errors.first() {
            Some(error) => write!(f, ": {error}"),
            None => Ok(()),
        }
    }
}
