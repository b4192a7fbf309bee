//! What can be stored: the types of `std`, one file a family, and those of other crates behind
//! features named after them.

// Their macros serve the types of other crates too.
#[macro_use]
mod converted;
#[macro_use]
mod map;
#[macro_use]
mod option;
#[macro_use]
mod sequence;
#[macro_use]
mod set;
#[macro_use]
mod text;

#[cfg(test)]
mod agreement;
mod array;
#[cfg(feature = "serde")]
mod cbor;
mod external;
mod marker;
mod net;
mod pointer;
mod range;
mod scalar;
mod time;
mod tuple;
mod view;

#[cfg(feature = "serde")]
pub use cbor::{Cbor, LazyCbor};
pub use map::MapField;
pub use marker::Skipped;
pub use view::AsView;

#[cfg(test)]
mod tests {
    use crate::object::{Store, schema};
    use std::collections::{BTreeMap, HashSet};
    use std::ops::{Range, RangeInclusive};
    use std::path::PathBuf;
    use std::time::Duration;

    /// What a type takes by its constants is what its schema says.
    fn agrees<T: Store>() {
        let schema = schema::<T>();
        let layout = schema.layout(schema.root());
        assert_eq!(layout.slot, T::SLOT, "{}", schema.describe(schema.root()));
        assert_eq!(layout.handle_slot, T::HANDLE_SLOT);
        assert_eq!(layout.plain, T::PLAIN.is_some());
        assert_eq!(layout.align, T::PLAIN.unwrap_or(1));
    }

    #[test]
    fn constants_agree_with_schemas() {
        agrees::<()>();
        agrees::<(u8, i128, f32, bool, char)>();
        agrees::<[u64; 3]>();
        agrees::<[u64; 0]>();
        agrees::<[[u16; 2]; 2]>();
        agrees::<[usize; 2]>();
        agrees::<[String; 2]>();
        agrees::<Option<Option<u16>>>();
        agrees::<Result<u8, String>>();
        agrees::<Box<u8>>();
        agrees::<Vec<u8>>();
        agrees::<BTreeMap<String, Box<str>>>();
        agrees::<HashSet<isize>>();
        agrees::<Duration>();
        agrees::<PathBuf>();
        agrees::<Range<u8>>();
        agrees::<Option<RangeInclusive<u8>>>();
        agrees::<std::net::SocketAddr>();
        agrees::<std::num::NonZero<u64>>();
    }

    #[test]
    fn ranges_of_different_kinds_are_different_types() {
        let of = |one: u64, other: u64| assert_ne!(one, other);
        of(
            crate::object::fingerprint::<Range<u8>>(),
            crate::object::fingerprint::<RangeInclusive<u8>>(),
        );
        assert_eq!(
            crate::object::fingerprint::<Vec<usize>>(),
            crate::object::fingerprint::<Vec<u64>>()
        );
    }
}
