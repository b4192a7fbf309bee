//! The report on a file's structure.

mod outline;

pub(crate) use outline::outline as structure;
pub use outline::{Outline, RunKind};

use crate::error::Result;
use crate::format::{ChildKind, Codec};
use crate::object::Session;
use crate::read::{self, Opened};
use crate::schema::{Schema, Type};
use std::fmt::Write;

/// Levels of the tree, and children of one chunk, that a report shows; the rest is counted.
const LEVELS: usize = 4;
const CHILDREN: usize = 64;

/// The report on an opened file.
pub(crate) fn report(opened: &Opened) -> Result<String> {
    let session = &*opened.session;
    let schema = (session.schema)(session).ok();
    let mut out = String::from("=== PARCODE INSPECTOR REPORT ===\n");
    let _ = writeln!(out, "Root Offset: {}", opened.root.0);
    let _ = writeln!(out, "File Size: {} bytes", session.len);
    out.push_str("[GRAPH LAYOUT]\n");
    let value = schema.as_ref().map(Session::root_value);
    let root = read::outline(
        session,
        opened.root,
        schema.as_ref(),
        value,
        LEVELS,
        CHILDREN,
    )?;
    Lines {
        out: &mut out,
        schema: schema.as_ref(),
    }
    .node(&root, "", true);
    Ok(out)
}

struct Lines<'o> {
    out: &'o mut String,
    schema: Option<&'o Schema>,
}

impl Lines<'_> {
    fn node(&mut self, node: &read::Outline, indent: &str, last: bool) {
        let branch = if last { "└── " } else { "├── " };
        let _ = write!(
            self.out,
            "{indent}{branch}[{}] Size: {}b | Algo: {} | Children: {}",
            self.container(node),
            node.stored,
            node.codec.name(),
            node.child_count,
        );
        if node.codec != Codec::None && node.raw != node.stored {
            let _ = write!(self.out, " | Raw: {}b", node.raw);
        }
        if let Some(detail) = self.detail(node) {
            let _ = write!(self.out, " [{detail}]");
        }
        if let (Some(schema), Some(ty)) = (self.schema, node.ty) {
            let path = node.path.trim_start_matches('.');
            let named = if path.is_empty() { "root" } else { path };
            let _ = write!(self.out, " {named}: {}", schema.describe(ty));
        }
        self.out.push('\n');
        let indent = format!("{indent}{}", if last { "    " } else { "│   " });
        let more = node.links.saturating_sub(node.children.len());
        for (i, child) in node.children.iter().enumerate() {
            self.node(child, &indent, i + 1 == node.children.len() && more == 0);
        }
        if more > 0 && !node.children.is_empty() {
            let _ = writeln!(self.out, "{indent}└── … and {more} more");
        }
    }

    fn ty(&self, node: &read::Outline) -> Option<&Type> {
        self.schema?.get(node.ty?)
    }

    fn container(&self, node: &read::Outline) -> &'static str {
        match self.ty(node) {
            Some(Type::Sequence(_)) if node.kind == ChildKind::Extent => "Vec Extent",
            Some(Type::Sequence(_)) => "Vec Container",
            Some(Type::Map { .. }) => "Map Container",
            _ => "Generic Container",
        }
    }

    fn detail(&self, node: &read::Outline) -> Option<String> {
        let count = node.count?;
        match self.ty(node)? {
            Type::Sequence(_) => Some(format!("Vec<{count}> items")),
            Type::Map { ordered: false, .. } => Some(format!(
                "Hashtable with {} buckets, {count} entries",
                node.child_count.max(1)
            )),
            Type::Map { ordered: true, .. } => Some(format!(
                "Ordered table with {} shards, {count} entries",
                node.child_count.max(1)
            )),
            _ => None,
        }
    }
}
