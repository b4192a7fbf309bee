//! The tree as far as it was opened: parts are read a page at a time, as they come on the screen.

use parcode::{Children, Dynamic, Key, Kind, Result, Step};

/// The tree of a value.
pub(super) struct Tree<'f> {
    root: Node<'f>,
}

struct Node<'f> {
    name: String,
    value: Dynamic<'f>,
    parts: Option<Parts<'f>>,
}

/// The parts of a value that is open.
struct Parts<'f> {
    /// What was searched for: it stands before the others.
    found: Vec<Node<'f>>,
    loaded: Vec<Node<'f>>,
    /// The parts that were not read yet, and how many there are.
    rest: Children<'f>,
    left: u64,
}

/// One line of the tree.
pub(super) struct Row<'t, 'f> {
    pub(super) depth: usize,
    pub(super) path: String,
    pub(super) name: &'t str,
    /// The value; none where the row stands for parts that were not read yet.
    pub(super) value: Option<Dynamic<'f>>,
    pub(super) is_open: bool,
}

impl<'f> Tree<'f> {
    pub(super) fn new(value: Dynamic<'f>, path: &str) -> Self {
        let name = if path.is_empty() { "root" } else { path };
        Self {
            root: Node::new(name.into(), value),
        }
    }

    /// The number of rows.
    pub(super) fn len(&self) -> usize {
        self.root.rows()
    }

    /// The rows of a part of the screen.
    pub(super) fn rows(&self, first: usize, count: usize) -> Vec<Row<'_, 'f>> {
        let mut rows = Vec::new();
        let window = first..first.saturating_add(count);
        self.root.collect(0, "", &mut 0, &window, &mut rows);
        rows
    }

    pub(super) fn row(&self, row: usize) -> Option<Row<'_, 'f>> {
        self.rows(row, 1).pop()
    }

    /// Opens the value in a row, and reads its first parts. A row that stands for unread parts reads
    /// them.
    pub(super) fn open(&mut self, row: usize, page: usize) -> Result<()> {
        match self.root.at(row) {
            Some(Found::Node(node)) if node.parts.is_none() => node.open(page),
            Some(Found::Rest(parts)) => parts.read(page),
            _ => Ok(()),
        }
    }

    /// Reads parts until there are so many rows, or all, at the places where rows stand for unread
    /// parts below `from`.
    pub(super) fn load(&mut self, from: usize, until: usize) -> Result<()> {
        let mut row = from;
        while row <= until && row < self.len() {
            match self.root.at(row) {
                Some(Found::Rest(parts)) => parts.read((until - row).max(64))?,
                _ => row += 1,
            }
        }
        Ok(())
    }

    /// Closes the value in a row if it is open; the row to select then.
    pub(super) fn close(&mut self, row: usize) -> usize {
        if let Some(Found::Node(node)) = self.root.at(row)
            && node.parts.is_some()
        {
            node.parts = None;
            return row;
        }
        let depth = self.row(row).map_or(0, |row| row.depth);
        let above = (0..row).rev();
        above
            .into_iter()
            .find(|above| self.row(*above).is_some_and(|above| above.depth < depth))
            .unwrap_or(0)
    }

    /// Puts the entry of a key, or the element at a position, in front of the parts of the collection
    /// that is in a row or around it; the row where it is.
    pub(super) fn find(&mut self, row: usize, asked: &str) -> Result<Option<usize>> {
        let mut row = row;
        while row > 0 && !self.row(row).is_some_and(|row| row.is_collection()) {
            let depth = self.row(row).map_or(0, |row| row.depth);
            row = (0..row)
                .rev()
                .find(|above| self.row(*above).is_some_and(|above| above.depth < depth))
                .unwrap_or(0);
        }
        let Some(Found::Node(node)) = self.root.at(row) else {
            return Ok(None);
        };
        let Some((name, value)) = node.part(asked)? else {
            return Ok(None);
        };
        if node.parts.is_none() {
            node.open(64)?;
        }
        if let Some(parts) = &mut node.parts {
            parts.found.retain(|found| found.name != name);
            parts.found.insert(0, Node::new(name, value));
        }
        Ok(Some(row + 1))
    }
}

