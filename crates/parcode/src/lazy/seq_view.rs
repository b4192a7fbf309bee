//! A sequence that lies in the chunk of the mirror that holds it.

use super::SeqContainer;
use super::rescue::rescue_records;
use crate::error::Result;
use crate::format::Span;
use crate::object::{Loader, Node, ParcodeObject, Plain, Slot, lend_plain};
use std::fmt;
use std::marker::PhantomData;

/// Elements inside the mirror's own chunk: a borrowed sequence of mirrors.
///
/// Nothing that it does reads anything, except that [`get`](Self::get) and [`load`](Self::load) give
/// whole objects, and read what of those lives in other chunks.
pub struct VecView<'par, T, C = Vec<T>> {
    node: &'par Node,
    span: Span,
    types: PhantomData<fn() -> (T, C)>,
}

impl<'par, T: ParcodeObject, C> VecView<'par, T, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self::of(slot.node, slot.span())
    }

    pub(crate) fn of(node: &'par Node, span: Span) -> Self {
        Self {
            node,
            span,
            types: PhantomData,
        }
    }

    /// The number of elements.
    #[inline]
    pub fn len(&self) -> usize {
        self.span.len as usize
    }

    /// Whether there is no element.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.span.len == 0
    }

    /// The mirror of an element.
    #[inline]
    pub fn get_lazy(&self, index: usize) -> Option<T::Lazy<'par>> {
        if index >= self.len() {
            return None;
        }
        let at = self.span.start as usize + index * T::SLOT.max(1);
        Some(T::__lazy(Slot::at(self.node, at, T::SLOT)))
    }

    /// A whole element.
    pub fn get(&self, index: usize) -> Result<Option<T>> {
        let loader = Loader::new();
        self.get_lazy(index)
            .map(|lazy| T::__load(lazy, &loader))
            .transpose()
    }

    /// The mirror of the first element.
    pub fn first_lazy(&self) -> Option<T::Lazy<'par>> {
        self.get_lazy(0)
    }

    /// The first element, whole.
    pub fn first(&self) -> Result<Option<T>> {
        self.get(0)
    }

    /// The mirror of the last element.
    pub fn last_lazy(&self) -> Option<T::Lazy<'par>> {
        self.get_lazy(self.len().checked_sub(1)?)
    }

    /// The last element, whole.
    pub fn last(&self) -> Result<Option<T>> {
        match self.len().checked_sub(1) {
            Some(last) => self.get(last),
            None => Ok(None),
        }
    }

    /// The elements' mirrors.
    #[inline]
    pub fn iter(&self) -> VecViewIter<'par, T> {
        VecViewIter::new(self.node, self.records())
    }

    /// Whether an element's mirror equals `value`; compares one after another.
    pub fn contains<Q: ?Sized>(&self, value: &Q) -> bool
    where
        T::Lazy<'par>: PartialEq<Q>,
    {
        self.iter().any(|lazy| lazy == *value)
    }

    /// The elements as a slice, where they lie. On big-endian machines, whose numbers have other
    /// bytes than the file's, they are copied once, and the copy stays until the cache is cleared.
    #[inline]
    pub fn as_slice(&self) -> &'par [T]
    where
        T: Plain,
    {
        // Chunks lie aligned in memory, and the check of this one saw to the alignment within.
        match lend_plain(self.records()) {
            Some(elements) => elements,
            None => self.copied_slice(),
        }
    }

    #[cold]
    fn copied_slice(&self) -> &'par [T]
    where
        T: Plain,
    {
        if self.is_empty() {
            return &[];
        }
        let copy = || {
            // Every bit pattern is a value, and nothing of it is elsewhere: this cannot fail.
            let loaded = load_all(self.node, self.records(), &Loader::new());
            loaded.unwrap_or_default()
        };
        let counters = &self.node.session.counters;
        self.node
            .copies
            .get_or_copy(self.span.start, counters, copy)
    }

    /// The elements, whole, as a `Vec`.
    pub fn to_vec(&self) -> Result<Vec<T>> {
        self.load_elements(&Loader::parallel())
    }

    /// The elements, whole, as the type that was saved.
    pub fn load(&self) -> Result<C>
    where
        C: SeqContainer<T>,
    {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C>
    where
        C: SeqContainer<T>,
    {
        self.load_elements(loader).and_then(C::from_vec)
    }

    #[inline]
    pub(crate) fn load_elements(&self, loader: &Loader) -> Result<Vec<T>> {
        if let Some(salvaging) = loader.salvages() {
            return Ok(rescue_records(self.iter(), loader, salvaging));
        }
        loader.build::<T>(&self.node.session, self.len())?;
        load_all(self.node, self.records(), loader)
    }

    pub(crate) fn records(&self) -> &'par [u8] {
        self.span.of(self.node.body(), T::SLOT.max(1))
    }

    pub(crate) fn shorten<'short>(self) -> VecView<'short, T, C>
    where
        'par: 'short,
    {
        VecView::of(self.node, self.span)
    }
}

