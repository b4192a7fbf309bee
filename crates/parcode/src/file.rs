//! An opened file, and its root as a value of its own.

use crate::dynamic::{Dynamic, Usage, usage};
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{Compression, HEADER_LEN, MARK_LEN, Mark, TRAILER_LEN};
use crate::inspect::{self, Outline};
use crate::object::typed;
use crate::object::{
    ChunkKind, Loader, Node, Origin, ParcodeObject, Reading, SchemaTypes, Session, Slot, Source,
    Stats, Store,
};
use crate::options::OpenOptions;
use crate::read::{self, Findings, Opened, Verification};
use crate::recompress::recompress;
use crate::schema::Schema;
use crate::write::{Durability, replace};
use std::any::TypeId;
use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;
use std::path::Path;
use std::sync::{Arc, OnceLock};

/// An opened file.
///
/// It owns what was touched: mirrors and handles borrow from it, and memory grows with what they
/// read until [`clear_cache`](Self::clear_cache) or its end. A clone shares the source, but touches
/// and counts for itself.
#[derive(Debug)]
pub struct ParcodeFile {
    opened: Opened,
    roots: RootCell,
    dynamic: OnceLock<(SchemaTypes, Arc<Node>)>,
}

/// One root node a type: what was checked as one type is never read as another.
#[derive(Debug, Default)]
struct RootCell {
    node: OnceLock<(TypeId, Arc<Node>)>,
    next: OnceLock<Box<RootCell>>,
}

/// Metadata as it is stored.
type Metadata = Vec<(String, String)>;

impl ParcodeFile {
    /// Opens what a source holds; [`OpenOptions::open_source`](crate::OpenOptions::open_source) with
    /// nothing chosen.
    pub fn from_source(source: impl Source + 'static) -> Result<Self> {
        OpenOptions::new().open_source(source)
    }

    pub(crate) fn read_by(source: Arc<dyn Source>, reading: Reading) -> Result<Self> {
        Ok(Self {
            opened: read::open(source, reading)?,
            roots: RootCell::default(),
            dynamic: OnceLock::new(),
        })
    }

    /// The mirror of the root: of a struct its generated mirror, of a sequence or map its handle.
    /// Reads the root chunk, once for each type that it is asked as.
    pub fn root<T: ParcodeObject>(&self) -> Result<T::Handle<'_>> {
        Ok(handle::<T>(self.root_node::<T>()?))
    }

    /// The same as [`root`](Self::root).
    pub fn load_lazy<T: ParcodeObject>(&self) -> Result<T::Handle<'_>> {
        self.root::<T>()
    }

    /// The whole value. Chunks that are read for it are not kept.
    pub fn load<T: ParcodeObject>(&self) -> Result<T> {
        load_root::<T>(self.root_node::<T>()?)
    }

    /// The root by the schema of the file, for programs without its Rust types: see [`Dynamic`]. Reads
    /// the schema and the root chunk, once.
    pub fn dynamic(&self) -> Result<Dynamic<'_>> {
        if let Some((types, node)) = self.dynamic.get() {
            return Ok(Dynamic::root(types, node));
        }
        let types = SchemaTypes::new(self.schema()?).ok_or_else(|| {
            ParcodeError::new(
                ErrorKind::Limit,
                "a schema whose types can be told apart",
                "one that takes too long",
            )
        })?;
        let (offset, mark) = self.opened.root;
        let origin = Origin {
            offset,
            ..Origin::default()
        };
        let root = types.chunk(types.schema().root());
        let node = read::read_chunk(self.session(), mark, origin, &root, ChunkKind::Root)?;
        let held = node.regions.owned_len();
        let (types, node) = self.dynamic.get_or_init(|| {
            self.session().counters.cached(held);
            (types, node)
        });
        Ok(Dynamic::root(types, node))
    }

    /// A report on the file's structure: what is where, how large, and how compressed. Reads indexes
    /// and chunks that are not compressed; decodes no payload.
    pub fn inspect(&self) -> Result<String> {
        inspect::report(&self.opened)
    }

    /// Writes the value of the file to `path`, atomically, with another compression for all of it; no
    /// Rust type is needed. Chunks are copied one by one: memory stays bounded, and `progress` is told
    /// the bytes that were read. Fields lose the compression that their types ask for; sequences of chunks
    /// keep the cut of their elements, and extents have pages as a save makes them unless told otherwise.
    pub fn recompress(
        &self,
        path: impl AsRef<Path>,
        compression: impl Into<Compression>,
        mut progress: impl FnMut(u64),
    ) -> Result<()> {
        self.dynamic()?;
        let Some((types, _)) = self.dynamic.get() else {
            return Ok(());
        };
        let compression = compression.into();
        replace(path.as_ref(), Durability::default(), |file| {
            recompress(&self.opened, types, compression, file, &mut progress)
        })?;
        Ok(())
    }

    /// Where the bytes of the file are, by path and type. Reads everything but extents, in bounded memory,
    /// and keeps nothing; `progress` is told the bytes that were gone through.
    pub fn usage(&self, mut progress: impl FnMut(u64)) -> Result<Usage> {
        let run =
            |place: Option<(u64, Mark)>| place.map_or(0, |(_, mark)| MARK_LEN as u64 + mark.stored);
        let rest = [
            ("(schema)", run(self.session().schema_at)),
            ("(metadata)", run(self.opened.metadata)),
            ("(header and trailer)", (HEADER_LEN + TRAILER_LEN) as u64),
        ];
        usage(self.dynamic()?, self.session().len, &rest, &mut progress)
    }

    /// The structure of the file as data, down to `levels` of links, with at most `most` children of
    /// each. Reads what [`inspect`](Self::inspect) reads.
    pub fn outline(&self, levels: usize, most: usize) -> Result<Outline> {
        inspect::structure(&self.opened, levels, most)
    }

    /// Reads and verifies every chunk, extent and index of the file, on as many threads as loads use, up
    /// to the first damage; keeps nothing. [`VerifyOptions`](crate::VerifyOptions) goes on, and reports
    /// every one.
    pub fn verify(&self) -> Result<()> {
        let findings = self.verify_by(&Verification {
            threads: self.verifying_threads(),
            most: 0,
            progress: &|_| (),
        });
        findings.damages.into_values().next().map_or(Ok(()), Err)
    }

    pub(crate) fn verify_by(&self, how: &Verification<'_>) -> Findings {
        read::verify_all(&self.opened, how)
    }

    /// How many threads verify it, unless told otherwise.
    pub(crate) fn verifying_threads(&self) -> usize {
        let session = self.session();
        read::worthwhile_threads(session.workers.count(), session.len)
    }

    /// The small strings that were saved with the value.
    pub fn metadata(&self) -> Result<BTreeMap<String, String>> {
        let Some((offset, mark)) = self.opened.metadata else {
            return Ok(BTreeMap::new());
        };
        let origin = Origin {
            offset,
            ..Origin::default()
        };
        let node = read::read_chunk(
            self.session(),
            mark,
            origin,
            typed::<Metadata>(),
            ChunkKind::Inline,
        )?;
        let slot = Slot::at(&node, 0, <Metadata as Store>::SLOT);
        let entries = Metadata::__load(Metadata::__lazy(slot), &Loader::new())?;
        Ok(entries.into_iter().collect())
    }

    /// The schema of the root's type, as the file holds it.
    pub fn schema(&self) -> Result<Schema> {
        (self.session().schema)(self.session())
    }

    /// What was read since the file was opened.
    pub fn stats(&self) -> Stats {
        self.session().stats()
    }

    /// Frees what was touched. Nobody looks at it: mirrors and handles borrow the file.
    pub fn clear_cache(&mut self) {
        self.roots = RootCell::default();
        self.dynamic = OnceLock::new();
        self.session().counters.cleared();
    }

    fn session(&self) -> &Arc<Session> {
        &self.opened.session
    }

    fn root_node<T: ParcodeObject>(&self) -> Result<&Arc<Node>> {
        let id = TypeId::of::<T>();
        let mut cell = &self.roots;
        loop {
            match cell.node.get() {
                Some((found, node)) if *found == id => return Ok(node),
                Some(_) => cell = cell.next.get_or_init(Box::default),
                None => {
                    let node = self.read_root::<T>()?;
                    let held = node.regions.owned_len();
                    // Another thread may have put another type here meanwhile: look again.
                    if cell.node.set((id, node)).is_ok() {
                        self.session().counters.cached(held);
                    }
                }
            }
        }
    }

    fn read_root<T: ParcodeObject>(&self) -> Result<Arc<Node>> {
        let (offset, mark) = self.opened.root;
        let origin = Origin {
            offset,
            ..Origin::default()
        };
        read::read_chunk(self.session(), mark, origin, typed::<T>(), ChunkKind::Root)
    }
}

