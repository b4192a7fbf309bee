use parcode::ParcodeObject;

#[derive(ParcodeObject)]
#[parcode(view(Tagged: tags))]
struct Player {
    tags: Vec<String>,
}

fn main() {}
