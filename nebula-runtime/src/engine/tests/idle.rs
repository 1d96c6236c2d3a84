//! An engine with nothing to do asks almost nothing.

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_ports::{
    error::Result,
    execution_repo::{CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, StoreError},
    model::{Claimed, ExecutionRecord, JournalRecord, Lease, RequestId, Seq, Transition},
    time::Timestamp,
};

use super::*;

/// Counts what is asked of a store.
#[derive(Debug)]
struct Counting {
    store: Arc<dyn ExecutionRepo>,
    asked: Arc<AtomicUsize>,
}

// === impl Counting ===

impl Counting {
    fn asked(&self) -> &dyn ExecutionRepo {
        self.asked.fetch_add(1, Ordering::SeqCst);
        self.store.as_ref()
    }
}

#[async_trait]
impl ExecutionRepo for Counting {
    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        self.asked().commit(transitions).await
    }

    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        self.asked().start(scope, new).await
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.asked().claim(request).await
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        self.asked().renew(leases, ttl).await
    }

    async fn request(&self, scope: &Scope, id: ExecutionId, of: RequestId, request: Request) -> Result<RequestOutcome> {
        self.asked().request(scope, id, of, request).await
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        self.asked().get(scope, id).await
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        self.asked().list(scope, filter).await
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        self.asked().journal(scope, id, after)
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.asked().next_due().await
    }
}

/// What an engine asks in ten minutes in which nothing happens, with so many executions parked for longer.
async fn asked_in_ten_minutes(parked: usize) -> usize {
    let mut world = World::new([delay()]);
    let asked = Arc::new(AtomicUsize::new(0));
    let store = Arc::clone(&world.ports.executions);
    world.ports.executions = Arc::new(Counting { store, asked: Arc::clone(&asked) });
    let engine = world.engine();
    let yaml = "nebula: 1\nid: wait\nnodes: [{ id: nap, action: test.delay@1, parameters: { seconds: 86400 } }]\n";
    for _ in 0..parked {
        let request = world.request(&engine, yaml, json!({}));
        engine.start(&world.scope, request).await.unwrap();
    }
    world.settle().await;
    let end = world.ports.clock.now().plus(Duration::from_mins(10));
    asked.store(0, Ordering::SeqCst);
    while world.ports.clock.now() < end {
        world.settle().await;
        assert!(world.clock.advance_to_next_sleeper(), "the sweep sleeps, and nothing else ends the wait");
    }
    asked.load(Ordering::SeqCst)
}

#[tokio::test]
async fn ten_idle_minutes_take_at_most_sixty_queries() {
    let asked = asked_in_ten_minutes(0).await;
    assert!((1..=60).contains(&asked), "{asked} queries; without one nothing would be found that hints lost");
}

#[tokio::test]
async fn what_is_parked_for_longer_is_not_asked_for() {
    let asked = asked_in_ten_minutes(100).await;
    assert!((1..=60).contains(&asked), "{asked} queries");
}
