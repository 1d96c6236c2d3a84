//! Which file a program is: decided by the grant and by the folders of the process, never by the action.

use std::{
    collections::HashMap,
    env, fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use nebula_ports::model::{Failure, FailureKind, Grant, ProgramGrant};

use crate::{denied::denied, files, permit::Permit};

/// Where programs are looked for, and what has been found.
#[derive(Debug)]
pub(crate) struct Programs {
    folders: Vec<PathBuf>,
    /// By name. A name means one file for as long as the sandbox lives, whatever appears in the folders.
    found: Mutex<HashMap<String, PathBuf>>,
}

/// A program that may be run.
#[derive(Debug)]
pub(super) struct Found {
    /// All links followed: what is executed.
    pub(super) file: PathBuf,
    /// What the program sees as its own name: the path that was granted or found.
    pub(super) name: PathBuf,
}

// === impl Programs ===

impl Programs {
    /// Those of this process. Read once: what changes its environment later changes nothing here.
    pub(crate) fn of_this_process() -> Self {
        Self::in_folders(env::split_paths(&env::var_os("PATH").unwrap_or_default()))
    }

    /// Relative folders are left out: what they mean depends on where the process happens to be.
    fn in_folders(folders: impl Iterator<Item = PathBuf>) -> Self {
        Self { folders: folders.filter(|folder| folder.is_absolute()).collect(), found: Mutex::default() }
    }

    /// Finds a program. Blocks.
    pub(super) fn locate(&self, permit: &Permit, program: &str) -> Result<Found, Failure> {
        let wanted = ProgramGrant::new(program).map_err(|error| {
            Failure::new(FailureKind::Invalid, "exec.invalid_program", error.to_string()).before_effect()
        })?;
        let Some(granted) = permit.program(&wanted) else {
            let message = format!("running `{program}` is not granted");
            return Err(denied("capability.exec", message, Grant::Exec(wanted)).before_effect());
        };
        let name = if granted.is_path() { PathBuf::from(granted.as_str()) } else { self.named(granted.as_str())? };
        let file = executable(&name).map_err(|error| not_found(program, &error))?;
        for place in [&name, &file] {
            if files::may_write(permit, place) {
                let message = format!(
                    "`{}` is in a folder that the action may write: what it runs it must not be able to change",
                    place.display()
                );
                return Err(Failure::new(FailureKind::Denied, "capability.exec", message)
                    .with_help("grant a program that is elsewhere, or writing elsewhere")
                    .before_effect());
            }
        }
        Ok(Found { file, name })
    }

    /// The first of this name, as found when it was first asked for.
    fn named(&self, name: &str) -> Result<PathBuf, Failure> {
        let mut found = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(path) = found.get(name) {
            return Ok(path.clone());
        }
        let places = self.folders.iter().map(|folder| folder.join(name));
        let path = places.into_iter().find(|place| executable(place).is_ok()).ok_or_else(|| {
            let error = io::Error::new(io::ErrorKind::NotFound, "no folder of PATH has it");
            not_found(name, &error)
        })?;
        found.insert(name.to_owned(), path.clone());
        Ok(path)
    }
}

/// The file behind all links, if it can be executed.
fn executable(path: &Path) -> io::Result<PathBuf> {
    use std::os::unix::fs::PermissionsExt;

    let file = fs::canonicalize(path)?;
    let metadata = fs::metadata(&file)?;
    if !metadata.is_file() || metadata.permissions().mode() & 0o111 == 0 {
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is no file that can be executed"));
    }
    Ok(file)
}

fn not_found(program: &str, error: &io::Error) -> Failure {
    let message = format!("there is no program `{program}` here: {error}");
    Failure::new(FailureKind::Permanent, "exec.not_found", message)
        .with_help("install it, or grant the path where it is")
        .before_effect()
}

#[cfg(test)]
mod tests;
