//! What the body of a chunk consists of, as data: section 8 of docs/format.md for one type, without names
//! and without anything that does not move bytes.

/// The kinds of elements in the chunks of one type; the first is the chunk's value itself. Of no kinds
/// where chunks of the type are not worth arranging.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct BodyPlan {
    pub(crate) kinds: Vec<Kind>,
}

/// Elements that lie behind one another in the body: of a sequence, of a table, or one alone.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Kind {
    /// Bytes of an element.
    pub(crate) stride: usize,
    /// Bytes of which each is like the one so many bytes on: those of an element, or of a number in it.
    pub(crate) unit: usize,
    /// What names other bytes, in the order in which it claims them.
    pub(crate) parts: Vec<Part>,
}

/// A part of an element that names bytes elsewhere, or in which such parts are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// From the start of the element, or of what the part is in.
    pub(crate) at: usize,
    pub(crate) names: Names,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Names {
    /// A span of text.
    Text,
    /// A span of elements.
    Elements { kind: usize, align: usize },
    /// A span of the records of a hashed table.
    Table { kind: usize },
    /// A pointer to one element.
    Element { kind: usize },
    /// Parts that are there if the tag in front of them, of one or two bytes, is this; tags ascend.
    Choice {
        tag: usize,
        variants: Vec<(usize, Vec<Part>)>,
    },
    /// The same parts again and again.
    Repeat {
        times: usize,
        stride: usize,
        parts: Vec<Part>,
    },
}

/// More kinds or parts than this are not worth describing in every chunk, and not believed.
pub(crate) const MOST_KINDS: usize = 256;
pub(crate) const MOST_PARTS: usize = 1024;
/// Choices and repetitions within each other.
pub(crate) const DEEPEST: usize = 16;
/// Lanes of all kinds together: a reader keeps something of each.
pub(crate) const MOST_LANES: usize = 4096;
