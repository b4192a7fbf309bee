//! Stored bytes, before anything is believed of them.

use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::object::{AlignedBuf, Bytes, Lent, Session};

/// The bytes at `offset`, lent where the source does that and they are aligned.
pub(super) fn fetch(session: &Session, offset: u64, len: u64) -> Result<Bytes> {
    let end = offset.checked_add(len).filter(|end| *end <= session.len);
    let Some(end) = end else {
        return Err(Flaw::new(
            format!("{len} bytes in a file of {}", session.len),
            "its end before them",
        )
        .at(offset));
    };
    if let Some(lent) = session.source.lend(offset..end).filter(Lent::is_aligned) {
        return Ok(Bytes::Lent(lent));
    }
    let (tail_at, tail) = &session.tail;
    let in_tail = offset.checked_sub(*tail_at).and_then(|at| {
        tail.get(usize::try_from(at).ok()?..)?
            .get(..usize::try_from(len).ok()?)
    });
    let reserved = session.reserve(len)?;
    let failed = |error| ParcodeError::io(format!("reading {len} bytes failed"), error).at(offset);
    let room = usize::try_from(len).map_err(|_| no_memory(len))?;
    let fetched = AlignedBuf::appended(room, reserved, |bytes| match in_tail {
        Some(tail) => {
            bytes.extend_from_slice(tail);
            Ok(())
        }
        None => session.source.append(offset, room, bytes).map_err(failed),
    });
    let fetched = fetched.ok_or_else(|| no_memory(len))??;
    if fetched.as_slice().len() == room {
        return Ok(Bytes::Owned(fetched));
    }
    let found = format!("a source that gives {}", fetched.as_slice().len());
    Err(ParcodeError::new(ErrorKind::Io, format!("{len} bytes"), found).at(offset))
}

/// A copy of bytes; what is lent is lent again.
#[cfg(feature = "serde")]
pub(crate) fn copied(session: &Session, bytes: &Bytes) -> Result<Bytes> {
    Ok(match bytes {
        Bytes::Lent(lent) => Bytes::Lent(lent.clone()),
        Bytes::Owned(owned) => {
            let mut copy = buffer(session, owned.as_slice().len() as u64)?;
            copy.as_mut_slice().copy_from_slice(owned.as_slice());
            Bytes::Owned(copy)
        }
    })
}

/// Memory for `len` bytes, whose number has been checked against what the file can hold; it counts
/// until it is freed.
pub(super) fn buffer(session: &Session, len: u64) -> Result<AlignedBuf> {
    let reserved = session.reserve(len)?;
    usize::try_from(len)
        .ok()
        .and_then(|len| AlignedBuf::zeroed(len, reserved))
        .ok_or_else(|| no_memory(len))
}

#[cold]
fn no_memory(len: u64) -> ParcodeError {
    ParcodeError::new(ErrorKind::Limit, format!("{len} bytes of memory"), "less")
}
