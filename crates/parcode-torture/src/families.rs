//! The types of std, one family after another.

use crate::shape::{Eye, Shape, count};
use arbitrary::Unstructured;
use parcode::{LazyVec, Lookup, ParcodeError, Result};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::Hash;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

/// Types that are their own mirrors.
macro_rules! leaves {
    ($($type:ty: |$from:ident| $make:expr;)*) => {$(
        impl Shape for $type {
            fn generate($from: &mut Unstructured<'_>) -> Self {
                $make
            }

            fn look(lazy: Self, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                eye.same(&lazy, truth);
                Ok(())
            }

            fn look_away(handle: Self, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                Self::look(handle, eye, truth)
            }
        }
    )*};
}

leaves! {
    (): |_from| ();
    bool: |from| from.arbitrary().unwrap_or_default();
    char: |from| from.arbitrary().unwrap_or_default();
    Duration: |from| Duration::new(from.arbitrary().unwrap_or(0), from.int_in_range(0..=999_999_999).unwrap_or(0));
    NonZero<u16>: |from| NonZero::new(from.arbitrary().unwrap_or(7)).unwrap_or(NonZero::<u16>::MAX);
}

/// Plain data: sequences of it are slices too.
macro_rules! numbers {
    ($($type:ty: |$from:ident| $make:expr;)*) => {$(
        impl Shape for $type {
            fn generate($from: &mut Unstructured<'_>) -> Self {
                $make
            }

            fn look(lazy: Self, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                eye.same(&lazy, truth);
                Ok(())
            }

            fn look_away(handle: Self, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                Self::look(handle, eye, truth)
            }

            fn look_at_slice(handle: &LazyVec<'_, Self>, eye: &mut Eye, truth: Option<&[Self]>) -> Result<()> {
                eye.same(handle.as_slice()?, truth);
                Ok(())
            }
        }
    )*};
}

numbers! {
    u8: |from| from.arbitrary().unwrap_or_default();
    u16: |from| from.arbitrary().unwrap_or_default();
    u32: |from| from.arbitrary().unwrap_or_default();
    u64: |from| from.arbitrary().unwrap_or_default();
    i16: |from| from.arbitrary().unwrap_or_default();
    i32: |from| from.arbitrary().unwrap_or_default();
    i128: |from| from.arbitrary().unwrap_or_default();
    // NaN is not equal to itself; every other float is there.
    f32: |from| Some(f32::from_bits(from.arbitrary().unwrap_or_default())).filter(|float| !float.is_nan()).unwrap_or(-0.0);
    f64: |from| Some(f64::from_bits(from.arbitrary().unwrap_or_default())).filter(|float| !float.is_nan()).unwrap_or(-0.0);
}

impl Shape for String {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        let len = count(from, 24);
        let shape = from.arbitrary().unwrap_or(0u8);
        (0..len)
            .map(|_| match shape {
                0..16 => from.arbitrary().unwrap_or('ß'),
                16..24 => 'a',
                _ => char::from(from.int_in_range(b' '..=b'~').unwrap_or(b'a')),
            })
            .collect()
    }

    fn look(lazy: &str, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(lazy, truth.map(Self::as_str));
        Ok(())
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(handle.get_lazy()?, truth.map(Self::as_str));
        eye.same(&handle.load()?, truth);
        Ok(())
    }
}

impl<T: Shape> Shape for Option<T> {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        from.ratio(2, 3).unwrap_or(false).then(|| T::generate(from))
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&lazy.is_some(), truth.map(Self::is_some).as_ref());
        let truth = truth.and_then(Self::as_ref);
        lazy.map_or(Ok(()), |lazy| T::look(lazy, eye, truth))
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&handle.is_some(), truth.map(Self::is_some).as_ref());
        let truth = truth.and_then(Self::as_ref);
        handle.map_or(Ok(()), |handle| T::look_away(handle, eye, truth))
    }
}

impl<T: Shape, E: Shape> Shape for std::result::Result<T, E> {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        match from.arbitrary().unwrap_or_default() {
            true => Ok(T::generate(from)),
            false => Err(E::generate(from)),
        }
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&lazy.is_ok(), truth.map(Self::is_ok).as_ref());
        match lazy {
            Ok(lazy) => T::look(lazy, eye, truth.and_then(|truth| truth.as_ref().ok())),
            Err(lazy) => E::look(lazy, eye, truth.and_then(|truth| truth.as_ref().err())),
        }
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        Self::look(handle, eye, truth)
    }
}

impl<T: Shape> Shape for Box<T> {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        Self::new(T::generate(from))
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        match eye.opens() {
            true => T::look(lazy.get_lazy(), eye, truth.map(AsRef::as_ref)),
            false => Ok(()),
        }
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        match eye.opens() {
            true => T::look(handle.get_lazy()?, eye, truth.map(AsRef::as_ref)),
            false => Ok(()),
        }
    }
}

