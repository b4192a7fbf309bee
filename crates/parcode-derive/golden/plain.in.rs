#[repr(C)]
#[parcode(plain)]
struct Position {
    x: f32,
    y: f32,
}
