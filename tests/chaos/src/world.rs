//! What the conductor's tasks share.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use fastrand::Rng;
use nebula_ports::{Scope, execution_repo::ExecutionRepo, model::ExecutionId, workflow_repo::WorkflowRepo};

use crate::{crew::Crew, service::Service, store::Looked};

/// Clones are the same.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) crew: Arc<Crew>,
    pub(crate) service: Service,
    pub(crate) store: Arc<dyn ExecutionRepo>,
    pub(crate) workflows: Arc<dyn WorkflowRepo>,
    pub(crate) scope: Scope,
    facts: Arc<Mutex<Facts>>,
    is_calm: Arc<AtomicBool>,
    seed: u64,
}

/// What has happened so far.
#[derive(Debug, Default)]
pub(crate) struct Facts {
    /// Accepted starts by their number.
    pub(crate) known: BTreeMap<i64, ExecutionId>,
    /// Starts that nobody has accepted yet, and when they were last asked for.
    pub(crate) asked: BTreeMap<i64, Instant>,
    /// Executions that accepted a signal.
    pub(crate) signalled: BTreeSet<ExecutionId>,
    /// Executions that have not ended, when last looked at.
    pub(crate) open: usize,
    /// How often what has happened.
    pub(crate) counts: BTreeMap<&'static str, u64>,
    /// What was frozen past its lease and has gone on, and was not told yet that it is late.
    pub(crate) zombies: BTreeSet<(usize, u64)>,
    /// What must not be.
    pub(crate) wrongs: Vec<String>,
    /// Reasons why the store did not do something, by how often.
    pub(crate) refusals: BTreeMap<String, u64>,
}

// === impl World ===

impl World {
    pub(crate) fn new(crew: Arc<Crew>, service: Service, (store, workflows): Looked, scope: Scope, seed: u64) -> Self {
        Self { crew, service, store, workflows, scope, facts: Arc::default(), is_calm: Arc::default(), seed }
    }

    pub(crate) fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn count(&self, what: &'static str) {
        *self.facts().counts.entry(what).or_default() += 1;
    }

    pub(crate) fn wrong(&self, what: String) {
        self.facts().wrongs.push(what);
    }

    /// Whether the faults are over.
    pub(crate) fn is_calm(&self) -> bool {
        self.is_calm.load(Ordering::SeqCst)
    }

    pub(crate) fn calm(&self) {
        self.is_calm.store(true, Ordering::SeqCst);
    }

    /// Chance of one task: `of` tells tasks apart.
    pub(crate) fn chance(&self, of: u64) -> Rng {
        Rng::with_seed(self.seed.wrapping_mul(1_000).wrapping_add(of))
    }
}

/// Sleeps for `millis`.
pub(crate) async fn sleep(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}
