//! A store that does what it is asked, and then says that nobody knows.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Scope,
    error::{Error, ErrorKind, Result},
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    ids::IdSource as _,
    memory::SeededIds,
    model::{
        Claimed, ExecutionId, ExecutionRecord, JournalRecord, Lease, NewExecution, Request, RequestId, Seq, Transition,
    },
    time::Timestamp,
};

/// Loses some answers to starts and commits.
pub(super) struct Ambiguous {
    store: Arc<dyn ExecutionRepo>,
    percent: u64,
    chance: SeededIds,
    lost: AtomicUsize,
}

// === impl Ambiguous ===

impl Ambiguous {
    pub(super) fn new(store: Arc<dyn ExecutionRepo>, percent: u64, seed: u64) -> Self {
        Self { store, percent, chance: SeededIds::new(seed), lost: AtomicUsize::new(0) }
    }

    /// How many answers were lost.
    pub(super) fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }

    /// How many executions there are.
    pub(super) async fn known(&self, scope: &Scope) -> usize {
        let filter = ExecutionFilter { limit: 1_000, ..ExecutionFilter::default() };
        self.store.list(scope, &filter).await.map_or(0, |records| records.len())
    }

    fn heard<T>(&self, answer: Result<T, StoreError>) -> Result<T, StoreError> {
        if self.chance.random() % 100 >= self.percent {
            return answer;
        }
        self.lost.fetch_add(1, Ordering::SeqCst);
        Err(StoreError::OutcomeUnknown(Error::new(ErrorKind::Unavailable, "tests.ambiguous", "the answer was lost")))
    }
}

impl fmt::Debug for Ambiguous {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Ambiguous({} %)", self.percent)
    }
}

#[async_trait]
impl ExecutionRepo for Ambiguous {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        self.heard(self.store.start(scope, new).await)
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        self.store.commit(transitions).await.into_iter().map(|answer| self.heard(answer)).collect()
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
