//! Opening: one read of the tail, and what it says.

use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::{
    ChildKind, HEADER_LEN, Header, MARK_LEN, Mark, TAIL_LEN, Trailer, TrailerFlaw, VERSION,
};
use crate::object::{Bytes, Reading, Session, Source};
use crate::schema::Schema;
use std::sync::Arc;

/// A file whose tail was read.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) session: Arc<Session>,
    /// Of the root chunk.
    pub(crate) root: (u64, Mark),
    pub(crate) metadata: Option<(u64, Mark)>,
}

impl Opened {
    /// The same file with counters of its own.
    pub(crate) fn again(&self) -> Self {
        Self {
            session: Arc::new(self.session.again()),
            ..*self
        }
    }
}

/// Reads the tail of a source.
pub(crate) fn open(source: Arc<dyn Source>, reading: Reading) -> Result<Opened> {
    let (tail, len) = source
        .tail(TAIL_LEN)
        .map_err(|error| ParcodeError::io("reading the end of the file failed", error))?;
    let session = Session::new(source, len, reading)?;
    let tail_at = len.saturating_sub(tail.len() as u64);
    let trailer = Trailer::parse(&tail).map_err(|flaw| refuse(flaw, &*session.source, len))?;
    let trailer_at = len.saturating_sub(crate::format::TRAILER_LEN as u64);
    let place = |link: crate::format::TopLink| {
        let Some((distance, mark)) = link.0 else {
            return Ok(None);
        };
        let offset = trailer_at
            .checked_sub(distance)
            .filter(|offset| *offset >= HEADER_LEN as u64);
        offset.map(|offset| Some((offset, mark))).ok_or_else(|| {
            Flaw::new(
                "links to places in the file",
                format!("one {distance} bytes back"),
            )
            .at(trailer_at)
        })
    };
    let root = place(trailer.root)?
        .ok_or_else(|| Flaw::new("a link to the root", "none").at(trailer_at))?;
    let session = Session {
        schema: read_schema,
        schema_at: place(trailer.schema)?,
        tail: (tail_at, tail),
        ..session
    };
    Ok(Opened {
        session: Arc::new(session),
        root,
        metadata: place(trailer.metadata)?,
    })
}

/// The schema that a file holds.
pub(crate) fn read_schema(session: &Session) -> Result<Schema> {
    let damaged = || Flaw::new("the schema of the file", "damaged bytes");
    let (offset, mark) = session.schema_at.ok_or_else(|| damaged().at(session.len))?;
    let stored = schema_bytes(session, offset, mark)?;
    let schema = stored.as_slice().get(MARK_LEN..).and_then(Schema::parse);
    schema.ok_or_else(|| damaged().at(offset))
}

pub(super) fn schema_bytes(session: &Session, offset: u64, mark: Mark) -> Result<Bytes> {
    if mark.kind != ChildKind::Schema {
        return Err(Flaw::new("a schema", format!("{:?}", mark.kind)).at(offset));
    }
    let stored = super::fetch::fetch(session, offset, mark.stored.saturating_add(MARK_LEN as u64))?;
    super::chunk::verify(session, stored.as_slice(), &mark).map_err(|flaw| flaw.at(offset))?;
    Ok(stored)
}

/// Why the tail is none, told with what the head of the file says.
fn refuse(flaw: TrailerFlaw, source: &dyn Source, len: u64) -> ParcodeError {
    let mut head = [0; HEADER_LEN];
    let header = if len >= HEADER_LEN as u64 && source.read(0, &mut head).is_ok() {
        Header::parse(&head)
    } else {
        Err(Flaw::new(
            format!("at least {HEADER_LEN} bytes"),
            format!("a file of {len} bytes"),
        ))
    };
    match (flaw, header) {
        (TrailerFlaw::Version(version), _) => ParcodeError::new(
            ErrorKind::Version,
            format!("version {VERSION} of the format, which this library reads"),
            format!("version {version}: a newer library wrote this file"),
        ),
        (TrailerFlaw::Absent(_), Err(header)) => header.foreign(),
        (TrailerFlaw::Absent(flaw) | TrailerFlaw::Damaged(flaw), _) => flaw.at(len),
    }
}
