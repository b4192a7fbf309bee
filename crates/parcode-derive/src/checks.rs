//! What is well-formed and makes no sense.

use crate::attributes::{Errors, Written, list};
use crate::model::{Field, Form, Input, Mirror, Shape, Variant};
use std::collections::HashSet;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Attribute, Ident, LitStr};

/// The tag of an enum has at most two bytes.
const MAX_VARIANTS: usize = 1 << 16;

pub(crate) fn check(input: &Input, errors: &mut Errors) {
    for field in input.fields() {
        check_field(field, errors);
    }
    for variant in &input.variants {
        let names = variant.stored().map(|field| Named {
            what: "field",
            name: &field.name,
            at: field.member.span(),
            aliases: &field.options.aliases,
        });
        check_names(names, errors);
    }
    let repr = Repr::read(&input.attrs);
    if let Some(packed) = repr.packed {
        errors.at(
            packed,
            "fields of a packed struct cannot be borrowed, and so not be saved; remove `packed`",
        );
    }
    if input.is_enum {
        check_enum(input, errors);
    }
    check_value(input, errors);
    check_plain(input, &repr, errors);
    check_mirror(input, errors);
    check_view(input, errors);
}

fn check_field(field: &Field, errors: &mut Errors) {
    let options = &field.options;
    let key = |key: &Option<Written>| key.as_ref().map(|written| written.key.clone());
    let named = |key: &Option<Written<LitStr>>| key.as_ref().map(|written| written.key.clone());
    let chunkable = key(&options.chunkable);
    let map = key(&options.map);
    let serde = key(&options.serde);
    let with = options.with.as_ref().map(|with| with.key.clone());

    if options.skip.is_some() {
        let aliases = options.aliases.first().map(|alias| alias.key.clone());
        let without_use = [
            chunkable,
            map,
            serde,
            with,
            named(&options.compression),
            named(&options.rename),
            aliases,
            key(&options.from_one),
            options.upgrade_with.as_ref().map(|with| with.key.clone()),
        ];
        for other in without_use.into_iter().flatten() {
            errors.at(
                other.span(),
                format!("a field with `skip` is not stored; remove `{other}` or `skip`"),
            );
        }
        return;
    }
    if let (Some(serde), Some(with)) = (&serde, &with) {
        errors.at(
            with.span(),
            format!("`{serde}` and `{with}` are two ways to store one field; remove one"),
        );
    }
    if let (Some(map), Some(other)) = (&map, serde.as_ref().or(with.as_ref())) {
        errors.at(
            map.span(),
            format!("`{map}` finds single entries, `{other}` keeps them as one value; remove one"),
        );
    }
}

/// Something that a file knows by name.
struct Named<'n> {
    what: &'static str,
    name: &'n LitStr,
    at: proc_macro2::Span,
    aliases: &'n [Written<LitStr>],
}

/// A name on disk, old or new, means one thing.
fn check_names<'n>(all: impl Iterator<Item = Named<'n>>, errors: &mut Errors) {
    let mut known = HashSet::new();
    let all: Vec<_> = all.collect();
    for Named { what, name, at, .. } in &all {
        if !known.insert(name.value()) {
            errors.at(
                *at,
                format!(
                    "another {what} is stored as `{}` too; `rename` one",
                    name.value()
                ),
            );
        }
    }
    for Named { what, aliases, .. } in &all {
        for alias in *aliases {
            let name = alias.value.value();
            if !known.insert(name.clone()) {
                errors.at(
                    alias.value.span(),
                    format!("another {what} is stored or known as `{name}` too; remove this alias"),
                );
            }
        }
    }
}

fn check_enum(input: &Input, errors: &mut Errors) {
    if input.variants.is_empty() {
        errors.at(
            input.ident.span(),
            "an enum without variants has no value that a mirror could show; give it a variant",
        );
    }
    if input.variants.len() > MAX_VARIANTS {
        errors.at(
            input.ident.span(),
            format!(
                "{} variants; at most {MAX_VARIANTS} can be told apart",
                input.variants.len()
            ),
        );
    }
    let names = input.variants.iter().map(|variant| Named {
        what: "variant",
        name: &variant.name,
        at: variant.ident.span(),
        aliases: &variant.options.aliases,
    });
    check_names(names, errors);
}

/// The mirror of a `value` is the value, so its fields are nothing else than themselves either.
fn check_value(input: &Input, errors: &mut Errors) {
    let options = &input.options;
    let Some(Written { key, .. }) = options.value.as_ref().or(options.plain.as_ref()) else {
        return;
    };
    if input.generics.lifetimes().next().is_some() {
        return;
    }
    for field in input.fields() {
        let other = &field.options;
        let flags = [&other.chunkable, &other.map, &other.serde, &other.skip];
        let found = flags.into_iter().flatten().map(|written| &written.key);
        for other in found.chain(other.with.iter().map(|with| &with.key)) {
            errors.at(
                other.span(),
                format!(
                    "a `{key}` type is its own mirror, with all of its fields inline; remove `{other}` here or `{key}` from the type"
                ),
            );
        }
    }
}

