//! One table of entries: a map that is home, or a shard of one that is not.

use crate::error::{ErrorKind, ParcodeError, Result};
use crate::format::{AWAY, Span, TableShape};
use crate::object::{Encoder, Measure, Store, by_fragment, too_large};
use crate::wire::KeyBuf;

/// An entry as it is saved.
pub(super) type Entry<'v, K, V> = (&'v K, &'v V);

/// Counts what the entries of a map take.
pub(crate) fn measure_entries<'v, K: Store + 'v, V: Store + 'v>(
    entries: impl ExactSizeIterator<Item = (&'v K, &'v V)>,
    measure: &mut Measure,
) {
    let fragments = TableShape::new(entries.len() as u32).records_at();
    measure.add(fragments.saturating_add(entries.len().saturating_mul(stride::<K, V>())));
    for (key, value) in entries {
        if measure.is_full() {
            return;
        }
        K::__measure(key, measure);
        V::__measure(value, measure);
    }
}

/// Writes a map whose entries are home, and its span at `at`.
pub(crate) fn inline_map<'v, K: Store + 'v, V: Store + 'v>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: impl Iterator<Item = (&'v K, &'v V)>,
    ordered: bool,
) -> Result<()> {
    let entries: Vec<_> = entries.collect();
    if ordered {
        let (keys, check) = (entries.len(), |i| key_of(&entries, i));
        check_order(keys, &check)?;
        return ordered_table(encoder, at, &entries);
    }
    let mut buffer = KeyBuf::new();
    let hashed = entries
        .iter()
        .map(|entry| K::__key_hash(entry.0, &mut buffer));
    let hashed: Vec<_> = hashed.zip(0..).collect();
    hashed_table(encoder, at, &entries, &hashed)
}

/// Writes entries in the order of their keys as one table, and its span at `at`.
pub(super) fn ordered_table<K: Store, V: Store>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: &[Entry<'_, K, V>],
) -> Result<()> {
    let shape = shape(entries.len())?;
    let len = entries.len().checked_mul(stride::<K, V>());
    let start = claim(encoder, at, shape, len)?;
    records(encoder, start as usize, entries.iter())
}

/// Writes the entries of these hashes and numbers, in any order, as one table, and its span at `at`.
pub(super) fn hashed_table<K: Store, V: Store>(
    encoder: &mut Encoder<'_>,
    at: usize,
    entries: &[Entry<'_, K, V>],
    hashed: &[(u64, usize)],
) -> Result<()> {
    let shape = shape(hashed.len())?;
    let order = by_fragment(shape, hashed, &|i| key_of(entries, i))?;
    let ordered = || order.iter().filter_map(|(_, number)| entries.get(*number));
    // Entries of one shard lie all over memory.
    let size = Measure::touching(encoder.settings.inline_threshold, |measure| {
        for (key, value) in ordered() {
            K::__measure(key, measure);
            V::__measure(value, measure);
        }
    });
    let stride = stride::<K, V>();
    encoder.reserve(size);
    let start = claim(encoder, at, shape, shape.len(stride))?;
    shape.write(
        encoder.body_from(start as usize),
        order.iter().map(|(fragment, _)| *fragment),
    );
    records(encoder, start as usize + shape.records_at(), ordered())
}

/// Whether the keys of so many entries ascend as their encodings do.
pub(super) fn check_order(count: usize, key: &dyn Fn(usize) -> Option<KeyBuf>) -> Result<()> {
    let mut last: Option<KeyBuf> = None;
    for i in 0..count {
        let key = key(i);
        if i > 0 && last >= key {
            return Err(ParcodeError::new(
                ErrorKind::Value,
                "keys whose `Ord` is that of their stored form, field by field (a `HashMap` asks for no order)",
                format!("another order between keys {} and {i}", i - 1),
            ));
        }
        last = key;
    }
    Ok(())
}

fn shape(count: usize) -> Result<TableShape> {
    let count = u32::try_from(count).ok().filter(|count| *count < AWAY);
    Ok(TableShape::new(count.ok_or_else(too_large)?))
}

/// Claims a table of `len` bytes, and writes its span at `at`; where it starts.
fn claim(
    encoder: &mut Encoder<'_>,
    at: usize,
    shape: TableShape,
    len: Option<usize>,
) -> Result<u32> {
    let start = encoder.claim(len.unwrap_or(usize::MAX), 1)?;
    let len = shape.count;
    encoder.span(at, Span { start, len });
    Ok(start)
}

fn records<'v, K: Store + 'v, V: Store + 'v>(
    encoder: &mut Encoder<'_>,
    mut record: usize,
    entries: impl Iterator<Item = &'v Entry<'v, K, V>>,
) -> Result<()> {
    encoder.deeper(|encoder| {
        for (key, value) in entries {
            let name = |error: ParcodeError| error.inside(&format!("[{}]", key_name(*key)));
            K::__encode(key, record, encoder).map_err(name)?;
            V::__encode(value, record + K::SLOT, encoder).map_err(name)?;
            record += stride::<K, V>();
        }
        Ok(())
    })
}

pub(super) fn encoded<K: Store>(key: &K) -> KeyBuf {
    let mut encoded = KeyBuf::new();
    K::__key(key, &mut encoded, true);
    encoded
}

pub(super) fn key_of<K: Store, V>(entries: &[Entry<'_, K, V>], i: usize) -> Option<KeyBuf> {
    entries.get(i).map(|(key, _)| encoded(*key))
}

/// A key as an error names it.
fn key_name<K: Store>(key: &K) -> String {
    String::from_utf8_lossy(encoded(key).as_bytes())
        .escape_debug()
        .to_string()
}

/// Bytes of an entry's record: no entry takes none.
pub(super) fn stride<K: Store, V: Store>() -> usize {
    (K::SLOT + V::SLOT).max(1)
}
