//! Errors by their text and place, and expansions as they are read by people.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_collect
)]

use crate::expand;
use proc_macro2::{Span, TokenStream};
use syn::DeriveInput;

/// The errors of a derive on `source`, each as `line:column message`, where the derive's own line
/// is the first.
fn errors(source: &str) -> Vec<String> {
    let input: DeriveInput = syn::parse_str(source).expect("an item");
    let place = |span: Span| format!("{}:{}", span.start().line, span.start().column);
    match expand(input) {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .into_iter()
            .map(|error| format!("{} {error}", place(error.span())))
            .collect(),
    }
}

#[track_caller]
fn assert_errors(source: &str, expected: &[&str]) {
    assert_eq!(errors(source), expected, "{source}");
}

fn expansion(source: &str) -> TokenStream {
    let input: DeriveInput = syn::parse_str(source).expect("an item");
    expand(input).expect("an expansion")
}

mod attributes {
    use super::assert_errors;

    #[test]
    fn unknown_words_are_met_with_the_nearest_one() {
        assert_errors(
            "struct S { #[parcode(chunckable)] a: u8 }",
            &["1:21 unknown attribute `chunckable`; did you mean `chunkable`?"],
        );
        assert_errors(
            "#[parcode(vlaue)] struct S;",
            &["1:10 unknown attribute `vlaue`; did you mean `value`?"],
        );
        assert_errors(
            "enum E { #[parcode(other)] A }",
            &["1:19 unknown attribute `other`; a variant takes `rename`, `alias` or `from_struct`"],
        );
        assert_errors(
            "#[parcode(rename_all = \"camelCase\")] struct S;",
            &[
                "1:10 unknown attribute `rename_all`; a type takes `value`, `plain`, `view`, `lazy`, `upgrade_with`, `bound` or `crate`",
            ],
        );
        assert_errors(
            "#[parcode(lazy(nam = \"X\"))] struct S;",
            &["1:15 unknown attribute `nam`; did you mean `name`?"],
        );
    }

    #[test]
    fn words_of_another_place_are_sent_there() {
        assert_errors(
            "#[parcode(chunkable)] struct S;",
            &["1:10 `chunkable` belongs on a field, not on a type"],
        );
        assert_errors(
            "struct S { #[parcode(value)] a: u8 }",
            &["1:21 `value` belongs on the type, not on a field"],
        );
        assert_errors(
            "enum E { #[parcode(map)] A }",
            &["1:19 `map` belongs on a field, not on a variant"],
        );
    }

    #[test]
    fn values_have_their_form() {
        for (attribute, error) in [
            (
                "chunkable = true",
                "1:21 `chunkable` takes no value; write `chunkable` alone",
            ),
            (
                "skip(always)",
                "1:21 `skip` takes no value; write `skip` alone",
            ),
            (
                "compression",
                "1:21 `compression` takes a string; write `compression = \"lz4\"`",
            ),
            (
                "compression = 3",
                "1:21 `compression` takes a string; write `compression = \"lz4\"`",
            ),
            (
                "compression = \"gzip\"",
                "1:35 unknown compression `gzip`; there are `none`, `lz4`, `lz4_flex` and `zstd`",
            ),
            (
                "rename",
                "1:21 `rename` takes a string; write `rename = \"on disk\"`",
            ),
            ("rename = \"\"", "1:30 a name on disk cannot be empty"),
            (
                "alias(\"old\")",
                "1:21 `alias` takes a string; write `alias = \"old name\"`",
            ),
            (
                "with = module",
                "1:21 `with` takes a string; write `with = \"module\"`",
            ),
            (
                "default = 5",
                "1:21 `default` takes a string; write `default = \"path::to::function\"`",
            ),
            (
                "bound = T",
                "1:21 `bound` takes a string; write `bound = \"T: Trait\"`",
            ),
            ("with = \"a b\"", "1:28 unexpected token"),
        ] {
            assert_errors(
                &format!("struct S {{ #[parcode({attribute})] a: u8 }}"),
                &[error],
            );
        }
        for (attribute, error) in [
            ("view", "1:10 write `view(NameOfTheTrait: field, field)`"),
            (
                "view(Name)",
                "1:10 write `view(NameOfTheTrait: field, field)`",
            ),
            (
                "view(Name:)",
                "1:10 write `view(NameOfTheTrait: field, field)`",
            ),
            (
                "lazy = \"Name\"",
                "1:10 write `lazy(name = \"…\", derive(…), attr(…))`, each where it is needed",
            ),
            (
                "crate = here",
                "1:10 `crate` takes a string; write `crate = \"path::to::parcode\"`",
            ),
        ] {
            assert_errors(
                &format!("#[parcode({attribute})] struct S {{ a: u8 }}"),
                &[error],
            );
        }
        assert_errors(
            "struct S { #[parcode] a: u8 }",
            &["1:13 expected attribute arguments in parentheses: #[parcode(...)]"],
        );
    }

