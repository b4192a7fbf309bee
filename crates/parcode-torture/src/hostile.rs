//! Files that lie: what they say is changed, and every checksum is made right again.

use crate::tree::{Child, Data, Entry, Index, Link, Patch, Run, Tree};
use fastrand::Rng;

/// Numbers near the ends of what holds them, and near what the format counts in.
const ENDS: [u64; 24] = [
    0,
    1,
    2,
    15,
    16,
    0x7F,
    0x80,
    0xFF,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x0001_0000,
    0x7FFF_FFFF,
    0x8000_0000,
    0xFFFF_FFFE,
    0xFFFF_FFFF,
    0x0001_0000_0000,
    u64::MAX / 2,
    u64::MAX / 2 + 1,
    u64::MAX - 167,
    u64::MAX - 31,
    u64::MAX - 15,
    u64::MAX - 1,
    u64::MAX,
];

/// Makes `tree` say something else, in a few places; runs of `other` may get in.
pub fn lie(tree: &mut Tree, other: &Tree, random: &mut Rng) {
    for _ in 0..random.u8(1..=3) {
        match random.u8(0..22) {
            0..6 => payload(tree, random),
            6 => mark(tree, random),
            7..10 => link(tree, random),
            10..13 => index(tree, random),
            13 => replace(tree, other, random),
            14 => deepen(tree, random),
            15 => regions(tree, random),
            16 => trailer(tree, random),
            17 => bomb(tree, random),
            18 => recode(tree, random),
            19 | 20 => arrangement(tree, random),
            _ => fan_out(tree, random),
        }
    }
}

/// A patch somewhere: a number near an end, of any width, or a run of equal bytes.
fn patch(random: &mut Rng) -> Patch {
    let end = ENDS[random.usize(0..ENDS.len())].to_le_bytes();
    let bytes = match random.u8(0..8) {
        0..4 => vec![random.u8(..)],
        4 => end[..2].to_vec(),
        5 => end[..4].to_vec(),
        6 => end.to_vec(),
        _ => vec![random.u8(..); random.usize(1..40)],
    };
    let at = random.usize(0..1 << 20);
    // Numbers of slots lie anywhere, those of the format at multiples of four.
    let at = if random.bool() { at & !3 } else { at };
    Patch { at, bytes }
}

fn any_run<'t>(tree: &'t mut Tree, random: &mut Rng) -> &'t mut Run {
    let run = random.usize(0..tree.runs.len());
    &mut tree.runs[run]
}

fn payload(tree: &mut Tree, random: &mut Rng) {
    let run = any_run(tree, random);
    let body = match &mut run.data {
        Data::Chunk { body, .. } if !body.is_empty() && random.u8(0..3) > 0 => body,
        _ => {
            run.patches.push(patch(random));
            return;
        }
    };
    // A slot: an offset or a length a little off, or two spans exchanged.
    let at = random.usize(0..body.len());
    match random.u8(0..4) {
        0 => body[at] = body[at].wrapping_add(1),
        1 => body[at] = body[at].wrapping_sub(1),
        2 => Patch::apply(&[patch(random)], body),
        _ => {
            let other = random.usize(0..body.len());
            for i in 0..8 {
                if at.max(other) + i < body.len() {
                    body.swap(at + i, other + i);
                }
            }
        }
    }
}

fn mark(tree: &mut Tree, random: &mut Rng) {
    let run = any_run(tree, random);
    if random.u8(0..4) == 0 {
        run.fingerprint ^= 1 << random.u8(0..64);
        return;
    }
    let (at, width) = [(4, 1), (5, 1), (6, 2), (8, 4), (12, 4), (8, 8)][random.usize(0..6)];
    let end = match random.bool() {
        true => ENDS[random.usize(0..ENDS.len())],
        false => random.u64(0..8),
    };
    let bytes = end.to_le_bytes()[..width].to_vec();
    run.mark_patches.push(Patch { at, bytes });
}

/// The links of a chunk that has some.
fn any_links<'t>(tree: &'t mut Tree, random: &mut Rng) -> Option<&'t mut Vec<Link>> {
    let links = tree.runs.iter_mut().filter_map(|run| match &mut run.data {
        Data::Chunk { links, .. } if !links.is_empty() => Some(links),
        _ => None,
    });
    random.choice(links.collect::<Vec<_>>())
}

