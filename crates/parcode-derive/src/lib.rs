//! The derive macro of parcode. Use it through the `parcode` crate, which re-exports it and
//! documents its attributes.
//!
//! A derive runs in four steps, one module each or more:
//!
//! 1. `attributes` reads `#[parcode(…)]`, `model` the item around it. Both collect what is wrong
//!    instead of stopping at the first error.
//! 2. `checks` finds what is well-formed and makes no sense.
//! 3. `bounds` decides what generic parameters must be able to do.
//! 4. One generator for each output: `store` (saving), `object` (reading), `mirror` (the
//!    `…Lazy` type), `lookup` (map keys), `evolution` (older forms), `plain` and `view`. What a single field adds to a
//!    function is decided in `field`, the only place that knows the forms a field can take.
//!
//! Generated code is small on purpose, because every struct of a user pays for it: it calls generic
//! helpers of the library rather than spelling out what they do. It names the library by one path,
//! and its locals cannot meet the user's names.

mod attributes;
mod bounds;
mod checks;
mod evolution;
mod field;
mod lookup;
mod mirror;
mod model;
mod object;
mod plain;
mod spelling;
mod store;
#[cfg(test)]
mod tests;
mod view;

use bounds::Bounds;
use model::Input;
use proc_macro2::TokenStream;
use syn::DeriveInput;

/// `quote!` for generated code: its locals are invisible to the user's code and the other way
/// round, everything else is looked up where the derive stands.
macro_rules! code {
    ($($tokens:tt)*) => {
        ::quote::quote_spanned!(::proc_macro2::Span::mixed_site()=> $($tokens)*)
    };
}
pub(crate) use code;

/// Makes a type storable, and writes its mirror: `PlayerLazy<'par>` for `Player`, with the same
/// fields, visibilities and documentation.
///
/// Works on structs and enums of every kind, with type and const parameters, where-clauses and
/// recursion. A type with lifetimes can only be saved: of the two traits it gets `Store`. An enum
/// without data is its own mirror, and must be `Clone` and `Debug`.
///
/// Bounds of type parameters are inferred from the fields that mention them; map keys need their
/// `Eq + Hash` or `Ord` from your own where-clause.
///
/// # On fields
///
/// | `#[parcode(…)]` | |
/// | --- | --- |
/// | `chunkable` | may live in a chunk of its own, behind a handle in the mirror |
/// | `map` | the same for maps and sets, whose entries are found one by one |
/// | `compression = "lz4"` | for what is stored under the field: `none`, `lz4` (or `lz4_flex`), `zstd` |
/// | `rename = "on disk"` | its name in the file |
/// | `alias = "old"` | a name that it had; may be repeated |
/// | `default`, `default = "path"` | what it is where a file does not have it: `Default`, or what the function returns |
/// | `upgrade_with = "path"` | a file may hold another type: `path(Old) -> New`, or a `Result` of it, converts what has no other way |
/// | `from_one` | a sequence that was a single value: it becomes a sequence of one |
/// | `skip` | is not stored; `Skipped` in the mirror, and loaded as its default |
/// | `serde` | is kept as CBOR through serde, for types that others wrote; a handle in the mirror |
/// | `with = "module"` | is stored as `module::Stored`, by `module::store(&T) -> Stored` and `module::restore(Stored) -> Result<T, E>` |
/// | `bound = "T: Trait"` | replaces the bounds that the field infers |
///
/// # On variants
///
/// `rename` and `alias`, as on fields. `from_struct` on the one variant that the whole type was, when
/// it was still a struct.
///
/// # On types
///
/// | `#[parcode(…)]` | |
/// | --- | --- |
/// | `value` | a small `Copy` type of inline fields is its own mirror, so that its methods work there |
/// | `plain` | a `value` whose bytes in the file are those in memory, so that sequences of it are lent as slices; needs `#[repr(C)]`, numbers, and no padding, which is proved |
/// | `view(Name: field, field)` | writes a trait `Name` of getters that struct and mirror both implement |
/// | `lazy(name = "…", derive(…), attr(…))` | the mirror's name, and what else stands on it |
/// | `upgrade_with = "path"` | a file may hold another type where this one is asked for: `path(Old) -> Self`, or a `Result` of it |
/// | `bound = "T: Trait"` | replaces all inferred bounds |
/// | `crate = "path"` | where the library is, if not at `::parcode` |
#[proc_macro_derive(ParcodeObject, attributes(parcode))]
pub fn derive_parcode_object(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    let input = syn::parse_macro_input!(input as DeriveInput);
    expand(input)
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

fn expand(input: DeriveInput) -> syn::Result<TokenStream> {
    let input = Input::read(input)?;
    let bounds = Bounds::infer(&input);
    // The mirror and the trait of views are the user's to name; the rest stays out of sight.
    let mirror = mirror::declaration(&input, &bounds);
    let view = view::declaration(&input, &bounds);
    let impls = [
        store::expand(&input, &bounds),
        lookup::expand(&bounds),
        object::expand(&input, &bounds),
        mirror::impls(&input, &bounds),
        plain::expand(&input),
        view::impls(&input, &bounds),
    ];
    let library = &input.library;
    Ok(code! {
        #mirror
        #view
        #[allow(deprecated)]
        const _: () = {
            use #library as __p;
            #(#impls)*
        };
    })
}
