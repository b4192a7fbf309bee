//! From a value to chunks: what saving drives through a value's fields.

use super::{ChunkBuilder, ChunkKind, Measure, Store, Workers, body_plan};
use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{ALIGN, Compression, HOME_INDEX, Mark, Span};
use crate::object::fingerprint;
use crate::wire::Scalar;

/// Where sealed bytes go: the file itself, or a run of memory that is appended to it later.
pub(crate) trait Out {
    /// Bytes appended so far.
    fn position(&self) -> u64;

    fn append(&mut self, bytes: &[u8]) -> Result<()>;

    /// Whether this is the head of the save: what it appends goes out at once, so that it may be
    /// of any length, and workers may run ahead of it.
    fn is_head(&self) -> bool;

    /// Pads to a multiple of [`ALIGN`], where marks start.
    fn align(&mut self) -> Result<u64> {
        let past = (self.position() % ALIGN as u64) as usize;
        if past > 0 {
            self.append([0; ALIGN].get(past..).unwrap_or_default())?;
        }
        Ok(self.position())
    }
}

/// What a parent will hold of a child that has been appended.
#[derive(Debug, Clone, Default)]
pub(crate) struct Child {
    /// Of the child's mark, in the [`Out`] of its parent.
    pub(crate) position: u64,
    pub(crate) mark: Mark,
    pub(crate) count: u64,
    pub(crate) table: Vec<u8>,
}

/// What holds for a whole save.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) compression: Compression,
    /// Bytes up to which a `chunkable` value stays in its parent's chunk.
    pub(crate) inline_threshold: usize,
    /// Bytes that a shard of a sequence aims at; shards of maps aim at an eighth of it.
    pub(crate) chunk_size: usize,
    pub(crate) depth: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            compression: Compression::None,
            inline_threshold: HOME_INDEX,
            chunk_size: 64 * 1024,
            depth: super::Limits::default().depth,
        }
    }
}

/// Encodes a value into the chunk at hand, and its large parts into chunks of their own.
pub struct Encoder<'e> {
    chunk: ChunkBuilder,
    /// Builders to use again.
    spare: Vec<ChunkBuilder>,
    pub(crate) out: &'e mut dyn Out,
    pub(crate) settings: &'e Settings,
    pub(crate) workers: &'e Workers,
    pub(crate) compression: Compression,
    depth: u32,
}

impl core::fmt::Debug for Encoder<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Encoder").finish_non_exhaustive()
    }
}

impl<'e> Encoder<'e> {
    pub(crate) fn new(out: &'e mut dyn Out, settings: &'e Settings, workers: &'e Workers) -> Self {
        Self {
            chunk: ChunkBuilder::default(),
            spare: Vec::new(),
            out,
            settings,
            workers,
            compression: settings.compression,
            depth: 0,
        }
    }

    /// Starts a chunk with a value of `slot` bytes.
    pub(super) fn start(&mut self, slot: usize) {
        self.chunk.start(slot);
    }

    /// The chunk at hand.
    pub(super) fn into_chunk(self) -> ChunkBuilder {
        self.chunk
    }

