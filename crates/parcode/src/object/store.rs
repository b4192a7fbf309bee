//! The traits at the centre.

use super::{Checker, Encoder, Evolution, Loader, Measure, Slot};
use crate::error::{ErrorKind, Flaw, ParcodeError, Result};
use crate::object::SchemaBuilder;
use crate::schema::Type;
use crate::wire::{KeyBuf, checksum};
use core::cmp::Ordering;
use core::fmt::Debug;

/// What can be saved.
///
/// Implemented by `#[derive(ParcodeObject)]`, for the types of `std` and, behind features, for those
/// of other crates. References are `Store` too, so borrowed data is saved without a copy, and equal
/// data gives equal bytes whether it is owned or not.
///
/// The functions are the derive's business: they are hidden, take no receiver, and may change.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be stored by parcode",
    label = "not a storable type",
    note = "derive `ParcodeObject` for it, or, if it is a foreign type, put `#[parcode(serde)]` or `#[parcode(with = \"module\")]` on the field"
)]
pub trait Store: Sync {
    /// Bytes of a value in its parent.
    #[doc(hidden)]
    const SLOT: usize;
    /// Bytes of a value in its parent where it is `chunkable`.
    #[doc(hidden)]
    const HANDLE_SLOT: usize;
    /// The alignment of plain data: its slot is its memory on a little-endian machine.
    #[doc(hidden)]
    const PLAIN: Option<usize> = None;

    /// Whether sequences of it are byte strings where they are keys.
    #[doc(hidden)]
    const BYTE: bool = false;

    /// Whether sequences of it must be checked one by one although they are plain data.
    #[doc(hidden)]
    const GUARDED: bool = false;

    /// Whether the slot is a span: then it says itself whether its value is home or away.
    #[doc(hidden)]
    const SPANNED: bool = false;

    #[doc(hidden)]
    fn __schema(types: &mut SchemaBuilder) -> Type;

    /// Says what its older forms were.
    #[doc(hidden)]
    fn __evolution(evolution: &mut Evolution<'_>) {
        let _ = evolution;
    }

    /// Counts the bytes that the value takes in its chunk beside its slot.
    #[doc(hidden)]
    fn __measure(this: &Self, measure: &mut Measure);

    /// Writes the value's slot at `at`, and claims what lies beyond it.
    #[doc(hidden)]
    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()>;

    #[doc(hidden)]
    fn __measure_handle(this: &Self, measure: &mut Measure) {
        Self::__measure(this, measure);
    }

    #[doc(hidden)]
    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        Self::__encode(this, at, encoder)
    }

    /// Appends the canonical encoding of the value as a key; `last` where nothing follows it.
    #[doc(hidden)]
    fn __key(this: &Self, key: &mut KeyBuf, last: bool);

    /// The hash of the value as a key; `buffer` is there for its encoding.
    #[doc(hidden)]
    #[inline]
    fn __key_hash(this: &Self, buffer: &mut KeyBuf) -> u64 {
        buffer.clear();
        Self::__key(this, buffer, true);
        checksum(buffer.as_bytes())
    }

    /// The bytes of plain data, where memory has the order of a file.
    #[doc(hidden)]
    fn __plain_bytes(these: &[Self]) -> Option<&[u8]>
    where
        Self: Sized,
    {
        let _ = these;
        None
    }
}

