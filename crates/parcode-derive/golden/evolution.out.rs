///What a file shows of a [`Player`].
#[allow(deprecated)]
struct PlayerLazy<'par> {
    level: <Level as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    inventory: <Vec<u32> as ::parcode::__private::ParcodeObject>::Handle<'par>,
    names: <Vec<String> as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    json: <::parcode::__private::Cbor<
        Value,
    > as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    #[allow(dead_code)]
    __here: ::parcode::__private::Here,
}
#[allow(deprecated)]
const _: () = {
    use ::parcode::__private as __p;
    #[automatically_derived]
    impl __p::Store for Player {
        const SLOT: usize = <Level as __p::Store>::SLOT
            + <Vec<u32> as __p::Store>::HANDLE_SLOT + <Vec<String> as __p::Store>::SLOT
            + <__p::Cbor<Value> as __p::Store>::SLOT;
        const HANDLE_SLOT: usize = Self::SLOT;
        fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
            __p::record(
                "Player",
                __p::list([
                    __p::field::<Level>(__types, "level", false),
                    __p::field::<Vec<u32>>(__types, "inventory", true),
                    __p::field::<Vec<String>>(__types, "names", false),
                    __p::field::<__p::Cbor<Value>>(__types, "json", false),
                ]),
                false,
            )
        }
        fn __evolution(__evolution: &mut __p::Evolution<'_>) {
            __evolution
                .upgrade(
                    |__types| __p::old_type(__types, from_older),
                    |__slot, __loader, __encoder, __at| {
                        let __value = __p::upgraded::<
                            _,
                            Self,
                            _,
                        >(__slot, __loader, "from_older", from_older)?;
                        <Self as __p::Store>::__encode(&__value, __at, __encoder)
                    },
                );
            __evolution
                .field("", "level", &["lvl", "rank"])
                .upgrade(
                    |__types| __p::old_type(__types, Level::from_number),
                    |__slot, __loader, __encoder, __at| {
                        let __value = __p::upgraded::<
                            _,
                            Level,
                            _,
                        >(__slot, __loader, "Level::from_number", Level::from_number)?;
                        <Level as __p::Store>::__encode(&__value, __at, __encoder)
                    },
                )
                .done();
            __evolution
                .field("", "inventory", &[])
                .default(|__encoder, __at| {
                    let __value: Vec<u32> = ::core::default::Default::default();
                    <Vec<u32> as __p::Store>::__encode_handle(&__value, __at, __encoder)
                })
                .done();
            __evolution
                .field("", "names", &[])
                .default(|__encoder, __at| {
                    let __value: Vec<String> = names::unknown();
                    <Vec<String> as __p::Store>::__encode(&__value, __at, __encoder)
                })
                .was_one()
                .done();
            __evolution
                .field("", "json", &[])
                .default(|__encoder, __at| {
                    let __value: Value = ::core::default::Default::default();
                    <__p::Cbor<
                        &Value,
                    > as __p::Store>::__encode(&__p::Cbor(&__value), __at, __encoder)
                })
                .done();
        }
        #[inline]
        fn __measure(__this: &Self, __measure: &mut __p::Measure) {
            <Level as __p::Store>::__measure(&__this.level, __measure);
            <Vec<u32> as __p::Store>::__measure_handle(&__this.inventory, __measure);
            <Vec<String> as __p::Store>::__measure(&__this.names, __measure);
            <__p::Cbor<
                &Value,
            > as __p::Store>::__measure(&__p::Cbor(&__this.json), __measure);
        }
        #[inline]
        fn __encode(
            __this: &Self,
            __at: usize,
            __encoder: &mut __p::Encoder<'_>,
        ) -> __p::Result<()> {
            let mut __at = __at;
            __encoder.field("level", &__this.level, &mut __at)?;
            __encoder.chunkable("inventory", &__this.inventory, &mut __at)?;
            __encoder.field("names", &__this.names, &mut __at)?;
            __encoder.field("json", &__p::Cbor(&__this.json), &mut __at)
        }
        fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            <Level as __p::Store>::__key(&__this.level, __key, false);
            <Vec<u32> as __p::Store>::__key(&__this.inventory, __key, false);
            <Vec<String> as __p::Store>::__key(&__this.names, __key, false);
            <__p::Cbor<
                &Value,
            > as __p::Store>::__key(&__p::Cbor(&__this.json), __key, __last);
        }
    }
    #[automatically_derived]
    impl __p::Lookup<Player> for Player {
        fn __lookup(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            __p::Store::__key(__this, __key, __last);
        }
    }
    #[automatically_derived]
    impl __p::ParcodeObject for Player {
        type Lazy<'par> = PlayerLazy<'par>;
        type Handle<'par> = PlayerLazy<'par>;
        #[inline]
        fn __lazy(__slot: __p::Slot<'_>) -> PlayerLazy<'_> {
            let mut __fields = __slot.fields();
            PlayerLazy {
                level: __fields.lazy::<Level>(),
                inventory: __fields.handle::<Vec<u32>>(),
                names: __fields.lazy::<Vec<String>>(),
                json: __fields.lazy::<__p::Cbor<Value>>(),
                __here: __p::Here::Is,
            }
        }
        #[inline]
        fn __handle(__slot: __p::Slot<'_>) -> PlayerLazy<'_> {
            Self::__lazy(__slot)
        }
        #[inline]
        fn __load(__lazy: PlayerLazy<'_>, __loader: &__p::Loader) -> __p::Result<Self> {
            ::core::result::Result::Ok(Player {
                level: <Level as __p::ParcodeObject>::__load(__lazy.level, __loader)?,
                inventory: <Vec<
                    u32,
                > as __p::ParcodeObject>::__load_handle(__lazy.inventory, __loader)?,
                names: <Vec<
                    String,
                > as __p::ParcodeObject>::__load(__lazy.names, __loader)?,
                json: <__p::Cbor<
                    Value,
                > as __p::ParcodeObject>::__load(__lazy.json, __loader)?
                    .0,
            })
        }
        fn __load_handle(
            __lazy: PlayerLazy<'_>,
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
            __checker.field::<Level>("level", &mut __at)?;
            __checker.chunkable::<Vec<u32>>("inventory", &mut __at)?;
            __checker.field::<Vec<String>>("names", &mut __at)?;
            __checker.field::<__p::Cbor<Value>>("json", &mut __at)
        }
        fn __shorten<'short, 'long: 'short>(
            __lazy: PlayerLazy<'long>,
        ) -> PlayerLazy<'short> {
            PlayerLazy {
                level: <Level as __p::ParcodeObject>::__shorten(__lazy.level),
                inventory: <Vec<
                    u32,
                > as __p::ParcodeObject>::__shorten_handle(__lazy.inventory),
                names: <Vec<String> as __p::ParcodeObject>::__shorten(__lazy.names),
                json: <__p::Cbor<Value> as __p::ParcodeObject>::__shorten(__lazy.json),
                __here: __p::Here::Is,
            }
        }
        fn __shorten_handle<'short, 'long: 'short>(
            __lazy: PlayerLazy<'long>,
        ) -> PlayerLazy<'short> {
            Self::__shorten(__lazy)
        }
    }
    #[allow(dead_code)]
    impl<'par> PlayerLazy<'par> {
        /// Loads the whole value.
        ///
        /// # Errors
        ///
        /// Where a part of the value cannot be read.
        fn load(&self) -> __p::Result<Player> {
            __p::load_mirror::<Player>(::core::clone::Clone::clone(self))
        }
        /// The same mirror with a shorter lifetime.
        #[must_use]
        fn shorten<'short>(&self) -> PlayerLazy<'short>
        where
            'par: 'short,
        {
            <Player as __p::ParcodeObject>::__shorten(::core::clone::Clone::clone(self))
        }
    }
    #[automatically_derived]
    impl<'par> ::core::clone::Clone for PlayerLazy<'par> {
        fn clone(&self) -> Self {
            PlayerLazy {
                level: ::core::clone::Clone::clone(&self.level),
                inventory: ::core::clone::Clone::clone(&self.inventory),
                names: ::core::clone::Clone::clone(&self.names),
                json: ::core::clone::Clone::clone(&self.json),
                __here: __p::Here::Is,
            }
        }
    }
    #[automatically_derived]
    impl<'par> ::core::fmt::Debug for PlayerLazy<'par> {
        fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
            __p::debug_struct(
                __f,
                "PlayerLazy",
                &[
                    ("level", &self.level),
                    ("inventory", &self.inventory),
                    ("names", &self.names),
                    ("json", &self.json),
                ],
            )
        }
    }
};
