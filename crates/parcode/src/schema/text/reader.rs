//! A schema read from text.

use super::DEEPEST;
use super::name::plain_name;
use crate::schema::{Field, Prime, Schema, Type, TypeRef, Variant};
use std::collections::HashMap;

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
