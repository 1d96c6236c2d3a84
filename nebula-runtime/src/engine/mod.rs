//! The engine: the only part that awaits. It claims executions, drives them, renews their leases and drains on shutdown.

mod commit;
mod config;
mod drive;
mod event;
mod plans;
mod start;
mod worker;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nebula_ports::{
    Scope,
    diagnostic::Diagnostic,
    error::{Error, ErrorKind},
    execution_repo::RequestOutcome,
    model::{ExecutionId, ExecutionStatus, Grants, HolderId, InboxItem, Lease, Request, Workflow},
    task_queue::Task,
    time::Timestamp,
};
use smol_str::SmolStr;
use tokio::sync::{Notify, broadcast, mpsc, oneshot};
use tracing::warn;

pub use config::{EngineConfig, Ports};
pub use event::{EngineEvent, EngineEventKind, RunEnd};
pub use start::{StartError, StartRequest, Started};

use self::{
    commit::GroupCommitter,
    drive::{Control, Drive, DriveEnd},
    plans::Plans,
};
use crate::{
    catalogue::Catalogue,
    plan::{self, Planned, Policy},
    stack::{self, BoxNodeService, StackLimits, StackPorts},
};

/// A running engine. Clones are the same engine.
#[derive(Debug, Clone)]
pub struct Engine {
    shared: Arc<EngineShared>,
}

/// What the engine's tasks share.
pub(crate) struct EngineShared {
    ports: Ports,
    config: EngineConfig,
    catalogue: Arc<Catalogue>,
    holder: HolderId,
    stack: BoxNodeService,
    committer: GroupCommitter,
    plans: Plans,
    events: broadcast::Sender<EngineEvent>,
    registry: Mutex<Registry>,
    /// Something the worker loop should look at: room, a parked execution's new time, a drive that ended.
    changed: Notify,
    stopping: AtomicBool,
}

/// The drives of this process.
#[derive(Default)]
struct Registry {
    drives: HashMap<ExecutionId, DriveEntry>,
    /// Who waits for an execution to stand still.
    waiters: HashMap<ExecutionId, Waiters>,
    /// When to look for due executions, as far as this process knows: what it parked, and what it had no room for.
    look_at: Option<Timestamp>,
}

struct Waiters {
    scope: Scope,
    tell: Vec<oneshot::Sender<RunEnd>>,
}

struct DriveEntry {
    control: mpsc::UnboundedSender<Control>,
    /// Known once the drive has one.
    lease: Option<Lease>,
}

/// A place for a drive.
struct Reserved {
    control: mpsc::UnboundedReceiver<Control>,
}

impl std::fmt::Debug for EngineShared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineShared").field("holder", &self.holder).finish_non_exhaustive()
    }
}

// === impl Engine ===

impl Engine {
    /// Starts the engine's tasks: the group committer and the worker loop. It claims what is due at once.
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
        let stack = stack::build(
            &StackPorts {
                clock: Arc::clone(&ports.clock),
                ids: Arc::clone(&ports.ids),
                secrets: Arc::clone(&ports.secrets),
                blobs: Arc::clone(&ports.blobs),
                sandbox: Arc::clone(&ports.sandbox),
            },
            StackLimits {
                max_attempts_at_once: config.max_attempts_at_once,
                longest_wait_in_memory: config.longest_wait_in_memory,
                default_timeout: config.default_timeout,
                cancel_grace: config.cancel_grace,
            },
        );
        let committer = GroupCommitter::launch(Arc::clone(&ports.executions), ports.spawner.as_ref());
        let holder = HolderId(SmolStr::new(format!("worker-{}", ports.ids.uuid())));
        Self {
            shared: Arc::new(EngineShared {
                config,
                catalogue,
                holder,
                stack,
                committer,
                plans: Plans::default(),
                events: broadcast::channel(4096).0,
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
                shared.hint(id).await;
            }
        }
        Ok(outcome)
    }

    /// Takes up an execution now, also before its time: its retries and timers still wait for theirs.
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
        if !self.shared.drives(id)
            && let Some(end) = worker::stands(&self.shared, scope, id).await?
        {
            return Ok(end);
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
    /// parked so that another worker can take it up at once.
    pub async fn shutdown(&self) {
        let shared = &self.shared;
        shared.stopping.store(true, Ordering::SeqCst);
        shared.tell_all(|| Control::Drain);
        shared.changed.notify_waiters();
        let clock = &shared.ports.clock;
        let up = clock.sleep_until(clock.now().plus(shared.config.drain_deadline));
        if tokio::select! { () = shared.drained() => false, () = up => true } {
            shared.tell_all(|| Control::Abandon);
            let clock = &shared.ports.clock;
            // Parking is one commit; a store that does not answer must not hold up the end.
            let up = clock.sleep_until(clock.now().plus(Duration::from_secs(5)));
            tokio::select! { () = shared.drained() => {}, () = up => warn!("Executions could not be parked; their leases run out.") }
        }
    }
}

fn gone() -> Error {
    Error::new(ErrorKind::Unavailable, "engine.wait", "the engine is shutting down")
}

fn not_found(id: ExecutionId) -> Error {
    Error::new(ErrorKind::NotFound, "engine.execution", format!("there is no execution {id}"))
}

// === impl EngineShared ===

impl EngineShared {
    fn lock(&self) -> MutexGuard<'_, Registry> {
        // Nothing panics while the lock is held.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// A place for a drive, if there is room and the execution is not driven already.
    fn reserve(&self, id: ExecutionId) -> Option<Reserved> {
        let mut registry = self.lock();
        if registry.drives.contains_key(&id) {
            return None;
        }
        if registry.drives.len() >= self.config.max_executions {
            registry.look_at = Some(Timestamp::default());
            return None;
        }
        let (control, receiver) = mpsc::unbounded_channel();
        registry.drives.insert(id, DriveEntry { control, lease: None });
        Some(Reserved { control: receiver })
    }

