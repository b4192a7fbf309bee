//! Sixteen-bit numbers that lie side by side, looked at all at once: the probe of every lookup by hash.
//!
//! On x86-64 it is written for SSE2, which every such processor has: a window of 16 takes 12
//! instructions, of which the compiler makes 40 in the portable loop. A lookup waits for memory most of
//! its time, and how many of them can wait at once hangs on how few instructions each takes.

/// How many numbers a window holds: half a cache line.
pub(crate) const WINDOW: usize = 16;

/// Numbers as they lie in a file.
pub(crate) type Window = [[u8; 2]; WINDOW];

/// Where the first number of `window` is that equals `wanted`.
#[inline(always)]
pub(crate) fn first_equal(window: &Window, wanted: u16) -> Option<usize> {
    let equal = equal(window, wanted);
    (equal != 0).then(|| equal.trailing_zeros() as usize)
}

/// A bit for each number that equals `wanted`, the first the lowest.
#[cfg(not(target_arch = "x86_64"))]
fn equal(window: &Window, wanted: u16) -> u32 {
    portable(window, wanted)
}

#[cfg(any(test, not(target_arch = "x86_64")))]
fn portable(window: &Window, wanted: u16) -> u32 {
    let wanted = wanted.to_le_bytes();
    (0..).zip(window).fold(0, |equal, (lane, number)| {
        equal | u32::from(*number == wanted) << lane
    })
}

/// A bit for each number that equals `wanted`, the first the lowest.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
#[inline(always)]
fn equal(window: &Window, wanted: u16) -> u32 {
    use std::arch::x86_64::{
        __m128i, _mm_cmpeq_epi16, _mm_movemask_epi8, _mm_packs_epi16, _mm_set1_epi16,
    };
    let [low, high]: [__m128i; 2] = bytemuck::cast(*window);
    // SAFETY: the instructions are those of SSE2, which is part of x86-64. They take and give values,
    // and no address.
    let equal = unsafe {
        let wanted = _mm_set1_epi16(wanted.cast_signed());
        let equal = _mm_packs_epi16(_mm_cmpeq_epi16(low, wanted), _mm_cmpeq_epi16(high, wanted));
        _mm_movemask_epi8(equal)
    };
    equal.cast_unsigned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lane_is_found_and_no_other() {
        for lane in 0..WINDOW {
            for wanted in [0u16, 1, 0xFF, 0x100, 0x7FFF, 0x8000, 0xFFFF] {
                let mut window = [(!wanted).to_le_bytes(); WINDOW];
                assert_eq!(first_equal(&window, wanted), None);
                // One byte is not enough.
                window[(lane + 1) % WINDOW] = (wanted ^ 1).to_le_bytes();
                window[(lane + 2) % WINDOW] = (wanted ^ 0x100).to_le_bytes();
                window[lane] = wanted.to_le_bytes();
                assert_eq!(first_equal(&window, wanted), Some(lane));
                assert_eq!(equal(&window, wanted), portable(&window, wanted));
            }
        }
    }

    #[test]
    fn the_first_of_several_is_found() {
        let window = std::array::from_fn(|lane| (lane as u16 / 3).to_le_bytes());
        for wanted in 0..6 {
            assert_eq!(first_equal(&window, wanted), Some(usize::from(wanted) * 3));
            assert_eq!(equal(&window, wanted), portable(&window, wanted));
        }
        assert_eq!(first_equal(&window, 6), None);
    }
}
