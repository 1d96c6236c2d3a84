//! Whole runs on SQLite with `synchronous = FULL`: ten nodes in a row, each step durable or each pure.

use std::{
    fmt::Write,
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{StreamExt, stream};
use nebula_ports::{
    Scope,
    action::{ActionOutput, CallContext, DynAction},
    clock::Clock,
    memory::{MemoryBlobs, MemoryQueue, MemorySecrets},
    model::{ActionDescriptor, ActionId, CapabilityManifest, EffectClass, Failure, Grants, InterfaceVersion, TenantId},
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    engine::{Engine, EngineConfig, Ports, StartRequest},
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use serde_json::{Value, json};

const NODES: usize = 10;
const CLIENTS: usize = 64;
/// Executions of one measurement.
const RUNS: usize = 1_280;

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
        capabilities: CapabilityManifest::default(),
        effect,
        credentials: Vec::new(),
        retry: None,
        timeout: None,
    }))
}

fn chain(action: &str) -> String {
    let mut text = "nebula: 1\nid: chain\nnodes:\n".to_owned();
    for n in 0..NODES {
        let value = if n == 0 { "$input.n".to_owned() } else { format!("$nodes.n{}.result.value + 1", n - 1) };
        let _ = writeln!(text, "  - {{ id: n{n}, action: {action}@1, parameters: {{ value: !expr {value} }} }}");
    }
    text.push_str("connections:\n");
    for n in 1..NODES {
        let _ = writeln!(text, "  - {{ from: n{}, to: n{n} }}", n - 1);
    }
    let _ = writeln!(text, "output: !expr $nodes.n{}.result.value", NODES - 1);
    text
}

async fn engine(dir: &std::path::Path) -> Engine {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ids = Arc::new(SystemIds);
    let spawner = Arc::new(TokioSpawner::current());
    let options = SqliteOptions::new(spawner.clone());
    let storage =
        SqliteStorage::open(dir.join("bench.db"), Arc::clone(&clock), options).await.expect("a database that opens");
    let ports = Ports {
        executions: storage.executions(),
        workflows: storage.workflows(),
        queue: Arc::new(MemoryQueue::new(Arc::clone(&clock), ids.clone())),
        blobs: Arc::new(MemoryBlobs::new()),
        secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
        sandbox: Arc::new(InProcessSandbox::new(Default::default(), Arc::clone(&clock))),
        clock,
        ids,
        spawner,
    };
    let actions = [step("bench.pure", EffectClass::Pure), step("bench.effect", EffectClass::Idempotent)];
    Engine::launch(ports, Arc::new(Catalogue::new(actions).expect("different ids")), EngineConfig::default())
}

async fn run_many(engine: &Engine, scope: &Scope, request: &StartRequest, runs: usize, clients: usize) {
    stream::iter(0..runs)
        .for_each_concurrent(clients, |_| async {
            engine.run(scope, request.clone()).await.expect("an end");
        })
        .await;
}

fn durable(criterion: &mut Criterion) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("a runtime");
    #[expect(clippy::disallowed_methods, reason = "a benchmark is its own authoriser")]
    let scope = Scope::of(TenantId::new("bench").expect("a valid id"));
    let dir = tempfile::tempdir().expect("a folder");
    let engine = runtime.block_on(engine(dir.path()));

    for (name, action) in [("each step durable", "bench.effect"), ("pure", "bench.pure")] {
        let definition = Arc::new(definition::parse(&chain(action)).workflow.expect("a valid definition"));
        let plan = engine.plan(&definition, &Grants::default()).expect("a valid workflow").plan;
        let request = StartRequest { definition, plan, input: json!({ "n": 0 }), grants: Grants::default(), key: None };
        for (clients, runs) in [(1, 100), (CLIENTS, RUNS)] {
            let mut group = criterion.benchmark_group(format!("{NODES} nodes on SQLite, {name}"));
            group
                .throughput(Throughput::Elements(runs as u64))
                .sample_size(10)
                .measurement_time(Duration::from_secs(10));
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

criterion_group!(benches, durable);
criterion_main!(benches);
