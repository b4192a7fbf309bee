//! Who is measured. A new peer is a file here, and a line in [`all`].

pub mod parcode;
pub mod rkyv;
pub mod six;
pub mod std;
pub mod whole;

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
        Box::new(whole::Whole::<whole::Wincode>::new(folder)),
        Box::new(whole::Whole::<whole::Bitcode>::new(folder)),
        Box::new(whole::Whole::<whole::Bincode>::new(folder)),
        Box::new(whole::Whole::<whole::BincodeFixed>::new(folder)),
        Box::new(whole::Whole::<whole::Postcard>::new(folder)),
        Box::new(std::Std::default()),
    ]
}
