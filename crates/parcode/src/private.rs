//! What generated code refers to. Not part of the public interface: it changes with the derive.

pub use crate::error::{Flaw, ParcodeError, Result};
pub use crate::lazy::LazyWith;
pub use crate::object::{
    Checker, Encoder, Evolution, Fields, Loader, Lookup, Measure, ParcodeObject, Plain,
    SchemaBuilder, Slot, Store, append_plain, choice, field, key_tag, old_type, plain_align,
    plain_bytes, put_tag, record, tag_width, upgraded, variant, widest,
};
pub use crate::schema::{Field, Type, Variant};
#[cfg(feature = "serde")]
pub use crate::types::Cbor;
pub use crate::types::{AsView, MapField, Skipped};
pub use crate::wire::KeyBuf;
pub use bytemuck;

use std::fmt::{self, Debug, Display, Formatter};

/// The error of a conversion that the user wrote.
#[cold]
pub fn conversion(what: &'static str, error: impl Display) -> ParcodeError {
    ParcodeError::conversion(what, error)
}

/// A map only: what `#[parcode(map)]` stands on.
pub const fn assert_map<T: MapField + ?Sized>() {}

/// A field with `#[parcode(map)]`: as [`field`], for maps only.
pub fn map_field<T: Store + MapField + ?Sized>(
    types: &mut SchemaBuilder,
    name: &'static str,
) -> Field {
    field::<T>(types, name, true)
}

/// A list of fields or variants.
pub fn list<T, const N: usize>(parts: [T; N]) -> Vec<T> {
    Vec::from(parts)
}

/// What every mirror with named fields has as its last one, so that `Some(mirror)` is told from `None` by
/// a constant.
///
/// Without it, that is told by what cannot be null or out of range among the mirror's fields, which may
/// be its text. Then whoever asks for one number of a mirror that may not be there reads the text first.
#[derive(Debug, Clone, Copy)]
#[repr(u8)]
pub enum Here {
    /// It is.
    Is = 1,
}

/// Loads the value that a mirror shows.
pub fn load_mirror<T: ParcodeObject>(mirror: T::Lazy<'_>) -> Result<T> {
    T::__load(mirror, &Loader::parallel())
}

/// What an enum without data must be, since it is its own mirror.
///
/// The lifetime means nothing: rustc does not report a false bound of an impl where it is
/// `for<'m>`, and so [`assert_own_mirror`] can, once and in these words.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no data and so is its own mirror, which must be `Clone` and `Debug`",
    label = "derive `Clone` and `Debug` for it"
)]
pub trait OwnMirror<'m>: Clone + Debug {}

#[diagnostic::do_not_recommend]
impl<T: Clone + Debug> OwnMirror<'_> for T {}

/// What a type with `#[parcode(value)]` must be.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is a `value` and so its own mirror, which must be `Copy` and `Debug`",
    label = "derive `Clone`, `Copy` and `Debug` for it"
)]
pub trait ValueMirror<'m>: Copy + Debug {}

#[diagnostic::do_not_recommend]
impl<T: Copy + Debug> ValueMirror<'_> for T {}

/// An enum without data that can be its own mirror.
pub const fn assert_own_mirror<T: for<'m> OwnMirror<'m>>() {}

/// A `value` that can be its own mirror.
pub const fn assert_value_mirror<T: for<'m> ValueMirror<'m>>() {}

/// `Debug` of a mirror with named fields.
pub fn debug_struct(
    f: &mut Formatter<'_>,
    name: &str,
    fields: &[(&str, &dyn Debug)],
) -> fmt::Result {
    let mut shown = f.debug_struct(name);
    for (name, value) in fields {
        shown.field(name, value);
    }
    shown.finish()
}

/// `Debug` of a mirror with numbered fields.
pub fn debug_tuple(f: &mut Formatter<'_>, name: &str, fields: &[&dyn Debug]) -> fmt::Result {
    let mut shown = f.debug_tuple(name);
    for value in fields {
        shown.field(value);
    }
    shown.finish()
}

/// Plain data only: what each field of a `plain` struct must be.
pub const fn assert_plain<T: Plain>() {}
