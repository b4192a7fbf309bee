//! A schema as text, in both directions: what people read, and what a schema lock keeps.
//!
//! It looks like Rust. The first line is the root; each struct, enum and named type follows once:
//!
//! ```text
//! World
//!
//! struct World {
//!     id: u64,
//!     #[chunkable] players: HashMap<String, Player>,
//! }
//! ```
//!
//! A second type of the same name is called `Player#2`, and names that are no words are quoted.

use super::{Field, Prime, Schema, Type, TypeRef, Variant};
use std::collections::HashMap;
use std::fmt::{self, Write};

impl fmt::Display for Schema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Printer::new(self).print(f)
    }
}

/// Types nested deeper than this in one line are left out, and one that is no part of anything
/// named cannot be read again.
const DEEPEST: u32 = 64;

struct Printer<'s> {
    schema: &'s Schema,
    /// What the types that have an item of their own are called.
    names: HashMap<TypeRef, String>,
    /// Those types, as the root reaches them.
    order: Vec<TypeRef>,
}

impl<'s> Printer<'s> {
    fn new(schema: &'s Schema) -> Self {
        let mut printer = Self {
            schema,
            names: HashMap::new(),
            order: Vec::new(),
        };
        let mut used: HashMap<&str, usize> = HashMap::new();
        let mut seen = vec![false; schema.types.len()];
        let mut pending = vec![schema.root()];
        while let Some(number) = pending.pop() {
            let first = seen
                .get_mut(number as usize)
                .is_some_and(|seen| !std::mem::replace(seen, true));
            let (true, Some(ty)) = (first, schema.get(number)) else {
                continue;
            };
            if let Type::Struct { name, .. } | Type::Enum { name, .. } | Type::Named { name, .. } =
                ty
            {
                let count = used.entry(name).or_default();
                *count += 1;
                let called = match count {
                    1 => word(name),
                    _ => format!("{}#{count}", word(name)),
                };
                printer.names.insert(number, called);
                printer.order.push(number);
            }
            pending.extend(Schema::parts(ty).into_iter().rev());
        }
        printer
    }

