//! Paged runs: levels of checksums, as section 11 of docs/format.md has them.

use xxhash_rust::xxh3::xxh3_64;

/// Bytes of a page of a level.
const LEVEL_PAGE: usize = 8192;

/// Bytes of a page of an index of `len` bytes.
pub(crate) fn index_page(len: usize) -> usize {
    let few = |page: &usize| len.div_ceil(*page) <= 1024;
    [2048, 4096].into_iter().find(few).unwrap_or(8192)
}

/// Bytes of a page of an extent of `len` bytes that holds `count` elements.
pub(crate) fn extent_page(len: usize, count: u64) -> usize {
    let element = len.checked_div(count as usize).unwrap_or(1).max(1);
    (65536 / element * element).max(element)
}

/// Appends the stored levels to `bytes`; the checksum of the mark, and the home level.
pub(crate) fn seal(bytes: &mut Vec<u8>, page: usize, most_home: usize) -> (u64, Vec<u8>) {
    let mut level = 0..bytes.len();
    let mut page = page;
    if level.len() <= page {
        return (xxh3_64(bytes), Vec::new());
    }
    loop {
        let sums = bytes[level].chunks(page).map(xxh3_64);
        let sums: Vec<u8> = sums.flat_map(u64::to_le_bytes).collect();
        if sums.len() / 8 <= most_home {
            return (xxh3_64(&sums), sums);
        }
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        level = bytes.len()..bytes.len() + sums.len();
        bytes.extend_from_slice(&sums);
        page = LEVEL_PAGE;
    }
}
