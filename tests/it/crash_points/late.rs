//! A worker that stood still for longer than its claim lasts.

use std::{
    fmt,
    sync::{Arc, Mutex},
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
        Claimed, ExecutionId, ExecutionRecord, ExecutionStatus, JournalEntry, JournalRecord, Lease, NewExecution,
        Request, RequestId, Seq, Transition,
    },
    time::Timestamp,
};
use tokio::sync::watch;

use super::{
    on_both,
    stage::{Stage, call, stores},
};

on_both![awake_after_somebody_else_has_gone_on];

/// A store as a frozen process has it: what it says does not get through until it is awake.
struct Frozen {
    store: Arc<dyn ExecutionRepo>,
    awake: watch::Receiver<bool>,
    outcomes: Mutex<Vec<CommitOutcome>>,
}

/// Its result is refused, what stands stays as it is.
fn awake_after_somebody_else_has_gone_on(stage: &Stage) {
    stage.run(async {
        let (wake, awake) = watch::channel(false);
        let (executions, workflows) = stores(stage).await;
        let frozen = Arc::new(Frozen { store: Arc::clone(&executions), awake, outcomes: Mutex::default() });
        let late = stage.engine_on((frozen.clone(), Arc::clone(&workflows))).await;
        let request = stage.request(&late.engine, &call(true));
        let id = late.engine.start(&late.scope, request).await.unwrap().id;

        let other = stage.engine_on((executions, workflows)).await;
        let end = other.engine.wait(&other.scope, id).await.unwrap();
        assert_eq!(end.status, ExecutionStatus::Completed);
        let journal = other.journal(id).await;
        assert_eq!(stage.shop.tally("charge").calls, 2, "both have called");

        wake.send(true).unwrap();
        let seen = late.engine.wait(&late.scope, id).await.unwrap();
        assert_eq!((seen.status, seen.output), (end.status, end.output), "it sees what the other has done");
        late.engine.shutdown().await;
        let outcomes = frozen.outcomes.lock().unwrap().clone();
        assert!(
            outcomes.iter().any(|one| matches!(one, CommitOutcome::Fenced { .. } | CommitOutcome::Closed(_))),
            "{outcomes:?}"
        );
        assert_eq!(other.journal(id).await, journal);
        stage.shop.did_once_with_one_key(&["charge"]);
        other.engine.shutdown().await;
    });
}

// === impl Frozen ===

impl Frozen {
    async fn thaw(&self) {
        let mut awake = self.awake.clone();
        // A test that has ended wakes nobody.
        let _ = awake.wait_for(|awake| *awake).await;
    }
}

impl fmt::Debug for Frozen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Frozen").finish_non_exhaustive()
    }
}

#[async_trait]
impl ExecutionRepo for Frozen {
    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let ends =
            |one: &Transition| one.entries.iter().any(|entry| matches!(entry, JournalEntry::AttemptFinished { .. }));
        if transitions.iter().any(ends) {
            self.thaw().await;
        }
        let answers = self.store.commit(transitions).await;
        self.outcomes.lock().unwrap().extend(answers.iter().filter_map(|answer| answer.as_ref().ok()).copied());
        answers
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        self.thaw().await;
        self.store.renew(leases, ttl).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.thaw().await;
        self.store.claim(request).await
    }

    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        self.store.start(scope, new).await
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
