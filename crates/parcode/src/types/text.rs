//! Text: `String` and whatever else is UTF-8.

use super::AsView;
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::format::SPAN_LEN;
use crate::lazy::LazyBox;
use crate::object::SchemaBuilder;
use crate::object::{
    Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Slot, Store, TextKey,
};
use crate::schema::Type;
use crate::wire::{KeyBuf, checksum};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

impl Store for str {
    const SLOT: usize = SPAN_LEN;
    const HANDLE_SLOT: usize = SPAN_LEN;
    const SPANNED: bool = true;

    fn __schema(_: &mut SchemaBuilder) -> Type {
        Type::Text
    }

    #[inline]
    fn __measure(this: &Self, measure: &mut Measure) {
        measure.add(this.len());
        measure.touch(this.as_bytes());
    }

    #[inline]
    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.text(at, this)
    }

    fn __measure_handle(this: &Self, measure: &mut Measure) {
        measure.at_home_or_away(|measure| Self::__measure(this, measure));
    }

    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.whole(at, this, |encoder| encoder.text(at, this))
    }

    #[inline]
    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        key.bytes(this.as_bytes(), last);
    }

    /// Its bytes are its encoding.
    #[inline]
    fn __key_hash(this: &Self, _: &mut KeyBuf) -> u64 {
        checksum(this.as_bytes())
    }
}

/// Owned text of any kind: stored as `str`, lent as `&str`.
macro_rules! text {
    ($([$($generics:tt)*] $type:ty),*) => {$(
        impl<$($generics)*> Store for $type {
            const SLOT: usize = str::SLOT;
            const HANDLE_SLOT: usize = str::HANDLE_SLOT;
            const SPANNED: bool = true;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                str::__schema(types)
            }

            #[inline]
            fn __measure(this: &Self, measure: &mut Measure) {
                str::__measure(this, measure);
            }

            #[inline]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                str::__encode(this, at, encoder)
            }

            fn __measure_handle(this: &Self, measure: &mut Measure) {
                str::__measure_handle(this, measure);
            }

            fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                str::__encode_handle(this, at, encoder)
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                str::__key(this, key, last);
            }

            #[inline]
            fn __key_hash(this: &Self, buffer: &mut KeyBuf) -> u64 {
                str::__key_hash(this, buffer)
            }
        }
    )*};
}

text!([] String, [] Box<str>, [] Arc<str>, [] Cow<'_, str>);

/// Owned text that is read back; `$own` makes it of a `&str`.
macro_rules! owned_text {
    ($([$($generics:tt)*] $type:ty = $own:expr;)*) => {$(
        impl<$($generics)*> ParcodeObject for $type {
            type Lazy<'par> = &'par str;
            type Handle<'par> = LazyBox<'par, Self>;

            #[inline(always)]
            fn __lazy(slot: Slot<'_>) -> &str {
                slot.text()
            }

            fn __handle(slot: Slot<'_>) -> LazyBox<'_, Self> {
                LazyBox::new(slot)
            }

            #[inline]
            fn __load(lazy: &str, _: &Loader) -> Result<Self> {
                let own: fn(&str) -> Result<Self> = $own;
                own(lazy)
            }

            fn __unreadable(handle: &LazyBox<'_, Self>) -> Option<ParcodeError> {
                handle.unreadable()
            }

            fn __load_handle(handle: LazyBox<'_, Self>, loader: &Loader) -> Result<Self> {
                handle.__load(loader)
            }

            #[inline]
            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.text(at)
            }

            fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.home_or_away(at, |checker| checker.text(at))
            }

            fn __shorten<'short, 'long: 'short>(lazy: &'long str) -> &'short str {
                lazy
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: LazyBox<'long, Self>,
            ) -> LazyBox<'short, Self> {
                handle.shorten()
            }

            const KEY_IS_HERE: bool = true;

            fn __key_of(slot: Slot<'_>, key: &mut KeyBuf, last: bool) {
                key.bytes(slot.text().as_bytes(), last);
            }

            #[inline]
            fn __compare_key(slot: Slot<'_>, key: &[u8]) -> Ordering {
                slot.text().as_bytes().cmp(key)
            }

            #[inline(always)]
            fn __expect_key(slot: Slot<'_>, entry: usize) {
                slot.expect_text(entry);
            }

            #[inline]
            fn __is_key(slot: Slot<'_>, key: &[u8]) -> bool {
                slot.is_text(key)
            }
        }

        impl<$($generics)*> TextKey for $type {}

        spelled!([$($generics)*] $type: str, String, Box<str>, Arc<str>, Cow<'_, str>);

        impl<$($generics)*> AsView for $type {
            type View<'a> = &'a str;

            fn view(&self) -> &str {
                self
            }

            fn view_lazy<'a>(lazy: &'a Self::Lazy<'_>) -> &'a str {
                lazy
            }
        }
    )*};
}