impl<T: Shape, const N: usize> Shape for [T; N] {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        std::array::from_fn(|_| T::generate(from))
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        for (i, lazy) in lazy.into_iter().enumerate() {
            T::look(lazy, eye, truth.map(|truth| &truth[i]))?;
        }
        Ok(())
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        Self::look(handle.get_lazy()?, eye, truth)
    }
}

impl<A: Shape, B: Shape> Shape for (A, B) {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        (A::generate(from), B::generate(from))
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        A::look(lazy.0, eye, truth.map(|truth| &truth.0))?;
        B::look(lazy.1, eye, truth.map(|truth| &truth.1))
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        Self::look(handle.get_lazy()?, eye, truth)
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        (0..count(from, 160)).map(|_| T::generate(from)).collect()
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&lazy.len(), truth.map(Self::len).as_ref());
        for (i, lazy) in lazy.iter().enumerate() {
            if !eye.opens() {
                return Ok(());
            }
            T::look(lazy, eye, truth.and_then(|truth| truth.get(i)))?;
        }
        let last = lazy.len().wrapping_sub(1);
        if let Some(last_one) = lazy.get_lazy(last) {
            T::look(last_one, eye, truth.and_then(|truth| truth.get(last)))?;
        }
        Ok(())
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&handle.len(), truth.map(Self::len).as_ref());
        if let Some(last) = handle.last_lazy()? {
            T::look(last, eye, truth.and_then(|truth| truth.last()))?;
        }
        let middle = handle.len() / 2;
        if let Some(one) = handle.get(middle)? {
            eye.same(&one, truth.and_then(|truth| truth.get(middle)));
        }
        for (i, lazy) in handle.iter()?.enumerate() {
            if !eye.opens() {
                return Ok(());
            }
            T::look(lazy?, eye, truth.and_then(|truth| truth.get(i)))?;
        }
        let mut seen = 0;
        let outcome = handle.try_for_each(|_| {
            seen += 1;
            if eye.opens() {
                Ok(())
            } else {
                Err(Stop::Tired)
            }
        });
        if !visited(outcome, seen, handle.len(), eye)? {
            return Ok(());
        }
        let seen = AtomicUsize::new(0);
        handle.par_for_each(|_| {
            seen.fetch_add(1, Relaxed);
        })?;
        eye.same(&seen.into_inner(), Some(&handle.len()));
        T::look_at_slice(&handle, eye, truth.map(Self::as_slice))?;
        eye.same(&handle.load()?, truth);
        Ok(())
    }
}

/// What ends a visit.
enum Stop {
    Tired,
    Failed(ParcodeError),
}

impl From<ParcodeError> for Stop {
    fn from(error: ParcodeError) -> Self {
        Self::Failed(error)
    }
}

/// How a visit by `try_for_each` went that saw `seen` of `len`; whether the eye sees more.
fn visited(
    outcome: std::result::Result<(), Stop>,
    seen: usize,
    len: usize,
    eye: &mut Eye,
) -> Result<bool> {
    match outcome {
        Ok(()) => {
            eye.same(&seen, Some(&len));
            Ok(true)
        }
        Err(Stop::Tired) => Ok(false),
        Err(Stop::Failed(error)) => Err(error),
    }
}

impl<T: Shape> Shape for VecDeque<T> {
    fn generate(from: &mut Unstructured<'_>) -> Self {
        Vec::generate(from).into()
    }

    fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&lazy.load()?, truth);
        Ok(())
    }

    fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
        eye.same(&handle.len(), truth.map(Self::len).as_ref());
        eye.same(&handle.load()?, truth);
        Ok(())
    }
}

