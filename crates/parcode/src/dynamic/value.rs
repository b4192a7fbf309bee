//! One value of a file, as its schema has it.

use super::Leaf;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::object::{Node, SchemaTypes, Slot};
use crate::read;
use crate::schema::{Meaning, Prime, Schema, Type, TypeRef};
use std::fmt;

/// A value of a file, read by the file's schema: no Rust type is needed, and nothing is read that
/// is not asked for.
///
/// [`ParcodeFile::dynamic`](crate::ParcodeFile::dynamic) gives the root. From there fields are
/// reached by name, elements by position, entries by key, and anything by a path:
///
/// ```
/// # use parcode::{Parcode, ParcodeObject, Leaf};
/// # use std::collections::HashMap;
/// # #[derive(ParcodeObject)]
/// # struct Player { level: u32, #[parcode(chunkable)] inventory: Vec<u32> }
/// # #[derive(ParcodeObject)]
/// # struct World { #[parcode(map)] players: HashMap<String, Player> }
/// # fn main() -> parcode::Result<()> {
/// # let hero = Player { level: 7, inventory: vec![1, 2, 3, 4] };
/// # let bytes = Parcode::serialize(&World { players: HashMap::from([("Hero123".into(), hero)]) })?;
/// let file = Parcode::open_bytes(bytes)?;
/// let world = file.dynamic()?;
/// let item = world.get(r#"players["Hero123"].inventory[3]"#)?.unwrap();
/// assert_eq!(item.leaf()?, Some(Leaf::Unsigned(4)));
///
/// let players = world.field("players")?.unwrap();
/// let hero = players.entry(&"Hero123".into())?.unwrap();
/// assert_eq!(hero.field("level")?.unwrap().to_string(), "7");
/// # Ok(())
/// # }
/// ```
///
/// It is a cheap handle, as mirrors are: making one reads nothing. What accessors touch stays in
/// memory until [`clear_cache`](crate::ParcodeFile::clear_cache); what visits everything
/// ([`try_for_each`](Self::try_for_each), [`select`](Self::select), serializing) keeps nothing.
///
/// With the feature `serde` it is `Serialize`, streaming: a subtree of any size is written in bounded
/// memory, and looks as serde's derive would have written the Rust value. Maps become maps where
/// their keys are text, numbers or the like, else sequences of pairs.
#[derive(Clone, Copy)]
pub struct Dynamic<'par> {
    pub(super) types: &'par SchemaTypes,
    pub(super) slot: Slot<'par>,
    pub(super) ty: TypeRef,
    /// Whether the slot is that of a chunkable value, which may be away.
    pub(super) chunkable: bool,
}

/// What kind of value a [`Dynamic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[allow(missing_docs, reason = "their names say it")]
pub enum Kind {
    Unit,
    Bool,
    Char,
    Integer,
    Float,
    Text,
    /// A value kept through serde, as one CBOR item.
    Cbor,
    Option,
    Array,
    Tuple,
    Sequence,
    /// A value behind a pointer.
    Boxed,
    Map,
    Set,
    Struct,
    Enum,
    /// A type with a meaning of its own: a duration, an address, a date.
    Named,
}

impl<'par> Dynamic<'par> {
    pub(crate) fn root(types: &'par SchemaTypes, node: &'par Node) -> Self {
        let ty = types.schema().root();
        Self {
            types,
            slot: Slot::at(node, 0, types.schema().layout(ty).handle_slot),
            ty,
            chunkable: true,
        }
    }

