//! Where the programs are, and as whom they run: PostgreSQL refuses to run as root.

use std::{
    fs,
    os::unix::process::CommandExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Absent;

/// The oldest version that will do.
const OLDEST: u32 = 15;

/// The programs of one version.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    folder: PathBuf,
    /// User and group, when this process is root.
    run_as: Option<(u32, u32)>,
}

// === impl Programs ===

impl Programs {
    pub(crate) fn find() -> Result<Self, Absent> {
        let folder = folder().ok_or_else(|| {
            Absent(format!("there are no programs of PostgreSQL {OLDEST} or newer (Debian: postgresql-{OLDEST})"))
        })?;
        let run_as = if is_root() {
            let user = user("postgres").or_else(|| user("nobody"));
            Some(user.ok_or_else(|| Absent("PostgreSQL does not run as root, and there is no user `postgres`".into()))?)
        } else {
            None
        };
        Ok(Self { folder, run_as })
    }

    /// One of the programs.
    pub(crate) fn command(&self, program: &str) -> Command {
        self.as_user(&self.folder.join(program))
    }

    /// Any program, run as the server is.
    pub(crate) fn as_user(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/");
        if let Some((user, group)) = self.run_as {
            command.uid(user).gid(group);
        }
        command
    }

    pub(crate) fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// Hands a folder to whom the server runs as.
    pub(crate) fn hand_over(&self, folder: &Path) -> std::io::Result<()> {
        match self.run_as {
            Some((user, group)) => std::os::unix::fs::chown(folder, Some(user), Some(group)),
            None => Ok(()),
        }
    }
}

/// Where `initdb` and the others are: the newest of those that Debian installs, or those of the `PATH`.
fn folder() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let versions = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    let newest = versions.filter(|version| *version >= OLDEST).max();
    let installed = newest.map(|version| PathBuf::from(format!("/usr/lib/postgresql/{version}/bin")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = installed.into_iter().chain(std::env::split_paths(&path));
    folders.find(|folder| folder.join("initdb").is_file() && folder.join("postgres").is_file())
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn user(name: &str) -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    users.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let mut ids = fields.skip(1);
        Some((ids.next()?.parse().ok()?, ids.next()?.parse().ok()?))
    })
}
