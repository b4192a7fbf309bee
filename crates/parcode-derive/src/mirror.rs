//! The mirror: a type like the user's own, whose fields are views of what is in a file.

use crate::bounds::Bounds;
use crate::code;
use crate::model::{Field, Input, Mirror, Shape, Variant, unseen};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::ext::IdentExt;
use syn::{Attribute, Expr, ExprLit, Lit, Member, Meta, MetaNameValue, Visibility};

/// The mirror of `input` with this lifetime, if it has one.
pub(crate) fn named(input: &Input, lifetime: &TokenStream) -> TokenStream {
    let Mirror::Type { ident, borrows } = &input.mirror else {
        return TokenStream::new();
    };
    let lifetime = borrows.then(|| quote!(#lifetime)).into_iter();
    let params = input.generics.type_params().map(|param| &param.ident);
    let consts = input.generics.const_params().map(|param| &param.ident);
    let args: Vec<_> = lifetime
        .chain(params.chain(consts).map(|ident| quote!(#ident)))
        .collect();
    if args.is_empty() {
        quote!(#ident)
    } else {
        quote!(#ident<#(#args),*>)
    }
}

/// The type itself, which stands beside the user's.
pub(crate) fn declaration(input: &Input, bounds: &Bounds) -> TokenStream {
    let Mirror::Type { ident, borrows } = &input.mirror else {
        return TokenStream::new();
    };
    let generics = if *borrows {
        &bounds.mirror
    } else {
        &bounds.object
    };
    let clauses = &generics.where_clause;
    let vis = &input.vis;
    let lazy = input.options.lazy.as_ref().map(|lazy| &lazy.value);
    let derives = lazy.iter().flat_map(|lazy| &lazy.derives);
    let extra = lazy.iter().flat_map(|lazy| &lazy.attrs);
    let docs_of_type = docs(input, &input.attrs, || {
        format!("What a file shows of a [`{}`].", input.ident)
    });
    let attrs = code! {
        #docs_of_type
        #[allow(deprecated)]
        #(#[derive(#derives)])*
        #(#[#extra])*
    };
    if input.is_enum {
        let variants = input.variants.iter().map(|variant| {
            let docs = docs(input, &variant.attrs, || {
                format!("Shows `{}`.", variant.ident)
            });
            let (ident, fields) = (unseen(&variant.ident), fields(input, variant));
            code!(#docs #ident #fields)
        });
        return code!(#attrs #vis enum #ident #generics #clauses { #(#variants),* });
    }
    let Some(only) = input.variants.first() else {
        return TokenStream::new();
    };
    let (fields, library) = (fields(input, only), &input.library);
    match only.shape {
        Shape::Named if input.says_here() => code! {
            #attrs #vis struct #ident #generics #clauses {
                #fields
                #[allow(dead_code)]
                __here: #library::Here,
            }
        },
        Shape::Named => code!(#attrs #vis struct #ident #generics #clauses #fields),
        Shape::Tuple | Shape::Unit => code!(#attrs #vis struct #ident #generics #fields #clauses;),
    }
}

fn fields(input: &Input, variant: &Variant) -> TokenStream {
    let fields = variant.fields.iter().map(|field| {
        let vis = &field.vis;
        let mirror = field.mirror_type(&input.library);
        let seen = input.is_enum || !matches!(vis, Visibility::Inherited);
        let docs = if seen {
            docs(input, &field.attrs, || {
                format!("Shows `{}`.", field.rust_name())
            })
        } else {
            carried(input, &field.attrs)
        };
        match &field.member {
            Member::Named(ident) => {
                let ident = unseen(ident);
                code!(#docs #vis #ident: #mirror)
            }
            Member::Unnamed(_) => code!(#docs #vis #mirror),
        }
    });
    match variant.shape {
        Shape::Named if input.says_here() => code!(#(#fields,)*),
        Shape::Named => code!({ #(#fields),* }),
        Shape::Tuple => code!((#(#fields),*)),
        Shape::Unit => TokenStream::new(),
    }
}

/// What goes over to the mirror, with a line of documentation where the user wrote none.
fn docs(input: &Input, attrs: &[Attribute], otherwise: impl FnOnce() -> String) -> TokenStream {
    let carried = carried(input, attrs);
    if attrs.iter().any(|attr| attr.path().is_ident("doc")) {
        return carried;
    }
    let line = otherwise();
    code!(#[doc = #line] #carried)
}

fn carried(input: &Input, attrs: &[Attribute]) -> TokenStream {
    let carried = attrs.iter().filter_map(|attr| {
        let path = attr.path();
        let as_it_is = ["non_exhaustive", "deprecated", "allow"];
        match &attr.meta {
            _ if as_it_is.iter().any(|name| path.is_ident(name)) => Some(quote!(#attr)),
            Meta::NameValue(MetaNameValue {
                value:
                    Expr::Lit(ExprLit {
                        lit: Lit::Str(text),
                        ..
                    }),
                ..
            }) if path.is_ident("doc") => {
                let text = without_self(&text.value(), &input.ident);
                Some(code!(#[doc = #text]))
            }
            _ if path.is_ident("doc") => Some(quote!(#attr)),
            // What is expected of the type need not happen in the mirror.
            Meta::List(lints) if path.is_ident("expect") => {
                let lints = &lints.tokens;
                Some(code!(#[allow(#lints)]))
            }
            _ => None,
        }
    });
    quote!(#(#carried)*)
}

/// Documentation in which links to `Self` mean the user's type still.
fn without_self(text: &str, ident: &Ident) -> String {
    let ident = ident.unraw();
    ["[`Self", "[Self", "](Self"]
        .into_iter()
        .fold(text.to_string(), |text, link| {
            let own = link.replace("Self", &ident.to_string());
            text.replace(&format!("{link}::"), &format!("{own}::"))
                .replace(&format!("{link}`"), &format!("{own}`"))
        })
}

/// What the mirror can do.
pub(crate) fn impls(input: &Input, bounds: &Bounds) -> TokenStream {
    let Mirror::Type { borrows, .. } = &input.mirror else {
        return TokenStream::new();
    };
    let all = if *borrows {
        &bounds.mirror
    } else {
        &bounds.object
    };
    let (generics, _, clauses) = all.split_for_impl();
    let (own, vis) = (&bounds.own, &input.vis);
    let mirror = named(input, &code!('par));
    let shorten = borrows.then(|| {
        let shorter = named(input, &code!('short));
        code! {
            /// The same mirror with a shorter lifetime.
            #[must_use]
            #vis fn shorten<'short>(&self) -> #shorter
            where
                'par: 'short,
            {
                <#own as __p::ParcodeObject>::__shorten(::core::clone::Clone::clone(self))
            }
        }
    });
    let (clone, debug) = (clone(input), debug(input));
    code! {
        #[allow(dead_code)]
        impl #generics #mirror #clauses {
            /// Loads the whole value.
            ///
            /// # Errors
            ///
            /// Where a part of the value cannot be read.
            #vis fn load(&self) -> __p::Result<#own> {
                __p::load_mirror::<#own>(::core::clone::Clone::clone(self))
            }
            #shorten
        }
        #[automatically_derived]
        impl #generics ::core::clone::Clone for #mirror #clauses {
            fn clone(&self) -> Self {
                #clone
            }
        }
        #[automatically_derived]
        impl #generics ::core::fmt::Debug for #mirror #clauses {
            fn fmt(&self, __f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                #debug
            }
        }
    }
}

fn clone(input: &Input) -> TokenStream {
    each_variant(input, |variant| {
        let path = input.mirror_path(variant);
        let fields = variant.fields.iter().map(|field| {
            let (member, value) = (&field.member, field.shown());
            code!(#member: ::core::clone::Clone::clone(#value))
        });
        let here = here(input);
        code!(#path { #(#fields,)* #here })
    })
}

/// The field of a mirror that says that it is there, if it has one.
pub(crate) fn here(input: &Input) -> Option<TokenStream> {
    input.says_here().then(|| code!(__here: __p::Here::Is))
}

fn debug(input: &Input) -> TokenStream {
    each_variant(input, |variant| {
        let values = variant.fields.iter().map(Field::shown);
        let names = variant.fields.iter().map(Field::rust_name);
        let name = match &input.mirror {
            Mirror::Type { ident, .. } if !input.is_enum => ident.to_string(),
            _ => variant.ident.to_string(),
        };
        match variant.shape {
            Shape::Named => {
                code!(__p::debug_struct(__f, #name, &[#((#names, #values)),*]))
            }
            Shape::Tuple => code!(__p::debug_tuple(__f, #name, &[#(#values),*])),
            Shape::Unit => code!(__f.write_str(#name)),
        }
    })
}

fn each_variant(input: &Input, of: impl Fn(&Variant) -> TokenStream) -> TokenStream {
    if !input.is_enum {
        return input.variants.iter().map(of).collect();
    }
    let arms = input.variants.iter().map(|variant| {
        let pattern = variant.pattern(&input.mirror_path(variant), |_| true);
        let value = of(variant);
        code!(#pattern => #value)
    });
    code!(match self { #(#arms,)* })
}
