//! `parcode completions` and `parcode man`.

use crate::arguments::{Arguments, Completions, Man};
use crate::failure::{Failure, Outcome};
use crate::output;
use clap::CommandFactory;

pub(crate) fn completions(arguments: &Completions) -> Result<Outcome, Failure> {
    let mut out = output::raw_stdout();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "parcode",
        &mut out,
    );
    output::finish(out)?;
    Ok(Outcome::Fine)
}

pub(crate) fn man(arguments: &Man) -> Result<Outcome, Failure> {
    let command = Arguments::command();
    if let Some(folder) = &arguments.out {
        clap_mangen::generate_to(command, folder)
            .map_err(|error| Failure::io(format!("writing to {}", folder.display()), &error))?;
    } else {
        let mut out = output::raw_stdout();
        clap_mangen::Man::new(command).render(&mut out)?;
        output::finish(out)?;
    }
    Ok(Outcome::Fine)
}
