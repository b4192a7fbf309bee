//! How a command ends: its exit code, and one line about what went wrong.

use parcode::ParcodeError;
use std::fmt::Display;
use std::io;
use std::process::ExitCode;

/// What a command that worked has to say to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// Exit code 0.
    Fine,
    /// Exit code 1: a difference, damage, or nothing at a path.
    Found,
}

impl Outcome {
    /// Whether there is something to tell.
    pub(crate) fn found(something: bool) -> Self {
        if something { Self::Found } else { Self::Fine }
    }
}

impl From<Outcome> for ExitCode {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Fine => Self::SUCCESS,
            Outcome::Found => Self::from(1),
        }
    }
}

/// Why a command did not work: exit code 2.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The reader of the output is gone, which is no mistake.
    BrokenPipe,
    Other(String),
}

impl Failure {
    pub(crate) fn new(what: impl Display) -> Self {
        Self::Other(what.to_string())
    }

    /// An error of the system, with what was being done.
    pub(crate) fn io(what: impl Display, error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::BrokenPipe;
        }
        Self::Other(format!("{what}: {error}"))
    }

    /// All of it in one line.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::BrokenPipe => "broken pipe".into(),
            Self::Other(what) => what.split_whitespace().collect::<Vec<_>>().join(" "),
        }
    }
}

impl From<ParcodeError> for Failure {
    fn from(error: ParcodeError) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::io("writing the output failed", &error)
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        if error.io_error_kind() == Some(io::ErrorKind::BrokenPipe) {
            return Self::BrokenPipe;
        }
        // What reading failed with comes through serde as its text.
        Self::Other(error.to_string())
    }
}
