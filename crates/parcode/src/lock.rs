//! The schema lock: a text file of what files of a type may hold, and the check that they still open.

use crate::builder::Parcode;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::object::{Conversion, ParcodeObject, SchemaTypes, schema};
use crate::schema::Schema;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::{env, fs, io};

/// Set to accept a wanted change.
const BLESS: &str = "PARCODE_BLESS";
/// What stands in front of each schema.
const VERSION: &str = "== ";

impl Parcode {
    /// Checks that files of every schema in the lock at `path` can be opened as a `T`: one line in a
    /// test keeps a change of a type from stopping older files from opening.
    ///
    /// ```no_run
    /// # use parcode::{Parcode, ParcodeObject};
    /// # #[derive(ParcodeObject)]
    /// # struct World { id: u64 }
    /// # /*
    /// #[test]
    /// # */
    /// fn old_worlds_open() -> parcode::Result<()> {
    ///     Parcode::check_schema::<World>("schemas/world.txt")
    /// }
    /// ```
    ///
    /// The lock is a text file, for the repository. A test that is run with `PARCODE_BLESS=1` in the
    /// environment writes it: it adds the schema of `T` where it is new, and drops those that can no
    /// longer be opened. Do so with each release whose files matter. Changes that older files can be
    /// opened with pass as they are.
    ///
    /// # Errors
    ///
    /// Where there is no lock yet, where it is no lock, and where a schema in it cannot be opened as a
    /// `T`: the message lists every difference by path, with what would make it fit, and tells how to
    /// accept the change.
    pub fn check_schema<T: ParcodeObject>(path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let bless = env::var_os(BLESS).is_some_and(|value| !value.is_empty() && value != "0");
        let recorded = match fs::read_to_string(path) {
            Ok(text) => parse(&text, path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if !bless {
                    return Err(ParcodeError::new(
                        ErrorKind::Type,
                        format!("a schema lock at {} ({HOW})", path.display()),
                        "no such file",
                    ));
                }
                Vec::new()
            }
            Err(error) => {
                return Err(ParcodeError::io(
                    format!("reading the schema lock {} failed", path.display()),
                    error,
                ));
            }
        };
        if bless {
            return record::<T>(recorded, path);
        }
        for (number, schema) in (1..).zip(recorded) {
            opens::<T>(schema).map_err(|error| {
                ParcodeError::new(
                    ErrorKind::Type,
                    format!(
                        "{} to open files of version {number} in {} ({HOW}, and give up those files)",
                        error.expected(),
                        path.display()
                    ),
                    error.found().to_owned(),
                )
            })?;
        }
        Ok(())
    }
}

const HOW: &str = "to accept the change, run the test with PARCODE_BLESS=1";

/// Whether files of this schema can be opened as a `T`.
fn opens<T: ParcodeObject>(file: Schema) -> Result<()> {
    let root = file.root();
    let fingerprint = file.fingerprint();
    if fingerprint == schema::<T>().fingerprint() {
        return Ok(());
    }
    let types = SchemaTypes::new(file).ok_or_else(|| {
        ParcodeError::new(
            ErrorKind::Limit,
            "a schema of a sensible size",
            "a larger one",
        )
    })?;
    Conversion::of::<T>(&Arc::new(types), root).map(|_| ())
}

/// Writes the lock anew: what can still be opened, and what is new.
fn record<T: ParcodeObject>(recorded: Vec<Schema>, path: &Path) -> Result<()> {
    let current = schema::<T>();
    let mut kept: Vec<Schema> = recorded
        .into_iter()
        .filter(|schema| opens::<T>(schema.clone()).is_ok())
        .collect();
    if kept
        .iter()
        .all(|schema| schema.fingerprint() != current.fingerprint())
    {
        kept.push((*current).clone());
    }
    let mut text = format!(
        "// What files of `{}` may hold. Recorded by a test that is run with {BLESS}=1: see\n\
         // `Parcode::check_schema`. Keep it in the repository, and do not edit it.\n",
        current.describe(current.root())
    );
    for (number, schema) in (1..).zip(&kept) {
        let _ = write!(text, "\n{VERSION}{number}\n\n{schema}");
    }
    let failed = |error| {
        ParcodeError::io(
            format!("writing the schema lock {} failed", path.display()),
            error,
        )
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    fs::write(path, text).map_err(failed)
}

fn parse(text: &str, path: &Path) -> Result<Vec<Schema>> {
    let mut parts: Vec<String> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with("//")) {
        if line.starts_with(VERSION) {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
            part.push('\n');
        }
    }
    let schemas = (1..).zip(&parts).map(|(number, part)| {
        Schema::from_text(part).map_err(|flaw| {
            ParcodeError::new(
                ErrorKind::Damaged,
                format!("a schema as version {number} in {}", path.display()),
                flaw,
            )
        })
    });
    schemas.collect()
}
