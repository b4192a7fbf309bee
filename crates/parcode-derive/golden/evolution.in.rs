#[parcode(upgrade_with = "from_older")]
struct Player {
    #[parcode(alias = "lvl", alias = "rank", upgrade_with = "Level::from_number")]
    level: Level,
    #[parcode(chunkable, default)]
    inventory: Vec<u32>,
    #[parcode(from_one, default = "names::unknown")]
    names: Vec<String>,
    #[parcode(serde, default)]
    json: Value,
}
