//! Formats for data that is not the world: what can be saved, loaded, and asked one question.

use super::mapped::map;
use super::parcode::{self, Use};
use super::rkyv::{access, save as save_rkyv};
use super::whole::{self, Bincode, Bitcode, Codec, Postcard, Wincode};
use crate::Result;
use crate::data::cities::{ArchivedCities, Cities, checksum_of};
use crate::data::minecraft::Game;
use crate::peer::Durability::Unsynced;
use crate::peer::Loaded;
use ::parcode::{Parcode, ParcodeObject, Root};
use ::rkyv::{rancor, tuple::ArchivedTuple3};
use ::six::cities as six_cities;
use ::six::parcode::Parcode as Six;
use ::std::path::{Path, PathBuf};
use ::std::rc::Rc;

/// A way to keep one certain value.
pub struct Format {
    pub name: &'static str,
    pub path: PathBuf,
    /// `None` for the source that the data came from.
    pub save: Option<Box<dyn Fn(&Path) -> Result<()>>>,
    pub load: Box<dyn Fn(&Path) -> Result<Box<dyn Loaded>>>,
    /// Opens the file, answers one question, and closes it.
    pub find: Box<dyn Fn(&Path) -> Result<Option<u64>>>,
}

/// A loaded value that can answer the question.
trait Asked: Loaded + 'static {
    fn answer(&self) -> Option<u64>;
}

/// A format that decodes everything for one answer.
fn whole<T: Asked>(name: &'static str, path: PathBuf, load: fn(&Path) -> Result<T>) -> Format {
    Format {
        name,
        path,
        save: None,
        load: Box::new(move |path| Ok(Box::new(load(path)?))),
        find: Box::new(move |path| Ok(load(path)?.answer())),
    }
}

fn codec<C: Codec<T>, T: Asked>(folder: &Path, value: &Rc<T>) -> Format {
    let value = Rc::clone(value);
    let save = move |path: &Path| whole::save::<T, C>(path, &value, Unsynced);
    Format {
        save: Some(Box::new(save)),
        ..whole(C::NAME, folder.join(C::NAME), whole::load::<T, C>)
    }
}

/// Parcode as it comes, on one thread, and with LZ4.
fn parcodes<T: Asked + ParcodeObject>(
    folder: &Path,
    value: &Rc<T>,
    find: fn(&Root<T>) -> Result<Option<u64>>,
) -> impl Iterator<Item = Format> {
    [Use::Plain, Use::OneThread, Use::Lz4]
        .into_iter()
        .map(move |used| {
            let value = Rc::clone(value);
            Format {
                name: used.name(),
                path: folder.join(used.name()),
                save: Some(Box::new(move |path| {
                    parcode::save(path, &*value, used, Unsynced)
                })),
                load: Box::new(move |path| Ok(Box::new(parcode::load::<T>(path, used)?))),
                find: Box::new(move |path| find(&Parcode::open_root::<T>(path)?)),
            }
        })
}

const LISBON: (&str, &str, u32) = ("PT", "Lisbon", 0);

impl Asked for Cities {
    fn answer(&self) -> Option<u64> {
        let (country, name, which) = LISBON;
        let city = self.by_place.get(&(country.into(), name.into(), which))?;
        Some(city.lat.to_bits())
    }
}

pub fn cities(folder: &Path, json: &Path) -> Result<Vec<Format>> {
    let cities = Rc::new(Cities::read(json)?);
    let lisbon = |cities: &Root<Cities>| {
        let city = cities.get().by_place.get_lazy(&LISBON)?;
        Ok(city.map(|city| city.lat.to_bits()))
    };
    let mut formats: Vec<Format> = parcodes(folder, &cities, lisbon).collect();
    formats.extend([
        six(folder, &cities),
        rkyv(folder, &cities),
        codec::<Wincode, _>(folder, &cities),
        codec::<Bitcode, _>(folder, &cities),
        codec::<Bincode, _>(folder, &cities),
        codec::<Postcard, _>(folder, &cities),
        whole("JSON, its source", json.into(), Cities::read),
    ]);
    Ok(formats)
}

