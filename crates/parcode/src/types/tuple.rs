//! Tuples of up to twelve parts.

use super::AsView;
use crate::error::{Flaw, ParcodeError, Result};
use crate::format::SPAN_LEN;
use crate::lazy::LazyBox;
use crate::object::SchemaBuilder;
use crate::object::{Checker, Encoder, Loader, Lookup, Measure, ParcodeObject, Slot, Store};
use crate::schema::Type;
use crate::wire::KeyBuf;

macro_rules! tuples {
    ($($($part:ident $spelling:ident $number:tt $name:literal),+;)*) => {$(
        impl<$($part: Store),+> Store for ($($part,)+) {
            const SLOT: usize = 0 $(+ $part::SLOT)+;
            const HANDLE_SLOT: usize = SPAN_LEN;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                Type::Tuple(vec![$(types.of::<$part>()),+])
            }

            #[inline]
            fn __measure(this: &Self, measure: &mut Measure) {
                $($part::__measure(&this.$number, measure);)+
            }

            #[inline]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let mut at = at;
                $(encoder.field($name, &this.$number, &mut at)?;)+
                Ok(())
            }

            fn __measure_handle(this: &Self, measure: &mut Measure) {
                measure.at_home_or_away(|measure| {
                    measure.add(Self::SLOT);
                    Self::__measure(this, measure);
                });
            }

            fn __encode_handle(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                encoder.whole(at, this, |encoder| encoder.pointee(at, this))
            }

            fn __key(this: &Self, key: &mut KeyBuf, last: bool) {
                let parts = [$($number),+].len();
                $($part::__key(&this.$number, key, last && $number + 1 == parts);)+
            }
        }

        impl<$($part: ParcodeObject),+> ParcodeObject for ($($part,)+) {
            type Lazy<'par> = ($($part::Lazy<'par>,)+);
            type Handle<'par> = LazyBox<'par, Self>;

            #[inline]
            fn __lazy(slot: Slot<'_>) -> Self::Lazy<'_> {
                let mut fields = slot.fields();
                ($(fields.lazy::<$part>(),)+)
            }

            fn __handle(slot: Slot<'_>) -> LazyBox<'_, Self> {
                LazyBox::new(slot)
            }

            #[inline]
            fn __load(lazy: Self::Lazy<'_>, loader: &Loader) -> Result<Self> {
                Ok(($($part::__load(lazy.$number, loader)?,)+))
            }

            fn __unreadable(handle: &LazyBox<'_, Self>) -> Option<ParcodeError> {
                handle.unreadable()
            }

            fn __load_handle(handle: LazyBox<'_, Self>, loader: &Loader) -> Result<Self> {
                handle.__load(loader)
            }

            #[inline]
            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                let mut at = at;
                $(checker.field::<$part>($name, &mut at)?;)+
                Ok(())
            }

            fn __check_handle(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                checker.home_or_away(at, |checker| checker.home_pointee::<Self>(at))
            }

            fn __shorten<'short, 'long: 'short>(lazy: Self::Lazy<'long>) -> Self::Lazy<'short> {
                ($($part::__shorten(lazy.$number),)+)
            }

            fn __shorten_handle<'short, 'long: 'short>(
                handle: LazyBox<'long, Self>,
            ) -> LazyBox<'short, Self> {
                handle.shorten()
            }

            const KEY_IS_HERE: bool = $($part::KEY_IS_HERE &&)+ true;

            fn __key_of(slot: Slot<'_>, key: &mut KeyBuf, last: bool) {
                let parts = [$($number),+].len();
                let mut fields = slot.fields();
                $($part::__key_of(fields.slot::<$part>(), key, last && $number + 1 == parts);)+
            }
        }

        impl<$($part,)+ $($spelling: Lookup<$part>),+> Lookup<($($part,)+)> for ($($spelling,)+) {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                let parts = [$($number),+].len();
                $($spelling::__lookup(&this.$number, key, last && $number + 1 == parts);)+
            }
        }

        impl<$($part: AsView),+> AsView for ($($part,)+) {
            type View<'a> = ($($part::View<'a>,)+);

            fn view(&self) -> Self::View<'_> {
                ($(self.$number.view(),)+)
            }

            fn view_lazy<'a>(lazy: &'a Self::Lazy<'_>) -> Self::View<'a> {
                ($($part::view_lazy(&lazy.$number),)+)
            }
        }
    )*};
}

tuples! {
    A QA 0 "0";
    A QA 0 "0", B QB 1 "1";
    A QA 0 "0", B QB 1 "1", C QC 2 "2";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5", G QG 6 "6";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5", G QG 6 "6", H QH 7 "7";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5", G QG 6 "6", H QH 7 "7",
        I QI 8 "8";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5", G QG 6 "6", H QH 7 "7",
        I QI 8 "8", J QJ 9 "9";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5", G QG 6 "6", H QH 7 "7",
        I QI 8 "8", J QJ 9 "9", K QK 10 "10";
    A QA 0 "0", B QB 1 "1", C QC 2 "2", D QD 3 "3", E QE 4 "4", F QF 5 "5", G QG 6 "6", H QH 7 "7",
        I QI 8 "8", J QJ 9 "9", K QK 10 "10", L QL 11 "11";
}
