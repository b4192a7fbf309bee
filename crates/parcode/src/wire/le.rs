//! Little-endian scalars: the one place where numbers become bytes and bytes numbers.

/// A number of fixed width, little-endian in a file.
pub trait Scalar: Copy + Send + Sync + 'static {
    /// Its bytes.
    type Bytes: AsRef<[u8]>;

    /// The little-endian bytes of this number.
    fn to_wire(self) -> Self::Bytes;

    /// The number at the start of `bytes`, or zero where they are too short.
    ///
    /// Short input cannot come from a checked chunk; the fallback keeps readers total, so that the
    /// compiler may drop reads nobody looks at.
    fn from_wire(bytes: &[u8]) -> Self;
}

macro_rules! scalars {
    ($($number:ty)*) => {$(
        impl Scalar for $number {
            type Bytes = [u8; size_of::<$number>()];

            #[inline(always)]
            fn to_wire(self) -> Self::Bytes {
                self.to_le_bytes()
            }

            #[inline(always)]
            fn from_wire(bytes: &[u8]) -> Self {
                bytes
                    .first_chunk()
                    .map_or(<$number>::default(), |bytes| Self::from_le_bytes(*bytes))
            }
        }
    )*};
}

scalars!(u8 u16 u32 u64 u128 i8 i16 i32 i64 i128 f32 f64);

/// The `u32` at `at`, or zero beyond the end.
#[inline(always)]
pub(crate) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_wire(bytes.get(at..).unwrap_or_default())
}

/// The `u64` at `at`, or zero beyond the end.
#[inline(always)]
pub(crate) fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_wire(bytes.get(at..).unwrap_or_default())
}
