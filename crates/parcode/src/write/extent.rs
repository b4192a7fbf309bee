//! Extents: long runs of bytes, written from where they are.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{ExtentShape, LEVEL_PAGE, Mark, SUM_LEN};
use crate::object::{Child, Encoder};
use crate::wire::{Scalar, checksum};
use std::borrow::Cow;

/// Writes `mark.stored` bytes in pages that `bytes_of` gives; `table` starts the table of the link.
///
/// The pages are asked for twice, since the mark in front of them holds their checksum.
pub(crate) fn extent<'b>(
    encoder: &mut Encoder<'_>,
    mark: Mark,
    page: usize,
    count: u64,
    table: Vec<u8>,
    bytes_of: &dyn Fn(&mut Encoder<'_>, usize) -> Result<Cow<'b, [u8]>>,
) -> Result<Child> {
    let shape = ExtentShape::new(mark.kind, mark.stored, page).ok_or_else(|| {
        ParcodeError::new(ErrorKind::Limit, "fewer bytes than a file can have", "more")
    })?;
    let pages = crate::format::page_count(mark.stored, page) as usize;
    // Not of a stated capacity: where a file is copied, its length is what that file claims.
    let mut sums = Vec::new();
    for i in 0..pages {
        let page = bytes_of(encoder, i)?;
        sums.extend_from_slice(&checksum(&page).to_wire());
    }
    // Each level of checksums that is not home is summed in turn.
    let mut levels = Vec::new();
    for _ in shape.levels.iter().skip(1) {
        let above: Vec<u8> = sums
            .chunks(LEVEL_PAGE)
            .flat_map(|page| checksum(page).to_wire())
            .collect();
        levels.push(std::mem::replace(&mut sums, above));
    }
    let mark = Mark {
        checksum: match (shape.home_sums, pages) {
            (0, 0) => checksum(&[]),
            (0, _) => u64::from_wire(&sums),
            _ => checksum(&sums),
        },
        ..mark
    };

    let position = encoder.out.align()?;
    encoder.out.append(&mark.to_bytes())?;
    for i in 0..pages {
        let page = bytes_of(encoder, i)?;
        encoder.out.append(&page)?;
    }
    let mut end = mark.stored;
    for (level, (range, _)) in levels.iter().zip(shape.levels.iter().skip(1)) {
        let padding = (range.start - end) as usize;
        encoder
            .out
            .append([0; SUM_LEN].get(..padding).unwrap_or_default())?;
        encoder.out.append(level)?;
        end = range.end;
    }
    let mut table = table;
    if shape.home_sums > 0 {
        table.extend_from_slice(&sums);
    }
    Ok(Child {
        position,
        mark,
        count,
        table,
    })
}
