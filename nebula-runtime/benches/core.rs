//! The engine's hot paths without a disk: folding and deciding, and whole runs on in-memory ports.

use std::{fmt::Write, hint::black_box, sync::Arc};

use async_trait::async_trait;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use futures_util::{TryStreamExt, future::BoxFuture};
use nebula_ports::{
    Scope,
    action::{ActionOutput, ActionRef, CallContext, DynAction},
    clock::Clock,
    host::{ByteStream, Host, HttpRequest, HttpResponse},
    memory::{MemoryBlobs, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryWorkflows},
    model::{
        ActionDescriptor, ActionId, CapabilityManifest, EffectClass, Failure, FailureKind, Grants, InterfaceVersion,
        JournalEntry, Seq, TenantId,
    },
    sandbox::{SandboxCall, SandboxRunner},
    time::Timestamp,
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    engine::{Engine, EngineConfig, Ports, StartRequest},
    execution::ExecutionState,
    system::{SystemClock, SystemIds, TokioSpawner},
};
use serde_json::{Value, json};

const NODES: usize = 100;

struct Echo(ActionDescriptor);

#[async_trait]
impl DynAction for Echo {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, input: Value, _: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::Done(input))
    }
}

#[derive(Debug)]
struct BareSandbox;

#[derive(Debug)]
struct NoHost;

#[async_trait]
impl SandboxRunner for BareSandbox {
    async fn run(&self, action: &ActionRef, call: SandboxCall) -> Result<ActionOutput, Failure> {
        let context = CallContext {
            execution: call.execution,
            node: call.node,
            attempt: call.attempt,
            idempotency_key: call.idempotency_key,
            started_at: call.started_at,
            cancel: call.cancel,
            credentials: call.credentials,
            host: Arc::new(NoHost),
        };
        match action {
            ActionRef::Native(action) => action.run(call.input, context).await,
            _ => Err(Failure::new(FailureKind::Bug, "bench.action", "only native actions here")),
        }
    }
}

fn closed<T>() -> Result<T, Failure> {
    Err(Failure::new(FailureKind::Denied, "bench.closed", "closed"))
}

#[async_trait]
impl Host for NoHost {
    async fn http(&self, _: HttpRequest) -> Result<HttpResponse, Failure> {
        closed()
    }

    async fn read_file(&self, _: &str) -> Result<ByteStream, Failure> {
        closed()
    }

    async fn write_file(&self, _: &str, _: ByteStream) -> Result<u64, Failure> {
        closed()
    }

    fn env(&self, _: &str) -> Result<Option<String>, Failure> {
        closed()
    }

    fn blocking(&self, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        work();
        Box::pin(std::future::ready(()))
    }
}

fn echo(id: &str, effect: EffectClass) -> Arc<dyn DynAction> {
    Arc::new(Echo(ActionDescriptor {
        id: ActionId::new(id).expect("a valid id"),
        version: InterfaceVersion::new(1, 0),
        name: "Echo".to_owned(),
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

fn ports() -> Ports {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ids = Arc::new(SystemIds);
    Ports {
        executions: Arc::new(MemoryExecutions::new(Arc::clone(&clock))),
        workflows: Arc::new(MemoryWorkflows::new(Arc::clone(&clock))),
        queue: Arc::new(MemoryQueue::new(Arc::clone(&clock), ids.clone())),
        blobs: Arc::new(MemoryBlobs::new()),
        secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
        sandbox: Arc::new(BareSandbox),
        clock,
        ids,
        spawner: Arc::new(TokioSpawner::current()),
    }
}

/// A chain: every node reads the one before it.
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

fn start_request(engine: &Engine, action: &str) -> StartRequest {
    let definition = Arc::new(definition::parse(&chain(action)).workflow.expect("a valid definition"));
    let plan = engine.plan(&definition, &Grants::default()).expect("a valid workflow").plan;
    StartRequest { definition, plan, input: json!({ "n": 0 }), grants: Grants::default(), key: None }
}

fn core(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    #[expect(clippy::disallowed_methods, reason = "a benchmark is its own authoriser")]
    let scope = Scope::of(TenantId::new("bench").expect("a valid id"));
    let (ports, engine) = runtime.block_on(async {
        let ports = ports();
        let actions = [echo("bench.pure", EffectClass::Pure), echo("bench.effect", EffectClass::Idempotent)];
        let catalogue = Arc::new(Catalogue::new(actions).expect("different ids"));
        (ports.clone(), Engine::launch(ports, catalogue, EngineConfig::default()))
    });

    let mut group = criterion.benchmark_group("run");
    group.throughput(Throughput::Elements(NODES as u64));
    for (name, action) in [("pure", "bench.pure"), ("effect", "bench.effect")] {
        let request = start_request(&engine, action);
        group.bench_function(format!("chain of {NODES} on memory ports, {name}"), |bencher| {
            bencher.iter(|| runtime.block_on(async { engine.run(&scope, request.clone()).await.expect("an end") }));
        });
    }
    group.finish();

    let request = start_request(&engine, "bench.effect");
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

criterion_group!(benches, core);
criterion_main!(benches);
