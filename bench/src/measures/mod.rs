//! What is measured. A new measure is an entry of a list in one of these files.

mod lookup;
mod opening;
pub mod real;
mod saving;
mod scanning;
mod terrain;

use crate::Result;
use crate::clock::{Reading, Spread, interleaved};
use crate::data::{Player, Random, Size, World};
use crate::peer::Peer;
use std::path::Path;
use std::time::Duration;

/// A column of the tables.
pub struct Measure {
    pub group: &'static str,
    pub name: &'static str,
    pub unit: Unit,
    pub take: Take,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Unit {
    Seconds,
    Bytes,
    BytesPerSecond,
}

/// How it is taken; `None` where a peer has no such thing.
pub enum Take {
    /// By turns, several times. The number says how many rounds there are to one of the plan.
    Timed(usize, Turn),
    /// From the medians of another measure.
    Derived(&'static str, fn(&Bench<'_>, f64) -> Option<f64>),
    /// Once.
    Counted(fn(&Bench<'_>, &dyn Peer) -> Result<Option<f64>>),
}

/// One turn of a peer, in a round.
pub type Turn = fn(&Bench<'_>, &dyn Peer, usize) -> Result<Option<Reading>>;

/// What is asked, and of what.
pub struct Bench<'a> {
    pub size: Size,
    pub folder: &'a Path,
    pub world: Option<&'a World>,
    pub rounds: usize,
    pub patience: Duration,
    /// The names of all players in random order.
    pub names: Vec<String>,
    /// As many that nobody has.
    pub missing: Vec<String>,
    /// All positions of the vector in random order.
    pub positions: Vec<usize>,
}

/// The result of a measure, peer by peer.
pub struct Column {
    pub group: &'static str,
    pub name: &'static str,
    pub unit: Unit,
    pub cells: Vec<Option<Spread>>,
}

/// All of them, in the order of the tables. Saving comes first: it makes the files.
pub fn all() -> Vec<Measure> {
    let groups = [
        saving::measures(),
        opening::measures(),
        lookup::measures(),
        scanning::measures(),
        terrain::measures(),
    ];
    groups.into_iter().flatten().collect()
}

/// What is worth knowing of a file that is too large for the rest.
pub fn of_opening() -> Vec<Measure> {
    opening::measures()
}

/// Whether taking these makes the files that the others read.
pub fn save_files(measures: &[Measure]) -> bool {
    measures
        .iter()
        .any(|measure| measure.name.starts_with("save"))
}

impl<'a> Bench<'a> {
    /// So many questions are enough, however large the world is.
    const QUESTIONS: usize = 100_000;

    pub fn new(
        size: Size,
        folder: &'a Path,
        world: Option<&'a World>,
        rounds: usize,
        patience: Duration,
    ) -> Self {
        let mut random = Random::new(1);
        let mut positions = random.shuffled(size.players);
        positions.truncate(Self::QUESTIONS);
        let mut named = random.shuffled(size.players);
        named.truncate(Self::QUESTIONS);
        Self {
            size,
            folder,
            world,
            rounds,
            patience,
            names: named.iter().copied().map(Player::name_of).collect(),
            missing: named.iter().copied().map(Player::missing_name).collect(),
            positions,
        }
    }

    /// Takes a measure of all peers. `earlier` are the results so far.
    pub fn take(
        &self,
        measure: &Measure,
        peers: &[Box<dyn Peer>],
        earlier: &[Column],
    ) -> Result<Column> {
        let cells = match measure.take {
            Take::Derived(name, derive) => {
                let from = earlier.iter().find(|column| column.name == name);
                let derive = |cell: &Option<Spread>| derive(self, (*cell)?.median);
                let derive = |cell| derive(cell).map(Spread::single);
                let none = || vec![None; peers.len()];
                Ok(from.map_or_else(none, |from| from.cells.iter().map(derive).collect()))
            }
            Take::Counted(count) => peers
                .iter()
                .map(|peer| Ok(count(self, &**peer)?.map(Spread::single)))
                .collect::<Result<_>>(),
            Take::Timed(factor, take) => {
                let names: Vec<&str> = peers.iter().map(|peer| peer.name()).collect();
                let rounds = self.rounds * factor;
                interleaved(rounds, self.patience, &names, |peer, round| {
                    take(self, &*peers[peer], round)
                })
            }
        };
        Ok(Column {
            group: measure.group,
            name: measure.name,
            unit: measure.unit,
            cells: cells.map_err(|error| format!("{}: {error}", measure.name))?,
        })
    }

    /// A few names, others in each round.
    pub fn some_names(&self, round: usize, count: usize) -> &[String] {
        let count = count.min(self.names.len());
        let windows = (self.names.len() / count).max(1);
        let start = round % windows * count;
        &self.names[start..start + count]
    }
}
