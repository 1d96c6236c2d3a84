//! The real clock, ids and tasks: the only place of the core that touches them. Composition roots hand them to the
//! engine as ports.

use std::{
    fmt,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use futures_util::{FutureExt, future::BoxFuture};
use nebula_ports::{clock::Clock, ids::IdSource, spawn::Spawner, time::Timestamp};
use tokio_util::task::TaskTracker;
use uuid::Uuid;

/// The machine's clock. It is read once, and from then on time is what has passed since, so it never goes back, whoever
/// sets the machine's clock. What passes while the machine sleeps is not counted by that: where the machine's clock has come
/// to be ahead by more than [`SystemClock::TOLERANCE`], time goes on from there. A clock that was set forward by mistake and
/// back again is ahead until the process ends.
#[derive(Debug)]
pub struct SystemClock {
    origin: Timestamp,
    begun: Instant,
    /// Microseconds that were slept through.
    asleep: AtomicU64,
}

/// UUIDs of version 7 and the system's randomness.
#[derive(Debug, Default)]
pub struct SystemIds;

/// Tasks on the Tokio runtime, tracked, so that an end can wait for them.
#[derive(Clone)]
pub struct TokioSpawner {
    handle: tokio::runtime::Handle,
    tracker: TaskTracker,
}

// === impl SystemClock ===

impl SystemClock {
    /// Reads the machine's clock.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port's one real implementation")]
    pub fn new() -> Self {
        let origin = shown();
        Self { origin, begun: Instant::now(), asleep: AtomicU64::new(0) }
    }

    /// How far the machine's clock may be ahead of the time that was counted: 1 s. Corrections of the clock are smaller.
    pub const TOLERANCE: Duration = Duration::from_secs(1);

    /// The time, when `counted` has passed since `begun` and the machine's clock shows `shown`.
    fn reckon(&self, counted: Duration, shown: Timestamp) -> Timestamp {
        let known = Duration::from_micros(self.asleep.load(Ordering::Relaxed));
        let now = self.origin.plus(counted).plus(known);
        let ahead = shown.since(now);
        if ahead <= Self::TOLERANCE {
            return now;
        }
        let slept = u64::try_from((known + ahead).as_micros()).unwrap_or(u64::MAX);
        // Others may have noticed as well: it was slept once.
        let slept = self.asleep.fetch_max(slept, Ordering::Relaxed).max(slept);
        self.origin.plus(counted).plus(Duration::from_micros(slept))
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock port's one real implementation")]
    fn now(&self) -> Timestamp {
        self.reckon(self.begun.elapsed(), shown())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the Clock port's one real implementation")]
    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'static, ()> {
        let wait = when.since(self.now());
        async move { tokio::time::sleep(wait).await }.boxed()
    }
}

/// What the machine's clock shows.
#[expect(clippy::disallowed_methods, reason = "this is the Clock port's one real implementation")]
fn shown() -> Timestamp {
    Timestamp::from_micros(0).plus(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO))
}

// === impl SystemIds ===

impl IdSource for SystemIds {
    #[expect(clippy::disallowed_methods, reason = "this is the IdSource port's one real implementation")]
    fn uuid(&self) -> Uuid {
        Uuid::now_v7()
    }

    fn random(&self) -> u64 {
        // The low half of a version 7 UUID is random but for two bits; those of the high half fill in.
        let (high, low) = self.uuid().as_u64_pair();
        low ^ high.rotate_left(50)
    }
}

// === impl TokioSpawner ===

impl TokioSpawner {
    /// Tasks on the runtime this is called on.
    ///
    /// # Panics
    /// Outside a Tokio runtime.
    #[must_use]
    pub fn current() -> Self {
        Self { handle: tokio::runtime::Handle::current(), tracker: TaskTracker::new() }
    }

    /// Returns when every task has ended.
    pub async fn ended(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }
}

impl fmt::Debug for TokioSpawner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokioSpawner({} tasks)", self.tracker.len())
    }
}

impl Spawner for TokioSpawner {
    fn spawn(&self, name: &'static str, task: BoxFuture<'static, ()>) {
        let task = self.tracker.track_future(task);
        self.handle.spawn(async move {
            if std::panic::AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tracing::error!(task = name, "A task panicked; it is ended, the others go on.");
            }
        });
    }

    fn blocking(&self, name: &'static str, work: Box<dyn FnOnce() + Send>) -> BoxFuture<'static, ()> {
        let token = self.tracker.token();
        let work = self.handle.spawn_blocking(move || {
            let _until_it_ends = token;
            work();
        });
        async move {
            if work.await.is_err() {
                tracing::error!(task = name, "Work on a thread of its own panicked; it is ended, all else goes on.");
            }
        }
        .boxed()
    }
}

#[cfg(test)]
mod tests;
