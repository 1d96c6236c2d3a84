//! The lock of a database: one process writes, and the next one is told which.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use nebula_ports::{Error, ErrorKind};

use crate::error::from_io;

const OPERATION: &str = "sqlite.open";

/// Held while a storage is open. The operating system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct DataLock {
    // Never read: closing the file is what ends the lock.
    _file: File,
}

// === impl DataLock ===

impl DataLock {
    /// Locks `<database>.lock` and notes this process in it.
    ///
    /// # Errors
    /// `Busy` with the database's path and the holder's process id; what the file system says.
    pub(crate) fn acquire(database: &Path) -> Result<Self, Error> {
        let path = lock_path(database);
        let failed = |error| from_io(OPERATION, &path, "the lock file cannot be opened", error);
        let mut file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(database, &mut file)),
            Err(TryLockError::Error(error)) => {
                return Err(from_io(OPERATION, &path, "the lock file cannot be locked", error));
            }
        }
        let note = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        note(&mut file).map_err(|error| from_io(OPERATION, &path, "the lock file cannot be written", error))?;
        Ok(Self { _file: file })
    }
}

fn lock_path(database: &Path) -> PathBuf {
    let mut path = database.as_os_str().to_owned();
    path.push(".lock");
    path.into()
}

fn held(database: &Path, file: &mut File) -> Error {
    let mut text = String::new();
    let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse::<u32>().ok());
    let holder = pid.map_or_else(|| "another process".to_owned(), |pid| format!("process {pid}"));
    let error = Error::new(ErrorKind::Busy, OPERATION, format!("the database is in use by {holder}; end it first"))
        .with_context("file", database.display());
    match pid {
        Some(pid) => error.with_context("pid", pid),
        None => error,
    }
}