fn link(tree: &mut Tree, random: &mut Rng) {
    let runs = tree.runs.len();
    let Some(links) = any_links(tree, random) else {
        return;
    };
    let i = random.usize(0..links.len());
    match random.u8(0..8) {
        // Another run, a sibling's child, or all of them one.
        0 => links[i].child = Child::Run(random.usize(0..runs)),
        1 => links[i] = links[random.usize(0..links.len())].clone(),
        2 => {
            let one = links[i].clone();
            links.fill(one);
        }
        3 => links[i].count = ENDS[random.usize(0..ENDS.len())],
        4 => {
            links[i].count = links[i]
                .count
                .wrapping_add(random.u64(0..3))
                .wrapping_sub(1);
        }
        5 => {
            let at = [0, 40, 48, 52][random.usize(0..4)];
            let end = ENDS[random.usize(0..ENDS.len())].to_le_bytes();
            let width = if at < 48 { 8 } else { 4 };
            let bytes = end[..width].to_vec();
            links[i].patches.push(Patch { at, bytes });
        }
        6 => links[i].table_patches.push(patch(random)),
        _ => {
            links.remove(i);
        }
    }
}

fn any_index<'t>(tree: &'t mut Tree, random: &mut Rng) -> Option<&'t mut Index> {
    let mut indexes = Vec::new();
    for run in &mut tree.runs {
        match &mut run.data {
            Data::Index(index) => indexes.push(index),
            Data::Chunk { links, .. } => {
                indexes.extend(links.iter_mut().filter_map(|link| match &mut link.child {
                    Child::HomeIndex(_, _, index) => Some(index),
                    Child::Run(_) => None,
                }));
            }
            _ => {}
        }
    }
    random.choice(indexes)
}

fn index(tree: &mut Tree, random: &mut Rng) {
    let runs = tree.runs.len();
    let Some(index) = any_index(tree, random) else {
        return;
    };
    let entries = &mut index.entries;
    if entries.is_empty() {
        return;
    }
    let (i, j) = (
        random.usize(0..entries.len()),
        random.usize(0..entries.len()),
    );
    match random.u8(0..12) {
        0 => entries.swap(i, j),
        1 => entries[i].run = entries[j].run,
        2 => entries[i].fence = entries[j].fence,
        3 => entries[i].fence = ENDS[random.usize(0..ENDS.len())],
        4 => {
            entries[i].fence = entries[i]
                .fence
                .wrapping_add(random.u64(0..3))
                .wrapping_sub(1);
        }
        5 => {
            entries.remove(i);
        }
        6 => {
            let entry = entries[i].clone();
            entries.insert(j, entry);
        }
        7 => {
            let run = entries[i].run;
            for entry in entries {
                entry.run = run;
            }
        }
        8 => entries[i].patches.push(patch(random)),
        9 => index.shard_log2 = *random.choice(&[0, 1, 2, 5, 31, 32, 255]).unwrap_or(&0),
        10 => index.fences = random.u8(0..5),
        _ if index.separators.is_empty() => {
            entries[i] = Entry {
                run: random.usize(0..runs),
                fence: random.u64(..),
                patches: Vec::new(),
            }
        }
        _ => Patch::apply(&[patch(random)], &mut index.separators),
    }
}

/// A run of another file in the place of one of this.
fn replace(tree: &mut Tree, other: &Tree, random: &mut Rng) {
    let Some(mut run) = random.choice(&other.runs).cloned() else {
        return;
    };
    let i = random.usize(0..tree.runs.len());
    if random.bool() {
        run.fingerprint = tree.runs[i].fingerprint;
    }
    tree.runs[i] = run;
}

/// A chunk of a type that contains itself becomes a chain of its copies.
fn deepen(tree: &mut Tree, random: &mut Rng) {
    let mut chains = Vec::new();
    for (i, run) in tree.runs.iter().enumerate() {
        if let Data::Chunk { links, .. } = &run.data {
            chains.extend(links.iter().filter_map(|link| match link.child {
                Child::Run(child) if tree.runs.get(child)?.fingerprint == run.fingerprint => {
                    Some((i, child))
                }
                _ => None,
            }));
        }
    }
    let Some((parent, child)) = random.choice(chains) else {
        return;
    };
    let copies = random.usize(1..200);
    let link = tree.runs[parent].clone();
    for copy in 0..copies {
        let at = parent + copy;
        let mut next = link.clone();
        for number in next.children() {
            if *number == child && copy > 0 {
                *number = at - 1;
            }
        }
        tree.insert(at, next);
    }
    let last = parent + copies;
    for number in tree.runs[last].children() {
        if *number == child {
            *number = last - 1;
        }
    }
}

