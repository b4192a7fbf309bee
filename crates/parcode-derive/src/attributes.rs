//! `#[parcode(…)]`: what may be written where, and what was written.
//!
//! A mistake is reported at the word that is wrong, and reading goes on behind it, so that one
//! compilation shows all of them.

use crate::spelling::closest;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, LitStr, Path, Token, WherePredicate, parenthesized, token};

/// What stands on a field.
#[derive(Default)]
pub(crate) struct FieldAttributes {
    pub(crate) chunkable: Option<Written>,
    pub(crate) map: Option<Written>,
    pub(crate) compression: Option<Written<LitStr>>,
    pub(crate) default: Option<Written<Option<Path>>>,
    pub(crate) aliases: Vec<Written<LitStr>>,
    pub(crate) from_one: Option<Written>,
    pub(crate) upgrade_with: Option<Written<Path>>,
    pub(crate) rename: Option<Written<LitStr>>,
    pub(crate) skip: Option<Written>,
    pub(crate) serde: Option<Written>,
    pub(crate) with: Option<Written<Path>>,
    pub(crate) bound: Option<Written<Vec<WherePredicate>>>,
}

/// What stands on a variant.
#[derive(Default)]
pub(crate) struct VariantAttributes {
    pub(crate) rename: Option<Written<LitStr>>,
    pub(crate) aliases: Vec<Written<LitStr>>,
    pub(crate) from_struct: Option<Written>,
}

/// What stands on the type.
#[derive(Default)]
pub(crate) struct TypeAttributes {
    pub(crate) value: Option<Written>,
    pub(crate) plain: Option<Written>,
    pub(crate) view: Option<Written<View>>,
    pub(crate) lazy: Option<Written<Lazy>>,
    pub(crate) upgrade_with: Option<Written<Path>>,
    pub(crate) bound: Option<Written<Vec<WherePredicate>>>,
    pub(crate) library: Option<Written<Path>>,
}

/// `view(PlayerView: level, name)`.
pub(crate) struct View {
    pub(crate) name: Ident,
    pub(crate) fields: Vec<Ident>,
}

/// `lazy(name = "…", derive(…), attr(…))`.
#[derive(Default)]
pub(crate) struct Lazy {
    pub(crate) name: Option<Ident>,
    pub(crate) derives: Vec<Path>,
    pub(crate) attrs: Vec<TokenStream>,
}

/// An attribute with the word that it was written with, where its errors belong.
pub(crate) struct Written<T = ()> {
    pub(crate) key: Ident,
    pub(crate) value: T,
}

const ON_FIELDS: &[&str] = &[
    "chunkable",
    "map",
    "compression",
    "default",
    "alias",
    "upgrade_with",
    "from_one",
    "rename",
    "skip",
    "serde",
    "with",
    "bound",
];
const ON_VARIANTS: &[&str] = &["rename", "alias", "from_struct"];
const ON_TYPES: &[&str] = &[
    "value",
    "plain",
    "view",
    "lazy",
    "upgrade_with",
    "bound",
    "crate",
];

/// The names of the codecs, as `compression` takes them.
const CODECS: &[&str] = &["none", "lz4", "lz4_flex", "zstd"];

impl FieldAttributes {
    pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        each(attrs, errors, |key, input| match key.to_string().as_str() {
            "chunkable" => set(&mut read.chunkable, key, flag(key, input)?),
            "map" => set(&mut read.map, key, flag(key, input)?),
            "skip" => set(&mut read.skip, key, flag(key, input)?),
            "serde" => set(&mut read.serde, key, flag(key, input)?),
            "compression" => set(&mut read.compression, key, codec(key, input)?),
            "default" => set(&mut read.default, key, default(key, input)?),
            "rename" => set(&mut read.rename, key, name(key, input, "on disk")?),
            "alias" => {
                let value = name(key, input, "old name")?;
                read.aliases.push(Written {
                    key: key.clone(),
                    value,
                });
                Ok(())
            }
            "from_one" => set(&mut read.from_one, key, flag(key, input)?),
            "upgrade_with" => set(&mut read.upgrade_with, key, function(key, input)?),
            "with" => set(&mut read.with, key, path(key, input, "module")?),
            "bound" => set(&mut read.bound, key, bound(key, input)?),
            _ => Err(misplaced(key, "a field", ON_FIELDS)),
        });
        read
    }
}

impl FieldAttributes {
    /// The function that `default` names.
    pub(crate) fn default_path(&self) -> Option<&Path> {
        self.default.as_ref()?.value.as_ref()
    }
}

