//! `glam`'s vectors, matrices, quaternions and transformations: by value, stored part by part.
//!
//! What has neither padding nor bits without a meaning is plain data, copied as it lies. Slices of it
//! are lent (`as_slice`) where its alignment in memory is that of its numbers, which is what files go
//! by: not of the types that `glam` aligns to 16 bytes for the processor's sake (`Vec4`, `Quat`,
//! `Mat2`, `Mat4`). Padded ones (`Vec3A`, `Mat3A`, `Affine2`, `Affine3A`) are stored without padding.

use crate::error::{Flaw, Result};
use crate::object::{
    Checker, Encoder, Lookup, Measure, ParcodeObject, Plain, SchemaBuilder, Slot, Store,
    append_plain, field, plain_bytes, record,
};
use crate::schema::Type;
use crate::wire::KeyBuf;
use glam::{
    Affine2, Affine3, Affine3A, BVec2, BVec3, BVec4, DAffine2, DAffine3, DMat2, DMat3, DMat4,
    DQuat, DVec2, DVec3, DVec4, I8Vec2, I8Vec3, I8Vec4, I16Vec2, I16Vec3, I16Vec4, I64Vec2,
    I64Vec3, I64Vec4, IVec2, IVec3, IVec4, Mat2, Mat3, Mat3A, Mat4, Quat, U8Vec2, U8Vec3, U8Vec4,
    U16Vec2, U16Vec3, U16Vec4, U64Vec2, U64Vec3, U64Vec4, UVec2, UVec3, UVec4, Vec2, Vec3, Vec3A,
    Vec4,
};

/// The alignment of plain data: that of its widest part.
const fn aligned(mut parts: &[Option<usize>]) -> usize {
    let mut widest = 1;
    while let [first, rest @ ..] = parts {
        match *first {
            Some(align) if align > widest => widest = align,
            _ => {}
        }
        parts = rest;
    }
    widest
}

/// A type that is its own mirror and stored as a struct of its parts: `lent` plain data, plain data
/// that is only `copied`, or data with `gaps` in memory.
macro_rules! parts {
    ($($kind:ident $type:ident($make:expr) { $($part:ident: $of:ty),+ })*) => {$(
        impl Store for $type {
            const SLOT: usize = 0 $(+ <$of>::SLOT)+;
            const HANDLE_SLOT: usize = Self::SLOT;

            fn __schema(types: &mut SchemaBuilder) -> Type {
                let fields = vec![$(field::<$of>(types, stringify!($part), false)),+];
                record(stringify!($type), fields, Self::PLAIN.is_some())
            }

            fn __measure(_: &Self, _: &mut Measure) {}

            #[inline]
            fn __encode(this: &Self, at: usize, encoder: &mut Encoder<'_>) -> Result<()> {
                let mut at = at;
                $(encoder.field(stringify!($part), &this.$part, &mut at)?;)+
                Ok(())
            }

            fn __key(this: &Self, key: &mut KeyBuf, _: bool) {
                $(<$of>::__key(&this.$part, key, false);)+
            }

            parts!(@store $kind [$($of),+]);
        }

        impl ParcodeObject for $type {
            own_mirror!();

            #[inline]
            fn __lazy(slot: Slot<'_>) -> Self {
                let mut fields = slot.fields();
                $(let $part = fields.lazy::<$of>();)+
                $make($($part),+)
            }

            #[inline]
            fn __check(checker: &mut Checker<'_>, at: usize) -> Result<(), Flaw> {
                let mut at = at;
                $(checker.field::<$of>(stringify!($part), &mut at)?;)+
                Ok(())
            }

            parts!(@object $kind);
        }

        parts!(@lend $kind $type);

        impl Lookup<$type> for $type {
            fn __lookup(this: &Self, key: &mut KeyBuf, last: bool) {
                Self::__key(this, key, last);
            }
        }

        as_view!($type);
    )*};

    (@store gaps [$($of:ty),+]) => {};
    (@store $kind:ident [$($of:ty),+]) => {
        const PLAIN: Option<usize> = Some(aligned(&[$(<$of>::PLAIN),+]));

        fn __plain_bytes(these: &[Self]) -> Option<&[u8]> {
            plain_bytes(these)
        }
    };
    (@object gaps) => {};
    (@object $kind:ident) => {
        #[inline]
        fn __append_plain(to: &mut Vec<Self>, bytes: &[u8]) -> bool {
            append_plain(to, bytes)
        }
    };
    (@lend lent $type:ident) => {
        const _: () = assert!(
            matches!(<$type>::PLAIN, Some(align) if align >= align_of::<$type>()),
            "files align this type to its numbers; glam's feature `cuda` asks for more",
        );

        impl Plain for $type {}
    };
    (@lend $kind:ident $type:ident) => {};
}

