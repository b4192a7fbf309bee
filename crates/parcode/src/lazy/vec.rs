//! The handle of a chunkable sequence.

use super::SeqContainer;
use super::elements::{Elements, Place, Segment};
use super::seq_view::{VecView, load_into};
use super::vec_iter::LazyVecIter;
use crate::error::{ParcodeError, Result};
use crate::format::Span;
use crate::object::{
    Cell, Loader, Node, Paged, ParcodeObject, Plain, Reserved, Slot, check_elements, is_native,
    lend_plain, typed,
};
use crate::read;
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Bound, Range, RangeBounds};

/// A sequence that is read only where it is touched.
///
/// Small ones lie in the chunk of the mirror that holds the handle, large ones in shards of about
/// 64 KiB or, where they are plain data, in pages. Any index costs at most one shard, found by
/// arithmetic, or by binary search where the elements are very uneven. What accessors touch stays in
/// memory until [`clear_cache`](crate::ParcodeFile::clear_cache); [`for_each`](Self::for_each) and
/// [`load`](Self::load) keep nothing.
pub struct LazyVec<'par, T, C = Vec<T>> {
    pub(super) node: &'par Node,
    pub(super) span: Span,
    /// What is published of a sequence that is away.
    cell: Option<&'par Cell>,
    types: PhantomData<fn() -> (T, C)>,
}

