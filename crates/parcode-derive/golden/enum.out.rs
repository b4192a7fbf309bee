///What a file shows of a [`Shape`].
#[allow(deprecated)]
enum ShapeLazy<'par> {
    ///Shows `Empty`.
    Empty,
    ///Shows `Circle`.
    Circle {
        ///Shows `radius`.
        radius: <f32 as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    },
    ///Shows `Polygon`.
    Polygon(
        ///Shows `0`.
        <Vec<[f32; 2]> as ::parcode::__private::ParcodeObject>::Handle<'par>,
        ///Shows `1`.
        <String as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    ),
}
#[allow(deprecated)]
const _: () = {
    use ::parcode::__private as __p;
    #[automatically_derived]
    impl __p::Store for Shape {
        const SLOT: usize = __p::tag_width(3)
            + __p::widest(
                &[
                    0,
                    <f32 as __p::Store>::SLOT,
                    <Vec<[f32; 2]> as __p::Store>::HANDLE_SLOT
                        + <String as __p::Store>::SLOT,
                ],
            );
        const HANDLE_SLOT: usize = Self::SLOT;
        fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
            __p::choice(
                "Shape",
                __p::list([
                    __p::variant("Empty", __p::list([])),
                    __p::variant(
                        "Circle",
                        __p::list([__p::field::<f32>(__types, "radius", false)]),
                    ),
                    __p::variant(
                        "Polygon",
                        __p::list([
                            __p::field::<Vec<[f32; 2]>>(__types, "0", true),
                            __p::field::<String>(__types, "1", false),
                        ]),
                    ),
                ]),
            )
        }
        #[inline]
        fn __measure(__this: &Self, __measure: &mut __p::Measure) {
            match __this {
                Shape::Circle { radius: __0 } => {
                    <f32 as __p::Store>::__measure(__0, __measure);
                }
                Shape::Polygon { 0: __0, 1: __1 } => {
                    <Vec<[f32; 2]> as __p::Store>::__measure_handle(__0, __measure);
                    <String as __p::Store>::__measure(__1, __measure);
                }
                _ => {}
            }
        }
        #[inline]
        fn __encode(
            __this: &Self,
            __at: usize,
            __encoder: &mut __p::Encoder<'_>,
        ) -> __p::Result<()> {
            let mut __at = __at;
            __p::put_tag(
                __encoder,
                &mut __at,
                3,
                match __this {
                    Shape::Empty { .. } => 0,
                    Shape::Circle { .. } => 1,
                    Shape::Polygon { .. } => 2,
                },
            );
            match __this {
                Shape::Circle { radius: __0 } => {
                    __encoder.field("radius", __0, &mut __at)
                }
                Shape::Polygon { 0: __0, 1: __1 } => {
                    __encoder.chunkable("0", __0, &mut __at)?;
                    __encoder.field("1", __1, &mut __at)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::key_tag(
                __key,
                match __this {
                    Shape::Empty { .. } => 0,
                    Shape::Circle { .. } => 1,
                    Shape::Polygon { .. } => 2,
                },
            );
            match __this {
                Shape::Circle { radius: __0 } => {
                    <f32 as __p::Store>::__key(__0, __key, __last);
                }
                Shape::Polygon { 0: __0, 1: __1 } => {
                    <Vec<[f32; 2]> as __p::Store>::__key(__0, __key, false);
                    <String as __p::Store>::__key(__1, __key, __last);
                }
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __p::Lookup<Shape> for Shape {
        fn __lookup(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::Store::__key(__this, __key, __last);
        }
    }
    #[automatically_derived]
    impl __p::ParcodeObject for Shape {
        type Lazy<'par> = ShapeLazy<'par>;
        type Handle<'par> = ShapeLazy<'par>;
        #[inline]
        fn __lazy(__slot: __p::Slot<'_>) -> ShapeLazy<'_> {
            let (__tag, mut __fields) = __slot.variant::<3>();
            match __tag {
                1 => {
                    ShapeLazy::Circle {
                        radius: __fields.lazy::<f32>(),
                    }
                }
                2 => {
                    ShapeLazy::Polygon {
                        0: __fields.handle::<Vec<[f32; 2]>>(),
                        1: __fields.lazy::<String>(),
                    }
                }
                _ => ShapeLazy::Empty {},
            }
        }
        #[inline]
        fn __handle(__slot: __p::Slot<'_>) -> ShapeLazy<'_> {
            Self::__lazy(__slot)
        }
        #[inline]
        fn __load(__lazy: ShapeLazy<'_>, __loader: &__p::Loader) -> __p::Result<Self> {
            ::core::result::Result::Ok(
                match __lazy {
                    ShapeLazy::Empty {} => Shape::Empty {},
                    ShapeLazy::Circle { radius: __0 } => {
                        Shape::Circle {
                            radius: <f32 as __p::ParcodeObject>::__load(__0, __loader)?,
                        }
                    }
                    ShapeLazy::Polygon { 0: __0, 1: __1 } => {
                        Shape::Polygon {
                            0: <Vec<
                                [f32; 2],
                            > as __p::ParcodeObject>::__load_handle(__0, __loader)?,
                            1: <String as __p::ParcodeObject>::__load(__1, __loader)?,
                        }
                    }
                },
            )
        }
        fn __load_handle(
            __lazy: ShapeLazy<'_>,
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
            match __checker.variant::<3>(&mut __at)? {
                1 => __checker.field::<f32>("radius", &mut __at),
                2 => {
                    __checker.chunkable::<Vec<[f32; 2]>>("0", &mut __at)?;
                    __checker.field::<String>("1", &mut __at)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn __shorten<'short, 'long: 'short>(
            __lazy: ShapeLazy<'long>,
        ) -> ShapeLazy<'short> {
            match __lazy {
                ShapeLazy::Empty {} => ShapeLazy::Empty {},
                ShapeLazy::Circle { radius: __0 } => {
                    ShapeLazy::Circle {
                        radius: <f32 as __p::ParcodeObject>::__shorten(__0),
                    }
                }
                ShapeLazy::Polygon { 0: __0, 1: __1 } => {
                    ShapeLazy::Polygon {
                        0: <Vec<[f32; 2]> as __p::ParcodeObject>::__shorten_handle(__0),
                        1: <String as __p::ParcodeObject>::__shorten(__1),
                    }
                }
            }
        }
        fn __shorten_handle<'short, 'long: 'short>(
            __lazy: ShapeLazy<'long>,
        ) -> ShapeLazy<'short> {
            Self::__shorten(__lazy)
        }
    }
    #[allow(dead_code)]
    impl<'par> ShapeLazy<'par> {
        /// Loads the whole value.
        ///
        /// # Errors
        ///
        /// Where a part of the value cannot be read.
        fn load(&self) -> __p::Result<Shape> {
            __p::load_mirror::<Shape>(::core::clone::Clone::clone(self))
        }
        /// The same mirror with a shorter lifetime.
        #[must_use]
        fn shorten<'short>(&self) -> ShapeLazy<'short>
        where
            'par: 'short,
        {
            <Shape as __p::ParcodeObject>::__shorten(::core::clone::Clone::clone(self))
        }
    }
    #[automatically_derived]
    impl<'par> ::core::clone::Clone for ShapeLazy<'par> {
        fn clone(&self) -> Self {
            match self {
                ShapeLazy::Empty {} => ShapeLazy::Empty {},
                ShapeLazy::Circle { radius: __0 } => {
                    ShapeLazy::Circle {
                        radius: ::core::clone::Clone::clone(__0),
                    }
                }
                ShapeLazy::Polygon { 0: __0, 1: __1 } => {
                    ShapeLazy::Polygon {
                        0: ::core::clone::Clone::clone(__0),
                        1: ::core::clone::Clone::clone(__1),
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl<'par> ::core::fmt::Debug for ShapeLazy<'par> {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                ShapeLazy::Empty {} => __f.write_str("Empty"),
                ShapeLazy::Circle { radius: __0 } => {
                    __p::debug_struct(__f, "Circle", &[("radius", __0)])
                }
                ShapeLazy::Polygon { 0: __0, 1: __1 } => {
                    __p::debug_tuple(__f, "Polygon", &[__0, __1])
                }
            }
        }
    }
};
