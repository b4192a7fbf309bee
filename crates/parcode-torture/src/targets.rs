//! What the fuzz targets do with their bytes: ordinary functions, so that tests replay a corpus
//! without a fuzzer.

use crate::tree::{Child, Data, Patch, TRAILER};
use crate::{SUBJECTS, Subject, Tree};
use arbitrary::Unstructured;
use std::sync::OnceLock;
use xxhash_rust::xxh3::xxh3_64;

/// A fuzz target: its name, what it does, and inputs to start from.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of the target and of the folder of its corpus.
    pub name: &'static str,
    /// Panics where something is found.
    pub run: fn(&[u8]),
    /// Inputs that reach far.
    pub seeds: fn() -> Vec<Vec<u8>>,
}

/// All of them.
pub const TARGETS: [Target; 7] = [
    Target {
        name: "open",
        run: open,
        seeds: open_seeds,
    },
    Target {
        name: "chunk",
        run: chunk,
        seeds: chunk_seeds,
    },
    Target {
        name: "arrangement",
        run: arrangement,
        seeds: arrangement_seeds,
    },
    Target {
        name: "map_shard",
        run: map_shard,
        seeds: map_shard_seeds,
    },
    Target {
        name: "sequence_index",
        run: sequence_index,
        seeds: sequence_index_seeds,
    },
    Target {
        name: "schema",
        run: schema,
        seeds: schema_seeds,
    },
    Target {
        name: "round_trip",
        run: round_trip,
        seeds: round_trip_seeds,
    },
];

/// A file of each subject, taken apart: not compressed, with as many runs as the first few generated
/// ones have.
fn templates() -> &'static [Tree] {
    static TEMPLATES: OnceLock<Vec<Tree>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let tree = |subject: &Subject, seed: u64| {
            let mut bytes = vec![0; 6000];
            fastrand::Rng::with_seed(seed).fill(&mut bytes);
            // The first byte chooses the codec: none.
            bytes[0] = 255;
            Tree::of(subject.save(&mut Unstructured::new(&bytes)).bytes())
        };
        let richest = |subject: &Subject| {
            let trees = (0..40).map(|seed| tree(subject, seed));
            trees.max_by_key(|tree| tree.runs.len().min(60))
        };
        SUBJECTS.iter().filter_map(richest).collect()
    })
}

/// What the first byte chooses, and the rest.
fn choose<'d>(data: &'d [u8], from: &[usize]) -> Option<(usize, &'d [u8])> {
    let (first, rest) = data.split_first()?;
    Some((from[usize::from(*first) % from.len()], rest))
}

fn all() -> Vec<usize> {
    (0..SUBJECTS.len()).collect()
}

fn named(names: &[&str]) -> Vec<usize> {
    let has = |i: &usize| names.contains(&SUBJECTS[*i].name);
    (0..SUBJECTS.len()).filter(has).collect()
}

/// Any bytes as a file, read as a type that the first byte chooses; the trailer sealed.
pub fn open(data: &[u8]) {
    let Some((subject, rest)) = choose(data, &all()) else {
        return;
    };
    let mut file = rest.to_vec();
    if let Some(at) = file.len().checked_sub(TRAILER) {
        let sum = xxh3_64(&file[at + 8..]);
        file[at..at + 8].copy_from_slice(&sum.to_le_bytes());
    }
    SUBJECTS[subject].read(&file);
    // The bytes as they are: what the checksum alone refuses.
    SUBJECTS[subject].read(rest);
}

fn open_seeds() -> Vec<Vec<u8>> {
    let seed = |(i, tree): (usize, &Tree)| [vec![i as u8], tree.seal()].concat();
    let seeds = templates().iter().enumerate().map(seed);
    seeds.filter(|seed| seed.len() < 6000).collect()
}

/// A payload as the root chunk, its children those of a sound file.
pub fn chunk(data: &[u8]) {
    let Some((subject, payload)) = choose(data, &all()) else {
        return;
    };
    let mut tree = templates()[subject].clone();
    let root = tree.top[0].unwrap();
    tree.runs[root].data = Data::Payload(payload.to_vec());
    SUBJECTS[subject].read(&tree.seal());
}

fn chunk_seeds() -> Vec<Vec<u8>> {
    let seed =
        |(i, tree): (usize, &Tree)| [vec![i as u8], payload(tree, tree.top[0].unwrap())].concat();
    templates().iter().enumerate().map(seed).collect()
}

/// A run of a compressed file whose payload is arranged.
struct Template {
    subject: usize,
    tree: Tree,
    run: usize,
    description: Vec<u8>,
    content: Vec<u8>,
    raw: usize,
}

