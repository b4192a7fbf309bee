//! What stands on the command line.

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};
use clap_complete::Shell;
use std::path::PathBuf;

/// Looks into parcode files, without the program that wrote them.
///
/// Nothing is read that is not asked for: looking up one value in a file of 100 GB takes as long as in
/// one of 1 MB.
#[derive(Parser)]
#[command(
    name = "parcode",
    version,
    after_help = "Exit codes: 0 fine; 1 a difference, damage, or nothing at the path; 2 a wrong command or an error."
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// What is where in a file: chunks, their sizes, their compression
    Inspect(Inspect),
    /// The types of a file
    Schema(Schema),
    /// What is under a path, a page at a time
    Tree(Tree),
    /// The value at a path, or the values
    Get(Get),
    /// A whole value as JSON, in bounded memory
    Export(Export),
    /// Where the bytes of a file are, by path and type
    Stat(Stat),
    /// What is intact of a damaged file, as JSON
    Salvage(Salvage),
    /// Where two files differ, by path
    Diff(Diff),
    /// Writes the same value with another compression
    Recompress(Recompress),
    /// Browses a file on the whole screen
    Explore(Explore),
    /// Whether every byte of a file is what was written
    Verify(Verify),
    /// Prints a script that completes commands in a shell
    Completions(Completions),
    /// Prints the man page
    Man(Man),
}

/// A file to look into.
#[derive(Args)]
pub(crate) struct Input {
    /// The file
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

/// What a path is.
const PATH_HELP: &str = "\
The path from the root, such as players[\"Hero123\"].inventory[3] or all_players[10..20].level. \
Words as keys need no quotes: players[Hero123]";

#[derive(Args)]
pub(crate) struct Inspect {
    #[command(flatten)]
    pub(crate) input: Input,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Levels of chunks to go down, as JSON
    #[arg(long, default_value_t = 4, value_name = "LEVELS", requires = "json")]
    pub(crate) depth: usize,
}

#[derive(Args)]
pub(crate) struct Schema {
    #[command(flatten)]
    pub(crate) input: Input,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args)]
pub(crate) struct Tree {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(help = PATH_HELP, default_value = "")]
    pub(crate) path: String,
    /// Levels to go down
    #[arg(long, default_value_t = 1, value_name = "LEVELS")]
    pub(crate) depth: usize,
    /// Parts to leave out at the start
    #[arg(long, default_value_t = 0, value_name = "PARTS")]
    pub(crate) skip: u64,
    /// Parts to show of each value
    #[arg(long, default_value_t = 40, value_name = "PARTS")]
    pub(crate) limit: u64,
}

#[derive(Args)]
pub(crate) struct Get {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(help = PATH_HELP)]
    pub(crate) path: String,
    /// How to write what is found
    #[arg(long, value_enum, default_value_t = Form::Text)]
    pub(crate) form: Form,
    /// As JSON, one value a line; the same as `--form json`
    #[arg(long, conflicts_with_all = ["form", "raw"])]
    pub(crate) json: bool,
    /// The bytes themselves; the same as `--form raw`
    #[arg(long, conflicts_with = "form")]
    pub(crate) raw: bool,
}

impl Get {
    pub(crate) fn form(&self) -> Form {
        match (self.json, self.raw) {
            (true, _) => Form::Json,
            (_, true) => Form::Raw,
            _ => self.form,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Numbers and text as they are, what has parts as JSON
    Text,
    /// JSON, one value a line
    Json,
    /// The bytes of text and plain data, little-endian
    Raw,
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(help = PATH_HELP, default_value = "")]
    pub(crate) path: String,
    /// One element or entry a line (NDJSON)
    #[arg(long)]
    pub(crate) ndjson: bool,
    /// With line breaks and indents
    #[arg(long, conflicts_with = "ndjson")]
    pub(crate) pretty: bool,
    /// Where to write [default: standard output]
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Explore {
    #[command(flatten)]
    pub(crate) input: Input,
    #[arg(help = PATH_HELP, default_value = "")]
    pub(crate) path: String,
}

#[derive(Args)]
pub(crate) struct Stat {
    #[command(flatten)]
    pub(crate) input: Input,
    /// As JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Write a page with a treemap to click through
    #[arg(long, value_name = "PAGE", value_hint = ValueHint::FilePath, conflicts_with = "json")]
    pub(crate) html: Option<PathBuf>,
    /// Levels to go down
    #[arg(long, default_value_t = 5, value_name = "LEVELS")]
    pub(crate) depth: usize,
    /// Leave out what takes fewer percent of the file
    #[arg(long, default_value_t = 0.1, value_name = "PERCENT")]
    pub(crate) least: f64,
}

#[derive(Args)]
pub(crate) struct Diff {
    /// One file
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) old: PathBuf,
    /// The other
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) new: PathBuf,
    /// Compare only what is at this path in both
    #[arg(long, default_value = "")]
    pub(crate) path: String,
    /// One JSON object a line, with whole values
    #[arg(long)]
    pub(crate) json: bool,
    /// Print nothing: the exit code says it
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,
}

#[derive(Args)]
pub(crate) struct Recompress {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Where to write it; the file itself is fine
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,
    /// The compression of all of it
    #[arg(long, value_enum)]
    pub(crate) codec: CodecName,
    /// How hard Zstandard tries
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(i32).range(1..=22))]
    pub(crate) level: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CodecName {
    None,
    Lz4,
    Zstd,
}

#[derive(Args)]
pub(crate) struct Salvage {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Where to write what is intact; without it, chunks are listed that are found by their marks
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Verify {
    #[command(flatten)]
    pub(crate) input: Input,
    /// Threads that verify [default: one a core, as far as there are 512 KiB for each]
    #[arg(long)]
    pub(crate) threads: Option<usize>,
}

#[derive(Args)]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: Shell,
}

#[derive(Args)]
pub(crate) struct Man {
    /// Write the pages of all commands into this folder instead
    #[arg(long, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub(crate) out: Option<PathBuf>,
}
