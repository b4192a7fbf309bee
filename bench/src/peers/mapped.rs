//! A file as a memory map, which is how formats without a parsing step are read.

use crate::Result;
use memmap2::Mmap;
use std::fs::File;
use std::path::Path;

pub fn map(path: &Path) -> Result<Mmap> {
    // SAFETY: only this process knows the file, and writes it at other times.
    #[allow(unsafe_code)]
    Ok(unsafe { Mmap::map(&File::open(path)?)? })
}
