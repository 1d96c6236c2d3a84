//! The storage: opening, the ports it gives, closing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use futures_util::FutureExt as _;
use nebula_ports::{
    Error, ErrorKind, clock::Clock, execution_repo::ExecutionRepo, model::Generation, trigger_repo::TriggerRepo,
    workflow_repo::WorkflowRepo,
};
use sqlx::{Executor as _, Row as _};

use crate::{
    Copied, SqliteOptions, connect, copy,
    executions::SqliteExecutions,
    file::{Found, inspect},
    lock::DataLock,
    migrate,
    readers::Readers,
    triggers::SqliteTriggers,
    workflows::SqliteWorkflows,
    writer::{Job, Writer, WriterTask},
};

const OPERATION: &str = "sqlite.open";

/// How long a reader waits for another program's lock.
const READ_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(5);

/// One database file. Clones are handles of the same storage.
#[derive(Debug, Clone)]
pub struct SqliteStorage {
    path: PathBuf,
    readers: Readers,
    /// `None` when opened for reading only.
    writer: Option<Writer>,
}

// === impl SqliteStorage ===

impl SqliteStorage {
    /// The schema version that this code writes. It reads older ones too, once they are brought up to date.
    pub const SCHEMA_VERSION: i32 = migrate::VERSION;

    /// Opens the database at `path` for this process alone, or makes it. The folder must exist. Time comes from `clock`,
    /// for leases too.
    ///
    /// # Errors
    /// - `Busy`, with the path and the process id, when another process has it open;
    /// - `Corrupt` when the file is damaged, no database, or not one of Nebula's;
    /// - `Unsupported` when a newer version wrote it;
    /// - `NotFound` when the folder does not exist, `PermissionDenied`, `Unavailable`: what the file system says.
    ///
    /// A file that is refused is left as it is, byte for byte.
    pub async fn open(path: impl AsRef<Path>, clock: Arc<dyn Clock>, options: SqliteOptions) -> Result<Self, Error> {
        let path = absolute(path.as_ref())?;
        let SqliteOptions { spawner, busy_timeout, readers, batch, take_over } = options;
        let lock = DataLock::acquire(&path)?;
        match inspect(&path, migrate::VERSION)? {
            Found::Nothing => migrate::create(&path, clock.now()).await?,
            Found::Database { bytes } => {
                let version = migrate::check(&path, bytes, busy_timeout).await?;
                migrate::upgrade(&path, version, busy_timeout).await?;
            }
        }
        let mut connection = connect::writer(&path, busy_timeout).await?;
        if take_over {
            migrate::raise_generation(&mut connection, &path, clock.now()).await?;
        }
        let (writer, task) = WriterTask::new(path.clone(), clock, connection, lock, batch).await?;
        spawner.spawn("sqlite writer", task.run().boxed());
        let readers = Readers::new(path.clone(), readers, busy_timeout);
        Ok(Self { path, readers, writer: Some(writer) })
    }

    /// Opens an existing database for reading, also while another process has it open. Whatever writes is `Unsupported`.
    ///
    /// # Errors
    /// As for [`open`](Self::open), except `Busy`; `NotFound` when there is no database; `Unsupported` for one of an older
    /// version, which [`upgrade`](Self::upgrade) brings up to date.
    pub async fn open_read_only(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = absolute(path.as_ref())?;
        let version = version_of(&path).await?;
        if version < migrate::VERSION {
            let message = format!(
                "the database has schema version {version}, this program reads version {}; it is brought up to date when it is opened for writing",
                migrate::VERSION
            );
            return Err(Error::new(ErrorKind::Unsupported, OPERATION, message).with_context("file", path.display()));
        }
        let readers = Readers::new(path.clone(), 1, READ_TIMEOUT);
        Ok(Self { path, readers, writer: None })
    }

