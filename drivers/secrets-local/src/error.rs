//! From the system's errors to the port's.

use std::{io, path::Path};

use nebula_ports::{Error, ErrorKind};

/// An error of the file system about `path`.
pub(crate) fn failed(operation: &'static str, path: &Path, error: io::Error) -> Error {
    let (kind, message) = match error.kind() {
        io::ErrorKind::NotFound => (ErrorKind::NotFound, "the file is not there"),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
            (ErrorKind::PermissionDenied, "the file may not be used: check its owner and permissions")
        }
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            (ErrorKind::Unavailable, "there is no space left for the secrets")
        }
        io::ErrorKind::IsADirectory | io::ErrorKind::NotADirectory | io::ErrorKind::InvalidData => {
            (ErrorKind::Corrupt, "something else stands where the file should be")
        }
        _ => (ErrorKind::Unavailable, "the file cannot be used now"),
    };
    Error::new(kind, operation, message).with_context("file", path.display()).with_source(error)
}

/// The file is there and says something else than it should.
pub(crate) fn corrupt(operation: &'static str, path: &Path, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Corrupt, operation, message).with_context("file", path.display())
}

/// The key is not the one the secrets are sealed with.
pub(crate) fn wrong_key(operation: &'static str, path: &Path, key: impl std::fmt::Display) -> Error {
    let message = format!("{key} is not the key that the secrets are sealed with");
    Error::new(ErrorKind::PermissionDenied, operation, message).with_context("file", path.display())
}

/// The system gives no randomness, or the work's thread is gone.
pub(crate) fn internal(
    operation: &'static str,
    message: &'static str,
    error: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    Error::new(ErrorKind::Internal, operation, message).with_source(error)
}
