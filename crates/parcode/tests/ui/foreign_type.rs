use parcode::ParcodeObject;

struct Foreign;

#[derive(ParcodeObject)]
struct Player {
    level: u32,
    foreign: Foreign,
    name: String,
}

fn main() {}
