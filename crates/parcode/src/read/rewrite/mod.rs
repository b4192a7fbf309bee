//! Chunks of an older layout, rewritten to that of the type asked for.
//!
//! It happens where a chunk is first touched, between its check by the file's schema and the check by
//! the Rust type: everything above sees native chunks only. Links stay links wherever the new type
//! reads their chunks when they are touched; what moves from a chunk of its own into its parent's is
//! fetched here.

mod away;
mod extent;
mod map;
mod merged;
mod source;
mod value;

use super::fetch::buffer;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::object::{
    AlignedBuf, Bytes, ChunkKind, Conversion, Encoder, Loader, Session, Settings, detached,
};
use crate::schema::{Place, Step, StepRef, Type, TypeRef};
pub(super) use extent::{open_extent, read_extent_page};
pub(crate) use merged::{Directory, kept_directory, merged};
pub(super) use source::Source;
use std::sync::Arc;

/// One chunk on its way to another layout.
struct Rewriting<'r> {
    session: &'r Arc<Session>,
    conversion: &'r Arc<Conversion>,
    settings: Settings,
    /// Visits at most as many bytes as the file has.
    account: Loader,
    depth: u32,
}

/// The payload that a chunk of the file has in the layout asked for, and how many stored bytes were
/// fetched for it beside its own.
pub(super) fn rewrite(
    session: &Arc<Session>,
    conversion: &Arc<Conversion>,
    source: Source<'_>,
    depth: u32,
    kind: ChunkKind,
) -> Result<(Bytes, u64)> {
    let rewriting = Rewriting::new(session, conversion, depth);
    let place = Place {
        at: 0,
        chunkable: kind == ChunkKind::Root,
    };
    let step = rewriting.step(conversion.plan.root)?;
    let payload = rewriting.aside(source.offset, step.asked, place.chunkable, |encoder| {
        rewriting.value(encoder, source, conversion.plan.root, place, place)
    })?;
    session.counters.rewritten();
    Ok((aligned(session, &payload)?, rewriting.account.visited()))
}

/// A payload in memory as it is kept: aligned, and counted.
fn aligned(session: &Session, payload: &[u8]) -> Result<Bytes> {
    let mut raw: AlignedBuf = buffer(session, payload.len() as u64)?;
    raw.as_mut_slice().copy_from_slice(payload);
    Ok(Bytes::Owned(raw))
}

impl<'r> Rewriting<'r> {
    fn new(session: &'r Arc<Session>, conversion: &'r Arc<Conversion>, depth: u32) -> Self {
        Self {
            session,
            conversion,
            settings: Settings {
                // What is written here stays here.
                inline_threshold: usize::MAX,
                depth: session.limits.depth.saturating_sub(depth),
                ..Settings::default()
            },
            account: Loader::new(),
            depth,
        }
    }

    fn step(&self, number: StepRef) -> Result<&'r Step> {
        self.conversion.plan.step(number).ok_or_else(|| {
            ParcodeError::new(ErrorKind::Type, "a step of the plan", number.to_string())
        })
    }

    fn file_type(&self, ty: TypeRef) -> Option<&'r Type> {
        self.conversion.file.schema().get(ty)
    }

    fn asked_type(&self, ty: TypeRef) -> Option<&'r Type> {
        self.conversion.asked.schema().get(ty)
    }

    fn file_stride(&self, element: StepRef) -> Result<usize> {
        let step = self.step(element)?;
        Ok(self.conversion.file.schema().layout(step.file).stride())
    }

    /// Encodes a value of a type asked for into memory of its own.
    fn aside(
        &self,
        offset: u64,
        ty: TypeRef,
        chunkable: bool,
        encode: impl FnOnce(&mut Encoder<'_>) -> Result<()>,
    ) -> Result<Vec<u8>> {
        let layout = self.conversion.asked.schema().layout(ty);
        let slot = if chunkable {
            layout.handle_slot
        } else {
            layout.slot
        };
        detached(&self.settings, slot, offset, encode).map_err(|error| error.at(offset))
    }

    fn variant_name(&self, ty: TypeRef, tag: usize) -> String {
        let name = match self.file_type(ty) {
            Some(Type::Enum { variants, .. }) => variants.get(tag).map(|variant| &*variant.name),
            _ => None,
        };
        format!("the variant `{}`", name.unwrap_or("?"))
    }

    /// The error of a value that the new type has no form for.
    #[cold]
    fn no_form(&self, step: &Step, found: &str) -> ParcodeError {
        let asked = self.conversion.asked.schema().describe(step.asked);
        ParcodeError::new(
            ErrorKind::Type,
            format!("a value that has a form as `{asked}`"),
            found.to_owned(),
        )
    }
}

fn inline(at: usize) -> Place {
    Place {
        at,
        chunkable: false,
    }
}
