//! What the screen looks like.

use super::Explorer;
use super::preview::preview;
use super::tree::Row;
use crate::output;
use parcode::Dynamic;
use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Paragraph, Wrap};

const DIM: Style = Style::new().fg(Color::DarkGray);
const TYPED: Style = Style::new().fg(Color::Cyan);
const STRONG: Style = Style::new().add_modifier(Modifier::BOLD);
const SELECTED: Style = Style::new().add_modifier(Modifier::REVERSED);
/// Characters of a value beside its name.
const VALUE: usize = 40;

pub(super) fn draw(explorer: &mut Explorer<'_>, frame: &mut Frame<'_>) {
    let [body, foot] =
        Layout::vertical([Constraint::Min(3), Constraint::Length(1)]).areas(frame.area());
    let [left, right] =
        Layout::horizontal([Constraint::Percentage(55), Constraint::Min(10)]).areas(body);
    draw_tree(explorer, frame, left);
    draw_value(explorer, frame, right);
    draw_foot(explorer, frame, foot);
}

fn draw_tree(explorer: &mut Explorer<'_>, frame: &mut Frame<'_>, area: Rect) {
    let block = Block::new().borders(Borders::RIGHT).border_style(DIM);
    let inner = block.inner(area);
    frame.render_widget(block, area);

    explorer.height = usize::from(inner.height).max(1);
    // The selected row stays on the screen.
    explorer.top = explorer
        .top
        .min(explorer.selected)
        .max((explorer.selected + 1).saturating_sub(explorer.height));
    let rows = explorer.tree.rows(explorer.top, explorer.height);
    let lines = rows.iter().enumerate().map(|(i, row)| {
        let line = line_of(row);
        if explorer.top + i == explorer.selected {
            line.style(SELECTED)
        } else {
            line
        }
    });
    frame.render_widget(Paragraph::new(lines.collect::<Vec<_>>()), inner);
}

fn line_of(row: &Row<'_, '_>) -> Line<'static> {
    let indent = "  ".repeat(row.depth);
    let Some(value) = row.value else {
        return Line::styled(format!("{indent}  … more"), DIM);
    };
    let leaf = value.leaf().ok().flatten();
    let marker = match (&leaf, row.is_open) {
        (Some(_), _) => "  ",
        (None, true) => "▾ ",
        (None, false) => "▸ ",
    };
    let name = row.name.trim_start_matches('.').to_owned();
    let mut spans = vec![
        Span::raw(format!("{indent}{marker}")),
        Span::styled(output::short(&name, VALUE), STRONG),
    ];
    match leaf {
        Some(leaf) => {
            spans.push(Span::raw(format!(
                " = {}",
                output::short(&leaf.to_string(), VALUE)
            )));
        }
        None => spans.push(Span::styled(format!(" {}", summary(&value)), DIM)),
    }
    if let Some(stored) = value.stored_len() {
        spans.push(Span::styled(format!("  {}", output::size(stored)), TYPED));
    }
    Line::from(spans)
}

/// What a value with parts is, in a word.
fn summary(value: &Dynamic<'_>) -> String {
    let Ok(resolved) = value.resolved() else {
        return value.type_name();
    };
    match (resolved.variant(), resolved.len()) {
        (Some(variant), _) => variant.to_owned(),
        (None, Some(len)) if resolved.is_collection() => format!("{len}"),
        _ => String::new(),
    }
}

fn draw_value(explorer: &Explorer<'_>, frame: &mut Frame<'_>, area: Rect) {
    let Some(row) = explorer.tree.row(explorer.selected) else {
        return;
    };
    let mut lines = Vec::new();
    if let Some(value) = row.value {
        let path = if row.path.is_empty() {
            row.name
        } else {
            &row.path
        };
        lines.push(Line::styled(format!(" {path}"), STRONG));
        lines.push(Line::styled(format!(" {}", value.type_name()), TYPED));
        let mut facts = Vec::new();
        if let Ok(resolved) = value.resolved()
            && resolved.is_collection()
        {
            facts.push(format!("{} parts", resolved.len().unwrap_or_default()));
        }
        if let Some(stored) = value.stored_len() {
            facts.push(format!("{} in the file", output::size(stored)));
        }
        lines.push(Line::styled(format!(" {}", facts.join(", ")), DIM));
        let room = usize::from(area.height).saturating_sub(lines.len());
        let shown = preview(&value, room).into_iter();
        lines.extend(shown.map(|line| Line::raw(format!(" {line}"))));
    } else {
        lines.push(Line::styled(" parts that were not read yet", DIM));
    }
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: false }), area);
}

fn draw_foot(explorer: &Explorer<'_>, frame: &mut Frame<'_>, area: Rect) {
    let line = match (&explorer.asked, explorer.message.as_str()) {
        (Some(asked), _) => Line::styled(format!("key or position: {asked}█"), STRONG),
        (None, "") => Line::styled(
            "↑↓ move  → open  ← close  / search  space page  q quit",
            DIM,
        ),
        (None, message) => Line::styled(message.to_owned(), Style::new().fg(Color::Red)),
    };
    frame.render_widget(Paragraph::new(line), area);
}
