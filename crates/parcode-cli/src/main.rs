//! `parcode`: looks into parcode files, without the program that wrote them.

mod arguments;
mod commands;
mod explore;
mod failure;
mod json;
mod output;
mod progress;

use arguments::{Arguments, Command};
use clap::Parser;
use failure::{Failure, Outcome};
use std::process::ExitCode;

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(outcome) => outcome.into(),
        // Whoever read the output has had enough of it.
        Err(Failure::BrokenPipe) => ExitCode::SUCCESS,
        Err(failure) => {
            anstream::eprintln!("parcode: {}", failure.line());
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<Outcome, Failure> {
    match command {
        Command::Inspect(arguments) => commands::inspect(&arguments),
        Command::Schema(arguments) => commands::schema(&arguments),
        Command::Tree(arguments) => commands::tree(&arguments),
        Command::Get(arguments) => commands::get(&arguments),
        Command::Export(arguments) => commands::export(&arguments),
        Command::Explore(arguments) => explore::explore(&arguments),
        Command::Salvage(arguments) => commands::salvage(&arguments),
        Command::Stat(arguments) => commands::stat(&arguments),
        Command::Diff(arguments) => commands::diff(&arguments),
        Command::Recompress(arguments) => commands::recompress(&arguments),
        Command::Verify(arguments) => commands::verify(&arguments),
        Command::Completions(arguments) => commands::completions(&arguments),
        Command::Man(arguments) => commands::man(&arguments),
    }
}
