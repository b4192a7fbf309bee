//! Text: strings of other crates are text like `String`; what has a grammar is text with a name, is
//! lent as `&str` and parsed when it is loaded.

#[cfg(any(
    feature = "arrayvec",
    feature = "camino",
    feature = "compact_str",
    feature = "semver",
    feature = "url"
))]
use {
    crate::error::{Flaw, ParcodeError, Result},
    crate::object::{
        Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, SchemaBuilder, Slot, Store,
    },
    crate::schema::Type,
    crate::wire::KeyBuf,
    std::borrow::Cow,
};

#[cfg(any(feature = "arrayvec", feature = "compact_str"))]
mod strings {
    use super::*;
    use crate::lazy::LazyBox;
    use crate::object::TextKey;
    use crate::types::AsView;
    use crate::wire::checksum;
    use std::cmp::Ordering;
    use std::sync::Arc;

    #[cfg(feature = "compact_str")]
    mod compact {
        use super::*;
        use compact_str::CompactString;

        text!([] CompactString);
        owned_text! {
            [] CompactString = |text| Ok(text.into());
        }
        spelled!([] CompactString: CompactString);
        spelled!([] String: CompactString);
    }

    #[cfg(feature = "arrayvec")]
    mod array {
        use super::*;
        use crate::error::ErrorKind;
        use arrayvec::ArrayString;

        text!([const CAP: usize] ArrayString<CAP>);
        owned_text! {
            [const CAP: usize] ArrayString<CAP> = fit;
        }
        spelled!([const CAP: usize] ArrayString<CAP>: ArrayString<CAP>);

        fn fit<const CAP: usize>(text: &str) -> Result<ArrayString<CAP>> {
            ArrayString::from(text).map_err(|_| {
                ParcodeError::new(
                    ErrorKind::Type,
                    format!("at most {CAP} bytes of text, for which an `ArrayString` has room"),
                    format!("{}", text.len()),
                )
            })
        }
    }
}

/// A type that is written as text of the name `$name`: lent as `&$view`, made of that by `$load`.
#[cfg(any(feature = "camino", feature = "semver", feature = "url"))]
macro_rules! parsed {
    (
        $type:ty, $name:literal, $to:expr,
        lent as $view:ty = $lend:expr, $load:expr, key $key:expr
    ) => {
        impl Store for $type {
            const SLOT: usize = str::SLOT;
            const HANDLE_SLOT: usize = str::SLOT;
            const SPANNED: bool = true;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                Type::Named {
                    name: $name.into(),
                    inner: types.of::<str>(),
                }
            }

            fn __measure(this: &Self, measure: &mut Measure) {
                let to: fn(&$type) -> Cow<'_, str> = $to;
                measure.add(to(this).len());
            }

            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let to: fn(&$type) -> Cow<'_, str> = $to;
                encoder.text(at, &to(this))
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                let keyed: fn(&$type, &mut KeyBuf, bool) = $key;
                keyed(this, key, last);
            }
        }

        impl ParcodeObject for $type {
            type Lazy<'par> = &'par $view;
            type Handle<'par> = &'par $view;

            fn __lazy(slot: Slot<'_>) -> &$view {
                let lend: fn(&str) -> &$view = $lend;
                lend(slot.text())
            }

            fn __handle(slot: Slot<'_>) -> &$view {
                Self::__lazy(slot)
            }

            fn __load(lazy: &$view, _: &Loader) -> Result<Self> {
                let load: fn(&$view) -> Result<$type> = $load;
                load(lazy)
            }

            fn __load_handle(handle: &$view, loader: &Loader) -> Result<Self> {
                Self::__load(handle, loader)
            }

            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.text(at)
            }

            fn __shorten<'short, 'long: 'short>(lazy: &'long $view) -> &'short $view {
                lazy
            }

            fn __shorten_handle<'short, 'long: 'short>(handle: &'long $view) -> &'short $view {
                handle
            }
        }

        impl Lookup<$type> for $type {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Self::__key(this, key, last);
            }
        }
    };
}

#[cfg(feature = "url")]
parsed!(
    url::Url,
    "Url",
    |this| this.as_str().into(),
    lent as str = |text| text,
    |text| url::Url::parse(text).map_err(|error| ParcodeError::conversion("reading a URL", error)),
    key | this,
    key,
    last | key.bytes(this.as_str().as_bytes(), last)
);

// Versions as keys are their text, whose order is not theirs (9 comes before 10): keys of a `HashMap`
// then, while saving a `BTreeMap` says what is wrong.
#[cfg(feature = "semver")]
parsed!(
    semver::Version,
    "Version",
    |this| this.to_string().into(),
    lent as str = |text| text,
    |text| semver::Version::parse(text)
        .map_err(|error| ParcodeError::conversion("reading a version", error)),
    key | this,
    key,
    last | key.bytes(this.to_string().as_bytes(), last)
);

#[cfg(feature = "semver")]
parsed!(
    semver::VersionReq,
    "VersionReq",
    |this| this.to_string().into(),
    lent as str = |text| text,
    |text| semver::VersionReq::parse(text)
        .map_err(|error| ParcodeError::conversion("reading a version requirement", error)),
    key | this,
    key,
    last | key.bytes(this.to_string().as_bytes(), last)
);

/// Paths in UTF-8 have the schema and the keys of `PathBuf`.
#[cfg(feature = "camino")]
mod paths {
    use super::*;
    use camino::{Utf8Path, Utf8PathBuf};
    use std::path::Path;

    parsed!(
        Utf8PathBuf,
        "Path",
        |this| this.as_str().into(),
        lent as Utf8Path = Utf8Path::new,
        |path| Ok(path.to_path_buf()),
        key | this,
        key,
        last | Path::__key(this.as_std_path(), key, last)
    );

    impl Lookup<Utf8PathBuf> for Utf8Path {
        fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
            Path::__key(this.as_std_path(), key, last);
        }
    }
}
