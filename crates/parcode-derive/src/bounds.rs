//! What generic parameters must be able to do.
//!
//! As serde does it, a parameter is bounded where a stored field mentions it, and no field's whole
//! type ever is: `Vec<Self>: Store` in the where-clause of `Self: Store` would be a cycle. What a
//! parameter's own bound does not imply (`PhantomData<T>`, `T::Assoc`, a `serde` field) is bounded
//! as it stands, since it cannot contain the type itself.

use crate::code;
use crate::model::{Field, Form, Input};
use proc_macro2::{Ident, TokenStream};
use quote::quote;
use std::collections::HashSet;
use syn::visit::{self, Visit};
use syn::{GenericArgument, Generics, PathArguments, Type, TypePath, WherePredicate, parse_quote};

/// The generics of the generated impls.
pub(crate) struct Bounds {
    /// Of `impl Store for …`.
    pub(crate) store: Generics,
    /// Of `impl ParcodeObject for …`.
    pub(crate) object: Generics,
    /// Of the mirror, if it borrows: as `object`, with `'par` in front.
    pub(crate) mirror: Generics,
    /// The type with its parameters.
    pub(crate) own: TokenStream,
}

impl Bounds {
    pub(crate) fn infer(input: &Input) -> Self {
        let ident = &input.ident;
        let (_, args, _) = input.generics.split_for_impl();
        let own = quote!(#ident #args);
        let mut store = input.generics.clone();
        let mut object = input.generics.clone();
        if input.generics.type_params().next().is_some() {
            let inferred = Inferred::of(input);
            let store = &mut store.make_where_clause().predicates;
            store.extend(inferred.store);
            store.push(parse_quote!(#own: ::core::marker::Sync));
            let object = &mut object.make_where_clause().predicates;
            object.extend(inferred.object);
            object.push(parse_quote! {
                #own: ::core::marker::Send + ::core::marker::Sync + 'static
            });
        }
        let mut mirror = object.clone();
        mirror.params.insert(0, parse_quote!('par));
        Self {
            store,
            object,
            mirror,
            own,
        }
    }
}

#[derive(Default)]
struct Inferred {
    store: Vec<WherePredicate>,
    object: Vec<WherePredicate>,
}

impl Inferred {
    fn of(input: &Input) -> Self {
        let library = &input.library;
        if let Some(bound) = &input.options.bound {
            return Self {
                store: bound.value.clone(),
                object: bound.value.clone(),
            };
        }
        let mut inferred = Self::default();
        let mut uses = Uses::new(input);
        for field in input.fields() {
            inferred.field(input, field, &mut uses);
        }
        let mut bound = |ty: &TokenStream| {
            inferred.store.push(parse_quote!(#ty: #library::Store));
            inferred.object.push(if input.is_value() {
                // What is its own mirror consists of what is.
                parse_quote!(#ty: for<'__p> #library::ParcodeObject<Lazy<'__p> = #ty>)
            } else {
                parse_quote!(#ty: #library::ParcodeObject)
            });
        };
        for param in input.generics.type_params().map(|param| &param.ident) {
            if uses.params.contains(param) {
                bound(&quote!(#param));
            }
        }
        for ty in &uses.whole {
            bound(&quote!(#ty));
        }
        for hasher in &uses.hashers {
            let bounds = quote! {
                ::core::hash::BuildHasher + ::core::default::Default
                    + ::core::marker::Send + ::core::marker::Sync + 'static
            };
            inferred.store.push(parse_quote!(#hasher: #bounds));
            inferred.object.push(parse_quote!(#hasher: #bounds));
        }
        inferred
    }

    fn field(&mut self, input: &Input, field: &Field, uses: &mut Uses) {
        let (ty, library) = (&field.ty, &input.library);
        if let Some(bound) = &field.options.bound {
            self.store.extend(bound.value.iter().cloned());
            self.object.extend(bound.value.iter().cloned());
            return;
        }
        match &field.form {
            Form::Itself => uses.visit_type(ty),
            Form::Serde if uses.mentioned_in(ty) => {
                let stored = code!(#library::Cbor<#ty>);
                let lent: WherePredicate =
                    parse_quote!(for<'__v> #library::Cbor<&'__v #ty>: #library::Store);
                self.store.push(parse_quote!(#stored: #library::Store));
                self.store.push(lent.clone());
                self.object
                    .push(parse_quote!(#stored: #library::ParcodeObject));
                self.object.push(lent);
            }
            Form::Skipped if field.options.default_path().is_none() && uses.mentioned_in(ty) => {
                self.object
                    .push(parse_quote!(#ty: ::core::default::Default));
            }
            Form::Serde | Form::Skipped | Form::With(_) => {}
        }
    }
}

/// Where fields mention parameters.
struct Uses {
    /// The type itself, which needs nothing of its parameters that its fields do not need.
    own: String,
    declared: HashSet<Ident>,
    /// Parameters that are stored as they are.
    params: HashSet<Ident>,
    /// Types that are bounded whole.
    whole: Vec<Type>,
    /// Parameters that hash.
    hashers: Vec<Ident>,
}

impl Uses {
    fn new(input: &Input) -> Self {
        let (ident, (_, args, _)) = (&input.ident, input.generics.split_for_impl());
        Self {
            own: text(&quote!(#ident #args)),
            declared: input
                .generics
                .type_params()
                .map(|param| param.ident.clone())
                .collect(),
            params: HashSet::new(),
            whole: Vec::new(),
            hashers: Vec::new(),
        }
    }

    fn mentioned_in(&self, ty: &Type) -> bool {
        let mut mentions = Mentions {
            declared: &self.declared,
            found: false,
        };
        mentions.visit_type(ty);
        mentions.found
    }

    fn whole(&mut self, ty: &TypePath) {
        let ty = Type::Path(ty.clone());
        let known = |known| text(known) == text(&ty);
        if self.mentioned_in(&ty) && !self.whole.iter().any(known) {
            self.whole.push(ty);
        }
    }

    /// A parameter that is the hasher of this map or set; it is not stored.
    fn hasher<'t>(&self, ty: &'t TypePath) -> Option<&'t Ident> {
        let segment = ty.path.segments.last()?;
        let place = match segment.ident.to_string().as_str() {
            "HashMap" | "IndexMap" => 2,
            "HashSet" | "IndexSet" => 1,
            _ => return None,
        };
        let PathArguments::AngleBracketed(args) = &segment.arguments else {
            return None;
        };
        match args.args.get(place)? {
            GenericArgument::Type(Type::Path(hasher)) => {
                let ident = hasher.path.get_ident()?;
                self.declared.contains(ident).then_some(ident)
            }
            _ => None,
        }
    }
}

impl<'t> Visit<'t> for Uses {
    fn visit_type_path(&mut self, ty: &'t TypePath) {
        let (Some(first), Some(last)) = (ty.path.segments.first(), ty.path.segments.last()) else {
            return;
        };
        if text(ty) == self.own {
            return;
        }
        let is_path_of_param = ty.qself.is_some() || self.declared.contains(&first.ident);
        if let (true, Some(param)) = (is_path_of_param, ty.path.get_ident()) {
            self.params.insert(param.clone());
        } else if is_path_of_param || last.ident == "PhantomData" {
            self.whole(ty);
        } else if let Some(hasher) = self.hasher(ty).cloned() {
            let is_stored = self.params.contains(&hasher);
            visit::visit_type_path(self, ty);
            if !is_stored {
                self.params.remove(&hasher);
            }
            if !self.hashers.contains(&hasher) {
                self.hashers.push(hasher);
            }
        } else {
            visit::visit_type_path(self, ty);
        }
    }
}

fn text(tokens: &impl quote::ToTokens) -> String {
    tokens.to_token_stream().to_string()
}

/// Whether a type mentions a parameter.
struct Mentions<'d> {
    declared: &'d HashSet<Ident>,
    found: bool,
}

impl<'t> Visit<'t> for Mentions<'_> {
    fn visit_ident(&mut self, ident: &'t Ident) {
        self.found |= self.declared.contains(ident);
    }
}
