//! How the entries of a map are cut into shards by hash: in equal shares of the hashes where that
//! gives even shards, else where a shard is full.

use crate::format::share_of;

/// A cut of entries, which are named by their numbers. It depends on hashes and sizes alone, not on
/// the order in which a map happens to give its entries.
#[derive(Debug)]
pub(super) struct HashCut {
    /// Whether shards have equal shares of the hashes.
    pub(super) shares: bool,
    /// The entries' hashes and numbers, those of one shard behind another.
    order: Vec<(u64, usize)>,
    /// Where the shards start in that order.
    firsts: Vec<usize>,
}

/// A share may be so many times as large as shards aim at.
const UNEVENNESS: usize = 4;

impl HashCut {
    /// A cut of the entries of these hashes and sizes.
    pub(super) fn of(weighed: &[(u64, usize)], target: usize) -> Self {
        Self::shares(weighed, target).unwrap_or_else(|| Self::runs(weighed, target))
    }

    /// Gives every shard the same share of the hashes, where that is even enough.
    fn shares(weighed: &[(u64, usize)], target: usize) -> Option<Self> {
        let total = weighed.iter().map(|(_, size)| *size as u64).sum();
        let shards = u64::div_ceil(total, target as u64).max(1) as usize;
        let shard_of = |hash: u64| share_of(hash, shards);
        // What a shard holds: entries and bytes.
        let mut held = vec![(0, 0); shards];
        for (hash, size) in weighed {
            if let Some((entries, bytes)) = held.get_mut(shard_of(*hash)) {
                *entries += 1;
                *bytes += *size;
            }
        }
        let limit = target.saturating_mul(UNEVENNESS);
        let even = |(entries, bytes): &(usize, usize)| *entries == 1 || *bytes <= limit;
        if held.iter().any(|shard| shard.0 == 0 || !even(shard)) {
            return None;
        }
        let mut next = 0;
        let first = |(entries, _)| {
            next += entries;
            next - entries
        };
        let firsts: Vec<usize> = held.into_iter().map(first).collect();
        let mut free = firsts.clone();
        let mut order = vec![(0, 0); weighed.len()];
        for (number, (hash, _)) in weighed.iter().enumerate() {
            if let Some(free) = free.get_mut(shard_of(*hash)) {
                if let Some(place) = order.get_mut(*free) {
                    *place = (*hash, number);
                }
                *free += 1;
            }
        }
        Some(Self {
            shares: true,
            order,
            firsts,
        })
    }

    /// Cuts in the order of the hashes where a shard is full, but never between equal hashes.
    fn runs(weighed: &[(u64, usize)], target: usize) -> Self {
        let mut sorted: Vec<_> = weighed.iter().copied().zip(0..).collect();
        sorted.sort_unstable_by_key(|(weighed, _)| *weighed);
        let (mut firsts, mut filled, mut last) = (Vec::new(), usize::MAX, None);
        for (i, ((hash, size), _)) in sorted.iter().enumerate() {
            if filled.saturating_add(*size) > target && last != Some(*hash) {
                firsts.push(i);
                filled = 0;
            }
            filled = filled.saturating_add(*size);
            last = Some(*hash);
        }
        let hashed = |((hash, _), number)| (hash, number);
        Self {
            shares: false,
            order: sorted.into_iter().map(hashed).collect(),
            firsts,
        }
    }

    pub(super) fn shards(&self) -> usize {
        self.firsts.len()
    }

    /// The hashes and numbers of a shard's entries.
    pub(super) fn shard(&self, shard: usize) -> &[(u64, usize)] {
        let start = self.firsts.get(shard).copied().unwrap_or(0);
        let end = self.firsts.get(shard + 1).copied();
        let end = end.unwrap_or(self.order.len());
        self.order.get(start..end).unwrap_or_default()
    }

    /// The least hash that a shard may hold.
    pub(super) fn fence(&self, shard: usize) -> u64 {
        if self.shares {
            let start = (shard as u128) << 64;
            return start.div_ceil(self.shards() as u128) as u64;
        }
        self.shard(shard).first().map_or(0, |(hash, _)| *hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hashes(count: u64) -> impl Iterator<Item = u64> {
        (0..count).map(|i| i.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    fn check(cut: &HashCut, count: usize) {
        let all = (0..cut.shards()).flat_map(|i| cut.shard(i));
        let mut seen: Vec<_> = all.map(|(_, number)| *number).collect();
        seen.sort_unstable();
        assert!(seen.into_iter().eq(0..count));
        for shard in 0..cut.shards() {
            let end = if shard + 1 < cut.shards() {
                cut.fence(shard + 1)
            } else {
                u64::MAX
            };
            for (hash, _) in cut.shard(shard) {
                assert!(cut.fence(shard) <= *hash && *hash < end);
            }
        }
    }

    #[test]
    fn even_entries_are_cut_in_shares() {
        let weighed: Vec<_> = hashes(10_000).map(|hash| (hash, 100)).collect();
        let cut = HashCut::of(&weighed, 8192);
        assert!(cut.shares);
        assert_eq!(cut.shards(), 1_000_000usize.div_ceil(8192));
        check(&cut, 10_000);
    }

    #[test]
    fn uneven_entries_are_cut_where_a_shard_is_full() {
        let size = |i| if i % 100 == 0 { 100_000 } else { 10 };
        let weighed = hashes(10_000).zip(0..).map(|(hash, i)| (hash, size(i)));
        let cut = HashCut::of(&weighed.collect::<Vec<_>>(), 8192);
        assert!(!cut.shares);
        check(&cut, 10_000);
    }

    #[test]
    fn equal_hashes_stay_together() {
        let cut = HashCut::of(&[(7, 5000); 10], 8192);
        assert_eq!((cut.shards(), cut.shares), (1, false));
    }
}