/// Vectors of one kind of number.
macro_rules! vectors {
    ($($number:ident $two:ident $three:ident $four:ident $kind:ident,)*) => {$(
        parts! {
            $kind $two($two::new) { x: $number, y: $number }
            $kind $three($three::new) { x: $number, y: $number, z: $number }
        }
        vectors!(@four $kind $number $four);
    )*};
    // `Vec4` is aligned to 16 bytes.
    (@four lent f32 $four:ident) => {
        parts! { copied $four($four::new) { x: f32, y: f32, z: f32, w: f32 } }
    };
    (@four $kind:ident $number:ident $four:ident) => {
        parts! { $kind $four($four::new) { x: $number, y: $number, z: $number, w: $number } }
    };
}

vectors! {
    f32 Vec2 Vec3 Vec4 lent,
    f64 DVec2 DVec3 DVec4 lent,
    i8 I8Vec2 I8Vec3 I8Vec4 lent,
    u8 U8Vec2 U8Vec3 U8Vec4 lent,
    i16 I16Vec2 I16Vec3 I16Vec4 lent,
    u16 U16Vec2 U16Vec3 U16Vec4 lent,
    i32 IVec2 IVec3 IVec4 lent,
    u32 UVec2 UVec3 UVec4 lent,
    i64 I64Vec2 I64Vec3 I64Vec4 lent,
    u64 U64Vec2 U64Vec3 U64Vec4 lent,
    bool BVec2 BVec3 BVec4 gaps,
}

parts! {
    gaps Vec3A(Vec3A::new) { x: f32, y: f32, z: f32 }
    copied Quat(Quat::from_xyzw) { x: f32, y: f32, z: f32, w: f32 }
    copied Mat2(Mat2::from_cols) { x_axis: Vec2, y_axis: Vec2 }
    lent Mat3(Mat3::from_cols) { x_axis: Vec3, y_axis: Vec3, z_axis: Vec3 }
    gaps Mat3A(Mat3A::from_cols) { x_axis: Vec3A, y_axis: Vec3A, z_axis: Vec3A }
    copied Mat4(Mat4::from_cols) { x_axis: Vec4, y_axis: Vec4, z_axis: Vec4, w_axis: Vec4 }
    gaps Affine2(affine2) { matrix2: Mat2, translation: Vec2 }
    lent Affine3(affine3) { matrix3: Mat3, translation: Vec3 }
    gaps Affine3A(affine3a) { matrix3: Mat3A, translation: Vec3A }
    lent DQuat(DQuat::from_xyzw) { x: f64, y: f64, z: f64, w: f64 }
    lent DMat2(DMat2::from_cols) { x_axis: DVec2, y_axis: DVec2 }
    lent DMat3(DMat3::from_cols) { x_axis: DVec3, y_axis: DVec3, z_axis: DVec3 }
    lent DMat4(DMat4::from_cols) { x_axis: DVec4, y_axis: DVec4, z_axis: DVec4, w_axis: DVec4 }
    lent DAffine2(daffine2) { matrix2: DMat2, translation: DVec2 }
    lent DAffine3(daffine3) { matrix3: DMat3, translation: DVec3 }
}

macro_rules! affine {
    ($($name:ident $type:ident { $matrix:ident: $square:ty, translation: $vector:ty })*) => {$(
        /// Made of its parts as they are.
        fn $name($matrix: $square, translation: $vector) -> $type {
            $type { $matrix, translation }
        }
    )*};
}

affine! {
    affine2 Affine2 { matrix2: Mat2, translation: Vec2 }
    affine3 Affine3 { matrix3: Mat3, translation: Vec3 }
    affine3a Affine3A { matrix3: Mat3A, translation: Vec3A }
    daffine2 DAffine2 { matrix2: DMat2, translation: DVec2 }
    daffine3 DAffine3 { matrix3: DMat3, translation: DVec3 }
}
