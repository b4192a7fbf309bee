//! A conversion must return the type of its field.

use parcode::ParcodeObject;

#[derive(ParcodeObject)]
struct Price {
    #[parcode(upgrade_with = "cents")]
    cents: u64,
}

fn cents(euros: u32) -> String {
    euros.to_string()
}

fn main() {}
