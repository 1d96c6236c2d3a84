//! The processes, and what they share.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use nebula_ports::{
    Scope,
    blob_store::BlobStore,
    clock::Clock,
    execution_repo::ExecutionRepo,
    ids::IdSource,
    memory::{ManualClock, MemoryBlobs, MemoryExecutions, MemoryQueue, MemorySecrets, MemoryWorkflows, SeededIds},
    model::TenantId,
    task_queue::TaskQueue,
    workflow_repo::WorkflowRepo,
};
use nebula_runtime::engine::{Engine, EngineConfig, Ports};

use crate::{
    blobs::RemoteBlobs,
    chance::Chance,
    counters::Counters,
    mutant::{Mutant, MutantStore},
    outside::{Outside, Sandbox},
    queue::RemoteQueue,
    schedule::{ProcessId, Schedule},
    store::{Line, Poison, RemoteStore},
    workflow::Prepared,
};

/// Everything. Clones are the same.
#[derive(Clone)]
pub(crate) struct Cluster {
    pub(crate) clock: ManualClock,
    pub(crate) chance: Chance,
    pub(crate) counters: Counters,
    pub(crate) schedule: Schedule,
    pub(crate) scope: Scope,
    pub(crate) store: Arc<dyn ExecutionRepo>,
    pub(crate) outside: Outside,
    pub(crate) prepared: Prepared,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) is_calm: Arc<AtomicBool>,
    pub(crate) poison: Poison,
    /// The store as processes reach it.
    served: Arc<dyn ExecutionRepo>,
    workflows: Arc<dyn WorkflowRepo>,
    queue: Arc<dyn TaskQueue>,
    blobs: Arc<dyn BlobStore>,
    processes: Arc<Mutex<Processes>>,
}

#[derive(Default)]
struct Processes {
    begun: u32,
    living: BTreeMap<ProcessId, Process>,
}

struct Process {
    engine: Engine,
    is_cut: Arc<AtomicBool>,
    is_doomed: Arc<AtomicBool>,
}

// === impl Cluster ===

impl Cluster {
    pub(crate) fn new(seed: u64, prepared: &Prepared, mutant: Option<Mutant>) -> Self {
        let clock = ManualClock::default();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let chance = Chance::new(seed);
        let ids: Arc<dyn IdSource> = Arc::new(SeededIds::new(seed));
        let store: Arc<dyn ExecutionRepo> = Arc::new(MemoryExecutions::new(Arc::clone(&shared)));
        let scope = scope();
        let served: Arc<dyn ExecutionRepo> = match mutant {
            Some(mutant) => Arc::new(MutantStore::new(Arc::clone(&store), scope.clone(), mutant)),
            None => Arc::clone(&store),
        };
        Self {
            schedule: Schedule::new(chance.clone()),
            chance,
            counters: Counters::default(),
            outside: Outside::new(Arc::clone(&store), scope.clone()),
            store,
            served,
            scope,
            prepared: prepared.clone(),
            workflows: Arc::new(MemoryWorkflows::new(Arc::clone(&shared))),
            queue: Arc::new(MemoryQueue::new(shared, Arc::clone(&ids))),
            blobs: Arc::new(MemoryBlobs::new()),
            ids,
            is_calm: Arc::default(),
            poison: Poison::default(),
            processes: Arc::default(),
            clock,
        }
    }

    fn processes(&self) -> MutexGuard<'_, Processes> {
        self.processes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new process.
    pub(crate) fn boot(&self) -> ProcessId {
        let process = {
            let mut processes = self.processes();
            processes.begun += 1;
            ProcessId(processes.begun)
        };
        let (is_cut, is_doomed) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        let line = Line {
            clock: Arc::clone(&clock),
            chance: self.chance.clone(),
            counters: self.counters.clone(),
            is_cut: Arc::clone(&is_cut),
            is_calm: Arc::clone(&self.is_calm),
            poison: self.poison.clone(),
            is_doomed: Arc::clone(&is_doomed),
        };
        let ports = Ports {
            executions: Arc::new(RemoteStore {
                store: Arc::clone(&self.served),
                outside: self.outside.clone(),
                line: line.clone(),
            }),
            workflows: Arc::clone(&self.workflows),
            queue: Arc::new(RemoteQueue { queue: Arc::clone(&self.queue), line: line.clone() }),
            blobs: Arc::new(RemoteBlobs { blobs: Arc::clone(&self.blobs), line: line.clone() }),
            secrets: Arc::new(MemorySecrets::new(Arc::clone(&clock))),
            sandbox: Arc::new(Sandbox { outside: self.outside.clone(), line }),
            clock,
            ids: Arc::clone(&self.ids),
            spawner: Arc::new(self.schedule.spawner(process)),
        };
        let engine = Engine::launch(ports, Arc::clone(&self.prepared.catalogue), EngineConfig::default());
        self.processes().living.insert(process, Process { engine, is_cut, is_doomed });
        process
    }

    /// A power cut.
    pub(crate) fn kill(&self, process: ProcessId) {
        let gone = self.processes().living.remove(&process);
        self.schedule.kill(process);
        drop(gone);
    }

    /// Ends everything.
    pub(crate) fn end(&self) {
        let gone = std::mem::take(&mut self.processes().living);
        self.schedule.end();
        drop(gone);
    }

    pub(crate) fn cut(&self, process: ProcessId, is_cut: bool) {
        if let Some(process) = self.processes().living.get(&process) {
            process.is_cut.store(is_cut, Ordering::SeqCst);
        }
    }

    /// Whether the process has read what ends it.
    pub(crate) fn is_doomed(&self, process: ProcessId) -> bool {
        self.processes().living.get(&process).is_some_and(|process| process.is_doomed.load(Ordering::SeqCst))
    }

    pub(crate) fn is_living(&self, process: ProcessId) -> bool {
        self.processes().living.contains_key(&process)
    }

    /// One of those that are there.
    pub(crate) fn any_process(&self) -> Option<ProcessId> {
        let processes = self.processes();
        let count = processes.living.len();
        if count == 0 {
            return None;
        }
        processes.living.keys().nth(self.chance.below(count)).copied()
    }

    /// The engine of one of them.
    pub(crate) fn any_engine(&self) -> Option<Engine> {
        self.any_living().map(|(_, engine)| engine)
    }

    /// One of them, and its engine.
    pub(crate) fn any_living(&self) -> Option<(ProcessId, Engine)> {
        let id = self.any_process()?;
        self.processes().living.get(&id).map(|process| (id, process.engine.clone()))
    }

    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::SeqCst)
    }

    pub(crate) async fn sleep(&self, time: std::time::Duration) {
        self.clock.sleep_until(self.clock.now().plus(time)).await;
    }
}

#[expect(clippy::disallowed_methods, reason = "a simulation is its own authoriser")]
fn scope() -> Scope {
    Scope::of(TenantId::new("sim").expect("a word is a tenant id"))
}
