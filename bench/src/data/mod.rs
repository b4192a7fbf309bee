//! What is saved and read: the same value for every peer.

pub mod random;
pub mod world;

pub use random::Random;
pub use world::{Player, Settings, Size, World};
