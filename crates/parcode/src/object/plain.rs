//! Plain data: bytes that are values, values that are bytes.

use bytemuck::Pod;

/// The elements that lie in `bytes`, copied at once; `None` where memory has another byte order than
/// a file.
#[inline]
pub fn load_plain<T: Pod>(bytes: &[u8]) -> Option<Vec<T>> {
    if cfg!(target_endian = "big") {
        return None;
    }
    // Chunks are aligned in memory, so nearly always they are copied as elements: without zeroing
    // the memory first.
    Some(match bytemuck::try_cast_slice(bytes) {
        Ok(elements) => elements.to_vec(),
        Err(_) => bytemuck::pod_collect_to_vec(bytes),
    })
}

/// The bytes of elements, where they lie; `None` where memory has another byte order than a file.
#[inline]
pub fn plain_bytes<T: Pod>(elements: &[T]) -> Option<&[u8]> {
    cfg!(target_endian = "little").then(|| bytemuck::cast_slice(elements))
}
