//! A few connections for reading. Each is used by one caller at a time and opened when first needed.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nebula_ports::{Error, ErrorKind};
use sqlx::SqliteConnection;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::connect;

/// Connections for reading.
#[derive(Clone)]
pub(crate) struct Readers {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    busy_timeout: Duration,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<SqliteConnection>>,
}

/// A connection that goes back when dropped.
pub(crate) struct Reader {
    connection: Option<SqliteConnection>,
    shared: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
}

// === impl Readers ===

impl Readers {
    pub(crate) fn new(path: PathBuf, count: usize, busy_timeout: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(count.max(1)));
        Self { shared: Arc::new(Shared { path, busy_timeout, permits, idle: Mutex::default() }) }
    }

    /// Waits for a connection.
    pub(crate) async fn get(&self) -> Result<Reader, Error> {
        let shared = Arc::clone(&self.shared);
        let permit = Arc::clone(&shared.permits).acquire_owned().await.map_err(|_| closed("sqlite.read"))?;
        let idle = shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect::reader(&shared.path, shared.busy_timeout).await?,
        };
        Ok(Reader { connection: Some(connection), shared, _permit: permit })
    }

    /// Ends the idle connections; one that is in use ends when its caller is done.
    pub(crate) async fn close(&self) -> Result<(), Error> {
        self.shared.permits.close();
        let idle = std::mem::take(&mut *self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            connect::close(&self.shared.path, connection).await?;
        }
        Ok(())
    }
}

impl fmt::Debug for Readers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Readers").field("path", &self.shared.path).finish_non_exhaustive()
    }
}

/// The storage is closed.
pub(crate) fn closed(operation: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, operation, "the storage is closed")
        .with_retry(nebula_ports::error::RetryStatus::Permanent)
}

// === impl Reader ===

impl Deref for Reader {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        self.connection.as_ref().expect("it is there until it is dropped")
    }
}

impl DerefMut for Reader {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        self.connection.as_mut().expect("it is there until it is dropped")
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && !self.shared.permits.is_closed()
        {
            self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}
