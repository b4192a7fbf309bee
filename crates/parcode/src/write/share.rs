//! How the entries of a map are cut into shards by hash: in equal shares of the hashes where that
//! gives even shards, else where a shard is full.

use crate::format::share_of;

/// A cut of entries, which are named by their numbers. It depends on hashes and sizes alone, not on
/// the order in which a map happens to give its entries.
#[derive(Debug)]
pub(super) struct HashCut {
    /// Whether shards have equal shares of the hashes.
    pub(super) shares: bool,
    /// Hash and size of each entry.
    weighed: Vec<(u64, usize)>,
    /// The entries' numbers, those of one shard behind another.
    order: Vec<usize>,
    /// Where the shards start in that order.
    firsts: Vec<usize>,
}

/// A share may be so many times as large as shards aim at.
const UNEVENNESS: usize = 4;

impl HashCut {
    pub(super) fn of(weighed: Vec<(u64, usize)>, target: usize) -> Self {
        let mut cut = Self {
            shares: true,
            weighed,
            order: Vec::new(),
            firsts: Vec::new(),
        };
        if !cut.into_shares(target) {
            cut.shares = false;
            cut.into_runs(target);
        }
        cut
    }

    /// Gives every shard the same share of the hashes; whether that is even enough.
    fn into_shares(&mut self, target: usize) -> bool {
        let total = self.weighed.iter().map(|(_, size)| *size as u64).sum();
        let shards = u64::div_ceil(total, target as u64).max(1) as usize;
        let shard_of = |hash: u64| share_of(hash, shards);
        // What a shard holds: entries and bytes.
        let mut held = vec![(0, 0); shards];
        for (hash, size) in &self.weighed {
            if let Some((entries, bytes)) = held.get_mut(shard_of(*hash)) {
                *entries += 1;
                *bytes += *size;
            }
        }
        let limit = target.saturating_mul(UNEVENNESS);
        let even = |(entries, bytes): &(usize, usize)| *entries == 1 || *bytes <= limit;
        if held.iter().any(|shard| shard.0 == 0 || !even(shard)) {
            return false;
        }
        let mut next = 0;
        for (entries, _) in held {
            self.firsts.push(next);
            next += entries;
        }
        let mut free = self.firsts.clone();
        self.order = vec![0; self.weighed.len()];
        for (number, (hash, _)) in self.weighed.iter().enumerate() {
            if let Some(free) = free.get_mut(shard_of(*hash)) {
                if let Some(place) = self.order.get_mut(*free) {
                    *place = number;
                }
                *free += 1;
            }
        }
        true
    }

    /// Cuts in the order of the hashes where a shard is full, but never between equal hashes.
    fn into_runs(&mut self, target: usize) {
        let mut order: Vec<_> = self.weighed.iter().copied().zip(0..).collect();
        order.sort_unstable_by_key(|(weighed, _)| *weighed);
        self.firsts.clear();
        let (mut filled, mut last) = (usize::MAX, None);
        for (i, ((hash, size), _)) in order.iter().enumerate() {
            if filled.saturating_add(*size) > target && last != Some(*hash) {
                self.firsts.push(i);
                filled = 0;
            }
            filled = filled.saturating_add(*size);
            last = Some(*hash);
        }
        self.order = order.into_iter().map(|(_, number)| number).collect();
    }

    pub(super) fn shards(&self) -> usize {
        self.firsts.len()
    }

    /// The numbers of a shard's entries.
    pub(super) fn shard(&self, shard: usize) -> &[usize] {
        let start = self.firsts.get(shard).copied().unwrap_or(0);
        let end = self.firsts.get(shard + 1).copied();
        let end = end.unwrap_or(self.order.len());
        self.order.get(start..end).unwrap_or_default()
    }

    /// The hash of an entry.
    pub(super) fn hash(&self, number: usize) -> u64 {
        self.weighed.get(number).map_or(0, |(hash, _)| *hash)
    }

    /// The least hash that a shard may hold.
    pub(super) fn fence(&self, shard: usize) -> u64 {
        if self.shares {
            let start = (shard as u128) << 64;
            return start.div_ceil(self.shards() as u128) as u64;
        }
        self.shard(shard)
            .first()
            .map_or(0, |first| self.hash(*first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(count: u64) -> impl Iterator<Item = u64> {
        (0..count).map(|i| i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn check(cut: &HashCut, count: usize) {
        let mut seen: Vec<_> = (0..cut.shards()).flat_map(|i| cut.shard(i)).collect();
        seen.sort();
        assert!(seen.into_iter().copied().eq(0..count));
        for shard in 0..cut.shards() {
            let end = if shard + 1 < cut.shards() {
                cut.fence(shard + 1)
            } else {
                u64::MAX
            };
            for number in cut.shard(shard) {
                let hash = cut.hash(*number);
                assert!(cut.fence(shard) <= hash && hash < end);
            }
        }
    }

    #[test]
    fn even_entries_are_cut_in_shares() {
        let cut = HashCut::of(hashes(10_000).map(|hash| (hash, 100)).collect(), 8192);
        assert!(cut.shares);
        assert_eq!(cut.shards(), 1_000_000usize.div_ceil(8192));
        check(&cut, 10_000);
    }

    #[test]
    fn uneven_entries_are_cut_where_a_shard_is_full() {
        let size = |i| if i % 100 == 0 { 100_000 } else { 10 };
        let weighed = hashes(10_000).zip(0..).map(|(hash, i)| (hash, size(i)));
        let cut = HashCut::of(weighed.collect(), 8192);
        assert!(!cut.shares);
        check(&cut, 10_000);
    }

    #[test]
    fn equal_hashes_stay_together() {
        let cut = HashCut::of(vec![(7, 5000); 10], 8192);
        assert_eq!((cut.shards(), cut.shares), (1, false));
    }
}
