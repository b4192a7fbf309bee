//! Elements as lanes: byte 0 of all of them, byte 1 of all of them, and so on, each lane packed to the
//! bits that it needs.

use crate::wire::Scalar;

/// The bits that a value of a lane may take.
pub(super) const LANE_BITS: [u8; 5] = [0, 1, 2, 4, 8];

/// How the elements of one kind are laid out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Lanes {
    /// Bytes of which each has a lane.
    pub(super) unit: usize,
    /// Values of a lane.
    pub(super) len: usize,
    /// Bits of the values of each lane.
    pub(super) widths: Vec<u8>,
}

impl Lanes {
    /// Lanes of elements of so many bytes together.
    pub(super) fn new(bytes: usize, unit: usize, widths: Vec<u8>) -> Self {
        Self {
            unit,
            len: bytes.checked_div(unit).unwrap_or_default(),
            widths,
        }
    }

    /// Bytes of the elements.
    pub(super) fn bytes(&self) -> usize {
        self.len * self.unit
    }

    /// Bytes of all lanes, packed.
    pub(super) fn packed(&self) -> usize {
        let lanes = self.widths.iter();
        lanes.map(|width| packed_len(self.len, *width)).sum()
    }

    /// Bytes of the values of lanes that are narrower than bytes but not empty.
    pub(super) fn unpacked(&self) -> usize {
        let narrow = |width: &&u8| !matches!(width, 0 | 8);
        self.widths.iter().filter(narrow).count() * self.len
    }
}

/// The bits that hold every value in which no other bits are set than these.
pub(super) fn width_of(bits: u8) -> u8 {
    match bits {
        0 => 0,
        1 => 1,
        2..4 => 2,
        4..16 => 4,
        16.. => 8,
    }
}

/// Bytes of a packed lane.
pub(super) fn packed_len(values: usize, width: u8) -> usize {
    match width {
        0 => 0,
        width => values.div_ceil(usize::from(8 / width)),
    }
}

/// The bits that are set in some value of each lane of `rows`.
pub(super) fn bits_of(rows: &[u8], unit: usize) -> Vec<u8> {
    fn or_into(bits: &mut [u8], row: &[u8]) {
        for (bits, byte) in bits.iter_mut().zip(row) {
            *bits |= byte;
        }
    }
    let unit = unit.max(1);
    let (mut bits, mut several) = (vec![0; unit], vec![0; unit * WORDS.div_ceil(unit)]);
    for rows in rows.chunks(several.len()) {
        or_into(&mut several, rows);
    }
    for row in several.chunks(unit) {
        or_into(&mut bits, row);
    }
    bits
}

/// So many bytes of narrow rows are looked at together, in wide words.
const WORDS: usize = 64;

/// Appends the values of one lane of `rows`, packed to `width` bits each. `values` is for use in between.
pub(super) fn pack_lane(
    rows: &[u8],
    unit: usize,
    lane: usize,
    width: u8,
    values: &mut Vec<u8>,
    out: &mut Vec<u8>,
) {
    if width == 8 {
        return take_lane(rows, unit, lane, out);
    }
    values.clear();
    take_lane(rows, unit, lane, values);
    match width {
        1 => pack::<8>(values, out, |values| {
            let word = u64::from_wire(values);
            let word = word | word >> 7;
            let word = word | word >> 14;
            (word | word >> 28) as u8
        }),
        2 => pack::<4>(values, out, |values| {
            let word = u32::from_wire(values);
            let word = word | word >> 6;
            (word | word >> 12) as u8
        }),
        4 => pack::<2>(values, out, |values| {
            let word = u16::from_wire(values);
            (word | word >> 4) as u8
        }),
        _ => {}
    }
}

/// Appends the values of one lane of `rows`. Numbers are shifted, which compiles to wide instructions.
fn take_lane(rows: &[u8], unit: usize, lane: usize, out: &mut Vec<u8>) {
    let bits = 8 * lane as u32;
    match unit {
        1 => out.extend_from_slice(rows),
        2 => {
            let (rows, _) = rows.as_chunks::<2>();
            out.extend(rows.iter().map(|row| (u16::from_wire(row) >> bits) as u8));
        }
        4 => {
            let (rows, _) = rows.as_chunks::<4>();
            out.extend(rows.iter().map(|row| (u32::from_wire(row) >> bits) as u8));
        }
        8 => {
            let (rows, _) = rows.as_chunks::<8>();
            out.extend(rows.iter().map(|row| (u64::from_wire(row) >> bits) as u8));
        }
        _ => {
            let rows = rows.chunks_exact(unit.max(1));
            out.extend(rows.map(|row| row.get(lane).copied().unwrap_or_default()));
        }
    }
}