impl<'par, T: ParcodeObject, C> LazyVec<'par, T, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self {
            node: slot.node,
            span: slot.span(),
            cell: slot.cell(),
            types: PhantomData,
        }
    }

    /// The number of elements. Reads nothing.
    pub fn len(&self) -> usize {
        if self.span.is_away() {
            usize::try_from(self.node.link_len(self.span.start)).unwrap_or(usize::MAX)
        } else {
            self.span.len as usize
        }
    }

    /// Whether there is no element. Reads nothing.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The mirror of an element; reads at most the shard that it is in.
    #[inline(always)]
    pub fn get_lazy(&self, index: usize) -> Result<Option<T::Lazy<'par>>> {
        // Always inlined, and the mirror made in one place: fields that nobody looks at are not read.
        let slot = match self.warm_slot(index) {
            Some(slot) => slot,
            None => match self.slot(index)? {
                Some(slot) => slot,
                None => return Ok(None),
            },
        };
        Ok(Some(T::__lazy(slot)))
    }

    /// The slot of an element whose shard was touched.
    #[inline(always)]
    fn warm_slot(&self, index: usize) -> Option<Slot<'par>> {
        let Some(cell) = self.cell else {
            return Segment::of(self.node, self.span).slot(index, T::SLOT);
        };
        let Some(shards) = cell.index.get() else {
            return self.warm_page(cell.paged.get()?, index);
        };
        let log2 = shards.even_log2()?;
        let shard = index >> log2;
        let node = shards.node(shard)?;
        Segment::of(node, node.span()).slot(index - (shard << log2), T::SLOT)
    }

    /// The slot of an element whose page was touched.
    fn warm_page(&self, paged: &'par Paged, index: usize) -> Option<Slot<'par>> {
        let in_page = self.elements().in_page(paged);
        let page = paged.levels.first()?.peek(index / in_page)?;
        Segment::page(self.node, page.as_slice(), T::SLOT).slot(index % in_page, T::SLOT)
    }

    #[cold]
    fn slot(&self, index: usize) -> Result<Option<Slot<'par>>> {
        let elements = self.elements();
        let place = elements.place()?;
        if index >= place.len(T::SLOT) {
            return Ok(None);
        }
        let (segment, first) = elements.segment_at(&place, index)?;
        Ok(segment.slot(index - first, T::SLOT))
    }

    /// A whole element.
    pub fn get(&self, index: usize) -> Result<Option<T>> {
        let loader = Loader::new();
        self.get_lazy(index)?
            .map(|lazy| T::__load(lazy, &loader))
            .transpose()
    }

    /// The mirrors of the elements at these positions, in their order; `None` beyond the end.
    pub fn get_many(
        &self,
        positions: impl IntoIterator<Item = usize>,
    ) -> Result<Vec<Option<T::Lazy<'par>>>> {
        positions
            .into_iter()
            .map(|position| self.get_lazy(position))
            .collect()
    }

    /// The mirror of the first element.
    pub fn first_lazy(&self) -> Result<Option<T::Lazy<'par>>> {
        self.get_lazy(0)
    }

    /// The first element, whole.
    pub fn first(&self) -> Result<Option<T>> {
        self.get(0)
    }

    /// The mirror of the last element.
    pub fn last_lazy(&self) -> Result<Option<T::Lazy<'par>>> {
        match self.len().checked_sub(1) {
            Some(last) => self.get_lazy(last),
            None => Ok(None),
        }
    }

    /// The last element, whole.
    pub fn last(&self) -> Result<Option<T>> {
        match self.len().checked_sub(1) {
            Some(last) => self.get(last),
            None => Ok(None),
        }
    }

    /// The elements' mirrors; shards are read as the iterator comes to them, and stay in memory.
    pub fn iter(&self) -> Result<LazyVecIter<'par, T>> {
        self.range(..)
    }

    /// The mirrors of the elements at these positions, cut at the end; reads only their shards.
    pub fn range(&self, positions: impl RangeBounds<usize>) -> Result<LazyVecIter<'par, T>> {
        let mut iter = LazyVecIter::new(self.plain(), self.positions(positions));
        iter.place = Some(self.elements().place()?);
        Ok(iter)
    }

    /// The handle without what it loads into.
    fn plain(&self) -> LazyVec<'par, T> {
        LazyVec {
            node: self.node,
            span: self.span,
            cell: self.cell,
            types: PhantomData,
        }
    }

    fn positions(&self, positions: impl RangeBounds<usize>) -> Range<usize> {
        let len = self.len();
        let start = match positions.start_bound() {
            Bound::Included(start) => *start,
            Bound::Excluded(before) => before.saturating_add(1),
            Bound::Unbounded => 0,
        };
        let end = match positions.end_bound() {
            Bound::Included(last) => last.saturating_add(1),
            Bound::Excluded(end) => *end,
            Bound::Unbounded => len,
        };
        start.min(len)..end.min(len).max(start.min(len))
    }

    /// Calls `visit` on each element's mirror, in order. Memory stays bounded however long the
    /// sequence is.
    #[inline]
    pub fn for_each(&self, mut visit: impl FnMut(T::Lazy<'_>)) -> Result<()> {
        let elements = self.elements();
        let place = elements.scanned_place()?;
        for number in 0..place.segments() {
            let held = elements.hold(&place, number)?;
            held.segment(T::SLOT).iter::<T>().for_each(&mut visit);
        }
        Ok(())
    }

    /// [`for_each`](Self::for_each) until `visit` fails.
    #[inline]
    pub fn try_for_each<E: From<ParcodeError>>(
        &self,
        mut visit: impl FnMut(T::Lazy<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let elements = self.elements();
        let place = elements.scanned_place()?;
        for number in 0..place.segments() {
            let held = elements.hold(&place, number)?;
            held.segment(T::SLOT).iter::<T>().try_for_each(&mut visit)?;
        }
        Ok(())
    }

    /// Calls `visit` on each element's mirror from several threads at once, in no order.
    pub fn par_for_each(&self, visit: impl Fn(T::Lazy<'_>) + Send + Sync) -> Result<()> {
        let elements = self.elements();
        let place = elements.scanned_place()?;
        let workers = &self.node.session.workers;
        let visited: Vec<Result<()>> = workers.map(place.segments(), |number| {
            let held = elements.hold(&place, number)?;
            held.segment(T::SLOT).iter::<T>().for_each(&visit);
            Ok(())
        });
        visited.into_iter().collect()
    }

    /// All elements as a slice, where they lie: verified once, not copied where the source lends
    /// its bytes (a map, memory), they are not compressed, and numbers have the same bytes on this
    /// machine. Otherwise they are copied once, and the copy stays until the cache is cleared.
    #[inline]
    pub fn as_slice(&self) -> Result<&'par [T]>
    where
        T: Plain,
    {
        match self.warm_slice() {
            Some(elements) => Ok(elements),
            None => self.slice(),
        }
    }

    /// The elements of an extent that was lent before.
    #[inline]
    fn warm_slice(&self) -> Option<&'par [T]>
    where
        T: Plain,
    {
        lend_plain(self.cell?.paged.get()?.whole.get()?.as_slice())
    }

    #[cold]
    fn slice(&self) -> Result<&'par [T]>
    where
        T: Plain,
    {
        let place = self.elements().place()?;
        let bytes = match &place {
            Place::One(node, span) => return Ok(VecView::<T>::of(node, *span).as_slice()),
            Place::Pages(paged) if is_native::<T>() => self.whole(paged)?,
            Place::Pages(_) | Place::Shards(_) => None,
        };
        match bytes.and_then(lend_plain) {
            Some(elements) => Ok(elements),
            None => self.copied_slice(),
        }
    }

    /// All of an extent as it lies, where the source lends it.
    fn whole(&self, paged: &'par Paged) -> Result<Option<&'par [u8]>> {
        read::whole(&self.node.session, paged).map_err(|error| self.elements().in_sequence(error))
    }

    #[cold]
    fn copied_slice(&self) -> Result<&'par [T]>
    where
        T: Plain,
    {
        let (_, cell) = self.node.link(self.span.start)?;
        let cell = &cell.slice;
        if cell.get().is_none() {
            let session = &self.node.session;
            let elements = self.load_elements(&Loader::parallel())?;
            let held = size_of_val(elements.as_slice());
            let reserved = session.reserve(held as u64)?;
            cell.get_or_init(|| {
                session.counters.copied(held);
                Box::new(Copied {
                    elements,
                    _reserved: reserved,
                })
            });
        }
        let copied = cell.get().and_then(|any| any.downcast_ref::<Copied<T>>());
        Ok(copied.map_or(&[], |copied| &copied.elements))
    }

    /// All elements, whole, as the type that was saved. Shards are decoded straight into the
    /// result, while other threads read, verify and decompress the next ones; nothing else is kept.
    pub fn load(&self) -> Result<C>
    where
        C: SeqContainer<T>,
    {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    #[inline]
    pub fn __load(&self, loader: &Loader) -> Result<C>
    where
        C: SeqContainer<T>,
    {
        // Most are home: many small ones are loaded with one large value.
        let elements = if self.span.is_away() {
            self.load_away(loader)?
        } else {
            VecView::<T>::of(self.node, self.span).load_elements(loader)?
        };
        C::from_vec(elements)
    }

    fn load_away(&self, loader: &Loader) -> Result<Vec<T>> {
        match loader.salvages() {
            Some(salvaging) => Ok(self.rescue(loader, salvaging)),
            None => self.load_elements(loader),
        }
    }

    fn load_elements(&self, loader: &Loader) -> Result<Vec<T>> {
        let elements = self.elements();
        let place = elements.passing_place(loader)?;
        match place {
            Place::One(node, span) => VecView::<T>::of(node, span).load_elements(loader),
            Place::Pages(paged) => {
                let session = &self.node.session;
                let room = place.len(T::SLOT);
                loader.charge(session, paged.len)?;
                loader.build::<T>(session, room)?;
                let mut decoded = Vec::with_capacity(room);
                let read = |page| elements.hold(&place, page);
                loader.each(session, place.segments(), &read, |held, loader| {
                    let segment = held.segment(T::SLOT);
                    load_into(&mut decoded, self.node, segment.records(T::SLOT), loader)
                })?;
                Ok(decoded)
            }
            Place::Shards(index) => {
                let session = &self.node.session;
                loader.build::<T>(session, place.len(T::SLOT))?;
                let room = index
                    .room(session, T::SLOT)
                    .map_err(|error| elements.in_sequence(error))?;
                let mut decoded = Vec::with_capacity(room);
                let read = |shard| elements.hold(&place, shard);
                loader.each(session, index.shards(), &read, |held, loader| {
                    let segment = held.segment(T::SLOT);
                    loader.visit(segment.node)?;
                    load_into(&mut decoded, segment.node, segment.records(T::SLOT), loader)
                })?;
                Ok(decoded)
            }
        }
    }

    /// The sequence, as what reads it without its type.
    #[inline(always)]
    pub(super) fn elements(&self) -> Elements<'par, 'static> {
        Elements {
            node: self.node,
            span: self.span,
            slot: T::SLOT,
            plain: T::PLAIN.is_some(),
            guard: T::GUARDED.then_some(check_elements::<T>),
            ty: typed::<Vec<T>>(),
        }
    }

    pub(crate) fn shorten<'short>(self) -> LazyVec<'short, T, C>
    where
        'par: 'short,
    {
        LazyVec {
            types: PhantomData,
            ..self
        }
    }
}

/// Elements that could not be lent where they lie.
struct Copied<T> {
    elements: Vec<T>,
    /// Their memory, as long as they are kept.
    _reserved: Reserved,
}

impl<T, C> Clone for LazyVec<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, C> Copy for LazyVec<'_, T, C> {}

impl<T: ParcodeObject, C> fmt::Debug for LazyVec<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazyVec")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// Iterates as [`iter`](LazyVec::iter) does; what that fails with is the first item.
impl<'par, T: ParcodeObject, C> IntoIterator for LazyVec<'par, T, C> {
    type Item = Result<T::Lazy<'par>>;
    type IntoIter = LazyVecIter<'par, T>;

    fn into_iter(self) -> Self::IntoIter {
        LazyVecIter::new(self.plain(), 0..self.len())
    }
}

impl<'par, T: ParcodeObject, C> IntoIterator for &LazyVec<'par, T, C> {
    type Item = Result<T::Lazy<'par>>;
    type IntoIter = LazyVecIter<'par, T>;

    fn into_iter(self) -> Self::IntoIter {
        (*self).into_iter()
    }
}
