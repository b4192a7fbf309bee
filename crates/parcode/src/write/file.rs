//! The file around a value: header, chunks, schema, root, trailer.

use super::out::Head;
use crate::error::Result;
use crate::format::{ChildKind, Codec, Header, Mark, TopLink, Trailer, VERSION};
use crate::object::{Child, Encoder, Out, Settings, Store, Workers};
use crate::object::{fingerprint, schema};
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
    let mut head = Head::new(writer);
    head.append(&Header { version: VERSION }.to_bytes())?;

    // What is small and read at every opening comes last: one read of the tail fetches it.
    let (mut schema, mut metadata) = (Child::default(), None);
    let mut encoder = Encoder::new(&mut head, &options.settings, &options.workers);
    let root = encoder.child_chunk::<T>(T::HANDLE_SLOT, 1, |encoder| {
        T::__encode_handle(value, 0, encoder)?;
        if !options.metadata.is_empty() {
            let entries = &options.metadata[..];
            let len = entries.len() as u64;
            let slot = <Vec<(String, String)> as Store>::SLOT;
            metadata = Some(
                encoder.child_chunk::<[(String, String)]>(slot, len, |encoder| {
                    encoder.slice(0, entries)
                })?,
            );
        }
        schema = append_schema::<T>(encoder.out)?;
        Ok(())
    })?;

    let position = head.align()?;
    let link = |child: &Child| TopLink(Some((position - child.position, child.mark)));
    let trailer = Trailer {
        root: link(&root),
        schema: link(&schema),
        metadata: metadata.as_ref().map_or_else(TopLink::default, link),
        ..Trailer::default()
    };
    head.append(&trailer.to_bytes())?;
    head.finish()
}

fn append_schema<T: Store + ?Sized>(out: &mut dyn Out) -> Result<Child> {
    let bytes = schema::<T>().to_bytes();
    let mark = Mark {
        kind: ChildKind::Schema,
        codec: Codec::None,
        stored: bytes.len() as u64,
        raw: bytes.len() as u64,
        fingerprint: fingerprint::<T>(),
        checksum: checksum(&bytes),
    };
    let position = out.align()?;
    out.append(&mark.to_bytes())?;
    out.append(&bytes)?;
    Ok(Child {
        position,
        mark,
        count: 1,
        table: Vec::new(),
    })
}
