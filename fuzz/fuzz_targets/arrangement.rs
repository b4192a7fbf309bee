#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| parcode_torture::targets::arrangement(data));
