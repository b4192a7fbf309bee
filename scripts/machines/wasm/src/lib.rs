//! What `run.mjs` calls: each golden value written, and each golden file read, by WebAssembly.
//!
//! Bytes go between the two in one buffer, whose place and length the host asks for.

#[path = "../../../../crates/parcode/tests/golden/values.rs"]
mod values;

use parcode::{ErrorKind, Parcode};
use std::panic;
use std::sync::{Mutex, MutexGuard, PoisonError};
use values::{KEPT, Kept, SQUEEZED, kept, squeezed, write_kept};

static BUFFER: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn buffer() -> MutexGuard<'static, Vec<u8>> {
    BUFFER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sets the length of the buffer, and tells where it is.
#[unsafe(no_mangle)]
pub extern "C" fn make_room(len: usize) -> *mut u8 {
    let mut buffer = buffer();
    buffer.clear();
    buffer.resize(len, 0);
    buffer.as_mut_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn buffer_place() -> *const u8 {
    buffer().as_ptr()
}

#[unsafe(no_mangle)]
pub extern "C" fn buffer_len() -> usize {
    buffer().len()
}

/// What a panic says is left in the buffer; the panic itself stops the program.
#[unsafe(no_mangle)]
pub extern "C" fn start() {
    panic::set_hook(Box::new(|info| {
        *buffer() = info.to_string().into_bytes();
    }));
}

/// One golden file.
struct Golden {
    name: &'static str,
    /// Its bytes as they are written here; none where they are the codec's.
    write: Option<fn() -> Vec<u8>>,
    /// Reads it eagerly and lazily, and compares.
    read: fn(Vec<u8>),
}

const GOLDEN: [Golden; 2] = [
    Golden {
        name: KEPT,
        write: Some(|| write_kept().unwrap()),
        read: read_kept,
    },
    Golden {
        name: SQUEEZED,
        write: None,
        read: read_squeezed,
    },
];

#[unsafe(no_mangle)]
pub extern "C" fn golden_count() -> usize {
    GOLDEN.len()
}

/// Puts the name of a golden file in the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn golden_name(number: usize) {
    *buffer() = GOLDEN[number].name.into();
}

/// Puts the bytes of a golden file in the buffer as they are written here; whether there are any that
/// must be equal.
#[unsafe(no_mangle)]
pub extern "C" fn golden_write(number: usize) -> bool {
    let written = GOLDEN[number].write.map(|write| write());
    let is_written = written.is_some();
    *buffer() = written.unwrap_or_default();
    is_written
}

/// Reads the golden file whose bytes are in the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn golden_read(number: usize) {
    let bytes = std::mem::take(&mut *buffer());
    (GOLDEN[number].read)(bytes);
}

fn read_kept(bytes: Vec<u8>) {
    let kept = kept();
    let file = Parcode::open_bytes(bytes.clone()).unwrap();
    file.verify().unwrap();
    assert_eq!(file.load::<Kept>().unwrap(), kept);
    assert_eq!(file.metadata().unwrap()["kept"], "for ever");

    let file = file.clone();
    let lazy = file.root::<Kept>().unwrap();
    assert_eq!(lazy.number, kept.number);
    assert_eq!(lazy.text, kept.text);
    assert_eq!(file.stats().chunks_verified, 1, "only the root was read");
    assert_eq!(lazy.plain.as_slice().unwrap(), kept.plain);
    assert_eq!(lazy.plain.get(299).unwrap(), Some(299));
    for (text, expected) in lazy.texts.iter().unwrap().zip(&kept.texts) {
        assert_eq!(text.unwrap(), expected);
    }
    for (key, numbers) in &kept.hashed {
        let found = lazy.hashed.get_lazy(key).unwrap().unwrap();
        assert_eq!(found.as_slice(), numbers);
    }
    assert!(lazy.hashed.get_lazy("no such key").unwrap().is_none());
    for entry in lazy.ordered.range(-5..5).unwrap() {
        let (key, text) = entry.unwrap();
        assert_eq!(text, kept.ordered[&key].as_deref());
    }

    // Damage is told here as everywhere.
    let mut spoilt = bytes;
    spoilt[200] ^= 1;
    let damaged = Parcode::load_bytes::<Kept>(spoilt).unwrap_err();
    assert_eq!(damaged.kind(), ErrorKind::Damaged, "{damaged}");
    // What has no file system says so.
    let refused = Parcode::save("kept.par", &kept).unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Io, "{refused}");
}

fn read_squeezed(bytes: Vec<u8>) {
    let file = Parcode::open_bytes(bytes).unwrap();
    let lazy = file.root::<Vec<u8>>().unwrap();
    assert_eq!(lazy.get(4999).unwrap(), Some(7));
    assert_eq!(lazy.as_slice().unwrap(), squeezed());
    assert_eq!(file.load::<Vec<u8>>().unwrap(), squeezed());
    // And what is compressed here is read here.
    let mut again = Vec::new();
    let builder = Parcode::builder().compression(true);
    builder.write_to_writer_sync(&mut again, &squeezed()).unwrap();
    assert_eq!(Parcode::load_bytes::<Vec<u8>>(again).unwrap(), squeezed());
}
