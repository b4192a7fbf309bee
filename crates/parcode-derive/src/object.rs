//! `impl ParcodeObject`: reading.

use crate::bounds::Bounds;
use crate::code;
use crate::field::in_turn;
use crate::model::{Field, Input, Mirror, Variant};
use crate::{mirror, plain};
use proc_macro2::{Literal, TokenStream};
use syn::{Generics, parse_quote};

pub(crate) fn expand(input: &Input, bounds: &Bounds) -> TokenStream {
    match &input.mirror {
        Mirror::None => TokenStream::new(),
        Mirror::Own => own(input, bounds),
        Mirror::Type { .. } => mirrored(input, bounds),
    }
}

/// A type with a mirror beside it.
fn mirrored(input: &Input, bounds: &Bounds) -> TokenStream {
    let (generics, _, clauses) = bounds.object.split_for_impl();
    let own = &bounds.own;
    let mirror = |lifetime: &TokenStream| mirror::named(input, lifetime);
    let (elided, par) = (mirror(&code!('_)), mirror(&code!('par)));
    let (short, long) = (mirror(&code!('short)), mirror(&code!('long)));
    let [lazy, load, shorten] = [lazy(input), load(input), shorten(input)];
    let check = check(input);
    code! {
        #[automatically_derived]
        impl #generics __p::ParcodeObject for #own #clauses {
            type Lazy<'par> = #par;
            type Handle<'par> = #par;
            #[inline]
            fn __lazy(__slot: __p::Slot<'_>) -> #elided {
                #lazy
            }
            #[inline]
            fn __handle(__slot: __p::Slot<'_>) -> #elided {
                Self::__lazy(__slot)
            }
            #[inline]
            fn __load(__lazy: #elided, __loader: &__p::Loader) -> __p::Result<Self> {
                #load
            }
            fn __load_handle(__lazy: #elided, __loader: &__p::Loader) -> __p::Result<Self> {
                Self::__load(__lazy, __loader)
            }
            #check
            fn __shorten<'short, 'long: 'short>(__lazy: #long) -> #short {
                #shorten
            }
            fn __shorten_handle<'short, 'long: 'short>(__lazy: #long) -> #short {
                Self::__shorten(__lazy)
            }
        }
    }
}

/// A type that is its own mirror.
fn own(input: &Input, bounds: &Bounds) -> TokenStream {
    let generics = own_generics(input, bounds);
    let (generics, _, clauses) = generics.split_for_impl();
    let own = &bounds.own;
    let (lazy, check, plain) = (lazy(input), check(input), plain::object(input));
    let ident = &input.ident;
    let proof = input.generics.params.is_empty().then(|| {
        let assert = if input.is_value() {
            code!(assert_value_mirror)
        } else {
            code!(assert_own_mirror)
        };
        code!(const _: () = __p::#assert::<#ident>();)
    });
    code! {
        #proof
        #[automatically_derived]
        impl #generics __p::ParcodeObject for #own #clauses {
            type Lazy<'par> = Self;
            type Handle<'par> = Self;
            #[inline]
            fn __lazy(__slot: __p::Slot<'_>) -> Self {
                #lazy
            }
            #[inline]
            fn __handle(__slot: __p::Slot<'_>) -> Self {
                Self::__lazy(__slot)
            }
            fn __load(__lazy: Self, _: &__p::Loader) -> __p::Result<Self> {
                ::core::result::Result::Ok(__lazy)
            }
            fn __load_handle(__lazy: Self, _: &__p::Loader) -> __p::Result<Self> {
                ::core::result::Result::Ok(__lazy)
            }
            #check
            fn __shorten<'short, 'long: 'short>(__lazy: Self) -> Self {
                __lazy
            }
            fn __shorten_handle<'short, 'long: 'short>(__lazy: Self) -> Self {
                __lazy
            }
            fn __load_array<const __N: usize>(
                __lazy: [Self; __N],
                _: &__p::Loader,
            ) -> __p::Result<[Self; __N]> {
                ::core::result::Result::Ok(__lazy)
            }
            #plain
        }
    }
}

