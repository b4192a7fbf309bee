//! The tables of a game (`minecraft-data`): every field of every table, as Rust would have it.

#![allow(unreachable_pub, reason = "a module of an example and of a test")]

use parcode::ParcodeObject;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::Path;

/// What is saved. Blocks and items are numbered by their positions.
#[derive(ParcodeObject, Debug, PartialEq)]
pub struct Game {
    #[parcode(chunkable)]
    pub blocks: Vec<Block>,
    #[parcode(map)]
    pub block_ids: HashMap<String, u32>,
    #[parcode(chunkable)]
    pub items: Vec<Item>,
    #[parcode(map)]
    pub item_ids: HashMap<String, u32>,
    /// By the item that they make.
    #[parcode(map)]
    pub recipes: BTreeMap<u32, Vec<Recipe>>,
    /// The same as it came, for whom the JSON is enough: any type of serde can be kept.
    #[parcode(serde, chunkable)]
    pub recipes_json: serde_json::Value,
    #[parcode(chunkable)]
    pub collisions: Collisions,
    #[parcode(chunkable)]
    pub entities: Vec<Entity>,
    #[parcode(chunkable)]
    pub biomes: Vec<Biome>,
    #[parcode(chunkable)]
    pub enchantments: Vec<Enchantment>,
    #[parcode(chunkable)]
    pub foods: Vec<Food>,
    /// In the order of the keys, which are paths: `block.minecraft.stone`.
    #[parcode(map)]
    pub language: BTreeMap<String, String>,
}

impl Game {
    /// Reads the folder with the JSON files.
    pub fn read(folder: &Path) -> Result<Self, Box<dyn Error>> {
        let blocks: Vec<Block> = table(folder, "blocks")?;
        let items: Vec<Item> = table(folder, "items")?;
        Ok(Self {
            block_ids: blocks
                .iter()
                .map(|block| (block.name.clone(), block.id))
                .collect(),
            item_ids: items
                .iter()
                .map(|item| (item.name.clone(), item.id))
                .collect(),
            blocks,
            items,
            recipes: table(folder, "recipes")?,
            recipes_json: table(folder, "recipes")?,
            collisions: table(folder, "blockCollisionShapes")?,
            entities: table(folder, "entities")?,
            biomes: table(folder, "biomes")?,
            enchantments: table(folder, "enchantments")?,
            foods: table(folder, "foods")?,
            language: table(folder, "language")?,
        })
    }
}

