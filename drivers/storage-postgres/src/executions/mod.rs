//! The port of executions. Each call locks the rows that it is about, lets the rules of the ports decide, and writes back
//! what has changed.

mod claim;
mod commit;
mod journal;
mod load;
pub(crate) mod read;
mod request;
mod start;
mod write;

use std::time::Duration;

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Result, Scope,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, InboxItem, JournalRecord, Lease, NewExecution, Request, RequestId, Seq,
        Transition,
    },
    time::Timestamp,
};

use crate::pool::Pool;

/// Executions in a database.
#[derive(Debug, Clone)]
pub(crate) struct PostgresExecutions {
    pool: Pool,
}

// === impl PostgresExecutions ===

impl PostgresExecutions {
    pub(crate) const fn new(pool: Pool) -> Self {
        Self { pool }
    }
}

#[async_trait]
impl ExecutionRepo for PostgresExecutions {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        start::start(&self.pool, scope.tenant(), &new).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        claim::claim(&self.pool, &request).await
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        claim::renew(&self.pool, leases, ttl).await
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        commit::commit(&self.pool, transitions).await
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        request::request(&self.pool, scope.tenant(), id, InboxItem { id: request_id, request }).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        read::get(&self.pool, scope.tenant(), id).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        read::list(&self.pool, scope.tenant(), filter).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        read::journal(self.pool.clone(), scope.tenant().clone(), id, after)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        read::next_due(&self.pool).await
    }
}

#[cfg(test)]
mod tests;
