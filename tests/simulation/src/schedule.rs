//! The tasks of all processes on one thread: which one goes next is chance.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Wake, Waker},
};

use futures_util::future::BoxFuture;
use nebula_ports::{memory::ManualClock, spawn::Spawner};

use crate::chance::Chance;

/// A process: the engine's tasks in it die and freeze together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ProcessId(pub(crate) u32);

/// What is outside of the cluster: clients, people, and what goes wrong. Never dies.
pub(crate) const OUTSIDE: ProcessId = ProcessId(0);

/// All tasks. Clones share them.
#[derive(Clone)]
pub(crate) struct Schedule(Arc<Inner>);

/// What starts tasks in one process.
#[derive(Debug)]
pub(crate) struct ProcessSpawner {
    schedule: Schedule,
    process: ProcessId,
}

struct Inner {
    chance: Chance,
    state: Mutex<Lives>,
}

#[derive(Default)]
struct Lives {
    ready: Vec<Arc<Task>>,
    living: BTreeMap<ProcessId, Vec<Arc<Task>>>,
    frozen: BTreeSet<ProcessId>,
    begun: u64,
    /// Which task went at each step, so that two runs can be compared.
    trace: DefaultHasher,
}

struct Task {
    number: u64,
    process: ProcessId,
    /// Empty while it runs, and after its end.
    work: Mutex<Option<BoxFuture<'static, ()>>>,
    is_queued: AtomicBool,
    schedule: Weak<Inner>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No lock is held while foreign code runs.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// === impl Schedule ===

impl Schedule {
    pub(crate) fn new(chance: Chance) -> Self {
        Self(Arc::new(Inner { chance, state: Mutex::default() }))
    }

    pub(crate) fn spawner(&self, process: ProcessId) -> ProcessSpawner {
        ProcessSpawner { schedule: self.clone(), process }
    }

    pub(crate) fn spawn(&self, process: ProcessId, work: impl Future<Output = ()> + Send + 'static) {
        self.begin(process, Box::pin(work));
    }

    fn begin(&self, process: ProcessId, work: BoxFuture<'static, ()>) {
        let task = {
            let mut lives = lock(&self.0.state);
            lives.begun += 1;
            let task = Arc::new(Task {
                number: lives.begun,
                process,
                work: Mutex::new(Some(work)),
                is_queued: AtomicBool::new(false),
                schedule: Arc::downgrade(&self.0),
            });
            lives.living.entry(process).or_default().push(Arc::clone(&task));
            task
        };
        task.wake();
    }

    /// Ends a process as a power cut does. What its tasks hold is dropped.
    pub(crate) fn kill(&self, process: ProcessId) {
        let tasks = {
            let mut lives = lock(&self.0.state);
            lives.ready.retain(|task| task.process != process);
            lives.frozen.remove(&process);
            lives.living.remove(&process).unwrap_or_default()
        };
        for task in tasks {
            let work = lock(&task.work).take();
            drop(work);
        }
        // What they woke in dying dies with them.
        let mut lives = lock(&self.0.state);
        lives.ready.retain(|task| task.process != process);
        lives.living.remove(&process);
    }

    /// Ends everything. Tasks and what they hold would keep each other for ever.
    pub(crate) fn end(&self) {
        loop {
            let processes: Vec<ProcessId> = lock(&self.0.state).living.keys().copied().collect();
            if processes.is_empty() {
                return;
            }
            processes.into_iter().for_each(|process| self.kill(process));
        }
    }

    /// Nothing of the process goes on until it is thawed; the time does.
    pub(crate) fn freeze(&self, process: ProcessId) {
        lock(&self.0.state).frozen.insert(process);
    }

    pub(crate) fn thaw(&self, process: ProcessId) {
        lock(&self.0.state).frozen.remove(&process);
    }

    pub(crate) fn any_frozen(&self) -> bool {
        !lock(&self.0.state).frozen.is_empty()
    }

    /// Lets one task go on, or the time when none can. Tells whose task it was; `None` when nothing will ever happen again.
    pub(crate) fn step(&self, clock: &ManualClock) -> Option<ProcessId> {
        let task = {
            let mut lives = lock(&self.0.state);
            let Lives { ready, frozen, .. } = &*lives;
            let awake: Vec<usize> = (0..ready.len()).filter(|index| !frozen.contains(&ready[*index].process)).collect();
            if awake.is_empty() {
                drop(lives);
                return clock.advance_to_next_sleeper().then_some(OUTSIDE);
            }
            let task = lives.ready.remove(awake[self.0.chance.below(awake.len())]);
            task.number.hash(&mut lives.trace);
            task
        };
        task.is_queued.store(false, Ordering::SeqCst);
        let Some(mut work) = lock(&task.work).take() else { return Some(task.process) };
        let waker = Waker::from(Arc::clone(&task));
        let is_done = work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready();
        let mut lives = lock(&self.0.state);
        let is_alive =
            lives.living.get(&task.process).is_some_and(|own| own.iter().any(|other| Arc::ptr_eq(other, &task)));
        if is_alive && !is_done {
            *lock(&task.work) = Some(work);
        } else {
            if let Some(own) = lives.living.get_mut(&task.process) {
                own.retain(|other| !Arc::ptr_eq(other, &task));
            }
            drop(lives);
            drop(work);
        }
        Some(task.process)
    }

    /// What has gone on so far, as one number.
    pub(crate) fn trace(&self) -> u64 {
        lock(&self.0.state).trace.finish()
    }
}

impl fmt::Debug for Schedule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Schedule")
    }
}

// === impl ProcessSpawner, Task ===

impl Spawner for ProcessSpawner {
    fn spawn(&self, _name: &'static str, task: BoxFuture<'static, ()>) {
        self.schedule.begin(self.process, task);
    }
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if let Some(schedule) = self.schedule.upgrade()
            && !self.is_queued.swap(true, Ordering::SeqCst)
        {
            lock(&schedule.state).ready.push(self);
        }
    }
}
