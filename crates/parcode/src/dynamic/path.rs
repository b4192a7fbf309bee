//! Paths in values, and keys, parsed from text.

use super::Key;
use crate::error::{ErrorKind, ParcodeError, Result};
use std::fmt;
use std::str::FromStr;

/// A path from a value to parts of it: `players["Hero123"].inventory[3]`, `all_players[10..20].level`.
///
/// A field follows a point (the first one needs none), a position or a key stands in brackets; so
/// may a range, of positions or, in an ordered map, of keys. Positions below zero count from the
/// end. Text as a key is quoted, as in Rust; a word without spaces or brackets needs no quotes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ValuePath(pub(super) Vec<PathStep>);

/// One step of a [`ValuePath`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum PathStep {
    /// A field by name, or a part of a tuple by number.
    Field(String),
    /// An element by position, or an entry by key.
    Key(Key),
    /// Several of those: from the first bound on, up to the second, which is part of it where
    /// `inclusive` says so.
    Range {
        /// The lower bound, which is part of the range.
        from: Option<Key>,
        /// The upper bound.
        to: Option<Key>,
        /// Whether the upper bound is part of the range.
        inclusive: bool,
    },
}

impl ValuePath {
    /// Its steps.
    pub fn steps(&self) -> &[PathStep] {
        &self.0
    }

    /// Whether it leads to one value at most.
    pub fn is_single(&self) -> bool {
        let range = |step: &PathStep| matches!(step, PathStep::Range { .. });
        !self.0.iter().any(range)
    }
}

impl FromStr for ValuePath {
    type Err = ParcodeError;

    fn from_str(text: &str) -> Result<Self> {
        let mut parser = Parser { text, at: 0 };
        let mut steps = Vec::new();
        while let Some(next) = parser.peek() {
            match next {
                '[' => {
                    parser.at += 1;
                    steps.push(parser.bracket()?);
                }
                '.' => {
                    parser.at += 1;
                    steps.push(parser.field()?);
                }
                _ if steps.is_empty() => steps.push(parser.field()?),
                _ => return Err(parser.expected("`.` or `[`")),
            }
        }
        Ok(Self(steps))
    }
}

impl FromStr for Key {
    type Err = ParcodeError;

    fn from_str(text: &str) -> Result<Self> {
        let mut parser = Parser { text, at: 0 };
        let key = parser.key(0)?;
        match parser.peek() {
            None => Ok(key),
            Some(_) => Err(parser.expected("the end of the key")),
        }
    }
}

