//! The port of triggers: writes go to the writer, reads to a reader.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use nebula_ports::{
    Error, Result, Scope,
    model::{ClaimedTrigger, HolderId, Settlement, TriggerId, TriggerLease, TriggerRecord, WorkflowId},
    time::Timestamp,
    trigger_repo::{ClaimTriggers, Registration, SettleOutcome, TriggerRepo},
    trigger_row::TriggerRow,
};
use sqlx::{
    Executor as _, Row as _, Sqlite,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{
    error::{corrupt, from_sqlx},
    executions::read_only,
    readers::Readers,
    writer::{Job, TriggerAnswer, TriggerJob, Writer},
};

const ALL: &str = "SELECT row FROM trigger_row WHERE tenant = ? ORDER BY workflow, id";
const OF_WORKFLOW: &str = "SELECT row FROM trigger_row WHERE tenant = ? AND workflow = ? ORDER BY id";
const ONE: &str = "SELECT row FROM trigger_row WHERE tenant = ? AND workflow = ? AND id = ?";
const NEXT_DUE: &str = "SELECT min(due_at) FROM trigger_row WHERE due_at IS NOT NULL";

/// Every query.
#[cfg(test)]
pub(crate) const QUERIES: &[&str] = &[ALL, OF_WORKFLOW, ONE, NEXT_DUE];

/// Triggers in a database.
#[derive(Debug, Clone)]
pub(crate) struct SqliteTriggers {
    path: PathBuf,
    readers: Readers,
    writer: Option<Writer>,
}

/// Reads a row as it is stored.
pub(crate) fn read(operation: &'static str, row: &SqliteRow) -> Result<TriggerRow> {
    let text: &str = row.try_get("row").map_err(|error| corrupt(operation, "trigger", "its row").with_source(error))?;
    serde_json::from_str(text).map_err(|error| corrupt(operation, "trigger", "its row").with_source(error))
}

// === impl SqliteTriggers ===

impl SqliteTriggers {
    pub(crate) const fn new(path: PathBuf, readers: Readers, writer: Option<Writer>) -> Self {
        Self { path, readers, writer }
    }

    async fn call(&self, operation: &'static str, job: TriggerJob) -> Result<TriggerAnswer> {
        let writer = self.writer.as_ref().ok_or_else(|| read_only(operation))?;
        writer.call(|reply| Job::Trigger(Box::new(job), reply)).await?
    }

    async fn fetch(
        &self,
        operation: &'static str,
        query: Query<'_, Sqlite, SqliteArguments>,
    ) -> Result<Vec<TriggerRecord>> {
        let mut reader = self.readers.get().await?;
        let rows = reader.fetch_all(query).await.map_err(|error| from_sqlx(operation, &self.path, error))?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            let row = read(operation, row).map_err(|error| error.with_context("file", self.path.display()))?;
            records.extend(row.is_registered.then_some(row.record));
        }
        Ok(records)
    }
}

/// An answer of another sort: a mistake of the writer.
fn unexpected(operation: &'static str) -> Error {
    Error::new(nebula_ports::ErrorKind::Internal, operation, "the writer has answered something else")
}

#[async_trait]
impl TriggerRepo for SqliteTriggers {
    async fn register(&self, scope: &Scope, registration: Registration) -> Result<Vec<TriggerRecord>> {
        const OPERATION: &str = "trigger_repo.register";
        match self.call(OPERATION, TriggerJob::Register { tenant: scope.tenant().clone(), registration }).await? {
            TriggerAnswer::Registered(records) => Ok(records),
            _ => Err(unexpected(OPERATION)),
        }
    }

    async fn list(&self, scope: &Scope, workflow: Option<&WorkflowId>) -> Result<Vec<TriggerRecord>> {
        let query = match workflow {
            Some(workflow) => sqlx::query(OF_WORKFLOW).bind(scope.tenant().as_str()).bind(workflow.as_str()),
            None => sqlx::query(ALL).bind(scope.tenant().as_str()),
        };
        self.fetch("trigger_repo.list", query).await
    }

    async fn get(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<Option<TriggerRecord>> {
        let query = sqlx::query(ONE).bind(scope.tenant().as_str()).bind(workflow.as_str()).bind(id.as_str());
        Ok(self.fetch("trigger_repo.get", query).await?.pop())
    }

    async fn claim(&self, request: ClaimTriggers) -> Result<Vec<ClaimedTrigger>> {
        const OPERATION: &str = "trigger_repo.claim";
        match self.call(OPERATION, TriggerJob::Claim(request)).await? {
            TriggerAnswer::Claimed(claimed) => Ok(claimed),
            _ => Err(unexpected(OPERATION)),
        }
    }

    async fn claim_one(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<ClaimedTrigger>> {
        const OPERATION: &str = "trigger_repo.claim_one";
        let key = (scope.tenant().clone(), workflow.clone(), id.clone());
        match self.call(OPERATION, TriggerJob::ClaimOne { key, holder, ttl }).await? {
            TriggerAnswer::Claimed(mut claimed) => Ok(claimed.pop()),
            _ => Err(unexpected(OPERATION)),
        }
    }

    async fn renew(&self, lease: &TriggerLease, ttl: Duration) -> Result<Option<TriggerLease>> {
        const OPERATION: &str = "trigger_repo.renew";
        match self.call(OPERATION, TriggerJob::Renew { lease: lease.clone(), ttl }).await? {
            TriggerAnswer::Renewed(lease) => Ok(lease),
            _ => Err(unexpected(OPERATION)),
        }
    }

    async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome> {
        const OPERATION: &str = "trigger_repo.settle";
        match self.call(OPERATION, TriggerJob::Settle(settlement)).await? {
            TriggerAnswer::Settled(outcome) => Ok(outcome),
            _ => Err(unexpected(OPERATION)),
        }
    }

    async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<Option<TriggerRecord>> {
        const OPERATION: &str = "trigger_repo.set_enabled";
        let key = (scope.tenant().clone(), workflow.clone(), id.clone());
        match self.call(OPERATION, TriggerJob::SetEnabled { key, enabled }).await? {
            TriggerAnswer::Registered(mut records) => Ok(records.pop()),
            _ => Err(unexpected(OPERATION)),
        }
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        const OPERATION: &str = "trigger_repo.next_due";
        let mut reader = self.readers.get().await?;
        let row = reader.fetch_one(NEXT_DUE).await.map_err(|error| from_sqlx(OPERATION, &self.path, error))?;
        let due: Option<i64> = row.try_get(0).map_err(|error| from_sqlx(OPERATION, &self.path, error))?;
        Ok(due.map(Timestamp::from_micros))
    }
}