/// Maps: iterated, loaded, and asked for each key that they hold and for one that may be absent.
macro_rules! maps {
    ($($map:ident: $($bound:ident)+;)*) => {$(
        impl<K: Shape + Lookup<K> + $($bound +)+ Eq, V: Shape> Shape for $map<K, V> {
            fn generate(from: &mut Unstructured<'_>) -> Self {
                (0..count(from, 160)).map(|_| (K::generate(from), V::generate(from))).collect()
            }

            fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                eye.same(&lazy.len(), truth.map(Self::len).as_ref());
                for (key, value) in lazy.iter() {
                    if !eye.opens() {
                        return Ok(());
                    }
                    K::look(key, eye, None)?;
                    V::look(value, eye, None)?;
                }
                let loaded = lazy.load()?;
                eye.same(&loaded, truth);
                for key in truth.unwrap_or(&loaded).keys() {
                    match lazy.get_lazy(key) {
                        Some(value) => V::look(value, eye, truth.and_then(|truth| truth.get(key)))?,
                        None => eye.missed(key),
                    }
                }
                let other = K::generate(&mut Unstructured::new(b"another one"));
                if lazy.contains_key(&other) != truth.unwrap_or(&loaded).contains_key(&other) {
                    eye.missed(&other);
                }
                Ok(())
            }

            fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                eye.same(&handle.len(), truth.map(Self::len).as_ref());
                // Each key by itself, whatever became of the others.
                let mut first_error = None;
                for (key, value) in truth.into_iter().flatten() {
                    match handle.get_lazy(key) {
                        Ok(Some(found)) => first_error = V::look(found, eye, Some(value)).err().or(first_error),
                        Ok(None) => eye.missed(key),
                        Err(error) => first_error = Some(error),
                    }
                }
                if let Some(error) = first_error {
                    return Err(error);
                }
                let other = K::generate(&mut Unstructured::new(b"another one"));
                let has_other = handle.contains_key(&other)?;
                eye.same(&has_other, truth.map(|truth| truth.contains_key(&other)).as_ref());
                for entry in handle.iter()? {
                    if !eye.opens() {
                        return Ok(());
                    }
                    let (key, value) = entry?;
                    K::look(key, eye, None)?;
                    V::look(value, eye, None)?;
                }
                let mut seen = 0;
                let outcome = handle.try_for_each(|_, _| {
 seen += 1;
 if eye.opens() { Ok(()) } else { Err(Stop::Tired) }
 });
 if !visited(outcome, seen, handle.len(), eye)? {
 return Ok(());
 }
                let loaded = handle.load()?;
                eye.same(&loaded, truth);
                for key in truth.unwrap_or(&loaded).keys() {
                    match handle.get_lazy(key)? {
                        Some(value) => V::look(value, eye, truth.and_then(|truth| truth.get(key)))?,
                        None => eye.missed(key),
                    }
                }
                if has_other != loaded.contains_key(&other) {
                    eye.missed(&other);
                }
                $map::<K, V>::look_ordered(&handle, eye, truth)
            }
        }
    )*};
}

maps! {
    HashMap: Hash;
    BTreeMap: Ord;
}

/// What only ordered maps have.
trait Ordered<H> {
    fn look_ordered(handle: &H, eye: &mut Eye, truth: Option<&Self>) -> Result<()>;
}

impl<K, V, H> Ordered<H> for HashMap<K, V> {
    fn look_ordered(_: &H, _: &mut Eye, _: Option<&Self>) -> Result<()> {
        Ok(())
    }
}

impl<'par, K: Shape + Ord + Lookup<K>, V: Shape> Ordered<parcode::LazyMap<'par, K, V, Self>>
    for BTreeMap<K, V>
{
    fn look_ordered(
        handle: &parcode::LazyMap<'par, K, V, Self>,
        eye: &mut Eye,
        truth: Option<&Self>,
    ) -> Result<()> {
        let ends = [
            (handle.first_key_value()?, truth.map(Self::first_key_value)),
            (handle.last_key_value()?, truth.map(Self::last_key_value)),
        ];
        for (end, truth) in ends {
            eye.same(&end.is_some(), truth.map(|truth| truth.is_some()).as_ref());
            if let Some((key, value)) = end {
                let truth = truth.flatten();
                K::look(key, eye, truth.map(|truth| truth.0))?;
                V::look(value, eye, truth.map(|truth| truth.1))?;
            }
        }
        let middle = K::generate(&mut Unstructured::new(b"in the middle"));
        let mut truth = truth.map(|truth| truth.range(&middle..));
        for entry in handle.range(&middle..)? {
            if !eye.opens() {
                return Ok(());
            }
            let (key, value) = entry?;
            let truth = truth.as_mut().map(Iterator::next);
            eye.same(&true, truth.map(|truth| truth.is_some()).as_ref());
            let truth = truth.flatten();
            K::look(key, eye, truth.map(|truth| truth.0))?;
            V::look(value, eye, truth.map(|truth| truth.1))?;
        }
        let rest = truth.map_or(0, Iterator::count);
        eye.same(&rest, Some(&0));
        Ok(())
    }
}

/// Sets.
macro_rules! sets {
    ($($set:ident: $($bound:ident)+;)*) => {$(
        impl<K: Shape + Lookup<K> + $($bound +)+ Eq> Shape for $set<K> {
            fn generate(from: &mut Unstructured<'_>) -> Self {
                (0..count(from, 160)).map(|_| K::generate(from)).collect()
            }

            fn look(lazy: Self::Lazy<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                eye.same(&lazy.len(), truth.map(Self::len).as_ref());
                let loaded = lazy.load()?;
                eye.same(&loaded, truth);
                for key in truth.unwrap_or(&loaded) {
                    if !lazy.contains(key) {
                        eye.missed(key);
                    }
                }
                Ok(())
            }

            fn look_away(handle: Self::Handle<'_>, eye: &mut Eye, truth: Option<&Self>) -> Result<()> {
                eye.same(&handle.len(), truth.map(Self::len).as_ref());
                for key in handle.iter()? {
                    if !eye.opens() {
                        return Ok(());
                    }
                    K::look(key?, eye, None)?;
                }
                let loaded = handle.load()?;
                eye.same(&loaded, truth);
                for key in truth.unwrap_or(&loaded) {
                    if !handle.contains(key)? {
                        eye.missed(key);
                    }
                }
                Ok(())
            }
        }
    )*};
}

sets! {
    HashSet: Hash;
    BTreeSet: Ord;
}
