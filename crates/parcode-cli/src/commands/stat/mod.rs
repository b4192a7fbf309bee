//! `parcode stat`: where the bytes are, by path and type.

mod treemap;

use super::open;
use crate::arguments::Stat;
use crate::failure::{Failure, Outcome};
use crate::{output, progress};
use parcode::Usage;
use serde_json::{Value, json};
use std::fs;
use std::io::{self, Write};

pub(crate) fn stat(arguments: &Stat) -> Result<Outcome, Failure> {
    let file = open(&arguments.input)?;
    let bar = progress::bar("adding up", file.stats().file_len);
    let usage = file.usage(|bytes| bar.set_position(bytes))?;
    bar.finish_and_clear();

    if let Some(path) = &arguments.html {
        let name = arguments.input.file.display().to_string();
        let page = treemap::page(&name, &json_of(&usage));
        fs::write(path, page)
            .map_err(|error| Failure::io(format!("writing {}", path.display()), &error))?;
        return Ok(Outcome::Fine);
    }
    let mut out = output::coloured();
    if arguments.json {
        serde_json::to_writer_pretty(&mut out, &json_of(&usage))?;
        writeln!(out)?;
    } else {
        let head = format!(
            "{:>10} {:>6} {:>10} {:>6} {:>12}  path",
            "stored", "share", "raw", "ratio", "count"
        );
        writeln!(out, "{}", output::dim(head))?;
        let table = Table {
            whole: usage.stored,
            least: arguments.least,
        };
        table.row(&usage, "", arguments.depth, &mut out)?;
    }
    output::finish(out)?;
    Ok(Outcome::Fine)
}

struct Table {
    /// The bytes of the file, and how many percent of them are worth a row.
    whole: u64,
    least: f64,
}

#[allow(clippy::cast_precision_loss, reason = "shown with one digit")]
impl Table {
    /// The row of what is at a path, and those of its parts, the largest first.
    fn row(
        &self,
        usage: &Usage,
        path: &str,
        levels: usize,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let share = 100.0 * usage.stored as f64 / self.whole.max(1) as f64;
        if share < self.least {
            return Ok(());
        }
        let shown = match path.trim_start_matches('.') {
            "" => "(all)",
            path => path,
        };
        let ratio = usage.raw as f64 / usage.stored.max(1) as f64;
        writeln!(
            out,
            "{:>10} {share:>5.1}% {:>10} {ratio:>6.2} {:>12}  {}  {}",
            output::size(usage.stored),
            output::size(usage.raw),
            usage.count,
            output::strong(shown),
            output::typed(&usage.type_name),
        )?;
        let Some(levels) = levels.checked_sub(1) else {
            return Ok(());
        };
        let mut parts: Vec<&Usage> = usage.parts.iter().filter(|part| part.stored > 0).collect();
        parts.sort_by_key(|part| std::cmp::Reverse(part.stored));
        parts
            .into_iter()
            .try_for_each(|part| self.row(part, &format!("{path}{}", part.name), levels, out))
    }
}

fn json_of(usage: &Usage) -> Value {
    json!({
        "name": usage.name,
        "type": usage.type_name,
        "count": usage.count,
        "chunks": usage.chunks,
        "raw": usage.raw,
        "stored": usage.stored,
        "parts": usage.parts.iter().map(json_of).collect::<Vec<_>>(),
    })
}