/// Keys within keys, as deep as anybody writes them.
const DEEPEST: u32 = 32;

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek()?;
        self.at += next.len_utf8();
        Some(next)
    }

    fn take(&mut self, wanted: &str) -> bool {
        let found = self.rest().starts_with(wanted);
        if found {
            self.at += wanted.len();
        }
        found
    }

    fn spaces(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.next();
        }
    }

    #[cold]
    fn expected(&self, what: &str) -> ParcodeError {
        let found = match self.rest() {
            "" => "its end".to_owned(),
            rest => format!("`{}`", rest.chars().take(20).collect::<String>()),
        };
        ParcodeError::new(
            ErrorKind::Path,
            what.to_owned(),
            format!("{found}, behind {} characters of `{}`", self.at, self.text),
        )
    }

    fn field(&mut self) -> Result<PathStep> {
        if self.peek() == Some('"') {
            return Ok(PathStep::Field(self.quoted('"')?));
        }
        let end = self.rest().find(['.', '[', ']', '"', '(', ')']);
        let name = self.rest().get(..end.unwrap_or(self.rest().len()));
        match name.map(str::to_owned) {
            Some(name) if !name.is_empty() => {
                self.at += name.len();
                Ok(PathStep::Field(name))
            }
            _ => Err(self.expected("the name of a field")),
        }
    }

    /// What stands between brackets, of which the first is behind.
    fn bracket(&mut self) -> Result<PathStep> {
        self.spaces();
        let from = if self.rest().starts_with("..") {
            None
        } else {
            Some(self.key(0)?)
        };
        self.spaces();
        let step = if self.take("..") {
            let inclusive = self.take("=");
            self.spaces();
            let to = match self.peek() {
                Some(']') => None,
                _ => Some(self.key(0)?),
            };
            PathStep::Range {
                from,
                to,
                inclusive,
            }
        } else {
            PathStep::Key(from.ok_or_else(|| self.expected("a key"))?)
        };
        self.spaces();
        if self.take("]") {
            Ok(step)
        } else {
            Err(self.expected("`]`"))
        }
    }

    fn key(&mut self, depth: u32) -> Result<Key> {
        if depth > DEEPEST {
            return Err(self.expected("keys in keys that are not so deep"));
        }
        match self.peek() {
            Some('"') => Ok(Key::Text(self.quoted('"')?)),
            Some('\'') => {
                let text = self.quoted('\'')?;
                let mut chars = text.chars();
                match (chars.next(), chars.next()) {
                    (Some(only), None) => Ok(Key::Char(only)),
                    _ => Err(self.expected("one character between `'`")),
                }
            }
            Some('(') => Ok(Key::List(self.list(')', depth)?)),
            Some('[') => Ok(Key::List(self.list(']', depth)?)),
            _ => self.word(depth),
        }
    }

    /// Keys with commas between, whose opening bracket is next.
    fn list(&mut self, close: char, depth: u32) -> Result<Vec<Key>> {
        self.next();
        let mut keys = Vec::new();
        loop {
            self.spaces();
            if self.peek() == Some(close) {
                self.next();
                return Ok(keys);
            }
            keys.push(self.key(depth + 1)?);
            self.spaces();
            match self.peek() {
                Some(',') => {
                    self.next();
                }
                Some(next) if next == close => {}
                _ => return Err(self.expected(&format!("`,` or `{close}`"))),
            }
        }
    }

    /// A number, `true`, `false`, or a word with or without fields.
    fn word(&mut self, depth: u32) -> Result<Key> {
        let rest = self.rest();
        let ends = |c: char| c.is_whitespace() || ",()[]\"'".contains(c);
        let end = rest.find(ends).unwrap_or(rest.len());
        let end = rest.find("..").map_or(end, |range| range.min(end));
        let word = rest.get(..end).unwrap_or_default().to_owned();
        if word.is_empty() {
            return Err(self.expected("a key"));
        }
        self.at += word.len();
        if self.peek() == Some('(') {
            return Ok(Key::Word(word, self.list(')', depth)?));
        }
        let starts_number = word.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c));
        Ok(match word.as_str() {
            "true" => Key::Bool(true),
            "false" => Key::Bool(false),
            text => match (text.parse(), text.parse(), text.parse()) {
                (Ok(number), _, _) => Key::Signed(number),
                (_, Ok(number), _) => Key::Unsigned(number),
                (_, _, Ok(number)) if starts_number => Key::Float(number),
                _ => Key::Word(word, Vec::new()),
            },
        })
    }

    /// Text between quotes, of which the first is next, with the escapes of Rust.
    fn quoted(&mut self, quote: char) -> Result<String> {
        self.next();
        let mut text = String::new();
        loop {
            match self.next() {
                Some(next) if next == quote => return Ok(text),
                Some('\\') => text.push(self.escape()?),
                Some(next) => text.push(next),
                None => return Err(self.expected(&format!("`{quote}`"))),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        Ok(match self.next() {
            Some('n') => '\n',
            Some('r') => '\r',
            Some('t') => '\t',
            Some('0') => '\0',
            Some('u') if self.take("{") => {
                let digits = self.rest().split('}').next().unwrap_or_default().to_owned();
                let code = u32::from_str_radix(&digits, 16).ok();
                let escaped = code.and_then(char::from_u32);
                self.at += digits.len();
                match (escaped, self.take("}")) {
                    (Some(escaped), true) => escaped,
                    _ => return Err(self.expected("a character's number and `}`")),
                }
            }
            Some(quoted @ ('"' | '\'' | '\\')) => quoted,
            _ => return Err(self.expected("an escape of Rust")),
        })
    }
}

/// As it is parsed.
impl fmt::Display for ValuePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, step) in self.0.iter().enumerate() {
            match step {
                PathStep::Field(name) if i == 0 => f.write_str(name)?,
                PathStep::Field(name) => write!(f, ".{name}")?,
                PathStep::Key(key) => write!(f, "[{key}]")?,
                PathStep::Range {
                    from,
                    to,
                    inclusive,
                } => {
                    f.write_str("[")?;
                    from.iter().try_for_each(|from| from.fmt(f))?;
                    f.write_str(if *inclusive { "..=" } else { ".." })?;
                    to.iter().try_for_each(|to| to.fmt(f))?;
                    f.write_str("]")?;
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_go_both_ways() {
        for text in [
            "",
            "players[\"Hero123\"].inventory[3]",
            "all_players[10..20].level",
            "by_place[(\"PT\", \"Lis \\\"bon\", 0)].lat",
            "a.0[..=-2][..].b",
            "map[Some(None)]['x'][true][1.5]",
            "map[\"San \"..\"Sao\"]",
        ] {
            let path: ValuePath = text.parse().unwrap();
            assert_eq!(path.to_string(), text);
        }
        let words: ValuePath = "players[Hero123][6ba7b810-9dad].x".parse().unwrap();
        let word = |word: &str| PathStep::Key(Key::Word(word.into(), Vec::new()));
        assert_eq!(
            words.steps()[1..3],
            [word("Hero123"), word("6ba7b810-9dad")]
        );
    }

    #[test]
    fn what_is_no_path_is_told_where() {
        for text in [
            "a[", "a]", "a[\"x]", "a..b", "a[1", "a[(1,]", "a.", "a[]", "a\"b",
        ] {
            let error = text.parse::<ValuePath>().unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Path, "{text}");
        }
        assert!("(".repeat(100).parse::<Key>().is_err());
    }
}
