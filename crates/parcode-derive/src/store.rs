//! `impl Store`: saving.

use crate::bounds::Bounds;
use crate::code;
use crate::field::in_turn;
use crate::model::{Field, Input, Variant};
use crate::{evolution, plain};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub(crate) fn expand(input: &Input, bounds: &Bounds) -> TokenStream {
    let (generics, _, clauses) = bounds.store.split_for_impl();
    let own = &bounds.own;
    let [slot, schema, measure, encode, key] = [
        slot(input),
        schema(input),
        measure(input),
        encode(input),
        key(input),
    ];
    let plain = plain::store(input);
    let evolution = evolution::expand(input);
    code! {
        #[automatically_derived]
        impl #generics __p::Store for #own #clauses {
            const SLOT: usize = #slot;
            const HANDLE_SLOT: usize = Self::SLOT;
            fn __schema(__types: &mut __p::SchemaBuilder) -> __p::Type {
                #schema
            }
            #evolution
            #[inline]
            fn __measure(__this: &Self, __measure: &mut __p::Measure) {
                #measure
            }
            #[inline]
            fn __encode(
                __this: &Self,
                __at: usize,
                __encoder: &mut __p::Encoder<'_>,
            ) -> __p::Result<()> {
                #encode
            }
            fn __key(__this: &Self, __key: &mut __p::KeyBuf, __last: bool) {
                #key
            }
            #plain
        }
    }
}

fn slot(input: &Input) -> TokenStream {
    let mut widths = input.variants.iter().map(|variant| {
        let slots = variant.stored().map(Field::slot);
        let sum = quote!(#(#slots)+*);
        if sum.is_empty() { code!(0) } else { sum }
    });
    if !input.is_enum {
        return widths.next().unwrap_or_default();
    }
    let tag = tag_width(input);
    if input.has_stored() {
        code!(#tag + __p::widest(&[#(#widths),*]))
    } else {
        tag
    }
}

fn schema(input: &Input) -> TokenStream {
    let fields = |variant: &Variant| {
        let fields = variant.stored().map(Field::schema);
        code!(__p::list([#(#fields),*]))
    };
    let name = crate::model::name_of(&input.ident);
    if let (false, [only]) = (input.is_enum, input.variants.as_slice()) {
        let (fields, plain) = (fields(only), input.options.plain.is_some());
        return code!(__p::record(#name, #fields, #plain));
    }
    let variants = input.variants.iter().map(|variant| {
        let (name, fields) = (&variant.name, fields(variant));
        code!(__p::variant(#name, #fields))
    });
    code!(__p::choice(#name, __p::list([#(#variants),*])))
}

fn measure(input: &Input) -> TokenStream {
    each_variant(input, &TokenStream::new(), |variant| {
        let fields = variant.stored().map(Field::measure);
        code!(#(#fields)*)
    })
}

fn encode(input: &Input) -> TokenStream {
    let done = code!(::core::result::Result::Ok(()));
    let fields = each_variant(input, &done, |variant| {
        in_turn(variant.stored().map(Field::encode))
    });
    let tag = input.is_enum.then(|| {
        let (tag, count) = (tag(input), count(input));
        code!(__p::put_tag(__encoder, &mut __at, #count, #tag);)
    });
    let moves = (input.is_enum || input.has_stored()).then(|| code!(let mut __at = __at;));
    code!(#moves #tag #fields)
}

fn key(input: &Input) -> TokenStream {
    let fields = each_variant(input, &TokenStream::new(), |variant| {
        let last = variant.stored().count().saturating_sub(1);
        let fields = variant.stored().enumerate().map(|(i, field)| {
            let last = if i == last {
                code!(__last)
            } else {
                code!(false)
            };
            field.key(&last)
        });
        code!(#(#fields)*)
    });
    let tag = input.is_enum.then(|| {
        let tag = tag(input);
        code!(__p::key_tag(__key, #tag);)
    });
    code!(#tag #fields)
}

/// Does what `fields` says for the variant that `__this` is, and `nothing` where it stores nothing.
fn each_variant(
    input: &Input,
    nothing: &TokenStream,
    fields: impl Fn(&Variant) -> TokenStream,
) -> TokenStream {
    if !input.has_stored() {
        return nothing.clone();
    }
    if !input.is_enum {
        return input.variants.iter().map(fields).collect();
    }
    let full = |variant: &&Variant| variant.stored().next().is_some();
    let arms = input.variants.iter().filter(full).map(|variant| {
        let pattern = variant.pattern(&input.path(variant), Field::is_stored);
        let fields = fields(variant);
        code!(#pattern => { #fields })
    });
    let rest =
        (!input.variants.iter().all(|variant| full(&variant))).then(|| code!(_ => { #nothing }));
    code!(match __this { #(#arms)* #rest })
}

/// The number of the variant that `__this` is.
fn tag(input: &Input) -> TokenStream {
    let arms = input.variants.iter().enumerate().map(|(tag, variant)| {
        let (path, tag) = (input.path(variant), Literal::usize_unsuffixed(tag));
        code!(#path { .. } => #tag)
    });
    code!(match __this { #(#arms),* })
}

fn count(input: &Input) -> Literal {
    Literal::usize_unsuffixed(input.variants.len())
}

fn tag_width(input: &Input) -> TokenStream {
    let count = count(input);
    code!(__p::tag_width(#count))
}
