//! What the compiler says where the derive cannot do what was asked.
//!
//! Errors of attributes are tested in the derive's own crate; here are those that rustc finds in
//! what it wrote, and a few of each kind as they are printed. `TRYBUILD=overwrite` writes them anew.

#[test]
fn errors_say_what_to_write() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}
