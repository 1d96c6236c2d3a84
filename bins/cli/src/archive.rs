//! What a backup is made of: a folder with a database, large values, secrets as they are sealed, and a manifest that names each
//! file with its digest.

use std::{
    fs::{self, File},
    io,
    path::{Component, Path, PathBuf},
};

use nebula_ports::{
    model::{Digest, Generation},
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use crate::{
    compose,
    error::{Result, Stop},
    exit::Exit,
};

/// The version of the manifest that this program writes.
const FORMAT: u32 = 1;
const MANIFEST: &str = "manifest.json";

/// The names of what is in a backup, and in a data folder.
pub(crate) const DATABASE: &str = "nebula.db";
pub(crate) const BLOBS: &str = "blobs";
pub(crate) const SECRETS: &str = "secrets.json";

/// What is in a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Manifest {
    /// The version of this format.
    pub(crate) nebula_backup: u32,
    pub(crate) made_at: Timestamp,
    /// Of the database.
    pub(crate) schema_version: i32,
    /// Which copy of the data it was made of.
    pub(crate) generation: Generation,
    pub(crate) files: Vec<Kept>,
}

/// A file of a backup.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kept {
    /// With `/` between its parts, below the folder of the backup.
    pub(crate) path: String,
    pub(crate) bytes: u64,
    pub(crate) digest: Digest,
}

// === impl Manifest ===

impl Manifest {
    pub(crate) fn new(made_at: Timestamp, schema_version: i32, generation: Generation, files: Vec<Kept>) -> Self {
        Self { nebula_backup: FORMAT, made_at, schema_version, generation, files }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// Writes it, as the last file of a backup.
    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(MANIFEST);
        let text = serde_json::to_vec_pretty(self).map_err(|error| Stop::internal(error.to_string()))?;
        fs::write(&path, text).and_then(|()| sync(&path)).map_err(|error| failed("written", &path, &error))
    }

    /// Reads that of a backup.
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        let path = folder.join(MANIFEST);
        let text = match fs::read(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let message = format!("{} is no backup: it has no {MANIFEST}", folder.display());
                return Err(Stop::not_found("backup", message).with_help("`nebula backup FOLDER` makes one"));
            }
            text => text.map_err(|error| failed("read", &path, &error))?,
        };
        let damaged = |error: serde_json::Error| {
            Stop::new(Exit::DAMAGED, "backup_damaged", format!("{} cannot be understood: {error}", path.display()))
        };
        // The version first: a newer one may have other members.
        let value: serde_json::Value = serde_json::from_slice(&text).map_err(damaged)?;
        let format = value.get("nebula_backup").and_then(serde_json::Value::as_u64).unwrap_or(0);
        if format > u64::from(FORMAT) {
            return Err(newer(format!("the backup has format {format}, this program knows {FORMAT}")));
        }
        let manifest: Self = serde_json::from_value(value).map_err(damaged)?;
        if manifest.schema_version > compose::SCHEMA_VERSION {
            let (found, known) = (manifest.schema_version, compose::SCHEMA_VERSION);
            return Err(newer(format!(
                "the backup's database has schema version {found}, this program knows versions up to {known}"
            )));
        }
        Ok(manifest)
    }
}

fn newer(message: String) -> Stop {
    Stop::new(Exit::STORE, "backup_newer", message).with_help("use the program that made it, or a newer one")
}

// === impl Kept ===

impl Kept {
    /// Of a file that is in the folder.
    pub(crate) fn of(folder: &Path, path: String) -> Result<Self> {
        let file = folder.join(&path);
        let read = || Ok((fs::metadata(&file)?.len(), Digest::of_reader(File::open(&file)?)?));
        let (bytes, digest) = read().map_err(|error: io::Error| failed("read", &file, &error))?;
        Ok(Self { path, bytes, digest })
    }

    /// Where it is below a folder. What would be outside is refused.
    pub(crate) fn below(&self, folder: &Path) -> Result<PathBuf> {
        let path = Path::new(&self.path);
        let known = path.components().next().and_then(|part| part.as_os_str().to_str());
        let is_ours = matches!(known, Some(DATABASE | BLOBS | SECRETS));
        if is_ours && path.components().all(|part| matches!(part, Component::Normal(_))) {
            return Ok(folder.join(path));
        }
        let message = format!("the backup names a file that belongs to none: `{}`", self.path);
        Err(Stop::new(Exit::DAMAGED, "backup_damaged", message))
    }

    /// Copies it out of a backup, and compares what has arrived with what was to.
    pub(crate) fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        let (source, target) = (self.below(from)?, self.below(to)?);
        let damaged = |what: String| {
            Stop::new(Exit::DAMAGED, "backup_damaged", format!("the backup is damaged: `{}` {what}", self.path))
        };
        match copy(&source, &target) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(damaged("is not there".to_owned())),
            copied => copied.map_err(|error| failed("copied", &source, &error))?,
        }
        let arrived = Self::of(to, self.path.clone())?;
        if arrived.digest != self.digest || arrived.bytes != self.bytes {
            return Err(damaged("is not what was backed up".to_owned()));
        }
        Ok(())
    }
}

/// Copies a file to the disk.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut target = File::create_new(to)?;
    io::copy(&mut source, &mut target)?;
    target.sync_all()
}

/// Makes a file's content durable.
fn sync(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

pub(crate) fn failed(what: &str, path: &Path, error: &io::Error) -> Stop {
    Stop::store(format!("{} cannot be {what}: {error}", path.display()))
}
