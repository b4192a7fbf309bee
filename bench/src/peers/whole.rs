//! Serialisers that write a value in one piece and read it in one piece.

use crate::Result;
use crate::data::World;
use crate::peer::{Durability, Kind, Loaded, Look, Peer};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

/// Bytes from a value, and back.
pub trait Codec<T> {
    const NAME: &'static str;

    fn encode(value: &T) -> Result<Vec<u8>>;

    fn decode(bytes: &[u8]) -> Result<T>;
}

pub fn save<T, C: Codec<T>>(path: &Path, value: &T, durability: Durability) -> Result<()> {
    write_file(path, &C::encode(value)?, durability)
}

pub fn load<T, C: Codec<T>>(path: &Path) -> Result<T> {
    C::decode(&fs::read(path)?)
}

pub fn write_file(path: &Path, bytes: &[u8], durability: Durability) -> Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    if durability == Durability::Synced {
        file.sync_all()?;
    }
    Ok(())
}

/// The peer made of a codec.
pub struct Whole<C> {
    path: PathBuf,
    codec: std::marker::PhantomData<C>,
}

impl<C: Codec<World>> Whole<C> {
    pub fn new(folder: &Path) -> Self {
        Self {
            path: folder
                .join("world")
                .with_extension(C::NAME.replace(' ', "-")),
            codec: std::marker::PhantomData,
        }
    }
}

impl<C: Codec<World>> Peer for Whole<C> {
    fn name(&self) -> &str {
        C::NAME
    }

    fn kind(&self) -> Kind {
        Kind::Whole
    }

    fn path(&self) -> &Path {
        &self.path
    }

    fn save(&self, world: &World, durability: Durability) -> Result<()> {
        save::<_, C>(&self.path, world, durability)
    }

    fn open(&self, look: Look<'_>) -> Result<()> {
        look(&load::<World, C>(&self.path)?)
    }

    fn load(&self) -> Result<Box<dyn Loaded>> {
        Ok(Box::new(load::<World, C>(&self.path)?))
    }
}

pub struct Bincode;

/// Integers of fixed size: larger, and faster.
pub struct BincodeFixed;

impl<T: bincode::Encode + bincode::Decode<()>> Codec<T> for Bincode {
    const NAME: &'static str = "bincode 2";

    fn encode(value: &T) -> Result<Vec<u8>> {
        Ok(bincode::encode_to_vec(value, bincode::config::standard())?)
    }

    fn decode(bytes: &[u8]) -> Result<T> {
        Ok(bincode::decode_from_slice(bytes, bincode::config::standard())?.0)
    }
}

impl<T: bincode::Encode + bincode::Decode<()>> Codec<T> for BincodeFixed {
    const NAME: &'static str = "bincode 2 fixed";

    fn encode(value: &T) -> Result<Vec<u8>> {
        let config = bincode::config::standard().with_fixed_int_encoding();
        Ok(bincode::encode_to_vec(value, config)?)
    }

    fn decode(bytes: &[u8]) -> Result<T> {
        let config = bincode::config::standard().with_fixed_int_encoding();
        Ok(bincode::decode_from_slice(bytes, config)?.0)
    }
}

pub struct Bitcode;

impl<T: bitcode::Encode + bitcode::DecodeOwned> Codec<T> for Bitcode {
    const NAME: &'static str = "bitcode";

    fn encode(value: &T) -> Result<Vec<u8>> {
        Ok(bitcode::encode(value))
    }

    fn decode(bytes: &[u8]) -> Result<T> {
        Ok(bitcode::decode(bytes)?)
    }
}

pub struct Postcard;

impl<T: Serialize + DeserializeOwned> Codec<T> for Postcard {
    const NAME: &'static str = "postcard";

    fn encode(value: &T) -> Result<Vec<u8>> {
        Ok(postcard::to_stdvec(value)?)
    }

    fn decode(bytes: &[u8]) -> Result<T> {
        Ok(postcard::from_bytes(bytes)?)
    }
}

pub struct Wincode;

/// As it comes, it refuses sequences of more than 4 MiB, against hostile input; its documentation
/// says to raise the limit where there are larger ones.
pub type WincodeConfig = wincode::config::Configuration<true, { 64 << 30 }>;

impl<T> Codec<T> for Wincode
where
    T: wincode::SchemaWrite<WincodeConfig, Src = T>,
    T: for<'de> wincode::SchemaRead<'de, WincodeConfig, Dst = T>,
{
    const NAME: &'static str = "wincode";

    fn encode(value: &T) -> Result<Vec<u8>> {
        Ok(wincode::config::serialize(value, wincode_config())?)
    }

    fn decode(bytes: &[u8]) -> Result<T> {
        Ok(wincode::config::deserialize(bytes, wincode_config())?)
    }
}

pub const fn wincode_config() -> WincodeConfig {
    wincode::config::Configuration::default().with_preallocation_size_limit()
}
