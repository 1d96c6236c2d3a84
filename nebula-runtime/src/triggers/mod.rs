//! Triggers: actions that are polled, and start an execution for each event that they find.
//!
//! A registered trigger is a row with a cursor. Whoever claims it calls the action with the cursor, starts one execution
//! for each event under a key that follows from the event's, and settles the new cursor. A crash between the start and the
//! settlement leaves the old cursor: the next poll finds the same events and starts nothing twice. A poll that fails is
//! repeated after a wait that grows, and keeps no other trigger from being polled. An event whose input cannot be computed
//! or does not fit the workflow is kept in the row with the reason, and the others go on.

mod config;
mod event;
mod fire;
mod poll;
mod runner;
mod values;
mod wait;

use std::{
    collections::HashMap,
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use nebula_ports::{
    Scope,
    diagnostic::Diagnostic,
    error::{Error, ErrorKind},
    model::{Digest, Grants, NewTrigger, TriggerId, TriggerRecord, Workflow, WorkflowId},
    trigger_repo::{Registration, TriggerRepo},
};
use tokio::sync::{Notify, broadcast};
use tokio_util::sync::CancellationToken;

pub use config::TriggerConfig;
pub use event::{PollReport, TriggerEvent, TriggerEventKind};

use self::poll::Planned;
use crate::engine::Engine;

/// Most plans kept; a full cache starts anew.
const PLANS: usize = 256;

/// The triggers of an engine. Clones are the same triggers.
#[derive(Debug, Clone)]
pub struct Triggers {
    shared: Arc<Shared>,
}

/// Why a workflow's triggers were not registered.
#[derive(Debug)]
pub enum PublishError {
    /// The definition has mistakes.
    Invalid(Vec<Diagnostic>),
    /// The store refused or could not be reached.
    Store(Error),
}

/// What the polls share.
struct Shared {
    engine: Engine,
    repo: Arc<dyn TriggerRepo>,
    config: TriggerConfig,
    plans: Mutex<HashMap<Digest, Planned>>,
    events: broadcast::Sender<TriggerEvent>,
    polls: AtomicUsize,
    /// Something the loop should look at: room, a registration, the end.
    changed: Notify,
    stopping: AtomicBool,
    /// Asks polls under way to end.
    cancel: CancellationToken,
    /// Ends them.
    given_up: CancellationToken,
}

/// The place of a poll under way; free again however its task ends.
struct Place(Arc<Shared>);

// === impl Triggers ===

impl Triggers {
    /// Triggers that start executions of `engine`, and the loop that polls them. It polls what is due at once.
    #[must_use]
    pub fn launch(engine: Engine, repo: Arc<dyn TriggerRepo>, config: TriggerConfig) -> Self {
        let triggers = Self::idle(engine, repo, config);
        triggers.poll_from_now_on();
        triggers
    }

    /// Begins the loop of triggers that were [`idle`](Self::idle). Call it once.
    pub fn poll_from_now_on(&self) {
        let shared = Arc::clone(&self.shared);
        let spawner = Arc::clone(&shared.engine.ports().spawner);
        spawner.spawn("trigger-loop", Box::pin(runner::run(shared)));
    }

    /// Triggers that are polled only when somebody says so: [`fire`](Self::fire).
    #[must_use]
    pub fn idle(engine: Engine, repo: Arc<dyn TriggerRepo>, config: TriggerConfig) -> Self {
        Self {
            shared: Arc::new(Shared {
                engine,
                repo,
                config,
                plans: Mutex::default(),
                events: broadcast::channel(4096).0,
                polls: AtomicUsize::new(0),
                changed: Notify::new(),
                stopping: AtomicBool::new(false),
                cancel: CancellationToken::new(),
                given_up: CancellationToken::new(),
            }),
        }
    }

    /// Registers the triggers of a workflow in the place of those that it had: with this definition they are polled, and
    /// it is started. Without triggers nothing is left. What the polls and the executions may do, `grants` says.
    ///
    /// # Errors
    /// [`PublishError`]; nothing has changed then.
    pub async fn publish(
        &self,
        scope: &Scope,
        definition: &Arc<Workflow>,
        grants: &Grants,
    ) -> Result<Vec<TriggerRecord>, PublishError> {
        let shared = &self.shared;
        let planned = shared.engine.plan(definition, grants).map_err(PublishError::Invalid)?;
        let stored = shared.engine.ports().workflows.put(scope, definition).await.map_err(PublishError::Store)?;
        let triggers = planned.plan.triggers.iter();
        let registration = Registration {
            workflow: definition.id.clone(),
            definition: stored.digest,
            grants: grants.clone(),
            triggers: triggers.map(|one| NewTrigger { id: one.id.clone(), identity: one.identity }).collect(),
        };
        shared.keep(stored.digest, Planned { definition: Arc::clone(definition), plan: planned.plan });
        let records = shared.repo.register(scope, registration).await.map_err(PublishError::Store)?;
        shared.changed.notify_waiters();
        Ok(records)
    }

    /// Takes back the triggers of a workflow. Their cursors are forgotten; executions that they have started go on.
    ///
    /// # Errors
    /// What the store says.
    pub async fn unpublish(&self, scope: &Scope, workflow: &WorkflowId) -> Result<(), Error> {
        let registration = Registration {
            workflow: workflow.clone(),
            definition: Digest::of(b""),
            grants: Grants::default(),
            triggers: Vec::new(),
        };
        self.shared.repo.register(scope, registration).await.map(drop)
    }

    /// The registered triggers, by workflow and id.
    ///
    /// # Errors
    /// What the store says.
    pub async fn list(&self, scope: &Scope) -> Result<Vec<TriggerRecord>, Error> {
        self.shared.repo.list(scope, None).await
    }

    /// Pauses a trigger, or lets it be polled again. A poll under way ends as it would.
    ///
    /// # Errors
    /// `NotFound`, and what the store says.
    pub async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<TriggerRecord, Error> {
        let record = self.shared.repo.set_enabled(scope, workflow, id, enabled).await?;
        self.shared.changed.notify_waiters();
        record.ok_or_else(|| not_found(workflow, id))
    }

    /// Polls a trigger now, also one that is paused, and returns how that ended.
    ///
    /// # Errors
    /// `NotFound`; `Busy` while it is being polled; what the store says. A poll that fails is no error: the report says so.
    pub async fn fire(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<PollReport, Error> {
        let shared = &self.shared;
        let holder = shared.engine.holder().clone();
        match shared.repo.claim_one(scope, workflow, id, holder, shared.config.lease_ttl).await? {
            Some(claimed) => Ok(runner::one(shared, claimed).await),
            None if shared.repo.get(scope, workflow, id).await?.is_none() => Err(not_found(workflow, id)),
            None => Err(Error::new(ErrorKind::Busy, "triggers.fire", "the trigger is being polled already")),
        }
    }

    /// What happens from now on. A receiver that falls far behind misses events; rows and journals have them.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<TriggerEvent> {
        self.shared.events.subscribe()
    }

    /// Ends the polling: no poll begins, those under way may end within the drain deadline, then they are asked to end and
    /// given up. Call it before the engine's own shutdown, so that what they have found is still started.
    pub async fn shutdown(&self) {
        let shared = &self.shared;
        shared.stopping.store(true, Ordering::SeqCst);
        shared.changed.notify_waiters();
        let clock = &shared.engine.ports().clock;
        let grace = shared.engine.config().cancel_grace;
        for (limit, then) in [(shared.config.drain_deadline, &shared.cancel), (grace, &shared.given_up)] {
            let up = clock.sleep_until(clock.now().plus(limit));
            if tokio::select! { () = shared.drained() => true, () = up => false } {
                return;
            }
            then.cancel();
        }
        // Giving up is one commit; a store that does not answer must not hold up the end.
        let up = clock.sleep_until(clock.now().plus(std::time::Duration::from_secs(5)));
        tokio::select! { () = shared.drained() => {}, () = up => {} }
    }
}

fn not_found(workflow: &WorkflowId, id: &TriggerId) -> Error {
    let message = format!("the workflow `{workflow}` has no registered trigger `{id}`");
    Error::new(ErrorKind::NotFound, "triggers", message)
}

// === impl PublishError ===

impl fmt::Display for PublishError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(found) => {
                let errors: Vec<String> = found.iter().filter(|one| one.is_error()).map(ToString::to_string).collect();
                f.write_str(&errors.join("\n"))
            }
            Self::Store(error) => fmt::Display::fmt(error, f),
        }
    }
}

