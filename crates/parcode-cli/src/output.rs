//! Where results go, and how they look on a terminal.

use std::fmt::Display;
use std::io::{self, BufWriter, Write};

/// Standard output for results: buffered, and without colours where it is no terminal.
pub(crate) fn stdout() -> BufWriter<anstream::StripStream<io::StdoutLock<'static>>> {
    BufWriter::with_capacity(1 << 16, anstream::StripStream::new(io::stdout().lock()))
}

/// Standard output for bytes as they are.
pub(crate) fn raw_stdout() -> BufWriter<io::StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// Standard output for people: coloured on a terminal that wants it.
pub(crate) fn coloured() -> BufWriter<anstream::AutoStream<io::StdoutLock<'static>>> {
    BufWriter::new(anstream::AutoStream::auto(io::stdout().lock()))
}

/// What stands out.
pub(crate) fn strong(text: impl Display) -> String {
    format!("\x1b[1m{text}\x1b[0m")
}

/// What is said by the way.
pub(crate) fn dim(text: impl Display) -> String {
    format!("\x1b[2m{text}\x1b[0m")
}

/// A type's name.
pub(crate) fn typed(text: impl Display) -> String {
    format!("\x1b[36m{text}\x1b[0m")
}

/// Bytes as people count them.
pub(crate) fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    #[allow(clippy::cast_precision_loss, reason = "it is shown with one digit")]
    let mut number = bytes as f64 / 1024.0;
    let mut unit = 0;
    while number >= 999.95 && unit + 1 < UNITS.len() {
        number /= 1024.0;
        unit += 1;
    }
    format!(
        "{number:.1} {}",
        UNITS.get(unit).copied().unwrap_or_default()
    )
}

/// Text in one line of at most `most` characters.
pub(crate) fn short(text: &str, most: usize) -> String {
    let mut line: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(most + 1)
        .collect();
    if line.chars().count() > most {
        line = line.chars().take(most.saturating_sub(1)).collect();
        line.push('…');
    }
    line
}

/// Writes the last of it: what `drop` would not tell about.
pub(crate) fn finish(mut out: impl Write) -> io::Result<()> {
    out.flush()
}
