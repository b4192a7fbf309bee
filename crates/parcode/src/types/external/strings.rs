//! Strings: `CompactString` and `ArrayString`, which are text as `String` is.

#[cfg(feature = "arrayvec")]
use crate::error::{ErrorKind, ParcodeError};
use crate::error::{Flaw, Result};
use crate::lazy::LazyBox;
use crate::object::{
    Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, SchemaBuilder, Slot, Store, TextKey,
};
use crate::schema::Type;
use crate::types::AsView;
use crate::wire::KeyBuf;
#[cfg(feature = "arrayvec")]
use arrayvec::ArrayString;
#[cfg(feature = "compact_str")]
use compact_str::CompactString;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

#[cfg(feature = "compact_str")]
text!([] CompactString);
#[cfg(feature = "compact_str")]
owned_text! {
    [] CompactString = |text| Ok(text.into());
}
#[cfg(feature = "compact_str")]
spelled!([] CompactString: CompactString);
#[cfg(feature = "compact_str")]
spelled!([] String: CompactString);

#[cfg(feature = "arrayvec")]
text!([const CAP: usize] ArrayString<CAP>);
#[cfg(feature = "arrayvec")]
owned_text! {
    [const CAP: usize] ArrayString<CAP> = fit;
}
#[cfg(feature = "arrayvec")]
spelled!([const CAP: usize] ArrayString<CAP>: ArrayString<CAP>);

#[cfg(feature = "arrayvec")]
fn fit<const CAP: usize>(text: &str) -> Result<ArrayString<CAP>> {
    ArrayString::from(text).map_err(|_| {
        ParcodeError::new(
            ErrorKind::Type,
            format!("at most {CAP} bytes of text, for which an `ArrayString` has room"),
            format!("{}", text.len()),
        )
    })
}
