//! How a storage is opened.

use std::{fmt, sync::Arc, time::Duration};

use nebula_ports::clock::Clock;
use secrecy::SecretString;

/// Options of [`PostgresStorage::open`](crate::PostgresStorage::open).
#[derive(Clone)]
pub struct PostgresOptions {
    /// Where the database is, and as whom: `postgres://user:password@host:port/database?sslmode=verify-full`. Never shown.
    pub url: SecretString,
    /// Times the limits below. What is stored is timed by the server.
    pub clock: Arc<dyn Clock>,
    /// The schema that holds the tables, made when it is missing: lower-case letters, digits and underscores. Several
    /// storages in one database need one each. Default: `nebula`.
    pub schema: String,
    /// Connections at most. One more is made while the schema is brought up to date. Default: 8.
    pub connections: usize,
    /// How long to wait for a connection, a free one or a new one. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long the server may work on one statement, waiting for locks included; a call is given up when it has had no
    /// answer for this long and [`connect_timeout`](Self::connect_timeout) more. At least 1 ms. Default: 30 s.
    pub statement_timeout: Duration,
    /// What the server's list of connections shows. Default: `nebula`.
    pub application_name: String,
    /// Whether to make the tables, bring older ones up to date and make parts of the journal ahead of time. Without it the
    /// user needs no right to create anything; somebody else opens the storage with it first, and at least once a year.
    /// Default: yes.
    pub migrate: bool,
    /// Whether this database takes the place of another copy of its data, as after a restore or a promotion that has lost
    /// something: the store's generation is raised, so that no lease of the other copy counts here, and what was held is due at
    /// once. Say so once, not each time. Default: no.
    pub take_over: bool,
}

// === impl PostgresOptions ===

impl PostgresOptions {
    /// The defaults, for this database.
    #[must_use]
    pub fn new(url: SecretString, clock: Arc<dyn Clock>) -> Self {
        Self {
            url,
            clock,
            schema: "nebula".to_owned(),
            connections: 8,
            connect_timeout: Duration::from_secs(10),
            statement_timeout: Duration::from_secs(30),
            application_name: "nebula".to_owned(),
            migrate: true,
            take_over: false,
        }
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("schema", &self.schema)
            .field("connections", &self.connections)
            .field("connect_timeout", &self.connect_timeout)
            .field("statement_timeout", &self.statement_timeout)
            .field("application_name", &self.application_name)
            .field("migrate", &self.migrate)
            .field("take_over", &self.take_over)
            .finish_non_exhaustive()
    }
}
