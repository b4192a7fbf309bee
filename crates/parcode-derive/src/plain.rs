//! `plain`: a struct whose bytes in a file are its bytes in memory.
//!
//! The only `unsafe` that is ever generated. It lies at the macro, so that `forbid(unsafe_code)`
//! holds for what the user writes; what it rests on is proved by constants that rustc evaluates.

use crate::code;
use crate::model::Input;
use proc_macro2::TokenStream;

pub(crate) fn expand(input: &Input) -> TokenStream {
    if input.options.plain.is_none() {
        return TokenStream::new();
    }
    let ident = &input.ident;
    let types: Vec<_> = input.fields().map(|field| &field.ty).collect();
    code! {
        const _: () = {
            #(__p::assert_plain::<#types>();)*
            ::core::assert!(
                ::core::mem::size_of::<#ident>() == 0 #(+ ::core::mem::size_of::<#types>())*,
                "a `plain` struct must not have padding; order its fields from large to small alignment, or fill the gap with a field",
            );
            ::core::assert!(
                ::core::mem::size_of::<#ident>() > 0,
                "a `plain` struct must have bytes; without any, leave `plain` away",
            );
            ::core::assert!(
                ::core::mem::align_of::<#ident>()
                    <= __p::plain_align(&[#(<#types as __p::Store>::PLAIN),*]),
                "a `plain` struct must not be aligned to more than its fields are",
            );
        };
        // SAFETY: every field is plain, for which zeroes are a value.
        #[automatically_derived]
        unsafe impl __p::bytemuck::Zeroable for #ident {}
        // SAFETY: the struct is `repr(C)` or `repr(transparent)`, every field is `Pod`, and it is as
        // large as its fields together, so there is no padding. `Copy` and `'static` are bounds.
        #[automatically_derived]
        unsafe impl __p::bytemuck::Pod for #ident {}
        #[automatically_derived]
        impl __p::Plain for #ident {}
    }
}

/// What plain data adds to `Store`.
pub(crate) fn store(input: &Input) -> Option<TokenStream> {
    input.options.plain.as_ref()?;
    let types: Vec<_> = input.fields().map(|field| &field.ty).collect();
    Some(code! {
        const PLAIN: ::core::option::Option<usize> = ::core::option::Option::Some(
            __p::plain_align(&[#(<#types as __p::Store>::PLAIN),*]),
        );
        fn __plain_bytes(__these: &[Self]) -> ::core::option::Option<&[u8]> {
            __p::plain_bytes(__these)
        }
    })
}

/// What plain data adds to `ParcodeObject`.
pub(crate) fn object(input: &Input) -> Option<TokenStream> {
    input.options.plain.as_ref()?;
    Some(code! {
        #[inline]
        fn __append_plain(__to: &mut ::std::vec::Vec<Self>, __bytes: &[u8]) -> bool {
            __p::append_plain(__to, __bytes)
        }
    })
}
