//! A process that dies at one entry of the journal.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
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

use super::tasks::Tasks;

/// Where the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct CrashPoint {
    /// The entry.
    pub(super) seq: u64,
    /// Once the entry is durable and before anybody knows, or just before it is.
    pub(super) is_durable: bool,
}

/// A store beside which the process dies, once.
#[derive(Debug)]
pub(super) struct Crashing {
    store: Arc<dyn ExecutionRepo>,
    process: Tasks,
    point: CrashPoint,
    has_died: AtomicBool,
}

// === impl Crashing ===

impl Crashing {
    pub(super) fn new(store: Arc<dyn ExecutionRepo>, process: Tasks, point: CrashPoint) -> Self {
        Self { store, process, point, has_died: AtomicBool::new(false) }
    }

    /// Whether the entry is one of the `count` that follow `expected`.
    fn is_among(&self, expected: Seq, count: usize) -> bool {
        expected.0 < self.point.seq && self.point.seq <= expected.0 + count as u64
    }

    async fn die(&self, is_durable: bool) {
        if self.point.is_durable == is_durable && !self.has_died.swap(true, Ordering::SeqCst) {
            self.process.kill();
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl ExecutionRepo for Crashing {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        let is_here = self.is_among(Seq(0), new.entries.len());
        if is_here {
            self.die(false).await;
        }
        let outcome = self.store.start(scope, new).await;
        if is_here {
            self.die(true).await;
        }
        outcome
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let is_here = transitions.iter().any(|one| self.is_among(one.expected, one.entries.len()));
        if is_here {
            self.die(false).await;
        }
        let outcomes = self.store.commit(transitions).await;
        if is_here {
            self.die(true).await;
        }
        outcomes
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.store.claim(request).await
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        self.store.renew(leases, ttl).await
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        self.store.request(scope, id, request_id, request).await
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