/// For each subject that has one, the longest arranged payload of the first few generated files.
fn arranged_templates() -> &'static [Template] {
    static TEMPLATES: OnceLock<Vec<Template>> = OnceLock::new();
    TEMPLATES.get_or_init(|| {
        let longest = |(subject, known): (usize, &Subject)| {
            let arranged = |seed: u64| {
                let mut bytes = vec![0; 3000];
                fastrand::Rng::with_seed(seed).fill(&mut bytes);
                // The first byte chooses the codec: LZ4.
                bytes[0] = 0;
                let tree = Tree::of(known.save(&mut Unstructured::new(&bytes)).bytes());
                let runs = 0..tree.runs.len();
                let (run, (description, content, raw)) = runs
                    .filter_map(|run| Some((run, tree.arranged(run)?)))
                    .max_by_key(|(_, (_, content, _))| content.len())?;
                Some(Template {
                    subject,
                    tree,
                    run,
                    description,
                    content,
                    raw,
                })
            };
            let all = (0..20).filter_map(arranged);
            all.max_by_key(|template| template.content.len())
        };
        let subjects = SUBJECTS.iter().enumerate();
        subjects.filter_map(longest).collect()
    })
}

/// A raw length, the length of an arrangement, that and a content, as the stored bytes of a chunk.
pub fn arrangement(data: &[u8]) {
    let templates = arranged_templates();
    let numbers: Vec<usize> = (0..templates.len()).collect();
    let Some((number, rest)) = choose(data, &numbers) else {
        return;
    };
    let Some((lengths, rest)) = rest.split_first_chunk::<4>() else {
        return;
    };
    let [raw, len] = [[lengths[0], lengths[1]], [lengths[2], lengths[3]]];
    let (raw, len) = (u16::from_le_bytes(raw).into(), u16::from_le_bytes(len));
    let (description, content) = rest.split_at(rest.len().min(len.into()));
    let Template {
        subject, tree, run, ..
    } = &templates[number];
    let bytes = [description, &lz4_flex::block::compress(content)].concat();
    let mut tree = tree.clone();
    tree.runs[*run].data = Data::Stored { bytes, raw };
    SUBJECTS[*subject].read(&tree.seal());
}

fn arrangement_seeds() -> Vec<Vec<u8>> {
    let seed = |(i, template): (usize, &Template)| {
        let lengths = [template.raw, template.description.len()];
        let lengths = lengths.map(|len| (len as u16).to_le_bytes()).concat();
        let (description, content) = (&template.description, &template.content);
        [&[i as u8], &lengths[..], description, content].concat()
    };
    let seeds = arranged_templates().iter().enumerate().map(seed);
    seeds.filter(|seed| seed.len() < 6000).collect()
}

/// The payload of a run of an uncompressed file.
fn payload(tree: &Tree, run: usize) -> Vec<u8> {
    tree.stored(run)
}

const MAPS: [&str; 7] = [
    "hashed",
    "hashed numbers",
    "ordered",
    "ordered names",
    "set",
    "nested",
    "keyed",
];

/// A payload as the first shard of a map.
pub fn map_shard(data: &[u8]) {
    let Some((subject, payload)) = choose(data, &named(&MAPS)) else {
        return;
    };
    let mut tree = templates()[subject].clone();
    if let Some(shard) = first_shard(&tree) {
        tree.runs[shard].data = Data::Payload(payload.to_vec());
        SUBJECTS[subject].read(&tree.seal());
    }
}

fn map_shard_seeds() -> Vec<Vec<u8>> {
    let seed = |(i, subject): (usize, usize)| {
        let tree = &templates()[subject];
        Some([vec![i as u8], payload(tree, first_shard(tree)?)].concat())
    };
    named(&MAPS)
        .into_iter()
        .enumerate()
        .filter_map(seed)
        .collect()
}

/// The first shard of the first index of a file.
fn first_shard(tree: &Tree) -> Option<usize> {
    let home = |run: &crate::Run| match &run.data {
        Data::Index(index) => index.entries.first().map(|entry| entry.run),
        Data::Chunk { links, .. } => links.iter().find_map(|link| match &link.child {
            Child::HomeIndex(_, _, index) => index.entries.first().map(|entry| entry.run),
            Child::Run(_) => None,
        }),
        _ => None,
    };
    tree.runs.iter().find_map(home)
}

const INDEXED: [&str; 6] = ["players", "texts", "guarded", "kinds", "ordered", "hashed"];

