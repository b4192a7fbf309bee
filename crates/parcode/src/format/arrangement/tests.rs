use super::*;
use crate::error::Flaw;
use crate::format::{ChunkHead, HEAD_LEN, Span};
use crate::wire::{Cursor, Scalar};

/// What a description and content stand for, if they are accepted.
pub(super) fn put(description: &[u8], content: &[u8], len: usize) -> Result<Vec<u8>, Flaw> {
    let mut cursor = Cursor::new(description);
    let arrangement = Arrangement::parse(&mut cursor, len as u64)?.expect("kinds");
    assert!(arrangement.content_len() <= len && arrangement.lanes_len() <= len);
    let mut payload = vec![0; len];
    let mut lanes = vec![0xAA; arrangement.lanes_len()];
    let content = content.get(..arrangement.content_len());
    let short = || Flaw::new("content", "less");
    arrangement.put(content.ok_or_else(short)?, &mut lanes, &mut payload)?;
    Ok(payload)
}

const COUNT: usize = 50;

/// Records of text, numbers, a choice and a repetition; and what they look like in a chunk.
fn records() -> (BodyPlan, Vec<u8>) {
    let part = |at, names| Part { at, names };
    let kind = |stride, unit, parts| Kind {
        stride,
        unit,
        parts,
    };
    // Text, numbers, an option of one behind a pointer, two more texts.
    let some = vec![part(0, Names::Element { kind: 2 })];
    let parts = vec![
        part(0, Names::Text),
        part(8, Names::Elements { kind: 2, align: 4 }),
        part(
            16,
            Names::Choice {
                tag: 1,
                variants: vec![(1, some)],
            },
        ),
        part(
            21,
            Names::Repeat {
                times: 2,
                stride: 8,
                parts: vec![part(0, Names::Text)],
            },
        ),
    ];
    let plan = BodyPlan {
        kinds: vec![
            kind(8, 8, vec![part(0, Names::Elements { kind: 1, align: 1 })]),
            kind(37, 37, parts),
            kind(4, 4, Vec::new()),
        ],
    };
    let mut body = Span {
        start: 8,
        len: COUNT as u32,
    }
    .to_bytes()
    .to_vec();
    body.resize(8 + 37 * COUNT, 0);
    let mut text = String::new();
    for i in 0..COUNT {
        let at = 8 + 37 * i;
        let mut say = |body: &mut Vec<u8>, at: usize, word: String| {
            let (start, len) = (text.len() as u32, word.len() as u32);
            body[at..at + 8].copy_from_slice(&Span { start, len }.to_bytes());
            text.push_str(&word);
        };
        say(&mut body, at, format!("name {i}"));
        body.resize(body.len().next_multiple_of(4), 0);
        let (start, len) = (body.len() as u32, (i % 4) as u32);
        body[at + 8..at + 16].copy_from_slice(&Span { start, len }.to_bytes());
        (0..len).for_each(|n| body.extend_from_slice(&(n * 70_000 + i as u32).to_wire()));
        if i % 3 == 0 {
            body[at + 16] = 1;
            let start = body.len() as u32;
            body[at + 17..at + 21].copy_from_slice(&start.to_wire());
            body.extend_from_slice(&[1, 2, 3, i as u8]);
        }
        say(&mut body, at + 21, "x".repeat(i % 5));
        say(&mut body, at + 29, String::new());
    }
    let head = ChunkHead {
        body: body.len() as u32,
        text: text.len() as u32,
        ..ChunkHead::default()
    };
    (
        plan,
        [&head.to_bytes()[..], &body, text.as_bytes()].concat(),
    )
}

#[test]
fn payloads_come_back() {
    let (plan, payload) = records();
    let arranged = arrange(&payload, &plan).unwrap();
    assert!(arranged.is_moved && arranged.content.len() < payload.len() / 2);
    let back = put(&arranged.description, &arranged.content, payload.len());
    assert!(back.unwrap() == payload);
}

#[test]
fn what_does_not_follow_is_left_alone() {
    let (plan, payload) = records();
    for at in [
        HEAD_LEN,
        HEAD_LEN + 4,
        HEAD_LEN + 8,
        HEAD_LEN + 16,
        HEAD_LEN + 8 + 21,
    ] {
        let mut other = payload.clone();
        other[at + 2] ^= 1;
        assert!(arrange(&other, &plan).is_none(), "at {at}");
    }
    assert!(arrange(&payload, &BodyPlan::default()).is_none());
    assert!(arrange(&payload[..HEAD_LEN - 1], &plan).is_none());
    assert!(arrange(&[], &plan).is_none());
}

