//! The schema: made whole in a new file, checked before anything is written to an old one.

mod chain;

use std::{
    ffi::OsString,
    fs::{self, File},
    path::{Path, PathBuf},
    time::Duration,
};

use nebula_ports::{Error, ErrorKind, time::Timestamp};
use sqlx::{AssertSqlSafe, Executor as _, Row as _, SqliteConnection};

use crate::{
    connect,
    error::{from_io, from_sqlx},
    file::{APPLICATION_ID, check_version, corrupt},
};

/// The schema version that this code reads and writes.
pub(crate) const VERSION: i32 = 3;
/// The first one with a table of triggers.
const WITH_TRIGGERS: i32 = 2;
/// The first one whose journals are chained.
const WITH_CHAINS: i32 = 3;

const OPERATION: &str = "sqlite.open";
const SCHEMA: &str = concat!(include_str!("schema.sql"), include_str!("triggers.sql"), include_str!("chain.sql"));
/// What makes each version of the one before it.
const STEPS: &[(i32, &str)] =
    &[(WITH_TRIGGERS, include_str!("triggers.sql")), (WITH_CHAINS, include_str!("chain.sql"))];

/// Files up to this length are checked page by page on opening, longer ones at the roots of their tables only: opening
/// must not take longer the more there is.
const FULL_CHECK: u64 = 1024 * 1024;

/// What is read of each table and index on opening.
const PROBES: &[&str] = &[
    "SELECT generation, created_at FROM store WHERE id = 1",
    "SELECT id, due_at FROM execution LIMIT 1",
    "SELECT min(due_at) FROM execution WHERE due_at IS NOT NULL",
    "SELECT max(id) FROM execution",
    "SELECT execution, seq, entry FROM journal LIMIT 1",
    "SELECT max(execution) FROM journal",
    "SELECT execution, body FROM inbox LIMIT 1",
    "SELECT execution, input FROM start_key LIMIT 1",
    "SELECT digest, version FROM workflow LIMIT 1",
];

/// What is read besides, since there are triggers.
const PROBES_2: &[&str] =
    &["SELECT row FROM trigger_row LIMIT 1", "SELECT min(due_at) FROM trigger_row WHERE due_at IS NOT NULL"];

/// What is read besides, since journals are chained.
const PROBES_3: &[&str] = &["SELECT chain FROM journal LIMIT 1", "SELECT chain FROM execution LIMIT 1"];

