//! Where two values differ, part by part. What lies in chunks of equal checksums is not read.

use super::children::Step;
use super::leaf::Leaf;
use super::sides::{Side, Stream};
use super::value::Dynamic;
use super::visit::Account;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::Mark;
use crate::schema::{Type, TypeRef};
use std::cmp::Ordering;
use std::collections::HashMap;

/// Values within values: beyond what can be saved, and within any thread's stack.
const DEEPEST: u32 = 512;

impl Dynamic<'_> {
    /// Calls `visit` for each difference of this value and `other`: with the path, and the value here
    /// and there, of which one is missing where something was removed or added. Fields and entries are
    /// matched by name and key, elements by position. Looks through options and pointers.
    ///
    /// Memory stays bounded. Equal subtrees have equal checksums, and are skipped unread.
    pub fn diff<E: From<ParcodeError>>(
        &self,
        other: &Dynamic<'_>,
        visit: impl FnMut(&str, Option<Dynamic<'_>>, Option<Dynamic<'_>>) -> Result<(), E>,
    ) -> Result<(), E> {
        let accounts = || [Account::new(self.slot.node), Account::new(other.slot.node)];
        let mut walk = Walk {
            accounts: accounts(),
            names: accounts(),
            path: String::new(),
            depth: 0,
            visit,
        };
        walk.values(*self, *other)
    }

    /// What tells the run of chunks that the value is in from others: equal ones have equal bytes.
    fn run(&self) -> Option<(Mark, u64, &[u8])> {
        let value = self.chunkable.then(|| self.in_options())?;
        let away = match value.shape() {
            Type::Sequence(_) | Type::Map { .. } => {
                let span = value.slot.span();
                span.is_away().then_some(span.start)
            }
            _ => value.link().map(|(link, _)| link),
        };
        let node = value.slot.node;
        let (record, _) = node.link(away?).ok()?;
        Some((record.mark, record.count, node.table(&record)))
    }
}

struct Walk<V> {
    accounts: [Account; 2],
    /// What keys are read for once more, to write them down.
    names: [Account; 2],
    path: String,
    depth: u32,
    visit: V,
}

