//! A file taken apart along its links, as docs/format.md describes it, and put together again.
//!
//! What is changed in between is sealed with correct checksums, up to the trailer: then it is not a
//! checksum that a reader finds wrong, but what the bytes say. Only files that the library wrote are
//! taken apart.

mod seal;
mod take;

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
