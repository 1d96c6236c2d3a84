//! The engine: the only part that awaits. It claims executions, drives them, renews their leases and drains on shutdown.

mod commit;
mod config;
mod dead_letter;
mod drive;
mod event;
mod plans;
mod shared;
mod signal;
mod start;
mod worker;

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nebula_ports::{
    Scope,
    diagnostic::Diagnostic,
    error::{Error, ErrorKind},
    execution_repo::RequestOutcome,
    model::{ExecutionId, Grants, HolderId, InboxItem, Request, Workflow},
};
use smol_str::SmolStr;
use tokio::sync::{Notify, broadcast};
use tracing::warn;

pub use config::{EngineConfig, Ports};
pub use event::{EngineEvent, EngineEventKind, RunEnd};
pub use signal::SignalError;
pub use start::{StartError, StartRequest, Started};

use self::{commit::GroupCommitter, drive::Control, plans::Plans, shared::EngineShared};
use crate::{
    catalogue::Catalogue,
    plan::{self, Planned, Policy},
    resources::Resources,
    stack::{self, StackLimits, StackPorts},
};

/// A running engine. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<EngineShared>,
}

// === impl Engine ===

impl Engine {
    /// Starts the engine's worker loop. It claims what is due at once.
    #[must_use]
    pub fn launch(ports: Ports, catalogue: Arc<Catalogue>, config: EngineConfig) -> Self {
        let engine = Self::idle(ports, catalogue, config);
        let shared = Arc::clone(&engine.shared);
        engine.shared.ports.spawner.spawn("worker-loop", Box::pin(worker::run(shared)));
        engine
    }

    /// An engine that claims nothing by itself: it drives what is started or resumed through it, and renews nothing
    /// but that. For a command that works on one execution.
    #[must_use]
    pub fn launch_for_own(ports: Ports, catalogue: Arc<Catalogue>, config: EngineConfig) -> Self {
        let engine = Self::idle(ports, catalogue, config);
        let shared = Arc::clone(&engine.shared);
        engine.shared.ports.spawner.spawn("worker-loop", Box::pin(worker::run_for_own(shared)));
        engine
    }

    fn idle(ports: Ports, catalogue: Arc<Catalogue>, config: EngineConfig) -> Self {
        let events = broadcast::channel(4096).0;
        let resources = Arc::new(Resources::new((&ports).into()));
        let stack = stack::build(
            &StackPorts {
                clock: Arc::clone(&ports.clock),
                ids: Arc::clone(&ports.ids),
                secrets: Arc::clone(&ports.secrets),
                blobs: Arc::clone(&ports.blobs),
                sandbox: Arc::clone(&ports.sandbox),
                spawner: Arc::clone(&ports.spawner),
                resources: Arc::clone(&resources),
                watchers: events.clone(),
            },
            StackLimits {
                max_attempts_at_once: config.max_attempts_at_once,
                longest_wait_in_memory: config.longest_wait_in_memory,
                default_timeout: config.default_timeout,
                cancel_grace: config.cancel_grace,
                max_input: config.max_input,
                max_output: config.max_output,
                cache: config.cache,
            },
        );
        let committer = GroupCommitter::new(Arc::clone(&ports.executions));
        let holder = HolderId(SmolStr::new(format!("worker-{}", ports.ids.uuid())));
        Self {
            shared: Arc::new(EngineShared {
                config,
                catalogue,
                holder,
                stack,
                resources,
                committer,
                plans: Plans::default(),
                events,
                registry: Mutex::default(),
                changed: Notify::new(),
                stopping: AtomicBool::new(false),
                ports,
            }),
        }
    }

    /// The actions it knows.
    #[must_use]
    pub fn catalogue(&self) -> &Arc<Catalogue> {
        &self.shared.catalogue
    }

    /// The drivers it runs on.
    pub(crate) fn ports(&self) -> &Ports {
        &self.shared.ports
    }

    /// Its bounds.
    pub(crate) fn config(&self) -> &EngineConfig {
        &self.shared.config
    }

    /// Whose leases its leases are.
    pub(crate) fn holder(&self) -> &HolderId {
        &self.shared.holder
    }

    /// Checks and compiles a definition.
    ///
    /// # Errors
    /// Every mistake that could be found.
    pub fn plan(&self, definition: &Workflow, grants: &Grants) -> Result<Planned, Vec<Diagnostic>> {
        plan::plan(definition, &self.shared.catalogue, &Policy { grants: grants.clone(), grants_required: true })
    }

