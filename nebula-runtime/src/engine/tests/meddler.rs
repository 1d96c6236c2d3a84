//! A store in which something comes in between.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::{future::BoxFuture, stream::BoxStream};
use nebula_ports::{
    Scope,
    error::Result,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, JournalRecord, Lease, NewExecution, NextState, Request, RequestId, Seq,
        Transition,
    },
    time::Timestamp,
};

type Meddling = Box<dyn FnOnce(ExecutionId) -> BoxFuture<'static, ()> + Send>;

/// A store that does something else just before an execution is first parked.
pub(super) struct Meddler {
    store: Arc<dyn ExecutionRepo>,
    meddling: Mutex<Option<Meddling>>,
    /// Whether others may go on in between.
    slow: bool,
}

// === impl Meddler ===

impl Meddler {
    pub(super) fn new(store: Arc<dyn ExecutionRepo>, slow: bool) -> Self {
        Self { store, meddling: Mutex::default(), slow }
    }

    pub(super) fn when_parking(&self, meddling: impl FnOnce(ExecutionId) -> BoxFuture<'static, ()> + Send + 'static) {
        *self.meddling.lock().unwrap() = Some(Box::new(meddling));
    }
}

impl fmt::Debug for Meddler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meddler").finish_non_exhaustive()
    }
}

#[async_trait]
impl ExecutionRepo for Meddler {
    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let parked = transitions.iter().find(|one| matches!(one.next, NextState::Park { .. }));
        let meddling = parked.and_then(|one| Some((one.lease.execution, self.meddling.lock().unwrap().take()?)));
        if let Some((id, meddling)) = meddling {
            meddling(id).await;
            if self.slow {
                tokio::task::yield_now().await;
            }
        }
        self.store.commit(transitions).await
    }

    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        self.store.start(scope, new).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.store.claim(request).await
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        self.store.renew(leases, ttl).await
    }

    async fn request(&self, scope: &Scope, id: ExecutionId, of: RequestId, request: Request) -> Result<RequestOutcome> {
        self.store.request(scope, id, of, request).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        self.store.get(scope, id).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        self.store.list(scope, filter).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        self.store.journal(scope, id, after)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.store.next_due().await
    }
}
