//! Writing a file whole or not at all: beside its place, to disk, and then into its place in one step.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    process,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use cap_std::{
    ambient_authority,
    fs::{Dir, OpenOptions},
};
use futures_util::StreamExt;
use nebula_ports::{host::ByteStream, model::Failure};
use tokio::io::AsyncWriteExt;

use super::{blocking, failed, not_a_file, place::locate};
use crate::permit::{Access, Permit};

/// A file beside its place; removed when dropped before it is put there.
struct Draft {
    folder: Dir,
    draft: PathBuf,
    name: PathBuf,
    placed: bool,
}

pub(crate) async fn write(permit: &Arc<Permit>, path: &str, mut content: ByteStream) -> Result<u64, Failure> {
    let permit = permit.clone();
    let name = path.to_owned();
    let (draft, file) = blocking(move || Draft::begin(&permit, &name)).await?;
    let failed = |error| failed(Access::Write, path, &error);
    let mut file = tokio::fs::File::from_std(file);
    let mut written = 0;
    while let Some(bytes) = content.next().await {
        let bytes = bytes?;
        file.write_all(&bytes).await.map_err(failed)?;
        written += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    }
    file.flush().await.map_err(failed)?;
    file.sync_all().await.map_err(failed)?;
    drop(file);
    let name = path.to_owned();
    blocking(move || draft.place().map_err(|error| super::failed(Access::Write, &name, &error))).await?;
    Ok(written)
}

// === impl Draft ===

impl Draft {
    fn begin(permit: &Permit, path: &str) -> Result<(Self, File), Failure> {
        let place = locate(permit, Access::Write, path)?;
        let failed = |error| failed(Access::Write, path, &error);
        let Some(name) = place.below.file_name() else { return Err(not_a_file(Access::Write, path, true)) };
        let root = match Dir::open_ambient_dir(&place.folder, ambient_authority()) {
            // The granted folder itself may be new.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::fs::create_dir_all(&place.folder).map_err(failed)?;
                Dir::open_ambient_dir(&place.folder, ambient_authority()).map_err(failed)?
            }
            other => other.map_err(failed)?,
        };
        let folder = match place.below.parent() {
            Some(parent) if parent != Path::new("") => {
                root.create_dir_all(parent).map_err(failed)?;
                root.open_dir(parent).map_err(failed)?
            }
            _ => root,
        };
        let before = match folder.symlink_metadata(name) {
            Ok(metadata) if metadata.is_dir() => return Err(not_a_file(Access::Write, path, true)),
            Ok(metadata) if !metadata.is_file() && !metadata.is_symlink() => {
                return Err(not_a_file(Access::Write, path, false));
            }
            // What it was open to, it stays open to.
            Ok(metadata) if metadata.is_file() => Some(metadata.permissions()),
            Ok(_) => None,
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        let (draft, file) = create(&folder).map_err(failed)?;
        let own = Self { folder, draft, name: name.into(), placed: false };
        if let Some(permissions) = before {
            file.set_permissions(permissions).map_err(failed)?;
        }
        Ok((own, file.into_std()))
    }

    /// In one step, and on disk when it returns.
    fn place(mut self) -> io::Result<()> {
        self.folder.rename(&self.draft, &self.folder, &self.name)?;
        self.placed = true;
        // The name is on disk when its folder is.
        #[cfg(unix)]
        self.folder.open(".")?.sync_all()?;
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if !self.placed {
            // Nothing more can be done about a draft that does not go away.
            let _ = self.folder.remove_file(&self.draft);
        }
    }
}

/// A new file with a name of its own.
fn create(folder: &Dir) -> io::Result<(PathBuf, cap_std::fs::File)> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    loop {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let draft = PathBuf::from(format!(".nebula-{}-{number}.part", process::id()));
        match folder.open_with(&draft, OpenOptions::new().write(true).create_new(true)) {
            // Left by a process that had the same id.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            other => return other.map(|file| (draft, file)),
        }
    }
}
