//! How a storage is opened.

use std::{sync::Arc, time::Duration};

use nebula_ports::spawn::Spawner;

/// Options of [`SqliteStorage::open`](crate::SqliteStorage::open).
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// Starts the writer task, which ends when the storage is closed or its last handle is dropped.
    pub spawner: Arc<dyn Spawner>,
    /// How long to wait for a lock that another program (a backup, a shell) has on the file. Default: 5 s.
    pub busy_timeout: Duration,
    /// Connections for reading. Default: 3.
    pub readers: usize,
    /// Calls written in one transaction at most. Default: 512.
    pub batch: usize,
    /// Whether this file takes the place of another copy of its data, as after a restore: the store's generation is raised, so
    /// that no lease of the other copy counts here, and what was held is due at once. Default: no.
    pub take_over: bool,
}

// === impl SqliteOptions ===

impl SqliteOptions {
    /// The defaults, with this spawner.
    #[must_use]
    pub fn new(spawner: Arc<dyn Spawner>) -> Self {
        Self { spawner, busy_timeout: Duration::from_secs(5), readers: 3, batch: 512, take_over: false }
    }
}
