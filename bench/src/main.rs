//! The benchmark: one command, tables and JSON.

use parcode_bench::arguments::{Arguments, HELP};
use parcode_bench::data::{Size, World};
use parcode_bench::measures::{self, Bench, Measure};
use parcode_bench::peer::{Durability, Kind, Peer};
use parcode_bench::report::{self, Section};
use parcode_bench::{Result, child, disk, peers};
use std::fs;

fn main() -> Result<()> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    if let [first, rest @ ..] = given.as_slice()
        && first == child::ARGUMENT
    {
        return child::run(rest);
    }
    let Some(arguments) = Arguments::parse(given.into_iter())? else {
        print!("{HELP}");
        return Ok(());
    };
    let machine = report::machine();
    println!("{machine}\n");
    let mut sections = Vec::new();
    for scale in &arguments.scales {
        let section = world(&arguments, *scale)?;
        println!("{}", section.markdown());
        sections.push(section);
    }
    print!("{}", report::growth(&sections));
    if let Some(data) = &arguments.data {
        for section in measures::real::sections(data, &arguments)? {
            println!("{}", section.markdown());
            sections.push(section);
        }
    }
    report::write_json(&arguments.json, &machine, &sections)?;
    println!("The same as JSON: {}", arguments.json.display());
    Ok(())
}

/// The world at one scale.
fn world(arguments: &Arguments, scale: usize) -> Result<Section> {
    let (title, size) = if arguments.test {
        ("The world, tiny".to_string(), Size::TEST)
    } else {
        (format!("The world ×{scale}"), Size::scale(scale))
    };
    // Beyond this, a peer that decodes everything says nothing new, and takes minutes.
    let all = scale <= 10;
    let folder = arguments.folder.join(title.replace(' ', "-"));
    fs::create_dir_all(&folder)?;
    let peers: Vec<Box<dyn Peer>> = peers::all(&folder)
        .into_iter()
        .filter(|peer| arguments.wants_peer(peer.name()) && peer.holds(scale))
        .filter(|peer| all || peer.kind() == Kind::Lazy)
        .collect();
    let mut measures = if all {
        measures::all()
    } else {
        measures::of_opening()
    };
    measures.retain(|measure| arguments.wants_measure(measure.name));

    let world = make(&peers, size, all, measures::save_files(&measures))?;
    let bench = Bench::new(
        size,
        &folder,
        world.as_ref(),
        arguments.rounds,
        arguments.patience,
    );
    let section = Section {
        title,
        peers: peers.iter().map(|peer| peer.name().to_string()).collect(),
        columns: columns(&bench, &measures, &peers)?,
    };
    if all {
        fs::remove_dir_all(&folder)?;
    }
    Ok(section)
}

/// Makes the world, and its files unless a measure will. The files of a large world are kept from
/// run to run, and the world itself is not.
fn make(
    peers: &[Box<dyn Peer>],
    size: Size,
    keep_world: bool,
    files_follow: bool,
) -> Result<Option<World>> {
    let readable = |peer: &dyn Peer| peer.open(&mut |view| view.id().map(drop)).is_ok();
    let missing: Vec<&dyn Peer> = peers
        .iter()
        .map(|peer| &**peer)
        .filter(|peer| peer.writes() && (keep_world || !readable(*peer)))
        .collect();
    if missing.is_empty() && !keep_world {
        return Ok(None);
    }
    eprintln!("making the world");
    let world = World::generate(size);
    for peer in peers.iter().filter(|peer| peer.kind() == Kind::Memory) {
        peer.prepare(&world);
    }
    for peer in missing.into_iter().filter(|_| !files_follow) {
        eprintln!("making the file of {}", peer.name());
        disk::remove(peer.path())?;
        peer.save(&world, Durability::Unsynced)
            .map_err(|error| format!("{}: {error}", peer.name()))?;
    }
    Ok(Some(world).filter(|_| keep_world))
}

fn columns(
    bench: &Bench<'_>,
    measures: &[Measure],
    peers: &[Box<dyn Peer>],
) -> Result<Vec<measures::Column>> {
    let mut columns = Vec::new();
    for measure in measures {
        eprintln!("{}: {}", measure.group, measure.name);
        let column = bench.take(measure, peers, &columns)?;
        columns.push(column);
    }
    Ok(columns)
}