    #[test]
    fn all_mistakes_are_told_at_once() {
        assert_errors(
            "#[parcode(plian, crate = \"x\")]
             struct S {
                 #[parcode(chunckable, compression = \"gzip\", map)] a: u8,
                 #[parcode(map, map)]
                 #[parcode(skip, skip)] b: u8,
             }",
            &[
                "1:10 unknown attribute `plian`; did you mean `plain`?",
                "3:27 unknown attribute `chunckable`; did you mean `chunkable`?",
                "3:53 unknown compression `gzip`; there are `none`, `lz4`, `lz4_flex` and `zstd`",
                "4:32 `map` is written twice; remove one",
                "5:33 `skip` is written twice; remove one",
                "4:27 a field with `skip` is not stored; remove `map` or `skip`",
            ],
        );
    }

    #[test]
    fn attributes_of_others_are_theirs() {
        assert_errors(
            "#[serde(rename_all = \"x\")] #[doc = \"d\"] struct S { #[serde(skip)] a: u8 }",
            &[],
        );
    }
}

mod checks {
    use super::assert_errors;

    #[test]
    fn attributes_that_contradict_each_other() {
        for (attributes, error) in [
            (
                "skip, chunkable",
                "1:27 a field with `skip` is not stored; remove `chunkable` or `skip`",
            ),
            (
                "skip, compression = \"lz4\"",
                "1:27 a field with `skip` is not stored; remove `compression` or `skip`",
            ),
            (
                "skip, rename = \"x\"",
                "1:27 a field with `skip` is not stored; remove `rename` or `skip`",
            ),
            (
                "skip, alias = \"x\"",
                "1:27 a field with `skip` is not stored; remove `alias` or `skip`",
            ),
            (
                "skip, from_one",
                "1:27 a field with `skip` is not stored; remove `from_one` or `skip`",
            ),
            (
                "skip, upgrade_with = \"f\"",
                "1:27 a field with `skip` is not stored; remove `upgrade_with` or `skip`",
            ),
            (
                "skip, with = \"m\"",
                "1:27 a field with `skip` is not stored; remove `with` or `skip`",
            ),
            (
                "serde, with = \"m\"",
                "1:28 `serde` and `with` are two ways to store one field; remove one",
            ),
            (
                "serde, map",
                "1:28 `map` finds single entries, `serde` keeps them as one value; remove one",
            ),
            (
                "map, with = \"m\"",
                "1:21 `map` finds single entries, `with` keeps them as one value; remove one",
            ),
        ] {
            assert_errors(
                &format!("struct S {{ #[parcode({attributes})] a: u8 }}"),
                &[error],
            );
        }
        for fine in [
            "map, chunkable",
            "chunkable, serde",
            "skip, default = \"f\"",
            "default, alias = \"b\"",
        ] {
            assert_errors(&format!("struct S {{ #[parcode({fine})] a: u8 }}"), &[]);
        }
    }

