//! Whether elements repeat each other: then a codec finds more in them than in their lanes.

use crate::wire::Scalar;

/// A word: less is hardly worth a reference to where it was before.
const WORD: usize = 8;
/// Words that are remembered.
const REMEMBERED_LOG2: u32 = 10;

/// About so many bytes a codec makes of rows as they are: it leaves out words that it has seen.
pub(super) fn remaining(rows: &[u8], unit: usize) -> usize {
    let mut seen = [0u64; 1 << REMEMBERED_LOG2];
    let mut remaining = 0;
    let mut look = |word: u64| {
        let place = word.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - REMEMBERED_LOG2);
        if let Some(seen) = seen.get_mut(place as usize) {
            remaining += if *seen == word { 1 } else { WORD };
            *seen = word;
        }
    };
    for row in rows.chunks(unit.max(WORD)) {
        let (words, rest) = row.as_chunks::<WORD>();
        for word in words {
            look(u64::from_wire(word));
        }
        if let (false, Some(last)) = (rest.is_empty(), row.last_chunk::<WORD>()) {
            look(u64::from_wire(last));
        }
    }
    remaining
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_repeat_leave_little() {
        let row: Vec<u8> = (1..=20).collect();
        let rows = row.repeat(100);
        assert!(remaining(&rows, 20) < 400, "{}", remaining(&rows, 20));
        let all_different: Vec<u8> = (0..2000u32).flat_map(u32::to_wire).collect();
        assert_eq!(remaining(&all_different, 20), 400 * 3 * WORD);
    }
}
