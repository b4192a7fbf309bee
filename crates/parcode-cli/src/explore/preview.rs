//! A value in a few lines: as much of it as there is room for.

use parcode::{Dynamic, Result};

/// Characters of one leaf.
const LEAF: usize = 4000;

/// The value in at most `lines` lines; reads no more than it shows.
pub(super) fn preview(value: &Dynamic<'_>, lines: usize) -> Vec<String> {
    let mut shown = Vec::new();
    if let Err(error) = show(value, "", 0, lines, &mut shown) {
        shown.push(error.to_string());
    }
    shown.truncate(lines);
    shown
}

fn show(
    value: &Dynamic<'_>,
    name: &str,
    depth: usize,
    lines: usize,
    shown: &mut Vec<String>,
) -> Result<()> {
    const DEEPEST: usize = 8;
    let indent = "  ".repeat(depth);
    let label = if name.is_empty() {
        indent
    } else {
        format!("{indent}{name}: ")
    };
    if let Some(leaf) = value.leaf()? {
        let text = leaf.to_string();
        let mut text = text.lines();
        let first: String = text.next().unwrap_or_default().chars().take(LEAF).collect();
        shown.push(label + &first);
        for line in text.take(lines.saturating_sub(shown.len())) {
            shown.push(line.chars().take(LEAF).collect());
        }
        return Ok(());
    }
    let resolved = value.resolved()?;
    let mut parts = resolved.children()?.peekable();
    let name = resolved.variant().map_or(String::new(), ToOwned::to_owned);
    if parts.peek().is_none() || depth >= DEEPEST {
        shown.push(format!("{label}{}", value.type_name()));
        return Ok(());
    }
    if depth > 0 {
        shown.push(format!("{label}{name}").trim_end().to_owned());
    } else if !name.is_empty() {
        shown.push(name);
    }
    for part in parts {
        if shown.len() >= lines {
            return Ok(());
        }
        let (step, part) = part?;
        let step = step.to_string();
        show(&part, step.trim_start_matches('.'), depth + 1, lines, shown)?;
    }
    Ok(())
}