    #[test]
    fn names_on_disk_are_distinct() {
        assert_errors(
            "struct S { a: u8, #[parcode(rename = \"a\")] b: u8 }",
            &["1:43 another field is stored as `a` too; `rename` one"],
        );
        assert_errors(
            "struct S { a: u8, #[parcode(alias = \"a\")] b: u8 }",
            &["1:36 another field is stored or known as `a` too; remove this alias"],
        );
        assert_errors(
            "enum E { A, #[parcode(rename = \"A\", alias = \"C\")] B, C }",
            &[
                "1:50 another variant is stored as `A` too; `rename` one",
                "1:44 another variant is stored or known as `C` too; remove this alias",
            ],
        );
        assert_errors("enum E { A { x: u8 }, B { x: u8 } }", &[]);
        assert_errors(
            "struct S { #[parcode(skip)] a: u8, #[parcode(rename = \"a\")] b: u8 }",
            &[],
        );
        assert_errors(
            "struct S { #[parcode(rename = \"b\")] a: u8, #[parcode(rename = \"a\")] b: u8 }",
            &[],
        );
    }

    #[test]
    fn types_that_have_no_mirror() {
        assert_errors(
            "enum E {}",
            &[
                "1:5 an enum without variants has no value that a mirror could show; give it a variant",
            ],
        );
        assert_errors(
            "union U { a: u8 }",
            &["1:0 a union does not know which of its fields it holds; use an enum"],
        );
        let many: String = (0..=1 << 16).map(|i| format!("V{i},")).collect();
        assert_eq!(
            super::errors(&format!("enum E {{ {many} }}")),
            ["1:5 65537 variants; at most 65536 can be told apart"],
        );
        assert_errors(
            "#[repr(packed(2))] struct S { a: u8 }",
            &[
                "1:7 fields of a packed struct cannot be borrowed, and so not be saved; remove `packed`",
            ],
        );
        for key in ["value", "plain", "view(V: a)", "lazy(name = \"L\")"] {
            let word: String = key.chars().take_while(|c| c.is_alphabetic()).collect();
            assert_errors(
                &format!("#[parcode({key})] #[repr(C)] struct S<'a> {{ a: &'a str }}"),
                &[&format!(
                    "1:10 a type with lifetimes is only saved and has no mirror; remove `{word}`"
                )],
            );
        }
    }

    #[test]
    fn values_are_inline() {
        let error = |at: &str, word: &str| {
            format!(
                "{at} a `value` type is its own mirror, with all of its fields inline; remove `{word}` here or `value` from the type"
            )
        };
        for word in ["chunkable", "map", "serde", "skip"] {
            assert_errors(
                &format!("#[parcode(value)] struct S {{ #[parcode({word})] a: u8 }}"),
                &[&error("1:39", word)],
            );
        }
        assert_errors(
            "#[parcode(value)] enum E { A(#[parcode(with = \"m\")] u8) }",
            &[&error("1:39", "with")],
        );
        assert_errors("#[parcode(value)] enum E { A(u8) }", &[]);
        assert_errors(
            "#[parcode(value, lazy(name = \"L\"))] struct S(u8);",
            &["1:17 this type is its own mirror; put derives and attributes on the type itself"],
        );
        assert_errors(
            "#[parcode(lazy(derive(Clone)))] struct S(u8);",
            &["1:22 every mirror is `Clone` and `Debug`; remove this"],
        );
    }

    #[test]
    fn plain_data_is_provable() {
        assert_errors(
            "#[parcode(plain)] struct S(u8);",
            &["1:10 the layout of a `plain` struct must not change; put `#[repr(C)]` on it"],
        );
        assert_errors(
            "#[parcode(plain)] #[repr(C)] enum E { A }",
            &[
                "1:10 not every bit pattern is a variant, so an enum is never `plain`; write `value`",
            ],
        );
        assert_errors(
            "#[parcode(plain)] #[repr(C)] struct S<T>(T);",
            &[
                "1:10 that a generic struct has no padding cannot be proved; remove its parameters, or write `value`",
            ],
        );
        assert_errors(
            "#[parcode(plain)] #[repr(C)] struct S;",
            &["1:10 a `plain` struct has bytes to lend; give it a field, or write `value`"],
        );
        assert_errors(
            "#[parcode(plain)] #[repr(C, align(16))] struct S([u8; 16]);",
            &[],
        );
        assert_errors("#[parcode(plain)] #[repr(transparent)] struct S(u8);", &[]);
    }

