//! `Store::__evolution`: what the type says about its older forms. Types that say nothing generate
//! nothing.

use crate::code;
use crate::model::{Field, Input, Mirror, Variant};
use proc_macro2::TokenStream;
use syn::LitStr;

/// The function, where there is something to say.
pub(crate) fn expand(input: &Input) -> TokenStream {
    if matches!(input.mirror, Mirror::None) {
        return TokenStream::new();
    }
    let whole = input.options.upgrade_with.as_ref().map(|written| {
        let (path, what) = (&written.value, name_of(&written.value));
        code! {
            __evolution.upgrade(
                |__types| __p::old_type(__types, #path),
                |__slot, __encoder, __at| {
                    let __value: Self = __p::upgraded(__slot, #what, #path)?;
                    <Self as __p::Store>::__encode(&__value, __at, __encoder)
                },
            );
        }
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
        let (path, what) = (&written.value, name_of(&written.value));
        code! {
            .upgrade(
                |__types| __p::old_type(__types, #path),
                |__slot, __encoder, __at| {
                    let __value: #ty = __p::upgraded(__slot, #what, #path)?;
                    #encode
                },
            )
        }
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

/// A function as errors name it.
fn name_of(path: &syn::Path) -> String {
    quote::quote!(#path).to_string().replace(' ', "")
}
