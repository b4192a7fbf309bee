//! Sets: maps without values.

use super::map::{LazyMap, StoredMap};
use super::map_iter::MapKeys;
use super::map_range::MapRange;
use super::map_view::{MapView, MapViewIter};
use super::{KeyRange, OrderedContainer, SetContainer};
use crate::error::{ParcodeError, Result};
use crate::object::{Loader, Lookup, ParcodeObject, Slot, TextKey};
use std::fmt;

/// A set that is read only where it is touched; see [`LazyMap`].
pub struct LazySet<'par, K, C: SetContainer<K>>(LazyMap<'par, K, (), C::Map>);

impl<'par, K: ParcodeObject, C: SetContainer<K>> LazySet<'par, K, C>
where
    C::Map: StoredMap<K, ()>,
{
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self(LazyMap::new(slot))
    }

    /// The number of elements. Reads nothing.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element. Reads nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is an element. Reads at most one shard.
    pub fn contains<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> Result<bool> {
        self.0.contains_key(key)
    }

    /// The elements' mirrors.
    pub fn iter(&self) -> Result<SetIter<'par, K, C>> {
        self.0.keys().map(SetIter)
    }

    /// Calls `visit` on each element's mirror, in bounded memory.
    pub fn for_each(&self, mut visit: impl FnMut(K::Lazy<'_>)) -> Result<()> {
        self.0.for_each(|key, ()| visit(key))
    }

    /// [`for_each`](Self::for_each) until `visit` fails.
    pub fn try_for_each<E: From<ParcodeError>>(
        &self,
        mut visit: impl FnMut(K::Lazy<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.0.try_for_each(|key, ()| visit(key))
    }

    /// Calls `visit` on each element's mirror from several threads at once, in no order.
    pub fn par_for_each(&self, visit: impl Fn(K::Lazy<'_>) + Send + Sync) -> Result<()> {
        self.0.par_for_each(|key, ()| visit(key))
    }

    /// The set, whole, as the type that was saved.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        self.0.__load(loader).map(C::from_map)
    }

    pub(crate) fn shorten<'short>(self) -> LazySet<'short, K, C>
    where
        'par: 'short,
    {
        LazySet(self.0.shorten())
    }
}

/// What is there where elements are in order.
impl<'par, K: ParcodeObject, C: SetContainer<K>> LazySet<'par, K, C>
where
    C::Map: StoredMap<K, ()> + OrderedContainer,
{
    /// The mirrors of the elements in `keys`, in order.
    pub fn range(&self, keys: impl KeyRange<K>) -> Result<SetRange<'par, K, C>> {
        self.0.range(keys).map(SetRange)
    }

    /// The mirrors of the elements that start with `prefix`, in order.
    pub fn prefix(&self, prefix: &str) -> Result<SetRange<'par, K, C>>
    where
        K: TextKey,
    {
        self.0.prefix(prefix).map(SetRange)
    }

    /// The mirror of the least element.
    pub fn first_lazy(&self) -> Result<Option<K::Lazy<'par>>> {
        Ok(self.0.first_key_value()?.map(|(key, ())| key))
    }

    /// The least element.
    pub fn first(&self) -> Result<Option<K>> {
        let loader = Loader::new();
        self.first_lazy()?
            .map(|lazy| K::__load(lazy, &loader))
            .transpose()
    }

    /// The mirror of the greatest element.
    pub fn last_lazy(&self) -> Result<Option<K::Lazy<'par>>> {
        Ok(self.0.last_key_value()?.map(|(key, ())| key))
    }

    /// The greatest element.
    pub fn last(&self) -> Result<Option<K>> {
        let loader = Loader::new();
        self.last_lazy()?
            .map(|lazy| K::__load(lazy, &loader))
            .transpose()
    }
}

impl<K, C: SetContainer<K>> Clone for LazySet<'_, K, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, C: SetContainer<K>> Copy for LazySet<'_, K, C> {}

impl<K: ParcodeObject, C: SetContainer<K>> fmt::Debug for LazySet<'_, K, C>
where
    C::Map: StoredMap<K, ()>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LazySet")
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

/// The mirrors of a [`LazySet`]'s elements.
pub struct SetIter<'par, K, C: SetContainer<K>>(MapKeys<'par, K, (), C::Map>);

