//! Errors of SQLite and of the file system as errors of the ports.

use std::{io, path::Path};

use nebula_ports::{Error, ErrorKind};

/// SQLite's primary result codes that a caller may act on.
mod code {
    pub(super) const PERM: i32 = 3;
    pub(super) const BUSY: i32 = 5;
    pub(super) const LOCKED: i32 = 6;
    pub(super) const NOMEM: i32 = 7;
    pub(super) const READONLY: i32 = 8;
    pub(super) const INTERRUPT: i32 = 9;
    pub(super) const IOERR: i32 = 10;
    pub(super) const CORRUPT: i32 = 11;
    pub(super) const FULL: i32 = 13;
    pub(super) const CANTOPEN: i32 = 14;
    pub(super) const TOOBIG: i32 = 18;
    pub(super) const NOLFS: i32 = 22;
    pub(super) const AUTH: i32 = 23;
    pub(super) const NOTADB: i32 = 26;
}

/// Turns an error of SQLite into one of `operation` on the database at `path`.
pub(crate) fn from_sqlx(operation: &'static str, path: &Path, error: sqlx::Error) -> Error {
    let (kind, message) = match primary_code(&error) {
        Some(code::CORRUPT | code::NOTADB) => (ErrorKind::Corrupt, "the database is damaged"),
        Some(code::FULL) => (ErrorKind::Unavailable, "the disk is full"),
        Some(code::BUSY | code::LOCKED) => (ErrorKind::Busy, "another program has locked the database"),
        Some(code::READONLY | code::PERM | code::AUTH) => {
            (ErrorKind::PermissionDenied, "the database may not be written to")
        }
        Some(code::IOERR) => (ErrorKind::Unavailable, "the database cannot be read or written"),
        Some(code::CANTOPEN) => (ErrorKind::Unavailable, "the database cannot be opened"),
        Some(code::NOMEM | code::INTERRUPT) => (ErrorKind::Unavailable, "the database gave up"),
        Some(code::TOOBIG | code::NOLFS) => (ErrorKind::InvalidInput, "it is too large for the database"),
        Some(_) => (ErrorKind::Internal, "the database refused a statement"),
        None => match &error {
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_) | sqlx::Error::ColumnNotFound(_) => {
                (ErrorKind::Corrupt, "a row of the database cannot be read")
            }
            sqlx::Error::Io(_) | sqlx::Error::WorkerCrashed => {
                (ErrorKind::Unavailable, "the connection to the database has ended")
            }
            _ => (ErrorKind::Internal, "the database driver failed"),
        },
    };
    Error::new(kind, operation, message).with_context("file", path.display()).with_source(error)
}

/// Whether the very same statements may succeed when they are sent one by one: nothing is wrong with disk or file.
pub(crate) fn blames_a_statement(error: &sqlx::Error) -> bool {
    !matches!(
        primary_code(error),
        None | Some(
            code::PERM
                | code::BUSY
                | code::LOCKED
                | code::NOMEM
                | code::READONLY
                | code::INTERRUPT
                | code::IOERR
                | code::CORRUPT
                | code::FULL
                | code::CANTOPEN
                | code::AUTH
                | code::NOTADB
        )
    )
}

/// Whether a `COMMIT` that failed like this has certainly not landed. After an I/O error the commit record may have
/// reached the log.
pub(crate) fn commit_was_refused(error: &sqlx::Error) -> bool {
    matches!(primary_code(error), Some(code::BUSY | code::LOCKED | code::FULL | code::READONLY))
}

/// Turns an error of the file system into one of `operation` on the file at `path`.
pub(crate) fn from_io(operation: &'static str, path: &Path, message: &str, error: io::Error) -> Error {
    let kind = match error.kind() {
        io::ErrorKind::NotFound => ErrorKind::NotFound,
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => ErrorKind::PermissionDenied,
        io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidInput => {
            ErrorKind::InvalidInput
        }
        _ => ErrorKind::Unavailable,
    };
    Error::new(kind, operation, message).with_context("file", path.display()).with_source(error)
}

/// A stored value that is not what was written.
pub(crate) fn corrupt(operation: &'static str, what: &'static str, value: impl std::fmt::Debug) -> Error {
    Error::new(ErrorKind::Corrupt, operation, format!("the database holds no valid {what}"))
        .with_context(what, format!("{value:?}"))
}

/// The same error once more, for another caller: an error cannot be copied, so its chain becomes text.
pub(crate) fn repeat(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.operation(), error.message());
    let copy = error.context().iter().fold(copy, |copy, (key, value)| copy.with_context(key, value));
    match std::error::Error::source(error) {
        Some(source) => copy.with_source(source.to_string()),
        None => copy,
    }
}

fn primary_code(error: &sqlx::Error) -> Option<i32> {
    let code: i32 = error.as_database_error()?.code()?.parse().ok()?;
    Some(code & 0xFF)
}
