//! The item that derives, as the generators see it.
//!
//! A struct is an enum with one variant and no tag. `Self` is spelled out everywhere, since what the
//! user wrote is repeated in places where `Self` is the mirror.

use crate::attributes::{Errors, FieldAttributes, TypeAttributes, VariantAttributes, Written};
use crate::checks;
use crate::code;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};
use syn::ext::IdentExt;
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Data, DeriveInput, GenericParam, Generics, Index, LitStr, Member, Path, Type,
    TypePath, Visibility, parse_quote,
};

/// The item that derives.
pub(crate) struct Input {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) generics: Generics,
    pub(crate) options: TypeAttributes,
    /// The path of what generated code refers to.
    pub(crate) library: TokenStream,
    pub(crate) is_enum: bool,
    pub(crate) variants: Vec<Variant>,
    pub(crate) mirror: Mirror,
}

/// What stands for a value that is not loaded.
pub(crate) enum Mirror {
    /// Nothing: a type with lifetimes is only saved.
    None,
    /// The value itself: a `value`, or an enum without data.
    Own,
    /// A type of its own, which borrows from the file if there is anything to borrow.
    Type { ident: Ident, borrows: bool },
}

/// A variant, or the whole of a struct.
pub(crate) struct Variant {
    pub(crate) ident: Ident,
    /// Its name on disk.
    pub(crate) name: LitStr,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) options: VariantAttributes,
    pub(crate) shape: Shape,
    pub(crate) fields: Vec<Field>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Named,
    Tuple,
    Unit,
}

/// A field of a struct or variant.
pub(crate) struct Field {
    pub(crate) member: Member,
    /// Its name on disk; fields of tuples are named by their number.
    pub(crate) name: LitStr,
    pub(crate) ty: Type,
    pub(crate) vis: Visibility,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) options: FieldAttributes,
    pub(crate) form: Form,
    /// What a pattern of the variant calls it; a field of a struct is reached through the struct.
    pub(crate) binding: Option<Ident>,
}

/// How a field becomes bytes.
pub(crate) enum Form {
    /// As its own type says.
    Itself,
    /// As CBOR, through serde.
    Serde,
    /// As `Stored` of this module.
    With(Path),
    /// Not at all.
    Skipped,
}

impl Input {
    /// Reads the item; all that is wrong with it makes one error.
    pub(crate) fn read(mut input: DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        SpellSelfOut::new(&input).visit_derive_input_mut(&mut input);
        let mut options = TypeAttributes::read(&input.attrs, &mut errors);
        spell_bound_out(&mut options.bound, &input);

        let mut variants = Vec::new();
        let is_enum = match &input.data {
            Data::Struct(data) => {
                let fields = read_fields(&data.fields, &input, false, &mut errors);
                variants.push(Variant {
                    ident: input.ident.clone(),
                    name: name_of(&input.ident),
                    attrs: Vec::new(),
                    options: VariantAttributes::default(),
                    shape: shape_of(&data.fields),
                    fields,
                });
                false
            }
            Data::Enum(data) => {
                for variant in &data.variants {
                    let options = VariantAttributes::read(&variant.attrs, &mut errors);
                    variants.push(Variant {
                        ident: variant.ident.clone(),
                        name: on_disk(options.rename.as_ref(), || name_of(&variant.ident)),
                        attrs: variant.attrs.clone(),
                        options,
                        shape: shape_of(&variant.fields),
                        fields: read_fields(&variant.fields, &input, true, &mut errors),
                    });
                }
                true
            }
            Data::Union(data) => {
                return Err(syn::Error::new(
                    data.union_token.span,
                    "a union does not know which of its fields it holds; use an enum",
                ));
            }
        };

        let library = if let Some(Written { value: path, .. }) = &options.library {
            quote!(#path::__private)
        } else {
            quote!(::parcode::__private)
        };
        let mut read = Self {
            ident: input.ident,
            vis: input.vis,
            attrs: input.attrs,
            generics: input.generics,
            options,
            library,
            is_enum,
            variants,
            mirror: Mirror::None,
        };
        read.mirror = read.choose_mirror();
        checks::check(&read, &mut errors);
        errors.finish()?;
        Ok(read)
    }

    fn choose_mirror(&self) -> Mirror {
        let has_data = self.fields().next().is_some();
        if self.generics.lifetimes().next().is_some() {
            Mirror::None
        } else if self.is_value() || (self.is_enum && !has_data) {
            Mirror::Own
        } else {
            let named = self
                .options
                .lazy
                .as_ref()
                .and_then(|lazy| lazy.value.name.clone());
            let ident = named.unwrap_or_else(|| format_ident!("{}Lazy", self.ident.unraw()));
            Mirror::Type {
                ident: unseen(&ident),
                borrows: self.fields().any(Field::is_stored),
            }
        }
    }

    pub(crate) fn is_value(&self) -> bool {
        self.options.value.is_some() || self.options.plain.is_some()
    }

    /// Every field of every variant.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &Field> {
        self.variants.iter().flat_map(|variant| &variant.fields)
    }