/// Shares the source; touches and counts for itself.
impl Clone for ParcodeFile {
    fn clone(&self) -> Self {
        Self {
            opened: self.opened.again(),
            roots: RootCell::default(),
            dynamic: OnceLock::new(),
        }
    }
}

fn handle<T: ParcodeObject>(node: &Node) -> T::Handle<'_> {
    T::__handle(Slot::at(node, 0, T::HANDLE_SLOT))
}

fn load_root<T: ParcodeObject>(node: &Node) -> Result<T> {
    let loader = Loader::parallel();
    loader.visit(node)?;
    T::__load_handle(handle::<T>(node), &loader)
}

/// The root of a file together with the file: a value that can be stored, moved and shared, and
/// lends the mirror.
///
/// ```
/// # use parcode::{Parcode, ParcodeObject, Root};
/// #[derive(ParcodeObject)]
/// struct Settings { volume: u8 }
///
/// struct Game { settings: Root<Settings> }
///
/// # fn main() -> parcode::Result<()> {
/// let game = Game { settings: Parcode::in_memory(&Settings { volume: 9 })? };
/// assert_eq!(game.settings.get().volume, 9);
/// # Ok(())
/// # }
/// ```
pub struct Root<T> {
    file: ParcodeFile,
    node: Arc<Node>,
    ty: PhantomData<fn() -> T>,
}

impl<T: ParcodeObject> Root<T> {
    pub(crate) fn new(file: ParcodeFile) -> Result<Self> {
        let node = file.root_node::<T>()?.clone();
        Ok(Self {
            file,
            node,
            ty: PhantomData,
        })
    }

    /// The mirror. Reads nothing, and cannot fail: the root was checked when it was opened.
    pub fn get(&self) -> T::Handle<'_> {
        handle::<T>(&self.node)
    }

    /// The whole value.
    pub fn load(&self) -> Result<T> {
        load_root::<T>(&self.node)
    }

    /// The file.
    pub fn file(&self) -> &ParcodeFile {
        &self.file
    }

    /// The file, without its root.
    pub fn into_file(self) -> ParcodeFile {
        self.file
    }
}

impl<T> fmt::Debug for Root<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Root")
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