/// What a row is.
enum Found<'t, 'f> {
    Node(&'t mut Node<'f>),
    Rest(&'t mut Parts<'f>),
}

impl<'f> Node<'f> {
    fn new(name: String, value: Dynamic<'f>) -> Self {
        Self {
            name,
            value,
            parts: None,
        }
    }

    fn open(&mut self, page: usize) -> Result<()> {
        let resolved = self.value.resolved()?;
        if self.value.leaf()?.is_some() {
            return Ok(());
        }
        let mut parts = Parts {
            found: Vec::new(),
            loaded: Vec::new(),
            rest: resolved.children()?,
            left: resolved.len().unwrap_or_default(),
        };
        parts.read(page)?;
        self.parts = Some(parts);
        Ok(())
    }

    /// The entry of a key, the element at a position, or the field of a name.
    fn part(&self, asked: &str) -> Result<Option<(String, Dynamic<'f>)>> {
        let resolved = self.value.resolved()?;
        let step = match resolved.kind() {
            Kind::Map | Kind::Set => format!("[{}]", asked.parse::<Key>()?),
            Kind::Sequence | Kind::Array => format!("[{}]", asked.trim()),
            _ => asked.trim().to_owned(),
        };
        let found = self.value.get(&step)?;
        Ok(found.map(|value| (step, value)))
    }

    fn rows(&self) -> usize {
        let parts = self.parts.as_ref().map_or(0, |parts| {
            let nodes = parts.found.iter().chain(&parts.loaded);
            nodes.map(Node::rows).sum::<usize>() + usize::from(parts.left > 0)
        });
        1 + parts
    }

    /// Appends the rows whose numbers are in `window`; `row` is the number of this one.
    fn collect<'t>(
        &'t self,
        depth: usize,
        above: &str,
        row: &mut usize,
        window: &std::ops::Range<usize>,
        rows: &mut Vec<Row<'t, 'f>>,
    ) {
        let here = *row;
        *row += 1;
        let path = if depth == 0 {
            String::new()
        } else {
            format!("{above}{}", self.name)
        };
        if window.contains(&here) {
            rows.push(Row {
                depth,
                path: path.trim_start_matches('.').to_owned(),
                name: &self.name,
                value: Some(self.value),
                is_open: self.parts.is_some(),
            });
        }
        let Some(parts) = &self.parts else {
            return;
        };
        for node in parts.found.iter().chain(&parts.loaded) {
            if *row >= window.end {
                return;
            }
            node.collect(depth + 1, &path, row, window, rows);
        }
        if parts.left > 0 {
            if window.contains(row) {
                rows.push(Row {
                    depth: depth + 1,
                    path,
                    name: "…",
                    value: None,
                    is_open: false,
                });
            }
            *row += 1;
        }
    }

    /// What the row so many below this one is.
    fn at(&mut self, row: usize) -> Option<Found<'_, 'f>> {
        let Some(mut row) = row.checked_sub(1) else {
            return Some(Found::Node(self));
        };
        let parts = self.parts.as_mut()?;
        let nodes = parts.found.iter().chain(&parts.loaded);
        let mut inside = None;
        for (number, node) in nodes.enumerate() {
            let rows = node.rows();
            if row < rows {
                inside = Some(number);
                break;
            }
            row -= rows;
        }
        match inside {
            Some(number) => {
                let mut nodes = parts.found.iter_mut().chain(&mut parts.loaded);
                nodes.nth(number)?.at(row)
            }
            None => (row == 0 && parts.left > 0).then_some(Found::Rest(parts)),
        }
    }
}

impl Parts<'_> {
    /// Reads so many more.
    fn read(&mut self, count: usize) -> Result<()> {
        for part in self.rest.by_ref().take(count) {
            let (step, value) = part?;
            self.left -= 1;
            self.loaded.push(Node::new(named(step), value));
        }
        Ok(())
    }
}

fn named(step: Step<'_>) -> String {
    step.to_string()
}

impl Row<'_, '_> {
    pub(super) fn is_collection(&self) -> bool {
        let value = self.value.and_then(|value| value.resolved().ok());
        value.is_some_and(|value| value.is_collection())
    }
}
