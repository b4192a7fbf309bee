//! Values beside what a file shows of them: field by field, entry by entry, by every way in.

use parcode::{LazyMap, LazyVec, Lookup, ParcodeObject, Result, StoredMap};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Mirrors are asked for by every key and index, whole values by one in as many: `load` gives them
/// all.
const WHOLE: usize = 7;

/// A type that knows whether a mirror shows all of a value.
pub(crate) trait Same: ParcodeObject {
    fn same(&self, lazy: &Self::Lazy<'_>) -> bool;
}

/// Structs, whose fields are all named: one with more of them does not compile.
macro_rules! same_fields {
    ($($type:ty as $lazy:ident { $($field:ident),+ $(,)? })+) => {$(
        impl Same for $type {
            fn same(&self, lazy: &$lazy<'_>) -> bool {
                let Self { $($field: _),+ } = self;
                true $(&& self.$field.same(&lazy.$field))+
            }
        }
    )+};
}
pub(crate) use same_fields;

/// Types that are their own mirrors.
macro_rules! same_values {
    ($($type:ty),+ $(,)?) => {$(
        impl Same for $type {
            fn same(&self, lazy: &Self) -> bool {
                self == lazy
            }
        }
    )+};
}
#[cfg(feature = "serde")]
pub(crate) use same_values;

same_values!(bool, u8, u16, u32, i32);

/// To the bit.
impl Same for f64 {
    fn same(&self, lazy: &Self) -> bool {
        self.to_bits() == lazy.to_bits()
    }
}

impl Same for String {
    fn same(&self, lazy: &&str) -> bool {
        self == lazy
    }
}

impl<A: Same, B: Same, C: Same> Same for (A, B, C) {
    fn same(&self, lazy: &(A::Lazy<'_>, B::Lazy<'_>, C::Lazy<'_>)) -> bool {
        self.0.same(&lazy.0) && self.1.same(&lazy.1) && self.2.same(&lazy.2)
    }
}

impl<T: Same> Same for Option<T> {
    fn same(&self, lazy: &Option<T::Lazy<'_>>) -> bool {
        match (self, lazy) {
            (Some(value), Some(lazy)) => value.same(lazy),
            (None, None) => true,
            _ => false,
        }
    }
}

impl<T: Same> Same for Vec<T> {
    fn same(&self, lazy: &parcode::Lazy<'_, Self>) -> bool {
        let by_index = |(index, value): (usize, &T)| {
            lazy.get_lazy(index).is_some_and(|lazy| value.same(&lazy))
        };
        self.len() == lazy.len()
            && self.iter().zip(lazy).all(|(value, lazy)| value.same(&lazy))
            && self.iter().enumerate().all(by_index)
            && lazy.get_lazy(self.len()).is_none()
    }
}

impl<K: Same + Ord + Lookup<K>, V: Same> Same for BTreeMap<K, V> {
    fn same(&self, lazy: &parcode::Lazy<'_, Self>) -> bool {
        let mut entries = self.iter().zip(lazy);
        self.len() == lazy.len()
            && entries.all(|((key, value), (k, v))| key.same(&k) && value.same(&v))
            && self
                .iter()
                .all(|(k, v)| lazy.get_lazy(k).is_some_and(|lazy| v.same(&lazy)))
    }
}

/// A key that can be made from its mirror.
pub(crate) trait Key: Same + Lookup<Self> + Debug {
    fn own(lazy: Self::Lazy<'_>) -> Self;
}

impl Key for u32 {
    fn own(lazy: Self) -> Self {
        lazy
    }
}

impl Key for String {
    fn own(lazy: &str) -> Self {
        lazy.to_owned()
    }
}

impl<A: Key, B: Key, C: Key> Key for (A, B, C) {
    fn own(lazy: (A::Lazy<'_>, B::Lazy<'_>, C::Lazy<'_>)) -> Self {
        (A::own(lazy.0), B::own(lazy.1), C::own(lazy.2))
    }
}

/// Asserts that a mirror shows all of a value.
#[track_caller]
pub(crate) fn assert_same<T: Same + Debug>(value: &T, lazy: &T::Lazy<'_>) {
    assert!(value.same(lazy), "{value:?} is shown as {lazy:?}");
}

/// Reads a sequence by every way in.
pub(crate) fn check_vec<T>(values: &[T], lazy: LazyVec<'_, T>) -> Result<()>
where
    T: Same + PartialEq + Debug + Sync,
{
    assert_eq!(lazy.len(), values.len());
    assert_eq!(lazy.load()?, values);
    assert_eq!(lazy.iter()?.size_hint().1, Some(values.len()));
    for (value, lazy) in values.iter().zip(lazy.iter()?) {
        assert_same(value, &lazy?);
    }
    let mut rest = values.iter();
    lazy.for_each(|lazy| match rest.next() {
        Some(value) => assert_same(value, &lazy),
        None => panic!("one too many: {lazy:?}"),
    })?;
    assert_eq!(rest.len(), 0);
    for (index, value) in values.iter().enumerate() {
        let found = lazy.get_lazy(index)?;
        assert!(
            found.is_some_and(|lazy| value.same(&lazy)),
            "{index}: {value:?}"
        );
        if index % WHOLE == 0 {
            assert_eq!(lazy.get(index)?.as_ref(), Some(value));
        }
    }
    assert_eq!(lazy.get(values.len())?, None);
    assert_eq!(lazy.first()?.as_ref(), values.first());
    assert_eq!(lazy.last()?.as_ref(), values.last());
    for start in (0..values.len()).step_by(values.len() / 10 + 1) {
        let end = (start + 777).min(values.len());
        let range = lazy.range(start..end)?;
        assert_eq!(range.size_hint().1, Some(end - start));
        for (value, lazy) in values[start..end].iter().zip(range) {
            assert_same(value, &lazy?);
        }
    }
    let seen = AtomicUsize::new(0);
    lazy.par_for_each(|_| {
        seen.fetch_add(1, Ordering::Relaxed);
    })?;
    assert_eq!(seen.into_inner(), values.len());
    Ok(())
}

/// Reads a map of either kind by every key, and by going through it; `get` finds in the value.
pub(crate) fn check_map<'m, K, V, C>(
    map: &'m C,
    get: impl Fn(&K) -> Option<&'m V>,
    lazy: LazyMap<'_, K, V, C>,
) -> Result<()>
where
    K: Key + 'm,
    V: Same + PartialEq + Debug + 'm,
    C: StoredMap<K, V> + PartialEq + Debug,
    &'m C: IntoIterator<Item = (&'m K, &'m V)>,
{
    let mut len = 0;
    for (number, (key, value)) in map.into_iter().enumerate() {
        let found = lazy.get_lazy(key)?;
        assert!(
            found.is_some_and(|lazy| value.same(&lazy)),
            "{key:?}: {value:?}"
        );
        if number % WHOLE == 0 {
            assert_eq!(lazy.get(key)?.as_ref(), Some(value), "{key:?}");
        }
        len += 1;
    }
    assert_eq!(lazy.len(), len);
    assert!(lazy.load()? == *map);
    let mut seen = 0;
    assert_eq!(lazy.iter()?.size_hint().1, Some(len));
    for entry in lazy.iter()? {
        let (key, value) = entry?;
        let key = K::own(key);
        assert!(
            get(&key).is_some_and(|own| own.same(&value)),
            "{key:?}: {value:?}"
        );
        seen += 1;
    }
    assert_eq!(seen, len);
    let seen = AtomicUsize::new(0);
    lazy.par_for_each(|_, _| {
        seen.fetch_add(1, Ordering::Relaxed);
    })?;
    assert_eq!(seen.into_inner(), len);
    Ok(())
}

/// And what there is where the keys are in order.
pub(crate) fn check_ordered<K, V>(
    map: &BTreeMap<K, V>,
    lazy: LazyMap<'_, K, V, BTreeMap<K, V>>,
) -> Result<()>
where
    K: Key + Ord + Clone,
    V: Same + PartialEq + Debug,
{
    check_map(map, |key| map.get(key), lazy)?;
    let mut rest = map.iter();
    lazy.for_each(|k, v| {
        let (key, value) = rest.next().expect("no entry too many");
        assert!(key.same(&k) && value.same(&v), "{key:?}");
    })?;
    assert_eq!(rest.len(), 0);
    check_entries(map.first_key_value(), lazy.first_key_value()?.map(Ok))?;
    check_entries(map.last_key_value(), lazy.last_key_value()?.map(Ok))?;

    let keys: Vec<&K> = map.keys().step_by(map.len() / 50 + 1).collect();
    for pair in keys.windows(2) {
        let (from, to) = (pair[0].clone(), pair[1].clone());
        let open = lazy.range(&from..)?;
        check_entries(map.range(&from..).take(100), open.take(100))?;
        check_entries(map.range(&from..&to), lazy.range(&from..&to)?)?;
        check_entries(map.range(from.clone()..=to.clone()), lazy.range(from..=to)?)?;
    }
    Ok(())
}

/// As many entries, the same, in the same order.
pub(crate) fn check_entries<'m, 'par, K: Same + Debug + 'm, V: Same + Debug + 'm>(
    entries: impl IntoIterator<Item = (&'m K, &'m V)>,
    lazy: impl IntoIterator<Item = Result<(K::Lazy<'par>, V::Lazy<'par>)>>,
) -> Result<()> {
    let mut lazy = lazy.into_iter();
    for (key, value) in entries {
        match lazy.next().transpose()? {
            Some((k, v)) => {
                assert_same(key, &k);
                assert_same(value, &v);
            }
            None => panic!("the entry of {key:?} is missing"),
        }
    }
    assert!(lazy.next().is_none(), "entries too many");
    Ok(())
}
