#[allow(deprecated)]
const _: () = {
    use ::parcode::__private as __p;
    #[automatically_derived]
    impl __p::Store for Position {
        const SLOT: usize = <f32 as __p::Store>::SLOT + <f32 as __p::Store>::SLOT;
        const HANDLE_SLOT: usize = Self::SLOT;
        fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
            __p::record(
                "Position",
                __p::list([
                    __p::field::<f32>(__types, "x", false),
                    __p::field::<f32>(__types, "y", false),
                ]),
                true,
            )
        }
        #[inline]
        fn __measure(__this: &Self, __measure: &mut __p::Measure) {
            <f32 as __p::Store>::__measure(&__this.x, __measure);
            <f32 as __p::Store>::__measure(&__this.y, __measure);
        }
        #[inline]
        fn __encode(
            __this: &Self,
            __at: usize,
            __encoder: &mut __p::Encoder<'_>,
        ) -> __p::Result<()> {
            let mut __at = __at;
            __encoder.field("x", &__this.x, &mut __at)?;
            __encoder.field("y", &__this.y, &mut __at)
        }
        fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            <f32 as __p::Store>::__key(&__this.x, __key, false);
            <f32 as __p::Store>::__key(&__this.y, __key, __last);
        }
        const PLAIN: ::core::option::Option<usize> = ::core::option::Option::Some(
            __p::plain_align(&[<f32 as __p::Store>::PLAIN, <f32 as __p::Store>::PLAIN]),
        );
        fn __plain_bytes(__these: &[Self]) -> ::core::option::Option<&[u8]> {
            __p::plain_bytes(__these)
        }
    }
    #[automatically_derived]
    impl __p::Lookup<Position> for Position {
        fn __lookup(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::Store::__key(__this, __key, __last);
        }
    }
    const _: () = __p::assert_value_mirror::<Position>();
    #[automatically_derived]
    impl __p::ParcodeObject for Position
    where
        for<'__m> Position: __p::ValueMirror<'__m>,
    {
        type Lazy<'par> = Self;
        type Handle<'par> = Self;
        #[inline]
        fn __lazy(__slot: __p::Slot<'_>) -> Self {
            let mut __fields = __slot.fields();
            Position {
                x: __fields.lazy::<f32>(),
                y: __fields.lazy::<f32>(),
            }
        }
        #[inline]
        fn __handle(__slot: __p::Slot<'_>) -> Self {
            Self::__lazy(__slot)
        }
        fn __load(__lazy: Self, _: &__p::Loader) -> __p::Result<Self> {
            ::core::result::Result::Ok(__lazy)
        }
        fn __load_handle(__lazy: Self, _: &__p::Loader) -> __p::Result<Self> {
            ::core::result::Result::Ok(__lazy)
        }
        #[inline]
        fn __check(
            __checker: &mut __p::Checker<'_>,
            __at: usize,
        ) -> ::core::result::Result<(), __p::Flaw> {
            let mut __at = __at;
            __checker.field::<f32>("x", &mut __at)?;
            __checker.field::<f32>("y", &mut __at)
        }
        fn __shorten<'short, 'long: 'short>(__lazy: Self) -> Self {
            __lazy
        }
        fn __shorten_handle<'short, 'long: 'short>(__lazy: Self) -> Self {
            __lazy
        }
        fn __load_array<const __N: usize>(
            __lazy: [Self; __N],
            _: &__p::Loader,
        ) -> __p::Result<[Self; __N]> {
            ::core::result::Result::Ok(__lazy)
        }
        #[inline]
        fn __append_plain(__to: &mut ::std::vec::Vec<Self>, __bytes: &[u8]) -> bool {
            __p::append_plain(__to, __bytes)
        }
    }
    const _: () = {
        __p::assert_plain::<f32>();
        __p::assert_plain::<f32>();
        ::core::assert!(
            ::core::mem::size_of:: < Position > () == 0 + ::core::mem::size_of:: < f32 >
            () + ::core::mem::size_of:: < f32 > (),
            "a `plain` struct must not have padding; order its fields from large to small alignment, or fill the gap with a field",
        );
        ::core::assert!(
            ::core::mem::size_of:: < Position > () > 0,
            "a `plain` struct must have bytes; without any, leave `plain` away",
        );
        ::core::assert!(
            ::core::mem::align_of:: < Position > () <= __p::plain_align(& [< f32 as
            __p::Store > ::PLAIN, < f32 as __p::Store > ::PLAIN]),
            "a `plain` struct must not be aligned to more than its fields are",
        );
    };
    #[automatically_derived]
    unsafe impl __p::bytemuck::Zeroable for Position {}
    #[automatically_derived]
    unsafe impl __p::bytemuck::Pod for Position {}
    #[automatically_derived]
    impl __p::Plain for Position {}
    #[automatically_derived]
    impl __p::AsView for Position
    where
        for<'__m> Position: __p::ValueMirror<'__m>,
    {
        type View<'v> = Self;
        fn view(&self) -> Self {
            ::core::clone::Clone::clone(self)
        }
        fn view_lazy<'v>(__lazy: &'v Self) -> Self {
            ::core::clone::Clone::clone(__lazy)
        }
    }
};
