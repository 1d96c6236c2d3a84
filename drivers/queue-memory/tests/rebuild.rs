//! A new process finds what the last one had to do.

#![expect(clippy::disallowed_methods, reason = "a test is the root of its own tenants")]

use std::{num::NonZeroUsize, sync::Arc, time::Duration};

use nebula_ports::{
    ErrorKind, Scope,
    clock::Clock,
    execution_repo::{ExecutionRepo, StartOutcome},
    ids::IdSource,
    memory::{ManualClock, MemoryExecutions, SeededIds},
    model::{
        Digest, ExecutionId, ExecutionStatus, Grants, HolderId, JournalEntry, NewExecution, NextState, Payload,
        TenantId, WorkflowId,
    },
    task_queue::{Task, TaskQueue},
    time::Timestamp,
};
use nebula_queue_memory::{Config, MemoryQueue, rebuild};

const LONG: Duration = Duration::from_secs(60);

struct World {
    clock: ManualClock,
    ids: Arc<SeededIds>,
    repo: MemoryExecutions,
    scope: Scope,
}

impl World {
    fn new() -> Self {
        let clock = ManualClock::default();
        Self {
            repo: MemoryExecutions::new(Arc::new(clock.clone())),
            ids: Arc::new(SeededIds::new(1)),
            scope: Scope::of(TenantId::new("acme").unwrap()),
            clock,
        }
    }

    fn queue(&self, config: &Config) -> MemoryQueue {
        config.build(Arc::new(self.clock.clone()), self.ids.clone())
    }

    async fn start(&self, scope: &Scope, next: NextState, claim: Option<(HolderId, Duration)>) -> ExecutionId {
        let id = self.ids.execution_id();
        let workflow = WorkflowId::new("orders").unwrap();
        let digest = Digest::of(b"x");
        let started = JournalEntry::ExecutionStarted {
            at: self.clock.now(),
            workflow: workflow.clone(),
            definition: digest,
            plan: digest,
            input: Payload::Inline(Arc::new(serde_json::Value::Null)),
            grants: Grants::default(),
            trigger: None,
        };
        let new = NewExecution {
            id,
            workflow,
            definition: digest,
            plan: digest,
            key: None,
            input: digest,
            entries: vec![started],
            next,
            claim,
        };
        let outcome = self.repo.start(scope, new).await.unwrap();
        assert!(matches!(outcome, StartOutcome::Started { .. }));
        id
    }

    async fn rebuild(&self, queue: &MemoryQueue, scopes: &[Scope]) -> usize {
        rebuild(queue, &self.repo, &self.clock, scopes).await.unwrap()
    }
}

fn park(wake_at: Option<Timestamp>) -> NextState {
    NextState::Park { status: ExecutionStatus::Waiting, wake_at, waiting_for: None }
}

async fn taken(queue: &MemoryQueue) -> Option<ExecutionId> {
    Some(queue.dequeue(Duration::ZERO, LONG).await.unwrap()?.task.execution)
}

#[tokio::test]
async fn what_is_due_is_queued_at_its_time_and_nothing_else() {
    let world = World::new();
    let now = world.clock.now();
    let due = world.start(&world.scope, park(Some(now)), None).await;
    let later = world.start(&world.scope, park(Some(now.plus(LONG))), None).await;
    let _for_a_request = world.start(&world.scope, park(None), None).await;
    let running = NextState::Running { status: ExecutionStatus::Running };
    let held = world.start(&world.scope, running, Some((HolderId("dead".into()), LONG * 2))).await;

    let queue = world.queue(&Config::default());
    assert_eq!(world.rebuild(&queue, std::slice::from_ref(&world.scope)).await, 3);
    assert_eq!(taken(&queue).await, Some(due));
    assert_eq!(taken(&queue).await, None);
    world.clock.advance(LONG);
    // The first one has timed out by now, and comes again beside it.
    let mut seen = [taken(&queue).await, taken(&queue).await];
    seen.sort();
    assert_eq!(seen, [Some(due), Some(later)]);
    world.clock.advance(LONG);
    let all = [taken(&queue).await, taken(&queue).await, taken(&queue).await];
    assert!(all.contains(&Some(held)), "its holder's lease has ended");
}

#[tokio::test]
async fn more_than_a_page_is_queued_and_twice_is_once() {
    let world = World::new();
    let other = Scope::of(TenantId::new("other").unwrap());
    for _ in 0..1_001 {
        world.start(&world.scope, park(Some(world.clock.now())), None).await;
    }
    world.start(&other, park(Some(world.clock.now())), None).await;
    let queue = world.queue(&Config::default());
    let scopes = [world.scope.clone(), other];
    assert_eq!(world.rebuild(&queue, &scopes).await, 1_002);
    world.rebuild(&queue, &scopes).await;
    assert_eq!(queue.len().await.unwrap(), 1_002);
}

#[tokio::test]
async fn a_full_queue_ends_the_rebuild_and_refuses_what_is_new() {
    let world = World::new();
    for _ in 0..5 {
        world.start(&world.scope, park(Some(world.clock.now())), None).await;
    }
    let queue = world.queue(&Config { capacity: NonZeroUsize::new(3).unwrap(), ..Config::default() });
    assert_eq!(world.rebuild(&queue, std::slice::from_ref(&world.scope)).await, 3);

    let error = queue.enqueue(Task { execution: world.ids.execution_id() }, Duration::ZERO).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Throttled);
    assert!(error.is_retryable());
    // What waits already is merged, full or not.
    let delivery = queue.dequeue(Duration::ZERO, LONG).await.unwrap().unwrap();
    queue.nack(delivery.receipt, LONG).await.unwrap();
    queue.enqueue(delivery.task, Duration::ZERO).await.unwrap();
    assert_eq!(queue.len().await.unwrap(), 3);
}

#[test]
fn settings_have_defaults_and_no_unknown_keys() {
    let config: Config = serde_json::from_str(r#"{"max_deliveries": 5}"#).unwrap();
    assert_eq!((config.capacity, config.max_deliveries.get()), (MemoryQueue::CAPACITY, 5));
    assert!(serde_json::from_str::<Config>(r#"{"capacty": 5}"#).is_err());
    assert!(serde_json::from_str::<Config>(r#"{"capacity": 0}"#).is_err());
}
