//! What a path leads to.

use super::children::Step;
use super::key::Key;
use super::key_bytes;
use super::path::{PathStep, ValuePath};
use super::value::Dynamic;
use super::visit::Account;
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::schema::Type;
use crate::wire::KeyBuf;
use std::fmt::Write;

impl Dynamic<'_> {
    /// The value that a path leads to, such as `players["Hero123"].inventory[3]`: see
    /// [`ValuePath`]. `None` where an element, an entry, or the value of an option on the way is not
    /// there. A field that the type does not have is an error, and so is a range: those are
    /// [`select`](Self::select)'s.
    ///
    /// Reads what the steps read: at most one shard or page for each pair of brackets.
    pub fn get(&self, path: &str) -> Result<Option<Self>> {
        self.follow(path.parse::<ValuePath>()?.steps())
    }

    /// [`get`](Self::get) for a path that was parsed.
    pub fn follow(&self, steps: &[PathStep]) -> Result<Option<Self>> {
        let mut value = *self;
        for step in steps {
            match value.step(step)? {
                Some(next) => value = next,
                None => return Ok(None),
            }
        }
        Ok(Some(value))
    }

    /// Calls `visit` on all that a path leads to, which with ranges may be many, and on the path of
    /// each. What a path does not find is left out. Memory stays bounded.
    pub fn select<E: From<ParcodeError>>(
        &self,
        path: &ValuePath,
        mut visit: impl FnMut(&str, Dynamic<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        // Keys are read to compare them, and once more to write them down.
        let accounts = [Account::new(self.slot.node), Account::new(self.slot.node)];
        let mut written = String::new();
        self.select_steps(path.steps(), &mut written, &accounts, &mut visit)
    }

    fn select_steps<E: From<ParcodeError>>(
        &self,
        steps: &[PathStep],
        written: &mut String,
        accounts: &[Account; 2],
        visit: &mut impl FnMut(&str, Dynamic<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some((first, rest)) = steps.split_first() else {
            return visit(written.trim_start_matches('.'), *self);
        };
        let len = written.len();
        let PathStep::Range {
            from,
            to,
            inclusive,
        } = first
        else {
            if let Some(next) = self.step(first)? {
                let _ = match first {
                    PathStep::Field(name) => write!(written, ".{name}"),
                    PathStep::Key(key) => write!(written, "[{key}]"),
                    PathStep::Range { .. } => Ok(()),
                };
                next.select_steps(rest, written, accounts, visit)?;
                written.truncate(len);
            }
            return Ok(());
        };
        let [account, names] = accounts;
        let held = account.hold(&self.resolved()?)?;
        let value = held.get();
        let bounds = value.bounds(from.as_ref(), to.as_ref(), *inclusive)?;
        let positions = match &bounds {
            Bounds::Positions(start, end) => *start..*end,
            Bounds::Keys(_) => 0..u64::MAX,
        };
        value.visit(account, positions, |step, part| {
            if let (Bounds::Keys(keys), Step::Key(key)) = (&bounds, step) {
                let mut own = KeyBuf::new();
                if !keys.are_all() {
                    key_bytes::found(key, account, &mut own, true)?;
                }
                if !keys.contain(own.as_bytes()) {
                    return Ok(());
                }
            }
            step.write(written, names);
            part.select_steps(rest, written, accounts, visit)?;
            written.truncate(len);
            Ok(())
        })
    }

    fn step(&self, step: &PathStep) -> Result<Option<Self>> {
        match step {
            PathStep::Field(name) => match self.field(name)? {
                Some(found) => Ok(Some(found)),
                None if self.resolved()?.may_have(name) => Ok(None),
                None => Err(self.has_no(name)),
            },
            PathStep::Key(key) => match (self.resolved()?.shape(), key) {
                (Type::Option(_), _) => Ok(None),
                (Type::Sequence(_) | Type::Array(..) | Type::Tuple(_), Key::Signed(position)) => {
                    let len = self.resolved()?.len().unwrap_or_default();
                    position_of(*position, len).map_or(Ok(None), |position| self.at(position))
                }
                _ => self.entry(key),
            },
            PathStep::Range { .. } => Err(ParcodeError::new(
                ErrorKind::Path,
                "a path to one value",
                "a range, which leads to many",
            )),
        }
    }

    /// Whether values of this type have a field of this name at times.
    fn may_have(&self, name: &str) -> bool {
        match self.shape() {
            Type::Option(_) => true,
            Type::Enum { variants, .. } => {
                let mut fields = variants.iter().flat_map(|variant| &variant.fields);
                fields.any(|field| field.name == name)
            }
            _ => false,
        }
    }

    fn bounds(&self, from: Option<&Key>, to: Option<&Key>, inclusive: bool) -> Result<Bounds> {
        let wrong = |key: &Key| self.has_no(format!("[{key}]"));
        match self.shape() {
            Type::Map { key, ordered, .. } => {
                if let (Some(bound), false) = (from.or(to), *ordered) {
                    return Err(ParcodeError::new(
                        ErrorKind::Path,
                        "a range without bounds: the map is not ordered",
                        format!("one with the bound `{bound}`"),
                    ));
                }
                let bound = |bound: Option<&Key>| {
                    bound
                        .map(|bound| key_bytes::asked(self.types, *key, bound))
                        .transpose()
                };
                Ok(Bounds::Keys(KeyBounds {
                    from: bound(from)?,
                    to: bound(to)?,
                    inclusive,
                }))
            }
            Type::Option(_) => Ok(Bounds::Positions(0, 0)),
            _ => {
                let len = self.len().unwrap_or_default();
                let position = |key: Option<&Key>, open: u64| match key {
                    None => Ok(open),
                    Some(Key::Signed(position)) if *position >= 0 => {
                        Ok(u64::try_from(*position).unwrap_or(u64::MAX))
                    }
                    Some(Key::Signed(position)) => Ok(position_of(*position, len).unwrap_or(0)),
                    Some(key) => Err(wrong(key)),
                };
                let end = position(to, len)?;
                let behind = u64::from(inclusive && to.is_some());
                Ok(Bounds::Positions(
                    position(from, 0)?,
                    end.saturating_add(behind),
                ))
            }
        }
    }
}

/// A position below zero counts from the end.
fn position_of(position: i128, len: u64) -> Option<u64> {
    let position = if position < 0 {
        position.checked_add(len.into())?
    } else {
        position
    };
    u64::try_from(position).ok()
}

enum Bounds {
    Positions(u64, u64),
    Keys(KeyBounds),
}

struct KeyBounds {
    from: Option<KeyBuf>,
    to: Option<KeyBuf>,
    inclusive: bool,
}

impl KeyBounds {
    fn are_all(&self) -> bool {
        self.from.is_none() && self.to.is_none()
    }

    fn contain(&self, key: &[u8]) -> bool {
        let from = self.from.as_ref().is_none_or(|from| from.as_bytes() <= key);
        let to = self
            .to
            .as_ref()
            .is_none_or(|to| key < to.as_bytes() || self.inclusive && key == to.as_bytes());
        from && to
    }
}