    fn unreserve(&self, id: ExecutionId) {
        self.lock().drives.remove(&id);
    }

    /// Runs a drive to its end on a task of its own.
    fn spawn_drive(self: &Arc<Self>, id: ExecutionId, drive: Drive) {
        let shared = Arc::clone(self);
        // A panic in a drive ends that drive only: the guard frees its place, the lease runs out, recovery follows.
        let place = Place { shared: Arc::clone(self), id };
        self.ports.spawner.spawn(
            "execution-drive",
            Box::pin(async move {
                let place = place;
                let end = drive.run().await;
                drop(place);
                shared.drive_ended(id, end);
            }),
        );
    }

    fn drive_ended(&self, id: ExecutionId, end: DriveEnd) {
        let end = match end {
            DriveEnd::Finished { status, output, error } => {
                Some(RunEnd { execution: id, status, output, error, waiting_for: None })
            }
            DriveEnd::Parked { wake_at: None, waiting_for } => {
                let status = ExecutionStatus::Waiting;
                Some(RunEnd { execution: id, status, output: None, error: None, waiting_for })
            }
            DriveEnd::Parked { wake_at: Some(at), .. } => {
                let mut registry = self.lock();
                registry.look_at = Some(registry.look_at.map_or(at, |known| known.min(at)));
                None
            }
            DriveEnd::Lost => {
                // Nobody watching is no error.
                let _ = self.events.send(EngineEvent { execution: id, kind: EngineEventKind::Lost });
                None
            }
        };
        if let Some(end) = end {
            self.resolve(&end);
        }
        self.changed.notify_waiters();
    }

    /// Tells those who wait for an execution.
    fn resolve(&self, end: &RunEnd) {
        let waiters = self.lock().waiters.remove(&end.execution);
        for waiter in waiters.into_iter().flat_map(|waiters| waiters.tell) {
            // One who has gone does not care any more.
            let _ = waiter.send(end.clone());
        }
    }

    fn register_waiter(&self, scope: &Scope, id: ExecutionId) -> oneshot::Receiver<RunEnd> {
        let (tell, told) = oneshot::channel();
        let mut registry = self.lock();
        let waiters = registry.waiters.entry(id).or_insert_with(|| Waiters { scope: scope.clone(), tell: Vec::new() });
        waiters.tell.push(tell);
        told
    }

    /// Those who still want to know about executions that are not driven here.
    fn waited_for(&self) -> Vec<ExecutionId> {
        let mut registry = self.lock();
        registry.waiters.retain(|_, waiters| {
            waiters.tell.retain(|waiter| !waiter.is_closed());
            !waiters.tell.is_empty()
        });
        registry.waiters.keys().filter(|id| !registry.drives.contains_key(id)).copied().collect()
    }

    fn scope_of_waiter(&self, id: ExecutionId) -> Option<Scope> {
        self.lock().waiters.get(&id).map(|waiters| waiters.scope.clone())
    }

    /// When to look for due executions, if that is known to be sooner than thought.
    fn take_look_at(&self) -> Option<Timestamp> {
        self.lock().look_at.take()
    }

    fn drives(&self, id: ExecutionId) -> bool {
        self.lock().drives.contains_key(&id)
    }

    fn drives_any(&self) -> bool {
        !self.lock().drives.is_empty()
    }

    fn room(&self) -> usize {
        self.config.max_executions.saturating_sub(self.lock().drives.len())
    }

    fn has_room(&self) -> bool {
        self.room() > 0
    }

    /// Whether the engine has stopped and drives nothing any more.
    fn is_over(&self) -> bool {
        self.is_stopping() && !self.drives_any()
    }

    fn set_lease(&self, id: ExecutionId, lease: &Lease) {
        if let Some(drive) = self.lock().drives.get_mut(&id) {
            drive.lease = Some(lease.clone());
        }
    }

    fn leases(&self) -> Vec<Lease> {
        self.lock().drives.values().filter_map(|drive| drive.lease.clone()).collect()
    }

    fn tell(&self, id: ExecutionId, control: Control) {
        if let Some(drive) = self.lock().drives.get(&id) {
            // A drive that has just ended needs no telling.
            let _ = drive.control.send(control);
        }
    }

    fn tell_all(&self, control: impl Fn() -> Control) {
        for drive in self.lock().drives.values() {
            // A drive that has just ended needs no telling.
            let _ = drive.control.send(control());
        }
    }

    /// Returns when nothing is driven.
    async fn drained(&self) {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if self.lock().drives.is_empty() {
                return;
            }
            changed.await;
        }
    }

    /// Leaves a hint in the queue. One that cannot be left is found by the sweep.
    async fn hint(&self, execution: ExecutionId) {
        if let Err(error) = self.ports.queue.enqueue(Task { execution }, Duration::ZERO).await {
            warn!(%execution, %error, "The hint could not be queued; the sweep finds the execution.");
        }
    }
}

/// Frees a drive's place however its task ends.
struct Place {
    shared: Arc<EngineShared>,
    id: ExecutionId,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.shared.unreserve(self.id);
        self.shared.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests;
