//! `Store::__evolution`: what the type says about its older forms. Types that say nothing generate
//! nothing.

use crate::code;
use crate::model::{Field, Input, Mirror, Variant};
use proc_macro2::{Span, TokenStream};
use quote::quote_spanned;
use syn::LitStr;
use syn::spanned::Spanned;

/// The function, where there is something to say.
pub(crate) fn expand(input: &Input) -> TokenStream {
    if matches!(input.mirror, Mirror::None) {
        return TokenStream::new();
    }
    let whole = input.options.upgrade_with.as_ref().map(|written| {
        let encode = code!(<Self as __p::Store>::__encode(&__value, __at, __encoder));
        let upgrade = upgrade(&written.value, &code!(Self), &encode);
        code!(__evolution.upgrade(#upgrade);)
    });
    let variants = input.variants.iter().filter(|_| input.is_enum);
    let variants = variants.filter_map(variant);
    let fields = input.variants.iter().flat_map(|variant| {
        let inside = if input.is_enum {
            variant.name.clone()
        } else {
            LitStr::new("", variant.name.span())
        };
        variant
            .stored()
            .filter_map(move |field| field_evolution(field, &inside))
    });
    let said: Vec<_> = whole.into_iter().chain(variants).chain(fields).collect();
    if said.is_empty() {
        return TokenStream::new();
    }
    code! {
        fn __evolution(__evolution: &mut __p::Evolution<'_>) {
            #(#said)*
        }
    }
}

fn variant(variant: &Variant) -> Option<TokenStream> {
    let options = &variant.options;
    let from_struct = options.from_struct.is_some();
    if options.aliases.is_empty() && !from_struct {
        return None;
    }
    let name = &variant.name;
    let aliases = options.aliases.iter().map(|alias| &alias.value);
    Some(code!(__evolution.variant(#name, &[#(#aliases),*], #from_struct);))
}

fn field_evolution(field: &Field, variant: &LitStr) -> Option<TokenStream> {
    let options = &field.options;
    let ty = &field.ty;
    let encode = field.encode_alone(&code!(&__value));
    let default = options.default.as_ref().map(|written| {
        let value = if let Some(path) = &written.value {
            code!(#path())
        } else {
            code!(::core::default::Default::default())
        };
        code! {
            .default(|__encoder, __at| {
                let __value: #ty = #value;
                #encode
            })
        }
    });
    let from_one = options.from_one.as_ref().map(|_| code!(.was_one()));
    let upgrade = options.upgrade_with.as_ref().map(|written| {
        let upgrade = upgrade(&written.value, &code!(#ty), &encode);
        code!(.upgrade(#upgrade))
    });
    if options.aliases.is_empty() && default.is_none() && from_one.is_none() && upgrade.is_none() {
        return None;
    }
    let name = &field.name;
    let aliases = options.aliases.iter().map(|alias| &alias.value);
    Some(code! {
        __evolution.field(#variant, #name, &[#(#aliases),*]) #default #from_one #upgrade .done();
    })
}

/// The type that a function converts from, and what writes the value of type `ty` that it makes. Its
/// tokens lie at the function's name, where rustc reports one that does not fit.
fn upgrade(path: &syn::Path, ty: &TokenStream, encode: &TokenStream) -> TokenStream {
    let what = quote::quote!(#path).to_string().replace(' ', "");
    let span = path.span().resolved_at(Span::mixed_site());
    quote_spanned! {span=>
        |__types| __p::old_type(__types, #path),
        |__slot, __loader, __encoder, __at| {
            let __value = __p::upgraded::<_, #ty, _>(__slot, __loader, #what, #path)?;
            #encode
        },
    }
}
