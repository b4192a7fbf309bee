//! The bar that long commands show on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

/// A bar of so many bytes, on standard error; nothing where that is no terminal.
pub(crate) fn bar(what: &'static str, bytes: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{msg} [{bar:40}] {bytes} of {total_bytes}, {bytes_per_sec}, {eta} left",
    );
    ProgressBar::new(bytes)
        .with_message(what)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
