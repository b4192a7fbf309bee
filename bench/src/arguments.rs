//! The command line.

use crate::Result;
use std::path::PathBuf;
use std::time::Duration;

pub const HELP: &str = "\
Measures Parcode beside its peers; prints tables, and writes the same as JSON.

cargo run --release -- [OPTIONS]

  --test               tiny data, each measure once: only to see that all of it works
  --rounds N           how often each peer has its turn (default 11)
  --patience SECONDS   how long a peer may take for one measure before it leaves it (default 10)
  --scale LIST         sizes of the world, such as 1,10,100 (default 1); beyond 10, only what opens lazily
  --data FOLDER        real data beside the world: the folder that holds `cities` and `minecraft-*`
  --folder FOLDER      where the files are made (default: parcode-bench in the folder for temporary files)
  --json FILE          where the JSON goes (default results.json)
  --peer TEXT          only peers whose names contain one of these texts, and parcode; may be repeated
  --measure TEXT       only measures whose names contain one of these texts; may be repeated
";

#[derive(Debug)]
pub struct Arguments {
    pub test: bool,
    pub rounds: usize,
    pub patience: Duration,
    pub scales: Vec<usize>,
    pub data: Option<PathBuf>,
    pub folder: PathBuf,
    pub json: PathBuf,
    pub peers: Vec<String>,
    pub measures: Vec<String>,
}

impl Arguments {
    /// `None` where only help was asked for.
    pub fn parse(mut given: impl Iterator<Item = String>) -> Result<Option<Self>> {
        let mut arguments = Self {
            test: false,
            rounds: 11,
            patience: Duration::from_secs(10),
            scales: vec![1],
            data: None,
            folder: std::env::temp_dir().join("parcode-bench"),
            json: "results.json".into(),
            peers: Vec::new(),
            measures: Vec::new(),
        };
        while let Some(option) = given.next() {
            let mut value = || given.next().ok_or(format!("{option} needs a value"));
            match option.as_str() {
                "--test" => {
                    arguments.test = true;
                    arguments.rounds = 1;
                }
                "--rounds" => arguments.rounds = value()?.parse()?,
                "--patience" => arguments.patience = Duration::from_secs_f64(value()?.parse()?),
                "--scale" => {
                    let scales = value()?;
                    let scales = scales.split(',').map(str::parse);
                    arguments.scales = scales.collect::<std::result::Result<_, _>>()?;
                }
                "--data" => arguments.data = Some(value()?.into()),
                "--folder" => arguments.folder = value()?.into(),
                "--json" => arguments.json = value()?.into(),
                "--peer" => arguments.peers.push(value()?),
                "--measure" => arguments.measures.push(value()?),
                "--help" | "-h" => return Ok(None),
                _ => return Err(format!("no such option: {option}\n\n{HELP}").into()),
            }
        }
        Ok(Some(arguments))
    }

    pub fn wants_peer(&self, name: &str) -> bool {
        self.peers.is_empty()
            || name == "parcode"
            || self.peers.iter().any(|text| name.contains(text.as_str()))
    }

    pub fn wants_measure(&self, name: &str) -> bool {
        self.measures.is_empty()
            || self
                .measures
                .iter()
                .any(|text| name.contains(text.as_str()))
    }
}
