//! A clock that moves only when told to, and wakes those who wait for the time it reaches.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::oneshot;

use crate::{clock::Clock, time::Timestamp};

/// A clock for tests. Clones share the time.
#[derive(Debug, Clone)]
pub struct ManualClock {
    inner: Arc<Mutex<Inner>>,
}

#[derive(Debug)]
struct Inner {
    now: Timestamp,
    /// Sleepers by the time they wait for, then in order of arrival.
    sleepers: BTreeMap<(Timestamp, u64), oneshot::Sender<()>>,
    arrivals: u64,
}

// === impl ManualClock ===

impl ManualClock {
    /// A clock that stands at `now`.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        Self { inner: Arc::new(Mutex::new(Inner { now, sleepers: BTreeMap::new(), arrivals: 0 })) }
    }

    /// Moves the time forward and wakes every sleeper whose time has come, earliest first.
    pub fn advance(&self, by: Duration) {
        let mut inner = self.lock();
        inner.now = inner.now.plus(by);
        inner.wake();
    }

    /// Moves to the earliest time anybody waits for. `false` when nobody waits.
    #[must_use]
    pub fn advance_to_next_sleeper(&self) -> bool {
        let mut inner = self.lock();
        inner.sleepers.retain(|_, sleeper| !sleeper.is_closed());
        let Some(((when, _), _)) = inner.sleepers.first_key_value() else { return false };
        inner.now = inner.now.max(*when);
        inner.wake();
        true
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        // Nothing panics while the lock is held.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for ManualClock {
    /// Stands at 2026-01-01T00:00:00Z.
    fn default() -> Self {
        Self::at(Timestamp::from_micros(1_767_225_600_000_000))
    }
}

impl Inner {
    fn wake(&mut self) {
        while let Some(entry) = self.sleepers.first_entry() {
            if entry.key().0 > self.now {
                break;
            }
            // A sleeper that went away no longer cares.
            let _ = entry.remove().send(());
        }
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.lock().now
    }

    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'static, ()> {
        let mut inner = self.lock();
        if when <= inner.now {
            return futures_util::future::ready(()).boxed();
        }
        let (wake, woken) = oneshot::channel();
        inner.arrivals += 1;
        let arrival = inner.arrivals;
        inner.sleepers.insert((when, arrival), wake);
        woken.map(|_| ()).boxed()
    }
}
