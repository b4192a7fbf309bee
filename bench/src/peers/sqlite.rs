//! SQLite through rusqlite: prepared statements, one transaction.

use super::database::{Blob, Engine, Rows, See, Table};
use crate::Result;
use crate::peer::Durability;
use rusqlite::{CachedStatement, Connection, OpenFlags, Params, Statement};
use std::path::Path;

pub struct Sqlite;

impl Engine for Sqlite {
    const NAME: &'static str = "SQLite";
    const FILE: &'static str = "world.sqlite";
    const HOLDS: usize = 10;

    fn create(
        path: &Path,
        durability: Durability,
        fill: impl FnOnce(&mut dyn Rows) -> Result<()>,
    ) -> Result<()> {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(
            None,
            "synchronous",
            match durability {
                Durability::Unsynced => "OFF",
                Durability::Synced => "FULL",
            },
        )?;
        connection.execute_batch(
            "CREATE TABLE blobs (kind INTEGER PRIMARY KEY, value BLOB NOT NULL);
             CREATE TABLE players (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
             CREATE TABLE all_players (position INTEGER PRIMARY KEY, value BLOB NOT NULL);",
        )?;
        let transaction = connection.transaction()?;
        fill(&mut Filling {
            blobs: transaction.prepare("INSERT INTO blobs VALUES (?1, ?2)")?,
            players: transaction.prepare("INSERT INTO players VALUES (?1, ?2)")?,
            listed: transaction.prepare("INSERT INTO all_players VALUES (?1, ?2)")?,
        })?;
        transaction.commit()?;
        Ok(())
    }

    fn open(path: &Path, read: &mut dyn FnMut(&dyn Table) -> Result<()>) -> Result<()> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        let transaction = connection.unchecked_transaction()?;
        read(&Reading {
            connection: &transaction,
        })
    }
}

struct Filling<'c> {
    blobs: Statement<'c>,
    players: Statement<'c>,
    listed: Statement<'c>,
}

impl Rows for Filling<'_> {
    fn put_blob(&mut self, blob: Blob, value: &[u8]) -> Result<()> {
        self.blobs.execute((blob as u8, value))?;
        Ok(())
    }

    fn put_player(&mut self, name: &str, value: &[u8]) -> Result<()> {
        self.players.execute((name, value))?;
        Ok(())
    }

    fn put_listed(&mut self, position: u32, value: &[u8]) -> Result<()> {
        self.listed.execute((position, value))?;
        Ok(())
    }
}

struct Reading<'c> {
    connection: &'c Connection,
}

impl Reading<'_> {
    /// Statements are prepared once a connection.
    fn prepared(&self, sql: &str) -> Result<CachedStatement<'_>> {
        Ok(self.connection.prepare_cached(sql)?)
    }

    fn one(&self, sql: &str, key: impl Params, see: See<'_>) -> Result<bool> {
        let mut statement = self.prepared(sql)?;
        let mut rows = statement.query(key)?;
        match rows.next()? {
            Some(row) => see(row.get_ref(0)?.as_blob()?).map(|()| true),
            None => Ok(false),
        }
    }
}

impl Table for Reading<'_> {
    fn blob(&self, blob: Blob, see: See<'_>) -> Result<()> {
        self.one("SELECT value FROM blobs WHERE kind = ?1", [blob as u8], see)
            .map(drop)
    }

    fn player(&self, name: &str, see: See<'_>) -> Result<bool> {
        self.one("SELECT value FROM players WHERE name = ?1", [name], see)
    }

    fn listed(&self, position: u32, see: See<'_>) -> Result<bool> {
        self.one(
            "SELECT value FROM all_players WHERE position = ?1",
            [position],
            see,
        )
    }

    fn each_player(&self, see: &mut dyn FnMut(&str, &[u8]) -> Result<()>) -> Result<()> {
        let mut statement = self.prepared("SELECT name, value FROM players")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            see(row.get_ref(0)?.as_str()?, row.get_ref(1)?.as_blob()?)?;
        }
        Ok(())
    }

    fn each_listed(&self, see: See<'_>) -> Result<()> {
        let mut statement = self.prepared("SELECT value FROM all_players ORDER BY position")?;
        let mut rows = statement.query(())?;
        while let Some(row) = rows.next()? {
            see(row.get_ref(0)?.as_blob()?)?;
        }
        Ok(())
    }
}
