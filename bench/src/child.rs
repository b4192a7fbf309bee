//! Peak memory, measured in a process of its own: this program started again, with a hidden argument.

use crate::Result;
use crate::data::{Player, Size, World};
use crate::peer::{Durability, Peer};
use crate::{disk, peers};
use std::path::Path;
use std::process::Command;
use std::str::FromStr;

pub const ARGUMENT: &str = "--child";

/// What the other process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Opens the file and looks up one level.
    LookUp,
    /// Saves a world that was there before.
    Save,
}

impl FromStr for Task {
    type Err = crate::Error;

    fn from_str(task: &str) -> Result<Self> {
        match task {
            "LookUp" => Ok(Self::LookUp),
            "Save" => Ok(Self::Save),
            _ => Err(format!("no task of a child process: {task}").into()),
        }
    }
}

/// By how many bytes the memory of a process grows at most while it does the task.
pub fn peak_memory(task: Task, peer: &dyn Peer, folder: &Path, size: Size) -> Result<u64> {
    let sizes = [size.players, size.terrain, size.history].map(|size| size.to_string());
    let output = Command::new(std::env::current_exe()?)
        .args([ARGUMENT, &format!("{task:?}"), peer.name()])
        .arg(folder)
        .args(sizes)
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("the process that measures memory failed: {said}").into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// The other process.
pub fn run(arguments: &[String]) -> Result<()> {
    let [task, name, folder, players, terrain, history] = arguments else {
        return Err("the arguments of a child process are made by its parent".into());
    };
    let size = Size {
        players: players.parse()?,
        terrain: terrain.parse()?,
        history: history.parse()?,
    };
    let folder = Path::new(folder);
    let rehearsal = folder.join("rehearsal");
    std::fs::create_dir_all(&rehearsal)?;
    rehearse(name, &rehearsal)?;
    disk::remove(&rehearsal)?;

    let all = peers::all(folder);
    let peer = named(&all, name)?;
    let grown = match task.parse()? {
        Task::LookUp => grown_by(|| look_up(peer, size))?,
        Task::Save => {
            let world = World::generate(size);
            peer.prepare(&world);
            disk::remove(peer.path())?;
            grown_by(|| peer.save(&world, Durability::Unsynced))?
        }
    };
    println!("{grown}");
    Ok(())
}

fn named<'a>(all: &'a [Box<dyn Peer>], name: &str) -> Result<&'a dyn Peer> {
    let peer = all.iter().find(|peer| peer.name() == name);
    Ok(&**peer.ok_or("no such peer")?)
}

fn look_up(peer: &dyn Peer, size: Size) -> Result<()> {
    let names = [Player::name_of(size.players / 2)];
    peer.open(&mut |view| view.levels(&names).map(drop))
}

/// Does everything once with a tiny world, so that the code itself is in memory before memory is
/// measured.
fn rehearse(name: &str, folder: &Path) -> Result<()> {
    let all = peers::all(folder);
    let peer = named(&all, name)?;
    let writer = all
        .iter()
        .find(|writer| writer.writes() && writer.path() == peer.path());
    let world = World::generate(Size::TEST);
    writer
        .ok_or("nobody writes this file")?
        .save(&world, Durability::Unsynced)?;
    look_up(peer, Size::TEST)
}

fn grown_by(task: impl FnOnce() -> Result<()>) -> Result<u64> {
    // What was freed before would serve the task without being counted.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: gives free memory back to the system; touches nothing that is in use.
    #[allow(unsafe_code)]
    unsafe {
        libc::malloc_trim(0);
    }
    // Sets the peak to what is used now.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let before = status("VmRSS:")?;
    task()?;
    Ok(status("VmHWM:")?.saturating_sub(before))
}

/// A line of the system's account of this process, in bytes.
fn status(line: &str) -> Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let found = status.lines().find_map(|found| found.strip_prefix(line));
    let kilobytes = found.and_then(|rest| rest.split_whitespace().next());
    let kilobytes: u64 = kilobytes
        .ok_or("no such line in /proc/self/status")?
        .parse()?;
    Ok(kilobytes << 10)
}
