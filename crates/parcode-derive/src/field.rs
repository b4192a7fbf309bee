//! What one field adds to each generated function.
//!
//! The forms of a field differ here and nowhere else. Its tokens lie at its type, so that rustc
//! reports a type which cannot be stored there.

use crate::code;
use crate::model::{Field, Form};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::spanned::Spanned;

/// As `code!`, for what rustc may have to complain about.
macro_rules! at {
    ($field:expr, $($tokens:tt)*) => {
        quote_spanned!($field.ty.span().resolved_at(Span::mixed_site())=> $($tokens)*)
    };
}

impl Field {
    /// The type that is stored, within reach of `library`.
    fn stored(&self, library: &TokenStream) -> TokenStream {
        let ty = &self.ty;
        match &self.form {
            Form::Itself | Form::Skipped => at!(self, #ty),
            Form::Serde => at!(self, #library::Cbor<#ty>),
            Form::With(module) => at!(self, #module::Stored),
        }
    }

    /// The type that is stored, seen as a trait: `<T as Store>`.
    fn as_store(&self) -> TokenStream {
        let stored = self.stored(&library());
        at!(self, <#stored as __p::Store>)
    }

    fn as_object(&self) -> TokenStream {
        let stored = self.stored(&library());
        at!(self, <#stored as __p::ParcodeObject>)
    }

    /// A reference to the field of `__this`.
    pub(crate) fn borrowed(&self) -> TokenStream {
        let member = &self.member;
        if let Some(binding) = &self.binding {
            at!(self, #binding)
        } else {
            at!(self, &__this.#member)
        }
    }

    /// A reference to the field of a mirror, `self`.
    pub(crate) fn shown(&self) -> TokenStream {
        let member = &self.member;
        if let Some(binding) = &self.binding {
            at!(self, #binding)
        } else {
            at!(self, &self.#member)
        }
    }

    /// The field moved out of `__lazy`.
    fn moved(&self) -> TokenStream {
        let member = &self.member;
        if let Some(binding) = &self.binding {
            at!(self, #binding)
        } else {
            at!(self, __lazy.#member)
        }
    }

    /// A reference to what is stored of the field, and the trait of its type.
    fn saved(&self) -> (TokenStream, TokenStream) {
        self.saved_from(self.borrowed())
    }

    /// The same, of a field's value that is not in a struct.
    fn saved_from(&self, value: TokenStream) -> (TokenStream, TokenStream) {
        match &self.form {
            Form::Itself | Form::Skipped => (self.as_store(), value),
            Form::Serde => {
                let ty = &self.ty;
                let lent = at!(self, <__p::Cbor<&#ty> as __p::Store>);
                (lent, at!(self, &__p::Cbor(#value)))
            }
            Form::With(module) => (self.as_store(), at!(self, &#module::store(#value))),
        }
    }

    /// Bytes in the parent.
    pub(crate) fn slot(&self) -> TokenStream {
        let store = self.as_store();
        if self.is_chunkable() {
            at!(self, #store::HANDLE_SLOT)
        } else {
            at!(self, #store::SLOT)
        }
    }

    pub(crate) fn schema(&self) -> TokenStream {
        let stored = self.stored(&library());
        let (name, chunkable) = (&self.name, self.is_chunkable());
        if self.options.map.is_some() {
            at!(self, __p::map_field::<#stored>(__types, #name))
        } else {
            at!(self, __p::field::<#stored>(__types, #name, #chunkable))
        }
    }

    pub(crate) fn measure(&self) -> TokenStream {
        let (store, value) = self.saved();
        if self.is_chunkable() {
            at!(self, #store::__measure_handle(#value, __measure);)
        } else {
            at!(self, #store::__measure(#value, __measure);)
        }
    }

    /// A result: whether the field could be written.
    pub(crate) fn encode(&self) -> TokenStream {
        let (name, (_, value)) = (&self.name, self.saved());
        let encode = if self.is_chunkable() {
            at!(self, __encoder.chunkable(#name, #value, &mut __at))
        } else {
            at!(self, __encoder.field(#name, #value, &mut __at))
        };
        match &self.options.compression {
            None => encode,
            Some(codec) => {
                let codec = &codec.value;
                at!(self, __encoder.compressed(#codec, |__encoder| #encode))
            }
        }
    }

    /// A result: whether `value`, of the type of the field, could be written at `__at`.
    pub(crate) fn encode_alone(&self, value: &TokenStream) -> TokenStream {
        let (store, value) = self.saved_from(value.clone());
        if self.is_chunkable() {
            at!(self, #store::__encode_handle(#value, __at, __encoder))
        } else {
            at!(self, #store::__encode(#value, __at, __encoder))
        }
    }

    /// Appends the field to a key; `last` says whether something follows it.
    pub(crate) fn key(&self, last: &TokenStream) -> TokenStream {
        let (store, value) = self.saved();
        at!(self, #store::__key(#value, __key, #last);)
    }

    /// A result: whether the field is sound.
    pub(crate) fn check(&self) -> TokenStream {
        let (name, stored) = (&self.name, self.stored(&library()));
        if self.is_chunkable() {
            at!(self, __checker.chunkable::<#stored>(#name, &mut __at))
        } else {
            at!(self, __checker.field::<#stored>(#name, &mut __at))
        }
    }

    /// The type of the field in a mirror.
    pub(crate) fn mirror_type(&self, library: &TokenStream) -> TokenStream {
        let (ty, stored) = (&self.ty, self.stored(library));
        let mirror = if self.is_chunkable() {
            at!(self, <#stored as #library::ParcodeObject>::Handle<'par>)
        } else {
            at!(self, <#stored as #library::ParcodeObject>::Lazy<'par>)
        };
        match &self.form {
            Form::Itself | Form::Serde => mirror,
            Form::With(_) => at!(self, #library::LazyWith<#mirror, #ty>),
            Form::Skipped => at!(self, #library::Skipped<#ty>),
        }
    }

    /// `member: mirror`, out of `__fields`.
    pub(crate) fn lazy(&self) -> TokenStream {
        let (member, stored) = (&self.member, self.stored(&library()));
        let mirror = if self.is_chunkable() {
            at!(self, __fields.handle::<#stored>())
        } else {
            at!(self, __fields.lazy::<#stored>())
        };
        let mirror = match &self.form {
            Form::Itself | Form::Serde => mirror,
            Form::With(_) => self.converted(&mirror),
            Form::Skipped => at!(self, __p::Skipped::new()),
        };
        at!(self, #member: #mirror)
    }

    /// `member: value`, loaded from a mirror.
    pub(crate) fn load(&self) -> TokenStream {
        let (member, mirror) = (&self.member, self.moved());
        let value = match &self.form {
            Form::Itself => self.load_from(&mirror),
            Form::Serde => {
                let loaded = self.load_from(&mirror);
                at!(self, #loaded.0)
            }
            Form::With(_) => at!(self, #mirror.__load(__loader)?),
            Form::Skipped => {
                let default = self.options.default_path().map(|path| at!(self, #path()));
                default.unwrap_or_else(|| at!(self, ::core::default::Default::default()))
            }
        };
        at!(self, #member: #value)
    }

    fn load_from(&self, mirror: &TokenStream) -> TokenStream {
        let object = self.as_object();
        if self.is_chunkable() {
            at!(self, #object::__load_handle(#mirror, __loader)?)
        } else {
            at!(self, #object::__load(#mirror, __loader)?)
        }
    }

    /// `member: mirror`, with a shorter lifetime.
    pub(crate) fn shorten(&self) -> TokenStream {
        let (member, mirror, object) = (&self.member, self.moved(), self.as_object());
        let shorten = if self.is_chunkable() {
            at!(self, #object::__shorten_handle)
        } else {
            at!(self, #object::__shorten)
        };
        let mirror = match &self.form {
            Form::Itself | Form::Serde => at!(self, #shorten(#mirror)),
            Form::With(_) => self.converted(&at!(self, #shorten(#mirror.into_stored()))),
            Form::Skipped => mirror,
        };
        at!(self, #member: #mirror)
    }

    /// A mirror of what `with` stores, with the way back.
    fn converted(&self, mirror: &TokenStream) -> TokenStream {
        let Form::With(module) = &self.form else {
            return mirror.clone();
        };
        let loaded = self.load_from(&at!(self, __stored));
        let what = format!("{}::restore", quote::quote!(#module)).replace(' ', "");
        at!(self, __p::LazyWith::new(#mirror, |__stored, __loader| {
            #module::restore(#loaded).map_err(|__error| __p::conversion(#what, __error))
        }))
    }
}

/// One result after another; the last one is the result of all.
pub(crate) fn in_turn(results: impl Iterator<Item = TokenStream>) -> TokenStream {
    let mut results: Vec<_> = results.collect();
    let last = results.pop();
    code!(#(#results?;)* #last)
}

/// The library, as generated impls call it.
fn library() -> TokenStream {
    code!(__p)
}
