//! Who is measured. A new peer is a file here, and a line in [`all`].

#[cfg(feature = "schemas")]
mod capnp;
#[cfg(feature = "databases")]
mod database;
#[cfg(feature = "schemas")]
mod flatbuffers;
mod floor;
#[cfg(feature = "schemas")]
mod generated;
#[cfg(feature = "databases")]
mod lmdb;
mod mapped;
pub mod parcode;
pub mod real;
#[cfg(feature = "databases")]
mod redb;
mod rkyv;
mod six;
#[cfg(feature = "databases")]
mod sqlite;
mod std;
pub mod whole;

use self::whole::Whole;
use crate::peer::Peer;
use ::std::path::Path;

/// All peers, each with its file in `folder`, in the order of the tables. Parcode comes first: the
/// others are compared with it.
pub fn all(folder: &Path) -> Vec<Box<dyn Peer>> {
    vec![
        Box::new(parcode::ParcodePeer::new(folder, parcode::Use::Plain)),
        Box::new(parcode::ParcodePeer::new(folder, parcode::Use::OneThread)),
        Box::new(parcode::ParcodePeer::new(folder, parcode::Use::Lz4)),
        Box::new(six::Chunked::new(folder)),
        Box::new(six::Inline::new(folder)),
        Box::new(rkyv::Rkyv::new(folder, rkyv::Use::Unchecked)),
        Box::new(rkyv::Rkyv::new(folder, rkyv::Use::Checked)),
        Box::new(rkyv::Rkyv::new(folder, rkyv::Use::Random)),
        #[cfg(feature = "schemas")]
        Box::new(flatbuffers::FlatBuffers::new(
            folder,
            flatbuffers::Use::Unchecked,
        )),
        #[cfg(feature = "schemas")]
        Box::new(flatbuffers::FlatBuffers::new(
            folder,
            flatbuffers::Use::Checked,
        )),
        #[cfg(feature = "schemas")]
        Box::new(capnp::CapnProto::new(folder)),
        #[cfg(feature = "databases")]
        Box::new(database::Database::<redb::Redb>::new(folder)),
        #[cfg(feature = "databases")]
        Box::new(database::Database::<lmdb::Lmdb>::new(folder)),
        #[cfg(feature = "databases")]
        Box::new(database::Database::<sqlite::Sqlite>::new(folder)),
        Box::new(Whole::<whole::Wincode>::new(folder)),
        Box::new(Whole::<whole::Bitcode>::new(folder)),
        Box::new(Whole::<whole::Bincode>::new(folder)),
        Box::new(Whole::<whole::BincodeFixed>::new(folder)),
        Box::new(Whole::<whole::Postcard>::new(folder)),
        Box::new(std::Std::new(std::Use::OneThread)),
        Box::new(std::Std::new(std::Use::TwoThreads)),
        Box::new(floor::Floor::new(folder)),
    ]
}
