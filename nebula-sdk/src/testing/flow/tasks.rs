//! Tasks of the engine on the thread of the test: they run until none can go on, then the time moves.

use std::{
    collections::VecDeque,
    fmt,
    future::Future,
    pin::pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use futures_util::future::BoxFuture;
use nebula_ports::{clock::Clock, memory::ManualClock, spawn::Spawner};

/// Most steps of the clock in one run: some two years of an engine that looks around every 30 seconds.
const MAX_STEPS: u32 = 2_000_000;

/// The tasks of one simulated process. Clones are the same process.
#[derive(Clone, Default)]
pub(super) struct Tasks {
    shared: Arc<Shared>,
}

/// The process was killed before the future ended.
#[derive(Debug)]
pub(super) struct Killed;

#[derive(Default)]
struct Shared {
    ready: Mutex<VecDeque<Arc<Task>>>,
    living: Mutex<Vec<Arc<Task>>>,
    killed: AtomicBool,
}

struct Task {
    /// Empty while it runs, and after its end.
    work: Mutex<Option<BoxFuture<'static, ()>>>,
    is_queued: AtomicBool,
    process: Weak<Shared>,
}

/// Wakes the future that the test itself waits for.
#[derive(Default)]
struct Woken(AtomicBool);

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // No lock is held while foreign code runs.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

// === impl Tasks ===

impl Tasks {
    /// Ends the process as a power cut does: nothing of it runs any more once the task that calls this waits.
    pub(super) fn kill(&self) {
        self.shared.killed.store(true, Ordering::SeqCst);
    }

    /// Forgets every task. What they hold is dropped; another process may begin.
    pub(super) fn clear(&self) {
        loop {
            let living = std::mem::take(&mut *lock(&self.shared.living));
            if living.is_empty() {
                break;
            }
            for task in living {
                let work = lock(&task.work).take();
                drop(work);
            }
        }
        lock(&self.shared.ready).clear();
        self.shared.killed.store(false, Ordering::SeqCst);
    }

    /// Runs `future` and all tasks; the time moves when nothing else can.
    ///
    /// # Errors
    /// [`Killed`]. Call [`clear`](Self::clear) then.
    ///
    /// # Panics
    /// When it can never end.
    pub(super) fn drive<T>(&self, clock: &ManualClock, future: impl Future<Output = T>) -> Result<T, Killed> {
        let mut future = pin!(future);
        let woken = Arc::new(Woken(AtomicBool::new(true)));
        let waker = Waker::from(Arc::clone(&woken));
        for _ in 0..MAX_STEPS {
            loop {
                if woken.0.swap(false, Ordering::SeqCst)
                    && let Poll::Ready(value) = future.as_mut().poll(&mut Context::from_waker(&waker))
                {
                    return Ok(value);
                }
                self.run_ready();
                if self.shared.killed.load(Ordering::SeqCst) {
                    return Err(Killed);
                }
                if !woken.0.load(Ordering::SeqCst) {
                    break;
                }
            }
            assert!(
                clock.advance_to_next_sleeper(),
                "the run stands still: an action or a mock waits for something outside of this test"
            );
        }
        panic!("the run does not end: it is {} in the test's time", clock.now());
    }

    fn run_ready(&self) {
        while let Some(task) = self.next() {
            task.is_queued.store(false, Ordering::SeqCst);
            let Some(mut work) = lock(&task.work).take() else { continue };
            let waker = Waker::from(Arc::clone(&task));
            if work.as_mut().poll(&mut Context::from_waker(&waker)).is_pending() {
                *lock(&task.work) = Some(work);
            } else {
                lock(&self.shared.living).retain(|other| !Arc::ptr_eq(other, &task));
            }
            if self.shared.killed.load(Ordering::SeqCst) {
                return;
            }
        }
    }

    fn next(&self) -> Option<Arc<Task>> {
        lock(&self.shared.ready).pop_front()
    }
}

impl Spawner for Tasks {
    fn spawn(&self, _name: &'static str, task: BoxFuture<'static, ()>) {
        let task = Arc::new(Task {
            work: Mutex::new(Some(task)),
            is_queued: AtomicBool::new(false),
            process: Arc::downgrade(&self.shared),
        });
        lock(&self.shared.living).push(Arc::clone(&task));
        task.wake();
    }
}

impl fmt::Debug for Tasks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tasks({})", lock(&self.shared.living).len())
    }
}

// === impl Task, Woken ===

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        if let Some(process) = self.process.upgrade()
            && !self.is_queued.swap(true, Ordering::SeqCst)
        {
            lock(&process.ready).push_back(self);
        }
    }
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::SeqCst);
    }
}
