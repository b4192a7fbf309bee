//! Types whose values can be made from any bytes, and whose mirrors are read to the leaves.

use arbitrary::Unstructured;
use parcode::{ParcodeObject, Result};
use std::fmt::Debug;

/// A type that takes part.
pub trait Shape: ParcodeObject + PartialEq + Debug {
    /// A value; the same for the same bytes.
    fn generate(from: &mut Unstructured<'_>) -> Self;

    /// Reads the mirror of an inline value to its leaves.
    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()>;

    /// Reads what stands for a chunkable value to its leaves.
    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()>;

    /// Reads plain data as a slice.
    fn look_at_slice(
        handle: &parcode::LazyVec<'_, Self>,
        eye: &mut Eye,
        truth: Option<&[Self]>,
    ) -> Result<()> {
        let _ = (handle, eye, truth);
        Ok(())
    }
}

/// What looks: compares with the truth where that is known, and gets tired.
#[derive(Debug)]
pub struct Eye {
    /// Values that may still be visited. Links of a hostile file can name one child many times, so a
    /// few bytes can have more leaves than anybody can visit; what reads them one by one decides when
    /// to stop.
    left: u32,
    /// The first value that is not the true one.
    wrong: Option<String>,
    /// A key that is in a map by `load` and not by a lookup, or the other way round.
    missed: Option<String>,
}

impl Eye {
    /// One that visits at most so many values.
    #[must_use]
    pub fn new(left: u32) -> Self {
        Self {
            left,
            wrong: None,
            missed: None,
        }
    }

    /// Whether it visits one more value.
    pub fn opens(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    /// Notes where `found` is not what it must be.
    pub fn same<T: PartialEq<U> + Debug + ?Sized, U: Debug + ?Sized>(
        &mut self,
        found: &T,
        truth: Option<&U>,
    ) {
        if let Some(truth) = truth.filter(|truth| found != *truth) {
            let wrong = || format!("{found:?} instead of {truth:?}");
            self.wrong.get_or_insert_with(wrong);
        }
    }

    /// Notes a key that is found in one way and not in the other.
    pub fn missed(&mut self, key: &dyn Debug) {
        self.missed.get_or_insert_with(|| format!("{key:?}"));
    }

    /// The first wrong value that it saw.
    #[must_use]
    pub fn wrong(&self) -> Option<&str> {
        self.wrong.as_deref()
    }

    /// The first key that was missed.
    #[must_use]
    pub fn missed_key(&self) -> Option<&str> {
        self.missed.as_deref()
    }
}

/// So many of something: few in most cases.
pub(crate) fn count(from: &mut Unstructured<'_>, most: usize) -> usize {
    let most = if from.ratio(3, 4).unwrap_or(false) {
        most / 8
    } else {
        most
    };
    from.int_in_range(0..=most).unwrap_or(0)
}

/// A struct with its attributes, each field `inline`, `away` (its mirror is a handle) or `cbor`.
#[macro_export]
macro_rules! shape {
    ($(#[$on:meta])* $vis:vis struct $name:ident { $($(#[$attribute:meta])* $how:ident $field:ident: $type:ty,)* }) => {
        #[derive(parcode::ParcodeObject, Clone, Debug, PartialEq)]
        $(#[$on])*
        $vis struct $name { $($(#[$attribute])* $field: $type,)* }

        impl $crate::Shape for $name {
            fn generate(from: &mut arbitrary::Unstructured<'_>) -> Self {
                Self { $($field: <$type as $crate::Shape>::generate(from),)* }
            }

            fn look(lazy: Self::Lazy<'_>, eye: &mut $crate::Eye, truth: Option<&Self>) -> parcode::Result<()> {
                $($crate::shape!(@look $how, $type, lazy.$field, eye, truth.map(|truth| &truth.$field));)*
                Ok(())
            }

            fn look_away(handle: Self::Handle<'_>, eye: &mut $crate::Eye, truth: Option<&Self>) -> parcode::Result<()> {
                <Self as $crate::Shape>::look(handle, eye, truth)
            }
        }
    };
    (@look inline, $type:ty, $lazy:expr, $eye:expr, $truth:expr) => {
        <$type as $crate::Shape>::look($lazy, $eye, $truth)?
    };
    (@look away, $type:ty, $lazy:expr, $eye:expr, $truth:expr) => {
        <$type as $crate::Shape>::look_away($lazy, $eye, $truth)?
    };
    (@look cbor, $type:ty, $lazy:expr, $eye:expr, $truth:expr) => {
        $eye.same(&$lazy.load()?, $truth)
    };
}
