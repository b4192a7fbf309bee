use parcode::ParcodeObject;

#[derive(ParcodeObject)]
#[parcode(chunkable, view(Named: nme))]
struct Player {
    #[parcode(chunckable)]
    name: String,
    #[parcode(chunkable, compression = "gzip")]
    terrain: Vec<u8>,
    #[parcode(map, serde)]
    players: Vec<u8>,
    #[parcode(skip, chunkable)]
    cache: Vec<u8>,
    #[parcode(rename = "name")]
    other: u8,
}

#[derive(ParcodeObject)]
enum Never {}

#[derive(ParcodeObject)]
union Either {
    a: u8,
    b: u8,
}

fn main() {}
