//! The tables of a game in one file: nested, optional, enum-heavy and untagged data, and how one
//! finds its way through it without loading it.
//!
//! `cargo run --release --features serde --example minecraft -- FOLDER`
//!
//! The data is the folder `minecraft-data/data/pc/1.21.9` of the npm package `minecraft-data`.

#[path = "support/minecraft.rs"]
mod data;
#[path = "support/steps.rs"]
mod steps;

use data::{BlockLazy, Game, GameLazy, RecipeLazy, ShapesLazy, ValuesLazy};
use parcode::{Parcode, ParcodeFile};
use std::error::Error;
use std::path::PathBuf;
use std::{env, fs, process};
use steps::{step, timed};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(tables) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: minecraft FOLDER");
        process::exit(2);
    };
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("game.par");

    let game = timed("reading the JSON", || Game::read(&tables))?;
    timed("saving it with LZ4", || {
        Parcode::builder().compression(true).write(&path, &game)
    })?;
    println!("{} KB", fs::metadata(&path)?.len() / 1000);
    drop(game);

    let file = timed("opening it", || Parcode::open(&path))?;
    let game = step(&file, "the root", || file.root::<Game>())?;
    let block = step(&file, "a block by name", || block(&game, "oak_stairs"))?;
    println!(
        "  {}, hardness {}, {:?}",
        block.display_name, block.hardness, block.bounding_box
    );
    states(&block);
    drops(&file, &game, &block)?;
    boxes(&file, &game, &block)?;
    recipes(&file, &game, "iron_ingot")?;
    language(&file, &game)?;

    let json = step(&file, "the recipes as JSON, through serde", || {
        game.recipes_json.load()
    })?;
    println!(
        "  {}",
        json.pointer("/784/0").ok_or("no recipe of item 784")?
    );
    let stats = file.stats();
    println!(
        "in all {} of {} bytes were read",
        stats.bytes_verified, stats.file_len
    );
    Ok(())
}

/// A name is looked up in an index, the block by its position.
fn block<'g>(game: &GameLazy<'g>, name: &str) -> Result<BlockLazy<'g>, Box<dyn Error>> {
    let id = game.block_ids.get(name)?.ok_or("no block of that name")?;
    Ok(game
        .blocks
        .get_lazy(id as usize)?
        .ok_or("no block of that number")?)
}

/// Mirrors of enums are matched like the enums.
fn states(block: &BlockLazy<'_>) {
    for state in &block.states {
        match state.values {
            ValuesLazy::Bool => println!("  {}: yes or no", state.name),
            ValuesLazy::Int { values } => println!("  {}: {} numbers", state.name, values.len()),
            ValuesLazy::Enum { values } => println!("  {}: {values:?}", state.name),
        }
    }
}

fn drops(
    file: &ParcodeFile,
    game: &GameLazy<'_>,
    block: &BlockLazy<'_>,
) -> Result<(), Box<dyn Error>> {
    for drop in block.drops {
        let item = step(file, "what it drops", || game.items.get_lazy(drop as usize))?;
        let item = item.ok_or("no item of that number")?;
        println!("  {}, in stacks of {}", item.display_name, item.stack_size);
    }
    Ok(())
}

/// A block has one shape for all its states, or one for each.
fn boxes(
    file: &ParcodeFile,
    game: &GameLazy<'_>,
    block: &BlockLazy<'_>,
) -> Result<(), Box<dyn Error>> {
    let shapes = step(file, "its collision shapes", || {
        game.collisions.blocks.get_lazy(block.name)
    })?;
    let state = block.default_state - block.min_state_id;
    let shape = match shapes.ok_or("no shape of that block")? {
        ShapesLazy::Same(shape) => Some(shape),
        ShapesLazy::Each(shapes) => shapes.get_lazy(state as usize),
    };
    let shape = shape.ok_or("no shape of that state")?;
    let boxes = step(file, "the boxes of one", || {
        game.collisions.shapes.get_lazy(&shape)
    })?;
    for cuboid in boxes.ok_or("no such shape")?.as_slice() {
        println!("  from {:?} to {:?}", cuboid.min, cuboid.max);
    }
    Ok(())
}

fn recipes(file: &ParcodeFile, game: &GameLazy<'_>, name: &str) -> Result<(), Box<dyn Error>> {
    let name_of = |item: u32| -> Result<&str, Box<dyn Error>> {
        Ok(game
            .items
            .get_lazy(item as usize)?
            .ok_or("no item of that number")?
            .name)
    };
    let id = step(file, "an item by name", || game.item_ids.get(name))?;
    let id = id.ok_or("no item of that name")?;
    let recipes = step(file, "its recipes", || game.recipes.get_lazy(&id))?;
    for recipe in recipes.ok_or("it cannot be made")? {
        match recipe {
            RecipeLazy::Shaped { in_shape, result } => {
                println!("  {} {name}:", result.count);
                for row in in_shape {
                    let row = row.iter().map(|item| item.map_or(Ok("-"), name_of));
                    println!("    {}", row.collect::<Result<Vec<_>, _>>()?.join(" "));
                }
            }
            RecipeLazy::Shapeless {
                ingredients,
                result,
            } => {
                let from = ingredients
                    .iter()
                    .map(name_of)
                    .collect::<Result<Vec<_>, _>>()?;
                println!("  {} {name}: {}", result.count, from.join(", "));
            }
        }
    }
    Ok(())
}

fn language(file: &ParcodeFile, game: &GameLazy<'_>) -> Result<(), Box<dyn Error>> {
    let word = step(file, "a string by key", || {
        game.language.get_lazy("block.minecraft.stone")
    })?;
    println!("  {}", word.unwrap_or("(none)"));
    let advancements = step(file, "strings by prefix", || {
        game.language
            .prefix("advancements.nether.")?
            .collect::<parcode::Result<Vec<_>>>()
    })?;
    for (key, text) in advancements.iter().take(3) {
        println!("  {key}: {text}");
    }
    println!("  and so on: {}", advancements.len());
    Ok(())
}
