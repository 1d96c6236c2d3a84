//! The port of definitions.

use async_trait::async_trait;
use nebula_ports::{
    Error, ErrorKind, Result, Scope,
    model::{Digest, TenantId, Workflow, WorkflowId},
    time::Timestamp,
    workflow_repo::{StoredWorkflow, WorkflowRepo},
};

use crate::{
    executions::read::fetch,
    pool::Pool,
    row::{self, Columns, workflow_columns},
};

const BY_DIGEST: &str = concat!("SELECT ", workflow_columns!(), " FROM workflow WHERE tenant = $1 AND digest = $2");
const LATEST: &str = concat!(
    "SELECT ",
    workflow_columns!(),
    " FROM workflow WHERE tenant = $1 AND id = $2 ORDER BY version DESC LIMIT 1"
);

/// Nothing, when another definition takes this version meanwhile, or the same one is stored.
const INSERT: &str = "INSERT INTO workflow (tenant, id, version, digest, stored_at, definition) \
    SELECT $1, $2, coalesce((SELECT max(version) FROM workflow WHERE tenant = $1 AND id = $2), 0) + 1, $3, now_micros(), $4 \
    ON CONFLICT DO NOTHING RETURNING version, stored_at";

/// How often a definition is tried to be stored. Each time that it is not, another one was.
const TRIES: usize = 64;

/// Definitions in a database.
#[derive(Debug, Clone)]
pub(crate) struct PostgresWorkflows {
    pool: Pool,
}

// === impl PostgresWorkflows ===

impl PostgresWorkflows {
    pub(crate) const fn new(pool: Pool) -> Self {
        Self { pool }
    }

    async fn by_digest(
        &self,
        operation: &'static str,
        tenant: &TenantId,
        digest: Digest,
    ) -> Result<Option<StoredWorkflow>> {
        let query = sqlx::query(BY_DIGEST).bind(tenant.as_str()).bind(&digest.as_bytes()[..]);
        self.read(operation, query).await
    }

    async fn read(
        &self,
        operation: &'static str,
        query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> Result<Option<StoredWorkflow>> {
        let rows = fetch(&self.pool, operation, query).await?;
        let stored = rows.first().map(|row| row::workflow(operation, row)).transpose();
        stored.map_err(|error| self.pool.error(operation, error.into()))
    }
}

#[async_trait]
impl WorkflowRepo for PostgresWorkflows {
    async fn put(&self, scope: &Scope, definition: &Workflow) -> Result<StoredWorkflow> {
        const OPERATION: &str = "workflow_repo.put";
        let tenant = scope.tenant();
        let text = definition.canonical_json();
        let digest = Digest::of(text.as_bytes());
        for _ in 0..TRIES {
            if let Some(stored) = self.by_digest(OPERATION, tenant, digest).await? {
                return Ok(stored);
            }
            let query = sqlx::query(INSERT)
                .bind(tenant.as_str())
                .bind(definition.id.as_str())
                .bind(&digest.as_bytes()[..])
                .bind(&text);
            let rows = fetch(&self.pool, OPERATION, query).await?;
            if let Some(row) = rows.first() {
                let columns = Columns { operation: OPERATION, row };
                let version = columns.count(0)?;
                let stored_at: Timestamp = columns.time(1)?;
                let version = u32::try_from(version).unwrap_or(u32::MAX);
                return Ok(StoredWorkflow { digest, version, stored_at, definition: definition.clone() });
            }
        }
        Err(Error::new(ErrorKind::Busy, OPERATION, "other versions of this workflow are being stored; try again")
            .with_context("workflow", &definition.id))
    }

    async fn get(&self, scope: &Scope, digest: Digest) -> Result<Option<StoredWorkflow>> {
        self.by_digest("workflow_repo.get", scope.tenant(), digest).await
    }

    async fn latest(&self, scope: &Scope, id: &WorkflowId) -> Result<Option<StoredWorkflow>> {
        let query = sqlx::query(LATEST).bind(scope.tenant().as_str()).bind(id.as_str());
        self.read("workflow_repo.latest", query).await
    }
}