impl<E, V> Walk<V>
where
    E: From<ParcodeError>,
    V: FnMut(&str, Option<Dynamic<'_>>, Option<Dynamic<'_>>) -> Result<(), E>,
{
    fn values(&mut self, a: Dynamic<'_>, b: Dynamic<'_>) -> Result<(), E> {
        if a.run().is_some_and(|run| Some(run) == b.run()) {
            return Ok(());
        }
        if self.depth >= DEEPEST {
            return Err(ParcodeError::new(
                ErrorKind::Limit,
                format!("values nested at most {DEEPEST} deep"),
                "deeper ones",
            )
            .into());
        }
        self.depth += 1;
        self.accounts[0].charge_empty(&a)?;
        self.accounts[1].charge_empty(&b)?;
        let (held_a, held_b) = (self.accounts[0].hold(&a)?, self.accounts[1].hold(&b)?);
        let (a, b) = (held_a.get(), held_b.get());
        // One level at a time: what is in a chunk of its own stays held while it is looked at.
        match (a.inner()?, b.inner()?, a.is_pointer(), b.is_pointer()) {
            (Some(inner_a), Some(inner_b), true, true) => self.values(inner_a, inner_b)?,
            (Some(inner), _, true, false) => self.values(inner, b)?,
            (_, Some(inner), false, true) => self.values(a, inner)?,
            (Some(_), None, true, true) | (None, Some(_), true, true) => self.changed(a, b)?,
            _ => self.settled(a, b)?,
        }
        self.depth -= 1;
        Ok(())
    }

    /// Two values that are at hand.
    fn settled(&mut self, a: Dynamic<'_>, b: Dynamic<'_>) -> Result<(), E> {
        match (Leaf::of(a)?, Leaf::of(b)?) {
            (Some(leaf_a), Some(leaf_b)) => {
                return if same(&leaf_a, &leaf_b) {
                    Ok(())
                } else {
                    self.changed(a, b)
                };
            }
            (None, None) => {}
            _ => return self.changed(a, b),
        }
        match (a.shape(), b.shape()) {
            (Type::Struct { .. }, Type::Struct { .. }) => self.fields(a, b),
            (Type::Enum { .. }, Type::Enum { .. }) if a.variant() == b.variant() => {
                self.fields(a, b)
            }
            (Type::Tuple(_) | Type::Array(..), Type::Tuple(_) | Type::Array(..)) => {
                self.positions(a, b)
            }
            (Type::Sequence(of_a), Type::Sequence(of_b)) => self.elements((a, *of_a), (b, *of_b)),
            (
                Type::Map {
                    key: key_a,
                    value: of_a,
                    ordered: order_a,
                },
                Type::Map {
                    key: key_b,
                    value: of_b,
                    ordered: order_b,
                },
            ) if order_a == order_b
                && a.types.fingerprint(*key_a) == b.types.fingerprint(*key_b) =>
            {
                self.entries(
                    (a, (*key_a, *of_a, *order_a)),
                    (b, (*key_b, *of_b, *order_b)),
                )
            }
            _ => self.changed(a, b),
        }
    }

    fn changed(&mut self, a: Dynamic<'_>, b: Dynamic<'_>) -> Result<(), E> {
        self.tell(Some(a), Some(b))
    }

    fn tell(&mut self, a: Option<Dynamic<'_>>, b: Option<Dynamic<'_>>) -> Result<(), E> {
        (self.visit)(self.path.trim_start_matches('.'), a, b)
    }

    /// Goes one step down the path.
    fn at(
        &mut self,
        step: Step<'_>,
        walk: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.at_side(0, step, walk)
    }

    /// [`at`](Self::at) for a key of one side.
    fn at_side(
        &mut self,
        side: usize,
        step: Step<'_>,
        walk: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let len = self.path.len();
        if let Some(names) = self.names.get(side) {
            step.write(&mut self.path, names);
        }
        walk(self)?;
        self.path.truncate(len);
        Ok(())
    }

    /// Tells of a part that only one side has.
    fn only(&mut self, side: usize, step: Step<'_>, part: Dynamic<'_>) -> Result<(), E> {
        if let Some(account) = self.accounts.get(side) {
            account.charge_empty(&part)?;
        }
        self.at_side(side, step, |walk| match side {
            0 => walk.tell(Some(part), None),
            _ => walk.tell(None, Some(part)),
        })
    }

    fn fields(&mut self, a: Dynamic<'_>, b: Dynamic<'_>) -> Result<(), E> {
        // Nearly always: no name is looked up.
        if names(&a).eq(names(&b)) {
            return self.positions(a, b);
        }
        let (left, right) = (by_name(a)?, by_name(b)?);
        for part in a.children()? {
            let (step, part) = part?;
            let Step::Field(name) = step else { continue };
            match right.get(name) {
                Some(other) => self.at(step, |walk| walk.values(part, *other))?,
                None => self.only(0, step, part)?,
            }
        }
        for part in b.children()? {
            let (step, part) = part?;
            let Step::Field(name) = step else { continue };
            if !left.contains_key(name) {
                self.only(1, step, part)?;
            }
        }
        Ok(())
    }

    /// Parts that are matched by position.
    fn positions(&mut self, a: Dynamic<'_>, b: Dynamic<'_>) -> Result<(), E> {
        // Many parts of no bytes cannot differ.
        if a.slot.bytes.is_empty() && b.slot.bytes.is_empty() {
            return Ok(());
        }
        let (mut left, mut right) = (a.children()?, b.children()?);
        loop {
            let (part, other) = (left.next().transpose()?, right.next().transpose()?);
            match (part, other) {
                (None, None) => return Ok(()),
                (Some((step, part)), Some((_, other))) => {
                    self.at(step, |walk| walk.values(part, other))?;
                }
                (Some((step, part)), None) => self.only(0, step, part)?,
                (None, Some((step, part))) => self.only(1, step, part)?,
            }
        }
    }

    fn elements(&mut self, a: (Dynamic<'_>, TypeRef), b: (Dynamic<'_>, TypeRef)) -> Result<(), E> {
        let (chunk_a, chunk_b) = (a.0.chunk(), b.0.chunk());
        let elements = [a.0.elements(a.1, &chunk_a), b.0.elements(b.1, &chunk_b)];
        let places = [elements[0].scanned_place()?, elements[1].scanned_place()?];
        let layouts = [a.0.schema().layout(a.1), b.0.schema().layout(b.1)];
        let same_type = a.0.types.fingerprint(a.1) == b.0.types.fingerprint(b.1);
        let lens = [
            places[0].len(layouts[0].slot),
            places[1].len(layouts[1].slot),
        ];
        let common = lens[0].min(lens[1]);
        let mut sides = [Side::default(), Side::default()];
        let mut next = 0;
        while next < common {
            for ((side, elements), place) in sides.iter_mut().zip(&elements).zip(&places) {
                side.locate(elements, place, next)?;
            }
            let start = sides[0].first.max(sides[1].first);
            let equal = same_type
                && sides[0].first == sides[1].first
                && next == start
                && sides[0].sum(&elements[0], &places[0])?.is_some()
                && sides[0].sum(&elements[0], &places[0])?
                    == sides[1].sum(&elements[1], &places[1])?;
            if equal {
                let len = elements[0].segment_len(&places[0], sides[0].number, next)?;
                next += len.max(1);
                continue;
            }
            let held = [
                elements[0].hold(&places[0], sides[0].number)?,
                elements[1].hold(&places[1], sides[1].number)?,
            ];
            for ((account, held), elements) in self.accounts.iter().zip(&held).zip(&elements) {
                if elements.span.is_away() {
                    account.charge(elements.node, held.charge())?;
                }
            }
            let segments = [
                held[0].segment(layouts[0].slot),
                held[1].segment(layouts[1].slot),
            ];
            let end = (sides[0].first + segments[0].len())
                .min(sides[1].first + segments[1].len())
                .min(common);
            // A segment always brings on.
            let end = end.max(next + 1);
            for position in next..end {
                let slot_a = segments[0].slot(position - sides[0].first, layouts[0].slot);
                let slot_b = segments[1].slot(position - sides[1].first, layouts[1].slot);
                let (Some(slot_a), Some(slot_b)) = (slot_a, slot_b) else {
                    continue;
                };
                // Plain data and what has the same bytes needs no closer look.
                if same_type && layouts[0].plain && slot_a.bytes == slot_b.bytes {
                    continue;
                }
                let (value_a, value_b) = (a.0.of(slot_a, a.1), b.0.of(slot_b, b.1));
                self.at(Step::Index(position as u64), |walk| {
                    walk.values(value_a, value_b)
                })?;
            }
            next = end;
        }
        let rest = |len: usize| common as u64..len as u64;
        a.0.visit(&Account::new(a.0.slot.node), rest(lens[0]), |step, part| {
            self.at(step, |walk| walk.tell(Some(part), None))
        })?;
        b.0.visit(&Account::new(b.0.slot.node), rest(lens[1]), |step, part| {
            self.at(step, |walk| walk.tell(None, Some(part)))
        })
    }

    fn entries(
        &mut self,
        a: (Dynamic<'_>, (TypeRef, TypeRef, bool)),
        b: (Dynamic<'_>, (TypeRef, TypeRef, bool)),
    ) -> Result<(), E> {
        let (chunk_a, chunk_b) = (a.0.chunk(), b.0.chunk());
        let ordered = a.1.2;
        let maps = [
            a.0.entries(ordered, &chunk_a),
            b.0.entries(ordered, &chunk_b),
        ];
        let places = [maps[0].scanned_place()?, maps[1].scanned_place()?];
        let same_type = a.0.types.fingerprint(a.1.1) == b.0.types.fingerprint(b.1.1);
        let mut streams = [Stream::new(a.0, a.1), Stream::new(b.0, b.1)];
        loop {
            // Where both sides are between shards, equal ones are left out.
            while same_type && streams[0].is_between() && streams[1].is_between() {
                let sums = [
                    streams[0].sum(&maps[0], &places[0])?,
                    streams[1].sum(&maps[1], &places[1])?,
                ];
                if sums[0].is_none() || sums[0] != sums[1] {
                    break;
                }
                streams[0].shard += 1;
                streams[1].shard += 1;
            }
            for ((stream, map), (place, account)) in streams
                .iter_mut()
                .zip(&maps)
                .zip(places.iter().zip(&self.accounts))
            {
                stream.fill(map, place, account)?;
            }
            let order = match (
                streams[0].keys.get(streams[0].at),
                streams[1].keys.get(streams[1].at),
            ) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(key), Some(other)) => (key.0, &key.1).cmp(&(other.0, &other.1)),
            };
            let [left, right] = &mut streams;
            let entry_a = (order != Ordering::Greater).then(|| left.take()).flatten();
            let entry_b = (order != Ordering::Less).then(|| right.take()).flatten();
            match (entry_a, entry_b) {
                (Some((key, value)), Some((_, other))) => {
                    self.at(Step::Key(key), |walk| walk.values(value, other))?;
                }
                (Some((key, value)), None) => {
                    self.at(Step::Key(key), |walk| walk.tell(Some(value), None))?;
                }
                (None, Some((key, value))) => {
                    self.at_side(1, Step::Key(key), |walk| walk.tell(None, Some(value)))?;
                }
                (None, None) => return Ok(()),
            }
        }
    }
}

fn names<'p>(value: &Dynamic<'p>) -> impl Iterator<Item = &'p str> {
    let (_, fields) = value.own_fields().unwrap_or_default();
    fields.iter().map(|field| &*field.name)
}

/// The fields of a value, those of equal names once.
fn by_name(value: Dynamic<'_>) -> Result<HashMap<&str, Dynamic<'_>>> {
    let mut fields = HashMap::new();
    for part in value.children()? {
        if let (Step::Field(name), part) = part? {
            fields.entry(name).or_insert(part);
        }
    }
    Ok(fields)
}

/// Floats are the same where their bits are.
fn same(a: &Leaf<'_>, b: &Leaf<'_>) -> bool {
    match (a, b) {
        (Leaf::F32(a), Leaf::F32(b)) => a.to_bits() == b.to_bits(),
        (Leaf::F64(a), Leaf::F64(b)) => a.to_bits() == b.to_bits(),
        _ => a == b,
    }
}
