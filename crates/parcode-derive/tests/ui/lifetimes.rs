use parcode::ParcodeObject;

#[derive(Clone, Copy, Debug, ParcodeObject)]
#[parcode(value)]
struct Borrowed<'a> {
    name: &'a str,
}

fn main() {}
