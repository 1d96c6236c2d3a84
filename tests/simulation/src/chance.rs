//! Everything that a seed decides.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// The one source of chance in a run. Clones draw from the same sequence.
#[derive(Clone)]
pub(crate) struct Chance(Arc<Mutex<fastrand::Rng>>);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(fastrand::Rng::with_seed(seed))))
    }

    fn rng(&self) -> MutexGuard<'_, fastrand::Rng> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether something happens that happens once in `times`.
    pub(crate) fn one_in(&self, times: u32) -> bool {
        self.rng().u32(..times) == 0
    }

    /// A number below `limit`.
    pub(crate) fn below(&self, limit: usize) -> usize {
        self.rng().usize(..limit)
    }

    /// A time between two.
    pub(crate) fn between(&self, least: Duration, most: Duration) -> Duration {
        let range = u64::try_from(least.as_micros()).unwrap_or(0)..=u64::try_from(most.as_micros()).unwrap_or(0);
        Duration::from_micros(self.rng().u64(range))
    }
}

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}