    fn print(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name(self.schema.root(), DEEPEST))?;
        for number in &self.order {
            let name = self
                .names
                .get(number)
                .map(String::as_str)
                .unwrap_or_default();
            writeln!(f)?;
            match self.schema.get(*number) {
                Some(Type::Struct { fields, plain, .. }) => {
                    let plain = if *plain { "#[plain] " } else { "" };
                    writeln!(f, "{plain}struct {name} {{")?;
                    self.fields(f, fields, "    ")?;
                    writeln!(f, "}}")?;
                }
                Some(Type::Enum { variants, .. }) => {
                    writeln!(f, "enum {name} {{")?;
                    for Variant { name, fields } in variants {
                        let name = word(name);
                        if fields.is_empty() {
                            writeln!(f, "    {name},")?;
                        } else {
                            writeln!(f, "    {name} {{")?;
                            self.fields(f, fields, "        ")?;
                            writeln!(f, "    }},")?;
                        }
                    }
                    writeln!(f, "}}")?;
                }
                Some(Type::Named { inner, .. }) => {
                    writeln!(f, "named {name} = {};", self.name(*inner, DEEPEST))?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn fields(&self, f: &mut fmt::Formatter<'_>, fields: &[Field], indent: &str) -> fmt::Result {
        for field in fields {
            let chunkable = if field.chunkable { "#[chunkable] " } else { "" };
            let ty = self.name(field.ty, DEEPEST);
            writeln!(f, "{indent}{chunkable}{}: {ty},", word(&field.name))?;
        }
        Ok(())
    }

    fn name(&self, ty: TypeRef, levels: u32) -> String {
        if let Some(name) = self.names.get(&ty) {
            return name.clone();
        }
        let Some(levels) = levels.checked_sub(1) else {
            return "…".into();
        };
        let of = |ty: &TypeRef| self.name(*ty, levels);
        match self.schema.get(ty) {
            Some(Type::Prime(prime)) => prime.name().into(),
            Some(Type::Text) => "String".into(),
            Some(Type::Cbor) => "Cbor".into(),
            Some(Type::Option(inner)) => format!("Option<{}>", of(inner)),
            Some(Type::Array(inner, len)) => format!("[{}; {len}]", of(inner)),
            Some(Type::Tuple(parts)) => {
                let parts = parts.iter().fold(String::new(), |mut text, part| {
                    let _ = write!(text, "{}, ", of(part));
                    text
                });
                format!("({})", parts.trim_end_matches(' '))
            }
            Some(Type::Sequence(inner)) => format!("Vec<{}>", of(inner)),
            Some(Type::Boxed(inner)) => format!("Box<{}>", of(inner)),
            Some(Type::Map {
                key,
                value,
                ordered,
            }) => {
                let kind = if *ordered { "BTreeMap" } else { "HashMap" };
                format!("{kind}<{}, {}>", of(key), of(value))
            }
            _ => "?".into(),
        }
    }
}

/// Words that mean something of their own where a type is expected.
const RESERVED: [&str; 7] = [
    "String", "Cbor", "Option", "Vec", "Box", "HashMap", "BTreeMap",
];

/// A name as it is written: quoted where it is no word, or another one.
fn word(name: &str) -> String {
    let plain = name
        .chars()
        .all(|char| char.is_alphanumeric() || char == '_');
    let reserved = RESERVED.contains(&name) || Prime::named(name).is_some();
    if plain && !reserved && !name.is_empty() {
        name.into()
    } else {
        format!("{name:?}")
    }
}

impl Schema {
    /// Reads a schema that was written as text; the error says what is wrong with which part of it.
    pub(crate) fn from_text(text: &str) -> Result<Self, String> {
        let mut reader = Reader {
            tokens: tokens(text)?,
            at: 0,
            types: Vec::new(),
            items: HashMap::new(),
            expected: HashMap::new(),
        };
        let root = reader.ty(0)?;
        while reader.peek().is_some() {
            reader.item()?;
        }
        if let Some(name) = reader
            .expected
            .into_keys()
            .find(|name| !reader.items.contains_key(name))
        {
            return Err(format!("`{name}` is used, but not described"));
        }
        let types = reader.types.into_iter().collect::<Option<Vec<_>>>();
        types
            .and_then(|types| Self::new(types, root))
            .ok_or_else(|| "types that contain themselves inline".into())
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    /// A name, with its number where it is not the first of that name.
    Word(String),
    Mark(char),
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, len) = if first == '"' {
            let end = end_of_quoted(rest).ok_or("a quoted name without an end")?;
            let (quoted, behind) = rest.split_at_checked(end).unwrap_or_default();
            let number = behind.find(|char: char| char != '#' && !char.is_ascii_digit());
            let number = number.unwrap_or(behind.len());
            let number = behind
                .get(..number)
                .filter(|number| number.starts_with('#'));
            let number = number.unwrap_or_default();
            (Token::Word(format!("{quoted}{number}")), end + number.len())
        } else if first.is_alphanumeric() || first == '_' {
            let end = rest.find(|char: char| !char.is_alphanumeric() && char != '_' && char != '#');
            let end = end.unwrap_or(rest.len());
            (Token::Word(rest.get(..end).unwrap_or_default().into()), end)
        } else {
            (Token::Mark(first), first.len_utf8())
        };
        tokens.push(token);
        rest = rest.get(len..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

fn end_of_quoted(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, char) in text.char_indices().skip(1) {
        match char {
            '"' if !escaped => return Some(at + 1),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

struct Reader {
    tokens: Vec<Token>,
    at: usize,
    types: Vec<Option<Type>>,
    /// Numbers of the types that are described by an item, and of those that are used.
    items: HashMap<String, TypeRef>,
    expected: HashMap<String, TypeRef>,
}

impl Reader {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.peek().cloned();
        self.at += 1;
        token
    }

    fn word(&mut self) -> Result<String, String> {
        match self.next() {
            Some(Token::Word(word)) => Ok(word),
            other => Err(format!("a name was expected, not {other:?}")),
        }
    }

    fn mark(&mut self, mark: char) -> Result<(), String> {
        match self.next() {
            Some(Token::Mark(found)) if found == mark => Ok(()),
            other => Err(format!("`{mark}` was expected, not {other:?}")),
        }
    }

    fn takes(&mut self, mark: char) -> bool {
        let takes = self.peek() == Some(&Token::Mark(mark));
        self.at += usize::from(takes);
        takes
    }

    /// `#[word]`.
    fn attribute(&mut self) -> Result<Option<String>, String> {
        if !self.takes('#') {
            return Ok(None);
        }
        self.mark('[')?;
        let word = self.word()?;
        self.mark(']')?;
        Ok(Some(word))
    }

    fn push(&mut self, ty: Type) -> TypeRef {
        self.types.push(Some(ty));
        (self.types.len() - 1) as TypeRef
    }

    /// The number of a type with an item of its own.
    fn named(&mut self, name: &str) -> TypeRef {
        if let Some(known) = self.expected.get(name) {
            return *known;
        }
        self.types.push(None);
        let number = (self.types.len() - 1) as TypeRef;
        self.expected.insert(name.into(), number);
        number
    }

    fn item(&mut self) -> Result<(), String> {
        let plain = self
            .attribute()?
            .is_some_and(|attribute| attribute == "plain");
        let kind = self.word()?;
        let called = self.word()?;
        let name = plain_name(&called).into();
        let ty = match kind.as_str() {
            "struct" => Type::Struct {
                name,
                fields: self.fields()?,
                plain,
            },
            "enum" => {
                self.mark('{')?;
                let mut variants = Vec::new();
                while !self.takes('}') {
                    let name = plain_name(&self.word()?).into();
                    let fields = if self.peek() == Some(&Token::Mark('{')) {
                        self.fields()?
                    } else {
                        Vec::new()
                    };
                    variants.push(Variant { name, fields });
                    self.mark(',')?;
                }
                Type::Enum { name, variants }
            }
            "named" => {
                self.mark('=')?;
                let inner = self.ty(0)?;
                self.mark(';')?;
                Type::Named { name, inner }
            }
            other => return Err(format!("`{other}` describes no type")),
        };
        let number = self.named(&called);
        if self.items.insert(called.clone(), number).is_some() {
            return Err(format!("`{called}` is described twice"));
        }
        if let Some(place) = self.types.get_mut(number as usize) {
            *place = Some(ty);
        }
        Ok(())
    }

    fn fields(&mut self) -> Result<Vec<Field>, String> {
        self.mark('{')?;
        let mut fields = Vec::new();
        while !self.takes('}') {
            let chunkable = self.attribute()?.is_some();
            let name = plain_name(&self.word()?).into();
            self.mark(':')?;
            let ty = self.ty(0)?;
            self.mark(',')?;
            fields.push(Field {
                name,
                ty,
                chunkable,
            });
        }
        Ok(fields)
    }

    fn ty(&mut self, depth: u32) -> Result<TypeRef, String> {
        if depth > DEEPEST {
            return Err("types nested too deep for one line".into());
        }
        let depth = depth + 1;
        if self.takes('[') {
            let inner = self.ty(depth)?;
            self.mark(';')?;
            let len = self.word()?.parse().map_err(|_| "the length of an array")?;
            self.mark(']')?;
            return Ok(self.push(Type::Array(inner, len)));
        }
        if self.takes('(') {
            let mut parts = Vec::new();
            while !self.takes(')') {
                parts.push(self.ty(depth)?);
                self.mark(',')?;
            }
            let unit = Type::Prime(Prime::Unit);
            let ty = if parts.is_empty() {
                unit
            } else {
                Type::Tuple(parts)
            };
            return Ok(self.push(ty));
        }
        let word = self.word()?;
        if let Some(prime) = Prime::named(&word) {
            return Ok(self.push(Type::Prime(prime)));
        }
        let ty = match word.as_str() {
            "String" => Type::Text,
            "Cbor" => Type::Cbor,
            "Option" => Type::Option(self.inner(depth)?),
            "Vec" => Type::Sequence(self.inner(depth)?),
            "Box" => Type::Boxed(self.inner(depth)?),
            "HashMap" | "BTreeMap" => {
                self.mark('<')?;
                let key = self.ty(depth)?;
                self.mark(',')?;
                let value = self.ty(depth)?;
                self.mark('>')?;
                Type::Map {
                    key,
                    value,
                    ordered: word == "BTreeMap",
                }
            }
            _ => return Ok(self.named(&word)),
        };
        Ok(self.push(ty))
    }

    fn inner(&mut self, depth: u32) -> Result<TypeRef, String> {
        self.mark('<')?;
        let inner = self.ty(depth)?;
        self.mark('>')?;
        Ok(inner)
    }
}

/// A name without quotes and number.
fn plain_name(word: &str) -> String {
    let Some(quoted) = word.strip_prefix('"') else {
        return word.split('#').next().unwrap_or_default().into();
    };
    let end = quoted.rfind('"').unwrap_or(quoted.len());
    unescaped(quoted.get(..end).unwrap_or_default())
}

/// What `{:?}` escaped.
fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            plain.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('r') => plain.push('\r'),
            Some('t') => plain.push('\t'),
            Some('0') => plain.push('\0'),
            Some('u') => {
                let code: String = chars
                    .by_ref()
                    .skip(1)
                    .take_while(|char| *char != '}')
                    .collect();
                let code = u32::from_str_radix(&code, 16).ok();
                plain.extend(code.and_then(char::from_u32));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &'static str, ty: TypeRef, chunkable: bool) -> Field {
        Field {
            name: name.into(),
            ty,
            chunkable,
        }
    }

    fn schema() -> Schema {
        let types = vec![
            Type::Struct {
                name: "World".into(),
                fields: vec![
                    field("id", 1, false),
                    field("players", 2, true),
                    field("a \"name\"\n#2", 9, false),
                    field("other", 6, false),
                ],
                plain: false,
            },
            Type::Prime(Prime::U64),
            Type::Map {
                key: 3,
                value: 4,
                ordered: true,
            },
            Type::Text,
            Type::Enum {
                name: "Shape".into(),
                variants: vec![
                    Variant {
                        name: "Empty".into(),
                        fields: Vec::new(),
                    },
                    Variant {
                        name: "Nested".into(),
                        fields: vec![field("0", 5, false)],
                    },
                ],
            },
            Type::Boxed(4),
            Type::Tuple(vec![7, 8]),
            Type::Array(1, 3),
            Type::Enum {
                name: "Shape".into(),
                variants: vec![Variant {
                    name: "Only".into(),
                    fields: Vec::new(),
                }],
            },
            Type::Named {
                name: "Uuid".into(),
                inner: 10,
            },
            Type::Array(11, 16),
            Type::Prime(Prime::U8),
        ];
        Schema::new(types, 0).unwrap()
    }

    #[test]
    fn text_is_read_as_it_was_written() {
        let schema = schema();
        let text = schema.to_string();
        let read = Schema::from_text(&text).unwrap();
        assert_eq!(read.to_bytes(), schema.to_bytes(), "{text}");
        assert_eq!(read.to_string(), text);
    }

    #[test]
    fn it_looks_like_rust() {
        let text = schema().to_string();
        assert!(
            text.starts_with("World\n\nstruct World {\n    id: u64,\n"),
            "{text}"
        );
        assert!(
            text.contains("    #[chunkable] players: BTreeMap<String, Shape>,\n"),
            "{text}"
        );
        assert!(
            text.contains("    Nested {\n        0: Box<Shape>,\n    },\n"),
            "{text}"
        );
        assert!(
            text.contains("    other: ([u64; 3], Shape#2,),\n"),
            "{text}"
        );
        assert!(text.contains("named Uuid = [u8; 16];\n"), "{text}");
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        for text in [
            "",
            "World",
            "World struct World { id: u64 }",
            "[u8; x]",
            "Vec<u8",
            "\"World",
        ] {
            assert!(Schema::from_text(text).is_err(), "{text}");
        }
    }
}
