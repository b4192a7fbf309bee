//! What stands in a mirror for data that is not read yet: views of what lies in the mirror's own
//! chunk, handles of what may be away, and their iterators.

mod boxed;
mod container;
pub(crate) mod elements;
pub(crate) mod entries;
mod key_range;
mod map;
mod map_iter;
mod map_range;
mod map_view;
mod rescue;
mod seq_view;
mod set;
mod table;
mod vec;
mod vec_iter;
mod with;

pub use boxed::{BoxView, LazyBox};
pub use container::{MapContainer, OrderedContainer, SeqContainer, SetContainer};
pub use key_range::KeyRange;
pub use map::{LazyMap, StoredMap};
pub use map_iter::{MapIter, MapKeys, MapValues};
pub use map_range::MapRange;
pub use map_view::{MapView, MapViewIter};
pub use seq_view::{VecView, VecViewIter};
pub use set::{LazySet, SetIter, SetRange, SetView, SetViewIter};
pub use vec::LazyVec;
pub use vec_iter::LazyVecIter;
pub use with::LazyWith;
