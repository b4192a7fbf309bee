//! The steps: a link, a shard, a page, and what each of them puts on the stack.

use super::Walk;
use super::stack::{Pages, Step, Visited, Work};
use crate::error::{Flaw, Result};
use crate::format::{ChildKind, FenceKind, LinkRecord, MARK_LEN, SUM_LEN, data_page, page_count};
use crate::object::{ChunkKind, IndexBytes, IndexNode, Node, Origin};
use crate::read::chunk::{before_the_file, ends_before, read_chunk};
use crate::read::fetch::fetch;
use crate::read::index::index;
use crate::read::paged::{open_pages, page, paged, passing_page};
use crate::read::shard::read_shard;
use crate::schema::{ChunkBytes, ChunkValue, Layout, Type, TypeRef, types_of_links};
use crate::wire::checksum;
use std::sync::Arc;

impl Walk<'_> {
    pub(super) fn step(&self, step: Step) -> Result<()> {
        match step {
            Step::Link(chunk, link) => self.link(&chunk, link),
            Step::Shard(chunk, link, index, shard) => self.shard(&chunk, link, &index, shard),
            Step::Page(chunk, link, pages, i) => self.page(&chunk, link, &pages, i),
        }
    }

    /// Goes on with the links of a chunk.
    pub(super) fn visited(
        &self,
        node: Arc<Node>,
        above: Option<&Arc<Visited>>,
        ty: Option<TypeRef>,
        chunkable: bool,
    ) -> Result<()> {
        self.account.pass(&node)?;
        self.verified(node.origin.charge);
        let links = node.links();
        if links == 0 {
            return Ok(());
        }
        let types = self.types.as_ref().zip(ty).map(|(types, ty)| {
            let chunk = ChunkBytes {
                body: node.body(),
                text: node.text(),
            };
            let value = ChunkValue {
                ty,
                chunkable,
                first: 0,
            };
            types_of_links(types.schema(), chunk, value)
        });
        let chunk = Arc::new(Visited {
            node,
            types: types.unwrap_or_default(),
            _above: above.cloned(),
        });
        self.push(Work::Links(chunk, 0..links));
        Ok(())
    }

    /// The type behind a link, and what it is.
    fn type_of(&self, chunk: &Visited, link: u32) -> Option<(TypeRef, &Type)> {
        let ty = *chunk.types.get(link as usize)?;
        Some((ty, self.types.as_ref()?.schema().get(ty)?))
    }

    fn link(&self, chunk: &Arc<Visited>, link: u32) -> Result<()> {
        let (record, _) = chunk.node.link(link)?;
        match record.mark.kind {
            ChildKind::Chunk => self.child(chunk, link, &record),
            ChildKind::Extent => self.extent(chunk, link, &record),
            ChildKind::Index => self.index(chunk, link, &record),
            ChildKind::Schema => {
                let flaw = Flaw::new("a chunk, an extent or an index", "a schema");
                Err(chunk
                    .node
                    .in_link(flaw.at(chunk.node.origin.offset), link, ""))
            }
        }
    }

    fn child(&self, chunk: &Arc<Visited>, link: u32, record: &LinkRecord) -> Result<()> {
        let parent = &chunk.node;
        let ty = self.type_of(chunk, link);
        let read = || {
            let offset = child_offset(parent, record)?;
            ends_before(&record.mark, offset, parent.origin.offset)?;
            let origin = Origin {
                offset,
                parent: Some((parent.me.clone(), link)),
                depth: parent.cell(link).map_or(0, |cell| cell.depth),
                ..Origin::default()
            };
            let node = self.known(ty.map(|(ty, _)| ty), record.mark, |ty| {
                read_chunk(
                    &self.session,
                    record.mark,
                    origin.clone(),
                    ty,
                    ChunkKind::Inline,
                )
            })?;
            let count = match ty {
                // What a pointer points to counts as one, a sequence as well.
                Some((_, Type::Sequence(_) | Type::Map { .. })) if record.count != 1 => {
                    node.span().len.into()
                }
                Some(_) => 1,
                None => record.count,
            };
            if count == record.count {
                return Ok(node);
            }
            Err(Flaw::new(record.count.to_string(), format!("{count} elements")).at(offset))
        };
        let node = read().map_err(|error| parent.in_link(error, link, ""))?;
        self.visited(node, Some(chunk), ty.map(|(ty, _)| ty), false)
    }

    fn extent(&self, chunk: &Arc<Visited>, link: u32, record: &LinkRecord) -> Result<()> {
        let parent = &chunk.node;
        let (pages, element) = if let Some(((ty, found), types)) =
            self.type_of(chunk, link).zip(self.types.as_ref())
        {
            let layout = match found {
                Type::Sequence(inner) => types.schema().layout(*inner),
                _ => Layout::default(),
            };
            if !layout.plain {
                let flaw = Flaw::new("a chunk or an index", "an extent");
                return Err(parent.in_link(flaw.at(parent.origin.offset), link, ""));
            }
            let element = layout.stride();
            let pages = paged(parent, link, &types.chunk(ty), element, None)?;
            (pages.clone(), element)
        } else {
            let element = record.mark.stored.checked_div(record.count).unwrap_or(1);
            let element = usize::try_from(element).unwrap_or(usize::MAX).max(1);
            let offset = child_offset(parent, record)?;
            let (page, table) = (data_page(element), parent.table(record));
            let pages = open_pages(record, offset, page, table, parent.origin.offset);
            let located = |error| parent.in_link(error, link, "");
            (Arc::new(pages.map_err(located)?), element)
        };
        self.account.charge(&self.session, record.mark.stored)?;
        self.note(self.mark(parent, link, record, pages.shape.home_sums));
        let range = pages.offset..pages.offset.saturating_add(pages.len);
        self.session.source.will_read(range);
        let count = 0..page_count(pages.len, pages.page);
        let pages = Pages::Extent(pages, element);
        self.push(Work::Pages(chunk.clone(), link, pages, count));
        Ok(())
    }

    fn index(&self, chunk: &Arc<Visited>, link: u32, record: &LinkRecord) -> Result<()> {
        let parent = &chunk.node;
        let ty = self.type_of(chunk, link);
        let kinds: &[FenceKind] = match ty {
            Some((_, Type::Sequence(_))) => &[FenceKind::Position],
            Some((_, Type::Map { ordered: true, .. })) => &[FenceKind::Separator],
            Some((_, Type::Map { .. })) => &[FenceKind::Share, FenceKind::Hash],
            Some(_) => &[],
            None => &FenceKind::ALL,
        };
        let index = self.known(ty.map(|(ty, _)| ty), record.mark, |ty| {
            index(parent, link, kinds, ty).cloned()
        })?;
        if let IndexBytes::Paged(paged) = &index.bytes {
            self.account.charge(&self.session, paged.len)?;
        }
        index.announce(&self.session);
        let shards = 0..index.shards();
        self.push(Work::Shards(chunk.clone(), link, index.clone(), shards));
        if let IndexBytes::Paged(paged) = &index.bytes {
            self.note(self.mark(parent, link, record, paged.shape.home_sums));
            let pages = 0..page_count(paged.len, paged.page);
            self.push(Work::Pages(chunk.clone(), link, Pages::Index(index), pages));
        }
        Ok(())
    }

    fn shard(
        &self,
        chunk: &Arc<Visited>,
        link: u32,
        index: &IndexNode,
        shard: usize,
    ) -> Result<()> {
        // What the loss of its entry costs is told with the page that held it.
        if !index.has_entry(&self.session, shard) {
            return Ok(());
        }
        let ty = self.type_of(chunk, link).map(|(ty, _)| ty);
        let node = self.known(ty, index.record.mark, |ty| {
            read_shard(&chunk.node, link, index, shard, ty)
        })?;
        self.visited(node, Some(chunk), ty, false)
    }

    fn page(&self, chunk: &Arc<Visited>, link: u32, pages: &Pages, i: u64) -> Result<()> {
        let session = &self.session;
        let (read, part) = match pages {
            Pages::Extent(paged, element) => {
                let each = (paged.page / element) as u64;
                let end = (paged.len / *element as u64).min((i + 1).saturating_mul(each));
                let read = passing_page(session, paged, i).map(|page| page.as_slice().len());
                (read, format!("[{}..{end}]", i.saturating_mul(each)))
            }
            Pages::Index(index) => {
                let IndexBytes::Paged(paged) = &index.bytes else {
                    return Ok(());
                };
                let read = page(session, paged, i).map(<[u8]>::len);
                let shards = index.shards_of_page(i as usize);
                let (first, end) = (shards.start, shards.end);
                (read, format!("[shards {first}..{end}]"))
            }
        };
        let read = read.map_err(|error| chunk.node.in_link(error, link, &part))?;
        self.verified(read as u64);
        Ok(())
    }

    /// The mark of an extent or index, which readers do without and salvage does not, and the
    /// checksum in it: that of the home checksums.
    fn mark(&self, parent: &Node, link: u32, record: &LinkRecord, sums: u64) -> Result<()> {
        let mark = record.mark;
        let check = || {
            let offset = child_offset(parent, record)?;
            let found = fetch(&self.session, offset, MARK_LEN as u64)?;
            if found.as_slice() != mark.to_bytes() {
                let expected = format!("a run marked {:02x?}", mark.to_bytes());
                return Err(Flaw::new(expected, format!("{:02x?}", found.as_slice())).at(offset));
            }
            let table = parent.table(record);
            let home = table.len().checked_sub(sums as usize * SUM_LEN);
            let home = home.and_then(|at| table.get(at..)).unwrap_or_default();
            if home.is_empty() || checksum(home) == mark.checksum {
                return Ok(());
            }
            let expected = format!("page checksums with checksum {:016x}", mark.checksum);
            Err(Flaw::new(expected, format!("{:016x}", checksum(home))).at(parent.origin.offset))
        };
        check().map_err(|error| parent.in_link(error, link, ""))
    }
}

fn child_offset(parent: &Node, record: &LinkRecord) -> Result<u64> {
    parent
        .child_offset(record.distance)
        .ok_or_else(|| before_the_file(record.distance).at(parent.origin.offset))
}