fn rkyv(folder: &Path, cities: &Rc<Cities>) -> Format {
    let cities = Rc::clone(cities);
    Format {
        name: "rkyv, unchecked",
        path: folder.join("rkyv"),
        save: Some(Box::new(move |path| save_rkyv(path, &*cities, Unsynced))),
        load: Box::new(|path| {
            let map = map(path)?;
            let cities = access::<ArchivedCities>(&map);
            let cities: Cities = ::rkyv::deserialize::<_, rancor::Error>(cities)?;
            Ok(Box::new(cities))
        }),
        find: Box::new(|path| {
            let map = map(path)?;
            let by_place = &access::<ArchivedCities>(&map).by_place;
            let city = by_place.get_with(&LISBON, |lisbon, place| {
                let ArchivedTuple3(country, name, which) = place;
                *lisbon == (country.as_str(), name.as_str(), which.to_native())
            });
            Ok(city.map(|city| city.lat.to_native().to_bits()))
        }),
    }
}

impl Loaded for six_cities::Cities {
    fn checksum(&self) -> u64 {
        checksum_of(
            self.all.iter().map(|city| city.lat),
            self.by_place.values().map(|city| city.lng),
            self.by_name.iter().map(|named| &named.positions),
        )
    }
}

fn six(folder: &Path, cities: &Cities) -> Format {
    let city = |city: &crate::data::cities::City| six_cities::City {
        name: city.name.clone(),
        lat: city.lat,
        lng: city.lng,
        country: city.country.clone(),
        admin1: city.admin1.clone(),
        admin2: city.admin2.clone(),
    };
    let by_place = cities.by_place.iter();
    let by_name = cities.by_name.iter();
    let by_name = by_name.map(|(name, positions)| six_cities::Named {
        name: name.clone(),
        positions: positions.clone(),
    });
    let cities = six_cities::Cities {
        all: cities.all.iter().map(city).collect(),
        by_place: by_place
            .map(|(place, of)| (place.clone(), city(of)))
            .collect(),
        by_name: by_name.collect(),
    };
    Format {
        name: "parcode 0.6.1",
        path: folder.join("six.par"),
        save: Some(Box::new(move |path| Ok(Six::save(path, &cities)?))),
        load: Box::new(|path| Ok(Box::new(Six::load::<six_cities::Cities, _>(path)?))),
        find: Box::new(|path| {
            let (country, name, which) = LISBON;
            let file = Six::open(path)?;
            let cities = file.root::<six_cities::Cities>()?;
            let city = cities.by_place.get(&(country.into(), name.into(), which))?;
            Ok(city.map(|city| city.lat.to_bits()))
        }),
    }
}

const BLOCK: &str = "oak_stairs";

impl Loaded for Game {
    fn checksum(&self) -> u64 {
        let drops: usize = self.blocks.iter().map(|block| block.drops.len()).sum();
        let recipes: usize = self.recipes.values().map(Vec::len).sum();
        let shapes: usize = self.collisions.shapes.values().map(Vec::len).sum();
        let texts: usize = self.language.values().map(String::len).sum();
        let more = self.items.len() + self.entities.len() + self.collisions.blocks.len();
        (drops + recipes * 3 + shapes * 5 + texts * 7 + more * 11) as u64
    }
}

impl Asked for Game {
    fn answer(&self) -> Option<u64> {
        let block = self.blocks.get(*self.block_ids.get(BLOCK)? as usize)?;
        Some(block.resistance.to_bits())
    }
}

/// Its types are those of JSON tables: untagged, flattened, with fields left out. Formats that do
/// not describe themselves cannot read such types back through serde.
pub fn minecraft(folder: &Path, tables: &Path) -> Result<Vec<Format>> {
    let game = Rc::new(Game::read(tables)?);
    let stairs = |game: &Root<Game>| {
        let game = game.get();
        let Some(id) = game.block_ids.get(BLOCK)? else {
            return Ok(None);
        };
        let block = game.blocks.get_lazy(id as usize)?;
        Ok(block.map(|block| block.resistance.to_bits()))
    };
    let mut formats: Vec<Format> = parcodes(folder, &game, stairs).collect();
    formats.push(whole("JSON, its source", tables.into(), |folder| {
        Game::read(folder)
    }));
    Ok(formats)
}