fn check_plain(input: &Input, repr: &Repr, errors: &mut Errors) {
    let Some(Written { key, .. }) = &input.options.plain else {
        return;
    };
    let mut wrong = |message: &str| errors.at(key.span(), message);
    if input.is_enum {
        wrong("not every bit pattern is a variant, so an enum is never `plain`; write `value`");
        return;
    }
    if !repr.is_stable {
        wrong("the layout of a `plain` struct must not change; put `#[repr(C)]` on it");
    }
    let is_generic = input.generics.type_params().next().is_some()
        || input.generics.const_params().next().is_some();
    if is_generic {
        wrong(
            "that a generic struct has no padding cannot be proved; remove its parameters, or write `value`",
        );
    }
    if input.fields().next().is_none() {
        wrong("a `plain` struct has bytes to lend; give it a field, or write `value`");
    }
}

/// Attributes that shape a mirror need one.
fn check_mirror(input: &Input, errors: &mut Errors) {
    let options = &input.options;
    match &input.mirror {
        Mirror::None => {
            let keys = [
                options.value.as_ref().map(|written| &written.key),
                options.plain.as_ref().map(|written| &written.key),
                options.view.as_ref().map(|written| &written.key),
                options.lazy.as_ref().map(|written| &written.key),
            ];
            for key in keys.into_iter().flatten() {
                errors.at(
                    key.span(),
                    format!(
                        "a type with lifetimes is only saved and has no mirror; remove `{key}`"
                    ),
                );
            }
        }
        Mirror::Own => {
            if let Some(Written { key, .. }) = &options.lazy {
                errors.at(
                    key.span(),
                    "this type is its own mirror; put derives and attributes on the type itself",
                );
            }
        }
        Mirror::Type { .. } => {
            let derives = options.lazy.iter().flat_map(|lazy| &lazy.value.derives);
            for path in derives.filter(|path| path.is_ident("Clone") || path.is_ident("Debug")) {
                errors.at(
                    path.span(),
                    "every mirror is `Clone` and `Debug`; remove this",
                );
            }
        }
    }
}

fn check_view(input: &Input, errors: &mut Errors) {
    let Some(Written { key, value: view }) = &input.options.view else {
        return;
    };
    let [
        Variant {
            shape: Shape::Named,
            fields,
            ..
        },
    ] = input.variants.as_slice()
    else {
        errors.at(
            key.span(),
            "`view` needs named fields to name its getters after",
        );
        return;
    };
    if input.is_enum {
        errors.at(
            key.span(),
            "fields of an enum may be absent, so `view` is for structs",
        );
        return;
    }
    for (i, wanted) in view.fields.iter().enumerate() {
        check_getter(wanted, fields, errors);
        if view.fields.iter().take(i).any(|earlier| earlier == wanted) {
            errors.at(
                wanted.span(),
                format!("`{wanted}` is in the view already; remove it"),
            );
        }
    }
}

fn check_getter(wanted: &Ident, fields: &[Field], errors: &mut Errors) {
    let names: Vec<_> = fields.iter().map(Field::rust_name).collect();
    let is_wanted = |field: &&Field| wanted.unraw() == field.rust_name();
    let Some(field) = fields.iter().find(is_wanted) else {
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let message = format!("no field `{wanted}`; there are {}", list(&names, "and"));
        errors.at(wanted.span(), message);
        return;
    };
    if field.is_chunkable() || !matches!(field.form, Form::Itself) {
        errors.at(
            wanted.span(),
            format!("a view shows what mirrors hold; `{wanted}` is not inline, so remove it here"),
        );
    }
}

/// What `#[repr(…)]` says.
#[derive(Default)]
struct Repr {
    is_stable: bool,
    packed: Option<proc_macro2::Span>,
}

impl Repr {
    fn read(attrs: &[Attribute]) -> Self {
        let mut read = Self::default();
        for attr in attrs.iter().filter(|attr| attr.path().is_ident("repr")) {
            // What rustc would refuse is left to it.
            let _ = attr.parse_nested_meta(|meta| {
                read.is_stable |= meta.path.is_ident("C") || meta.path.is_ident("transparent");
                if meta.path.is_ident("packed") {
                    read.packed = Some(meta.path.span());
                }
                if meta.input.peek(syn::token::Paren) {
                    let inside;
                    syn::parenthesized!(inside in meta.input);
                    inside.parse::<proc_macro2::TokenStream>()?;
                }
                Ok(())
            });
        }
        read
    }
}