/// Appends a byte for each `VALUES` values.
fn pack<const VALUES: usize>(
    values: &[u8],
    out: &mut Vec<u8>,
    together: impl Fn(&[u8; VALUES]) -> u8,
) {
    let (whole, rest) = values.as_chunks::<VALUES>();
    out.extend(whole.iter().map(&together));
    if !rest.is_empty() {
        let mut last = [0; VALUES];
        for (place, value) in last.iter_mut().zip(rest) {
            *place = *value;
        }
        out.push(together(&last));
    }
}

/// The values of a lane that is packed to less than 8 bits each.
pub(super) fn unpack(packed: &[u8], width: u8, values: &mut [u8]) {
    match width {
        1 => unpack_all::<8>(packed, values, |byte| {
            let word = u64::from(byte);
            let word = (word | word << 28) & 0x0000_000F_0000_000F;
            let word = (word | word << 14) & 0x0003_0003_0003_0003;
            ((word | word << 7) & 0x0101_0101_0101_0101).to_wire()
        }),
        2 => unpack_all::<4>(packed, values, |byte| {
            let word = u32::from(byte);
            let word = (word | word << 12) & 0x000F_000F;
            ((word | word << 6) & 0x0303_0303).to_wire()
        }),
        4 => unpack_all::<2>(packed, values, |byte| {
            let word = u16::from(byte);
            ((word | word << 4) & 0x0F0F).to_wire()
        }),
        _ => {}
    }
}

fn unpack_all<const VALUES: usize>(
    packed: &[u8],
    values: &mut [u8],
    apart: impl Fn(u8) -> [u8; VALUES],
) {
    let (whole, rest) = values.as_chunks_mut::<VALUES>();
    for (values, byte) in whole.iter_mut().zip(packed) {
        *values = apart(*byte);
    }
    if let Some(byte) = packed.get(whole.len()) {
        rest.copy_from_slice(apart(*byte).get(..rest.len()).unwrap_or_default());
    }
}

/// Rows that are written together, while they are in the nearest cache.
const BLOCK: usize = 512;
/// A lane of zeros.
static ZEROS: [u8; BLOCK] = [0; BLOCK];

/// Writes the values of some lanes from `first` on as rows behind one another. A lane that is `None` is all
/// zeros, and so is what is written over. `None` where a lane ends too early.
pub(super) fn put_rows(lanes: &[Option<&[u8]>], first: usize, rows: &mut [u8]) -> Option<()> {
    let unit = lanes.len();
    if let [lane] = lanes {
        if let Some(values) = lane {
            rows.copy_from_slice(values.get(first..)?.get(..rows.len())?);
        }
        return Some(());
    }
    let (fours, rest) = lanes.as_chunks::<4>();
    for (block, rows) in rows.chunks_mut(BLOCK * unit.max(1)).enumerate() {
        let (first, len) = (first + block * BLOCK, rows.len() / unit);
        for (i, four) in fours.iter().enumerate() {
            if four.iter().all(Option::is_none) {
                continue;
            }
            let mut values = [ZEROS.get(..len)?; 4];
            for (values, lane) in values.iter_mut().zip(four) {
                if let Some(lane) = lane {
                    *values = lane.get(first..)?.get(..len)?;
                }
            }
            if unit == 4 {
                put_words(values, rows);
            } else {
                put_four(values, unit, 4 * i, rows);
            }
        }
        for (i, lane) in rest.iter().enumerate() {
            if let Some(lane) = lane {
                let values = lane.get(first..)?.get(..len)?;
                put_one(values, unit, 4 * fours.len() + i, rows);
            }
        }
    }
    Some(())
}

/// Rows of four bytes, which compile to wide instructions.
fn put_words([a, b, c, d]: [&[u8]; 4], rows: &mut [u8]) {
    let (rows, _) = rows.as_chunks_mut::<4>();
    let values = a.iter().zip(b).zip(c).zip(d);
    for (row, (((a, b), c), d)) in rows.iter_mut().zip(values) {
        let [a, b, c, d] = [*a, *b, *c, *d].map(u32::from);
        *row = (a | b << 8 | c << 16 | d << 24).to_wire();
    }
}

fn put_four([a, b, c, d]: [&[u8]; 4], unit: usize, lane: usize, rows: &mut [u8]) {
    let values = a.iter().zip(b).zip(c).zip(d);
    for (row, (((a, b), c), d)) in rows.chunks_exact_mut(unit).zip(values) {
        if let Some(place) = row.get_mut(lane..lane + 4) {
            place.copy_from_slice(&[*a, *b, *c, *d]);
        }
    }
}

fn put_one(values: &[u8], unit: usize, lane: usize, rows: &mut [u8]) {
    for (row, value) in rows.chunks_exact_mut(unit).zip(values) {
        if let Some(place) = row.get_mut(lane) {
            *place = *value;
        }
    }
}