/// Regions a little longer or shorter than what is in them.
fn regions(tree: &mut Tree, random: &mut Rng) {
    let run = any_run(tree, random);
    match &mut run.data {
        Data::Chunk { body, text, .. } => {
            let region = if random.bool() { body } else { text };
            match random.u8(0..3) {
                0 => region.truncate(random.usize(0..=region.len())),
                1 => region.extend_from_slice(&vec![random.u8(..); random.usize(1..64)]),
                _ => {
                    let at = random.usize(0..=region.len());
                    region.insert(at, random.u8(..));
                }
            }
        }
        Data::Extent { bytes, page } => match random.u8(0..3) {
            0 => bytes.truncate(random.usize(0..=bytes.len())),
            1 => bytes.extend_from_slice(&[7; 5]),
            _ => *page = random.usize(1..70_000),
        },
        Data::Schema(bytes) | Data::Payload(bytes) | Data::Stored { bytes, .. } => {
            bytes.truncate(random.usize(0..=bytes.len()));
        }
        Data::Index(index) => index.separators.push(random.u8(..)),
    }
}

fn trailer(tree: &mut Tree, random: &mut Rng) {
    match random.u8(0..3) {
        0 => {
            let (a, b) = (random.usize(0..3), random.usize(0..3));
            tree.top.swap(a, b);
        }
        1 => tree.top[random.usize(0..3)] = Some(random.usize(0..tree.runs.len())),
        _ => tree.trailer_patches.push(patch(random)),
    }
}

/// A chunk that becomes much larger when it is decompressed.
fn bomb(tree: &mut Tree, random: &mut Rng) {
    let run = any_run(tree, random);
    let zeros = 1usize << random.u8(10..21);
    match &mut run.data {
        Data::Chunk { body, text, .. } => {
            let region = if random.bool() { body } else { text };
            region.resize(region.len() + zeros, 0);
        }
        Data::Payload(bytes) => bytes.resize(bytes.len() + zeros, 0),
        _ => return,
    }
    run.codec = random.u8(1..3);
}

/// Another codec, or stored bytes that are none of the codec.
fn recode(tree: &mut Tree, random: &mut Rng) {
    let run = any_run(tree, random);
    run.codec = random.u8(0..3);
    if random.bool() {
        let bytes = vec![random.u8(0..4)];
        run.mark_patches.push(Patch { at: 5, bytes });
    }
}

/// What is said of an arrangement, or what is arranged by it.
fn arrangement(tree: &mut Tree, random: &mut Rng) {
    let runs = tree.runs.iter_mut();
    let arranged = runs.filter_map(|run| run.arrangement.as_mut());
    let Some(arranged) = random.choice(arranged.collect::<Vec<_>>()) else {
        return;
    };
    let mut patch = patch(random);
    if random.u8(0..3) == 0 {
        arranged.content_patches.push(patch);
        return;
    }
    patch.at = random.usize(0..arranged.description.len());
    patch.bytes.truncate(random.usize(1..6));
    arranged.patches.push(patch);
}

/// Every link of a chunk to the same child, and every such child's too: a value that doubles at each
/// level.
fn fan_out(tree: &mut Tree, random: &mut Rng) {
    for run in &mut tree.runs {
        if let Data::Chunk { links, .. } = &mut run.data
            && let Some(one) = random.choice(links.clone())
        {
            links.fill(one);
        }
    }
    deepen(tree, random);
}

impl Tree {
    /// Puts `run` in front of run `at`; numbers in it and in others stay what they were.
    pub fn insert(&mut self, at: usize, run: Run) {
        for later in &mut self.runs[at..] {
            for number in later.children() {
                *number += usize::from(*number >= at);
            }
        }
        for top in self.top.iter_mut().flatten() {
            *top += usize::from(*top >= at);
        }
        self.runs.insert(at, run);
    }
}
