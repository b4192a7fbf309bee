//! Text with a grammar: stored as text with a name, lent as it is and parsed when it is loaded.

#[cfg(any(feature = "semver", feature = "url"))]
use crate::error::ParcodeError;
use crate::error::{Flaw, Result};
use crate::object::{
    Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, SchemaBuilder, Slot, Store,
};
use crate::schema::Type;
use crate::wire::KeyBuf;
use std::borrow::Cow;
#[cfg(feature = "camino")]
use {
    camino::{Utf8Path, Utf8PathBuf},
    std::path::Path,
};

/// A type that is written as text of the name `$name`: lent as `&$view`, made of that by `$load`.
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

// Paths in UTF-8 have the schema and the keys of `PathBuf`.
#[cfg(feature = "camino")]
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

#[cfg(feature = "camino")]
impl Lookup<Utf8PathBuf> for Utf8Path {
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
        Path::__key(this.as_std_path(), key, last);
    }
}
