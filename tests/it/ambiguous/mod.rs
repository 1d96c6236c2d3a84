//! Answers of the store that are lost after it has done what was asked: the same ends, no entry twice, on every store.

mod store;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;
use nebula_ports::{
    Scope,
    clock::Clock,
    execution_repo::ExecutionRepo,
    ids::IdSource,
    memory::{MemoryBlobs, MemoryExecutions, MemorySecrets, MemoryWorkflows},
    model::{ExecutionStatus, Grants, JournalEntry, JournalRecord, Seq, StartKey, TenantId},
    spawn::Spawner,
    workflow_repo::WorkflowRepo,
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    engine::{Engine, EngineConfig, Ports, RunEnd, StartRequest},
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use serde_json::json;
use tempfile::TempDir;

use self::store::Ambiguous;

/// Every sort of step: one after the other and at once, a branch, a loop in a loop, a called workflow, a wait for a time and
/// one for a signal that does not come, a failure that is followed.
const FLOW: &str = r"
nebula: 1
id: ambiguous
input: { type: object, required: [n], properties: { n: { type: integer } } }
nodes:
  - { id: first, action: data.set@1, parameters: { values: { n: !expr $input.n } } }
  - { id: left, action: data.set@1, parameters: { values: { n: !expr $nodes.first.result.n * 2 } } }
  - { id: right, action: flow.delay@1, parameters: { for: 20ms } }
  - { id: none, action: data.set@1, parameters: { values: { n: 0 } } }
  - id: loop
    action: flow.for_each@1
    parameters: { items: [1, 2, 3, 4], concurrency: 2 }
    body:
      nodes:
        - { id: double, action: data.set@1, parameters: { values: { n: !expr $item * 2 } } }
        - { id: called, action: flow.call@1, flow: inner, parameters: { n: !expr $nodes.double.result.n } }
      connections: [{ from: double, to: called }]
      output: !expr $nodes.called.result
  - { id: signal, action: flow.wait@1, parameters: { signal: never, for: 20ms } }
  - { id: fails, action: flow.fail@1, on_error: continue, parameters: { message: on purpose } }
  - { id: last, action: data.set@1, parameters: { values: { all: !expr $nodes.loop.result } } }
connections:
  - { from: first, to: left }
  - { from: first, to: right }
  - { from: left, to: none, when: $nodes.left.result.n < 0 }
  - { from: left, to: loop }
  - { from: right, to: signal }
  - { from: loop, to: last }
  - { from: signal, to: last }
  - { from: fails, to: last }
output: !expr $nodes.last.result.all
flows:
  inner:
    input: { type: object, required: [n], properties: { n: { type: integer } } }
    nodes:
      - { id: one, action: data.set@1, parameters: { values: { n: !expr $input.n + 1 } } }
    output: !expr $nodes.one.result.n
";

/// Executions of one engine.
const EXECUTIONS: i64 = 12;

/// Where rows and journals are.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Memory,
    Sqlite,
}

struct World {
    engine: Engine,
    scope: Scope,
    store: Arc<Ambiguous>,
    clock: Arc<dyn Clock>,
    _folder: TempDir,
    database: Option<SqliteStorage>,
}

impl World {
    /// A store that loses so many of a hundred answers.
    async fn new(kind: Kind, percent: u64, seed: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let ids: Arc<dyn IdSource> = Arc::new(SystemIds);
        let spawner: Arc<dyn Spawner> = Arc::new(TokioSpawner::current());
        let (executions, workflows, database): (Arc<dyn ExecutionRepo>, Arc<dyn WorkflowRepo>, _) = match kind {
            Kind::Memory => (
                Arc::new(MemoryExecutions::new(Arc::clone(&clock))),
                Arc::new(MemoryWorkflows::new(Arc::clone(&clock))),
                None,
            ),
            Kind::Sqlite => {
                let options = SqliteOptions::new(Arc::clone(&spawner));
                let path = folder.path().join("nebula.db");
                let storage = SqliteStorage::open(path, Arc::clone(&clock), options).await.unwrap();
                (storage.executions(), storage.workflows(), Some(storage))
            }
        };
        let store = Arc::new(Ambiguous::new(executions, percent, seed));
        let ports = Ports {
            executions: Arc::clone(&store) as Arc<dyn ExecutionRepo>,
            workflows,
            queue: Arc::new(nebula_queue_memory::Config::default().build(Arc::clone(&clock), Arc::clone(&ids))),
            blobs: Arc::new(MemoryBlobs::new()),
            secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
            sandbox: Arc::new(InProcessSandbox::new(nebula_sandbox_inprocess::Config::default(), Arc::clone(&clock))),
            clock: Arc::clone(&clock),
            ids,
            spawner,
        };
        let catalogue = Arc::new(Catalogue::new(nebula_actions::registry()).unwrap());
        // A start that nobody has heard of is taken up when its claim has run out.
        let (lease_ttl, sweep_interval) = (Duration::from_secs(2), Duration::from_secs(1));
        let engine = Engine::launch(ports, catalogue, EngineConfig { lease_ttl, sweep_interval, ..Default::default() });
        #[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
        let scope = Scope::of(TenantId::new("tests").unwrap());
        Self { engine, scope, store, clock, _folder: folder, database }
    }