    /// Whether any variant of this enum stores anything.
    pub(crate) fn has_stored(&self) -> bool {
        self.fields().any(Field::is_stored)
    }

    /// Whether the mirror says by a field of its own that it is there: see `Here` in the library. Not where
    /// fields have no names, which patterns count, or the user derives for it, who cannot know it.
    pub(crate) fn says_here(&self) -> bool {
        let is_struct =
            !self.is_enum && self.variants.iter().all(|only| only.shape == Shape::Named);
        let borrows = matches!(&self.mirror, Mirror::Type { borrows: true, .. });
        is_struct && borrows && self.options.lazy.is_none()
    }

    /// The variant as a path, in patterns and expressions.
    pub(crate) fn path(&self, variant: &Variant) -> TokenStream {
        self.path_in(&self.ident, variant)
    }

    /// The variant of the mirror that stands for this one.
    pub(crate) fn mirror_path(&self, variant: &Variant) -> TokenStream {
        match &self.mirror {
            Mirror::Type { ident, .. } => self.path_in(ident, variant),
            Mirror::Own | Mirror::None => self.path(variant),
        }
    }

    fn path_in(&self, ty: &Ident, variant: &Variant) -> TokenStream {
        let ident = &variant.ident;
        if self.is_enum {
            code!(#ty::#ident)
        } else {
            code!(#ty)
        }
    }
}

impl Variant {
    /// The fields that a file has.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|field| field.is_stored())
    }

    /// A pattern of `path` that binds the fields which `wanted` chooses.
    pub(crate) fn pattern(&self, path: &TokenStream, wanted: fn(&Field) -> bool) -> TokenStream {
        let bound = self.fields.iter().filter(|field| wanted(field));
        let bindings = bound.clone().map(|field| {
            let (member, binding) = (&field.member, &field.binding);
            code!(#member: #binding)
        });
        let rest = (bound.count() < self.fields.len()).then(|| code!(..));
        code!(#path { #(#bindings,)* #rest })
    }
}

impl Field {
    pub(crate) fn is_stored(&self) -> bool {
        !matches!(self.form, Form::Skipped)
    }

    /// Its name in Rust, without `r#`.
    pub(crate) fn rust_name(&self) -> String {
        match &self.member {
            Member::Named(ident) => ident.unraw().to_string(),
            Member::Unnamed(number) => number.index.to_string(),
        }
    }

    /// Whether it may live in a chunk of its own.
    pub(crate) fn is_chunkable(&self) -> bool {
        self.options.chunkable.is_some() || self.options.map.is_some()
    }
}

fn shape_of(fields: &syn::Fields) -> Shape {
    match fields {
        syn::Fields::Named(_) => Shape::Named,
        syn::Fields::Unnamed(_) => Shape::Tuple,
        syn::Fields::Unit => Shape::Unit,
    }
}

fn read_fields(
    fields: &syn::Fields,
    input: &DeriveInput,
    bind: bool,
    errors: &mut Errors,
) -> Vec<Field> {
    let read = |(number, field): (usize, &syn::Field)| {
        let mut options = FieldAttributes::read(&field.attrs, errors);
        spell_bound_out(&mut options.bound, input);
        let form = if options.skip.is_some() {
            Form::Skipped
        } else if let Some(with) = &options.with {
            Form::With(with.value.clone())
        } else if options.serde.is_some() {
            Form::Serde
        } else {
            Form::Itself
        };
        Field {
            member: match &field.ident {
                Some(ident) => Member::Named(ident.clone()),
                None => Member::Unnamed(Index::from(number)),
            },
            name: on_disk(options.rename.as_ref(), || match &field.ident {
                Some(ident) => name_of(ident),
                None => LitStr::new(&number.to_string(), Span::call_site()),
            }),
            ty: field.ty.clone(),
            vis: field.vis.clone(),
            attrs: field.attrs.clone(),
            options,
            form,
            binding: bind.then(|| Ident::new(&format!("__{number}"), Span::mixed_site())),
        }
    };
    fields.iter().enumerate().map(read).collect()
}

fn on_disk(rename: Option<&Written<LitStr>>, own: impl FnOnce() -> LitStr) -> LitStr {
    rename.map_or_else(own, |rename| rename.value.clone())
}

pub(crate) fn name_of(ident: &Ident) -> LitStr {
    LitStr::new(&ident.unraw().to_string(), ident.span())
}

/// The same name at the same place, but not to be linted as if the user had written it there.
pub(crate) fn unseen(ident: &Ident) -> Ident {
    let mut ident = ident.clone();
    ident.set_span(ident.span().resolved_at(Span::mixed_site()));
    ident
}

/// Replaces `Self` by the type that it stands for.
struct SpellSelfOut(TypePath);

impl SpellSelfOut {
    fn new(input: &DeriveInput) -> Self {
        let ident = &input.ident;
        let args = input.generics.params.iter().map(|param| match param {
            GenericParam::Lifetime(param) => {
                let lifetime = &param.lifetime;
                quote!(#lifetime)
            }
            GenericParam::Type(param) => {
                let ident = &param.ident;
                quote!(#ident)
            }
            GenericParam::Const(param) => {
                let ident = &param.ident;
                quote!(#ident)
            }
        });
        let mut args = args.peekable();
        let args = args.peek().is_some().then(|| quote!(<#(#args),*>));
        Self(parse_quote!(#ident #args))
    }

    fn respanned(&self, span: Span) -> TypePath {
        let mut own = self.0.clone();
        if let Some(segment) = own.path.segments.first_mut() {
            segment.ident.set_span(span);
        }
        own
    }

    /// `Self::Part` becomes `<Own>::Part`.
    fn replace(&self, qself: &mut Option<syn::QSelf>, path: &mut Path) {
        let Some(first) = path.segments.first().filter(|first| first.ident == "Self") else {
            return;
        };
        let own = self.respanned(first.ident.span());
        if qself.is_some() {
            return;
        }
        if path.segments.len() == 1 {
            *path = own.path;
            return;
        }
        let rest = path.segments.iter().skip(1);
        let whole: TypePath = parse_quote!(<#own>::#(#rest)::*);
        *qself = whole.qself;
        *path = whole.path;
    }
}

impl VisitMut for SpellSelfOut {
    fn visit_type_path_mut(&mut self, ty: &mut TypePath) {
        self.replace(&mut ty.qself, &mut ty.path);
        visit_mut::visit_type_path_mut(self, ty);
    }

    fn visit_expr_path_mut(&mut self, expr: &mut syn::ExprPath) {
        self.replace(&mut expr.qself, &mut expr.path);
        visit_mut::visit_expr_path_mut(self, expr);
    }
}

fn spell_bound_out(bound: &mut Option<Written<Vec<syn::WherePredicate>>>, input: &DeriveInput) {
    for predicate in bound.iter_mut().flat_map(|bound| &mut bound.value) {
        SpellSelfOut::new(input).visit_where_predicate_mut(predicate);
    }
}