impl VariantAttributes {
    pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        each(attrs, errors, |key, input| match key.to_string().as_str() {
            "rename" => set(&mut read.rename, key, name(key, input, "on disk")?),
            "alias" => {
                let value = name(key, input, "old name")?;
                read.aliases.push(Written {
                    key: key.clone(),
                    value,
                });
                Ok(())
            }
            "from_struct" => set(&mut read.from_struct, key, flag(key, input)?),
            _ => Err(misplaced(key, "a variant", ON_VARIANTS)),
        });
        read
    }
}

impl TypeAttributes {
    pub(crate) fn read(attrs: &[Attribute], errors: &mut Errors) -> Self {
        let mut read = Self::default();
        each(attrs, errors, |key, input| match key.to_string().as_str() {
            "value" => set(&mut read.value, key, flag(key, input)?),
            "plain" => set(&mut read.plain, key, flag(key, input)?),
            "view" => set(&mut read.view, key, View::read(key, input)?),
            "lazy" => set(&mut read.lazy, key, Lazy::read(key, input)?),
            "upgrade_with" => set(&mut read.upgrade_with, key, function(key, input)?),
            "bound" => set(&mut read.bound, key, bound(key, input)?),
            "crate" => set(
                &mut read.library,
                key,
                path(key, input, "path::to::parcode")?,
            ),
            _ => Err(misplaced(key, "a type", ON_TYPES)),
        });
        read
    }
}

impl View {
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        let form = "write `view(NameOfTheTrait: field, field)`";
        let wrong = |_| syn::Error::new(key.span(), form);
        parentheses(key, input, form, |inside| {
            let name = inside.parse().map_err(wrong)?;
            inside.parse::<Token![:]>().map_err(wrong)?;
            let fields = Punctuated::<Ident, Token![,]>::parse_separated_nonempty_with(
                inside,
                Ident::parse_any,
            );
            let fields = fields.map_err(wrong)?.into_iter().collect();
            Ok(Self { name, fields })
        })
    }
}

impl Lazy {
    fn read(key: &Ident, input: ParseStream<'_>) -> syn::Result<Self> {
        const KEYS: &[&str] = &["name", "derive", "attr"];
        let form = "write `lazy(name = \"…\", derive(…), attr(…))`, each where it is needed";
        let mut read = Self::default();
        parentheses(key, input, form, |inside| {
            while !inside.is_empty() {
                let part = inside.call(Ident::parse_any)?;
                match part.to_string().as_str() {
                    "name" => read.name = Some(string(&part, inside, "PlayerMirror")?.parse()?),
                    "derive" => {
                        let paths = Punctuated::<Path, Token![,]>::parse_terminated;
                        let paths = parentheses(&part, inside, "write `derive(Trait)`", paths)?;
                        read.derives.extend(paths);
                    }
                    "attr" => {
                        let form = "write `attr(an_attribute)`";
                        let attr = parentheses(&part, inside, form, TokenStream::parse)?;
                        read.attrs.push(attr);
                    }
                    _ => return Err(unknown(&part, "`lazy`", KEYS)),
                }
                comma(inside)?;
            }
            Ok(())
        })?;
        Ok(read)
    }
}

/// All that was found wrong.
#[derive(Default)]
pub(crate) struct Errors(Option<syn::Error>);

impl Errors {
    pub(crate) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            none => *none = Some(error),
        }
    }

    pub(crate) fn at(&mut self, span: Span, message: impl core::fmt::Display) {
        self.push(syn::Error::new(span, message));
    }

    pub(crate) fn finish(self) -> syn::Result<()> {
        self.0.map_or(Ok(()), Err)
    }
}

/// Reads every key of every `#[parcode(…)]`; `read` takes what follows its key.
fn each(
    attrs: &[Attribute],
    errors: &mut Errors,
    mut read: impl FnMut(&Ident, ParseStream<'_>) -> syn::Result<()>,
) {
    for attr in attrs.iter().filter(|attr| attr.path().is_ident("parcode")) {
        let parsed = attr.parse_args_with(|input: ParseStream<'_>| {
            while !input.is_empty() {
                let key = input.call(Ident::parse_any)?;
                if let Err(error) = read(&key, input) {
                    errors.push(error);
                    pass(input, |input| input.peek(Token![,]))?;
                }
                comma(input)?;
            }
            Ok(())
        });
        if let Err(error) = parsed {
            errors.push(error);
        }
    }
}

