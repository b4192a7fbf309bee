//! The results: Markdown for people, JSON for programs.

use crate::Result;
use crate::measures::{Column, Unit};
use serde_json::{Value, json};
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// The results of one data set.
pub struct Section {
    pub title: String,
    pub peers: Vec<String>,
    pub columns: Vec<Column>,
}

impl Section {
    /// A table for each group of measures; a row for each peer that has an answer in it.
    pub fn markdown(&self) -> String {
        let mut text = format!("## {}\n", self.title);
        for group in self.columns.chunk_by(|a, b| a.group == b.group) {
            let Some(first) = group.first() else { continue };
            let names: Vec<&str> = group.iter().map(|column| column.name).collect();
            let _ = write!(
                text,
                "\n### {}\n\n| | {} |\n|",
                first.group,
                names.join(" | ")
            );
            text.push_str(&" --- |".repeat(names.len() + 1));
            text.push('\n');
            for (row, peer) in self.peers.iter().enumerate() {
                if group.iter().all(|column| column.cells[row].is_none()) {
                    continue;
                }
                let cells: Vec<String> = group.iter().map(|column| column.cell(row)).collect();
                let _ = writeln!(text, "| {peer} | {} |", cells.join(" | "));
            }
        }
        text
    }

    fn json(&self) -> Value {
        let columns = self.columns.iter().map(|column| {
            let cells = self.peers.iter().zip(&column.cells);
            let cells = cells.filter_map(|(peer, cell)| Some((peer.clone(), json!((*cell)?))));
            json!({
                "group": column.group,
                "measure": column.name,
                "unit": column.unit,
                "peers": cells.collect::<serde_json::Map<_, _>>(),
            })
        });
        json!({ "title": self.title, "measures": columns.collect::<Vec<_>>() })
    }
}

impl Column {
    /// The median, how far the quartiles lie from it, and how many times the first peer's it is.
    fn cell(&self, row: usize) -> String {
        let Some(spread) = self.cells[row] else {
            return String::new();
        };
        let mut text = quantity(spread.median, self.unit);
        if spread.readings > 1 {
            let half = (spread.upper_quartile - spread.lower_quartile) / 2.0;
            let _ = write!(text, " ±{:.0}%", half / spread.median * 100.0);
        }
        match self.cells.first().copied().flatten() {
            Some(ours) if row > 0 && ours.median > 0.0 => {
                let _ = write!(text, " ×{}", significant(spread.median / ours.median));
            }
            _ => {}
        }
        text
    }
}

/// How a few values that belong to one thing grow from scale to scale.
pub fn growth(sections: &[Section]) -> String {
    let mut text = String::from("## Growth\n");
    let Some(last) = sections.last().filter(|_| sections.len() > 1) else {
        return String::new();
    };
    for column in &last.columns {
        let titles: Vec<&str> = sections
            .iter()
            .map(|section| section.title.as_str())
            .collect();
        let _ = write!(
            text,
            "\n### {}\n\n| | {} |\n|",
            column.name,
            titles.join(" | ")
        );
        text.push_str(&" --- |".repeat(titles.len() + 1));
        text.push('\n');
        for peer in &last.peers {
            let cells: Vec<String> = sections
                .iter()
                .map(|section| section.quantity(column.name, peer).unwrap_or_default())
                .collect();
            if cells.iter().any(|cell| !cell.is_empty()) {
                let _ = writeln!(text, "| {peer} | {} |", cells.join(" | "));
            }
        }
    }
    text
}

impl Section {
    fn quantity(&self, measure: &str, peer: &str) -> Option<String> {
        let column = self.columns.iter().find(|column| column.name == measure)?;
        let row = self.peers.iter().position(|name| name == peer)?;
        Some(quantity(column.cells[row]?.median, column.unit))
    }
}

pub fn write_json(path: &Path, machine: &str, sections: &[Section]) -> Result<()> {
    let sections: Vec<Value> = sections.iter().map(Section::json).collect();
    let whole = json!({ "machine": machine, "sections": sections });
    fs::write(path, serde_json::to_string_pretty(&whole)?)?;
    Ok(())
}

/// A number in the unit that gives it one to three digits before the point.
pub fn quantity(value: f64, unit: Unit) -> String {
    let (steps, base): (&[&str], f64) = match unit {
        Unit::Seconds => (&["ns", "µs", "ms", "s"], 1e-9),
        Unit::Bytes => (&["B", "KB", "MB", "GB"], 1.0),
        Unit::BytesPerSecond => (&["B/s", "KB/s", "MB/s", "GB/s"], 1.0),
    };
    let mut scaled = value / base;
    let mut step = 0;
    while scaled >= 999.5 && step + 1 < steps.len() {
        scaled /= 1000.0;
        step += 1;
    }
    format!("{} {}", significant(scaled), steps[step])
}

/// Three digits; two where it is small.
fn significant(value: f64) -> String {
    let digits = match value.abs() {
        value if value >= 99.95 => 0,
        value if value >= 9.995 => 1,
        0.0 => 0,
        value if value >= 0.0995 => 2,
        value => (1.0 - value.log10().floor()) as usize,
    };
    format!("{value:.digits$}")
}

/// Where it was measured.
pub fn machine() -> String {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu.lines().find(|line| line.starts_with("model name"));
    let model = model
        .and_then(|line| line.split(": ").nth(1))
        .unwrap_or("unknown processor");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let memory = read("/proc/meminfo");
    let memory = memory
        .split_whitespace()
        .nth(1)
        .and_then(|number| number.parse::<f64>().ok());
    let kernel = read("/proc/sys/kernel/osrelease");
    format!(
        "{model}, {cores} cores, {} GiB, Linux {}",
        (memory.unwrap_or_default() / f64::from(1 << 20)).round(),
        kernel.trim()
    )
}
