///What a file shows of a [`Weapon`].
#[allow(deprecated)]
enum WeaponLazy<'par> {
    ///Shows `Fist`.
    Fist,
    ///Shows `Sword`.
    Sword {
        ///Shows `length`.
        length: <u16 as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    },
}
#[allow(deprecated)]
const _: () = {
    use ::parcode::__private as __p;
    #[automatically_derived]
    impl __p::Store for Weapon {
        const SLOT: usize = __p::tag_width(2)
            + __p::widest(&[0, <u16 as __p::Store>::SLOT]);
        const HANDLE_SLOT: usize = Self::SLOT;
        fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
            __p::choice(
                "Weapon",
                __p::list([
                    __p::variant("Fist", __p::list([])),
                    __p::variant(
                        "Sword",
                        __p::list([__p::field::<u16>(__types, "length", false)]),
                    ),
                ]),
            )
        }
        fn __evolution(__evolution: &mut __p::Evolution<'_>) {
            __evolution.variant("Sword", &["Blade"], true);
            __evolution
                .field("Sword", "length", &[])
                .default(|__encoder, __at| {
                    let __value: u16 = ::core::default::Default::default();
                    <u16 as __p::Store>::__encode(&__value, __at, __encoder)
                })
                .done();
        }
        #[inline]
        fn __measure(__this: &Self, __measure: &mut __p::Measure) {
            match __this {
                Weapon::Sword { length: __0 } => {
                    <u16 as __p::Store>::__measure(__0, __measure);
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
                2,
                match __this {
                    Weapon::Fist { .. } => 0,
                    Weapon::Sword { .. } => 1,
                },
            );
            match __this {
                Weapon::Sword { length: __0 } => {
                    __encoder.field("length", __0, &mut __at)
                }
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::key_tag(
                __key,
                match __this {
                    Weapon::Fist { .. } => 0,
                    Weapon::Sword { .. } => 1,
                },
            );
            match __this {
                Weapon::Sword { length: __0 } => {
                    <u16 as __p::Store>::__key(__0, __key, __last);
                }
                _ => {}
            }
        }
    }
    #[automatically_derived]
    impl __p::Lookup<Weapon> for Weapon {
        fn __lookup(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::Store::__key(__this, __key, __last);
        }
    }
    #[automatically_derived]
    impl __p::ParcodeObject for Weapon {
        type Lazy<'par> = WeaponLazy<'par>;
        type Handle<'par> = WeaponLazy<'par>;
        #[inline]
        fn __lazy(__slot: __p::Slot<'_>) -> WeaponLazy<'_> {
            let (__tag, mut __fields) = __slot.variant::<2>();
            match __tag {
                1 => {
                    WeaponLazy::Sword {
                        length: __fields.lazy::<u16>(),
                    }
                }
                _ => WeaponLazy::Fist {},
            }
        }
        #[inline]
        fn __handle(__slot: __p::Slot<'_>) -> WeaponLazy<'_> {
            Self::__lazy(__slot)
        }
        #[inline]
        fn __load(__lazy: WeaponLazy<'_>, __loader: &__p::Loader) -> __p::Result<Self> {
            ::core::result::Result::Ok(
                match __lazy {
                    WeaponLazy::Fist {} => Weapon::Fist {},
                    WeaponLazy::Sword { length: __0 } => {
                        Weapon::Sword {
                            length: <u16 as __p::ParcodeObject>::__load(__0, __loader)?,
                        }
                    }
                },
            )
        }
        fn __load_handle(
            __lazy: WeaponLazy<'_>,
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
            match __checker.variant::<2>(&mut __at)? {
                1 => __checker.field::<u16>("length", &mut __at),
                _ => ::core::result::Result::Ok(()),
            }
        }
        fn __shorten<'short, 'long: 'short>(
            __lazy: WeaponLazy<'long>,
        ) -> WeaponLazy<'short> {
            match __lazy {
                WeaponLazy::Fist {} => WeaponLazy::Fist {},
                WeaponLazy::Sword { length: __0 } => {
                    WeaponLazy::Sword {
                        length: <u16 as __p::ParcodeObject>::__shorten(__0),
                    }
                }
            }
        }
        fn __shorten_handle<'short, 'long: 'short>(
            __lazy: WeaponLazy<'long>,
        ) -> WeaponLazy<'short> {
            Self::__shorten(__lazy)
        }
    }
    #[allow(dead_code)]
    impl<'par> WeaponLazy<'par> {
        /// Loads the whole value.
        ///
        /// # Errors
        ///
        /// Where a part of the value cannot be read.
        fn load(&self) -> __p::Result<Weapon> {
            __p::load_mirror::<Weapon>(::core::clone::Clone::clone(self))
        }
        /// The same mirror with a shorter lifetime.
        #[must_use]
        fn shorten<'short>(&self) -> WeaponLazy<'short>
        where
            'par: 'short,
        {
            <Weapon as __p::ParcodeObject>::__shorten(::core::clone::Clone::clone(self))
        }
    }
    #[automatically_derived]
    impl<'par> ::core::clone::Clone for WeaponLazy<'par> {
        fn clone(&self) -> Self {
            match self {
                WeaponLazy::Fist {} => WeaponLazy::Fist {},
                WeaponLazy::Sword { length: __0 } => {
                    WeaponLazy::Sword {
                        length: ::core::clone::Clone::clone(__0),
                    }
                }
            }
        }
    }
    #[automatically_derived]
    impl<'par> ::core::fmt::Debug for WeaponLazy<'par> {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            match self {
                WeaponLazy::Fist {} => __f.write_str("Fist"),
                WeaponLazy::Sword { length: __0 } => {
                    __p::debug_struct(__f, "Sword", &[("length", __0)])
                }
            }
        }
    }
};
