/// Somebody who plays.
pub struct Player {
    /// From 1 to 99.
    pub level: u32,
    #[parcode(chunkable, compression = "lz4")]
    inventory: Vec<u32>,
    #[parcode(map)]
    friends: HashMap<String, Self>,
    #[parcode(skip)]
    cache: Vec<u8>,
    #[parcode(serde)]
    json: Value,
    #[parcode(with = "seconds")]
    since: Instant,
}