    /// Brings an existing database of an older version up to date, in one transaction; tells whether there was anything to
    /// do. One that is up to date is only looked at, and may be in use.
    ///
    /// # Errors
    /// As for [`open`](Self::open); `NotFound` when there is no database.
    pub async fn upgrade(path: impl AsRef<Path>) -> Result<bool, Error> {
        let path = absolute(path.as_ref())?;
        if version_of(&path).await? >= migrate::VERSION {
            return Ok(false);
        }
        let _lock = DataLock::acquire(&path)?;
        // Somebody may have done it meanwhile.
        let version = version_of(&path).await?;
        migrate::upgrade(&path, version, READ_TIMEOUT).await?;
        Ok(version < migrate::VERSION)
    }

    /// Copies an existing database to a new file, as of one moment, also while a process has it open; returns when the copy is
    /// on the disk. The copy is a database like any other; one that takes the place of the first is opened with
    /// [`take_over`](SqliteOptions::take_over).
    ///
    /// # Errors
    /// As for [`open_read_only`](Self::open_read_only); `InvalidInput` when there is a file at `target`; what the file
    /// system says. What was written of the copy stays then.
    pub async fn copy(path: impl AsRef<Path>, target: impl AsRef<Path>) -> Result<Copied, Error> {
        let (path, target) = (absolute(path.as_ref())?, absolute(target.as_ref())?);
        version_of(&path).await?;
        if target.exists() {
            return Err(Error::new(ErrorKind::InvalidInput, OPERATION, "there is a file where the copy is to be")
                .with_context("file", target.display()));
        }
        copy::copy(&path, &target).await
    }

    /// The executions of this database.
    #[must_use]
    pub fn executions(&self) -> Arc<dyn ExecutionRepo> {
        Arc::new(SqliteExecutions::new(self.path.clone(), self.readers.clone(), self.writer.clone()))
    }

    /// The definitions of this database.
    #[must_use]
    pub fn workflows(&self) -> Arc<dyn WorkflowRepo> {
        Arc::new(SqliteWorkflows::new(self.path.clone(), self.readers.clone(), self.writer.clone()))
    }

    /// The triggers of this database.
    #[must_use]
    pub fn triggers(&self) -> Arc<dyn TriggerRepo> {
        Arc::new(SqliteTriggers::new(self.path.clone(), self.readers.clone(), self.writer.clone()))
    }

    /// Which copy of its data it is.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub async fn generation(&self) -> Result<Generation, Error> {
        let failed = |error| crate::error::from_sqlx("sqlite.generation", &self.path, error);
        let mut reader = self.readers.get().await?;
        let row = reader.fetch_one("SELECT generation FROM store").await.map_err(failed)?;
        Ok(Generation(row.try_get(0).map_err(failed)?))
    }

    /// Where the database is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until all that was accepted is written, then lets go of the file and its lock. Calls that come later fail
    /// as `Unavailable`. Dropping every handle does the same without waiting.
    ///
    /// # Errors
    /// When a connection does not end well; nothing that was acknowledged is lost by that.
    pub async fn close(&self) -> Result<(), Error> {
        self.readers.close().await?;
        match &self.writer {
            Some(writer) => match writer.call(Job::Close).await {
                Ok(ended) => ended,
                // Somebody else closed it.
                Err(_) => Ok(()),
            },
            None => Ok(()),
        }
    }
}

/// The schema version of an existing database.
async fn version_of(path: &Path) -> Result<i32, Error> {
    match inspect(path, migrate::VERSION)? {
        Found::Nothing => {
            Err(Error::new(ErrorKind::NotFound, OPERATION, "there is no database").with_context("file", path.display()))
        }
        Found::Database { bytes } => migrate::check(path, bytes, READ_TIMEOUT).await,
    }
}

/// The path from the root, so that a later change of the working folder does not matter.
fn absolute(path: &Path) -> Result<PathBuf, Error> {
    let failed =
        |error: io::Error| crate::error::from_io(OPERATION, path, "the folder of the database cannot be opened", error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let Some(name) = path.file_name() else {
        return Err(Error::new(ErrorKind::InvalidInput, OPERATION, "this is not the path of a file")
            .with_context("file", path.display()));
    };
    Ok(fs::canonicalize(folder).map_err(failed)?.join(name))
}
