//! What the engine's tasks share: the drives of this process, those who wait for them, hints.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use nebula_ports::{
    Scope,
    model::{ExecutionId, ExecutionStatus, HolderId, JournalEntry, Lease},
    task_queue::Task,
    time::Timestamp,
};
use tokio::sync::{Notify, broadcast, mpsc, oneshot};
use tracing::warn;

use super::{
    EngineConfig, EngineEvent, EngineEventKind, Ports, RunEnd,
    commit::GroupCommitter,
    drive::{Control, Drive, DriveEnd},
    plans::Plans,
};
use crate::{catalogue::Catalogue, resources::Resources, stack::BoxNodeService};

/// What the engine's tasks share.
pub(crate) struct EngineShared {
    pub(super) ports: Ports,
    pub(super) config: EngineConfig,
    pub(super) catalogue: Arc<Catalogue>,
    pub(super) holder: HolderId,
    pub(super) stack: BoxNodeService,
    pub(super) resources: Arc<Resources>,
    pub(super) committer: GroupCommitter,
    pub(super) plans: Plans,
    pub(super) events: broadcast::Sender<EngineEvent>,
    pub(super) registry: Mutex<Registry>,
    /// Something the worker loop should look at: room, a parked execution's new time, a drive that ended.
    pub(super) changed: Notify,
    pub(super) stopping: AtomicBool,
}

/// The drives of this process.
#[derive(Default)]
pub(super) struct Registry {
    pub(super) drives: BTreeMap<ExecutionId, DriveEntry>,
    /// Who waits for an execution to stand still.
    waiters: BTreeMap<ExecutionId, Waiters>,
    /// When to look for due executions, as far as this process knows: what it parked, and what it had no room for.
    look_at: Option<Timestamp>,
}

struct Waiters {
    scope: Scope,
    tell: Vec<oneshot::Sender<RunEnd>>,
}

pub(super) struct DriveEntry {
    pub(super) control: mpsc::UnboundedSender<Control>,
    /// Known once the drive has one.
    lease: Option<Lease>,
}

/// A place for a drive.
pub(super) struct Reserved {
    pub(super) control: mpsc::UnboundedReceiver<Control>,
}

impl std::fmt::Debug for EngineShared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineShared").field("holder", &self.holder).finish_non_exhaustive()
    }
}

// === impl EngineShared ===

impl EngineShared {
    pub(super) fn lock(&self) -> MutexGuard<'_, Registry> {
        // Nothing panics while the lock is held.
        self.registry.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }

    /// A place for a drive, if there is room and the execution is not driven already.
    pub(super) fn reserve(&self, id: ExecutionId) -> Option<Reserved> {
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

    pub(super) fn unreserve(&self, id: ExecutionId) {
        self.lock().drives.remove(&id);
    }

    /// Runs a drive to its end on a task of its own.
    pub(super) fn spawn_drive(self: &Arc<Self>, id: ExecutionId, drive: Drive) {
        let shared = Arc::clone(self);
        // A panic in a drive ends that drive only: the guard frees its place, the lease runs out, recovery follows.
        let place = Place { shared: Arc::clone(self), id };
        self.ports.spawner.spawn(
            "execution-drive",
            Box::pin(async move {
                let place = place;
                let (end, unread) = drive.run().await;
                // From here on a request finds no drive to tell, and wakes the worker itself.
                drop(place);
                shared.drive_ended(id, end);
                if unread.has_requests() {
                    shared.wake(id).await;
                }
            }),
        );
    }

    pub(super) fn drive_ended(&self, id: ExecutionId, end: DriveEnd) {
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
    pub(super) fn resolve(&self, end: &RunEnd) {
        let waiters = self.lock().waiters.remove(&end.execution);
        for waiter in waiters.into_iter().flat_map(|waiters| waiters.tell) {
            // One who has gone does not care any more.
            let _ = waiter.send(end.clone());
        }
    }

    pub(super) fn register_waiter(&self, scope: &Scope, id: ExecutionId) -> oneshot::Receiver<RunEnd> {
        let (tell, told) = oneshot::channel();
        let mut registry = self.lock();
        let waiters = registry.waiters.entry(id).or_insert_with(|| Waiters { scope: scope.clone(), tell: Vec::new() });
        waiters.tell.push(tell);
        told
    }

    /// Those who still want to know about executions that are not driven here.
    pub(super) fn waited_for(&self) -> Vec<ExecutionId> {
        let mut registry = self.lock();
        registry.waiters.retain(|_, waiters| {
            waiters.tell.retain(|waiter| !waiter.is_closed());
            !waiters.tell.is_empty()
        });
        registry.waiters.keys().filter(|id| !registry.drives.contains_key(id)).copied().collect()
    }

    pub(super) fn scope_of_waiter(&self, id: ExecutionId) -> Option<Scope> {
        self.lock().waiters.get(&id).map(|waiters| waiters.scope.clone())
    }

    /// When to look for due executions, if that is known to be sooner than thought.
    pub(super) fn take_look_at(&self) -> Option<Timestamp> {
        self.lock().look_at.take()
    }

    pub(super) fn drives(&self, id: ExecutionId) -> bool {
        self.lock().drives.contains_key(&id)
    }

    pub(super) fn drives_any(&self) -> bool {
        !self.lock().drives.is_empty()
    }

    pub(super) fn room(&self) -> usize {
        self.config.max_executions.saturating_sub(self.lock().drives.len())
    }

    pub(super) fn has_room(&self) -> bool {
        self.room() > 0
    }

    /// Whether the engine has stopped and drives nothing any more.
    pub(super) fn is_over(&self) -> bool {
        self.is_stopping() && !self.drives_any()
    }

    pub(super) fn set_lease(&self, id: ExecutionId, lease: &Lease) {
        if let Some(drive) = self.lock().drives.get_mut(&id) {
            drive.lease = Some(lease.clone());
        }
    }

    pub(super) fn leases(&self) -> Vec<Lease> {
        self.lock().drives.values().filter_map(|drive| drive.lease.clone()).collect()
    }

    pub(super) fn tell(&self, id: ExecutionId, control: Control) {
        if let Some(drive) = self.lock().drives.get(&id) {
            // A drive that has just ended needs no telling.
            let _ = drive.control.send(control);
        }
    }

    pub(super) fn tell_all(&self, control: impl Fn() -> Control) {
        for drive in self.lock().drives.values() {
            // A drive that has just ended needs no telling.
            let _ = drive.control.send(control());
        }
    }

    /// A copy of entries for those who watch, if anybody does.
    pub(super) fn watched(&self, entries: &[JournalEntry]) -> Vec<JournalEntry> {
        if self.events.receiver_count() == 0 { Vec::new() } else { entries.to_vec() }
    }

    /// Returns when nothing is driven.
    pub(super) async fn drained(&self) {
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

    /// Has an execution taken up that has fallen due: by whoever reads the queue, or by this engine if it wakes only what
    /// it waits for.
    pub(super) async fn wake(&self, execution: ExecutionId) {
        self.hint(execution).await;
        self.look_now();
    }

    /// Has the worker look for what is due.
    pub(super) fn look_now(&self) {
        self.lock().look_at = Some(Timestamp::default());
        self.changed.notify_waiters();
    }

    /// Leaves a hint in the queue. One that cannot be left is found by the sweep.
    pub(super) async fn hint(&self, execution: ExecutionId) {
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
