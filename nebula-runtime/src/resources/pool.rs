//! Who gets what: those who wait are served in the order in which they came, and what comes back goes to the first of
//! them, never past them.
//!
//! What is on its way — created, checked, reset — counts for one of those who wait, so that nothing is made that nobody
//! will use. Tasks are begun when the lock is open again: a spawner may do anything.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::future::BoxFuture;
use nebula_ports::{
    Scope,
    model::{Failure, FailureKind, Permissions, PoolSettings, ResourceKind},
    resource::ResourceHandle,
    time::Timestamp,
};
use tokio::sync::{Notify, oneshot};
use tokio_util::sync::CancellationToken;

use super::{Lease, ResourcePorts, closed, create, retire};
use crate::catalogue::ResourceInstance;

/// All of one instance that is there, and those who wait for it.
pub(crate) struct Pool {
    pub(super) ports: ResourcePorts,
    pub(super) scope: Scope,
    pub(super) permissions: Permissions,
    pub(super) instance: Arc<ResourceInstance>,
    state: Mutex<State>,
    /// Ends the waits of the pool's own tasks.
    pub(super) ended: CancellationToken,
    /// Something has come back or is closed.
    pub(super) changed: Notify,
}

/// One that was created.
pub(super) struct Item {
    pub(super) handle: ResourceHandle,
    /// When it is too old.
    pub(super) until: Option<Timestamp>,
    /// When it was last known to work.
    pub(super) seen: Timestamp,
}

#[derive(Default)]
pub(super) struct State {
    /// The one that was used last is used first. Of a shared one there is one, which stays here.
    pub(super) free: Vec<Item>,
    waiting: VecDeque<oneshot::Sender<Result<Lease, Failure>>>,
    /// Held by attempts.
    pub(super) out: u32,
    /// On their way back to `free`: being created, checked, reset.
    pub(super) coming: u32,
    /// Of these, being created.
    pub(super) creating: u32,
    /// On their way out.
    pub(super) closing: u32,
    /// Creations that failed since the last that did not.
    pub(super) failures: u32,
    /// No creation before.
    pub(super) not_before: Timestamp,
    pub(super) last_failure: Option<Failure>,
    /// When the next look at what stands idle is due.
    pub(super) look_at: Option<Timestamp>,
    pub(super) is_closed: bool,
}

/// Tasks to be begun when the lock is open.
pub(super) type Tasks = Vec<(&'static str, BoxFuture<'static, ()>)>;

/// One of the pool, when it is the caller's turn.
pub(super) async fn acquire(pool: &Arc<Pool>) -> Result<Lease, Failure> {
    let (tell, mut told) = oneshot::channel();
    let tasks = {
        let mut state = pool.lock();
        if state.is_closed {
            return Err(closed(&pool.instance));
        }
        state.waiting.push_back(tell);
        pool.serve(&mut state)
    };
    pool.begin(tasks);
    if let Ok(given) = told.try_recv() {
        return given;
    }
    let clock = &pool.ports.clock;
    let limit = pool.instance.descriptor().acquire_timeout;
    let up = clock.sleep_until(clock.now().plus(limit.get()));
    tokio::select! {
        biased;
        given = &mut told => given.unwrap_or_else(|_| Err(closed(&pool.instance))),
        () = up => Err(pool.too_late()),
    }
}

// === impl Pool ===