    /// Runs all at once, and gives how each ended and what its journal says.
    async fn run(&self) -> Vec<(RunEnd, Vec<JournalRecord>)> {
        let definition = Arc::new(definition::parse(FLOW).workflow.unwrap());
        let planned = self.engine.plan(&definition, &Grants::default()).unwrap_or_else(|found| panic!("{found:?}"));
        let runs = (0..EXECUTIONS).map(|n| {
            let request = StartRequest {
                definition: Arc::clone(&definition),
                plan: Arc::clone(&planned.plan),
                input: json!({ "n": n }),
                grants: Grants::default(),
                key: Some(StartKey(format!("key-{n}").into())),
                trigger: None,
            };
            async move {
                // As a client does that is not answered: once more, with the same key.
                let end = loop {
                    match self.engine.run(&self.scope, request.clone()).await {
                        Ok(end) => break end,
                        Err(nebula_runtime::engine::StartError::Unknown(_)) => {}
                        Err(error) => panic!("{error}"),
                    }
                };
                let journal = self.store.journal(&self.scope, end.execution, Seq(0)).try_collect().await.unwrap();
                (end, journal)
            }
        });
        futures_util::future::join_all(runs).await
    }

    async fn close(self) {
        self.engine.shutdown().await;
        if let Some(database) = self.database {
            database.close().await.unwrap();
        }
        drop(self.clock);
    }
}

/// How often each thing happened, whatever came first of what happened at once. Attempts may begin again: what counts is what
/// comes of them.
fn outline(journal: &[JournalRecord]) -> BTreeMap<(String, &'static str), usize> {
    let mut counts = BTreeMap::new();
    for record in journal.iter().filter(|record| record.entry.is_progress()) {
        let node = record.entry.node().map(ToString::to_string).unwrap_or_default();
        *counts.entry((node, record.entry.kind())).or_default() += 1;
    }
    counts
}

async fn ends_the_same(kind: Kind, percent: u64, seeds: u64) {
    let plain = World::new(kind, 0, 0).await;
    let expected = outline(&plain.run().await[0].1);
    plain.close().await;
    let mut lost = 0;
    for seed in 0..seeds {
        let world = World::new(kind, percent, seed).await;
        for (end, journal) in world.run().await {
            assert_eq!(end.status, ExecutionStatus::Completed, "{end:?}");
            assert_eq!(end.output.as_deref(), Some(&json!([3, 5, 7, 9])));
            assert_eq!(outline(&journal), expected, "seed {seed}");
            let seqs = journal.iter().map(|record| record.seq.0);
            assert!(seqs.eq(1..=journal.len() as u64), "no gap, and nothing twice");
            let starts = journal.iter().filter(|record| matches!(record.entry, JournalEntry::ExecutionStarted { .. }));
            assert_eq!(starts.count(), 1);
        }
        let known = world.store.known(&world.scope).await;
        assert_eq!(known, usize::try_from(EXECUTIONS).unwrap(), "each key has started one execution");
        lost += world.store.lost();
        world.close().await;
    }
    assert!(lost > 0, "no answer was lost: this says nothing");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_of_a_hundred_is_lost_in_memory() {
    ends_the_same(Kind::Memory, 1, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_of_five_is_lost_in_memory() {
    ends_the_same(Kind::Memory, 20, 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_of_a_hundred_is_lost_on_sqlite() {
    ends_the_same(Kind::Sqlite, 1, 6).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_answer_of_five_is_lost_on_sqlite() {
    ends_the_same(Kind::Sqlite, 20, 3).await;
}
