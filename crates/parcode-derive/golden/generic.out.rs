///What a file shows of a [`Pair`].
#[allow(deprecated)]
pub struct PairLazy<'par, A, B = u32, const N: usize = 2>
where
    A: Clone,
    A: ::parcode::__private::ParcodeObject,
    B: ::parcode::__private::ParcodeObject,
    Pair<A, B, N>: ::core::marker::Send + ::core::marker::Sync + 'static,
{
    ///Shows `first`.
    pub first: <[A; N] as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    ///Shows `second`.
    pub second: <B as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    #[allow(dead_code)]
    __here: ::parcode::__private::Here,
}
#[allow(deprecated)]
const _: () = {
    use ::parcode::__private as __p;
    #[automatically_derived]
    impl<A, B, const N: usize> __p::Store for Pair<A, B, N>
    where
        A: Clone,
        A: ::parcode::__private::Store,
        B: ::parcode::__private::Store,
        Pair<A, B, N>: ::core::marker::Sync,
    {
        const SLOT: usize = <[A; N] as __p::Store>::SLOT + <B as __p::Store>::SLOT;
        const HANDLE_SLOT: usize = Self::SLOT;
        fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
            __p::record(
                "Pair",
                __p::list([
                    __p::field::<[A; N]>(__types, "first", false),
                    __p::field::<B>(__types, "second", false),
                ]),
                false,
            )
        }
        #[inline]
        fn __measure(__this: &Self, __measure: &mut __p::Measure) {
            <[A; N] as __p::Store>::__measure(&__this.first, __measure);
            <B as __p::Store>::__measure(&__this.second, __measure);
        }
        #[inline]
        fn __encode(
            __this: &Self,
            __at: usize,
            __encoder: &mut __p::Encoder<'_>,
        ) -> __p::Result<()> {
            let mut __at = __at;
            __encoder.field("first", &__this.first, &mut __at)?;
            __encoder.field("second", &__this.second, &mut __at)
        }
        fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            <[A; N] as __p::Store>::__key(&__this.first, __key, false);
            <B as __p::Store>::__key(&__this.second, __key, __last);
        }
    }
    #[automatically_derived]
    impl<A, B, const N: usize> __p::Lookup<Pair<A, B, N>> for Pair<A, B, N>
    where
        A: Clone,
        A: ::parcode::__private::Store,
        B: ::parcode::__private::Store,
        Pair<A, B, N>: ::core::marker::Sync,
    {
        fn __lookup(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::Store::__key(__this, __key, __last);
        }
    }
    #[automatically_derived]
    impl<A, B, const N: usize> __p::ParcodeObject for Pair<A, B, N>
    where
        A: Clone,
        A: ::parcode::__private::ParcodeObject,
        B: ::parcode::__private::ParcodeObject,
        Pair<A, B, N>: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        type Lazy<'par> = PairLazy<'par, A, B, N>;
        type Handle<'par> = PairLazy<'par, A, B, N>;
        #[inline]
        fn __lazy(__slot: __p::Slot<'_>) -> PairLazy<'_, A, B, N> {
            let mut __fields = __slot.fields();
            PairLazy {
                first: __fields.lazy::<[A; N]>(),
                second: __fields.lazy::<B>(),
                __here: __p::Here::Is,
            }
        }
        #[inline]
        fn __handle(__slot: __p::Slot<'_>) -> PairLazy<'_, A, B, N> {
            Self::__lazy(__slot)
        }
        #[inline]
        fn __load(
            __lazy: PairLazy<'_, A, B, N>,
            __loader: &__p::Loader,
        ) -> __p::Result<Self> {
            ::core::result::Result::Ok(Pair {
                first: <[A; N] as __p::ParcodeObject>::__load(__lazy.first, __loader)?,
                second: <B as __p::ParcodeObject>::__load(__lazy.second, __loader)?,
            })
        }
        fn __load_handle(
            __lazy: PairLazy<'_, A, B, N>,
            __loader: &__p::Loader,
        ) -> __p::Result<Self> {
            Self::__load(__lazy, __loader)
        }
        #[inline]
        fn __check(
            __checker: &mut __p::Checker<'_>,
            __at: usize,
        ) -> ::core::result::Result<(), __p::Flaw> {
            let mut __at = __at;
            __checker.field::<[A; N]>("first", &mut __at)?;
            __checker.field::<B>("second", &mut __at)
        }
        fn __shorten<'short, 'long: 'short>(
            __lazy: PairLazy<'long, A, B, N>,
        ) -> PairLazy<'short, A, B, N> {
            PairLazy {
                first: <[A; N] as __p::ParcodeObject>::__shorten(__lazy.first),
                second: <B as __p::ParcodeObject>::__shorten(__lazy.second),
                __here: __p::Here::Is,
            }
        }
        fn __shorten_handle<'short, 'long: 'short>(
            __lazy: PairLazy<'long, A, B, N>,
        ) -> PairLazy<'short, A, B, N> {
            Self::__shorten(__lazy)
        }
    }
    #[allow(dead_code)]
    impl<'par, A, B, const N: usize> PairLazy<'par, A, B, N>
    where
        A: Clone,
        A: ::parcode::__private::ParcodeObject,
        B: ::parcode::__private::ParcodeObject,
        Pair<A, B, N>: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        /// Loads the whole value.
        ///
        /// # Errors
        ///
        /// Where a part of the value cannot be read.
        pub fn load(&self) -> __p::Result<Pair<A, B, N>> {
            __p::load_mirror::<Pair<A, B, N>>(::core::clone::Clone::clone(self))
        }
        /// The same mirror with a shorter lifetime.
        #[must_use]
        pub fn shorten<'short>(&self) -> PairLazy<'short, A, B, N>
        where
            'par: 'short,
        {
            <Pair<
                A,
                B,
                N,
            > as __p::ParcodeObject>::__shorten(::core::clone::Clone::clone(self))
        }
    }
    #[automatically_derived]
    impl<'par, A, B, const N: usize> ::core::clone::Clone for PairLazy<'par, A, B, N>
    where
        A: Clone,
        A: ::parcode::__private::ParcodeObject,
        B: ::parcode::__private::ParcodeObject,
        Pair<A, B, N>: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn clone(&self) -> Self {
            PairLazy {
                first: ::core::clone::Clone::clone(&self.first),
                second: ::core::clone::Clone::clone(&self.second),
                __here: __p::Here::Is,
            }
        }
    }
    #[automatically_derived]
    impl<'par, A, B, const N: usize> ::core::fmt::Debug for PairLazy<'par, A, B, N>
    where
        A: Clone,
        A: ::parcode::__private::ParcodeObject,
        B: ::parcode::__private::ParcodeObject,
        Pair<A, B, N>: ::core::marker::Send + ::core::marker::Sync + 'static,
    {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __p::debug_struct(
                __f,
                "PairLazy",
                &[("first", &self.first), ("second", &self.second)],
            )
        }
    }
};