    /// What happens from now on. A receiver that falls far behind misses events; the journal has them.
    #[must_use]
    pub fn subscribe(&self) -> broadcast::Receiver<EngineEvent> {
        self.shared.events.subscribe()
    }

    /// Asks something of an execution, whoever drives it. Durable when it returns.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn request(&self, scope: &Scope, id: ExecutionId, request: Request) -> Result<RequestOutcome, Error> {
        let shared = &self.shared;
        let request_id = shared.ports.ids.request_id();
        let outcome = shared.ports.executions.request(scope, id, request_id, request.clone()).await?;
        if outcome == RequestOutcome::Accepted {
            let item = InboxItem { id: request_id, request };
            let told = shared
                .lock()
                .drives
                .get(&id)
                .is_some_and(|drive| drive.control.send(Control::Inbox(vec![item])).is_ok());
            if !told {
                shared.wake(id).await;
            }
        }
        Ok(outcome)
    }

    /// Takes up an execution now, also before its time: its retries and timers still wait for theirs. A dead letter goes on like
    /// any other from then on, unless it is to be cancelled: then it is.
    ///
    /// # Errors
    /// `NotFound`; `Conflict` when it has ended; `Busy` when another worker holds it; what the store says.
    pub async fn resume(&self, scope: &Scope, id: ExecutionId) -> Result<(), Error> {
        worker::resume(&self.shared, scope, id).await
    }

    /// Waits until an execution has ended, or stands still until somebody decides. One that waits for a time is waited
    /// for as long as this engine is the one to wake it.
    ///
    /// # Errors
    /// `NotFound`, and what the store says.
    pub async fn wait(&self, scope: &Scope, id: ExecutionId) -> Result<RunEnd, Error> {
        let told = self.shared.register_waiter(scope, id);
        // What this engine drives tells its end after the waiter was put down. Anything else may have come to its end
        // before.
        if !self.shared.drives(id) {
            if let Some(end) = worker::stands(&self.shared, scope, id).await? {
                return Ok(end);
            }
            // What fell due before anybody waited for it: an engine that wakes only what is waited for has left it.
            self.shared.look_now();
        }
        told.await.map_err(|_| gone())
    }

    /// Starts an execution and waits as [`wait`](Self::wait) does, without asking the store in between.
    ///
    /// # Errors
    /// As for [`start`](Self::start); [`StartError::Store`] when waiting fails, the execution then goes on.
    pub async fn run(&self, scope: &Scope, request: StartRequest) -> Result<RunEnd, StartError> {
        let id = self.shared.ports.ids.execution_id();
        let told = self.shared.register_waiter(scope, id);
        let started = self.start_as(id, scope, request).await;
        match started {
            Ok(started) if started.id == id => told.await.map_err(|_| StartError::Store(gone())),
            Ok(started) => self.wait(scope, started.id).await.map_err(StartError::Store),
            Err(error) => Err(error),
        }
    }

    /// Ends the engine: nothing new begins, attempts under way may end within the drain deadline, every execution is
    /// parked so that another worker can take it up at once. Resources are closed, each within its `teardown`.
    pub async fn shutdown(&self) {
        let shared = &self.shared;
        shared.stopping.store(true, Ordering::SeqCst);
        shared.tell_all(|| Control::Drain);
        shared.changed.notify_waiters();
        let clock = &shared.ports.clock;
        let up = clock.sleep_until(clock.now().plus(shared.config.drain_deadline));
        if tokio::select! { biased; () = shared.drained() => false, () = up => true } {
            shared.tell_all(|| Control::Abandon);
            let clock = &shared.ports.clock;
            // Parking is one commit; a store that does not answer must not hold up the end.
            let up = clock.sleep_until(clock.now().plus(Duration::from_secs(5)));
            tokio::select! { biased; () = shared.drained() => {}, () = up => warn!("Executions could not be parked; their leases run out.") }
        }
        shared.resources.shutdown().await;
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Unavailable, "engine.wait", "the engine is shutting down")
}

fn not_found(id: ExecutionId) -> Error {
    Error::new(ErrorKind::NotFound, "engine.execution", format!("there is no execution {id}"))
}

#[cfg(test)]
mod tests;
