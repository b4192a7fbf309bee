//! redb: a B-tree in Rust, with a page cache of its own.

use super::database::{Blob, Engine, Rows, See, Table};
use crate::Result;
use crate::peer::Durability;
use redb::StorageBackend;
use redb::backends::FileBackend;
use redb::{Database, ReadOnlyDatabase, ReadOnlyTable, ReadTransaction, ReadableDatabase};
use redb::{Key, ReadableTable, TableDefinition};
use std::borrow::Borrow;
use std::cell::OnceCell;
use std::fs::File;
use std::path::Path;

type Done<T> = std::io::Result<T>;
type Bytes = &'static [u8];

const BLOBS: TableDefinition<'_, u8, Bytes> = TableDefinition::new("blobs");
const PLAYERS: TableDefinition<'_, &str, Bytes> = TableDefinition::new("players");
const LISTED: TableDefinition<'_, u32, Bytes> = TableDefinition::new("all_players");

pub struct Redb;

impl Engine for Redb {
    const NAME: &'static str = "redb";
    const FILE: &'static str = "world.redb";
    const HOLDS: usize = 10;

    fn create(
        path: &Path,
        durability: Durability,
        fill: impl FnOnce(&mut dyn Rows) -> Result<()>,
    ) -> Result<()> {
        let database = match durability {
            Durability::Unsynced => {
                Database::builder().create_with_backend(Unsynced::new(path)?)?
            }
            Durability::Synced => Database::create(path)?,
        };
        let transaction = database.begin_write()?;
        fill(&mut Filling {
            blobs: transaction.open_table(BLOBS)?,
            players: transaction.open_table(PLAYERS)?,
            listed: transaction.open_table(LISTED)?,
        })?;
        transaction.commit()?;
        Ok(())
    }

    fn open(path: &Path, read: &mut dyn FnMut(&dyn Table) -> Result<()>) -> Result<()> {
        let database = ReadOnlyDatabase::open(path)?;
        read(&Reading {
            transaction: database.begin_read()?,
            blobs: OnceCell::new(),
            players: OnceCell::new(),
            listed: OnceCell::new(),
        })
    }
}

/// A file that is never synced: redb itself syncs when it is closed, whatever the durability of its
/// transactions is.
#[derive(Debug)]
struct Unsynced(FileBackend);

impl Unsynced {
    fn new(path: &Path) -> Result<Self> {
        let mut options = File::options();
        let file = options.read(true).write(true).create(true).truncate(true);
        Ok(Self(FileBackend::new(file.open(path)?)?))
    }
}

impl StorageBackend for Unsynced {
    fn len(&self) -> Done<u64> {
        self.0.len()
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> Done<()> {
        self.0.read(offset, out)
    }

    fn set_len(&self, len: u64) -> Done<()> {
        self.0.set_len(len)
    }

    fn sync_data(&self) -> Done<()> {
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> Done<()> {
        self.0.write(offset, data)
    }

    fn close(&self) -> Done<()> {
        self.0.close()
    }
}

struct Filling<'t> {
    blobs: redb::Table<'t, u8, Bytes>,
    players: redb::Table<'t, &'static str, Bytes>,
    listed: redb::Table<'t, u32, Bytes>,
}

impl Rows for Filling<'_> {
    fn put_blob(&mut self, blob: Blob, value: &[u8]) -> Result<()> {
        self.blobs.insert(blob as u8, value)?;
        Ok(())
    }

    fn put_player(&mut self, name: &str, value: &[u8]) -> Result<()> {
        self.players.insert(name, value)?;
        Ok(())
    }

    fn put_listed(&mut self, position: u32, value: &[u8]) -> Result<()> {
        self.listed.insert(position, value)?;
        Ok(())
    }
}

/// A transaction, and the tables that were asked for in it.
struct Reading {
    transaction: ReadTransaction,
    blobs: OnceCell<ReadOnlyTable<u8, Bytes>>,
    players: OnceCell<ReadOnlyTable<&'static str, Bytes>>,
    listed: OnceCell<ReadOnlyTable<u32, Bytes>>,
}

impl Reading {
    fn table<'a, K: Key + 'static>(
        &self,
        cell: &'a OnceCell<ReadOnlyTable<K, Bytes>>,
        definition: TableDefinition<'_, K, Bytes>,
    ) -> Result<&'a ReadOnlyTable<K, Bytes>> {
        if let Some(table) = cell.get() {
            return Ok(table);
        }
        let table = self.transaction.open_table(definition)?;
        Ok(cell.get_or_init(|| table))
    }
}

fn one<'k, K: Key + 'static>(
    table: &ReadOnlyTable<K, Bytes>,
    key: impl Borrow<K::SelfType<'k>>,
    see: See<'_>,
) -> Result<bool> {
    match table.get(key)? {
        Some(value) => see(value.value()).map(|()| true),
        None => Ok(false),
    }
}

impl Table for Reading {
    fn blob(&self, blob: Blob, see: See<'_>) -> Result<()> {
        one(self.table(&self.blobs, BLOBS)?, blob as u8, see).map(drop)
    }

    fn player(&self, name: &str, see: See<'_>) -> Result<bool> {
        one(self.table(&self.players, PLAYERS)?, name, see)
    }

    fn listed(&self, position: u32, see: See<'_>) -> Result<bool> {
        one(self.table(&self.listed, LISTED)?, position, see)
    }

    fn each_player(&self, see: &mut dyn FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
        for entry in self.table(&self.players, PLAYERS)?.iter()? {
            let (name, value) = entry?;
            see(name.value(), value.value())?;
        }
        Ok(())
    }

    fn each_listed(&self, see: See<'_>) -> Result<()> {
        for entry in self.table(&self.listed, LISTED)?.iter()? {
            see(entry?.1.value())?;
        }
        Ok(())
    }
}
