//! The storage: opening, the ports it gives, closing.

use std::sync::Arc;

use nebula_ports::{Error, execution_repo::ExecutionRepo, trigger_repo::TriggerRepo, workflow_repo::WorkflowRepo};

use crate::{
    HintOptions, PostgresHints, PostgresOptions, connect::Connector, executions::PostgresExecutions, migrate,
    pool::Pool, triggers::PostgresTriggers, workflows::PostgresWorkflows,
};

/// One schema of one database. Clones are handles of the same storage.
#[derive(Debug, Clone)]
pub struct PostgresStorage {
    pool: Pool,
}

// === impl PostgresStorage ===

impl PostgresStorage {
    /// Connects, and makes the tables or brings them up to date where the options allow it. Any number of processes may
    /// do so at once.
    ///
    /// # Errors
    /// Each names the database, and what to do:
    /// - `InvalidInput` for options that cannot be used; the password is never part of an error;
    /// - `Unavailable` when the server cannot be reached, is starting up, has no connection left or takes no writes;
    /// - `NotFound` when there is no such database, or no tables and the options do not allow to make them;
    /// - `PermissionDenied` when the server does not let the user in, or it may not do what is needed;
    /// - `Unsupported` for a server older than 15, a database that is not UTF-8, tables of a newer version of Nebula;
    /// - `AlreadyExists` when the schema holds the tables of something else;
    /// - `Busy` when another process has been changing the tables for two minutes.
    pub async fn open(options: PostgresOptions) -> Result<Self, Error> {
        let connector = Connector::new(&options)?;
        migrate::prepare(&connector, options.migrate).await?;
        if options.take_over {
            migrate::raise_generation(&connector).await?;
        }
        Ok(Self { pool: Pool::new(connector, options.connections) })
    }

    /// The executions of this schema.
    #[must_use]
    pub fn executions(&self) -> Arc<dyn ExecutionRepo> {
        Arc::new(PostgresExecutions::new(self.pool.clone()))
    }

    /// The definitions of this schema.
    #[must_use]
    pub fn workflows(&self) -> Arc<dyn WorkflowRepo> {
        Arc::new(PostgresWorkflows::new(self.pool.clone()))
    }

    /// The triggers of this schema.
    #[must_use]
    pub fn triggers(&self) -> Arc<dyn TriggerRepo> {
        Arc::new(PostgresTriggers::new(self.pool.clone()))
    }

    /// A queue of hints that reaches every process with one on this schema. It has a connection of its own to listen on,
    /// and makes it anew when it ends.
    #[must_use]
    pub fn hints(&self, options: HintOptions) -> PostgresHints {
        PostgresHints::start(self.pool.clone(), options)
    }

    /// Ends the connections that are not in use; one that is ends with its call. Calls that come later fail as
    /// `Unavailable`. Dropping every handle does the same without telling the server.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}
