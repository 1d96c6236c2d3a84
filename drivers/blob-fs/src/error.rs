//! From the system's errors to the port's.

use std::{io, path::Path};

use nebula_ports::{Error, ErrorKind};

/// An error of the file system about `path`.
pub(crate) fn failed(operation: &'static str, path: &Path, error: io::Error) -> Error {
    let (kind, message) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "there is no such blob"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            (ErrorKind::PermissionDenied, "the blob folder may not be used: check its owner and permissions")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorKind::Unavailable, "there is no space left for the blob")
        }
        io::ErrorKind::NotADirectory | io::ErrorKind::IsADirectory => {
            (ErrorKind::Corrupt, "the blob folder holds something else where a blob or a folder should be")
        }
        _ => (ErrorKind::Unavailable, "the blob folder cannot be used now"),
    };
    Error::new(kind, operation, message).with_context("path", path.display()).with_source(error)
}

/// The work's thread is gone, which happens when the process ends.
pub(crate) fn interrupted(operation: &'static str, error: tokio::task::JoinError) -> Error {
    Error::new(ErrorKind::Internal, operation, "the work on the blob ended early").with_source(error)
}
