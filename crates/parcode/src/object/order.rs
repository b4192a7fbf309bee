//! The order of the entries of a hashed table.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::TableShape;
use crate::wire::KeyBuf;
use std::cmp::Ordering;

/// Fragments and numbers of entries in the order of their fragments, those of equal fragments in that
/// of their keys. Not generic: sorting is compiled once, not for each type of map.
pub(crate) fn by_fragment(
    shape: TableShape,
    hashed: &[(u64, usize)],
    key: &dyn Fn(usize) -> Option<KeyBuf>,
) -> Result<Vec<(u32, usize)>> {
    let fragment = |(hash, number): &(u64, usize)| (shape.fragment(*hash), *number);
    let mut order: Vec<_> = hashed.iter().map(fragment).collect();
    let compare =
        |a: &(u32, usize), b: &(u32, usize)| a.0.cmp(&b.0).then_with(|| key(a.1).cmp(&key(b.1)));
    order.sort_unstable_by(compare);
    let twice = order.windows(2).any(|pair| match pair {
        [a, b] => a.0 == b.0 && compare(a, b) == Ordering::Equal,
        _ => false,
    });
    if twice {
        return Err(ParcodeError::new(
            ErrorKind::Value,
            "keys that differ where `Eq` says so",
            "two keys with the same encoding",
        ));
    }
    Ok(order)
}
