//! The structure of a file for programs: what the report shows, as data.

use crate::error::Result;
use crate::format::ChildKind;
use crate::object::Session;
use crate::read::{self, Opened};
use crate::schema::Schema;

/// A chunk, an extent or an index, and what hangs on it: see
/// [`ParcodeFile::outline`](crate::ParcodeFile::outline).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Outline {
    /// The path of its value from that of its parent.
    pub path: String,
    /// The type of its value, as it would be written in Rust; empty where the schema does not say.
    pub type_name: String,
    /// What it is.
    pub kind: RunKind,
    /// The name of its compression.
    pub codec: &'static str,
    /// Of its mark in the file.
    pub offset: u64,
    /// Bytes of its own payload in the file; of an index those of its entries.
    pub stored: u64,
    /// The same before compression.
    pub raw: u64,
    /// Elements or entries.
    pub count: Option<u64>,
    /// Links of a chunk, shards of an index.
    pub parts: u64,
    /// What its links lead to, as far as it was asked for. Those of compressed chunks are not: they
    /// are part of the payload.
    pub children: Vec<Outline>,
}

/// What an [`Outline`] is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RunKind {
    /// A value, or a shard of one.
    Chunk,
    /// Plain data in one run.
    Extent,
    /// The entries of the shards of a long sequence or map.
    Index,
    /// The schema.
    Schema,
}

pub(crate) fn outline(opened: &Opened, levels: usize, most: usize) -> Result<Outline> {
    let session = &*opened.session;
    let schema = (session.schema)(session).ok();
    let value = schema.as_ref().map(Session::root_value);
    let outline = read::outline(session, opened.root, schema.as_ref(), value, levels, most)?;
    Ok(convert(outline, schema.as_ref()))
}

fn convert(outline: read::Outline, schema: Option<&Schema>) -> Outline {
    let described = schema
        .zip(outline.ty)
        .map(|(schema, ty)| schema.describe(ty));
    Outline {
        path: outline.path.trim_start_matches('.').to_owned(),
        type_name: described.unwrap_or_default(),
        kind: match outline.kind {
            ChildKind::Chunk => RunKind::Chunk,
            ChildKind::Extent => RunKind::Extent,
            ChildKind::Index => RunKind::Index,
            ChildKind::Schema => RunKind::Schema,
        },
        codec: outline.codec.name(),
        offset: outline.offset,
        stored: outline.stored,
        raw: outline.raw,
        count: outline.count,
        parts: outline.child_count,
        children: outline
            .children
            .into_iter()
            .map(|child| convert(child, schema))
            .collect(),
    }
}
