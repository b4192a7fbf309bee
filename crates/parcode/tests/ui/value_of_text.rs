use parcode::ParcodeObject;

#[derive(Clone, Copy, Debug, ParcodeObject)]
#[parcode(value)]
struct Id<'static_or_not> {
    name: &'static_or_not str,
}

fn main() {}
