//! What can be said of a database file by reading its header, before SQLite may touch it.

use std::{
    fs::{self, File},
    io::{self, Read as _},
    path::Path,
};

use nebula_ports::{Error, ErrorKind};

use crate::error::from_io;

/// Marks a database as Nebula's: `NEBU`.
pub(crate) const APPLICATION_ID: i32 = 0x4E45_4255;

const OPERATION: &str = "sqlite.open";
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER: usize = 100;
const LOG_HEADER: u64 = 32;

/// What a path holds.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// No file, or one of no bytes.
    Nothing,
    /// A database of Nebula's, as far as its header tells.
    Database {
        /// Its length in bytes.
        bytes: u64,
    },
}

/// Looks at `path` without changing anything.
///
/// # Errors
/// `Corrupt` for what is no database, or another program's, or shorter than it says; `Unsupported` when a newer version
/// wrote it; what the file system says.
pub(crate) fn inspect(path: &Path, newest: i32) -> Result<Found, Error> {
    let failed = |error| from_io(OPERATION, path, "the database cannot be read", error);
    let mut file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Nothing),
        opened => opened.map_err(failed)?,
    };
    let metadata = file.metadata().map_err(failed)?;
    if metadata.is_dir() {
        return Err(Error::new(ErrorKind::InvalidInput, OPERATION, "this is a folder, not a database")
            .with_context("file", path.display()));
    }
    let bytes = metadata.len();
    if bytes == 0 {
        return Ok(Found::Nothing);
    }
    let mut header = [0; HEADER];
    match file.read_exact(&mut header) {
        Ok(()) if header.starts_with(MAGIC) => {}
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => return Err(failed(error)),
        _ => return Err(corrupt(path, "this file is no SQLite database")),
    }
    if number(&header, 68) != APPLICATION_ID {
        return Err(corrupt(path, "this is the SQLite database of another program, not one of Nebula's"));
    }
    check_version(path, number(&header, 60), newest)?;

    let page_size = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    if !page_size.is_power_of_two() || page_size < 512 {
        return Err(corrupt(path, "the database is damaged: its page size is none"));
    }
    // A copy of the log into the database that was interrupted — the process was killed, the disk was full — has written
    // the first page and not yet the last, or half of one. The log has them all until the copy is complete: SQLite goes on
    // with it, and its own check finds what is really missing.
    if has_log(path).map_err(failed)? {
        return Ok(Found::Database { bytes });
    }
    if bytes % page_size != 0 {
        return Err(corrupt(path, "the database is damaged: its length does not fit its page size"));
    }
    // The page count counts only when it was written by the last change.
    let is_current = header[24..28] == header[92..96];
    let pages = u64::try_from(number(&header, 28)).unwrap_or(0);
    if is_current && pages * page_size > bytes {
        return Err(corrupt(path, "the database is damaged: the file has been cut off"));
    }
    Ok(Found::Database { bytes })
}

/// Whether there is a log with something in it: more than its header.
fn has_log(path: &Path) -> io::Result<bool> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    match fs::metadata(log) {
        Ok(metadata) => Ok(metadata.len() > LOG_HEADER),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Refuses what a newer version wrote.
pub(crate) fn check_version(path: &Path, found: i32, newest: i32) -> Result<(), Error> {
    if found <= newest {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Unsupported,
        OPERATION,
        format!(
            "the database has schema version {found}, this program knows versions up to {newest}; use the program that wrote it, or a newer one"
        ),
    )
    .with_context("file", path.display()))
}

/// A file that is not what it should be. It has not been touched.
pub(crate) fn corrupt(path: &Path, message: &str) -> Error {
    Error::new(ErrorKind::Corrupt, OPERATION, message).with_context("file", path.display())
}

fn number(header: &[u8; HEADER], at: usize) -> i32 {
    i32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
}
