//! Files: a path is followed to where it really leads, that place is checked, and then reached from the granted folder
//! down, so that links which change in between lead nowhere else.

mod place;
mod read;
mod write;

use std::io;

use nebula_ports::model::{Failure, FailureKind};
use tokio::task;

use std::path::Path;

pub(crate) use self::{place::Place, read::read, write::write};
use crate::permit::{Access, Permit};

/// Runs file work where it hinders nobody.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Failure::new(FailureKind::Bug, "sandbox.files", format!("file work ended early: {error}")))
    })
}

/// Where a folder is that may be read or written. Blocks.
pub(crate) fn folder(permit: &Permit, path: &str) -> Result<(Place, Access), Failure> {
    match place::locate(permit, Access::Read, path) {
        Ok(place) => Ok((place, Access::Read)),
        Err(denied) => place::locate(permit, Access::Write, path)
            .map(|place| (place, Access::Write))
            .map_err(|_| denied.before_effect()),
    }
}

/// Whether a file that exists is in a folder that may be written. Blocks.
pub(crate) fn may_write(permit: &Permit, file: &Path) -> bool {
    let is_inside = |path: &Path| path.to_str().is_some_and(|path| place::locate(permit, Access::Write, path).is_ok());
    is_inside(file) || file.parent().is_some_and(is_inside)
}

/// An error of the system about a file inside the granted folders.
pub(crate) fn failed(access: Access, path: &str, error: &io::Error) -> Failure {
    let (code, help) = match (error.kind(), access) {
        // What the confined open answers when a link led out after the check; the system's own refusal has a number.
        (io::ErrorKind::PermissionDenied, _) if error.raw_os_error().is_none() => {
            let message = format!("{} `{path}` leads out of the granted folder", access.verb());
            return Failure::new(FailureKind::Denied, access.code(), message)
                .with_help("remove the link that leads out, or grant where it leads");
        }
        (io::ErrorKind::NotFound, Access::Read) => ("file.not_found", "check the path"),
        (io::ErrorKind::IsADirectory, _) => ("file.is_folder", "name a file"),
        (io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded, _) => ("file.no_space", "free some space"),
        (_, Access::Read) => ("file.unreadable", "check the file and its permissions"),
        (_, Access::Write) => ("file.unwritable", "check the folder and its permissions"),
    };
    Failure::new(FailureKind::Permanent, code, format!("{} `{path}` failed: {error}", access.verb())).with_help(help)
}

/// Something that is neither a file nor will be one.
fn not_a_file(access: Access, path: &str, is_folder: bool) -> Failure {
    let (code, what) =
        if is_folder { ("file.is_folder", "a folder") } else { ("file.not_regular", "a device, pipe or socket") };
    Failure::new(FailureKind::Permanent, code, format!("{} `{path}` failed: it is {what}", access.verb()))
        .with_help("name a file")
}
