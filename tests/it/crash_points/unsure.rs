//! Commits whose answer is lost.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    Error, ErrorKind, Scope,
    error::Result,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    model::{
        Claimed, ExecutionId, ExecutionRecord, ExecutionStatus, JournalRecord, Lease, NewExecution, Request, RequestId,
        Seq, Transition,
    },
    time::Timestamp,
};

use super::{
    on_both,
    stage::{Stage, call, stores, undisturbed},
};

on_both![every_answer_is_lost_once];

/// Answers each start and each commit for the first time only when it is repeated.
struct Unsure {
    store: Arc<dyn ExecutionRepo>,
    answered: Mutex<BTreeSet<uuid::Uuid>>,
    recognised: AtomicUsize,
}

/// The very same start and the very same commit are sent again, and recognised: nothing stands there twice. (The last commit
/// need not be: the renewal that comes in between says that there is nothing left to hold.)
fn every_answer_is_lost_once(stage: &Stage) {
    let flow = call(false);
    let expected = undisturbed(stage, &flow);
    stage.run(async {
        let (executions, workflows) = stores(stage).await;
        let unsure =
            Arc::new(Unsure { store: executions, answered: Mutex::default(), recognised: AtomicUsize::new(0) });
        let station = stage.engine_on((unsure.clone(), workflows)).await;
        let request = stage.request(&station.engine, &flow);
        let end = station.engine.run(&station.scope, request).await.unwrap();
        assert_eq!(end.status, ExecutionStatus::Completed);
        let journal = station.journal(end.execution).await;
        let kinds = |journal: &[JournalRecord]| journal.iter().map(|one| one.entry.kind()).collect::<Vec<_>>();
        assert_eq!(kinds(&journal), kinds(&expected));
        assert_eq!(stage.shop.tally("charge").calls, 1);
        station.engine.shutdown().await;
        assert!(unsure.recognised.load(Ordering::SeqCst) > 0, "what was not answered was sent again");
    });
}

// === impl Unsure ===

impl Unsure {
    fn is_first(&self, id: uuid::Uuid) -> bool {
        self.answered.lock().unwrap().insert(id)
    }
}

fn lost() -> StoreError {
    StoreError::OutcomeUnknown(Error::new(ErrorKind::Unavailable, "test.commit", "the answer was lost"))
}

impl fmt::Debug for Unsure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsure").finish_non_exhaustive()
    }
}

#[async_trait]
impl ExecutionRepo for Unsure {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        let id = new.id.as_uuid();
        let answer = self.store.start(scope, new).await;
        if self.is_first(id) {
            return Err(lost());
        }
        if matches!(answer, Ok(StartOutcome::Started { .. })) {
            self.recognised.fetch_add(1, Ordering::SeqCst);
        }
        answer
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let ids: Vec<_> = transitions.iter().map(|transition| transition.commit.0).collect();
        let answers = self.store.commit(transitions).await;
        let all = ids.into_iter().zip(answers);
        all.map(|(id, answer)| {
            if self.is_first(id) {
                return Err(lost());
            }
            if matches!(answer, Ok(CommitOutcome::AlreadyApplied(_))) {
                self.recognised.fetch_add(1, Ordering::SeqCst);
            }
            answer
        })
        .collect()
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        self.store.renew(leases, ttl).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.store.claim(request).await
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
