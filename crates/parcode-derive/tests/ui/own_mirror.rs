use parcode::ParcodeObject;

#[derive(ParcodeObject)]
enum Kind {
    First,
    Second,
}

#[derive(Clone, Debug, ParcodeObject)]
#[parcode(value)]
struct Id(u64);

fn main() {}