/// Whole elements from records that lie one behind another.
#[inline]
pub(super) fn load_all<T: ParcodeObject>(
    node: &Node,
    records: &[u8],
    loader: &Loader,
) -> Result<Vec<T>> {
    let mut elements = Vec::with_capacity(records.len() / T::SLOT.max(1));
    load_into(&mut elements, node, records, loader)?;
    Ok(elements)
}

/// Appends whole elements from records that lie one behind another.
#[inline]
pub(super) fn load_into<T: ParcodeObject>(
    elements: &mut Vec<T>,
    node: &Node,
    records: &[u8],
    loader: &Loader,
) -> Result<()> {
    if T::PLAIN.is_some() && T::__append_plain(elements, records) {
        return Ok(());
    }
    let records = VecViewIter::<T>::new(node, records);
    elements.reserve(records.len());
    for lazy in records {
        elements.push(T::__load(lazy, loader)?);
    }
    Ok(())
}

impl<T, C> Clone for VecView<'_, T, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, C> Copy for VecView<'_, T, C> {}

impl<T: ParcodeObject, C> fmt::Debug for VecView<'_, T, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<'par, T: ParcodeObject, C> IntoIterator for VecView<'par, T, C> {
    type Item = T::Lazy<'par>;
    type IntoIter = VecViewIter<'par, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'par, T: ParcodeObject, C> IntoIterator for &VecView<'par, T, C> {
    type Item = T::Lazy<'par>;
    type IntoIter = VecViewIter<'par, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Compares element by element with anything that the mirrors compare with.
impl<'par, T: ParcodeObject, C, Q> PartialEq<[Q]> for VecView<'par, T, C>
where
    T::Lazy<'par>: PartialEq<Q>,
{
    fn eq(&self, other: &[Q]) -> bool {
        self.len() == other.len() && self.iter().zip(other).all(|(a, b)| a == *b)
    }
}

impl<'par, T: ParcodeObject, C, Q> PartialEq<&[Q]> for VecView<'par, T, C>
where
    T::Lazy<'par>: PartialEq<Q>,
{
    fn eq(&self, other: &&[Q]) -> bool {
        *self == **other
    }
}

impl<'par, T: ParcodeObject, C, Q> PartialEq<Vec<Q>> for VecView<'par, T, C>
where
    T::Lazy<'par>: PartialEq<Q>,
{
    fn eq(&self, other: &Vec<Q>) -> bool {
        *self == **other
    }
}

impl<'par, T: ParcodeObject, C, Q, const N: usize> PartialEq<[Q; N]> for VecView<'par, T, C>
where
    T::Lazy<'par>: PartialEq<Q>,
{
    fn eq(&self, other: &[Q; N]) -> bool {
        *self == other[..]
    }
}

/// The mirrors of a [`VecView`]'s elements.
pub struct VecViewIter<'par, T> {
    pub(super) node: &'par Node,
    records: std::slice::ChunksExact<'par, u8>,
    types: PhantomData<fn() -> T>,
}

impl<'par, T: ParcodeObject> VecViewIter<'par, T> {
    #[inline]
    pub(super) fn new(node: &'par Node, records: &'par [u8]) -> Self {
        Self {
            node,
            records: records.chunks_exact(T::SLOT.max(1)),
            types: PhantomData,
        }
    }

    #[inline(always)]
    fn lazy(node: &'par Node, record: &'par [u8]) -> T::Lazy<'par> {
        T::__lazy(Slot {
            node,
            bytes: record,
        })
    }
}

impl<'par, T: ParcodeObject> Iterator for VecViewIter<'par, T> {
    type Item = T::Lazy<'par>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.records
            .next()
            .map(|record| Self::lazy(self.node, record))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.records.size_hint()
    }

    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        self.records
            .nth(n)
            .map(|record| Self::lazy(self.node, record))
    }

    #[inline]
    fn fold<B, F: FnMut(B, Self::Item) -> B>(self, init: B, mut f: F) -> B {
        let node = self.node;
        self.records
            .fold(init, |all, record| f(all, Self::lazy(node, record)))
    }
}

impl<T: ParcodeObject> DoubleEndedIterator for VecViewIter<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.records
            .next_back()
            .map(|record| Self::lazy(self.node, record))
    }
}

impl<T: ParcodeObject> ExactSizeIterator for VecViewIter<'_, T> {}

impl<T> Clone for VecViewIter<'_, T> {
    fn clone(&self) -> Self {
        Self {
            records: self.records.clone(),
            ..*self
        }
    }
}

impl<T> fmt::Debug for VecViewIter<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VecViewIter")
            .field("len", &self.records.len())
            .finish_non_exhaustive()
    }
}
