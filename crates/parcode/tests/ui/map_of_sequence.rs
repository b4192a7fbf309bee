use parcode::ParcodeObject;

#[derive(ParcodeObject)]
struct World {
    #[parcode(map)]
    players: Vec<u32>,
}

fn main() {}
