//! Everything a run happens in: ports made of memory that outlive the processes, and the engine, one process after
//! another.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use futures_util::{FutureExt, TryStreamExt, future::BoxFuture};
use nebula_ports::{
    Scope,
    clock::Clock,
    execution_repo::ExecutionRepo,
    ids::IdSource,
    memory::{ManualClock, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryWorkflows, SeededIds},
    model::{
        CredentialName, ExecutionId, ExecutionStatus, Grants, JournalRecord, Request, Seq, SignalName, StartKey,
        Workflow,
    },
    secrets::SecretsStore,
    spawn::Spawner,
    time::Timestamp,
};
use nebula_runtime::{
    catalogue::Catalogue,
    engine::{Engine, EngineConfig, Ports, RunEnd, StartRequest},
    plan::ExecutionPlan,
};
use secrecy::SecretString;
use serde_json::Value;

use super::{
    crash::{CrashPoint, Crashing},
    fault::{self, Fault},
    log,
    mock::Mocks,
    network::Network,
    recording::Recording,
    replay::Playback,
    sandbox::{Seen, TestSandbox},
    signals::Signals,
    source::TestFlowError,
    tasks::{Killed, Tasks},
};
use crate::testing::{Denied, FakeHost, canary::Canaries, host::tenant};

/// All that decides a run.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) seed: u64,
    pub(super) definition: Arc<Workflow>,
    pub(super) plan: Arc<ExecutionPlan>,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) grants: Grants,
    pub(super) secrets: Vec<(CredentialName, SecretString)>,
    pub(super) mocks: Mocks,
    pub(super) faults: Vec<fault::Planned>,
    pub(super) host: FakeHost,
    pub(super) canaries: Arc<Canaries>,
    /// When somebody cancels the run.
    pub(super) cancel_after: Option<Duration>,
    /// How attempts end, when they are not to run.
    pub(super) recording: Option<Arc<Recording>>,
    /// Sent when a node waits for them.
    pub(super) signals: Vec<(SignalName, Value)>,
}

/// What has happened.
pub(super) struct Simulated {
    pub(super) end: RunEnd,
    pub(super) records: Vec<JournalRecord>,
    pub(super) seen: Seen,
    pub(super) denied: Vec<Denied>,
    /// The first secret in the log.
    pub(super) heard: Option<String>,
    pub(super) elapsed: Duration,
    pub(super) crashes: usize,
}

// === impl Prepared ===

impl Prepared {
    /// One run, from its start to where nothing more happens by itself.
    ///
    /// # Errors
    /// When the engine does not accept the start.
    pub(super) fn simulate(&self, input: &Value, crash: Option<CrashPoint>) -> Result<Simulated, TestFlowError> {
        let (simulated, heard) = log::listen(&self.canaries, || self.run(input, crash));
        simulated.map(|simulated| Simulated { heard, ..simulated })
    }

    fn run(&self, input: &Value, crash: Option<CrashPoint>) -> Result<Simulated, TestFlowError> {
        let recording = self.recording.as_ref();
        let clock = recording.map_or_else(ManualClock::default, |recording| ManualClock::at(recording.started_at));
        let begun = clock.now();
        let tasks = Tasks::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(self.seed));
        let store: Arc<dyn ExecutionRepo> = Arc::new(MemoryExecutions::new(Arc::clone(&shared)));
        let executions = match crash {
            Some(point) => Arc::new(Crashing::new(Arc::clone(&store), tasks.clone(), point)),
            None => Arc::clone(&store),
        };
        let is_cut = self.faults.iter().any(|planned| planned.fault == Fault::LeaseLost);
        let network = is_cut.then(|| Arc::new(Network::new(Arc::clone(&executions), clock.clone())));
        let executions = network.clone().map_or(executions, |network| network as _);
        let sandbox = Arc::new(TestSandbox {
            mocks: self.mocks.clone(),
            faults: self.faults.clone(),
            host: self.host.clone(),
            tasks: tasks.clone(),
            clock: clock.clone(),
            seed: self.seed,
            begun,
            network: network.clone(),
            playback: recording.map(|recording| Playback::new(Arc::clone(recording))),
            seen: Mutex::default(),
            denied: Arc::default(),
        });
        let secrets = Arc::new(MemorySecrets::new(Arc::clone(&shared)));
        let scope = tenant();
        for (name, secret) in &self.secrets {
            at_once(secrets.put(&scope, name, secret.clone()))
                .map_err(|error| TestFlowError::new(error.to_string()))?;
        }
        let ports = Ports {
            executions,
            workflows: Arc::new(MemoryWorkflows::new(Arc::clone(&shared))),
            queue: Arc::new(MemoryQueue::new(Arc::clone(&shared), Arc::clone(&ids))),
            blobs: self.host.blobs(),
            secrets,
            sandbox: Arc::clone(&sandbox) as Arc<dyn nebula_ports::sandbox::SandboxRunner>,
            clock: shared,
            ids,
            spawner: Arc::new(tasks.clone()),
        };

