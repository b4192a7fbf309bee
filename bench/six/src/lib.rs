//! The world in the types of `parcode` 0.6.1, whose derive writes `parcode::` and therefore needs the
//! crate under its own name.

pub use parcode;

/// The types, once for each way to keep inventories.
macro_rules! world {
    ($module:ident, $what:literal $(, #[$inventory:meta])?) => {
        #[doc = $what]
        pub mod $module {
            use parcode::ParcodeObject;
            use serde::{Deserialize, Serialize};
            use std::collections::HashMap;

            #[derive(Serialize, Deserialize, ParcodeObject, Debug)]
            pub struct World {
                pub id: u64,
                pub name: String,
                #[parcode(chunkable)]
                pub settings: Settings,
                #[parcode(chunkable)]
                pub terrain: Vec<u8>,
                #[parcode(map)]
                pub players: HashMap<String, Player>,
                #[parcode(chunkable)]
                pub all_players: Vec<Player>,
            }

            #[derive(Serialize, Deserialize, ParcodeObject, Debug, Clone)]
            pub struct Settings {
                pub difficulty: u8,
                #[parcode(chunkable)]
                pub history: Vec<String>,
            }

            #[derive(Serialize, Deserialize, ParcodeObject, Debug, Clone)]
            pub struct Player {
                pub name: String,
                pub level: u32,
                pub position: [f32; 3],
                $(#[$inventory])?
                pub inventory: Vec<u32>,
            }
        }
    };
}

world!(
    chunked,
    "As the documentation of 0.6.1 draws it: every inventory is a chunk.",
    #[parcode(chunkable)]
);
world!(
    inline,
    "Inventories inside their players, which is kinder to 0.6.1."
);

/// The cities. 0.6.1 opens no ordered maps lazily, so that one is a vector of its sorted entries.
pub mod cities {
    use parcode::ParcodeObject;
    use serde::{Deserialize, Serialize};
    use std::collections::HashMap;

    #[derive(Serialize, Deserialize, ParcodeObject, Debug)]
    pub struct Cities {
        #[parcode(chunkable)]
        pub all: Vec<City>,
        #[parcode(map)]
        pub by_place: HashMap<(String, String, u32), City>,
        #[parcode(chunkable)]
        pub by_name: Vec<Named>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Debug, Clone)]
    pub struct Named {
        pub name: String,
        pub positions: Vec<u32>,
    }

    #[derive(Serialize, Deserialize, ParcodeObject, Debug, Clone)]
    pub struct City {
        pub name: String,
        pub lat: f64,
        pub lng: f64,
        pub country: String,
        pub admin1: String,
        pub admin2: String,
    }
}
