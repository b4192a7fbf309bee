//! Replacing a file: the old one or the new one, never something between.

use super::temporary;
use crate::error::{ParcodeError, Result};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// What a save waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Durability {
    /// The disk: after the save returns, the new file survives a power cut. Whatever happens
    /// before, the old file is still there, whole.
    #[default]
    Synced,
    /// Nothing: the operating system writes when it likes. Other programs still see the old file or
    /// the new one, whole; a power cut within the next seconds may leave neither.
    Unsynced,
}

/// A call to the file system, made by a save in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    Create,
    Write,
    Sync,
    Rename,
    SyncFolder,
}

/// Asked before each call. Tests let the n-th one fail; otherwise nothing does.
type Gate<'g> = dyn Fn(Call) -> io::Result<()> + 'g;

/// Fills a temporary file beside `path` by `fill` and renames it to `path`.
///
/// A link at `path` stays a link, and what it points to is replaced. The new file has the permissions
/// and, as far as that is allowed, the owner of the old one. What a save leaves behind that was killed is
/// removed by the next one.
pub(crate) fn replace<R>(
    path: &Path,
    durability: Durability,
    fill: impl FnOnce(Filling<'_>) -> Result<R>,
) -> Result<R> {
    replace_through(path, durability, &|_| Ok(()), fill)
}

fn replace_through<R>(
    path: &Path,
    durability: Durability,
    gate: &Gate<'_>,
    fill: impl FnOnce(Filling<'_>) -> Result<R>,
) -> Result<R> {
    let failed = |what: &str, error: io::Error| {
        ParcodeError::io(format!("{what} {} failed", path.display()), error)
    };
    let target = behind_links(path);
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    #[cfg(unix)]
    let old = fs::metadata(&target).ok();
    #[cfg(unix)]
    let mode = old.as_ref().map_or(ANY, permissions);
    #[cfg(not(unix))]
    let mode = ANY;
    let temporary = gate(Call::Create)
        .and_then(|()| temporary::create(&folder, &target, mode))
        .map_err(|error| failed("creating a temporary file beside", error))?;
    let file = temporary.as_file();
    #[cfg(unix)]
    if let Some(old) = &old {
        resemble(file, old);
    }
    let filled = fill(Filling { file, gate })?;
    if durability == Durability::Synced {
        gate(Call::Sync)
            .and_then(|()| file.sync_all())
            .map_err(|error| failed("syncing", error))?;
    }
    gate(Call::Rename)
        .and_then(|()| temporary.persist(&target).map_err(|error| error.error))
        .map_err(|error| failed("renaming the new file to", error))?;
    temporary::sweep(&folder, &target);
    #[cfg(unix)]
    if durability == Durability::Synced {
        gate(Call::SyncFolder)
            .and_then(|()| File::open(&folder))
            .and_then(|folder| folder.sync_all())
            .map_err(|error| failed("syncing the folder of", error))?;
    }
    Ok(filled)
}

/// What `path` is in the end, which need not be there.
fn behind_links(path: &Path) -> PathBuf {
    let mut target = path.to_path_buf();
    // As many links as Linux follows.
    for _ in 0..40 {
        match fs::read_link(&target) {
            Ok(next) => target = target.parent().unwrap_or(Path::new("")).join(next),
            Err(_) => break,
        }
    }
    target
}

/// The permissions that a new file asks for, of which the mask leaves some.
const ANY: u32 = 0o666;

/// Those of the old file's owner alone: the new one is still somebody else's, and its group another, until it
/// [resembles](resemble) the old one. Nobody opens it meanwhile who could not open that.
#[cfg(unix)]
fn permissions(old: &fs::Metadata) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&old.permissions()) & 0o700
}

/// Gives `file` the owner and the permissions of the file that it replaces.
#[cfg(unix)]
fn resemble(file: &File, old: &fs::Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    let is_theirs = |new: fs::Metadata| (new.uid(), new.gid()) != (old.uid(), old.gid());
    if file.metadata().is_ok_and(is_theirs) {
        // Only the superuser may give files away; for others the new file is theirs.
        let _ = fchown(file, Some(old.uid()), Some(old.gid()));
    }
    let _ = file.set_permissions(old.permissions());
}

/// The temporary file while it is filled.
#[derive(Clone, Copy)]
pub(crate) struct Filling<'f> {
    file: &'f File,
    gate: &'f Gate<'f>,
}

impl Write for Filling<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Err(error) = (self.gate)(Call::Write) {
            // A call that fails may have written some of it.
            let half = bytes.len() / 2;
            let _ = self.file.write(bytes.get(..half).unwrap_or_default())?;
            return Err(error);
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::write::{FileOptions, write_file};
    use crate::{ErrorKind, Parcode};
    use std::cell::RefCell;

    /// More than the buffer in front of the file takes, so that there are several writes.
    fn value(n: u8) -> Vec<Vec<u8>> {
        vec![vec![n; 1000]; 900]
    }

    /// Saves `value` with a disk whose calls fail from the n-th on, `lasting` or only that one; the
    /// calls that were made.
    fn save(
        path: &Path,
        n: usize,
        lasting: bool,
        value: &Vec<Vec<u8>>,
    ) -> (Result<u64>, Vec<Call>) {
        let calls = RefCell::new(Vec::new());
        let gate = |call| {
            let mut calls = calls.borrow_mut();
            calls.push(call);
            let is_broken = if lasting {
                calls.len() > n
            } else {
                calls.len() - 1 == n
            };
            if is_broken {
                Err(io::Error::other("the disk is broken"))
            } else {
                Ok(())
            }
        };
        let options = FileOptions::default();
        let saved = replace_through(path, Durability::Synced, &gate, |file| {
            write_file(value, &options, file)
        });
        (saved, calls.into_inner())
    }

    #[test]
    fn every_call_fails_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value.par");
        let (saved, all) = save(&path, usize::MAX, false, &value(0));
        saved.unwrap();
        let writes = all.iter().filter(|call| **call == Call::Write).count();
        assert!(writes >= 3, "{all:?}");
        assert_eq!(all.len(), writes + if cfg!(unix) { 4 } else { 3 });

        for lasting in [false, true] {
            for n in 0..all.len() {
                Parcode::save(&path, &value(1)).unwrap();
                let (saved, calls) = save(&path, n, lasting, &value(2));
                let error = saved.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Io);
                assert!(error.to_string().contains("the disk is broken"), "{error}");
                assert_eq!(
                    calls.len(),
                    n + 1,
                    "nothing is tried behind an error: {calls:?}"
                );
                // Only the last call comes when the new file is in its place.
                let expected = if calls.last() == Some(&Call::SyncFolder) {
                    2
                } else {
                    1
                };
                assert_eq!(
                    Parcode::load::<Vec<Vec<u8>>>(&path).unwrap(),
                    value(expected)
                );
                let left = fs::read_dir(folder.path()).unwrap().count();
                assert_eq!(left, 1, "call {n} of {all:?}");
            }
        }
    }
}
