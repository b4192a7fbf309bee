//! Payloads taken apart.

use super::description::{Description, describe};
use super::lanes::{Lanes, bits_of, pack_lane, width_of};
use super::plan::{BodyPlan, Kind};
use super::walk::{Body, tag, walk};
use super::words::remaining;
use crate::format::{AWAY, HEAD_LEN, POINTER_LEN, SPAN_LEN, Span};
use crate::wire::{Cursor, Scalar};
use std::borrow::Cow;
use std::ops::Range;

/// Fewer values make no lane: to say how wide it is takes more than it saves.
const SHORTEST_LANE: usize = 8;

/// A payload taken apart.
#[derive(Debug)]
pub(crate) struct Arranged {
    pub(crate) description: Vec<u8>,
    /// Lanes and other bytes: as many as the payload's, or fewer.
    pub(crate) content: Vec<u8>,
    /// Whether anything is in another place than before.
    pub(crate) is_moved: bool,
}

/// Takes a payload apart by the plan of its type; `None` where it does not follow the plan.
pub(crate) fn arrange(payload: &[u8], plan: &BodyPlan) -> Option<Arranged> {
    let (head, body) = payload.split_at_checked(HEAD_LEN)?;
    let mut taken = Taken {
        kinds: &plan.kinds,
        body: body.to_vec(),
        runs: vec![Vec::new(); plan.kinds.len()],
        others: Vec::new(),
    };
    let end = walk(&plan.kinds, &mut taken)?;
    let mut content = Vec::with_capacity(payload.len());
    let lanes: Vec<Lanes> = (0..plan.kinds.len())
        .map(|kind| taken.lanes(kind, &mut content))
        .collect::<Option<_>>()?;
    content.extend_from_slice(head);
    taken.others.push(end..body.len());
    for other in taken.others {
        content.extend_from_slice(body.get(other)?);
    }
    let mut description = Vec::new();
    describe(&plan.kinds, &lanes, &mut description);
    // What a reader would not believe is not written.
    Description::parse(&mut Cursor::new(&description), payload.len()).ok()?;
    let is_moved = |lanes: &Lanes| lanes.unit > 1 || lanes.packed() < lanes.bytes();
    Some(Arranged {
        description,
        content,
        is_moved: lanes.iter().any(is_moved),
    })
}

/// A body that is taken apart.
struct Taken<'p> {
    kinds: &'p [Kind],
    /// Where things start is zeroed in it, once it is known to follow.
    body: Vec<u8>,
    /// Where the elements of each kind lie.
    runs: Vec<Vec<Range<usize>>>,
    /// Where bytes lie that are of no kind.
    others: Vec<Range<usize>>,
}

impl Taken<'_> {
    /// Appends the lanes of a kind to `content`; how they are laid out.
    fn lanes(&self, kind: usize, content: &mut Vec<u8>) -> Option<Lanes> {
        let runs = self.runs.get(kind)?;
        let kind = self.kinds.get(kind)?;
        let rows = self.rows(runs)?;
        let laid_out = |unit| {
            let widths = bits_of(&rows, unit).into_iter().map(width_of).collect();
            Lanes::new(rows.len(), unit, widths)
        };
        let mut lanes = laid_out(kind.unit);
        let few = lanes.len < SHORTEST_LANE;
        if lanes.unit > 1 && (few || remaining(&rows, lanes.unit) * 2 < lanes.packed()) {
            lanes = laid_out(1);
        }
        let mut values = Vec::new();
        for (lane, width) in lanes.widths.iter().enumerate() {
            if *width > 0 {
                pack_lane(&rows, lanes.unit, lane, *width, &mut values, content);
            }
        }
        Some(lanes)
    }

    /// Elements one behind another.
    fn rows(&self, runs: &[Range<usize>]) -> Option<Cow<'_, [u8]>> {
        if let [run] = runs {
            return self.body.get(run.clone()).map(Cow::Borrowed);
        }
        let mut rows = Vec::new();
        for run in runs {
            rows.extend_from_slice(self.body.get(run.clone())?);
        }
        Some(Cow::Owned(rows))
    }
}

impl Body for Taken<'_> {
    fn claim(
        &mut self,
        kind: usize,
        _: bool,
        between: Range<usize>,
        elements: Range<usize>,
    ) -> Option<()> {
        self.body.get(elements.clone())?;
        if !between.is_empty() {
            self.others.push(between);
        }
        let runs = self.runs.get_mut(kind)?;
        match runs.last_mut() {
            _ if elements.is_empty() => {}
            Some(run) if run.end == elements.start => run.end = elements.end,
            _ => runs.push(elements),
        }
        Some(())
    }

    fn span(&mut self, at: usize, start: u32, link: u32) -> Option<u32> {
        let slot = self.body.get(at..)?.first_chunk::<SPAN_LEN>()?;
        let len = Span::read(slot).len;
        self.pointer(at, if len == AWAY { link } else { start })?;
        Some(len)
    }

    fn pointer(&mut self, at: usize, start: u32) -> Option<()> {
        let place = self.body.get_mut(at..)?.first_chunk_mut()?;
        if *place != start.to_wire() {
            return None;
        }
        *place = [0; POINTER_LEN];
        Some(())
    }

    fn tag(&self, at: usize, width: usize) -> Option<usize> {
        tag(&self.body, at, width)
    }
}
