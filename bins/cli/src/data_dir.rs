//! The folder that keeps runs and secrets: only its owner may look into it.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    args::{DataDirArgs, VaultArgs},
    error::{Result, Stop},
};

/// The default name; commands that are printed for copying leave it out.
const DEFAULT: &str = ".nebula";

/// A data folder, which may not exist yet.
#[derive(Debug, Clone)]
pub(crate) struct DataDir {
    root: PathBuf,
    program: String,
    /// Where the passphrase of the secrets is, instead of in a key file.
    pub(crate) passphrase_env: Option<String>,
}

// === impl DataDir ===

impl DataDir {
    /// For commands of the program of this name.
    pub(crate) fn new(program: &str, args: &DataDirArgs) -> Self {
        Self { root: args.data_dir.clone(), program: program.to_owned(), passphrase_env: None }
    }

    /// With its secrets opened as the command line says.
    pub(crate) fn with_secrets(program: &str, args: &VaultArgs) -> Self {
        Self { passphrase_env: args.passphrase_env.clone(), ..Self::new(program, &args.data) }
    }

    /// Makes the folder, for its owner only, unless it exists.
    pub(crate) fn create(&self) -> Result<()> {
        let failed = |error: io::Error| {
            Stop::store(format!("the data folder {} cannot be made: {error}", self.root.display()))
                .with_help("name another one with `--data-dir`")
        };
        if self.root.is_dir() {
            return Ok(());
        }
        make(&self.root).map_err(failed)?;
        hide(&self.root).map_err(failed)
    }

    /// The same for another folder.
    pub(crate) fn at(&self, root: PathBuf) -> Self {
        Self { root, ..self.clone() }
    }

    /// Refuses a folder that does not exist: there is nothing to look at.
    pub(crate) fn must_exist(&self) -> Result<()> {
        if self.root.is_dir() {
            return Ok(());
        }
        Err(Stop::not_found("data_dir", format!("there is no data folder {}", self.root.display()))
            .with_help("`nebula run` makes one where it is called; `--data-dir` names another"))
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Runs, journals and definitions.
    pub(crate) fn database(&self) -> PathBuf {
        self.root.join("nebula.db")
    }

    /// Large data.
    pub(crate) fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }

    /// Secret material, encrypted.
    pub(crate) fn secrets(&self) -> PathBuf {
        self.root.join("secrets.json")
    }

    /// The key of the secrets.
    pub(crate) fn key_file(&self) -> PathBuf {
        self.root.join("secrets.key")
    }

    /// A command for copying: with `--data-dir` where it is needed.
    pub(crate) fn command(&self, command: impl std::fmt::Display) -> String {
        let program = &self.program;
        if self.root == Path::new(DEFAULT) {
            format!("{program} {command}")
        } else {
            format!("{program} {command} --data-dir {}", self.root.display())
        }
    }
}

/// Keeps a folder out of repositories: it holds keys and data of runs.
pub(crate) fn hide(folder: &Path) -> io::Result<()> {
    fs::write(folder.join(".gitignore"), "*\n")
}

/// Makes a folder that only its owner may look into, and those above it.
#[cfg(unix)]
pub(crate) fn make(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        fs::create_dir_all(parent)?;
    }
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
pub(crate) fn make(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}
