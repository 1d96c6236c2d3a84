//! Connections and what they are set to.

use std::{path::Path, time::Duration};

use nebula_ports::Error;
use sqlx::{
    ConnectOptions as _, Connection as _, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous},
};

use crate::error::from_sqlx;

/// The connection that writes.
pub(crate) async fn writer(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, Error> {
    let options = base(path, busy_timeout)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        // 16 MiB of log before it is copied into the database: a copy costs two syncs and stops the writer.
        .pragma("wal_autocheckpoint", "4096")
        .pragma("journal_size_limit", "67108864")
        // 8 MiB.
        .pragma("cache_size", "-8192")
        .thread_name(|_| "nebula-sqlite-write".to_owned());
    connect(path, &options).await
}

/// A connection that reads.
pub(crate) async fn reader(path: &Path, busy_timeout: Duration) -> Result<SqliteConnection, Error> {
    let options = base(path, busy_timeout)
        .read_only(true)
        .pragma("query_only", "ON")
        .thread_name(|_| "nebula-sqlite-read".to_owned());
    connect(path, &options).await
}

/// A connection that copies the database elsewhere, and writes nothing to it.
pub(crate) async fn copier(path: &Path) -> Result<SqliteConnection, Error> {
    // Not `query_only`, which would forbid writing the copy too.
    let options = base(path, Duration::from_secs(5)).read_only(true).thread_name(|_| "nebula-sqlite-copy".to_owned());
    connect(path, &options).await
}

/// A connection that makes a database in a file of its own, which nobody else knows yet.
pub(crate) async fn creator(path: &Path) -> Result<SqliteConnection, Error> {
    // The file is synced as a whole when it is complete.
    let options = base(path, Duration::ZERO)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off);
    connect(path, &options).await
}

/// Ends a connection and its thread.
pub(crate) async fn close(path: &Path, connection: SqliteConnection) -> Result<(), Error> {
    connection.close().await.map_err(|error| from_sqlx("sqlite.close", path, error))
}

fn base(path: &Path, busy_timeout: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new().filename(path).busy_timeout(busy_timeout).foreign_keys(true).disable_statement_logging()
}

async fn connect(path: &Path, options: &SqliteConnectOptions) -> Result<SqliteConnection, Error> {
    options.connect().await.map_err(|error| from_sqlx("sqlite.open", path, error))
}
