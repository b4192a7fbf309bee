//! Ranges of keys, as ordered lookups take them.

use crate::object::Lookup;
use crate::wire::KeyBuf;
use std::ops::{Bound, Range, RangeFrom, RangeFull, RangeInclusive, RangeTo, RangeToInclusive};

/// A range over the keys of a map, its ends spelled as any [`Lookup`] of them: `"San "..`,
/// `10..=20`, `..`, `&a..&b`.
///
/// It is not `RangeBounds`, which would leave open whether `&a..` is a range of keys or of
/// references to them.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no range over keys of type `{K}`",
    label = "not a range of `{K}`"
)]
pub trait KeyRange<K: ?Sized> {
    /// Where the range starts, encoded.
    #[doc(hidden)]
    fn __start(&self) -> Bound<KeyBuf>;

    /// Where the range ends, encoded.
    #[doc(hidden)]
    fn __end(&self) -> Bound<KeyBuf>;
}

fn encoded<K: ?Sized, Q: Lookup<K>>(key: &Q) -> KeyBuf {
    let mut encoded = KeyBuf::new();
    Q::__lookup(key, &mut encoded, true);
    encoded
}

macro_rules! key_ranges {
    ($($range:ty: $start:expr, $end:expr;)*) => {$(
        impl<K: ?Sized, Q: Lookup<K>> KeyRange<K> for $range {
            fn __start(&self) -> Bound<KeyBuf> {
                let start: fn(&$range) -> Bound<&Q> = $start;
                start(self).map(encoded)
            }

            fn __end(&self) -> Bound<KeyBuf> {
                let end: fn(&$range) -> Bound<&Q> = $end;
                end(self).map(encoded)
            }
        }
    )*};
}

key_ranges! {
    Range<Q>: |range| Bound::Included(&range.start), |range| Bound::Excluded(&range.end);
    RangeFrom<Q>: |range| Bound::Included(&range.start), |_| Bound::Unbounded;
    RangeInclusive<Q>: |range| Bound::Included(range.start()), |range| Bound::Included(range.end());
    RangeTo<Q>: |_| Bound::Unbounded, |range| Bound::Excluded(&range.end);
    RangeToInclusive<Q>: |_| Bound::Unbounded, |range| Bound::Included(&range.end);
    (Bound<Q>, Bound<Q>): |range| range.0.as_ref(), |range| range.1.as_ref();
}

impl<K: ?Sized> KeyRange<K> for RangeFull {
    fn __start(&self) -> Bound<KeyBuf> {
        Bound::Unbounded
    }

    fn __end(&self) -> Bound<KeyBuf> {
        Bound::Unbounded
    }
}

/// The range of the text keys that start with `prefix`.
pub(super) fn prefix_range(prefix: &str) -> (Bound<KeyBuf>, Bound<KeyBuf>) {
    let mut start = KeyBuf::new();
    start.raw(prefix.as_bytes());
    // No UTF-8 has a byte like that, so every text with the prefix is below it.
    let mut end = start.clone();
    end.raw(&[0xFF]);
    (Bound::Included(start), Bound::Excluded(end))
}
