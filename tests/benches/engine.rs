//! The engine's hot paths: folding and deciding, whole runs on in-memory ports, whole runs on SQLite with
//! `synchronous = FULL`. Every node reads the one before it; "durable" nodes are idempotent, so each start waits for the
//! disk, "pure" ones wait for nothing.

use std::{
    fmt::Write,
    hint::black_box,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{StreamExt, TryStreamExt, stream};
use nebula_ports::{
    Scope,
    action::{ActionOutput, CallContext, DynAction},
    clock::Clock,
    memory::{MemoryBlobs, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryWorkflows},
    model::{
        ActionDescriptor, ActionId, CapabilityManifest, EffectClass, Failure, Grants, InterfaceVersion, JournalEntry,
        Seq, TenantId,
    },
    time::Timestamp,
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    engine::{Engine, EngineConfig, Ports, StartRequest},
    execution::ExecutionState,
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use serde_json::{Value, json};

const KINDS: [(&str, &str); 2] = [("durable", "bench.effect"), ("pure", "bench.pure")];

struct Step(ActionDescriptor);

#[async_trait]
impl DynAction for Step {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, input: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(input))
    }
}

fn step(id: &str, effect: EffectClass) -> Arc<dyn DynAction> {
    Arc::new(Step(ActionDescriptor {
        id: ActionId::new(id).expect("a valid id"),
        version: InterfaceVersion::new(1, 0),
        name: "Step".to_owned(),
        description: "Gives back its input.".to_owned(),
        input_schema: json!({ "type": "object", "properties": { "value": { "type": "integer" } } }),
        output_schema: json!(true),
        trigger: None,
        process: false,
        ports: Vec::new(),
        capabilities: CapabilityManifest::default(),
        effect,
        credentials: Vec::new(),
        resources: Vec::new(),
        retry: None,
        timeout: None,
        key: Vec::new(),
        limits: Default::default(),
        listing: Default::default(),
    }))
}

/// Everything in memory.
fn memory() -> Ports {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ids = Arc::new(SystemIds);
    Ports {
        executions: Arc::new(MemoryExecutions::new(Arc::clone(&clock))),
        workflows: Arc::new(MemoryWorkflows::new(Arc::clone(&clock))),
        queue: Arc::new(MemoryQueue::new(Arc::clone(&clock), ids.clone())),
        blobs: Arc::new(MemoryBlobs::new()),
        secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
        sandbox: Arc::new(InProcessSandbox::new(Default::default(), Arc::clone(&clock))),
        clock,
        ids,
        spawner: Arc::new(TokioSpawner::current()),
    }
}

/// Executions and definitions in a file.
async fn sqlite(dir: &Path) -> Ports {
    let ports = memory();
    let options = SqliteOptions::new(Arc::clone(&ports.spawner));
    let opened = SqliteStorage::open(dir.join("bench.db"), Arc::clone(&ports.clock), options).await;
    let storage = opened.expect("a database that opens");
    Ports { executions: storage.executions(), workflows: storage.workflows(), ..ports }
}

fn launch(ports: Ports) -> Engine {
    let actions = [step("bench.pure", EffectClass::Pure), step("bench.effect", EffectClass::Idempotent)];
    Engine::launch(ports, Arc::new(Catalogue::new(actions).expect("different ids")), EngineConfig::default())
}

fn chain(engine: &Engine, action: &str, nodes: usize) -> StartRequest {
    let mut text = "nebula: 1\nid: chain\nnodes:\n".to_owned();
    for n in 0..nodes {
        let value = if n == 0 { "$input.n".to_owned() } else { format!("$nodes.n{}.result.value + 1", n - 1) };
        let _ = writeln!(text, "  - {{ id: n{n}, action: {action}@1, parameters: {{ value: !expr {value} }} }}");
    }
    text.push_str("connections:\n");
    for n in 1..nodes {
        let _ = writeln!(text, "  - {{ from: n{}, to: n{n} }}", n - 1);
    }
    let _ = writeln!(text, "output: !expr $nodes.n{}.result.value", nodes - 1);
    let definition = Arc::new(definition::parse(&text).workflow.expect("a valid definition"));
    let plan = engine.plan(&definition, &Grants::default()).expect("a valid workflow").plan;
    StartRequest { definition, plan, input: json!({ "n": 0 }), grants: Grants::default(), key: None, trigger: None }
}

fn scope() -> Scope {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is its own authoriser")]
    Scope::of(TenantId::new("bench").expect("a valid id"))
}

async fn run_many(engine: &Engine, scope: &Scope, request: &StartRequest, runs: usize, clients: usize) {
    stream::iter(0..runs)
        .for_each_concurrent(clients, |_| async {
            engine.run(scope, request.clone()).await.expect("an end");
        })
        .await;
}

/// Without a disk: what a node and an entry cost.
fn in_memory(criterion: &mut Criterion) {
    const NODES: usize = 100;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let scope = scope();
    let (ports, engine) = runtime.block_on(async {
        let ports = memory();
        (ports.clone(), launch(ports))
    });
    let mut group = criterion.benchmark_group("run on memory ports");
    group.throughput(Throughput::Elements(NODES as u64));
    for (kind, action) in KINDS {
        let request = chain(&engine, action, NODES);
        group.bench_function(format!("{NODES} {kind} nodes in a row"), |bencher| {
            bencher.iter(|| runtime.block_on(async { engine.run(&scope, request.clone()).await.expect("an end") }));
        });
    }
    group.finish();

    let request = chain(&engine, "bench.effect", NODES);
    let (id, journal) = runtime.block_on(async {
        let end = engine.run(&scope, request.clone()).await.expect("an end");
        let records = ports.executions.journal(&scope, end.execution, Seq(0));
        let journal: Vec<JournalEntry> =
            records.map_ok(|record| record.entry).try_collect().await.expect("a readable journal");
        (end.execution, journal)
    });
    let mut group = criterion.benchmark_group("execution");
    group.throughput(Throughput::Elements(journal.len() as u64));
    group.bench_function("fold and decide", |bencher| {
        bencher.iter(|| {
            let mut state = ExecutionState::new(Arc::clone(&request.plan), id);
            for entry in &journal {
                state.apply(entry).expect("a sound journal");
                black_box(state.decide(Timestamp::from_micros(i64::MAX / 2)));
            }
            state
        });
    });
    group.finish();
}

/// With a disk: one client after another, and 64 at a time.
fn durable(criterion: &mut Criterion) {
    const NODES: usize = 10;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let runtime = runtime.expect("a runtime");
    let scope = scope();
    let dir = tempfile::tempdir().expect("a folder");
    let engine = runtime.block_on(async { launch(sqlite(dir.path()).await) });
    for (kind, action) in KINDS {
        let request = chain(&engine, action, NODES);
        for (clients, runs) in [(1, 100), (64, 1_280)] {
            let mut group = criterion.benchmark_group(format!("{NODES} {kind} nodes on SQLite"));
            group.throughput(Throughput::Elements(runs as u64));
            group.sample_size(10).measurement_time(Duration::from_secs(10));
            group.bench_function(format!("{clients} clients"), |bencher| {
                bencher.iter_custom(|iterations| {
                    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
                    let begun = Instant::now();
                    for _ in 0..iterations {
                        runtime.block_on(run_many(&engine, &scope, &request, runs, clients));
                    }
                    #[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
                    begun.elapsed()
                });
            });
            group.finish();
        }
    }
    runtime.block_on(engine.shutdown());
}

criterion_group!(benches, in_memory, durable);
criterion_main!(benches);
