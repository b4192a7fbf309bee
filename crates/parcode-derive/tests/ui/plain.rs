use parcode::ParcodeObject;

#[derive(Clone, Copy, Debug, ParcodeObject)]
#[parcode(plain)]
#[repr(C)]
struct Padded {
    small: u8,
    large: u32,
}

fn main() {}