    #[test]
    fn views_show_inline_fields() {
        for (view, error) in [
            (
                "nme",
                "1:18 no field `nme`; there are `name`, `large` and `gone`",
            ),
            (
                "large",
                "1:18 a view shows what mirrors hold; `large` is not inline, so remove it here",
            ),
            (
                "gone",
                "1:18 a view shows what mirrors hold; `gone` is not inline, so remove it here",
            ),
            (
                "name, name",
                "1:24 `name` is in the view already; remove it",
            ),
        ] {
            assert_errors(
                &format!(
                    "#[parcode(view(V: {view}))] struct S {{ name: u8, #[parcode(chunkable)] large: u8, #[parcode(skip)] gone: u8 }}"
                ),
                &[error],
            );
        }
        assert_errors(
            "#[parcode(view(V: a))] struct S(u8);",
            &["1:10 `view` needs named fields to name its getters after"],
        );
        assert_errors(
            "#[parcode(view(V: a))] enum E { A { a: u8 } }",
            &["1:10 fields of an enum may be absent, so `view` is for structs"],
        );
        assert_errors(
            "#[parcode(view(V: a))] enum E { A, B }",
            &["1:10 `view` needs named fields to name its getters after"],
        );
    }
}

mod expansions {
    use super::expansion;
    use std::path::Path;

    /// The expansions of `golden/*.rs` as they were read and found right. `UPDATE_GOLDEN=1` writes
    /// them anew.
    #[test]
    fn are_those_that_were_read() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("golden");
        let update = std::env::var_os("UPDATE_GOLDEN").is_some();
        for name in [
            "struct",
            "enum",
            "generic",
            "plain",
            "evolution",
            "evolution_enum",
        ] {
            let source =
                std::fs::read_to_string(folder.join(format!("{name}.in.rs"))).expect("golden");
            let file = syn::parse2(expansion(&source)).expect("items");
            let written = prettyplease::unparse(&file);
            let path = folder.join(format!("{name}.out.rs"));
            if update {
                std::fs::write(&path, &written).expect("golden");
            }
            let golden = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                written == golden,
                "golden/{name}.out.rs differs from:\n{written}"
            );
        }
    }

    #[test]
    fn bounds_name_parameters_and_never_fields() {
        let text = expansion(
            "struct S<T: Tr, U, V, const N: usize> {
                a: Vec<Self>, b: HashMap<String, (T, T::A)>, c: [<T as Tr>::B; N], d: PhantomData<U>,
                #[parcode(skip)] e: Option<V>,
            }",
        );
        let items: syn::File = syn::parse2(text).expect("items");
        let syn::Item::Struct(mirror) = &items.items[0] else {
            panic!("the mirror")
        };
        let clauses = mirror.generics.where_clause.as_ref().expect("clauses");
        let clauses: Vec<_> = clauses
            .predicates
            .iter()
            .map(|clause| quote::quote!(#clause).to_string().replace(' ', ""))
            .collect();
        let object = "::parcode::__private::ParcodeObject";
        assert_eq!(
            clauses,
            [
                "Option<V>:::core::default::Default".to_string(),
                format!("T:{object}"),
                format!("T::A:{object}"),
                format!("<TasTr>::B:{object}"),
                format!("PhantomData<U>:{object}"),
                "S<T,U,V,N>:::core::marker::Send+::core::marker::Sync+'static".to_string(),
            ],
        );
    }
}
