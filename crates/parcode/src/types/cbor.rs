//! Values that are kept through serde, as CBOR (RFC 8949): what has no schema of ours.
//!
//! CBOR describes itself, which untagged enums, `serde_json::Value` and `skip_serializing_if` need.

use crate::error::{Flaw, ParcodeError, Result};
use crate::format::{SPAN_LEN, Span};
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, Slot, Store, typed};
use crate::read;
use crate::schema::Type;
use crate::wire::KeyBuf;
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;
use std::marker::PhantomData;

/// A value stored as one CBOR data item: what `#[parcode(serde)]` puts around a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Cbor<T>(pub T);

fn to_cbor<T: Serialize>(value: &T) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    ciborium::into_writer(value, &mut bytes)
        .map_err(|error| ParcodeError::conversion("writing as CBOR", error))?;
    Ok(bytes)
}

impl<T: Serialize + Sync> Store for Cbor<T> {
    const SLOT: usize = SPAN_LEN;
    const HANDLE_SLOT: usize = SPAN_LEN;
    const SPANNED: bool = true;

    fn __schema(_: &mut SchemaBuilder) -> Type {
        Type::Cbor
    }

    fn __measure(this: &Self, measure: &mut Measure) {
        measure.add(to_cbor(&this.0).map_or(0, |bytes| bytes.len()));
    }

    fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.slice(at, &to_cbor(&this.0)?)
    }

    fn __measure_handle(this: &Self, measure: &mut Measure) {
        measure.at_home_or_away(|measure| Self::__measure(this, measure));
    }

    fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
        encoder.whole(at, this, |encoder| Self::__encode(this, at, encoder))
    }

    fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
        key.bytes(&to_cbor(&this.0).unwrap_or_default(), last);
    }
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> ParcodeObject for Cbor<T> {
    type Lazy<'par> = LazyCbor<'par, T>;
    type Handle<'par> = LazyCbor<'par, T>;

    fn __lazy(slot: Slot<'_>) -> LazyCbor<'_, T> {
        LazyCbor {
            slot,
            types: PhantomData,
        }
    }

    fn __handle(slot: Slot<'_>) -> LazyCbor<'_, T> {
        Self::__lazy(slot)
    }

    fn __load(lazy: LazyCbor<'_, T>, loader: &Loader) -> Result<Self> {
        lazy.__load(loader).map(Self)
    }

    fn __load_handle(handle: LazyCbor<'_, T>, loader: &Loader) -> Result<Self> {
        Self::__load(handle, loader)
    }

    fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        checker.elements::<u8>(at)
    }

    fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
        checker.home_or_away(at, |checker| checker.elements::<u8>(at))
    }

    fn __shorten<'short, 'long: 'short>(lazy: LazyCbor<'long, T>) -> LazyCbor<'short, T> {
        LazyCbor {
            types: PhantomData,
            ..lazy
        }
    }

    fn __shorten_handle<'short, 'long: 'short>(lazy: LazyCbor<'long, T>) -> LazyCbor<'short, T> {
        Self::__shorten(lazy)
    }
}

/// The handle of a value that is kept through serde.
pub struct LazyCbor<'par, T> {
    slot: Slot<'par>,
    types: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + Send + Sync + 'static> LazyCbor<'_, T> {
    /// The value, deserialized.
    pub fn load(&self) -> Result<T> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<T> {
        let span = self.slot.span();
        if span.is_away() {
            let node = read::passing_child(self.slot.node, span.start, typed::<Cbor<T>>());
            let visited = node.and_then(|node| loader.visit(&node).map(|()| node));
            return match (visited, loader.salvages()) {
                (Ok(node), _) => decode(Slot::at(&node, 0, SPAN_LEN)),
                (Err(error), Some(salvaging)) => {
                    match BLANKS.iter().find_map(|item| from_item(&[*item]).ok()) {
                        Some(blank) => {
                            salvaging.value(error);
                            Ok(blank)
                        }
                        None => Err(error),
                    }
                }
                (Err(error), None) => Err(error),
            };
        }
        decode(self.slot)
    }
}

/// Deserializing recurses with the data, which may be somebody else's.
const DEEPEST: usize = 128;

fn decode<T: DeserializeOwned>(slot: Slot<'_>) -> Result<T> {
    let Span { start, len } = slot.span();
    from_item(Slot::at(slot.node, start as usize, len as usize).bytes)
}

/// What may stand for a value that is lost: null, an empty map, an empty array, empty text, 0.
const BLANKS: [u8; 5] = [0xF6, 0xA0, 0x80, 0x60, 0];

fn from_item<T: DeserializeOwned>(item: &[u8]) -> Result<T> {
    ciborium::de::from_reader_with_recursion_limit(item, DEEPEST)
        .map_err(|error| ParcodeError::conversion("reading CBOR", error))
}

impl<T> Clone for LazyCbor<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for LazyCbor<'_, T> {}

impl<T> fmt::Debug for LazyCbor<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyCbor").finish_non_exhaustive()
    }
}
