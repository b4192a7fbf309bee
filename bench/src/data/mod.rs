//! What is saved and read: the same value for every peer.

pub mod cities;
/// The types of Parcode's own example, as they are.
#[allow(clippy::all, dead_code, unfulfilled_lint_expectations)]
#[path = "../../../crates/parcode/examples/support/minecraft.rs"]
pub mod minecraft;
pub mod random;
pub mod world;

pub use random::Random;
pub use world::{Player, Settings, Size, World};
