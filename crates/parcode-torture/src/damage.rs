//! What happens to bytes on their way: bits flip, files end early, pages are lost, pieces of other
//! files get in. No checksum is made right again, so what comes out is an error or the true value.

use fastrand::Rng;

/// A damaged copy of `good`; `other` is another file, a piece of which may get in.
#[must_use]
pub fn damage(good: &[u8], other: &[u8], random: &mut Rng) -> Vec<u8> {
    let mut bytes = good.to_vec();
    for _ in 0..random.u8(1..=3) {
        damage_once(&mut bytes, other, random);
    }
    bytes
}

/// Somewhere in so many bytes.
fn range(len: usize, most: usize, random: &mut Rng) -> std::ops::Range<usize> {
    let start = random.usize(0..=len);
    start..start + random.usize(0..=most.min(len - start))
}

fn damage_once(bytes: &mut Vec<u8>, other: &[u8], random: &mut Rng) {
    let len = bytes.len();
    match random.u8(0..10) {
        0 => bytes.truncate(random.usize(0..=len)),
        1 => {
            // A page that was never written, or was lost.
            let page = [64, 512, 4096][random.usize(0..3)];
            let start = random.usize(0..=len) / page * page;
            let end = len.min(start + page);
            bytes[start.min(end)..end].fill(0);
        }
        2 => {
            let from = range(len, 256, random);
            let piece = bytes[from].to_vec();
            let to = random.usize(0..=len - piece.len());
            bytes[to..to + piece.len()].copy_from_slice(&piece);
        }
        3 => {
            let gone = range(len, 64, random);
            bytes.drain(gone);
        }
        4 => {
            let piece = bytes[range(len, 64, random)].to_vec();
            let at = random.usize(0..=len);
            bytes.splice(at..at, piece);
        }
        5 => {
            let piece = &other[range(other.len(), 1024, random)];
            let at = random.usize(0..=len);
            let end = len.min(at + piece.len());
            bytes.splice(at..end, piece.iter().copied());
        }
        6 => bytes.extend_from_slice(&vec![random.u8(..); random.usize(1..64)]),
        _ => {
            for _ in 0..random.u8(1..8) {
                if let Some(byte) = random.choice(bytes.iter_mut()) {
                    *byte = random.u8(..);
                }
            }
        }
    }
}
