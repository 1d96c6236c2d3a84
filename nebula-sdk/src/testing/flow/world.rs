//! Everything a run happens in: ports made of memory that outlive the processes, and the engine, one process after
//! another.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{FutureExt, TryStreamExt};
use nebula_ports::{
    Scope,
    clock::Clock,
    execution_repo::ExecutionRepo,
    ids::IdSource,
    memory::{ManualClock, MemoryBlobs, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryWorkflows, SeededIds},
    model::{CredentialName, Grants, JournalRecord, Seq, StartKey, TenantId, Workflow},
    secrets::SecretsStore,
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
    fault::Planned,
    mock::Mocks,
    sandbox::{RecordedCall, TestSandbox},
    source::TestFlowError,
    tasks::{Killed, Tasks},
};
use crate::testing::FakeHost;

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
    pub(super) faults: Vec<Planned>,
    pub(super) host: FakeHost,
}

/// What has happened.
pub(super) struct Simulated {
    pub(super) end: RunEnd,
    pub(super) records: Vec<JournalRecord>,
    pub(super) calls: Vec<RecordedCall>,
    pub(super) elapsed: Duration,
    pub(super) crashes: usize,
    pub(super) faults: usize,
}

// === impl Prepared ===

impl Prepared {
    /// One run, from its start to where nothing more happens by itself.
    ///
    /// # Errors
    /// When the engine does not accept the start.
    pub(super) fn simulate(&self, input: &Value, crash: Option<CrashPoint>) -> Result<Simulated, TestFlowError> {
        let clock = ManualClock::default();
        let begun = clock.now();
        let tasks = Tasks::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(self.seed));
        let store: Arc<dyn ExecutionRepo> = Arc::new(MemoryExecutions::new(Arc::clone(&shared)));
        let executions = match crash {
            Some(point) => Arc::new(Crashing::new(Arc::clone(&store), tasks.clone(), point)),
            None => Arc::clone(&store),
        };
        let sandbox = Arc::new(TestSandbox {
            mocks: self.mocks.clone(),
            faults: self.faults.clone(),
            host: self.host.clone(),
            tasks: tasks.clone(),
            clock: clock.clone(),
            begun,
            seen: Mutex::default(),
        });
        let secrets = Arc::new(MemorySecrets::new(Arc::clone(&shared)));
        let scope = scope();
        for (name, secret) in &self.secrets {
            at_once(secrets.put(&scope, name, secret.clone()))
                .map_err(|error| TestFlowError::new(error.to_string()))?;
        }
        let ports = Ports {
            executions,
            workflows: Arc::new(MemoryWorkflows::new(Arc::clone(&shared))),
            queue: Arc::new(MemoryQueue::new(Arc::clone(&shared), Arc::clone(&ids))),
            blobs: Arc::new(MemoryBlobs::new()),
            secrets,
            sandbox: Arc::clone(&sandbox) as Arc<dyn nebula_ports::sandbox::SandboxRunner>,
            clock: shared,
            ids,
            spawner: Arc::new(tasks.clone()),
        };

        let mut crashes = 0;
        let ended = loop {
            let engine = Engine::launch(ports.clone(), Arc::clone(&self.catalogue), EngineConfig::default());
            let request = self.request(input);
            let ended = tasks.drive(&clock, async {
                let started = engine.start(&scope, request).await.map_err(|error| error.to_string())?;
                engine.wait(&scope, started.id).await.map_err(|error| error.to_string())
            });
            // Also at the end: what waits would keep itself alive.
            tasks.clear();
            match ended {
                Ok(ended) => break ended,
                Err(Killed) => crashes += 1,
            }
        };
        let end = ended.map_err(TestFlowError::new)?;
        let records = at_once(store.journal(&scope, end.execution, Seq(0)).try_collect::<Vec<_>>());
        let records = records.map_err(|error| TestFlowError::new(error.to_string()))?;
        let (calls, faults) = sandbox.take();
        Ok(Simulated { end, records, calls, elapsed: clock.now().since(begun), crashes, faults })
    }

    /// The key makes the start of a later process the same start.
    fn request(&self, input: &Value) -> StartRequest {
        StartRequest {
            definition: Arc::clone(&self.definition),
            plan: Arc::clone(&self.plan),
            input: input.clone(),
            grants: self.grants.clone(),
            key: Some(StartKey("test".into())),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test is its own authoriser")]
fn scope() -> Scope {
    Scope::of(TenantId::new("test").expect("a word is a tenant id"))
}

/// The reference ports never wait.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    future.now_or_never().expect("ports made of memory answer at once")
}
