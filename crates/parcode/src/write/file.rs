//! The file around a value: header, chunks, schema, root, trailer.

use super::out::Head;
use crate::error::Result;
use crate::format::{ChildKind, Codec, Header, Mark, TopLink, Trailer, VERSION};
use crate::object::{self, fingerprint};
use crate::object::{Child, ChunkKind, Encoder, Out, Settings, Store, Workers};
use crate::wire::checksum;
use std::io::Write;

/// How a file is written.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileOptions {
    pub(crate) settings: Settings,
    pub(crate) workers: Workers,
    /// In the order of the keys.
    pub(crate) metadata: Vec<(String, String)>,
}

/// Writes `value` as a whole file; its length.
pub(crate) fn write_file<T: Store + ?Sized>(
    value: &T,
    options: &FileOptions,
    writer: impl Write,
) -> Result<u64> {
    options.settings.compression.supported()?;
    let mut head = begin(writer)?;
    // What is small and read at every opening comes last: one read of the tail fetches it.
    let (mut schema, mut metadata) = (Child::default(), None);
    let mut encoder = Encoder::new(&mut head, &options.settings, &options.workers);
    let root = encoder.child_chunk::<T>(ChunkKind::Root, 1, |encoder| {
        T::__encode_handle(value, 0, encoder)?;
        if !options.metadata.is_empty() {
            let entries = &options.metadata[..];
            let len = entries.len() as u64;
            metadata = Some(encoder.child_chunk::<[(String, String)]>(
                ChunkKind::Inline,
                len,
                |encoder| encoder.slice(0, entries),
            )?);
        }
        let bytes = object::schema::<T>().to_bytes();
        schema = append_schema(encoder.out, &bytes, fingerprint::<T>())?;
        Ok(())
    })?;

    close(head, &root, &schema, metadata.as_ref())
}

/// The start of a file.
pub(crate) fn begin<W: Write>(writer: W) -> Result<Head<W>> {
    let mut head = Head::new(writer);
    head.append(&Header { version: VERSION }.to_bytes())?;
    Ok(head)
}

/// The end of a file; its length.
pub(crate) fn close<W: Write>(
    mut head: Head<W>,
    root: &Child,
    schema: &Child,
    metadata: Option<&Child>,
) -> Result<u64> {
    let position = head.align()?;
    let link = |child: &Child| TopLink(Some((position - child.position, child.mark)));
    let trailer = Trailer {
        root: link(root),
        schema: link(schema),
        metadata: metadata.map_or_else(TopLink::default, link),
        ..Trailer::default()
    };
    head.append(&trailer.to_bytes())?;
    head.finish()
}

/// Appends the bytes of a schema, whose root has this fingerprint.
pub(crate) fn append_schema(out: &mut dyn Out, bytes: &[u8], fingerprint: u64) -> Result<Child> {
    let mark = Mark {
        kind: ChildKind::Schema,
        codec: Codec::None,
        stored: bytes.len() as u64,
        raw: bytes.len() as u64,
        fingerprint,
        checksum: checksum(bytes),
    };
    let position = out.align()?;
    out.append(&mark.to_bytes())?;
    out.append(bytes)?;
    Ok(Child {
        position,
        mark,
        count: 1,
        table: Vec::new(),
    })
}