impl<'par, K: ParcodeObject, C: SetContainer<K>> Iterator for SetIter<'par, K, C>
where
    C::Map: StoredMap<K, ()>,
{
    type Item = Result<K::Lazy<'par>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K, C: SetContainer<K>> fmt::Debug for SetIter<'_, K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetIter").finish_non_exhaustive()
    }
}

/// Iterates as [`iter`](LazySet::iter) does; what that fails with is the first item.
impl<'par, K: ParcodeObject, C: SetContainer<K>> IntoIterator for LazySet<'par, K, C>
where
    C::Map: StoredMap<K, ()>,
{
    type Item = Result<K::Lazy<'par>>;
    type IntoIter = SetIter<'par, K, C>;

    fn into_iter(self) -> Self::IntoIter {
        SetIter(MapKeys(self.0.into_iter()))
    }
}

impl<'par, K: ParcodeObject, C: SetContainer<K>> IntoIterator for &LazySet<'par, K, C>
where
    C::Map: StoredMap<K, ()>,
{
    type Item = Result<K::Lazy<'par>>;
    type IntoIter = SetIter<'par, K, C>;

    fn into_iter(self) -> Self::IntoIter {
        (*self).into_iter()
    }
}

/// The mirrors of a [`LazySet`]'s elements between two keys.
pub struct SetRange<'par, K, C: SetContainer<K>>(MapRange<'par, K, (), C::Map>);

impl<'par, K: ParcodeObject, C: SetContainer<K>> Iterator for SetRange<'par, K, C>
where
    C::Map: StoredMap<K, ()>,
{
    type Item = Result<K::Lazy<'par>>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.map(|(key, ())| key))
    }
}

impl<K, C: SetContainer<K>> fmt::Debug for SetRange<'_, K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetRange").finish_non_exhaustive()
    }
}

/// A set inside the mirror's own chunk.
pub struct SetView<'par, K, C: SetContainer<K>>(MapView<'par, K, (), C::Map>);

impl<'par, K: ParcodeObject, C: SetContainer<K>> SetView<'par, K, C> {
    pub(crate) fn new(slot: Slot<'par>) -> Self {
        Self(MapView::new(slot))
    }

    /// The number of elements.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether this is an element.
    pub fn contains<Q: Lookup<K> + ?Sized>(&self, key: &Q) -> bool {
        self.0.contains_key(key)
    }

    /// The elements' mirrors.
    pub fn iter(&self) -> SetViewIter<'par, K> {
        SetViewIter(self.0.iter())
    }

    /// The elements, whole, as a `Vec`.
    pub fn to_vec(&self) -> Result<Vec<K>> {
        Ok(self.0.to_vec()?.into_iter().map(|(key, ())| key).collect())
    }

    /// The set, whole, as the type that was saved.
    pub fn load(&self) -> Result<C> {
        self.__load(&Loader::parallel())
    }

    #[doc(hidden)]
    pub fn __load(&self, loader: &Loader) -> Result<C> {
        self.0.__load(loader).map(C::from_map)
    }

    pub(crate) fn shorten<'short>(self) -> SetView<'short, K, C>
    where
        'par: 'short,
    {
        SetView(self.0.shorten())
    }
}

impl<K, C: SetContainer<K>> Clone for SetView<'_, K, C> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, C: SetContainer<K>> Copy for SetView<'_, K, C> {}

impl<K: ParcodeObject, C: SetContainer<K>> fmt::Debug for SetView<'_, K, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

impl<'par, K: ParcodeObject, C: SetContainer<K>> IntoIterator for SetView<'par, K, C> {
    type Item = K::Lazy<'par>;
    type IntoIter = SetViewIter<'par, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'par, K: ParcodeObject, C: SetContainer<K>> IntoIterator for &SetView<'par, K, C> {
    type Item = K::Lazy<'par>;
    type IntoIter = SetViewIter<'par, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The mirrors of a [`SetView`]'s elements.
#[derive(Debug, Clone)]
pub struct SetViewIter<'par, K>(MapViewIter<'par, K, ()>);

impl<'par, K: ParcodeObject> Iterator for SetViewIter<'par, K> {
    type Item = K::Lazy<'par>;

    fn next(&mut self) -> Option<Self::Item> {
        Some(self.0.next()?.0)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl<K: ParcodeObject> ExactSizeIterator for SetViewIter<'_, K> {}
