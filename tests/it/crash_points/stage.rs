//! A store, a service, and processes that are killed between them.

use std::{
    io::{BufRead as _, BufReader},
    process::{Command, Stdio},
    sync::Arc,
    time::Duration,
};

use futures_util::TryStreamExt as _;
use nebula_blob_fs::FsBlobs;
use nebula_ports::{
    Scope,
    clock::Clock,
    execution_repo::{ExecutionFilter, ExecutionRepo},
    ids::IdSource,
    memory::MemorySecrets,
    model::{ExecutionId, ExecutionRecord, Grants, JournalEntry, JournalRecord, Seq, TenantId},
    spawn::Spawner,
    task_queue::TaskQueue,
    workflow_repo::WorkflowRepo,
};
use nebula_postgres_server as server;
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    engine::{Engine, EngineConfig, Ports, StartRequest},
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
use nebula_storage_postgres::{PostgresOptions, PostgresStorage};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use serde_json::json;

use crate::support::{Place, Shop};

/// How long a claim lasts.
pub(super) const LEASE: Duration = Duration::from_millis(800);

/// Where processes meet.
pub(super) struct Stage {
    pub(super) shop: Shop,
    place: Place,
    /// The server, and a schema of this test's own.
    postgres: Option<(&'static str, String)>,
}

/// What an engine stands on.
pub(super) type Stores = (Arc<dyn ExecutionRepo>, Arc<dyn WorkflowRepo>);

/// An engine, and the ports that it has.
pub(super) struct Station {
    pub(super) engine: Engine,
    pub(super) executions: Arc<dyn ExecutionRepo>,
    pub(super) queue: Arc<dyn TaskQueue>,
    pub(super) scope: Scope,
}

/// Whether a process stops before an entry is durable, or after.
#[derive(Debug, Clone, Copy)]
pub(super) enum When {
    Before,
    After,
}

// === impl Stage ===

impl Stage {
    pub(super) fn on_sqlite() -> Self {
        Self { shop: Shop::open(), place: Place::new(), postgres: None }
    }

    /// `None` where there is no server, and none has to be there.
    pub(super) fn on_postgres() -> Option<Self> {
        let url = server::or_skip(server::shared())?;
        Some(Self { shop: Shop::open(), place: Place::new(), postgres: Some((url, server::fresh_schema())) })
    }

    /// Runs what a test does in this process.
    pub(super) fn run<T>(&self, test: impl Future<Output = T>) -> T {
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap().block_on(test)
    }

    /// A process begins the workflow, comes to the entry, and is killed there.
    pub(super) fn killed(&self, flow: &str, when: When, seq: Seq) {
        let file = self.place.write("flow.yaml", flow);
        let when = match when {
            When::Before => "before",
            When::After => "after",
        };
        let mut command = Command::new(env!("CARGO_BIN_EXE_crashable"));
        command.arg(file).args([&self.input().to_string(), &self.shop.server.grant(), "the-only-start"]);
        command.arg(self.place.data_dir()).args([when, &seq.to_string()]);
        command.env("CRASHABLE_LEASE_MS", LEASE.as_millis().to_string());
        if let Some((url, schema)) = &self.postgres {
            command.env("CRASHABLE_POSTGRES", format!("{url} {schema}"));
        }
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(line, format!("at {seq}\n"), "it ended by itself");
        self.shop.server.settle();
    }

    /// Opens the store.
    pub(super) async fn stores(&self, clock: &Arc<dyn Clock>, spawner: &Arc<dyn Spawner>) -> Stores {
        if let Some((url, schema)) = &self.postgres {
            let options = PostgresOptions::new((*url).into(), Arc::clone(clock));
            let storage = PostgresStorage::open(PostgresOptions { schema: schema.clone(), ..options }).await.unwrap();
            return (storage.executions(), storage.workflows());
        }
        std::fs::create_dir_all(self.place.data_dir()).unwrap();
        let options = SqliteOptions::new(Arc::clone(spawner));
        let file = self.place.data_dir().join("nebula.db");
        let storage = SqliteStorage::open(file, Arc::clone(clock), options).await.unwrap();
        (storage.executions(), storage.workflows())
    }

    /// An engine in this process, which takes up what is due.
    pub(super) async fn engine(&self) -> Station {
        let stores = self.stores(&clock(), &spawner()).await;
        self.engine_on(stores).await
    }

