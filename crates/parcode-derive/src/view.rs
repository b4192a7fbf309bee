//! `view(…)`: a trait with getters that a struct and its mirror both implement, so that one function
//! takes either. Also [`AsView`](../parcode/trait.AsView.html) for types that are their own mirror,
//! which makes them fields of such views.

use crate::attributes::View;
use crate::bounds::Bounds;
use crate::model::{Field, Input, Mirror, unseen};
use crate::{code, mirror, object};
use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt;
use syn::{Generics, Member};

/// The trait, which stands beside the type.
pub(crate) fn declaration(input: &Input, bounds: &Bounds) -> TokenStream {
    let Some(view) = view(input) else {
        return TokenStream::new();
    };
    let (vis, name, library) = (&input.vis, unseen(&view.name), &input.library);
    let generics = &bounds.object;
    let clauses = &generics.where_clause;
    let docs = format!("What a [`{}`] and its mirror have in common.", input.ident);
    let getters = getters(input, view).map(|(getter, field)| {
        let ty = &field.ty;
        let docs = format!("The field `{}`.", field.rust_name());
        code! {
            #[doc = #docs]
            fn #getter(&self) -> <#ty as #library::AsView>::View<'_>;
        }
    });
    code! {
        #[doc = #docs]
        #[allow(deprecated)]
        #vis trait #name #generics #clauses { #(#getters)* }
    }
}

pub(crate) fn impls(input: &Input, bounds: &Bounds) -> TokenStream {
    let (own, object) = (&bounds.own, &bounds.object);
    let shown = matches!(input.mirror, Mirror::Own).then(|| own_view(input, bounds));
    let Some(view) = view(input) else {
        return shown.unwrap_or_default();
    };
    let of_value = getter_impls(input, view, own, object, |field| {
        let (ty, member) = (&field.ty, &field.member);
        code!(<#ty as __p::AsView>::view(&self.#member))
    });
    let of_mirror = match &input.mirror {
        Mirror::Type { borrows, .. } => {
            let generics = if *borrows { &bounds.mirror } else { object };
            let mirror = mirror::named(input, &code!('par));
            Some(getter_impls(input, view, &mirror, generics, |field| {
                let (ty, member) = (&field.ty, &field.member);
                code!(<#ty as __p::AsView>::view_lazy(&self.#member))
            }))
        }
        Mirror::Own | Mirror::None => None,
    };
    code!(#shown #of_value #of_mirror)
}

fn getter_impls(
    input: &Input,
    view: &View,
    ty: &TokenStream,
    generics: &Generics,
    body: impl Fn(&Field) -> TokenStream,
) -> TokenStream {
    let name = &view.name;
    let (_, args, _) = input.generics.split_for_impl();
    let (generics, _, clauses) = generics.split_for_impl();
    let getters = getters(input, view).map(|(getter, field)| {
        let (ty, body) = (&field.ty, body(field));
        code!(fn #getter(&self) -> <#ty as __p::AsView>::View<'_> { #body })
    });
    code! {
        #[automatically_derived]
        impl #generics #name #args for #ty #clauses { #(#getters)* }
    }
}

/// What is its own mirror is its own view.
fn own_view(input: &Input, bounds: &Bounds) -> TokenStream {
    let own = &bounds.own;
    let generics = object::own_generics(input, bounds);
    let (generics, _, clauses) = generics.split_for_impl();
    code! {
        #[automatically_derived]
        impl #generics __p::AsView for #own #clauses {
            type View<'v> = Self;
            fn view(&self) -> Self {
                ::core::clone::Clone::clone(self)
            }
            fn view_lazy<'v>(__lazy: &'v Self) -> Self {
                ::core::clone::Clone::clone(__lazy)
            }
        }
    }
}

fn view(input: &Input) -> Option<&View> {
    input.options.view.as_ref().map(|view| &view.value)
}

/// The fields that the view names, each with its getter's name.
fn getters<'i>(input: &'i Input, view: &'i View) -> impl Iterator<Item = (Ident, &'i Field)> {
    view.fields.iter().filter_map(|name| {
        let mut named = input.fields().filter_map(|field| match &field.member {
            Member::Named(ident) => Some((ident, field)),
            Member::Unnamed(_) => None,
        });
        let (ident, field) = named.find(|(ident, _)| ident.unraw() == name.unraw())?;
        Some((unseen(ident), field))
    })
}
