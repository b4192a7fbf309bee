//! What the types of the subjects may be one day: damaged and hostile files are read as these, too.

use crate::shape;
use crate::shape::{Eye, Shape};
use crate::subjects::{Keyed, Kind, Name, Player, Point, World};
use parcode::{ParcodeFile, Result};
use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

shape! {
    struct LaterPlayer {
        #[parcode(default)] inline rank: i128,
        inline name: Option<String>,
        inline level: u64,
        inline inventory: Vec<u64>,
        #[parcode(chunkable, default)] away titles: Option<Vec<String>>,
    }
}

shape! {
    struct LaterPoint {
        inline id: u64,
        #[parcode(default)] inline name: String,
        inline at: [f64; 3],
    }
}

shape! {
    struct LaterWorld {
        inline id: i128,
        #[parcode(alias = "text")] inline title: String,
        inline letter: char,
        inline maybe: Option<Option<(bool, char)>>,
        inline outcome: std::result::Result<u32, String>,
        inline pair: (i128, f64),
        #[parcode(chunkable)] away shapes: Vec<Kind>,
        inline words: BTreeMap<String, u64>,
        #[parcode(map)] away order: HashMap<i128, String>,
        inline seen: BTreeSet<u32>,
        #[parcode(chunkable)] away player: LaterPlayer,
        #[parcode(chunkable)] away extent: Vec<LaterPoint>,
        #[parcode(chunkable)] away squeezed: Vec<u16>,
        inline pressed: Vec<String>,
        #[parcode(chunkable)] away players: Vec<LaterPlayer>,
        #[parcode(map)] away hashed: BTreeMap<String, LaterPlayer>,
        #[parcode(map)] away ordered: HashMap<(u32, String), u64>,
        inline set: HashSet<u64>,
        inline long: String,
        inline far: LaterPlayer,
        #[parcode(from_one)] inline tuple: Vec<(u16, String)>,
    }
}

shape! {
    struct LaterKeyed {
        #[parcode(map)] away hashed: BTreeMap<Name, Option<bool>>,
        #[parcode(map)] away ordered: HashMap<(Option<String>, Vec<u8>), u32>,
        #[parcode(map)] away units: BTreeMap<i128, ()>,
        #[parcode(chunkable)] away deque: Vec<Option<u32>>,
    }
}

/// Reads a file that should hold a `T` as what that became; `None` where it stayed what it is.
pub(crate) fn look<T: Shape>(file: &ParcodeFile, tired: u32) -> Option<Result<()>> {
    let is = |ty: TypeId| ty == TypeId::of::<T>();
    let eye = &mut Eye::new(tired);
    Some(if is(TypeId::of::<World>()) {
        read::<LaterWorld>(file, eye)
    } else if is(TypeId::of::<Keyed>()) {
        read::<LaterKeyed>(file, eye)
    } else if is(TypeId::of::<Vec<Player>>()) {
        read::<Vec<LaterPlayer>>(file, eye)
    } else if is(TypeId::of::<Vec<Point>>()) {
        read::<Vec<LaterPoint>>(file, eye)
    } else if is(TypeId::of::<Vec<u32>>()) {
        read::<Vec<Option<u64>>>(file, eye)
    } else if is(TypeId::of::<HashMap<String, Player>>()) {
        read::<BTreeMap<String, LaterPlayer>>(file, eye)
    } else if is(TypeId::of::<HashMap<u32, u16>>()) {
        read::<HashMap<u64, u32>>(file, eye)
    } else if is(TypeId::of::<BTreeMap<String, u64>>()) {
        read::<HashMap<String, i128>>(file, eye)
    } else {
        return None;
    })
}

fn read<L: Shape>(file: &ParcodeFile, eye: &mut Eye) -> Result<()> {
    L::look_away(file.root::<L>()?, eye, None)?;
    file.load::<L>().map(|_| ())
}