    /// The file's schema.
    pub fn schema(&self) -> &'par Schema {
        self.types.schema()
    }

    /// The number of the value's type in the schema.
    pub fn ty(&self) -> TypeRef {
        self.ty
    }

    /// The value's type as it would be written in Rust.
    pub fn type_name(&self) -> String {
        self.schema().describe(self.ty)
    }

    /// What kind of value it is.
    pub fn kind(&self) -> Kind {
        match self.shape() {
            Type::Prime(Prime::Unit) => Kind::Unit,
            Type::Prime(Prime::Bool) => Kind::Bool,
            Type::Prime(Prime::Char) => Kind::Char,
            Type::Prime(Prime::F32 | Prime::F64) => Kind::Float,
            Type::Prime(_) => Kind::Integer,
            Type::Text => Kind::Text,
            Type::Cbor => Kind::Cbor,
            Type::Option(_) => Kind::Option,
            Type::Array(..) => Kind::Array,
            Type::Tuple(_) => Kind::Tuple,
            Type::Sequence(_) => Kind::Sequence,
            Type::Boxed(_) => Kind::Boxed,
            Type::Map { value, .. } => match self.schema().get(*value) {
                Some(Type::Prime(Prime::Unit)) => Kind::Set,
                _ => Kind::Map,
            },
            Type::Struct { .. } => Kind::Struct,
            Type::Enum { .. } => Kind::Enum,
            Type::Named { .. } => Kind::Named,
        }
    }

    /// How many elements, entries, fields or parts it has; of an option one or none. `None` for what
    /// has no parts. Reads nothing.
    pub fn len(&self) -> Option<u64> {
        Some(match self.shape() {
            Type::Sequence(_) | Type::Map { .. } => self.span_len(),
            Type::Array(_, len) => *len,
            Type::Tuple(parts) => parts.len() as u64,
            Type::Struct { .. } | Type::Enum { .. } => self.own_fields()?.1.len() as u64,
            Type::Option(_) => u64::from(self.slot.scalar::<u8>() != 0),
            Type::Boxed(_) => 1,
            _ => return None,
        })
    }

    /// Whether there is nothing in it; `false` for what has no parts.
    pub fn is_empty(&self) -> bool {
        self.len() == Some(0)
    }

    /// Whether it is a sequence, an array, a map or a set: whose parts are many of a kind.
    pub fn is_collection(&self) -> bool {
        let kind = self.kind();
        matches!(kind, Kind::Sequence | Kind::Array | Kind::Map | Kind::Set)
    }

    /// How many bytes of the file the value takes with everything under it, where it is in chunks of its
    /// own; `None` where it is part of the chunk that it was reached in. Reads nothing: sizes follow
    /// from the links of chunks that were read.
    pub fn stored_len(&self) -> Option<u64> {
        let value = self.chunkable.then(|| self.in_options())?;
        let span = value.slot.span();
        let spanned = !matches!(
            value.shape(),
            Type::Prime(_) | Type::Named { .. } | Type::Struct { .. } | Type::Enum { .. }
        );
        if !spanned || !span.is_away() {
            return None;
        }
        read::run(value.slot.node, span.start).map(|run| run.end - run.start)
    }

    /// The name of an enum's variant. Reads nothing.
    pub fn variant(&self) -> Option<&'par str> {
        match self.shape() {
            Type::Enum { variants, .. } => {
                let variant = variants.get(self.tag(variants.len()))?;
                Some(&variant.name)
            }
            _ => None,
        }
    }

    /// The value in an option, behind a pointer, or under a name; `None` where there is none.
    pub fn inner(&self) -> Result<Option<Self>> {
        Ok(match self.shape() {
            Type::Option(inner) if self.slot.scalar::<u8>() != 0 => {
                Some(self.part(1, *inner, self.chunkable))
            }
            Type::Boxed(inner) if !self.chunkable => {
                Some(self.in_body(self.slot.pointer(), *inner))
            }
            Type::Boxed(_) => Some(self.settled()?),
            Type::Named { inner, .. } => Some(self.part(0, *inner, false)),
            _ => None,
        })
    }

    /// Whether it is what [`resolved`](Self::resolved) looks through.
    pub(super) fn is_pointer(&self) -> bool {
        match self.shape() {
            Type::Option(_) | Type::Boxed(_) => true,
            Type::Named { .. } => matches!(self.meaning(), None | Some(Meaning::Range)),
            _ => false,
        }
    }

    /// The value itself: that behind pointers, in options, and under names of what has parts.
    pub fn resolved(&self) -> Result<Self> {
        let mut value = *self;
        loop {
            match value.inner()? {
                Some(inner) if value.is_pointer() => value = inner,
                _ => return Ok(value),
            }
        }
    }

    /// A field of a struct or of an enum's variant by name, or a part of a tuple by number. Looks
    /// through options and pointers. `None` where there is none of that name.
    pub fn field(&self, name: &str) -> Result<Option<Self>> {
        let value = self.resolved()?.settled()?;
        if let Type::Tuple(parts) = value.shape() {
            return Ok(name
                .parse()
                .ok()
                .filter(|number| *number < parts.len())
                .map(|number| value.part_of_tuple(parts, number)));
        }
        let Some((mut at, fields)) = value.own_fields() else {
            return Ok(None);
        };
        for field in fields {
            if field.name == name {
                return Ok(Some(value.part(at, field.ty, field.chunkable)));
            }
            at += value.schema().layout(field.ty).of(field);
        }
        Ok(None)
    }

    /// The element of a sequence or array at a position, or a part of a tuple. Looks through options
    /// and pointers. `None` beyond the end. Reads at most one shard or page.
    pub fn at(&self, position: u64) -> Result<Option<Self>> {
        let value = self.resolved()?.settled()?;
        if value.len().is_none_or(|len| position >= len) {
            return Ok(None);
        }
        let Ok(index) = usize::try_from(position) else {
            return Ok(None);
        };
        match value.shape() {
            Type::Tuple(parts) => Ok(Some(value.part_of_tuple(parts, index))),
            Type::Array(inner, _) => Ok(Some(value.element_of_array(*inner, index))),
            Type::Sequence(inner) => {
                let chunk = value.chunk();
                let elements = value.elements(*inner, &chunk);
                let place = elements.place()?;
                if index >= place.len(elements.slot) {
                    return Ok(None);
                }
                let (segment, first) = elements.segment_at(&place, index)?;
                let slot = segment.slot(index - first, elements.slot);
                Ok(slot.map(|slot| value.of(slot, *inner)))
            }
            _ => Ok(None),
        }
    }

    /// The value as a leaf: a number, text, a name, or something with a meaning that is written as
    /// text. Looks through options and pointers. `None` where the value has parts.
    pub fn leaf(&self) -> Result<Option<Leaf<'par>>> {
        Leaf::of(self.resolved()?)
    }

    /// The steps and values of its parts: fields, elements, entries. Looks through options and
    /// pointers.
    pub fn children(&self) -> Result<super::Children<'par>> {
        Ok(super::Children::of(self.resolved()?.settled()?))
    }

    /// The error of a step that the value does not have.
    #[cold]
    pub(super) fn has_no(&self, step: impl fmt::Display) -> ParcodeError {
        ParcodeError::new(
            ErrorKind::Type,
            format!("a value with a part `{step}`"),
            self.type_name(),
        )
    }
}

/// The leaf, or what the value is and how many parts it has.
impl fmt::Display for Dynamic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.leaf() {
            Ok(Some(leaf)) => leaf.fmt(f),
            Ok(None) => {
                let value = self.resolved().unwrap_or(*self);
                f.write_str(&value.type_name())?;
                if let Some(variant) = value.variant() {
                    write!(f, "::{variant}")?;
                }
                match (value.kind(), value.len()) {
                    (Kind::Struct | Kind::Enum | Kind::Tuple, _) | (_, None) => Ok(()),
                    (_, Some(len)) => write!(f, " of {len}"),
                }
            }
            Err(error) => write!(f, "({error})"),
        }
    }
}

impl fmt::Debug for Dynamic<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dynamic")
            .field("type", &self.type_name())
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}
