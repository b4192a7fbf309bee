//! Where the entries of a chunkable map are: in one table, or in the tables of shards.
//!
//! Whoever reads a map stands on this: `LazyMap`, which knows the Rust types of its entries, and
//! `Dynamic`, which knows their schema.

use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{ChildKind, FenceKind, Span};
use crate::object::{ChunkType, IndexNode, Node};
use crate::read::{self, Directory};
use crate::wire::checksum;
use std::sync::Arc;

/// A map as its slot names it.
#[derive(Clone, Copy)]
pub(crate) struct Entries<'par, 't> {
    pub(crate) node: &'par Node,
    pub(crate) span: Span,
    pub(crate) ordered: bool,
    /// The type of the whole map.
    pub(crate) ty: &'t dyn ChunkType,
}

/// Where the entries are.
pub(crate) enum Place<'par> {
    One(&'par Node, Span),
    Shards(&'par IndexNode),
}

impl Place<'_> {
    pub(crate) fn shards(&self) -> usize {
        match self {
            Self::One(..) => 1,
            Self::Shards(index) => index.shards(),
        }
    }
}

impl<'par> Entries<'par, '_> {
    /// Where the entries are, in the order of the map; reads the chunk of a map that has just one.
    #[inline]
    pub(crate) fn place(&self) -> Result<Place<'par>> {
        match self.directory()? {
            // An ordered map whose file has it by hash.
            Place::Shards(index) if self.ordered && !index.is_ordered() => self.merged_place(),
            place => Ok(place),
        }
    }

    /// [`place`](Self::place) for lookups, which find entries whatever their order.
    #[inline]
    pub(crate) fn directory(&self) -> Result<Place<'par>> {
        if !self.span.is_away() {
            return Ok(Place::One(self.node, self.span));
        }
        // Warm first: what is published needs no second look at its link.
        let published = self
            .node
            .cell(self.span.start)
            .and_then(|cell| cell.index.get());
        match published {
            Some(index) => Ok(Place::Shards(index)),
            None => self.cold_place(),
        }
    }

    #[cold]
    fn merged_place(&self) -> Result<Place<'par>> {
        let node = read::merged(self.node, self.span.start, self.ty)?;
        Ok(Place::One(node, node.span()))
    }

    #[cold]
    fn cold_place(&self) -> Result<Place<'par>> {
        let number = self.span.start;
        let (record, _) = self.node.link(number)?;
        if record.mark.kind == ChildKind::Index {
            let kinds: &[_] = match read::kept_directory(self.node, number, self.ty)? {
                None => return self.merged_place(),
                Some(Directory::Own) if self.ordered => &[FenceKind::Separator],
                Some(Directory::Own) => &[FenceKind::Share, FenceKind::Hash],
                Some(Directory::Other) if self.ordered => &[FenceKind::Share, FenceKind::Hash],
                Some(Directory::Other) => &[FenceKind::Separator],
            };
            return read::index(self.node, number, kinds, self.ty)
                .map(|index| Place::Shards(index));
        }
        let node = read::child(self.node, number, self.ty)?;
        if u64::from(node.span().len) == record.count {
            return Ok(Place::One(node, node.span()));
        }
        let flaw = Flaw::new(
            format!("{} entries", record.count),
            node.span().len.to_string(),
        );
        Err(self.in_map(flaw.at(node.origin.offset)))
    }

    /// [`place`](Self::place) for reading everything, which is announced.
    pub(crate) fn scanned_place(&self) -> Result<Place<'par>> {
        self.place().map(|place| self.announced(place))
    }

    /// [`directory`](Self::directory) for reading everything: for what puts the entries in order itself.
    pub(crate) fn scanned_directory(&self) -> Result<Place<'par>> {
        self.directory().map(|place| self.announced(place))
    }

    fn announced(&self, place: Place<'par>) -> Place<'par> {
        if let Place::Shards(index) = place {
            index.announce(&self.node.session);
        }
        place
    }

    /// The table of a shard: its chunk, and its span there.
    #[inline]
    pub(crate) fn table(&self, place: &Place<'par>, shard: usize) -> Result<(&'par Node, Span)> {
        Ok(match place {
            Place::One(node, span) => (node, *span),
            Place::Shards(index) => {
                let node = read::shard(self.node, self.span.start, index, shard, self.ty)?;
                (node, node.span())
            }
        })
    }

    /// The shard that holds `key` if any does, in whatever directory there is.
    pub(crate) fn shard_of(&self, place: &Place<'par>, key: &[u8]) -> Result<usize> {
        let session = &self.node.session;
        match place {
            Place::One(..) => Ok(0),
            Place::Shards(index) => if index.is_ordered() {
                index.shard_of_key(session, key)
            } else {
                index.shard_of_hash(session, checksum(key))
            }
            .map_err(|error| self.in_map(error)),
        }
    }

    /// A table that need not stay.
    pub(crate) fn hold(&self, place: &Place<'par>, shard: usize) -> Result<Held<'par>> {
        Ok(match place {
            Place::One(node, span) => Held::Chunk(node, *span),
            Place::Shards(index) => {
                if let Some(node) = index.node(shard) {
                    return Ok(Held::Chunk(node, node.span()));
                }
                let parent = (self.node, self.span.start);
                Held::Shard(read::passing_shard(parent, index, shard, self.ty)?)
            }
        })
    }

    /// Whether as many entries were seen as there are: each shard says how many it holds, and the link
    /// how many there are together.
    pub(crate) fn all(&self, seen: usize, len: usize) -> Result<()> {
        if seen == len {
            return Ok(());
        }
        let flaw = Flaw::new(format!("{len} entries"), seen.to_string());
        Err(self.in_map(flaw.at(self.node.origin.offset)))
    }

    #[cold]
    pub(crate) fn in_map(&self, error: ParcodeError) -> ParcodeError {
        if self.span.is_away() {
            self.node.in_link(error, self.span.start, "")
        } else {
            error
        }
    }
}

/// A table that need not stay, with what keeps its bytes.
pub(crate) enum Held<'par> {
    Chunk(&'par Node, Span),
    Shard(Arc<Node>),
}

impl Held<'_> {
    pub(crate) fn node(&self) -> &Node {
        match self {
            Self::Chunk(node, _) => node,
            Self::Shard(node) => node,
        }
    }

    #[inline]
    pub(crate) fn span(&self) -> Span {
        match self {
            Self::Chunk(_, span) => *span,
            Self::Shard(node) => node.span(),
        }
    }
}
