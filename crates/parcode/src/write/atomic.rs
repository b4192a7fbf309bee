//! Replacing a file: the old one or the new one, never something between.

use crate::error::{ParcodeError, Result};
use std::fs::{self, File};
use std::io;
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

/// Fills a temporary file beside `path` by `fill` and renames it to `path`.
pub(crate) fn replace<R>(
    path: &Path,
    durability: Durability,
    fill: impl FnOnce(&File) -> Result<R>,
) -> Result<R> {
    let failed = |what: &str, error: io::Error| {
        ParcodeError::io(format!("{what} {} failed", path.display()), error)
    };
    // A link stays a link: what it points to is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".parcode-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(permissions(&target));
    let temporary = builder
        .tempfile_in(&folder)
        .map_err(|error| failed("creating a temporary file beside", error))?;
    #[cfg(unix)]
    if let Ok(old) = fs::metadata(&target) {
        // The mask of the process must not take away what the old file allowed.
        let _ = temporary.as_file().set_permissions(old.permissions());
    }
    let filled = fill(temporary.as_file())?;
    if durability == Durability::Synced {
        temporary
            .as_file()
            .sync_all()
            .map_err(|error| failed("syncing", error))?;
    }
    temporary
        .persist(&target)
        .map_err(|error| failed("renaming the new file to", error.error))?;
    #[cfg(unix)]
    if durability == Durability::Synced {
        File::open(&folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| failed("syncing the folder of", error))?;
    }
    Ok(filled)
}

/// Those of the file that is replaced; those of a new file where there is none.
#[cfg(unix)]
fn permissions(target: &Path) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(target).map_or_else(
        |_| fs::Permissions::from_mode(0o666),
        |old| old.permissions(),
    )
}
