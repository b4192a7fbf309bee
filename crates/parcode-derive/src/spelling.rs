//! What an unknown word was probably meant to be.

/// The word of `known` that `word` is most likely a slip of, if any is close.
pub(crate) fn closest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let near = |candidate: &str| {
        let tolerated = 1 + candidate.len() / 4;
        let distance = distance(word, candidate);
        let begun = word.len() >= 3 && (candidate.starts_with(word) || word.starts_with(candidate));
        (distance <= tolerated || begun).then_some(distance)
    };
    known
        .iter()
        .filter_map(|candidate| Some((near(candidate)?, *candidate)))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many letters must be added, removed or replaced to make one word of the other.
fn distance(a: &str, b: &str) -> usize {
    // `row` holds the distances of the part of `a` read so far to every beginning of `b`.
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (above, y) in row.iter_mut().skip(1).zip(b.bytes()) {
            let here = (diagonal + usize::from(x != y)).min(left.min(*above) + 1);
            diagonal = core::mem::replace(above, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_other_words_are_not() {
        let known = ["chunkable", "compression", "map", "rename", "skip"];
        for (word, meant) in [
            ("chunckable", Some("chunkable")),
            ("chunk", Some("chunkable")),
            ("compress", Some("compression")),
            ("compresion", Some("compression")),
            ("maps", Some("map")),
            ("skip_serializing", Some("skip")),
            ("flatten", None),
            ("", None),
        ] {
            assert_eq!(closest(word, &known), meant, "{word}");
        }
    }

    #[test]
    fn the_distance_counts_letters() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("same", "same"), 0);
    }
}
