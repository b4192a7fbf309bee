//! Values in a new form: each is read where the file has it, and written where the type asked for
//! wants it, part by part in the order in which it claims heap and text.

use super::source::Source;
use super::{Rewriting, inline};
use crate::error::{ParcodeError, Result};
use crate::format::{LinkRecord, Span};
use crate::object::{Encoder, put_tag};
use crate::schema::{
    Change, Part, Place, Step, StepRef, Supply, Type, TypeRef, convert_prime, tag_width_of,
};
use crate::wire::u32_at;

/// Elements that are being written one behind another.
pub(super) struct Run {
    element: StepRef,
    /// Where the next one goes.
    at: usize,
}

impl Rewriting<'_> {
    /// Writes a value in its new form.
    pub(super) fn value(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        number: StepRef,
        from: Place,
        to: Place,
    ) -> Result<()> {
        let step = self.step(number)?;
        let behind_tag = |place: Place| Place {
            at: place.at + 1,
            ..place
        };
        match &step.change {
            Change::Present(inner) => {
                encoder.scalar(to.at, 1u8);
                return self.value(encoder, source, *inner, from, behind_tag(to));
            }
            Change::Option(inner) => {
                if source.tag(from.at, 1) == 0 {
                    return Ok(());
                }
                encoder.scalar(to.at, 1u8);
                return self.value(encoder, source, *inner, behind_tag(from), behind_tag(to));
            }
            Change::Required(inner) => {
                if source.tag(from.at, 1) == 0 {
                    return Err(self.no_form(step, "none"));
                }
                return self.value(encoder, source, *inner, behind_tag(from), to);
            }
            Change::One(element) => {
                return self.sequence(encoder, *element, 1, to.at, |encoder, run| {
                    let slot = inline(run.at);
                    self.value(encoder, source, *element, from, slot)
                });
            }
            Change::Upgraded { old, by } => {
                return self.upgraded(encoder, source, (*old, *by), from, to.at);
            }
            _ => {}
        }
        match self.link(source, step, from)? {
            Some(link) => self.away(encoder, source, step, link, to),
            None => self.here(encoder, source, step, from, to),
        }
    }

    /// The link behind which a value is; `None` where it is in the chunk at hand.
    fn link(&self, source: Source<'_>, step: &Step, from: Place) -> Result<Option<LinkRecord>> {
        let may_be_away = matches!(
            self.file_type(step.file),
            Some(
                Type::Text
                    | Type::Cbor
                    | Type::Sequence(_)
                    | Type::Map { .. }
                    | Type::Boxed(_)
                    | Type::Array(..)
                    | Type::Tuple(_)
            )
        );
        let span = source.span(from.at);
        if from.chunkable && may_be_away && span.is_away() {
            return source.link(span.start).map(Some);
        }
        Ok(None)
    }

    /// Writes a value that is in the chunk at hand.
    pub(super) fn here(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        step: &Step,
        from: Place,
        to: Place,
    ) -> Result<()> {
        match &step.change {
            Change::Prime => self.prime(encoder, source, step, from.at, to.at),
            Change::Text => {
                let span = source.span(from.at);
                if matches!(self.file_type(step.file), Some(Type::Text)) {
                    return encoder.text(to.at, source.text_of(span));
                }
                let start = encoder.claim_bytes(span.of(source.body, 1), 1)?;
                encoder.span(to.at, Span { start, ..span });
                Ok(())
            }
            Change::Named(inner) => {
                self.value(encoder, source, *inner, inline(from.at), inline(to.at))
            }
            Change::Boxed(inner) => {
                let from = self.pointee(source, step.file, from);
                self.enter(encoder, step.asked, to, |encoder, to| {
                    self.value(encoder, source, *inner, from, to)
                })
            }
            Change::OutOfBox(inner) => {
                let from = self.pointee(source, step.file, from);
                self.value(encoder, source, *inner, from, to)
            }
            Change::IntoBox(inner) => self.enter(encoder, step.asked, to, |encoder, to| {
                self.value(encoder, source, *inner, from, to)
            }),
            Change::Array(inner) => {
                let from = self.pointee(source, step.file, from);
                self.enter(encoder, step.asked, to, |encoder, to| {
                    self.array(encoder, source, step, *inner, from.at, to.at)
                })
            }
            Change::Tuple(parts) => {
                let from = self.pointee(source, step.file, from);
                self.enter(encoder, step.asked, to, |encoder, to| {
                    let (mut from, mut to) = (from.at, to.at);
                    for (i, part) in parts.iter().enumerate() {
                        self.value(encoder, source, *part, inline(from), inline(to))
                            .map_err(|error| error.inside(&format!(".{i}")))?;
                        let part = self.step(*part)?;
                        from += self.conversion.file.schema().layout(part.file).slot;
                        to += self.conversion.asked.schema().layout(part.asked).slot;
                    }
                    Ok(())
                })
            }
            Change::Sequence(element) => {
                let span = source.span(from.at);
                let (start, count) = (span.start as usize, span.len as usize);
                self.sequence(encoder, *element, count, to.at, |encoder, run| {
                    self.run(encoder, source, run, start, count)
                })
            }
            Change::Map { .. } => {
                let span = source.span(from.at);
                self.map(encoder, &[(source, span)], step, to.at)
            }
            Change::Struct(parts) => self.parts(encoder, source, step, parts, from.at, to.at),
            Change::Enum(variants) => {
                let width = tag_width_of(variants.len());
                let tag = source.tag(from.at, width);
                let Some(Some((new, parts))) = variants.get(tag) else {
                    return Err(self.no_form(step, &self.variant_name(step.file, tag)));
                };
                let at = self.put_tag(encoder, step.asked, to.at, *new);
                self.parts(encoder, source, step, parts, from.at + width, at)
            }
            Change::IntoVariant(tag, parts) => {
                let at = self.put_tag(encoder, step.asked, to.at, *tag);
                self.parts(encoder, source, step, parts, from.at, at)
            }
            Change::Open
            | Change::Present(_)
            | Change::Option(_)
            | Change::Required(_)
            | Change::One(_)
            | Change::Upgraded { .. } => Err(self.no_form(step, "a value that is not here")),
        }
    }

    fn prime(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        step: &Step,
        from: usize,
        to: usize,
    ) -> Result<()> {
        let types = (self.file_type(step.file), self.asked_type(step.asked));
        if let (Some(Type::Prime(old)), Some(Type::Prime(new))) = types {
            let bytes = source.from(from);
            let mut converted = Vec::with_capacity(16);
            if convert_prime(bytes, *old, *new, &mut converted).is_some() {
                encoder.put(to, &converted);
                return Ok(());
            }
        }
        Err(self.no_form(step, "a number that does not fit"))
    }

    fn array(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        step: &Step,
        element: StepRef,
        from: usize,
        to: usize,
    ) -> Result<()> {
        let Some(Type::Array(_, len)) = self.file_type(step.file) else {
            return Ok(());
        };
        let each = self.step(element)?;
        let (old, new) = (
            self.conversion.file.schema().layout(each.file).slot,
            self.conversion.asked.schema().layout(each.asked).slot,
        );
        for i in 0..*len as usize {
            self.value(
                encoder,
                source,
                element,
                inline(from + i * old),
                inline(to + i * new),
            )
            .map_err(|error| error.inside(&format!("[{i}]")))?;
        }
        Ok(())
    }

    /// Writes the fields of a struct or variant whose records are at these places.
    fn parts(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        step: &Step,
        parts: &[Part],
        from: usize,
        to: usize,
    ) -> Result<()> {
        for part in parts {
            let place = Place {
                at: to + part.to.at,
                ..part.to
            };
            let named = |error: ParcodeError| error.inside(&format!(".{}", part.name));
            match part.from {
                Supply::Default(number) => match self.conversion.functions.defaults.get(number) {
                    Some(make) => make(encoder, place.at).map_err(named)?,
                    None => return Err(named(self.no_form(step, "no default"))),
                },
                Supply::Field(field, step) => {
                    let field = Place {
                        at: from + field.at,
                        ..field
                    };
                    self.value(encoder, source, step, field, place)
                        .map_err(named)?;
                }
            }
        }
        Ok(())
    }

    /// Writes the tag of a variant; where its fields start.
    fn put_tag(&self, encoder: &mut Encoder<'_>, ty: TypeRef, at: usize, tag: u16) -> usize {
        let count = match self.asked_type(ty) {
            Some(Type::Enum { variants, .. }) => variants.len(),
            _ => 0,
        };
        let mut at = at;
        put_tag(encoder, &mut at, count, tag);
        at
    }

    /// Where the value behind a pointer at `from` is; of an array or tuple, which may be chunkable
    /// without one, where it is itself.
    fn pointee(&self, source: Source<'_>, ty: TypeRef, from: Place) -> Place {
        let at = match self.file_type(ty) {
            Some(Type::Boxed(inner)) if from.chunkable => {
                if self.conversion.file.schema().layout(*inner).spanned {
                    from.at
                } else {
                    source.span(from.at).start as usize
                }
            }
            Some(Type::Boxed(_)) => u32_at(source.from(from.at), 0) as usize,
            _ if from.chunkable => source.span(from.at).start as usize,
            _ => from.at,
        };
        inline(at)
    }

    /// Writes what leads to a value of type `ty` behind a pointer, then the value itself. An array or
    /// tuple has a pointer where it is chunkable.
    pub(super) fn enter(
        &self,
        encoder: &mut Encoder<'_>,
        ty: TypeRef,
        to: Place,
        write: impl FnOnce(&mut Encoder<'_>, Place) -> Result<()>,
    ) -> Result<()> {
        let schema = self.conversion.asked.schema();
        let (boxed, inner) = match schema.get(ty) {
            Some(Type::Boxed(inner)) => (true, schema.layout(*inner)),
            _ => (false, schema.layout(ty)),
        };
        if (!boxed && !to.chunkable) || (boxed && to.chunkable && inner.spanned) {
            return write(encoder, inline(to.at));
        }
        let start = encoder.claim(inner.slot, 1)?;
        if to.chunkable {
            encoder.span(to.at, Span { start, len: 1 });
        } else {
            encoder.scalar(to.at, start);
        }
        encoder.deeper(|encoder| write(encoder, inline(start as usize)))
    }

    /// Claims `count` elements, writes their span at `to`, and has them written.
    pub(super) fn sequence(
        &self,
        encoder: &mut Encoder<'_>,
        element: StepRef,
        count: usize,
        to: usize,
        write: impl FnOnce(&mut Encoder<'_>, &mut Run) -> Result<()>,
    ) -> Result<()> {
        let layout = self
            .conversion
            .asked
            .schema()
            .layout(self.step(element)?.asked);
        let bytes = count.saturating_mul(layout.stride());
        self.account.build::<u8>(self.session, bytes)?;
        let start = encoder.claim(bytes, layout.align)?;
        encoder.span(
            to,
            Span {
                start,
                len: count as u32,
            },
        );
        let mut run = Run {
            element,
            at: start as usize,
        };
        encoder.deeper(|encoder| write(encoder, &mut run))
    }

    /// Writes `count` elements that lie one behind another from `start` on.
    pub(super) fn run(
        &self,
        encoder: &mut Encoder<'_>,
        source: Source<'_>,
        run: &mut Run,
        start: usize,
        count: usize,
    ) -> Result<()> {
        let (file, asked) = (
            self.conversion.file.schema(),
            self.conversion.asked.schema(),
        );
        let step = self.step(run.element)?;
        let (old, new) = (
            file.layout(step.file).stride(),
            asked.layout(step.asked).stride(),
        );
        let same = (file.get(step.file), asked.get(step.asked));
        if let (Some(Type::Prime(was)), Some(Type::Prime(is))) = same
            && was == is
        {
            let bytes = source
                .body
                .get(start..start + count * old)
                .unwrap_or_default();
            encoder.put(run.at, bytes);
            run.at += bytes.len();
            return Ok(());
        }
        for i in 0..count {
            self.value(
                encoder,
                source,
                run.element,
                inline(start + i * old),
                inline(run.at),
            )
            .map_err(|error| error.inside(&format!("[{i}]")))?;
            run.at += new;
        }
        Ok(())
    }
}
