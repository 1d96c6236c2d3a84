//! A store that tells the conductor what the engine is told.

use std::{
    io::{self, Write as _},
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Scope,
    error::Result,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, JournalRecord, Lease, NewExecution, Request, RequestId, Seq, Transition,
    },
    time::Timestamp,
};

use crate::talk::News;

/// The store, and standard output.
#[derive(Debug)]
pub(crate) struct Reporting(pub(crate) Arc<dyn ExecutionRepo>);

/// Says one line. A conductor that is gone hears nothing, and closes standard input as well.
pub(crate) fn say(news: &News) {
    let Ok(mut line) = serde_json::to_vec(news) else { return };
    line.push(b'\n');
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(&line).and_then(|()| stdout.flush());
}

fn failed(error: &StoreError) {
    match error {
        StoreError::OutcomeUnknown(_) => say(&News::Unknown),
        StoreError::NotApplied(error) | StoreError::Invalid(error) => say(&News::Refused { why: error.to_string() }),
    }
}

// === impl Reporting ===

#[async_trait]
impl ExecutionRepo for Reporting {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        self.0.start(scope, new).await.inspect_err(failed)
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let outcomes = self.0.commit(transitions).await;
        for outcome in &outcomes {
            match outcome {
                Ok(CommitOutcome::Fenced { .. }) => say(&News::Fenced),
                Ok(CommitOutcome::AlreadyApplied(_)) => say(&News::Recognised),
                Ok(_) => {}
                Err(error) => failed(error),
            }
        }
        outcomes
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let renewals = self.0.renew(leases, ttl).await?;
        for _ in renewals.iter().filter(|renewal| matches!(renewal, Renewal::Lost(_))) {
            say(&News::Lost);
        }
        Ok(renewals)
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.0.claim(request).await.inspect_err(|error| say(&News::Refused { why: error.to_string() }))
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        self.0.request(scope, id, request_id, request).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        self.0.get(scope, id).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        self.0.list(scope, filter).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        self.0.journal(scope, id, after)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.0.next_due().await
    }
}
