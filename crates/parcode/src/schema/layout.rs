//! Sizes that follow from a schema. The types' own constants must agree; a test in `types` holds
//! them to it.

use super::{Field, Schema, Type, TypeRef, Variant};
use crate::format::{POINTER_LEN, SPAN_LEN};

/// What a value of a type takes in its parent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Layout {
    /// Bytes of an inline value.
    pub(crate) slot: usize,
    /// Bytes of a chunkable one.
    pub(crate) handle_slot: usize,
    /// Alignment of the elements of a sequence of it, where it is plain data; else 1.
    pub(crate) align: usize,
    /// Whether a sequence of it is plain data.
    pub(crate) plain: bool,
    /// Whether its slot is a span, which says itself where the value is.
    pub(crate) spanned: bool,
}

impl Layout {
    /// Bytes from one element of a sequence to the next: no element takes none.
    pub(crate) fn stride(self) -> usize {
        self.slot.max(1)
    }
}

/// Slots of a whole gigabyte are nobody's.
const LARGEST_SLOT: usize = 1 << 30;

impl Schema {
    /// A schema of these types; `None` where a type contains itself inline, a slot would be
    /// enormous, a plain struct has other fields, an enum no variant or more than a tag can name, or
    /// a number names no type.
    pub(crate) fn new(types: Vec<Type>, root: TypeRef) -> Option<Self> {
        let mut layouts = vec![Progress::Unknown; types.len()];
        for ty in 0..types.len() {
            lay_out(&types, &mut layouts, TypeRef::try_from(ty).ok()?, 0)?;
        }
        let layouts = layouts
            .into_iter()
            .map(|progress| match progress {
                Progress::Known(layout) => Some(layout),
                _ => None,
            })
            .collect::<Option<Vec<_>>>()?;
        layouts.get(root as usize)?;
        types
            .iter()
            .flat_map(Self::parts)
            .all(|part| (part as usize) < types.len())
            .then_some(Self {
                types,
                layouts,
                root,
            })
    }
}

impl Schema {
    /// The schema of a type whose slots would be enormous: nothing of it can be read or written.
    pub(crate) fn none() -> Self {
        Self {
            types: Vec::new(),
            layouts: Vec::new(),
            root: 0,
        }
    }
}

#[derive(Clone, Copy)]
enum Progress {
    Unknown,
    Open,
    Known(Layout),
}

/// Types nested deeper than this inside one slot are refused before they exhaust the stack. They are no
/// deeper than values are.
const DEEPEST: usize = 128;

fn lay_out(types: &[Type], layouts: &mut [Progress], ty: TypeRef, depth: usize) -> Option<Layout> {
    match layouts.get(ty as usize)? {
        Progress::Known(layout) => return Some(*layout),
        Progress::Open => return None,
        Progress::Unknown if depth > DEEPEST => return None,
        Progress::Unknown => *layouts.get_mut(ty as usize)? = Progress::Open,
    }
    let mut of = |ty: TypeRef| lay_out(types, layouts, ty, depth + 1);
    let fixed = |slot: usize| Layout {
        slot,
        handle_slot: slot,
        align: 1,
        plain: false,
        spanned: false,
    };
    let layout = match types.get(ty as usize)? {
        Type::Prime(prime) => Layout {
            align: if prime.is_plain() { prime.width() } else { 1 },
            plain: prime.is_plain(),
            ..fixed(prime.width())
        },
        Type::Text | Type::Cbor | Type::Sequence(_) | Type::Map { .. } => Layout {
            spanned: true,
            ..fixed(SPAN_LEN)
        },
        Type::Boxed(_) => Layout {
            handle_slot: SPAN_LEN,
            ..fixed(POINTER_LEN)
        },
        Type::Option(inner) => {
            let inner = of(*inner)?;
            Layout {
                handle_slot: 1 + inner.handle_slot,
                ..fixed(1 + inner.slot)
            }
        }
        Type::Array(inner, len) => {
            let inner = of(*inner)?;
            let plain = inner.plain && *len > 0;
            Layout {
                handle_slot: SPAN_LEN,
                align: if plain { inner.align } else { 1 },
                plain,
                ..fixed(inner.slot.checked_mul(usize::try_from(*len).ok()?)?)
            }
        }
        Type::Tuple(parts) => {
            let mut slot = 0usize;
            for part in parts {
                slot = slot.checked_add(of(*part)?.slot)?;
            }
            Layout {
                handle_slot: SPAN_LEN,
                ..fixed(slot)
            }
        }
        Type::Named { inner, .. } => {
            let inner = of(*inner)?;
            Layout {
                handle_slot: inner.slot,
                align: 1,
                plain: false,
                ..inner
            }
        }
        Type::Struct { fields, plain, .. } => {
            if *plain && !all_plain(fields, &mut of)? {
                return None;
            }
            let (slot, align) = fields_len(fields, &mut of)?;
            Layout {
                align: if *plain { align } else { 1 },
                plain: *plain,
                ..fixed(slot)
            }
        }
        Type::Enum { variants, .. } => {
            if variants.is_empty() || variants.len() > 1 << 16 {
                return None;
            }
            let mut widest = 0;
            for variant in variants {
                widest = fields_len(&variant.fields, &mut of)?.0.max(widest);
            }
            fixed(tag_width(variants).checked_add(widest)?)
        }
    };
    let layout = Some(layout).filter(|layout| layout.slot <= LARGEST_SLOT)?;
    *layouts.get_mut(ty as usize)? = Progress::Known(layout);
    Some(layout)
}

fn fields_len(
    fields: &[Field],
    of: &mut impl FnMut(TypeRef) -> Option<Layout>,
) -> Option<(usize, usize)> {
    let (mut slot, mut align) = (0usize, 1);
    for field in fields {
        let layout = of(field.ty)?;
        slot = slot.checked_add(layout.of(field))?;
        align = layout.align.max(align);
    }
    Some((slot, align))
}

/// Whether fields are what those of a plain struct must be: inline, and plain or empty arrays.
fn all_plain(fields: &[Field], of: &mut impl FnMut(TypeRef) -> Option<Layout>) -> Option<bool> {
    let mut bytes = 0usize;
    for field in fields {
        let layout = of(field.ty)?;
        if field.chunkable || !(layout.plain || layout.slot == 0) {
            return Some(false);
        }
        bytes = bytes.checked_add(layout.slot)?;
    }
    Some(bytes > 0)
}

impl Layout {
    /// Bytes of a field of this type.
    pub(crate) fn of(self, field: &Field) -> usize {
        if field.chunkable {
            self.handle_slot
        } else {
            self.slot
        }
    }
}

/// Bytes of an enum's tag.
pub(crate) fn tag_width(variants: &[Variant]) -> usize {
    tag_width_of(variants.len())
}

/// Bytes of the tag of an enum with so many variants.
pub(crate) const fn tag_width_of(variants: usize) -> usize {
    if variants <= 256 { 1 } else { 2 }
}
