//! The network between workers and the store: a worker can be cut off, and come back when another has taken over.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Scope,
    clock::Clock,
    error::{Error, ErrorKind, Result},
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    memory::ManualClock,
    model::{
        Claimed, ExecutionId, ExecutionRecord, HolderId, JournalRecord, Lease, NewExecution, Request, RequestId, Seq,
        Transition,
    },
    time::Timestamp,
};

/// Launches another worker on the same ports.
pub(super) type Relief = Box<dyn FnOnce() + Send>;

/// A store that some worker may not reach for a while.
pub(super) struct Network {
    store: Arc<dyn ExecutionRepo>,
    clock: ManualClock,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Who cannot reach the store, and until when.
    cut: Option<(HolderId, Timestamp)>,
    /// Who claimed last.
    holder: Option<HolderId>,
    relief: Option<Relief>,
}

// === impl Network ===

impl Network {
    pub(super) fn new(store: Arc<dyn ExecutionRepo>, clock: ManualClock) -> Self {
        Self { store, clock, state: Mutex::default() }
    }

    /// Who comes when a worker is cut off.
    pub(super) fn set_relief(&self, relief: Option<Relief>) {
        let before = std::mem::replace(&mut self.state().relief, relief);
        drop(before);
    }

    /// Cuts off the worker that claimed last, for this long, and lets another one begin.
    pub(super) fn cut_off(&self, time: Duration) {
        let relief = {
            let mut state = self.state();
            state.cut = state.holder.clone().map(|holder| (holder, self.clock.now().plus(time)));
            state.relief.take()
        };
        if let Some(relief) = relief {
            relief();
        }
    }

    fn is_cut(&self, holder: &HolderId) -> bool {
        self.state().cut.as_ref().is_some_and(|(cut, until)| cut == holder && self.clock.now() < *until)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unreachable(operation: &'static str) -> Error {
    Error::new(ErrorKind::Unavailable, operation, "the store cannot be reached: the test has cut this worker off")
}

#[async_trait]
impl ExecutionRepo for Network {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        if let Some((holder, _)) = &new.claim {
            self.state().holder = Some(holder.clone());
        }
        self.store.start(scope, new).await
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let mut outcomes = Vec::new();
        for one in transitions {
            if self.is_cut(&one.lease.holder) {
                outcomes.push(Err(StoreError::NotApplied(unreachable("execution_repo.commit"))));
            } else {
                outcomes.extend(self.store.commit(vec![one]).await);
            }
        }
        outcomes
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        if self.is_cut(&request.holder) {
            return Err(unreachable("execution_repo.claim"));
        }
        let holder = request.holder.clone();
        let claimed = self.store.claim(request).await?;
        if !claimed.is_empty() {
            self.state().holder = Some(holder);
        }
        Ok(claimed)
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        if leases.iter().any(|lease| self.is_cut(&lease.holder)) {
            return Err(unreachable("execution_repo.renew"));
        }
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

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Network").field("cut", &self.state().cut).finish_non_exhaustive()
    }
}