    /// The same on a store that is open already.
    pub(super) async fn engine_on(&self, (executions, workflows): Stores) -> Station {
        let (clock, ids): (_, Arc<dyn IdSource>) = (clock(), Arc::new(SystemIds));
        let queue = Arc::new(nebula_queue_memory::Config::default().build(Arc::clone(&clock), Arc::clone(&ids)));
        let blobs = FsBlobs::open(nebula_blob_fs::Config { root: self.place.data_dir().join("blobs") }).await.unwrap();
        let ports = Ports {
            executions: Arc::clone(&executions),
            workflows,
            queue: queue.clone(),
            blobs: Arc::new(blobs),
            secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
            sandbox: Arc::new(InProcessSandbox::new(nebula_sandbox_inprocess::Config::default(), Arc::clone(&clock))),
            clock,
            ids,
            spawner: spawner(),
        };
        let catalogue = Arc::new(Catalogue::new(nebula_actions::registry()).unwrap());
        let config =
            EngineConfig { lease_ttl: LEASE, sweep_interval: Duration::from_millis(200), ..EngineConfig::default() };
        Station { engine: Engine::launch(ports, catalogue, config), executions, queue, scope: scope() }
    }

    /// The workflow, ready to be started.
    pub(super) fn request(&self, engine: &Engine, flow: &str) -> StartRequest {
        let definition = Arc::new(definition::parse(flow).workflow.unwrap());
        let grants = Grants { items: vec![self.shop.server.grant().parse().unwrap()], base_dir: None };
        let plan = engine.plan(&definition, &grants).unwrap().plan;
        StartRequest { definition, plan, input: self.input(), grants, key: None, trigger: None }
    }

    fn input(&self) -> serde_json::Value {
        json!({ "service": self.shop.server.url("") })
    }
}

// === impl Station ===

impl Station {
    /// The one execution that there is.
    pub(super) async fn only(&self) -> ExecutionRecord {
        let found = self.executions.list(&self.scope, &ExecutionFilter::default()).await.unwrap();
        assert_eq!(found.len(), 1, "{found:?}");
        found.into_iter().next().unwrap()
    }

    pub(super) async fn journal(&self, id: ExecutionId) -> Vec<JournalRecord> {
        self.executions.journal(&self.scope, id, Seq(0)).try_collect().await.unwrap()
    }
}

/// Where the first entry stands of which this is true.
pub(super) fn position(journal: &[JournalRecord], of: impl Fn(&JournalEntry) -> bool) -> Seq {
    journal.iter().find(|record| of(&record.entry)).unwrap().seq
}

/// A workflow of one call; the service knows its key, or must be asked once only.
pub(super) fn call(idempotent: bool) -> String {
    format!(
        "nebula: 1\nid: call\ninput: {{ type: object, required: [service], properties: {{ service: {{ type: string }} }} }}\n\
         nodes:\n  - id: charge\n    action: http.request@1\n    parameters: {{ method: POST, \
         url: !template \"{{{{ $input.service }}}}/charge\", idempotent: {idempotent} }}\n\
         output: !expr $nodes.charge.result.body.receipt\n"
    )
}

/// Where a workflow's entries stand when nothing happens to it.
pub(super) fn undisturbed(stage: &Stage, flow: &str) -> Vec<JournalRecord> {
    let other = if stage.postgres.is_some() { Stage::on_postgres().unwrap() } else { Stage::on_sqlite() };
    other.run(async {
        let station = other.engine().await;
        let request = other.request(&station.engine, flow);
        let end = station.engine.run(&station.scope, request).await.unwrap();
        let journal = station.journal(end.execution).await;
        station.engine.shutdown().await;
        journal
    })
}

fn clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

fn spawner() -> Arc<dyn Spawner> {
    Arc::new(TokioSpawner::current())
}

/// The one tenant, as the command has it.
#[expect(clippy::disallowed_methods, reason = "a test is its own authoriser")]
fn scope() -> Scope {
    Scope::of(TenantId::new("local").unwrap())
}

/// Opens ports for a test that puts something between engine and store.
pub(super) async fn stores(stage: &Stage) -> Stores {
    stage.stores(&clock(), &spawner()).await
}
