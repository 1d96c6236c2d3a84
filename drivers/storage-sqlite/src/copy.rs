//! A copy of a database as of one moment, also while a process writes to it.

use std::{fs::File, path::Path};

use nebula_ports::{Error, ErrorKind, model::Generation};
use sqlx::{Executor as _, Row as _, SqliteConnection};

use crate::{
    connect,
    error::{from_io, from_sqlx},
};

const OPERATION: &str = "sqlite.copy";

/// What a copy is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Copied {
    /// Its schema version.
    pub schema_version: i32,
    /// Which copy of its data it was made of.
    pub generation: Generation,
}

/// Writes the copy, and returns when it is on the disk.
///
/// It reads over a connection of its own, in one transaction: the writer goes on, only its log is not emptied meanwhile.
pub(crate) async fn copy(path: &Path, target: &Path) -> Result<Copied, Error> {
    let Some(name) = target.to_str() else {
        return Err(Error::new(ErrorKind::InvalidInput, OPERATION, "the path of the copy is no UTF-8")
            .with_context("file", target.display()));
    };
    let mut connection = connect::copier(path).await?;
    let copied = copy_over(&mut connection, name).await;
    connect::close(path, connection).await?;
    let copied = copied.map_err(|error| from_sqlx(OPERATION, path, error))?;
    File::open(target)
        .and_then(|file| file.sync_all())
        .map_err(|error| from_io(OPERATION, target, "the copy cannot be written", error))?;
    Ok(copied)
}

async fn copy_over(connection: &mut SqliteConnection, target: &str) -> Result<Copied, sqlx::Error> {
    let version = connection.fetch_one("PRAGMA user_version").await?.try_get(0)?;
    let generation = connection.fetch_one("SELECT generation FROM store").await?.try_get(0)?;
    connection.execute(sqlx::query("VACUUM INTO ?").bind(target)).await?;
    Ok(Copied { schema_version: version, generation: Generation(generation) })
}
