//! Temporary files of saves, and what becomes of those whose process is dead.
//!
//! They have one of a few names that follow from the target's, and are locked as long as somebody fills
//! them. So a save finds what a dead one left without looking through the folder: a name that is taken
//! and not locked. Locks go with the process, whatever ends it. Who holds the lock of the file that is at
//! such a name, and nobody else, renames or removes it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use tempfile::{NamedTempFile, TempPath};

/// How many saves of one path may go on at once under such names. Others have names at random, and if
/// they are killed, their files stay.
const NAMES: u8 = 8;

/// A new file in `folder`, to be renamed to `target`. Its permissions are those of `mode` that the mask leaves.
pub(super) fn create(folder: &Path, target: &Path, mode: u32) -> io::Result<NamedTempFile> {
    for name in names(folder, target) {
        let claimed = match claim(&name, mode) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && remove_stale(&name) => {
                claim(&name, mode)
            }
            claimed => claimed,
        };
        match claimed {
            Ok(Some(file)) => {
                let name = TempPath::try_from_path(name)?;
                return Ok(NamedTempFile::from_parts(file, name));
            }
            // Somebody else has the name, or no lock can be had here.
            Ok(None) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".parcode-").suffix(".tmp");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(mode));
    }
    builder.tempfile_in(folder)
}

/// Removes what dead saves of `target` left.
pub(super) fn sweep(folder: &Path, target: &Path) {
    for name in names(folder, target) {
        remove_stale(&name);
    }
}

/// The names of temporary files for `target`; none where files cannot be told from each other.
fn names(folder: &Path, target: &Path) -> impl Iterator<Item = PathBuf> {
    let of = target.file_name().filter(|_| cfg!(unix));
    let short = of.map(|name| match name.len() {
        0..200 => name.to_os_string(),
        // Names have an end: this one's hash tells it from others.
        _ => format!("{:016x}", crate::wire::checksum(name.as_encoded_bytes())).into(),
    });
    let name = move |short: &OsString, n: u8| {
        let mut name = OsString::from(".");
        name.push(short);
        name.push(format!(".parcode-{n}.tmp"));
        folder.join(name)
    };
    short
        .into_iter()
        .flat_map(move |short| (0..NAMES).map(move |n| name(&short, n)).collect::<Vec<_>>())
}

/// A new file of this name, locked; `None` where it could not be locked.
fn claim(name: &Path, mode: u32) -> io::Result<Option<File>> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    let file = options.open(name)?;
    let locked = file.try_lock();
    // Somebody may have taken it for a dead one's before it was locked.
    let is_ours = is_at(&file, name);
    if is_ours && matches!(locked, Err(TryLockError::Error(_))) {
        // A file system without locks: nobody would ever know it for a dead one's.
        let _ = fs::remove_file(name);
    }
    Ok(Some(file).filter(|_| is_ours && locked.is_ok()))
}

/// Whether there was a file of this name that nobody fills: it is removed.
fn remove_stale(name: &Path) -> bool {
    // Opening a pipe would wait for somebody who writes to it.
    if !fs::symlink_metadata(name).is_ok_and(|found| found.is_file()) {
        return false;
    }
    let Ok(file) = File::open(name) else {
        return false;
    };
    file.try_lock().is_ok() && is_at(&file, name) && fs::remove_file(name).is_ok()
}

/// Whether `file` is what the name stands for: it may have been renamed meanwhile.
#[cfg(unix)]
fn is_at(file: &File, name: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let place = |found: fs::Metadata| (found.dev(), found.ino());
    match (file.metadata(), fs::symlink_metadata(name)) {
        (Ok(file), Ok(named)) => place(file) == place(named),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, _: &Path) -> bool {
    false
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn count(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn nobody_else_may_open_what_replaces_a_private_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("value.par");
        let file = create(folder.path(), &target, 0o600).unwrap();
        let mode = file.as_file().metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    /// Opening it would wait for somebody who writes.
    #[test]
    fn a_pipe_of_that_name_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("value.par");
        for name in names(folder.path(), &target).take(2) {
            let made = std::process::Command::new("mkfifo").arg(&name).status();
            assert!(made.unwrap().success());
        }
        let file = create(folder.path(), &target, 0o666).unwrap();
        sweep(folder.path(), &target);
        drop(file);
        assert_eq!(count(folder.path()), 2);
    }

    #[test]
    fn saves_at_once_have_names_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("value.par");
        let files: Vec<_> = (0..NAMES + 3)
            .map(|_| create(folder.path(), &target, 0o666).unwrap())
            .collect();
        assert_eq!(count(folder.path()), files.len());
        sweep(folder.path(), &target);
        assert_eq!(
            count(folder.path()),
            files.len(),
            "nobody's file is taken away"
        );
        drop(files);
        assert_eq!(count(folder.path()), 0);
    }

    #[test]
    fn what_dead_saves_left_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let name = "a".repeat(240);
        for target in ["value.par", &name] {
            let target = folder.path().join(target);
            for _ in 0..3 {
                // Forgotten and closed, as the end of a process closes it.
                let (file, path) = create(folder.path(), &target, 0o666)
                    .unwrap()
                    .keep()
                    .unwrap();
                drop(file);
                let more = create(folder.path(), &target, 0o666).unwrap();
                assert_eq!(more.path(), path, "a dead one's name is used again");
            }
            let (file, _) = create(folder.path(), &target, 0o666)
                .unwrap()
                .keep()
                .unwrap();
            drop(file);
            assert_eq!(count(folder.path()), 1);
            sweep(folder.path(), &folder.path().join("another.par"));
            assert_eq!(
                count(folder.path()),
                1,
                "what another target's saves left is theirs"
            );
            sweep(folder.path(), &target);
            assert_eq!(count(folder.path()), 0);
        }
    }

    #[test]
    fn what_was_renamed_is_not_taken_for_a_dead_one() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("value.par");
        let file = create(folder.path(), &target, 0o666).unwrap();
        let name = file.path().to_path_buf();
        let early = File::open(&name).unwrap();
        drop(file.persist(&target).unwrap());
        assert!(early.try_lock().is_ok() && !is_at(&early, &name));
        assert!(!remove_stale(&name) && target.exists());
    }
}
