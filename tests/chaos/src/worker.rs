//! A worker process: the engine as a server composes it, which does what it is told until its standard input ends.

use std::{path::Path, sync::Arc, time::Duration};

use nebula_blob_fs::FsBlobs;
use nebula_ports::{
    clock::Clock,
    error::Result,
    ids::IdSource,
    memory::MemorySecrets,
    model::{Request, SignalName, StartKey},
    spawn::Spawner,
};
use nebula_runtime::{
    engine::{Engine, EngineConfig, Ports, StartRequest},
    system::{SystemClock, SystemIds, TokioSpawner},
};
use nebula_sandbox_inprocess::InProcessSandbox;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader, stdin};

use crate::{
    Failure,
    cheat::{Cheat, Cheating},
    reporting::{Reporting, say},
    store::{self, Opened, Place},
    talk::{News, Order},
    workflow::{self, Prepared},
    world::sleep,
};

/// How long a claim lasts: a worker that is frozen for longer is a zombie.
pub(crate) const LEASE: Duration = Duration::from_secs(2);

/// Works until standard input ends, which it then does within the drain's deadline.
pub(crate) fn run(
    place: &Place,
    service: &str,
    data_dir: &Path,
    cheat: Option<Cheat>,
) -> std::result::Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?.block_on(async {
        let prepared = workflow::prepare(service)?;
        let engine = compose(place, data_dir, &prepared, cheat).await?;
        say(&News::Ready);
        let mut lines = BufReader::new(stdin()).lines();
        while let Some(line) = lines.next_line().await? {
            let order: Order = serde_json::from_str(&line)?;
            let (engine, prepared, service) = (engine.clone(), prepared.clone(), format!("http://{service}"));
            tokio::spawn(async move { follow(&engine, &prepared, &service, order).await });
        }
        engine.shutdown().await;
        Ok(())
    })
}

async fn follow(engine: &Engine, prepared: &Prepared, service: &str, order: Order) {
    let Ok(scope) = store::scope() else { return };
    match order {
        Order::Start { n } => {
            let request = StartRequest {
                definition: Arc::clone(&prepared.definition),
                plan: Arc::clone(&prepared.plan),
                input: json!({ "n": n, "service": service }),
                grants: prepared.grants.clone(),
                key: Some(StartKey(n.to_string().into())),
                trigger: None,
            };
            if let Ok(started) = engine.start(&scope, request).await {
                say(&News::Started { n, execution: started.id, existing: started.existing });
            }
        }
        Order::Signal { execution } => {
            let Ok(name) = SignalName::new("go") else { return };
            if engine.signal(&scope, execution, name, Value::Null).await.is_ok() {
                say(&News::Signalled { execution });
            }
        }
        Order::Resume { execution } => {
            // What nobody has taken up is asked for again.
            let _ = engine.resume(&scope, execution).await;
        }
        Order::Resolve { execution, node, resolution } => {
            // A decision that does not arrive is made again.
            let _ = engine.request(&scope, execution, Request::Resolve { node, resolution }).await;
        }
    }
}

async fn compose(
    place: &Place,
    data_dir: &Path,
    prepared: &Prepared,
    cheat: Option<Cheat>,
) -> std::result::Result<Engine, Failure> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let ids: Arc<dyn IdSource> = Arc::new(SystemIds);
    let spawner: Arc<dyn Spawner> = Arc::new(TokioSpawner::current());
    let Opened { executions, workflows, queue } = open(place, &clock, &ids, &spawner).await?;
    let executions = match cheat {
        Some(cheat) => Arc::new(Cheating { store: executions, cheat }),
        None => executions,
    };
    let ports = Ports {
        executions: Arc::new(Reporting(executions)),
        workflows,
        queue,
        blobs: Arc::new(FsBlobs::open(nebula_blob_fs::Config { root: data_dir.join("blobs") }).await?),
        secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
        sandbox: Arc::new(InProcessSandbox::new(nebula_sandbox_inprocess::Config::default(), Arc::clone(&clock))),
        clock,
        ids,
        spawner,
    };
    let config = EngineConfig {
        max_executions: 64,
        lease_ttl: LEASE,
        longest_wait_in_memory: Duration::from_millis(500),
        cancel_grace: Duration::from_secs(1),
        drain_deadline: Duration::from_secs(3),
        sweep_interval: Duration::from_secs(1),
        // Workers die so often that some execution or other is put away for it, and somebody has to look.
        max_claims_without_progress: 2,
        ..EngineConfig::default()
    };
    Ok(Engine::launch(ports, Arc::clone(&prepared.catalogue), config))
}

/// Opens the store as soon as it can be: what passes by itself is waited for.
async fn open(
    place: &Place,
    clock: &Arc<dyn Clock>,
    ids: &Arc<dyn IdSource>,
    spawner: &Arc<dyn Spawner>,
) -> Result<Opened> {
    loop {
        match place.open(Arc::clone(clock), Arc::clone(ids), Arc::clone(spawner)).await {
            Err(error) if error.is_retryable() => {
                say(&News::Refused { why: error.to_string() });
                sleep(200).await;
            }
            opened => return opened,
        }
    }
}