/// Numbers that look random and are always the same.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        (self.0 >> 33) as usize % end.max(1)
    }
}

#[test]
fn hostile_descriptions_are_refused_or_harmless() {
    let (plan, payload) = records();
    let arranged = arrange(&payload, &plan).unwrap();
    let (sound, content) = (arranged.description, arranged.content);
    let longer = [&content[..], &[0; 100]].concat();
    let mut accepted = 0;
    let mut attempt = |description: &[u8], content: &[u8], len: usize| {
        accepted += usize::from(put_any(description, content, len));
    };
    for at in 0..sound.len() {
        attempt(&sound[..at], &content, payload.len());
        for value in 0..=255 {
            let mut lie = sound.clone();
            lie[at] = value;
            attempt(&lie, &content, payload.len());
            attempt(&lie, &longer, payload.len() + 100);
        }
    }
    let mut numbers = Numbers(1);
    for _ in 0..3000 {
        let mut lie = sound.clone();
        for _ in 0..=numbers.below(4) {
            let at = numbers.below(lie.len());
            match numbers.below(3) {
                0 => lie[at] = numbers.below(256) as u8,
                1 => lie.insert(at, numbers.below(256) as u8),
                _ => drop(lie.remove(at)),
            }
        }
        let mut content = content.clone();
        let at = numbers.below(content.len());
        content[at] ^= 1 << numbers.below(8);
        attempt(&lie, &content, numbers.below(2 * payload.len()));
    }
    assert!(accepted > 0, "harmless ones are there too");
}

/// Whether this is accepted. Nothing larger than the payload is asked for.
fn put_any(description: &[u8], content: &[u8], len: usize) -> bool {
    match Arrangement::parse(&mut Cursor::new(description), len as u64) {
        Ok(Some(_)) => put(description, content, len).is_ok(),
        Ok(None) | Err(_) => false,
    }
}

#[test]
fn enormous_numbers_are_refused() {
    let refused = |description: &[u8]| {
        let parsed = Arrangement::parse(&mut Cursor::new(description), 6000);
        assert!(parsed.is_err(), "{description:02x?}");
    };
    let huge = [0xFF, 0xFF, 0xFF, 0xFF, 0x0F];
    // Too many kinds, and more kinds than there are bytes.
    refused(&[0x81, 0x02]);
    refused(&[3, 0, 0]);
    // Too many elements, too long ones, units that do not divide them or that are none.
    refused(&[&[1][..], &huge, &[1, 1, 0x04, 0]].concat());
    refused(&[&[1, 1][..], &huge, &[1, 0x04, 0]].concat());
    refused(&[1, 1, 8, 3, 0x14, 0]);
    refused(&[1, 1, 8, 0, 0]);
    refused(&[1, 1, 0, 1, 0x04, 0]);
    // More lanes than are kept.
    refused(&[&[1, 1, 0x88, 0x27, 0x88, 0x27][..], &[0xFC; 157], &[0]].concat());
    // Widths of fewer and of more lanes, and of no width.
    refused(&[1, 1, 8, 8, 0x34, 0]);
    refused(&[1, 1, 8, 8, 0x44, 0]);
    refused(&[1, 1, 8, 8, 0x3D, 0]);
    // Parts beyond their element, of kinds that are not there, of no code, without end.
    refused(&[1, 1, 8, 8, 0x3C, 0x11, 0]);
    refused(&[1, 1, 8, 8, 0x3C, 7, 1, 0]);
    refused(&[1, 1, 8, 8, 0x3C, 12, 0]);
    refused(&[1, 1, 8, 8, 0x3C, 1]);
    // A repetition of nothing, of more than fits, and choices within choices for ever.
    refused(&[1, 1, 8, 8, 0x3C, 6, 9, 0, 0, 0]);
    refused(&[1, 1, 8, 8, 0x3C, 6, 9, 1, 0, 0]);
    refused(
        &[
            &[1, 1, 100, 100, 0xFC, 0xFC, 0xFC, 0x1C][..],
            &[4, 1, 1].repeat(20),
        ]
        .concat(),
    );
}

#[test]
fn lists_within_each_other_take_little_stack() {
    // An element that is a pointer to another of its kind, in as many repetitions as may be.
    let repetition = [6, 1, 4].repeat(DEEPEST);
    let ends = [0; DEEPEST + 2];
    let description = [&[1, 137, 1, 4, 4, 0x18][..], &repetition, &[3, 0], &ends].concat();
    let refused = move || put(&description, &[0; 16], 16 + 4 * 137).is_err();
    let thread = std::thread::Builder::new().stack_size(768 << 10);
    assert!(thread.spawn(refused).unwrap().join().unwrap());
}
