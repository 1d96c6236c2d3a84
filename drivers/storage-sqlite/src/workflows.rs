//! The port of definitions: writes go to the writer, reads to a reader.

use std::path::PathBuf;

use async_trait::async_trait;
use nebula_ports::{
    Result, Scope,
    model::{Digest, Workflow, WorkflowId},
    workflow_repo::{StoredWorkflow, WorkflowRepo},
};
use sqlx::{Executor as _, Sqlite, query::Query, sqlite::SqliteArguments};

use crate::{
    error::from_sqlx,
    executions::read_only,
    readers::Readers,
    row::{self, workflow_columns},
    writer::{Job, Writer},
};

const BY_DIGEST: &str = concat!("SELECT ", workflow_columns!(), " FROM workflow WHERE tenant = ? AND digest = ?");
const LATEST: &str =
    concat!("SELECT ", workflow_columns!(), " FROM workflow WHERE tenant = ? AND id = ? ORDER BY version DESC LIMIT 1");

/// Every query.
#[cfg(test)]
pub(crate) const QUERIES: &[&str] = &[BY_DIGEST, LATEST];

/// Definitions in a database.
#[derive(Debug, Clone)]
pub(crate) struct SqliteWorkflows {
    path: PathBuf,
    readers: Readers,
    writer: Option<Writer>,
}

// === impl SqliteWorkflows ===

impl SqliteWorkflows {
    pub(crate) const fn new(path: PathBuf, readers: Readers, writer: Option<Writer>) -> Self {
        Self { path, readers, writer }
    }

    async fn read(
        &self,
        operation: &'static str,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<Option<StoredWorkflow>> {
        let mut reader = self.readers.get().await?;
        let row = reader.fetch_optional(query).await.map_err(|error| from_sqlx(operation, &self.path, error))?;
        let stored = row.map(|row| row::workflow(operation, &row)).transpose();
        stored.map_err(|error| error.with_context("file", self.path.display()))
    }
}

#[async_trait]
impl WorkflowRepo for SqliteWorkflows {
    async fn put(&self, scope: &Scope, definition: &Workflow) -> Result<StoredWorkflow> {
        let writer = self.writer.as_ref().ok_or_else(|| read_only("workflow_repo.put"))?;
        let (tenant, definition) = (scope.tenant().clone(), Box::new(definition.clone()));
        writer.call(|reply| Job::PutWorkflow { tenant, definition, reply }).await?
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<Option<StoredWorkflow>> {
        let query = sqlx::query(BY_DIGEST).bind(scope.tenant().as_str()).bind(&digest.as_bytes()[..]);
        self.read("workflow_repo.get", query).await
    }

    async fn latest(&self, scope: &Scope, id: &WorkflowId) -> Result<Option<StoredWorkflow>> {
        let query = sqlx::query(LATEST).bind(scope.tenant().as_str()).bind(id.as_str());
        self.read("workflow_repo.latest", query).await
    }
}
