//! The corpora of the fuzz targets and what was found, replayed in every run of the tests, without a nightly.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation
)]

use fastrand::Rng;
use parcode_torture::targets::{TARGETS, Target};
use parcode_torture::{Data, LONG_SUBJECTS, SUBJECTS, Tree, damage};
use std::fs;
use std::path::{Path, PathBuf};

/// Damaged copies of each input, each tried as it is and with words of the dictionary in it.
const COPIES: usize = 15;

/// The corpus of a target, which is in the repository.
fn corpus(target: &Target) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus");
    let entries = fs::read_dir(folder.join(target.name)).unwrap();
    let paths = entries.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = paths
        .map(|path| (path.clone(), fs::read(path).unwrap()))
        .collect();
    files.sort();
    files
}

/// The words of the dictionary that the fuzzer has.
fn dictionary() -> Vec<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/dictionary");
    let text = fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let words = lines.filter_map(|line| line.split_once('"')?.1.strip_suffix('"'));
    words.map(unescaped).collect()
}

/// The bytes of a word: as they stand, or two hexadecimal digits behind `\x`.
fn unescaped(word: &str) -> Vec<u8> {
    let mut parts = word.split("\\x");
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        let (number, rest) = part.split_at(2);
        bytes.push(u8::from_str_radix(number, 16).unwrap());
        bytes.extend_from_slice(rest.as_bytes());
    }
    bytes
}

/// A copy of `input` with some words of the dictionary over it, or put in between.
fn worded(input: &[u8], words: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.u8(1..=3) {
        let word = &words[random.usize(0..words.len())];
        let at = random.usize(0..=bytes.len());
        let replaced = if random.bool() { word.len() } else { 0 };
        let end = (at + replaced).min(bytes.len());
        bytes.splice(at..end, word.iter().copied());
    }
    bytes
}

/// Each input of each target's corpus, and a few damaged copies of it, are tried: as the fuzzer would,
/// but for the feedback. The copies are others than in `fuzz/run.sh`, and the same in every run.
fn replay(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).unwrap();
    let inputs = corpus(target);
    assert!(inputs.len() >= 5, "the corpus of {name} is there");
    let words = dictionary();
    assert!(words.len() >= 30, "the dictionary is there");
    let mut random = Rng::with_seed(1);
    for (i, (path, input)) in inputs.iter().enumerate() {
        println!("{}", path.display());
        (target.run)(input);
        let other = &inputs[(i + 1) % inputs.len()].1;
        for _ in 0..COPIES {
            let damaged = damage(input, other, &mut random);
            (target.run)(&damaged);
            (target.run)(&worded(&damaged, &words, &mut random));
        }
    }
}

macro_rules! replays {
    ($($name:ident)*) => {
        mod corpus_of {$(
            #[test]
            fn $name() {
                super::replay(stringify!($name));
            }
        )*}
    };
}

replays!(open chunk arrangement map_shard sequence_index schema round_trip);

/// A value in one chunk that is nested as deep as is allowed, and ones nested as deep as bytes can say.
#[test]
fn nesting_has_an_end() {
    let subject = SUBJECTS.iter().find(|known| known.name == "kinds").unwrap();
    let saved = subject.save(&mut arbitrary::Unstructured::new(&[255; 16]));
    let nested = |levels: u32| {
        // A sequence of one element, a `Deep` whose pointer leads to the next; the last is `Nothing`.
        let mut body = [8u32, 1].map(u32::to_le_bytes).concat();
        for level in 1..=levels {
            let mut slot = vec![3; 1];
            slot.extend_from_slice(&(8 + 17 * level).to_le_bytes());
            slot.resize(17, 0);
            body.extend_from_slice(&slot);
        }
        body.resize(body.len() + 17, 0);
        let mut tree = Tree::of(saved.bytes());
        let root = tree.top[0].unwrap();
        let (links, text) = (Vec::new(), Vec::new());
        tree.runs[root].data = Data::Chunk { body, links, text };
        subject.read(&tree.seal())
    };
    // 127 pointers, behind the sequence itself.
    let deepest = nested(127);
    assert_eq!(deepest.refused, deepest.refused_anyway, "{deepest:?}");
    for levels in [128, 1000, 1_000_000] {
        let verdict = nested(levels);
        assert!(verdict.refused > verdict.refused_anyway, "{verdict:?}");
    }
}

/// Files that were found, each named after its type: what was wrong with them is not any more.
#[test]
fn what_was_found() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found");
    let mut tried = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let (subject, _) = name.split_once(", ").unwrap();
        let subject = SUBJECTS.iter().find(|known| known.name == subject).unwrap();
        let verdict = subject.read(&fs::read(&path).unwrap());
        assert!(verdict.wrong.is_none(), "{name}: {verdict:?}");
        assert!(
            verdict.refused > verdict.refused_anyway,
            "{name}: {verdict:?}"
        );
        tried += 1;
    }
    assert!(tried >= 2);
}

/// The seeds in the repository are those that `examples/seeds.rs` writes: a change of the format shows.
#[test]
fn seeds_are_of_this_format() {
    for target in TARGETS {
        let corpus = corpus(&target);
        for (i, seed) in (target.seeds)().into_iter().enumerate() {
            let name = format!("seed-{i:02}");
            let kept = corpus.iter().find(|(path, _)| path.ends_with(&name));
            let same = kept.is_some_and(|(_, bytes)| *bytes == seed);
            assert!(
                same,
                "{}/{name}: cargo run -p parcode-torture --example seeds",
                target.name
            );
        }
    }
}

/// What is taken apart and sealed again is the same file.
#[test]
fn sealing_gives_the_same_bytes() {
    // The long ones have pages of indexes and levels of checksums.
    for (i, subject) in SUBJECTS.iter().chain(LONG_SUBJECTS).enumerate() {
        let mut bytes = vec![0; 3000];
        Rng::with_seed(i as u64).fill(&mut bytes);
        let saved = subject.save(&mut arbitrary::Unstructured::new(&bytes));
        assert!(
            Tree::of(saved.bytes()).seal() == saved.bytes(),
            "{}",
            subject.name
        );
    }
}