    /// An encoder for a part of the value that this one is at, which appends to `out` instead.
    pub(crate) fn beside<'o>(
        context: EncoderContext<'o>,
        out: &'o mut dyn Out,
        workers: &'o Workers,
    ) -> Encoder<'o> {
        Encoder {
            compression: context.compression,
            depth: context.depth,
            ..Encoder::new(out, context.settings, workers)
        }
    }

    pub(crate) fn context(&self) -> EncoderContext<'e> {
        EncoderContext {
            settings: self.settings,
            compression: self.compression,
            depth: self.depth,
        }
    }

    /// Writes an inline field at `at`, and moves `at` behind it.
    #[inline]
    pub fn field<T: Store + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        at: &mut usize,
    ) -> Result<()> {
        let here = *at;
        *at += T::SLOT;
        T::__encode(value, here, self).map_err(|error| in_field(error, name))
    }

    /// Writes a chunkable field at `at`, and moves `at` behind it.
    #[inline]
    pub fn chunkable<T: Store + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
        at: &mut usize,
    ) -> Result<()> {
        let here = *at;
        *at += T::HANDLE_SLOT;
        T::__encode_handle(value, here, self).map_err(|error| in_field(error, name))
    }

    /// Runs `encode` with the compression of this name.
    pub fn compressed(
        &mut self,
        compression: &'static str,
        encode: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let compression = Compression::named(compression).unwrap_or_default();
        compression.supported()?;
        // A level that the builder chose for the same codec holds.
        let outer = self.compression;
        if outer.codec() != compression.codec() {
            self.compression = compression;
        }
        let done = encode(self);
        self.compression = outer;
        done
    }

    /// Writes a scalar.
    #[inline(always)]
    pub fn scalar<T: Scalar>(&mut self, at: usize, value: T) {
        self.chunk.put(at, value.to_wire().as_ref());
    }

    /// Writes bytes of a slot.
    #[inline(always)]
    pub fn put(&mut self, at: usize, bytes: &[u8]) {
        self.chunk.put(at, bytes);
    }

    #[inline(always)]
    pub(crate) fn span(&mut self, at: usize, span: Span) {
        self.chunk.put(at, &span.to_bytes());
    }

    /// Writes text, and its span at `at`.
    #[inline]
    pub fn text(&mut self, at: usize, text: &str) -> Result<()> {
        let start = self.chunk.text(text)?;
        self.span(
            at,
            Span {
                start,
                len: text.len() as u32,
            },
        );
        Ok(())
    }

    /// Makes room for about so many bytes.
    pub(crate) fn reserve(&mut self, bytes: usize) {
        self.chunk.reserve(bytes);
    }

    /// Claims `len` zeroed bytes of heap, for a value one level deeper.
    pub(crate) fn claim(&mut self, len: usize, align: usize) -> Result<u32> {
        self.chunk.claim(len, align)
    }

    pub(crate) fn claim_bytes(&mut self, bytes: &[u8], align: usize) -> Result<u32> {
        self.chunk.claim_bytes(bytes, align)
    }

    pub(crate) fn body_from(&mut self, at: usize) -> &mut [u8] {
        self.chunk.body_from(at)
    }

    /// Runs `encode` one level deeper, within the limit of nesting.
    #[inline]
    pub(crate) fn deeper<R>(&mut self, encode: impl FnOnce(&mut Self) -> Result<R>) -> Result<R> {
        if self.depth >= self.settings.depth {
            return Err(ParcodeError::new(
                ErrorKind::Limit,
                format!("values nested at most {} deep", self.settings.depth),
                "deeper nesting",
            ));
        }
        self.depth += 1;
        let done = encode(self);
        self.depth -= 1;
        done
    }

    /// Writes elements behind one another in the heap, and their span at `at`.
    pub(crate) fn elements<'v, T: Store + 'v>(
        &mut self,
        at: usize,
        elements: impl ExactSizeIterator<Item = &'v T>,
    ) -> Result<()> {
        let stride = T::SLOT.max(1);
        let len = elements.len();
        let bytes = len.saturating_mul(stride);
        let start = self.claim(bytes, T::PLAIN.unwrap_or(1))?;
        self.span(
            at,
            Span {
                start,
                len: len as u32,
            },
        );
        self.deeper(|encoder| {
            let mut at = start as usize;
            for (i, element) in elements.enumerate() {
                T::__encode(element, at, encoder)
                    .map_err(|error| error.inside(&format!("[{i}]")))?;
                at += stride;
            }
            Ok(())
        })
    }

    /// Writes a slice of elements: plain data in one copy.
    pub(crate) fn slice<T: Store>(&mut self, at: usize, elements: &[T]) -> Result<()> {
        if let (Some(align), Some(bytes)) = (T::PLAIN, T::__plain_bytes(elements)) {
            let start = self.claim_bytes(bytes, align)?;
            self.span(
                at,
                Span {
                    start,
                    len: elements.len() as u32,
                },
            );
            return Ok(());
        }
        self.elements(at, elements.iter())
    }

    /// Whether a value of this measure stays in the chunk at hand.
    pub(crate) fn stays_home(&self, count: impl FnOnce(&mut Measure)) -> bool {
        Measure::stays_home(self.settings.inline_threshold, count)
    }

    /// Encodes a value into a chunk of its own and appends it.
    pub(crate) fn child_chunk<T: Store + ?Sized>(
        &mut self,
        kind: ChunkKind,
        count: u64,
        encode: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<Child> {
        let mut fresh = self.spare.pop().unwrap_or_default();
        fresh.start(match kind {
            ChunkKind::Inline => T::SLOT,
            ChunkKind::Root => T::HANDLE_SLOT,
        });
        let parent = core::mem::replace(&mut self.chunk, fresh);
        let encoded = encode(self);
        let mut chunk = core::mem::replace(&mut self.chunk, parent);
        encoded?;
        let (fingerprint, plan) = (fingerprint::<T>(), || body_plan::<T>(kind));
        let (position, mark) = chunk.seal(self.compression, fingerprint, &plan, self.out)?;
        self.spare.push(chunk);
        Ok(Child {
            position,
            mark,
            count,
            table: Vec::new(),
        })
    }

    /// The bytes of plain elements, where their memory does not have the order of a file.
    pub(crate) fn scratch<T: Store>(&mut self, elements: &[T]) -> Result<Vec<u8>> {
        let mut fresh = self.spare.pop().unwrap_or_default();
        fresh.start(elements.len() * T::SLOT);
        let chunk = core::mem::replace(&mut self.chunk, fresh);
        let encoded = elements
            .iter()
            .enumerate()
            .try_for_each(|(i, element)| T::__encode(element, i * T::SLOT, self));
        let mut scratch = core::mem::replace(&mut self.chunk, chunk);
        let bytes = scratch.body_from(0).to_vec();
        self.spare.push(scratch);
        encoded.map(|()| bytes)
    }

    /// Adds a link to `child`, and its number at `at`.
    pub(crate) fn away(&mut self, at: usize, child: Child) -> Result<()> {
        let link = self.chunk.link(child)?;
        self.span(at, Span::away(link));
        Ok(())
    }

    /// Writes a value behind a pointer in the heap, and where it is at `at`.
    pub(crate) fn pointee<T: Store + ?Sized>(&mut self, at: usize, value: &T) -> Result<()> {
        if T::SPANNED {
            return T::__encode(value, at, self);
        }
        let start = self.claim(T::SLOT, 1)?;
        self.span(at, Span { start, len: 1 });
        self.deeper(|encoder| T::__encode(value, start as usize, encoder))
    }

    /// The way of a value without a directory of its own (text, boxes, tuples): home in the heap
    /// or text, or away in one chunk.
    pub(crate) fn whole<T: Store + ?Sized>(
        &mut self,
        at: usize,
        value: &T,
        home: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        if self.stays_home(|measure| {
            measure.add(T::SLOT);
            T::__measure(value, measure);
        }) {
            return home(self);
        }
        let child = self.deeper(|encoder| {
            encoder.child_chunk::<T>(ChunkKind::Inline, 1, |encoder| {
                T::__encode(value, 0, encoder)
            })
        })?;
        self.away(at, child)
    }
}

/// What an encoder for another part of the same value needs to know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct EncoderContext<'e> {
    pub(crate) settings: &'e Settings,
    compression: Compression,
    depth: u32,
}

#[cold]
fn in_field(error: ParcodeError, name: &str) -> ParcodeError {
    error.inside(&format!(".{name}"))
}