/// One of the tables, as a type that fits it.
pub fn table<T: DeserializeOwned>(folder: &Path, name: &str) -> Result<T, Box<dyn Error>> {
    let path = folder.join(name).with_extension("json");
    let json = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let table = serde_json::from_slice(&json);
    table.map_err(|error| format!("{}: {error}", path.display()).into())
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Block {
    pub id: u32,
    pub name: String,
    pub display_name: String,
    pub hardness: f64,
    pub resistance: f64,
    pub stack_size: u8,
    pub diggable: bool,
    pub material: String,
    pub transparent: bool,
    pub emit_light: u8,
    pub filter_light: u8,
    pub default_state: u32,
    pub min_state_id: u32,
    pub max_state_id: u32,
    pub states: Vec<State>,
    /// Items.
    pub drops: Vec<u32>,
    pub bounding_box: BoundingBox,
    /// The tools that get something out of it, where not all do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub harvest_tools: Option<BTreeMap<u32, bool>>,
}

/// A property that the states of a block differ in.
#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
pub struct State {
    pub name: String,
    pub num_values: u8,
    #[serde(flatten)]
    pub values: Values,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Values {
    Bool,
    Int { values: Vec<String> },
    Enum { values: Vec<String> },
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum BoundingBox {
    Block,
    Empty,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Item {
    pub id: u32,
    pub name: String,
    pub display_name: String,
    pub stack_size: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enchant_categories: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_durability: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repair_with: Option<Vec<String>>,
}

/// Untagged in the JSON: the fields say which it is.
#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(untagged, rename_all_fields = "camelCase", deny_unknown_fields)]
pub enum Recipe {
    /// Rows of items and of empty places.
    Shaped {
        in_shape: Vec<Vec<Option<u32>>>,
        result: Stack,
    },
    Shapeless {
        ingredients: Vec<u32>,
        result: Stack,
    },
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(deny_unknown_fields)]
#[parcode(value)]
pub struct Stack {
    pub id: u32,
    pub count: u8,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Collisions {
    #[parcode(map)]
    pub blocks: HashMap<String, Shapes>,
    #[parcode(map)]
    pub shapes: BTreeMap<u32, Vec<Cuboid>>,
}

/// A number or an array in the JSON.
#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(untagged)]
pub enum Shapes {
    /// All states of the block have this shape.
    Same(u32),
    /// State by state.
    Each(Vec<u32>),
}

/// Six numbers in the JSON. Plain data: lists of it are lent as slices.
#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(from = "[f64; 6]", into = "[f64; 6]")]
#[parcode(plain)]
#[repr(C)]
pub struct Cuboid {
    pub min: [f64; 3],
    pub max: [f64; 3],
}

impl From<[f64; 6]> for Cuboid {
    fn from([x0, y0, z0, x1, y1, z1]: [f64; 6]) -> Self {
        let (min, max) = ([x0, y0, z0], [x1, y1, z1]);
        Self { min, max }
    }
}

impl From<Cuboid> for [f64; 6] {
    fn from(Cuboid { min, max }: Cuboid) -> Self {
        let ([x0, y0, z0], [x1, y1, z1]) = (min, max);
        [x0, y0, z0, x1, y1, z1]
    }
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Entity {
    pub id: u32,
    pub internal_id: u32,
    pub name: String,
    pub display_name: String,
    pub width: f64,
    pub height: f64,
    pub r#type: EntityType,
    pub category: EntityCategory,
    pub metadata_keys: Vec<String>,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum EntityType {
    Ambient,
    Animal,
    Hostile,
    Living,
    Mob,
    Other,
    Passive,
    Player,
    Projectile,
    WaterCreature,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
pub enum EntityCategory {
    #[serde(rename = "Hostile mobs")]
    HostileMobs,
    Immobile,
    #[serde(rename = "Passive mobs")]
    PassiveMobs,
    Projectiles,
    Vehicles,
    #[serde(rename = "UNKNOWN")]
    Unknown,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Biome {
    pub id: u32,
    pub name: String,
    pub category: String,
    pub temperature: f64,
    pub has_precipitation: bool,
    pub dimension: Dimension,
    #[serde(rename = "displayName")]
    pub display_name: String,
    pub color: u32,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum Dimension {
    Overworld,
    Nether,
    End,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "the table has as many")]
pub struct Enchantment {
    pub id: u32,
    pub name: String,
    pub display_name: String,
    pub max_level: u8,
    pub min_cost: Cost,
    pub max_cost: Cost,
    pub treasure_only: bool,
    pub curse: bool,
    /// Names of those that it does not go with.
    pub exclude: Vec<String>,
    pub category: String,
    pub weight: u8,
    pub tradeable: bool,
    pub discoverable: bool,
}

/// `a * level + b`.
#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, Copy, PartialEq)]
#[serde(deny_unknown_fields)]
#[parcode(value)]
pub struct Cost {
    pub a: i32,
    pub b: i32,
}

#[derive(ParcodeObject, Serialize, Deserialize, Debug, Clone, PartialEq)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::struct_field_names, reason = "the name of the table's column")]
pub struct Food {
    pub id: u32,
    pub name: String,
    pub stack_size: u8,
    pub display_name: String,
    pub food_points: f64,
    pub saturation: f64,
    pub effective_quality: f64,
    pub saturation_ratio: f64,
}
