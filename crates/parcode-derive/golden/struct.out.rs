/// Somebody who plays.
#[allow(deprecated)]
pub struct PlayerLazy<'par> {
    /// From 1 to 99.
    pub level: <u32 as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    inventory: <Vec<u32> as ::parcode::__private::ParcodeObject>::Handle<'par>,
    friends: <HashMap<
        String,
        Player,
    > as ::parcode::__private::ParcodeObject>::Handle<'par>,
    cache: ::parcode::__private::Skipped<Vec<u8>>,
    json: <::parcode::__private::Cbor<
        Value,
    > as ::parcode::__private::ParcodeObject>::Lazy<'par>,
    since: ::parcode::__private::LazyWith<
        <seconds::Stored as ::parcode::__private::ParcodeObject>::Lazy<'par>,
        Instant,
    >,
    #[allow(dead_code)]
    __here: ::parcode::__private::Here,
}
#[allow(deprecated)]
const _: () = {
    use ::parcode::__private as __p;
    #[automatically_derived]
    impl __p::Store for Player {
        const SLOT: usize = <u32 as __p::Store>::SLOT
            + <Vec<u32> as __p::Store>::HANDLE_SLOT
            + <HashMap<String, Player> as __p::Store>::HANDLE_SLOT
            + <__p::Cbor<Value> as __p::Store>::SLOT
            + <seconds::Stored as __p::Store>::SLOT;
        const HANDLE_SLOT: usize = Self::SLOT;
        fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
            __p::record(
                "Player",
                __p::list([
                    __p::field::<u32>(__types, "level", false),
                    __p::field::<Vec<u32>>(__types, "inventory", true),
                    __p::map_field::<HashMap<String, Player>>(__types, "friends"),
                    __p::field::<__p::Cbor<Value>>(__types, "json", false),
                    __p::field::<seconds::Stored>(__types, "since", false),
                ]),
                false,
            )
        }
        #[inline]
        fn __measure(__this: &Self, __measure: &mut __p::Measure) {
            <u32 as __p::Store>::__measure(&__this.level, __measure);
            <Vec<u32> as __p::Store>::__measure_handle(&__this.inventory, __measure);
            <HashMap<
                String,
                Player,
            > as __p::Store>::__measure_handle(&__this.friends, __measure);
            <__p::Cbor<
                &Value,
            > as __p::Store>::__measure(&__p::Cbor(&__this.json), __measure);
            <seconds::Stored as __p::Store>::__measure(
                &seconds::store(&__this.since),
                __measure,
            );
        }
        #[inline]
        fn __encode(
            __this: &Self,
            __at: usize,
            __encoder: &mut __p::Encoder<'_>,
        ) -> __p::Result<()> {
            let mut __at = __at;
            __encoder.field("level", &__this.level, &mut __at)?;
            __encoder
                .compressed(
                    "lz4",
                    |__encoder| {
                        __encoder.chunkable("inventory", &__this.inventory, &mut __at)
                    },
                )?;
            __encoder.chunkable("friends", &__this.friends, &mut __at)?;
            __encoder.field("json", &__p::Cbor(&__this.json), &mut __at)?;
            __encoder.field("since", &seconds::store(&__this.since), &mut __at)
        }
        fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
            <u32 as __p::Store>::__key(&__this.level, __key, false);
            <Vec<u32> as __p::Store>::__key(&__this.inventory, __key, false);
            <HashMap<
                String,
                Player,
            > as __p::Store>::__key(&__this.friends, __key, false);
            <__p::Cbor<
                &Value,
            > as __p::Store>::__key(&__p::Cbor(&__this.json), __key, false);
            <seconds::Stored as __p::Store>::__key(
                &seconds::store(&__this.since),
                __key,
                __last,
            );
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
                level: __fields.lazy::<u32>(),
                inventory: __fields.handle::<Vec<u32>>(),
                friends: __fields.handle::<HashMap<String, Player>>(),
                cache: __p::Skipped::new(),
                json: __fields.lazy::<__p::Cbor<Value>>(),
                since: __p::LazyWith::new(
                    __fields.lazy::<seconds::Stored>(),
                    |__stored, __loader| {
                        seconds::restore(
                                <seconds::Stored as __p::ParcodeObject>::__load(
                                    __stored,
                                    __loader,
                                )?,
                            )
                            .map_err(|__error| __p::conversion(
                                "seconds::restore",
                                __error,
                            ))
                    },
                ),
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
                level: <u32 as __p::ParcodeObject>::__load(__lazy.level, __loader)?,
                inventory: <Vec<
                    u32,
                > as __p::ParcodeObject>::__load_handle(__lazy.inventory, __loader)?,
                friends: <HashMap<
                    String,
                    Player,
                > as __p::ParcodeObject>::__load_handle(__lazy.friends, __loader)?,
                cache: ::core::default::Default::default(),
                json: <__p::Cbor<
                    Value,
                > as __p::ParcodeObject>::__load(__lazy.json, __loader)?
                    .0,
                since: __lazy.since.__load(__loader)?,
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
            __checker.field::<u32>("level", &mut __at)?;
            __checker.chunkable::<Vec<u32>>("inventory", &mut __at)?;
            __checker.chunkable::<HashMap<String, Player>>("friends", &mut __at)?;
            __checker.field::<__p::Cbor<Value>>("json", &mut __at)?;
            __checker.field::<seconds::Stored>("since", &mut __at)
        }
        fn __shorten<'short, 'long: 'short>(
            __lazy: PlayerLazy<'long>,
        ) -> PlayerLazy<'short> {
            PlayerLazy {
                level: <u32 as __p::ParcodeObject>::__shorten(__lazy.level),
                inventory: <Vec<
                    u32,
                > as __p::ParcodeObject>::__shorten_handle(__lazy.inventory),
                friends: <HashMap<
                    String,
                    Player,
                > as __p::ParcodeObject>::__shorten_handle(__lazy.friends),
                cache: __lazy.cache,
                json: <__p::Cbor<Value> as __p::ParcodeObject>::__shorten(__lazy.json),
                since: __p::LazyWith::new(
                    <seconds::Stored as __p::ParcodeObject>::__shorten(
                        __lazy.since.into_stored(),
                    ),
                    |__stored, __loader| {
                        seconds::restore(
                                <seconds::Stored as __p::ParcodeObject>::__load(
                                    __stored,
                                    __loader,
                                )?,
                            )
                            .map_err(|__error| __p::conversion(
                                "seconds::restore",
                                __error,
                            ))
                    },
                ),
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
        pub fn load(&self) -> __p::Result<Player> {
            __p::load_mirror::<Player>(::core::clone::Clone::clone(self))
        }
        /// The same mirror with a shorter lifetime.
        #[must_use]
        pub fn shorten<'short>(&self) -> PlayerLazy<'short>
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
                friends: ::core::clone::Clone::clone(&self.friends),
                cache: ::core::clone::Clone::clone(&self.cache),
                json: ::core::clone::Clone::clone(&self.json),
                since: ::core::clone::Clone::clone(&self.since),
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
                    ("friends", &self.friends),
                    ("cache", &self.cache),
                    ("json", &self.json),
                    ("since", &self.since),
                ],
            )
        }
    }
};
