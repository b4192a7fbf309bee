//! Extents: long runs of bytes in checksummed pages.
//!
//! `[ mark ][ data ][ sums of the data's pages ][ sums of those pages ] …`, each level starting at a
//! multiple of 8. A level of few checksums ([`most_home`]) is not written here: it is home, in the
//! tables of the parent; the other levels are cut in pages of [`LEVEL_PAGE`]. The checksum in the
//! mark is that of the home level's bytes, or of the data itself where that is one page.

use super::ChildKind;
use core::ops::Range;

/// What a page of data aims at; see [`data_page`].
const PAGE: usize = 64 * 1024;
/// The page of levels of checksums.
pub(crate) const LEVEL_PAGE: usize = 8 * 1024;
/// The least page of an index, and the greatest; see [`index_page`].
const INDEX_PAGES: (usize, usize) = (2 * 1024, 8 * 1024);
pub(crate) const SUM_LEN: usize = 8;

/// The most checksums of an index that stay home, 8 KiB: a lookup in a map of gigabytes reads one page
/// of its index and nothing above it.
const HOME_INDEX_SUMS: u64 = 1024;

/// The most checksums that stay home.
const fn most_home(kind: ChildKind) -> u64 {
    match kind {
        ChildKind::Index => HOME_INDEX_SUMS,
        _ => 128,
    }
}

/// The page of data whose elements take `element` bytes: as many whole ones as fit, so that none
/// straddles two pages.
pub(crate) const fn data_page(element: usize) -> usize {
    if element == 0 || element > PAGE {
        element
    } else {
        PAGE - PAGE % element
    }
}

/// The page of an index of `len` bytes: a lookup reads one, so it is short, but not so short that the
/// checksums of all of them are more than stay home.
pub(crate) const fn index_page(len: u64) -> usize {
    let (mut page, greatest) = INDEX_PAGES;
    while page < greatest && page_count(len, page) > HOME_INDEX_SUMS {
        page *= 2;
    }
    page
}

/// How many pages `len` bytes take.
pub(crate) const fn page_count(len: u64, page: usize) -> u64 {
    len.div_ceil(page as u64)
}

/// Where everything lies in an extent of a given length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ExtentShape {
    /// Byte ranges from the end of the mark, with the page they are cut in: the data, then each
    /// level of checksums that lies here.
    pub(crate) levels: Vec<(Range<u64>, usize)>,
    /// Checksums that stay home; none where the data is one page, whose checksum is in the mark.
    pub(crate) home_sums: u64,
}

impl ExtentShape {
    /// `None` where positions would not fit.
    pub(crate) fn new(kind: ChildKind, len: u64, page: usize) -> Option<Self> {
        let mut levels = vec![(0..len, page)];
        let mut sums = page_count(len, page);
        let mut end = len;
        while sums > most_home(kind) {
            let start = end.checked_next_multiple_of(SUM_LEN as u64)?;
            end = start.checked_add(sums.checked_mul(SUM_LEN as u64)?)?;
            levels.push((start..end, LEVEL_PAGE));
            sums = page_count(end - start, LEVEL_PAGE);
        }
        let in_mark = levels.len() == 1 && sums <= 1;
        Some(Self {
            home_sums: if in_mark { 0 } else { sums },
            levels,
        })
    }

    /// The bytes behind the mark, levels of checksums included.
    pub(crate) fn stored_len(&self) -> u64 {
        self.levels.last().map_or(0, |(range, _)| range.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENT: ChildKind = ChildKind::Extent;

    #[test]
    fn one_page_has_its_checksum_in_the_mark() {
        for len in [0, 1, PAGE as u64] {
            let shape = ExtentShape::new(EXTENT, len, PAGE).unwrap();
            assert_eq!((shape.levels.len(), shape.home_sums), (1, 0));
            assert_eq!(shape.stored_len(), len);
        }
    }

    #[test]
    fn some_pages_have_their_checksums_home() {
        for (kind, pages) in [(EXTENT, 128), (ChildKind::Index, 1024)] {
            let shape = ExtentShape::new(kind, pages * PAGE as u64, PAGE).unwrap();
            assert_eq!((shape.levels.len(), shape.home_sums), (1, pages));
        }
    }

    #[test]
    fn many_pages_have_levels() {
        let len = 128 * PAGE as u64 + 1;
        let shape = ExtentShape::new(EXTENT, len, PAGE).unwrap();
        assert_eq!(shape.levels[1], (len + 7..len + 7 + 129 * 8, LEVEL_PAGE));
        assert_eq!(shape.home_sums, 1);
        let large = ExtentShape::new(EXTENT, 1 << 40, PAGE).unwrap();
        assert_eq!(large.levels.len(), 3);
        let index = ExtentShape::new(ChildKind::Index, 1 << 30, index_page(1 << 30)).unwrap();
        assert_eq!((index.levels.len(), index.home_sums), (2, 128));
        assert_eq!(ExtentShape::new(EXTENT, u64::MAX, PAGE), None);
    }

    #[test]
    fn pages_of_an_index_grow_with_it() {
        let longest = |page: u64| HOME_INDEX_SUMS * page;
        assert_eq!(index_page(0), 2048);
        assert_eq!(index_page(longest(2048)), 2048);
        assert_eq!(index_page(longest(2048) + 1), 4096);
        assert_eq!(index_page(longest(4096)), 4096);
        assert_eq!(index_page(longest(4096) + 1), 8192);
        assert_eq!(index_page(u64::MAX), 8192);
    }
}