impl std::error::Error for PublishError {}

// === impl Shared ===

impl Shared {
    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    fn room(&self) -> usize {
        self.config.max_polls.saturating_sub(self.polls.load(Ordering::SeqCst))
    }

    fn has_room(&self) -> bool {
        self.room() > 0
    }

    fn take_place(self: &Arc<Self>) -> Place {
        self.polls.fetch_add(1, Ordering::SeqCst);
        Place(Arc::clone(self))
    }

    /// Returns when nothing is polled.
    async fn drained(&self) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.polls.load(Ordering::SeqCst) == 0 {
                return;
            }
            changed.await;
        }
    }

    fn tell(&self, record: &TriggerRecord, kind: TriggerEventKind) {
        // Nobody watching is no error.
        let _ = self.events.send(TriggerEvent { workflow: record.workflow.clone(), trigger: record.id.clone(), kind });
    }

    fn known(&self, definition: Digest) -> Option<Planned> {
        self.lock().get(&definition).cloned()
    }

    fn keep(&self, definition: Digest, planned: Planned) {
        let mut plans = self.lock();
        if plans.len() >= PLANS {
            plans.clear();
        }
        plans.insert(definition, planned);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Digest, Planned>> {
        // Nothing panics while the lock is held.
        self.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Shared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Triggers").field("repo", &self.repo).field("config", &self.config).finish_non_exhaustive()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.polls.fetch_sub(1, Ordering::SeqCst);
        self.0.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