        if let Some(network) = &network {
            let (ports, catalogue) = (ports.clone(), Arc::clone(&self.catalogue));
            network.set_relief(Some(Box::new(move || {
                // Its tasks keep it alive.
                let _ = Engine::launch(ports, catalogue, EngineConfig::default());
            })));
        }

        let agenda = self.agenda(begun);
        let mut decisions = recording.map(|recording| recording.decisions.clone()).unwrap_or_default().into_iter();
        let execution = Cell::new(None);
        let signals = Signals::new(Arc::clone(&store), scope.clone(), &self.signals);
        let mut crashes = 0;
        let ended = loop {
            let engine = Engine::launch(ports.clone(), Arc::clone(&self.catalogue), EngineConfig::default());
            let request = self.request(input);
            let ended = tasks.drive(&clock, async {
                let started = engine.start(&scope, request).await.map_err(|error| error.to_string())?;
                execution.set(Some(started.id));
                for planned in &agenda {
                    tasks.spawn("request", ask(&engine, &scope, started.id, &clock, planned));
                }
                tasks.spawn("signals", Arc::clone(&signals).watch(engine.clone(), started.id));
                loop {
                    let end = engine.wait(&scope, started.id).await.map_err(|error| error.to_string())?;
                    if end.status != ExecutionStatus::Waiting {
                        return Ok::<_, String>(end);
                    }
                    if let Some(decision) = decisions.next() {
                        engine.request(&scope, started.id, decision).await.map_err(|error| error.to_string())?;
                        continue;
                    }
                    signals.send(&engine, started.id).await;
                    // What stood still goes on with a signal.
                    if !signals.has_sent() {
                        return Ok(end);
                    }
                }
            });
            // Also at the end: what waits would keep itself alive.
            tasks.clear();
            let is_over = sandbox.playback.as_ref().is_some_and(Playback::is_over);
            match ended {
                Ok(ended) => break ended,
                Err(Killed) if is_over => {
                    break execution.get().map(open_end).ok_or("the run did not begin".to_owned());
                }
                Err(Killed) => crashes += 1,
            }
        };
        if let Some(network) = &network {
            network.set_relief(None);
        }
        let end = ended.map_err(TestFlowError::new)?;
        let records = at_once(store.journal(&scope, end.execution, Seq(0)).try_collect::<Vec<_>>());
        let records = records.map_err(|error| TestFlowError::new(error.to_string()))?;
        let (seen, denied) = sandbox.take();
        let elapsed = clock.now().since(begun);
        Ok(Simulated { end, records, seen, denied, heard: None, elapsed, crashes })
    }

    /// What is asked of the run from outside, and when.
    fn agenda(&self, begun: Timestamp) -> Vec<Planned> {
        let recorded = self.recording.iter().flat_map(|recording| recording.requests.iter().cloned());
        let cancel = || Request::Cancel { reason: "the test has cancelled the run".to_owned() };
        let own = self.cancel_after.map(|after| (begun.plus(after), cancel()));
        recorded.chain(own).map(|(at, request)| Planned { at, request, is_asked: Arc::default() }).collect()
    }

    /// The key makes the start of a later process the same start.
    fn request(&self, input: &Value) -> StartRequest {
        StartRequest {
            definition: Arc::clone(&self.definition),
            plan: Arc::clone(&self.plan),
            input: input.clone(),
            grants: self.grants.clone(),
            key: Some(StartKey("test".into())),
            trigger: None,
        }
    }
}

/// Something that is asked of a run, once in all its processes.
struct Planned {
    at: Timestamp,
    request: Request,
    is_asked: Arc<AtomicBool>,
}

/// Asks it when the time has come.
fn ask(
    engine: &Engine,
    scope: &Scope,
    id: ExecutionId,
    clock: &ManualClock,
    planned: &Planned,
) -> BoxFuture<'static, ()> {
    let (engine, scope, due) = (engine.clone(), scope.clone(), clock.sleep_until(planned.at));
    let (request, is_asked) = (planned.request.clone(), Arc::clone(&planned.is_asked));
    Box::pin(async move {
        due.await;
        if !is_asked.swap(true, Ordering::SeqCst) {
            // A run that has ended is not asked any more; the store is made of memory.
            let _ = engine.request(&scope, id, request).await;
        }
    })
}

/// The end of a run of which the rest is not known.
fn open_end(execution: ExecutionId) -> RunEnd {
    RunEnd { execution, status: ExecutionStatus::Running, output: None, error: None, waiting_for: None }
}

/// The reference ports never wait.
pub(super) fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("ports made of memory answer at once")
}
