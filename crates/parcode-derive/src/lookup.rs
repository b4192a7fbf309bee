//! `impl Lookup`: a value finds the entry that it is the key of.

use crate::bounds::Bounds;
use crate::code;
use proc_macro2::TokenStream;

pub(crate) fn expand(bounds: &Bounds) -> TokenStream {
    let (generics, _, clauses) = bounds.store.split_for_impl();
    let own = &bounds.own;
    code! {
        #[automatically_derived]
        impl #generics __p::Lookup<#own> for #own #clauses {
            fn __lookup(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
                __p::Store::__key(__this, __key, __last);
            }
        }
    }
}
