//! Where a path really leads, and through which grant it may be reached.

use std::{
    ffi::OsString,
    fs, io,
    path::{Component, Path, PathBuf},
};

use nebula_ports::model::{Failure, FailureKind};

use super::failed;
use crate::{
    denied::denied,
    permit::{Access, Permit},
};

/// A place inside a grant.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// The folder from which it is reached: the granted one, or the parent of a granted file.
    pub(crate) folder: PathBuf,
    /// From there down; plain names only.
    pub(crate) below: PathBuf,
}

/// Finds the place of `path`. Whether anything exists outside of the grants is not told.
pub(super) fn locate(permit: &Permit, access: Access, path: &str) -> Result<Place, Failure> {
    if path.is_empty() || path.contains('\0') {
        let message = format!("`{}` is no path", path.escape_debug());
        return Err(Failure::new(FailureKind::Invalid, "file.invalid_path", message));
    }
    let Some(absolute) = absolute(permit, path) else {
        let message = format!("`{path}` is relative, and the run has no base folder");
        return Err(Failure::new(FailureKind::Invalid, "file.relative_path", message)
            .with_help("write an absolute path, or start the run with a base folder"));
    };
    let granted = || {
        permit
            .paths(access)
            .filter(|grant| is_plain(Path::new(grant.as_str())))
            .filter_map(|grant| absolute_of(permit, grant.as_str()))
    };
    let deny = |place: &str| {
        let what = if place == path { format!("`{path}`") } else { format!("`{path}`, which leads to `{place}`,") };
        Err(denied(access.code(), format!("{} {what} is not granted", access.verb()), access.grant(place)))
    };
    let real = match resolve(&absolute) {
        Ok(real) => real,
        // Says more only about what lies inside by its name alone.
        Err(error) if is_plain(&absolute) && granted().any(|grant| absolute.starts_with(grant)) => {
            return Err(failed(access, path, &error));
        }
        Err(_) => return deny(path),
    };
    for grant in granted() {
        // A grant that cannot be followed grants nothing.
        let Ok(root) = resolve(&grant) else { continue };
        if real == root
            && !root.is_dir()
            && let (Some(folder), Some(name)) = (root.parent(), root.file_name())
        {
            return Ok(Place { folder: folder.to_owned(), below: name.into() });
        }
        if let Ok(below) = real.strip_prefix(&root) {
            let below = if below.as_os_str().is_empty() { Path::new(".") } else { below };
            return Ok(Place { below: below.to_owned(), folder: root });
        }
    }
    // A path outside is shown as it was asked for, save that a relative one is made whole.
    if is_plain(&absolute) && granted().any(|grant| absolute.starts_with(grant)) {
        deny(&real.to_string_lossy())
    } else if Path::new(path).is_absolute() {
        deny(path)
    } else {
        deny(&absolute.to_string_lossy())
    }
}

fn absolute(permit: &Permit, path: &str) -> Option<PathBuf> {
    absolute_of(permit, path)
}

fn absolute_of(permit: &Permit, path: &str) -> Option<PathBuf> {
    let path = Path::new(path);
    if path.is_absolute() { Some(path.to_owned()) } else { permit.base_dir().map(|base| Path::new(base).join(path)) }
}

fn is_plain(path: &Path) -> bool {
    path.components().all(|part| part != Component::ParentDir)
}

/// The path with all links followed. What does not exist yet is appended as it is, if it is plain names.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let mut missing: Vec<OsString> = Vec::new();
    let mut existing = path;
    loop {
        match fs::canonicalize(existing) {
            Ok(mut real) => {
                real.extend(missing.iter().rev());
                return Ok(real);
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => match (existing.file_name(), existing.parent()) {
                (Some(name), Some(parent)) => {
                    missing.push(name.to_owned());
                    existing = parent;
                }
                // `..` after something that does not exist.
                _ => return Err(error),
            },
            Err(error) => return Err(error),
        }
    }
}
