//! Files: a path is followed to where it really leads, that place is checked, and then reached from the granted folder
//! down, so that links which change in between lead nowhere else.

mod place;
mod read;
mod write;

use std::io;

use nebula_ports::model::{Failure, FailureKind};
use tokio::task;

pub(crate) use self::{read::read, write::write};
use crate::permit::Access;

/// Runs file work where it hinders nobody.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Failure> + Send + 'static) -> Result<T, Failure> {
    task::spawn_blocking(work).await.unwrap_or_else(|error| {
        Err(Failure::new(FailureKind::Bug, "sandbox.files", format!("file work ended early: {error}")))
    })
}

/// An error of the system about a file inside the granted folders.
fn failed(access: Access, path: &str, error: &io::Error) -> Failure {
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
