//! A run in an engine as the command composes it, which stops at one journal entry and waits to be killed:
//! `crashable FILE INPUT GRANT KEY DATA_DIR before|after SEQ [SIGNAL]` prints `at SEQ` and does nothing more. The signal is
//! sent as soon as the run is accepted. With `CRASHABLE_POSTGRES`, a URL and a schema with a space between them, executions
//! are in that database and not in the folder; with `CRASHABLE_LEASE_MS` a claim lasts so long.

use std::{
    convert::Infallible,
    error::Error,
    fs,
    io::{self, Write as _},
    path::Path,
    process::ExitCode,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use futures_util::stream::BoxStream;
use nebula_blob_fs::FsBlobs;
use nebula_ports::{
    Scope,
    clock::Clock,
    error::Result,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    ids::IdSource,
    memory::MemorySecrets,
    model::{
        Claimed, ExecutionId, ExecutionRecord, Grants, JournalRecord, Lease, NewExecution, Request, RequestId, Seq,
        SignalName, StartKey, TenantId, Transition,
    },
    spawn::Spawner,
    time::Timestamp,
    workflow_repo::WorkflowRepo,
};
use nebula_runtime::{
    catalogue::Catalogue,
    definition,
    engine::{Engine, EngineConfig, Ports, StartRequest},
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
use nebula_storage_postgres::{PostgresOptions, PostgresStorage};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use serde_json::Value;

/// Where it stops.
#[derive(Debug, Clone, Copy)]
struct Stop {
    /// Once the entry is durable, or just before.
    after: bool,
    seq: u64,
}

/// A store that stops at one entry.
#[derive(Debug)]
struct Stopping {
    store: Arc<dyn ExecutionRepo>,
    stop: Stop,
}

fn main() -> ExitCode {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let signal = arguments.drain(arguments.len().min(7)..).next();
    let Ok([file, input, grant, key, data_dir, when, seq]) = <[String; 7]>::try_from(arguments) else {
        let _ = writeln!(io::stderr(), "crashable FILE INPUT GRANT KEY DATA_DIR before|after SEQ [SIGNAL]");
        return ExitCode::from(2);
    };
    let Ok(seq) = seq.parse() else { return ExitCode::from(2) };
    let stop = Stop { after: when == "after", seq };
    match run(&file, &input, &grant, &key, signal, Path::new(&data_dir), stop) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(
    file: &str,
    input: &str,
    grant: &str,
    key: &str,
    signal: Option<String>,
    data_dir: &Path,
    stop: Stop,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    let definition = definition::parse(&fs::read_to_string(file)?).workflow.ok_or("the workflow cannot be read")?;
    let grants = Grants { items: vec![grant.parse()?], base_dir: None };
    fs::create_dir_all(data_dir)?;
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let (engine, scope) = compose(data_dir, stop).await?;
        let planned = engine.plan(&definition, &grants).map_err(|found| format!("{found:?}"))?;
        let request = StartRequest {
            definition: Arc::new(definition),
            plan: planned.plan,
            input: serde_json::from_str(input)?,
            grants,
            key: Some(StartKey(key.into())),
            trigger: None,
        };
        let started = engine.start(&scope, request).await?;
        if let Some(signal) = signal {
            engine.signal(&scope, started.id, SignalName::new(signal)?, Value::Null).await?;
        }
        let end = engine.wait(&scope, started.id).await?;
        writeln!(io::stdout(), "{}", end.status)?;
        Ok(())
    })
}

/// As `compose` of nebula-cli does it, but for the store that stops, and without secrets.
async fn compose(data_dir: &Path, stop: Stop) -> Result<(Engine, Scope), Box<dyn Error + Send + Sync>> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ids: Arc<dyn IdSource> = Arc::new(SystemIds);
    let spawner: Arc<dyn Spawner> = Arc::new(TokioSpawner::current());
    let (executions, workflows) = open(data_dir, &clock, &spawner).await?;
    let ports = Ports {
        executions: Arc::new(Stopping { store: executions, stop }),
        workflows,
        queue: Arc::new(nebula_queue_memory::Config::default().build(Arc::clone(&clock), Arc::clone(&ids))),
        blobs: Arc::new(FsBlobs::open(nebula_blob_fs::Config { root: data_dir.join("blobs") }).await?),
        secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
        sandbox: Arc::new(InProcessSandbox::new(nebula_sandbox_inprocess::Config::default(), Arc::clone(&clock))),
        clock,
        ids,
        spawner,
    };
    let catalogue = Arc::new(Catalogue::new(nebula_actions::registry())?);
    let mut config = EngineConfig::default();
    if let Ok(millis) = std::env::var("CRASHABLE_LEASE_MS") {
        config.lease_ttl = Duration::from_millis(millis.parse()?);
    }
    let engine = Engine::launch_for_own(ports, catalogue, config);
    #[expect(clippy::disallowed_methods, reason = "this composition root has one tenant, as the command has")]
    let scope = Scope::of(TenantId::new("local")?);
    Ok((engine, scope))
}

type Opened = (Arc<dyn ExecutionRepo>, Arc<dyn WorkflowRepo>);

async fn open(
    data_dir: &Path,
    clock: &Arc<dyn Clock>,
    spawner: &Arc<dyn Spawner>,
) -> Result<Opened, Box<dyn Error + Send + Sync>> {
    if let Ok(place) = std::env::var("CRASHABLE_POSTGRES") {
        let (url, schema) = place.split_once(' ').ok_or("CRASHABLE_POSTGRES is a URL and a schema")?;
        let options = PostgresOptions::new(url.into(), Arc::clone(clock));
        let storage = PostgresStorage::open(PostgresOptions { schema: schema.to_owned(), ..options }).await?;
        return Ok((storage.executions(), storage.workflows()));
    }
    let options = SqliteOptions::new(Arc::clone(spawner));
    let storage = SqliteStorage::open(data_dir.join("nebula.db"), Arc::clone(clock), options).await?;
    Ok((storage.executions(), storage.workflows()))
}

// === impl Stop ===

impl Stop {
    /// Whether it is one of the `count` entries that follow `expected`.
    const fn is_among(self, expected: Seq, count: usize) -> bool {
        expected.0 < self.seq && self.seq <= expected.0 + count as u64
    }

    /// Says so, and never returns.
    async fn here(self) -> ! {
        if writeln!(io::stdout(), "at {}", self.seq).and_then(|()| io::stdout().flush()).is_err() {
            // Nobody is there who would kill it.
            std::process::abort();
        }
        match std::future::pending::<Infallible>().await {}
    }
}

// === impl Stopping ===

#[async_trait]
impl ExecutionRepo for Stopping {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        let is_here = self.stop.is_among(Seq(0), new.entries.len());
        if is_here && !self.stop.after {
            self.stop.here().await;
        }
        let outcome = self.store.start(scope, new).await;
        if is_here {
            self.stop.here().await;
        }
        outcome
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        let is_here = transitions.iter().any(|one| self.stop.is_among(one.expected, one.entries.len()));
        if is_here && !self.stop.after {
            self.stop.here().await;
        }
        let outcomes = self.store.commit(transitions).await;
        if is_here {
            self.stop.here().await;
        }
        outcomes
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.store.claim(request).await
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        self.store.renew(leases, ttl).await
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        self.store.request(scope, id, request_id, request).await
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
