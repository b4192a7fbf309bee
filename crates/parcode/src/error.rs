//! What went wrong: the one error type of the library.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::io;

/// A result of this library.
pub type Result<T, E = ParcodeError> = std::result::Result<T, E>;

/// Why a value could not be saved, opened or read.
///
/// An error says what was expected and what was found, and, where it concerns a place in a file or
/// in a value, the file offset and the path in the object (`players["Hero123"].inventory`).
pub struct ParcodeError(Box<Details>);

#[derive(Default)]
struct Details {
    kind: ErrorKind,
    expected: Cow<'static, str>,
    found: Cow<'static, str>,
    offset: Option<u64>,
    path: String,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// The kinds of [`ParcodeError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum ErrorKind {
    /// Reading or writing failed; [`Error::source`] is the [`io::Error`].
    Io,
    /// The bytes are not a parcode file.
    Foreign,
    /// The file was written in a version of the format that this library does not know.
    Version,
    /// A parcode file whose bytes are not what was written, or never were right.
    #[default]
    Damaged,
    /// The file holds another type than was asked for.
    Type,
    /// A limit was reached: nesting, lengths, or bytes that a file claims but does not have.
    Limit,
    /// The compression is not compiled in; the message names the feature.
    Codec,
    /// The value cannot be stored as it is.
    Value,
    /// A conversion of the user (`with`, `serde`) failed.
    Conversion,
    /// What was given as a path in a value, or as a key, is none.
    Path,
}

impl ParcodeError {
    pub(crate) fn new(
        kind: ErrorKind,
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Details {
            kind,
            expected: expected.into(),
            found: found.into(),
            ..Details::default()
        }))
    }

    pub(crate) fn codec(name: &'static str, feature: &'static str) -> Self {
        Self::new(
            ErrorKind::Codec,
            format!("the feature `{feature}` of the crate `parcode` to be enabled"),
            format!("{name} compression, which this build leaves out"),
        )
    }

    /// An error of a conversion that the user wrote.
    pub(crate) fn conversion(what: &'static str, error: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Conversion, what, error.to_string())
    }

    #[must_use]
    pub(crate) fn at(mut self, offset: u64) -> Self {
        self.0.offset.get_or_insert(offset);
        self
    }

    /// Puts `part` (`.field`, `[3]`, `["key"]`) in front of the path.
    #[must_use]
    pub(crate) fn inside(mut self, part: &str) -> Self {
        put_in_front(&mut self.0.path, part);
        self
    }

    /// What kind of error this is.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The offset in the file that the error is about.
    pub fn offset(&self) -> Option<u64> {
        self.0.offset
    }

    /// The path in the object that the error is about, such as `players["Hero123"].inventory`;
    /// empty for the root, or where there is none.
    pub fn path(&self) -> &str {
        self.0.path.trim_start_matches('.')
    }

    /// What was expected.
    pub fn expected(&self) -> &str {
        &self.0.expected
    }

    /// What was found instead.
    pub fn found(&self) -> &str {
        &self.0.found
    }
}

impl fmt::Display for ParcodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Details {
            kind,
            expected,
            found,
            offset,
            source,
            ..
        } = &*self.0;
        match kind {
            ErrorKind::Io => write!(f, "{expected}")?,
            ErrorKind::Foreign => write!(f, "not a parcode file: expected {expected}")?,
            ErrorKind::Version => write!(f, "unknown version: expected {expected}")?,
            ErrorKind::Damaged => write!(f, "damaged file: expected {expected}")?,
            ErrorKind::Type => write!(f, "wrong type: expected {expected}")?,
            ErrorKind::Limit => write!(f, "limit reached: expected {expected}")?,
            ErrorKind::Codec => write!(f, "missing codec: expected {expected}")?,
            ErrorKind::Value => write!(f, "value cannot be stored: expected {expected}")?,
            ErrorKind::Conversion => write!(f, "{expected} failed")?,
            ErrorKind::Path => write!(f, "bad path: expected {expected}")?,
        }
        match kind {
            ErrorKind::Io => {}
            ErrorKind::Conversion => write!(f, ": {found}")?,
            _ => write!(f, ", found {found}")?,
        }
        if let Some(offset) = offset {
            write!(f, ", at offset {offset}")?;
        }
        if !self.path().is_empty() {
            write!(f, ", in {}", self.path())?;
        }
        match source {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ParcodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ParcodeError({:?}: {self})", self.0.kind)
    }
}

impl Error for ParcodeError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source as _)
    }
}

impl From<io::Error> for ParcodeError {
    fn from(error: io::Error) -> Self {
        Self::io("input or output failed", error)
    }
}

impl ParcodeError {
    /// An error of the system, told as what did not work.
    pub(crate) fn io(what: impl Into<Cow<'static, str>>, error: io::Error) -> Self {
        Self(Box::new(Details {
            kind: ErrorKind::Io,
            expected: what.into(),
            source: Some(Box::new(error)),
            ..Details::default()
        }))
    }
}

/// Bytes of a path, enough for the deepest values. The names in it may be those of a file, and so of
/// any length.
const LONGEST_PATH: usize = 4096;

/// Puts `part` in front of a path, or a sign that the beginning was left out.
fn put_in_front(path: &mut String, part: &str) {
    if path.len().saturating_add(part.len()) <= LONGEST_PATH {
        path.insert_str(0, part);
    } else if !path.starts_with('…') {
        path.insert(0, '…');
    }
}

/// What does not hold in some bytes, before anybody said where they are.
///
/// One pointer wide: checks that hold, millions of them, hand up their results in a register.
#[derive(Debug)]
pub struct Flaw(Box<Unplaced>);

#[derive(Debug)]
struct Unplaced {
    expected: Cow<'static, str>,
    found: Cow<'static, str>,
    path: String,
}

impl Flaw {
    #[cold]
    pub(crate) fn new(
        expected: impl Into<Cow<'static, str>>,
        found: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self(Box::new(Unplaced {
            expected: expected.into(),
            found: found.into(),
            path: String::new(),
        }))
    }

    #[cold]
    #[must_use]
    pub(crate) fn inside(mut self, part: &str) -> Self {
        put_in_front(&mut self.0.path, part);
        self
    }

    #[cold]
    #[must_use]
    pub(crate) fn inside_field(self, name: &str) -> Self {
        self.inside(&format!(".{name}"))
    }

    #[cold]
    pub(crate) fn at(self, offset: u64) -> ParcodeError {
        ParcodeError::new(ErrorKind::Damaged, self.0.expected, self.0.found)
            .at(offset)
            .inside(&self.0.path)
    }

    /// The error of bytes that are no parcode file at all.
    #[cold]
    pub(crate) fn foreign(self) -> ParcodeError {
        ParcodeError::new(ErrorKind::Foreign, self.0.expected, self.0.found)
    }
}
