//! The folder in which a program works: opened inside of what is granted, and entered through what was opened.

use std::path::{Path, PathBuf};

use cap_std::{ambient_authority, fs::Dir};
use nebula_ports::model::Failure;

use crate::{files, permit::Permit};

/// A folder to start in.
#[derive(Debug)]
pub(super) enum Folder {
    /// The root: the same for everybody, and nothing is found by being there.
    Root,
    /// One that is open: a link that changes after the check leads nowhere else.
    Open { dir: Dir, path: PathBuf },
}

// === impl Folder ===

impl Folder {
    /// Blocks.
    pub(super) fn find(permit: &Permit, path: Option<&str>) -> Result<Self, Failure> {
        let Some(path) = path else { return Ok(Self::Root) };
        let (place, access) = files::folder(permit, path)?;
        let failed = |error| files::failed(access, path, &error).before_effect();
        let root = Dir::open_ambient_dir(&place.folder, ambient_authority()).map_err(failed)?;
        let dir = root.open_dir(&place.below).map_err(failed)?;
        Ok(Self::Open { dir, path: place.folder.join(&place.below) })
    }

    /// Its path, for as long as it lives.
    pub(super) fn path(&self) -> PathBuf {
        match self {
            Self::Root => PathBuf::from("/"),
            Self::Open { dir, path } => opened(dir, path),
        }
    }
}

/// The child has the descriptor until it executes the program.
#[cfg(target_os = "linux")]
fn opened(dir: &Dir, _: &Path) -> PathBuf {
    use std::os::fd::AsRawFd;

    PathBuf::from(format!("/proc/self/fd/{}", dir.as_raw_fd()))
}

/// Where descriptors have no paths, its own path is entered again.
#[cfg(not(target_os = "linux"))]
fn opened(_: &Dir, path: &Path) -> PathBuf {
    path.to_owned()
}