/// Makes a database at `path`, where nothing is. A crash leaves nothing there, or all of it.
pub(crate) async fn create(path: &Path, now: Timestamp) -> Result<(), Error> {
    let draft = draft_path(path);
    let failed = |error| from_io(OPERATION, &draft, "the database cannot be created", error);
    match fs::remove_file(&draft) {
        // What an earlier attempt left.
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    // By ourselves first: SQLite's own error would not say that the folder is missing.
    File::create_new(&draft).map_err(failed)?;
    let mut connection = connect::creator(&draft).await?;
    let script = format!(
        "{SCHEMA};
         INSERT INTO store (id, generation, created_at) VALUES (1, 1, {now});
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = {VERSION};",
        now = now.as_micros(),
    );
    connection.execute(AssertSqlSafe(script)).await.map_err(|error| from_sqlx(OPERATION, &draft, error))?;
    connect::close(&draft, connection).await?;

    let failed = |error| from_io(OPERATION, path, "the database cannot be created", error);
    File::open(&draft).and_then(|file| file.sync_all()).map_err(failed)?;
    // The log of a database that was here before would be taken for this one's.
    for suffix in ["-wal", "-shm"] {
        match fs::remove_file(beside(path, suffix)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    fs::rename(&draft, path).map_err(failed)?;
    sync_folder(path);
    Ok(())
}

/// Reads what has to be readable, over a connection that cannot write; tells the version. `bytes` is the file's length.
///
/// # Errors
/// `Corrupt` when something cannot be read; `Unsupported` when a newer version wrote it.
pub(crate) async fn check(path: &Path, bytes: u64, busy_timeout: Duration) -> Result<i32, Error> {
    let mut connection = connect::reader(path, busy_timeout).await.map_err(|error| at_fault(path, error))?;
    let checked = check_over(&mut connection, path, bytes).await;
    connect::close(path, connection).await?;
    checked
}

async fn check_over(connection: &mut SqliteConnection, path: &Path, bytes: u64) -> Result<i32, Error> {
    let failed = |error| at_fault(path, from_sqlx(OPERATION, path, error));
    let version: i32 =
        connection.fetch_one("PRAGMA user_version").await.and_then(|row| row.try_get(0)).map_err(failed)?;
    check_version(path, version, VERSION)?;
    if version < 1 {
        return Err(corrupt(path, "the database is damaged: it has no schema version"));
    }
    let newer = [(WITH_TRIGGERS, PROBES_2), (WITH_CHAINS, PROBES_3)].into_iter().filter(|(since, _)| version >= *since);
    for probe in PROBES.iter().chain(newer.flat_map(|(_, probes)| probes)) {
        connection.fetch_optional(*probe).await.map_err(failed)?;
    }
    let store = connection.fetch_optional("SELECT generation FROM store WHERE id = 1").await.map_err(failed)?;
    if store.is_none() {
        return Err(corrupt(path, "the database is damaged: it does not say which copy of the data it is"));
    }
    if bytes <= FULL_CHECK {
        let verdict: String =
            connection.fetch_one("PRAGMA quick_check(1)").await.and_then(|row| row.try_get(0)).map_err(failed)?;
        if verdict != "ok" {
            return Err(corrupt(path, "the database is damaged").with_context("finding", verdict));
        }
    }
    Ok(version)
}

/// Brings a database that was checked up to date, in one transaction: a crash leaves it as it was, or as it is to be.
pub(crate) async fn upgrade(path: &Path, from: i32, busy_timeout: Duration) -> Result<(), Error> {
    if from >= VERSION {
        return Ok(());
    }
    let mut connection = connect::writer(path, busy_timeout).await?;
    // A transaction that does not get to its end is rolled back with the connection.
    let upgraded = upgrade_over(&mut connection, from).await;
    let upgraded = upgraded.map_err(|error| from_sqlx(OPERATION, path, error));
    connect::close(path, connection).await?;
    upgraded
}

async fn upgrade_over(connection: &mut SqliteConnection, from: i32) -> Result<(), sqlx::Error> {
    connection.execute("BEGIN IMMEDIATE").await?;
    for (version, script) in STEPS.iter().filter(|(version, _)| *version > from) {
        connection.execute(*script).await?;
        if *version == WITH_CHAINS {
            chain::compute(connection).await?;
        }
    }
    connection.execute(AssertSqlSafe(format!("PRAGMA user_version = {VERSION}; COMMIT"))).await?;
    Ok(())
}

/// Makes a database that takes the place of another copy the next generation. What was held is due: its holders are gone.
pub(crate) async fn raise_generation(
    connection: &mut SqliteConnection,
    path: &Path,
    now: Timestamp,
) -> Result<(), Error> {
    let now = now.as_micros();
    let script = format!(
        "BEGIN IMMEDIATE;
         UPDATE store SET generation = generation + 1;
         UPDATE execution SET lease_until = min(lease_until, {now}) WHERE lease_until IS NOT NULL;
         COMMIT;"
    );
    let raised = connection.execute(AssertSqlSafe(script)).await;
    raised.map(drop).map_err(|error| from_sqlx(OPERATION, path, error))
}

/// A statement of ours that the schema does not know means that the schema is not ours.
fn at_fault(path: &Path, error: Error) -> Error {
    match error.kind() {
        ErrorKind::Internal => {
            corrupt(path, "the database is damaged: its tables are not as they were made").with_source(error)
        }
        _ => error,
    }
}

fn draft_path(path: &Path) -> PathBuf {
    beside(path, ".new")
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    name.into()
}

/// Makes the new name durable, where the system can.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every system lets a folder be opened; the file itself is synced.
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests;
