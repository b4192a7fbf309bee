//! LMDB through heed: a B-tree on a memory map.

use super::database::{Blob, Engine, Rows, See, Table};
use crate::peer::Durability;
use crate::{Error, Result};
use heed::byteorder::BigEndian;
use heed::types::{Bytes, Str, U8, U32};
use heed::{CommitOrAbort, Database, Env, EnvFlags, EnvOpenOptions, PutFlags};
use heed::{RoTxn, RwTxn, WithTls};
use std::fs;
use std::path::Path;

pub struct Lmdb;

impl Engine for Lmdb {
    const NAME: &'static str = "LMDB (heed)";
    const FILE: &'static str = "world.lmdb";
    const HOLDS: usize = 100;

    fn create(
        path: &Path,
        durability: Durability,
        fill: impl FnOnce(&mut dyn Rows) -> Result<()>,
    ) -> Result<()> {
        fs::create_dir_all(path)?;
        let env = environment(
            path,
            match durability {
                Durability::Unsynced => EnvFlags::NO_SYNC,
                Durability::Synced => EnvFlags::empty(),
            },
        )?;
        let transaction = env.write_txn()?;
        env.create_databases_and_commit(transaction, |opener, transaction| {
            let blobs = opener.create_database(transaction, Some("blobs"))?;
            let players = opener.create_database(transaction, Some("players"))?;
            let listed = opener.create_database(transaction, Some("all_players"))?;
            let tables = (blobs, players, listed);
            fill(&mut Filling {
                tables,
                transaction,
            })?;
            Ok::<_, Error>(CommitOrAbort::<_, ()>::Commit(()))
        })?;
        Ok(())
    }

    /// Without read-ahead, as LMDB's documentation advises for random reads.
    fn open(path: &Path, read: &mut dyn FnMut(&dyn Table) -> Result<()>) -> Result<()> {
        let env = environment(path, EnvFlags::READ_ONLY | EnvFlags::NO_READ_AHEAD)?;
        let tables = env.open_databases_and_commit(env.read_txn()?, |opener, transaction| {
            let none = "the database lacks a table";
            let blobs = opener
                .open_database(transaction, Some("blobs"))?
                .ok_or(none)?;
            let players = opener
                .open_database(transaction, Some("players"))?
                .ok_or(none)?;
            let listed = opener
                .open_database(transaction, Some("all_players"))?
                .ok_or(none)?;
            Ok::<_, Error>(CommitOrAbort::<Tables<'_>, ()>::Commit((
                blobs, players, listed,
            )))
        })?;
        read(&Reading {
            tables: tables.commit().ok_or("the tables were not opened")?,
            transaction: env.read_txn()?,
        })
    }
}

fn environment(path: &Path, flags: EnvFlags) -> Result<Env> {
    let mut options = EnvOpenOptions::new();
    options.map_size(32 << 30).max_dbs(3);
    // SAFETY: one process, which opens the file once at a time and changes it by no other way.
    #[allow(unsafe_code)]
    Ok(unsafe { options.flags(flags).open(path)? })
}

/// Blobs, players, and listed players.
type Tables<'e> = (
    Database<'e, U8, Bytes>,
    Database<'e, Str, Bytes>,
    Database<'e, U32<BigEndian>, Bytes>,
);

struct Filling<'e, 't> {
    tables: Tables<'e>,
    transaction: &'t mut RwTxn<'e>,
}

impl Rows for Filling<'_, '_> {
    fn put_blob(&mut self, blob: Blob, value: &[u8]) -> Result<()> {
        Ok(self.tables.0.put(self.transaction, &(blob as u8), value)?)
    }

    fn put_player(&mut self, name: &str, value: &[u8]) -> Result<()> {
        let players = self.tables.1;
        Ok(players.put_with_flags(self.transaction, PutFlags::APPEND, name, value)?)
    }

    fn put_listed(&mut self, position: u32, value: &[u8]) -> Result<()> {
        let listed = self.tables.2;
        Ok(listed.put_with_flags(self.transaction, PutFlags::APPEND, &position, value)?)
    }
}

struct Reading<'e> {
    tables: Tables<'static>,
    transaction: RoTxn<'e, WithTls>,
}

fn one(found: Option<&[u8]>, see: See<'_>) -> Result<bool> {
    match found {
        Some(value) => see(value).map(|()| true),
        None => Ok(false),
    }
}

impl Table for Reading<'_> {
    fn blob(&self, blob: Blob, see: See<'_>) -> Result<()> {
        one(self.tables.0.get(&self.transaction, &(blob as u8))?, see).map(drop)
    }

    fn player(&self, name: &str, see: See<'_>) -> Result<bool> {
        one(self.tables.1.get(&self.transaction, name)?, see)
    }

    fn listed(&self, position: u32, see: See<'_>) -> Result<bool> {
        one(self.tables.2.get(&self.transaction, &position)?, see)
    }

    fn each_player(&self, see: &mut dyn FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
        for entry in self.tables.1.iter(&self.transaction)? {
            let (name, value) = entry?;
            see(name, value)?;
        }
        Ok(())
    }

    fn each_listed(&self, see: See<'_>) -> Result<()> {
        for entry in self.tables.2.iter(&self.transaction)? {
            see(entry?.1)?;
        }
        Ok(())
    }
}