/// All spellings of a text key.
macro_rules! spelled {
    ($generics:tt $type:ty: $($spelling:ty),*) => {$(
        spelled!(@one $generics $type: $spelling);
    )*};
    (@one [$($generics:tt)*] $type:ty: $spelling:ty) => {
        impl<$($generics)*> Lookup<$type> for $spelling {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                str::__key(this, key, last);
            }

            #[inline]
            fn __with<R>(this: &Self, with: impl FnOnce(&[u8]) -> R) -> R {
                with(this.as_bytes())
            }
        }
    };
}

owned_text! {
    [] String = |text| Ok(text.to_owned());
    [] Box<str> = |text| Ok(text.into());
    [] Arc<str> = |text| Ok(text.into());
    [] Cow<'static, str> = |text| Ok(Cow::Owned(text.to_owned()));
}

impl Store for Path {
    const SLOT: usize = str::SLOT;
    const HANDLE_SLOT: usize = str::SLOT;
    const SPANNED: bool = true;

    fn __schema(types: &mut SchemaBuilder) -> Type {
        Type::Named {
            name: "Path".into(),
            inner: types.of::<str>(),
        }
    }

    fn __measure(this: &Self, measure: &mut Measure) {
        measure.add(this.as_os_str().len());
    }

    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        let text = this.to_str().ok_or_else(|| {
            ParcodeError::new(
                ErrorKind::Value,
                "a path in UTF-8",
                format!("{}", this.display()),
            )
        })?;
        encoder.text(at, text)
    }

    /// Component by component, as paths compare: `a//b` and `a/./b` are one key.
    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        for component in this.components() {
            key.raw(&[match component {
                Component::Prefix(_) => 1,
                Component::RootDir => 2,
                Component::CurDir => 3,
                Component::ParentDir => 4,
                Component::Normal(_) => 5,
            }]);
            key.bytes(component.as_os_str().as_encoded_bytes(), false);
        }
        if !last {
            key.raw(&[0]);
        }
    }
}

impl Store for PathBuf {
    const SLOT: usize = Path::SLOT;
    const HANDLE_SLOT: usize = Path::SLOT;
    const SPANNED: bool = true;

    fn __schema(types: &mut SchemaBuilder) -> Type {
        Path::__schema(types)
    }

    fn __measure(this: &Self, measure: &mut Measure) {
        Path::__measure(this, measure);
    }

    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        Path::__encode(this, at, encoder)
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        Path::__key(this, key, last);
    }
}

impl ParcodeObject for PathBuf {
    type Lazy<'par> = &'par Path;
    type Handle<'par> = &'par Path;

    fn __lazy(slot: Slot<'_>) -> &Path {
        Path::new(slot.text())
    }

    fn __handle(slot: Slot<'_>) -> &Path {
        Self::__lazy(slot)
    }

    fn __load(lazy: &Path, _: &Loader) -> Result<Self> {
        Ok(lazy.to_path_buf())
    }

    fn __load_handle(handle: &Path, loader: &Loader) -> Result<Self> {
        Self::__load(handle, loader)
    }

    fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        checker.text(at)
    }

    fn __shorten<'short, 'long: 'short>(lazy: &'long Path) -> &'short Path {
        lazy
    }

    fn __shorten_handle<'short, 'long: 'short>(handle: &'long Path) -> &'short Path {
        handle
    }
}

impl Lookup<PathBuf> for Path {
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
        Self::__key(this, key, last);
    }
}

impl Lookup<PathBuf> for PathBuf {
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
        Self::__key(this, key, last);
    }
}