/// What can be saved and read back, eagerly or through its mirror.
///
/// Derive it: `#[derive(ParcodeObject)]`. The functions are hidden, take no receiver, and may
/// change.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be read back by parcode",
    label = "not a storable type",
    note = "derive `ParcodeObject` for it, or, if it is a foreign type, put `#[parcode(serde)]` or `#[parcode(with = \"module\")]` on the field"
)]
pub trait ParcodeObject: Store + Sized + Send + 'static {
    /// The mirror of an inline value: `u32` for `u32`, `&str` for `String`, a borrowed view for a
    /// sequence or map, `PlayerLazy` for `Player`.
    type Lazy<'par>: Send + Sync + Debug + Clone;
    /// The mirror of a `chunkable` value: a handle for a sequence or map, the mirror itself for a
    /// struct or enum.
    type Handle<'par>: Send + Sync + Debug + Clone;

    /// The mirror of the value in `slot`. Reads nothing else, and cannot fail.
    #[doc(hidden)]
    fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_>;

    #[doc(hidden)]
    fn __handle(slot: Slot<'_>) -> Self::Handle<'_>;

    #[doc(hidden)]
    fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self>;

    #[doc(hidden)]
    fn __load_handle(handle: Self::Handle<'_>, loader: &Loader) -> Result<Self>;

    /// Why a chunkable value that is one chunk of its own cannot be read: where it is optional, a
    /// salvage then leaves it out.
    #[doc(hidden)]
    fn __unreadable(handle: &Self::Handle<'_>) -> Option<ParcodeError> {
        let _ = handle;
        None
    }

    /// Checks the slot at `at` and everything that it claims.
    #[doc(hidden)]
    fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw>;

    #[doc(hidden)]
    fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        Self::__check(checker, at)
    }

    /// A mirror with a shorter lifetime: what covariance would do if it saw through the trait.
    #[doc(hidden)]
    fn __shorten<'short, 'long: 'short>(lazy: Self::Lazy<'long>) -> Self::Lazy<'short>;

    #[doc(hidden)]
    fn __shorten_handle<'short, 'long: 'short>(handle: Self::Handle<'long>)
    -> Self::Handle<'short>;

    /// Whether keys of it are encoded from their chunk alone. Parts of others may be away, where reading
    /// them can fail: what a lookup finds then counts only if all keys can be read.
    #[doc(hidden)]
    const KEY_IS_HERE: bool = false;

    /// Appends the canonical encoding of the key in `slot`.
    #[doc(hidden)]
    fn __key_of(slot: Slot<'_>, key: &mut KeyBuf, last: bool) {
        let loader = Loader::new();
        match Self::__load(Self::__lazy(slot), &loader) {
            Ok(owned) => Self::__key(&owned, key, last),
            Err(_) => slot.node.session.counters.key_was_not_read(),
        }
    }

    /// How the key in `slot` compares to an encoded one.
    #[doc(hidden)]
    fn __compare_key(slot: Slot<'_>, key: &[u8]) -> Ordering {
        let mut own = KeyBuf::new();
        Self::__key_of(slot, &mut own, true);
        own.as_bytes().cmp(key)
    }

    /// Reads something where the key in `slot`, that of an entry of this number, probably is, before
    /// the slot says where: so that memory answers both at once.
    #[doc(hidden)]
    #[inline(always)]
    fn __expect_key(slot: Slot<'_>, entry: usize) {
        let _ = (slot, entry);
    }

    /// Whether the key in `slot` is the encoded one.
    #[doc(hidden)]
    #[inline]
    fn __is_key(slot: Slot<'_>, key: &[u8]) -> bool {
        Self::__compare_key(slot, key) == Ordering::Equal
    }

    /// The elements of an array. Types that are their own mirrors pass them on.
    #[doc(hidden)]
    fn __load_array<const N: usize>(
        lazy: [Self::Lazy<'_>; N],
        loader: &Loader,
    ) -> Result<[Self; N]> {
        let elements: Result<Vec<Self>> = lazy
            .into_iter()
            .map(|lazy| Self::__load(lazy, loader))
            .collect();
        let count = |elements: Vec<Self>| {
            ParcodeError::new(
                ErrorKind::Limit,
                format!("{N} elements"),
                elements.len().to_string(),
            )
        };
        elements?.try_into().map_err(count)
    }

    /// Appends elements of plain data, copied as they are; whether it could.
    #[doc(hidden)]
    fn __append_plain(to: &mut Vec<Self>, bytes: &[u8]) -> bool {
        let _ = (to, bytes);
        false
    }
}

/// Plain data: every bit pattern is a value, and there is no padding. Sequences of it are lent as
/// slices.
///
/// Implemented for numbers, arrays of plain data, and structs with `#[parcode(plain)]`, for which
/// the derive proves it at compile time.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not plain data",
    note = "numbers, arrays of them, and `repr(C)` structs of them with `#[parcode(plain)]` are"
)]
pub trait Plain: ParcodeObject + bytemuck::Pod {}

/// Text as a map's key: what `prefix` is there for.
pub trait TextKey: ParcodeObject {}

/// A key as a map may be asked for it: `&str` and `&String` for a `String`, integers, references
/// and tuples of those.
///
/// Implemented only where the encodings of the two types agree. It is not `Borrow`: a type that
/// borrows as `str` but is stored as something else would compile, and silently find nothing.
#[diagnostic::on_unimplemented(
    message = "a map with keys of type `{K}` cannot be asked for a `{Self}`",
    label = "not a spelling of `{K}`"
)]
pub trait Lookup<K: ?Sized> {
    /// Appends the canonical encoding of the key.
    #[doc(hidden)]
    fn __lookup(this: &Self, key: &mut KeyBuf, last: bool);

    /// Calls `with` on the encoded key; a string's is its own bytes, uncopied.
    #[doc(hidden)]
    #[inline]
    fn __with<R>(this: &Self, with: impl FnOnce(&[u8]) -> R) -> R {
        let mut key = KeyBuf::new();
        Self::__lookup(this, &mut key, true);
        with(key.as_bytes())
    }
}
