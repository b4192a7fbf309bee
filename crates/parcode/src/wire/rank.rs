//! Where a value stands among sorted ones: the probe of every search in a file.

/// How many elements are looked at around a guess: of two bytes each, one cache line.
const WINDOW: usize = 32;

/// How many of `sorted` are `below`, which those in front are and those behind are not.
///
/// `near` is where interpolation expects the answer. Uniform values are rarely further from it than
/// half a window, and the whole window is counted without a branch; otherwise it is found by
/// bisection. Whatever the order is, the answer is at most the length.
#[allow(clippy::needless_bitwise_bool, reason = "one branch instead of four")]
#[inline]
pub(crate) fn rank<T>(sorted: &[T], near: usize, below: impl Fn(&T) -> bool) -> usize {
    let last = sorted.len().saturating_sub(WINDOW);
    let first = near.saturating_sub(WINDOW / 2).min(last);
    let window = sorted.get(first..).and_then(<[T]>::first_chunk::<WINDOW>);
    let Some(window) = window else {
        return sorted.partition_point(below);
    };
    // Narrow sums: the compiler counts many lanes at once.
    let within = window
        .iter()
        .fold(0u16, |sum, element| sum + u16::from(below(element)));
    let within = usize::from(within);
    // One branch, nearly always taken: where the window lies cannot be predicted.
    let starts_here = (within > 0) | (first == 0);
    let ends_here = (within < WINDOW) | (first == last);
    if starts_here & ends_here {
        return first + within;
    }
    sorted.partition_point(below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_guess_finds_the_rank() {
        for len in [0u32, 1, 31, 32, 33, 64, 500] {
            let sorted: Vec<u32> = (0..len).map(|i| i / 2 * 3).collect();
            for wanted in 0..len * 2 {
                let expected = sorted.iter().filter(|element| **element < wanted).count();
                for near in [0, 1, len / 2, len, len + 100] {
                    let found = rank(&sorted, near as usize, |element| *element < wanted);
                    assert_eq!(found, expected, "{wanted} near {near} of {len}");
                }
            }
        }
    }

    #[test]
    fn disorder_is_harmless() {
        let shuffled: Vec<u32> = (0..100u32).map(|i| i.wrapping_mul(37) % 100).collect();
        for near in 0..120 {
            assert!(rank(&shuffled, near, |element| *element < 50) <= shuffled.len());
        }
    }
}