/// Sixteen bytes as the head of an index, eight as the count of its link, the rest as its entries and
/// separators.
pub fn sequence_index(data: &[u8]) {
    let Some((subject, rest)) = choose(data, &named(&INDEXED)) else {
        return;
    };
    let Some((head, rest)) = rest.split_at_checked(16) else {
        return;
    };
    let Some((count, entries)) = rest.split_at_checked(8) else {
        return;
    };
    let mut tree = templates()[subject].clone();
    let patch = |bytes: &[u8]| Patch {
        at: 0,
        bytes: bytes.to_vec(),
    };
    let mut away = None;
    let root = tree.top[0].unwrap();
    if let Data::Chunk { links, .. } = &mut tree.runs[root].data {
        for link in links {
            link.count = u64::from_le_bytes(count.try_into().unwrap());
            match &link.child {
                Child::HomeIndex(..) => {
                    link.table_patches = vec![patch(&[head, entries].concat())];
                }
                Child::Run(run) => {
                    away = Some(*run);
                    link.table_patches = vec![patch(head)];
                }
            }
        }
    }
    if let Some(run) = away {
        tree.runs[run].patches = vec![patch(entries)];
    }
    SUBJECTS[subject].read(&tree.seal());
}

fn sequence_index_seeds() -> Vec<Vec<u8>> {
    let seed = |(i, subject): (usize, usize)| {
        let tree = &templates()[subject];
        let payload = payload(tree, tree.top[0].unwrap());
        let Data::Chunk { body, links, .. } = &tree.runs[tree.top[0].unwrap()].data else {
            return None;
        };
        let link = links.first()?;
        // The table of the first link, which starts with the head of an index.
        let tables = 16 + body.len() + links.len() * 56;
        let start = tables + 16;
        let count = link.count.to_le_bytes();
        let head = payload.get(tables..start)?;
        let entries = match &link.child {
            Child::HomeIndex(..) => payload.get(start..)?.to_vec(),
            Child::Run(run) => tree.stored(*run),
        };
        Some([&[i as u8], head, &count, &entries].concat())
    };
    named(&INDEXED)
        .into_iter()
        .enumerate()
        .filter_map(seed)
        .collect()
}

/// A payload as the schema. The second byte may change the root's fingerprint, so that the schema is
/// compared with that of the type, or damage every child, so that errors look for the path to it.
pub fn schema(data: &[u8]) {
    let Some((subject, rest)) = choose(data, &all()) else {
        return;
    };
    let Some((flags, payload)) = rest.split_first() else {
        return;
    };
    let mut tree = templates()[subject].clone();
    let [Some(root), Some(schema), _] = tree.top else {
        return;
    };
    tree.runs[schema].data = Data::Schema(payload.to_vec());
    if flags & 1 == 1 {
        tree.runs[root].fingerprint ^= 1;
    }
    let mut file = tree.seal();
    if flags & 2 == 2 {
        // The first byte behind each mark but those at the end.
        let end = file.len();
        for at in (64..end.saturating_sub(4000)).step_by(16) {
            if file[at..].starts_with(b"par\x93") {
                file[at + 32] ^= 1;
            }
        }
    }
    SUBJECTS[subject].read(&file);
}

fn schema_seeds() -> Vec<Vec<u8>> {
    let seed = |(i, tree): (usize, &Tree)| {
        [
            vec![i as u8, i as u8 % 4],
            payload(tree, tree.top[1].unwrap()),
        ]
        .concat()
    };
    templates().iter().enumerate().map(seed).collect()
}

/// A value made from the bytes, saved, and read in every way: each gives the value. Or it is nested too deep,
/// and refused.
pub fn round_trip(data: &[u8]) {
    let Some((subject, rest)) = choose(data, &all()) else {
        return;
    };
    let Some(saved) = SUBJECTS[subject].try_save(&mut Unstructured::new(rest)) else {
        return;
    };
    let verdict = saved.damaged(saved.bytes());
    assert!(
        verdict.refused == verdict.refused_anyway,
        "{verdict:?} of {saved:?}"
    );
    assert!(verdict.wrong.is_none(), "{verdict:?} of {saved:?}");
    let again = Tree::of(saved.bytes()).seal();
    assert!(again == saved.bytes(), "sealed again it differs: {saved:?}");
}

fn round_trip_seeds() -> Vec<Vec<u8>> {
    let seed = |i: usize| {
        let mut bytes = vec![0; 400];
        fastrand::Rng::with_seed(i as u64).fill(&mut bytes);
        bytes[0] = i as u8;
        bytes
    };
    all().into_iter().map(seed).collect()
}