/// The generics of a type that is its own mirror. What that needs is a bound (see `OwnMirror` in
/// the library), so that a missing `Clone` is reported once, in words that say why it is needed.
pub(crate) fn own_generics(input: &Input, bounds: &Bounds) -> Generics {
    let mut generics = bounds.object.clone();
    let own = &bounds.own;
    let needs = if input.is_value() {
        code!(__p::ValueMirror)
    } else {
        code!(__p::OwnMirror)
    };
    let clauses = &mut generics.make_where_clause().predicates;
    clauses.push(parse_quote!(for<'__m> #own: #needs<'__m>));
    generics
}

/// Builds the mirror of what is in `__slot`. A tag that no variant has gives the first one.
fn lazy(input: &Input) -> TokenStream {
    let build = |variant: &Variant| {
        let (path, here) = (input.mirror_path(variant), mirror::here(input));
        let fields = variant.fields.iter().map(Field::lazy);
        code!(#path { #(#fields,)* #here })
    };
    if let (false, [only]) = (input.is_enum, input.variants.as_slice()) {
        let built = build(only);
        let start = input
            .has_stored()
            .then(|| code!(let mut __fields = __slot.fields();));
        let unused = (!input.has_stored()).then(|| code!(let _ = __slot;));
        return code!(#start #unused #built);
    }
    let count = Literal::usize_unsuffixed(input.variants.len());
    let mut arms = input.variants.iter().enumerate().map(|(tag, variant)| {
        let (tag, built) = (Literal::usize_unsuffixed(tag), build(variant));
        (tag, built)
    });
    let first = arms.next().map(|(_, built)| code!(_ => #built));
    let rest = arms.map(|(tag, built)| code!(#tag => #built));
    if input.has_stored() {
        code! {
            let (__tag, mut __fields) = __slot.variant::<#count>();
            match __tag { #(#rest,)* #first }
        }
    } else {
        code!(match __slot.variant::<#count>().0 { #(#rest,)* #first })
    }
}

/// Builds the value from the mirror `__lazy`.
fn load(input: &Input) -> TokenStream {
    let unused = (!input.has_stored()).then(|| code!(let _ = __loader;));
    let loaded = from_mirror(input, |variant| {
        let path = input.path(variant);
        let fields = variant.fields.iter().map(Field::load);
        code!(#path { #(#fields),* })
    });
    code!(#unused ::core::result::Result::Ok(#loaded))
}

/// Builds a mirror with a shorter lifetime from `__lazy`.
fn shorten(input: &Input) -> TokenStream {
    if !input.has_stored() {
        return code!(__lazy);
    }
    from_mirror(input, |variant| {
        let (path, here) = (input.mirror_path(variant), mirror::here(input));
        let fields = variant.fields.iter().map(Field::shorten);
        code!(#path { #(#fields,)* #here })
    })
}

fn from_mirror(input: &Input, build: impl Fn(&Variant) -> TokenStream) -> TokenStream {
    if !input.is_enum {
        return input.variants.iter().map(build).collect();
    }
    let arms = input.variants.iter().map(|variant| {
        let pattern = variant.pattern(&input.mirror_path(variant), |_| true);
        let built = build(variant);
        code!(#pattern => #built)
    });
    code!(match __lazy { #(#arms,)* })
}

fn check(input: &Input) -> TokenStream {
    let done = code!(::core::result::Result::Ok(()));
    let fields = |variant: &Variant| in_turn(variant.stored().map(Field::check));
    let moves = (input.is_enum || input.has_stored()).then(|| code!(let mut __at = __at;));
    let body = if input.is_enum {
        let count = Literal::usize_unsuffixed(input.variants.len());
        let full = |(_, variant): &(usize, &Variant)| variant.stored().next().is_some();
        let arms = input
            .variants
            .iter()
            .enumerate()
            .filter(full)
            .map(|(tag, variant)| {
                let (tag, fields) = (Literal::usize_unsuffixed(tag), fields(variant));
                code!(#tag => { #fields })
            });
        code!(match __checker.variant::<#count>(&mut __at)? { #(#arms)* _ => #done })
    } else if input.has_stored() {
        input.variants.iter().map(fields).collect()
    } else {
        code!(let _ = (__checker, __at); #done)
    };
    code! {
        #[inline]
        fn __check(
            __checker: &mut __p::Checker<'_>,
            __at: usize,
        ) -> ::core::result::Result<(), __p::Flaw> {
            #moves
            #body
        }
    }
}