fn comma(input: ParseStream<'_>) -> syn::Result<()> {
    if !input.is_empty() {
        input.parse::<Token![,]>()?;
    }
    Ok(())
}

fn set<T>(place: &mut Option<Written<T>>, key: &Ident, value: T) -> syn::Result<()> {
    if place.is_some() {
        return Err(syn::Error::new(
            key.span(),
            format!("`{key}` is written twice; remove one"),
        ));
    }
    let key = key.clone();
    *place = Some(Written { key, value });
    Ok(())
}

fn flag(key: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
    if input.peek(Token![=]) || input.peek(token::Paren) {
        let message = format!("`{key}` takes no value; write `{key}` alone");
        return Err(syn::Error::new(key.span(), message));
    }
    Ok(())
}

fn string(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    let equals: Option<Token![=]> = input.parse()?;
    match equals.map(|_| input.parse()) {
        Some(Ok(string)) => Ok(string),
        _ => Err(syn::Error::new(
            key.span(),
            format!("`{key}` takes a string; write `{key} = \"{example}\"`"),
        )),
    }
}

fn name(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<LitStr> {
    let name = string(key, input, example)?;
    if name.value().is_empty() {
        return Err(syn::Error::new(
            name.span(),
            "a name on disk cannot be empty",
        ));
    }
    Ok(name)
}

fn path(key: &Ident, input: ParseStream<'_>, example: &str) -> syn::Result<Path> {
    string(key, input, example)?.parse_with(Path::parse_mod_style)
}

fn default(key: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Path>> {
    if !input.peek(Token![=]) && !input.peek(token::Paren) {
        return Ok(None);
    }
    function(key, input).map(Some)
}

/// A function, which may be generic: `Vec::<u8>::new`.
fn function(key: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    string(key, input, "path::to::function")?.parse()
}

fn bound(key: &Ident, input: ParseStream<'_>) -> syn::Result<Vec<WherePredicate>> {
    let bound = string(key, input, "T: Trait")?;
    let predicates = bound.parse_with(Punctuated::<_, Token![,]>::parse_terminated)?;
    Ok(predicates.into_iter().collect())
}

fn codec(key: &Ident, input: ParseStream<'_>) -> syn::Result<LitStr> {
    let codec = string(key, input, "lz4")?;
    if CODECS.contains(&codec.value().as_str()) {
        return Ok(codec);
    }
    let message = format!(
        "unknown compression `{}`; there are {}",
        codec.value(),
        list(CODECS, "and")
    );
    Err(syn::Error::new(codec.span(), message))
}

fn parentheses<T>(
    key: &Ident,
    input: ParseStream<'_>,
    form: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<T> {
    if !input.peek(token::Paren) {
        return Err(syn::Error::new(key.span(), form));
    }
    let inside;
    parenthesized!(inside in input);
    let value = read(&inside);
    if value.is_err() {
        // syn would report what is left as a second error.
        pass(&inside, |_| false)?;
    }
    value
}

/// Passes over everything up to where reading can go on.
fn pass(input: ParseStream<'_>, until: impl Fn(ParseStream<'_>) -> bool) -> syn::Result<()> {
    while !input.is_empty() && !until(input) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// The error for a key that means nothing here, though perhaps elsewhere.
fn misplaced(key: &Ident, here: &str, known: &[&str]) -> syn::Error {
    let word = key.to_string();
    let elsewhere = [
        ("a field", ON_FIELDS),
        ("a variant", ON_VARIANTS),
        ("the type", ON_TYPES),
    ]
    .into_iter()
    .find(|(_, keys)| keys.contains(&word.as_str()));
    match elsewhere {
        Some((place, _)) => syn::Error::new(
            key.span(),
            format!("`{word}` belongs on {place}, not on {here}"),
        ),
        None => unknown(key, here, known),
    }
}

fn unknown(key: &Ident, here: &str, known: &[&str]) -> syn::Error {
    let message = match closest(&key.to_string(), known) {
        Some(meant) => format!("unknown attribute `{key}`; did you mean `{meant}`?"),
        None => format!(
            "unknown attribute `{key}`; {here} takes {}",
            list(known, "or")
        ),
    };
    syn::Error::new(key.span(), message)
}

/// "`a`, `b` and `c`".
pub(crate) fn list(words: &[&str], joint: &str) -> String {
    let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} {joint} {last}", rest.join(", ")),
        Some((last, _)) => last.clone(),
        None => String::new(),
    }
}
