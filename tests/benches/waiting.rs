//! A hundred thousand executions that wait for one moment, on SQLite: what a row takes, what the engine holds, how long it
//! takes to bring them all to their end when the moment comes. `cargo bench -p nebula-tests --bench waiting [-- COUNT]`.

use std::{
    fs,
    io::{self, Write as _},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream};
use nebula_ports::{
    Scope,
    action::{ActionOutput, CallContext, DynAction},
    clock::Clock,
    execution_repo::ExecutionFilter,
    memory::{MemoryBlobs, MemoryQueue, MemorySecrets},
    model::{
        ActionDescriptor, ActionId, CapabilityManifest, EffectClass, ExecutionStatus, Failure, Grants,
        InterfaceVersion, TenantId,
    },
    time::Timestamp,
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
use tokio::sync::Notify;

/// How long everything waits: until the clock is put forward.
const WAIT: Duration = Duration::from_hours(24);

/// The machine's clock, which can be put forward.
#[derive(Debug, Clone)]
struct Jumping {
    clock: Arc<SystemClock>,
    ahead: Arc<AtomicI64>,
    jumped: Arc<Notify>,
}

/// Waits for a day.
struct Nap(ActionDescriptor);

fn main() {
    let count = std::env::args().skip(1).find_map(|text| text.parse().ok()).unwrap_or(100_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
    let dir = tempfile::tempdir().expect("a folder");
    runtime.expect("a runtime").block_on(measure(dir.path(), count));
}

#[expect(clippy::disallowed_methods, reason = "a benchmark reads the clock, and is its own authoriser")]
async fn measure(dir: &Path, count: usize) {
    let clock = Jumping { clock: Arc::default(), ahead: Arc::default(), jumped: Arc::default() };
    let (engine, ports) = launch(dir, &clock).await;
    let scope = Scope::of(TenantId::new("bench").expect("a valid id"));
    let request = request(&engine);
    let idle = resident();
    say(&format!("{idle:.1} MiB resident, idle"));

    let begun = Instant::now();
    stream::iter(0..count)
        .for_each_concurrent(64, |_| async {
            engine.start(&scope, request.clone()).await.expect("a start");
        })
        .await;
    wait_for(&ports, &scope, ExecutionStatus::Running, 0).await;
    say(&format!("{count} executions started and parked in {:.1} s", begun.elapsed().as_secs_f64()));
    let bytes: u64 = ["waiting.db", "waiting.db-wal"]
        .iter()
        .filter_map(|name| fs::metadata(dir.join(name)).ok())
        .map(|metadata| metadata.len())
        .sum();
    say(&format!("{} bytes of database for each, log included", bytes / count.max(1) as u64));
    say(&format!("{:.1} MiB resident above idle while they wait", resident() - idle));

    clock.jump(WAIT);
    let begun = Instant::now();
    wait_for(&ports, &scope, ExecutionStatus::Waiting, 0).await;
    wait_for(&ports, &scope, ExecutionStatus::Running, 0).await;
    let took = begun.elapsed().as_secs_f64();
    say(&format!("all due at once: ended in {took:.1} s, {:.0} a second", count as f64 / took));
    say(&format!("{:.1} MiB resident above idle afterwards", resident() - idle));
    engine.shutdown().await;
}

/// Returns when at most `left` executions have this status.
async fn wait_for(ports: &Ports, scope: &Scope, status: ExecutionStatus, left: usize) {
    let filter = ExecutionFilter { status: Some(status), limit: left + 1, ..ExecutionFilter::default() };
    while ports.executions.list(scope, &filter).await.expect("a list").len() > left {
        #[expect(clippy::disallowed_methods, reason = "a benchmark waits for what it measures")]
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

async fn launch(dir: &Path, clock: &Jumping) -> (Engine, Ports) {
    let clock: Arc<dyn Clock> = Arc::new(clock.clone());
    let ids = Arc::new(SystemIds);
    let spawner = Arc::new(TokioSpawner::current());
    let options = SqliteOptions::new(spawner.clone());
    let storage = SqliteStorage::open(dir.join("waiting.db"), Arc::clone(&clock), options).await.expect("it opens");
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
    let nap: Arc<dyn DynAction> = Arc::new(Nap(descriptor()));
    let engine =
        Engine::launch(ports.clone(), Arc::new(Catalogue::new([nap]).expect("one id")), EngineConfig::default());
    (engine, ports)
}

fn request(engine: &Engine) -> StartRequest {
    let text = "nebula: 1\nid: waiting\nnodes: [{ id: nap, action: bench.nap@1 }]\noutput: !expr $nodes.nap.result\n";
    let definition = Arc::new(definition::parse(text).workflow.expect("a valid definition"));
    let plan = engine.plan(&definition, &Grants::default()).expect("a valid workflow").plan;
    StartRequest { definition, plan, input: json!({}), grants: Grants::default(), key: None, trigger: None }
}

fn descriptor() -> ActionDescriptor {
    ActionDescriptor {
        id: ActionId::new("bench.nap").expect("a valid id"),
        version: InterfaceVersion::new(1, 0),
        name: "Nap".to_owned(),
        description: "Waits for a day.".to_owned(),
        input_schema: json!({ "type": "object" }),
        output_schema: json!(true),
        trigger: None,
        process: false,
        ports: Vec::new(),
        capabilities: CapabilityManifest::default(),
        effect: EffectClass::Pure,
        credentials: Vec::new(),
        resources: Vec::new(),
        retry: None,
        timeout: None,
        key: Vec::new(),
        limits: Default::default(),
        listing: Default::default(),
    }
}

/// MiB of memory that this process has; 0 where nobody says so.
fn resident() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kib = line.and_then(|line| line.trim().trim_end_matches("kB").trim().parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}

fn say(line: &str) {
    let _ = writeln!(io::stdout(), "{line}");
}

// === impl Nap ===

#[async_trait]
impl DynAction for Nap {
    fn descriptor(&self) -> &ActionDescriptor {
        &self.0
    }

    async fn run(&self, _: Value, context: CallContext) -> Result<ActionOutput, Failure> {
        Ok(ActionOutput::DoneAt(context.started_at.plus(WAIT), json!("rested")))
    }
}

// === impl Jumping ===

impl Jumping {
    fn jump(&self, by: Duration) {
        self.ahead.fetch_add(i64::try_from(by.as_micros()).expect("a short time"), Ordering::SeqCst);
        self.jumped.notify_waiters();
    }
}

impl Clock for Jumping {
    fn now(&self) -> Timestamp {
        let ahead = u64::try_from(self.ahead.load(Ordering::SeqCst)).unwrap_or_default();
        self.clock.now().plus(Duration::from_micros(ahead))
    }

    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        async move {
            loop {
                let jumped = clock.jumped.notified();
                tokio::pin!(jumped);
                jumped.as_mut().enable();
                let left = when.since(clock.now());
                if left.is_zero() {
                    return;
                }
                let end = clock.clock.sleep_until(clock.clock.now().plus(left));
                tokio::select! { () = end => {}, () = jumped => {} }
            }
        }
        .boxed()
    }
}
