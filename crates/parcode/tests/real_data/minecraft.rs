//! The tables of a game.

#[path = "../../examples/support/minecraft.rs"]
mod data;

use super::same::{Same, check_entries, check_map, check_ordered, check_vec};
use super::same::{same_fields, same_values};
use super::{Outcome, saved};
use data::{
    Biome, BiomeLazy, Block, BlockLazy, BoundingBox, Cost, Cuboid, Dimension, Enchantment,
    EnchantmentLazy, Entity, EntityCategory, EntityLazy, EntityType, Food, FoodLazy, Game, Item,
    ItemLazy, Recipe, RecipeLazy, Shapes, ShapesLazy, Stack, State, StateLazy, Values, ValuesLazy,
    table,
};
use parcode::Compression;
use serde_json::Value;

same_values!(
    BoundingBox,
    Cost,
    Cuboid,
    Dimension,
    EntityCategory,
    EntityType,
    Stack
);

same_fields! {
    Block as BlockLazy {
        id, name, display_name, hardness, resistance, stack_size, diggable, material,
        transparent, emit_light, filter_light, default_state, min_state_id, max_state_id,
        states, drops, bounding_box, harvest_tools,
    }
    State as StateLazy { name, num_values, values }
    Item as ItemLazy {
        id, name, display_name, stack_size, enchant_categories, max_durability, repair_with,
    }
    Entity as EntityLazy {
        id, internal_id, name, display_name, width, height, r#type, category, metadata_keys,
    }
    Biome as BiomeLazy {
        id, name, category, temperature, has_precipitation, dimension, display_name, color,
    }
    Enchantment as EnchantmentLazy {
        id, name, display_name, max_level, min_cost, max_cost, treasure_only, curse, exclude,
        category, weight, tradeable, discoverable,
    }
    Food as FoodLazy {
        id, name, stack_size, display_name, food_points, saturation, effective_quality,
        saturation_ratio,
    }
}

impl Same for Values {
    fn same(&self, lazy: &ValuesLazy<'_>) -> bool {
        match (self, lazy) {
            (Self::Bool, ValuesLazy::Bool) => true,
            (Self::Int { values }, ValuesLazy::Int { values: lazy })
            | (Self::Enum { values }, ValuesLazy::Enum { values: lazy }) => values.same(lazy),
            _ => false,
        }
    }
}

impl Same for Recipe {
    fn same(&self, lazy: &RecipeLazy<'_>) -> bool {
        match (self, lazy) {
            (
                Self::Shaped { in_shape, result },
                RecipeLazy::Shaped {
                    in_shape: rows,
                    result: made,
                },
            ) => in_shape.same(rows) && result.same(made),
            (
                Self::Shapeless {
                    ingredients,
                    result,
                },
                RecipeLazy::Shapeless {
                    ingredients: from,
                    result: made,
                },
            ) => ingredients.same(from) && result.same(made),
            _ => false,
        }
    }
}

impl Same for Shapes {
    fn same(&self, lazy: &ShapesLazy<'_>) -> bool {
        match (self, lazy) {
            (Self::Same(shape), ShapesLazy::Same(lazy)) => shape.same(lazy),
            (Self::Each(shapes), ShapesLazy::Each(lazy)) => shapes.same(lazy),
            _ => false,
        }
    }
}

#[test]
fn is_what_its_json_says() -> Outcome {
    let Some(folder) = super::data("minecraft-1.21.9") else {
        return Ok(());
    };
    let game = Game::read(&folder)?;
    let tables = [
        ("blocks", serde_json::to_value(&game.blocks)?),
        ("items", serde_json::to_value(&game.items)?),
        ("recipes", serde_json::to_value(&game.recipes)?),
        ("recipes", game.recipes_json),
        (
            "blockCollisionShapes",
            serde_json::to_value(&game.collisions)?,
        ),
        ("entities", serde_json::to_value(&game.entities)?),
        ("biomes", serde_json::to_value(&game.biomes)?),
        ("enchantments", serde_json::to_value(&game.enchantments)?),
        ("foods", serde_json::to_value(&game.foods)?),
        ("language", serde_json::to_value(&game.language)?),
    ];
    for (name, ours) in tables {
        let theirs: Value = table(&folder, name)?;
        assert!(
            numbers_as_floats(ours) == numbers_as_floats(theirs),
            "{name}"
        );
    }
    Ok(())
}

/// `16` and `16.0` are one number, and two values of `serde_json`.
fn numbers_as_floats(value: Value) -> Value {
    match value {
        Value::Number(number) => Value::from(number.as_f64()),
        Value::Array(values) => values.into_iter().map(numbers_as_floats).collect(),
        Value::Object(fields) => {
            let fields = fields.into_iter();
            fields
                .map(|(name, value)| (name, numbers_as_floats(value)))
                .collect()
        }
        other => other,
    }
}

#[test]
fn comes_back() -> Outcome {
    comes_back_from(Compression::None)
}

#[cfg(feature = "lz4")]
#[test]
fn comes_back_from_lz4() -> Outcome {
    comes_back_from(Compression::Lz4)
}

fn comes_back_from(compression: Compression) -> Outcome {
    let Some(folder) = super::data("minecraft-1.21.9") else {
        return Ok(());
    };
    let game = Game::read(&folder)?;
    saved(&game, compression, |file| {
        let lazy = file.root::<Game>()?;
        assert_eq!(lazy.load()?, game);
        check_vec(&game.blocks, lazy.blocks)?;
        check_map(
            &game.block_ids,
            |name| game.block_ids.get(name),
            lazy.block_ids,
        )?;
        check_vec(&game.items, lazy.items)?;
        check_map(
            &game.item_ids,
            |name| game.item_ids.get(name),
            lazy.item_ids,
        )?;
        check_ordered(&game.recipes, lazy.recipes)?;
        assert_eq!(lazy.recipes_json.load()?, game.recipes_json);
        assert_eq!(lazy.collisions.load()?, game.collisions);
        check_map(
            &game.collisions.blocks,
            |name| game.collisions.blocks.get(name),
            lazy.collisions.blocks,
        )?;
        check_ordered(&game.collisions.shapes, lazy.collisions.shapes)?;
        for (shape, boxes) in &game.collisions.shapes {
            let lazy = lazy.collisions.shapes.get_lazy(shape)?;
            assert_eq!(lazy.map(|lazy| lazy.as_slice()), Some(boxes.as_slice()));
        }
        check_vec(&game.entities, lazy.entities)?;
        check_vec(&game.biomes, lazy.biomes)?;
        check_vec(&game.enchantments, lazy.enchantments)?;
        check_vec(&game.foods, lazy.foods)?;
        check_ordered(&game.language, lazy.language)?;
        for prefix in ["block.minecraft.", "block.", "zzz", ""] {
            let entries = game
                .language
                .iter()
                .filter(|(key, _)| key.starts_with(prefix));
            check_entries(entries, lazy.language.prefix(prefix)?)?;
        }
        assert!(lazy.block_ids.get("no such block")?.is_none());
        assert!(lazy.recipes.get(&u32::MAX)?.is_none());
        Ok(())
    })
}
