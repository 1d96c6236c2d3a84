//! A few connections. Each is used by one caller at a time and made when first needed, or needed again.
//!
//! One of our own, as that of sqlx asks the server before and after each use whether it is still there: two round trips
//! more for each commit. Here a connection that was left in the middle of something is thrown away, one that has rested for
//! long is tried, and the first that turns out to be dead takes those with it that rest beside it; whoever met it takes
//! another one.

use std::{
    fmt,
    ops::{Deref, DerefMut},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use nebula_ports::{Error, ErrorKind, error::RetryStatus, time::Timestamp};
use sqlx::{Connection as _, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{connect::Connector, error::Failure};

/// After how long a connection that was not used is tried before it is used again.
const RESTED: Duration = Duration::from_secs(5);

/// Connections of one process.
#[derive(Clone)]
pub(crate) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    connector: Connector,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<(PgConnection, Timestamp)>>,
}

/// A connection in use. Dropped, it is closed; [`give_back`](Self::give_back) keeps it for the next caller.
pub(crate) struct Pooled {
    connection: PgConnection,
    /// It has rested, and may have ended meanwhile.
    is_reused: bool,
    shared: Arc<Shared>,
    _permit: OwnedSemaphorePermit,
}

// === impl Pool ===

impl Pool {
    pub(crate) fn new(connector: Connector, connections: usize) -> Self {
        let permits = Arc::new(Semaphore::new(connections.max(1)));
        Self { shared: Arc::new(Shared { connector, permits, idle: Mutex::default() }) }
    }

    pub(crate) fn connector(&self) -> &Connector {
        &self.shared.connector
    }

    /// Waits for a connection.
    pub(crate) async fn get(&self, operation: &'static str) -> Result<Pooled, Error> {
        let shared = Arc::clone(&self.shared);
        let permit = shared.connector.limit_wait(async {
            let permit = Arc::clone(&shared.permits).acquire_owned().await;
            permit.map_err(|_| closed(operation))
        });
        let permit = match permit.await {
            Ok(permit) => permit,
            Err(Failure::TimedOut) => {
                return Err(Error::new(
                    ErrorKind::Unavailable,
                    operation,
                    "all connections to the database are in use; allow more, or see what takes so long",
                )
                .with_context("database", shared.connector.server()));
            }
            Err(failure) => return Err(self.error(operation, failure)),
        };
        let got = self.connection().await.map_err(|failure| self.error(operation, failure))?;
        let (connection, is_reused) = got;
        Ok(Pooled { connection, is_reused, shared, _permit: permit })
    }

    /// A connection, and whether it was used before.
    async fn connection(&self) -> Result<(PgConnection, bool), Failure> {
        let Shared { connector, idle, .. } = &*self.shared;
        loop {
            let Some((mut connection, since)) = lock(idle).pop() else {
                return Ok((connector.connect().await?, false));
            };
            if connector.clock().now().since(since) < RESTED {
                return Ok((connection, true));
            }
            if connector.limit_wait(connection.ping()).await.is_ok() {
                return Ok((connection, true));
            }
            self.forget_idle();
        }
    }

    /// Turns a failure into an error of `operation`. When the connection has ended, those that rest have too.
    pub(crate) fn error(&self, operation: &'static str, failure: Failure) -> Error {
        if !failure.leaves_connection() {
            self.forget_idle();
        }
        failure.into_error(operation, self.connector().server())
    }

    fn forget_idle(&self) {
        lock(&self.shared.idle).clear();
    }

    /// Ends the connections that rest; one that is in use ends when its caller is done.
    pub(crate) async fn close(&self) {
        self.shared.permits.close();
        let idle = std::mem::take(&mut *lock(&self.shared.idle));
        for (connection, _) in idle {
            // It says goodbye to a server that may not be there any more.
            let _ = self.connector().limit_wait(connection.close()).await;
        }
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").field("server", &self.shared.connector.server()).finish_non_exhaustive()
    }
}

fn lock(idle: &Mutex<Vec<(PgConnection, Timestamp)>>) -> std::sync::MutexGuard<'_, Vec<(PgConnection, Timestamp)>> {
    // Nothing panics while it is held.
    idle.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The storage is closed.
pub(crate) fn closed(operation: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, operation, "the storage is closed").with_retry(RetryStatus::Permanent)
}

// === impl Pooled ===

impl Pooled {
    /// Whether a failure of the first thing that was done with it says no more than that it had ended while it rested: then
    /// nothing has happened, and another connection may do.
    pub(crate) fn had_ended(&self, failure: &Failure) -> bool {
        self.is_reused && failure.is_cut()
    }

    /// Keeps the connection for the next caller. Only for one that is not in the middle of anything.
    pub(crate) fn give_back(self) {
        let Self { connection, shared, _permit, .. } = self;
        if !shared.permits.is_closed() {
            let now = shared.connector.clock().now();
            lock(&shared.idle).push((connection, now));
        }
    }
}

impl Deref for Pooled {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.connection
    }
}

impl DerefMut for Pooled {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.connection
    }
}