impl Pool {
    pub(super) fn new(
        ports: ResourcePorts,
        scope: Scope,
        permissions: Permissions,
        instance: Arc<ResourceInstance>,
    ) -> Self {
        let (state, ended, changed) = (Mutex::default(), CancellationToken::new(), Notify::new());
        Self { ports, scope, permissions, instance, state, ended, changed }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn begin(&self, tasks: Tasks) {
        for (name, task) in tasks {
            self.ports.spawner.spawn(name, task);
        }
    }

    pub(super) fn settings(&self) -> PoolSettings {
        match self.instance.descriptor().kind {
            ResourceKind::Pool(settings) => settings,
            ResourceKind::Shared | ResourceKind::Exclusive => {
                PoolSettings { min: 0, max: 1, idle: None, max_life: None }
            }
        }
    }

    /// Gives what is free to those who wait, and lets what is missing be made.
    pub(super) fn serve(self: &Arc<Self>, state: &mut State) -> Tasks {
        let mut tasks = Tasks::new();
        if state.is_closed {
            return tasks;
        }
        state.waiting.retain(|waiter| !waiter.is_closed());
        let now = self.ports.clock.now();
        let stale = self.instance.descriptor().health_interval.get();
        while !state.waiting.is_empty() && state.waiting.len() > state.coming as usize {
            let Some(item) = state.free.pop() else { break };
            if self.is_over(&item, now) {
                tasks.push(retire::close(self, state, item));
            } else if item.seen.plus(stale) <= now {
                tasks.push(retire::check(self, state, item));
            } else {
                self.offer(state, item);
            }
        }
        let settings = self.settings();
        loop {
            let wanted = (state.waiting.len() > state.coming as usize) || state.total() < settings.min;
            // While creations fail there is one that tries.
            let may = state.total() < settings.max && (state.failures == 0 || state.creating == 0);
            if !(wanted && may) {
                break;
            }
            tasks.push(create::one(self, state));
        }
        tasks.extend(retire::look(self, state));
        tasks
    }

    /// Hands one to the first who still waits for it, or keeps it.
    pub(super) fn offer(self: &Arc<Self>, state: &mut State, item: Item) {
        if self.instance.descriptor().kind == ResourceKind::Shared {
            for waiter in state.waiting.drain(..) {
                // Who has gone needs none.
                let _ = waiter.send(Ok(Lease::shared(Arc::clone(self), Arc::clone(&item.handle))));
            }
            state.free.push(item);
            return;
        }
        let mut item = item;
        while let Some(waiter) = state.waiting.pop_front() {
            state.out += 1;
            let Err(Ok(lease)) = waiter.send(Ok(Lease::own(Arc::clone(self), item))) else { return };
            // That one has gone. The lease must not give it back by itself: the lock is held.
            state.out -= 1;
            match lease.unused() {
                Some(unused) => item = unused,
                None => return,
            }
        }
        state.free.push(item);
    }

    /// Tells all who wait that there will be none.
    pub(super) fn refuse(state: &mut State, failure: &Failure) {
        for waiter in state.waiting.drain(..) {
            let _ = waiter.send(Err(failure.clone()));
        }
    }

    /// Whether one must not be used any more.
    pub(super) fn is_over(&self, item: &Item, now: Timestamp) -> bool {
        item.until.is_some_and(|until| until <= now) || self.instance.resource.is_discarded(&item.handle)
    }

    fn too_late(&self) -> Failure {
        let descriptor = self.instance.descriptor();
        let (name, limit) = (&self.instance.name, descriptor.acquire_timeout);
        let state = self.lock();
        let (why, help) = match (&state.last_failure, descriptor.kind.most()) {
            (Some(failure), _) => {
                (format!("creating it fails: {}", failure.message), failure.help.clone().unwrap_or_default())
            }
            (None, Some(most)) if state.out >= most => (
                format!("others have had {most} of {most} all the time"),
                "let the nodes that use it be fewer at one time, or give the resource more with `pool(max = ..)`"
                    .to_owned(),
            ),
            (None, _) => ("its creation has not ended".to_owned(), String::new()),
        };
        drop(state);
        let message = format!("there was no `{name}` ({}) within {limit}: {why}", descriptor.id);
        let failure = Failure::new(FailureKind::Transient, "resource.timeout", message).before_effect();
        if help.is_empty() { failure } else { failure.with_help(help) }
    }
}

// === impl State ===

impl State {
    /// All that are there or will be.
    pub(super) fn total(&self) -> u32 {
        u32::try_from(self.free.len()).unwrap_or(u32::MAX).saturating_add(self.out).saturating_add(self.coming)
    }

    pub(super) fn has_waiters(&mut self) -> bool {
        self.waiting.retain(|waiter| !waiter.is_closed());
        !self.waiting.is_empty()
    }
}
