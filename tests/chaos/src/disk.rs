//! A small disk of its own, which can be filled: a file system in memory. Mounting one takes privileges.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// Enough for the data of a run, little enough to be filled at once.
const SIZE: &str = "size=256m";
/// What is written at a time: the last page counts.
static CHUNK: [u8; 64 * 1024] = [7; 64 * 1024];

/// Unmounted when it is dropped.
#[derive(Debug)]
pub(crate) struct Disk {
    path: PathBuf,
}

impl Disk {
    /// Mounts one on `path`, which is made; `None` where this process may not.
    pub(crate) fn mount(path: &Path) -> io::Result<Option<Self>> {
        fs::create_dir_all(path)?;
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", SIZE, "nebula-chaos"]).arg(path).stdout(Stdio::null()).stderr(Stdio::null());
        match command.status() {
            Ok(status) if status.success() => Ok(Some(Self { path: path.to_path_buf() })),
            Ok(_) => Ok(None),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Leaves no room for anything.
    pub(crate) fn fill(&self) -> io::Result<()> {
        let mut ballast = File::create(self.ballast())?;
        let mut length = CHUNK.len();
        while length > 0 {
            match ballast.write(&CHUNK[..length]) {
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::StorageFull => length /= 2,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Makes room again.
    pub(crate) fn clear(&self) -> io::Result<()> {
        fs::remove_file(self.ballast())
    }

    fn ballast(&self) -> PathBuf {
        self.path.join("ballast")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whoever still has a file open there keeps it for as long; the name is gone.
        let _ = Command::new("umount").arg("-l").arg(&self.path).status();
    }
}
