//! Files as the measures need them: gone, measured, or out of the page cache.

use crate::Result;
use memmap2::Mmap;
use std::fs::{self, File};
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};

/// The file, or the files of the folder.
pub fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_path_buf()]);
    }
    let entries = fs::read_dir(path)?;
    Ok(entries
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?)
}

pub fn remove(path: &Path) -> Result<()> {
    if path.is_dir() {
        fs::remove_dir_all(path)?;
    } else if path.exists() {
        fs::remove_file(path)?;
    }
    Ok(())
}

/// How many bytes it takes on the disk: a database may reserve more than it fills.
pub fn size(path: &Path) -> Result<u64> {
    use std::os::unix::fs::MetadataExt;
    let sizes = files(path)?
        .iter()
        .map(|file| {
            let metadata = fs::metadata(file)?;
            Ok(metadata.len().min(metadata.blocks() * 512))
        })
        .collect::<Result<Vec<u64>>>()?;
    Ok(sizes.into_iter().sum())
}

/// Waits until all of it is on the disk, so that nothing is written behind the next measure.
pub fn sync(path: &Path) -> Result<()> {
    for file in files(path)? {
        File::open(file)?.sync_all()?;
    }
    Ok(())
}

/// Has the system forget the content of the file; says whether it did.
pub fn evict(path: &Path) -> Result<bool> {
    sync(path)?;
    for file in files(path)? {
        let file = File::open(file)?;
        // Pages that were just used may need a second invitation.
        let mut attempts = 0;
        while cached_pages(&file)? > 0 {
            attempts += 1;
            if attempts > 20 {
                return Ok(false);
            }
            // SAFETY: a plain system call on a descriptor that is open.
            #[allow(unsafe_code)]
            unsafe {
                libc::posix_fadvise(file.as_raw_fd(), 0, 0, libc::POSIX_FADV_DONTNEED);
            }
        }
    }
    Ok(true)
}

/// How many pages of the file are in memory.
fn cached_pages(file: &File) -> Result<usize> {
    if file.metadata()?.len() == 0 {
        return Ok(0);
    }
    // SAFETY: the map is not read, only asked about; nobody changes the file meanwhile.
    #[allow(unsafe_code)]
    let map = unsafe { Mmap::map(file)? };
    let mut pages = vec![0u8; map.len().div_ceil(4096)];
    // SAFETY: the range is that of the map, and there is a byte for each of its pages.
    #[allow(unsafe_code)]
    let code = unsafe {
        libc::mincore(
            map.as_ptr().cast_mut().cast(),
            map.len(),
            pages.as_mut_ptr(),
        )
    };
    if code != 0 {
        return Err(std::io::Error::last_os_error().into());
    }
    Ok(pages.iter().filter(|page| **page & 1 == 1).count())
}
