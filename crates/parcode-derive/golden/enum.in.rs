enum Shape {
    Empty,
    Circle { radius: f32 },
    Polygon(#[parcode(chunkable)] Vec<[f32; 2]>, String),
}
