//! Sequences: the slices of `smallvec`, `arrayvec` and `bytes`, and the tables of `indexmap`, which
//! keep an order of their own.
//!
//! All have the schema of `Vec`; an `IndexMap` is a sequence of pairs. Loading one whose elements do
//! not fit (too many for an `ArrayVec`, equal ones in an `IndexSet`) is an error.

use crate::error::{Flaw, Result};
use crate::format::SPAN_LEN;
use crate::lazy::{LazyVec, SeqContainer, VecView};
use crate::object::{Checker, Encoder, Loader, Measure, ParcodeObject, SchemaBuilder, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;

#[cfg(any(feature = "arrayvec", feature = "indexmap"))]
use crate::error::{ErrorKind, ParcodeError};
#[cfg(any(feature = "arrayvec", feature = "bytes", feature = "smallvec"))]
use crate::object::Lookup;
#[cfg(feature = "arrayvec")]
use arrayvec::ArrayVec;
#[cfg(feature = "bytes")]
use bytes::{Bytes, BytesMut};
#[cfg(feature = "smallvec")]
use smallvec::SmallVec;
#[cfg(feature = "indexmap")]
use {
    indexmap::{IndexMap, IndexSet},
    std::hash::{BuildHasher, Hash},
};

/// A container as the key of a map that has such keys.
#[cfg(any(feature = "arrayvec", feature = "bytes", feature = "smallvec"))]
macro_rules! own_lookup {
    ($([$($generics:tt)*] $whole:ty = [$element:ty];)*) => {$(
        impl<$($generics)*> Lookup<$whole> for $whole {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                <[$element]>::__key(this, key, last);
            }
        }
    )*};
}

#[cfg(feature = "smallvec")]
sliced! {
    [T: Store, const N: usize] SmallVec<[T; N]> = [T];
}

#[cfg(feature = "smallvec")]
read_sequences! {
    [T: ParcodeObject, const N: usize] SmallVec<[T; N]> = [T] by |elements| Ok(elements.into());
}

#[cfg(feature = "smallvec")]
own_lookup! {
    [T: Store, const N: usize] SmallVec<[T; N]> = [T];
}

#[cfg(feature = "arrayvec")]
sliced! {
    [T: Store, const CAP: usize] ArrayVec<T, CAP> = [T];
}

#[cfg(feature = "arrayvec")]
read_sequences! {
    [T: ParcodeObject, const CAP: usize] ArrayVec<T, CAP> = [T] by fit;
}

#[cfg(feature = "arrayvec")]
own_lookup! {
    [T: Store, const CAP: usize] ArrayVec<T, CAP> = [T];
}

#[cfg(feature = "arrayvec")]
fn fit<T, const CAP: usize>(elements: Vec<T>) -> Result<ArrayVec<T, CAP>> {
    if elements.len() > CAP {
        return Err(ParcodeError::new(
            ErrorKind::Type,
            format!("at most {CAP} elements, for which an `ArrayVec` has room"),
            format!("{}", elements.len()),
        ));
    }
    Ok(elements.into_iter().collect())
}

#[cfg(feature = "bytes")]
sliced! {
    [] Bytes = [u8];
    [] BytesMut = [u8];
}

#[cfg(feature = "bytes")]
read_sequences! {
    [] Bytes = [u8] by |bytes| Ok(bytes.into());
    [] BytesMut = [u8] by |bytes| Ok(Bytes::from(bytes).into());
}

#[cfg(feature = "bytes")]
own_lookup! {
    [] Bytes = [u8];
    [] BytesMut = [u8];
}

/// What is no slice but iterates as one: saving gathers references to the
/// elements, 8 bytes each and 16 for a pair.
#[cfg(feature = "indexmap")]
macro_rules! gathered {
    ($([$($generics:tt)*] $whole:ty = [$element:ty] as [$reference:ty];)*) => {$(
        impl<$($generics)*> Store for $whole {
            const SLOT: usize = SPAN_LEN;
            const HANDLE_SLOT: usize = SPAN_LEN;
            const SPANNED: bool = true;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                <[$element]>::__schema(types)
            }

            fn __measure(this: &Self, measure: &mut Measure) {
                measure.add(this.len().saturating_mul(<$element>::SLOT.max(1)));
                for element in this {
                    if measure.is_full() {
                        return;
                    }
                    <$reference>::__measure(&element, measure);
                }
            }

            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let all: Vec<$reference> = this.iter().collect();
                <[$reference]>::__encode(&all, at, encoder)
            }

            fn __measure_handle(this: &Self, measure: &mut Measure) {
                measure.at_home_or_away(|measure| Self::__measure(this, measure));
            }

            fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let all: Vec<$reference> = this.iter().collect();
                <[$reference]>::__encode_handle(&all, at, encoder)
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                let all: Vec<$reference> = this.iter().collect();
                <[$reference]>::__key(&all, key, last);
            }
        }
    )*};
}

#[cfg(feature = "indexmap")]
gathered! {
    [K: Store, V: Store, S: Sync] IndexMap<K, V, S> = [(K, V)] as [(&K, &V)];
    [T: Store, S: Sync] IndexSet<T, S> = [T] as [&T];
}

#[cfg(feature = "indexmap")]
read_sequences! {
    [K: ParcodeObject + Eq + Hash, V: ParcodeObject, S: BuildHasher + Default + Send + Sync + 'static]
        IndexMap<K, V, S> = [(K, V)] by |entries| {
            let count = entries.len();
            let map: Self = entries.into_iter().collect();
            if map.len() == count { Ok(map) } else { Err(twice(count, map.len())) }
        };
    [T: ParcodeObject + Eq + Hash, S: BuildHasher + Default + Send + Sync + 'static]
        IndexSet<T, S> = [T] by |elements| {
            let count = elements.len();
            let set: Self = elements.into_iter().collect();
            if set.len() == count { Ok(set) } else { Err(twice(count, set.len())) }
        };
}

#[cfg(feature = "indexmap")]
#[cold]
fn twice(count: usize, different: usize) -> ParcodeError {
    ParcodeError::new(
        ErrorKind::Type,
        format!("{count} different keys"),
        format!("{different}"),
    )
}
