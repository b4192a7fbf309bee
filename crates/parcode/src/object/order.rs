//! The order of the entries of a hashed table.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::TableShape;
use crate::wire::KeyBuf;

/// Fragments and numbers of entries in the order of their fragments, those of equal fragments in that
/// of their keys. Not generic: sorting is compiled once, not for each type of map.
pub(crate) fn by_fragment(
    shape: TableShape,
    hashed: &[(u64, usize)],
    key: &dyn Fn(usize) -> Option<KeyBuf>,
) -> Result<Vec<(u32, usize)>> {
    // Fragment above position: sorted as plain numbers.
    let packed = |((hash, _), position): (&(u64, usize), u64)| {
        u64::from(shape.fragment(*hash)) << 32 | position
    };
    let mut order: Vec<u64> = hashed.iter().zip(0..).map(packed).collect();
    order.sort_unstable();
    let entry = |packed: u64| {
        let (_, number) = hashed
            .get(packed as u32 as usize)
            .copied()
            .unwrap_or_default();
        ((packed >> 32) as u32, number)
    };
    for equal in order.chunk_by_mut(|a, b| a >> 32 == b >> 32) {
        if equal.len() > 1 {
            let key = |packed: &u64| key(entry(*packed).1);
            equal.sort_by_cached_key(key);
            if !equal.is_sorted_by(|a, b| key(a) < key(b)) {
                return Err(ParcodeError::new(
                    ErrorKind::Value,
                    "keys that differ where `Eq` says so",
                    "two keys with the same encoding",
                ));
            }
        }
    }
    Ok(order.into_iter().map(entry).collect())
}
