//! Types that contain themselves: how deep values go, and how little stack is enough.

use parcode::{Parcode, ParcodeObject};
use std::thread;

#[derive(ParcodeObject, Clone)]
struct Old {
    level: u8,
    #[parcode(chunkable)]
    next: Option<Box<Old>>,
    inline: Option<Box<Old>>,
}

#[derive(ParcodeObject, Debug)]
struct New {
    inline: Option<Box<New>>,
    level: u64,
    #[parcode(default)]
    name: String,
    next: Option<Box<New>>,
}

/// A chain: each link behind a pointer of its own, in turns home and away.
fn chain(len: u8) -> Old {
    let last = Old {
        level: 0,
        next: None,
        inline: None,
    };
    (1..len).fold(last, |below, level| {
        let below = Some(Box::new(below));
        if level.is_multiple_of(2) {
            Old {
                level,
                next: below,
                inline: None,
            }
        } else {
            Old {
                level,
                next: None,
                inline: below,
            }
        }
    })
}

fn levels(root: &New) -> Vec<u64> {
    let mut levels = vec![root.level];
    let mut at = root;
    while let Some(below) = at.next.as_deref().or(at.inline.as_deref()) {
        levels.push(below.level);
        at = below;
    }
    levels
}

#[test]
fn the_deepest_values_are_rewritten_on_a_small_stack() {
    for threshold in [0, 1 << 20] {
        let mut bytes = Vec::new();
        Parcode::builder()
            .inline_threshold(threshold)
            .write_to_writer(&mut bytes, &chain(128))
            .unwrap();
        let load = move || {
            let new: New = Parcode::load_bytes(bytes).unwrap();
            assert!(levels(&new).into_iter().eq((0..128).rev()));
        };
        // The stack that threads have unless they ask for another.
        let small = thread::Builder::new().stack_size(2 << 20).spawn(load);
        small.unwrap().join().unwrap();
    }
}
