//! Plain data: bytes that are values, values that are bytes.

use bytemuck::Pod;

/// Whether `T` has the same bytes in memory as in a file: everywhere where numbers are little-endian,
/// and what consists of single bytes on all machines.
pub(crate) const fn is_native<T>() -> bool {
    cfg!(target_endian = "little") || align_of::<T>() == 1
}

/// The elements that lie in `bytes`, where they lie; `None` where they have other bytes in memory, or
/// another alignment.
#[inline]
pub(crate) fn lend_plain<T: Pod>(bytes: &[u8]) -> Option<&[T]> {
    if !is_native::<T>() {
        return None;
    }
    bytemuck::try_cast_slice(bytes).ok()
}

/// Appends the elements that lie in `bytes`, copied at once; whether that was possible: not where they
/// have other bytes in memory.
#[inline]
pub fn append_plain<T: Pod>(to: &mut Vec<T>, bytes: &[u8]) -> bool {
    if !is_native::<T>() {
        return false;
    }
    // Chunks are aligned in memory, so nearly always they are copied as elements: without zeroing
    // the memory first.
    match bytemuck::try_cast_slice(bytes) {
        Ok(elements) => to.extend_from_slice(elements),
        Err(_) => to.append(&mut bytemuck::pod_collect_to_vec(bytes)),
    }
    true
}

/// The bytes of elements, where they lie; `None` where they have others in a file.
#[inline]
pub fn plain_bytes<T: Pod>(elements: &[T]) -> Option<&[u8]> {
    is_native::<T>().then(|| bytemuck::cast_slice(elements))
}
