//! The bounds of polling.

use std::time::Duration;

/// How triggers are polled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriggerConfig {
    /// Polls at one time; 16. Further ones wait for their turn, the longest due first.
    pub max_polls: usize,
    /// Events of one poll that are being started at one time; 16. They begin in their order.
    pub max_starts: usize,
    /// How long a claim lasts without renewal; 30 s. A process that died is replaced after this time.
    pub lease_ttl: Duration,
    /// Longest time between two looks for what is due: what other processes register is seen after so long; 30 s.
    pub sweep_interval: Duration,
    /// The wait after a first failure that may pass by itself; 1 s. It doubles with each failure in a row. After one that
    /// will not pass by itself the trigger's own interval is waited, and doubled.
    pub first_retry: Duration,
    /// The longest wait after a failure that may pass by itself, unless the trigger's own interval is longer; 5 min.
    pub longest_retry: Duration,
    /// The longest wait after any other failure, unless the trigger's own interval is longer; 1 h.
    pub longest_wait: Duration,
    /// How long a shutdown waits for polls under way before it asks them to end; 30 s.
    pub drain_deadline: Duration,
}

impl Default for TriggerConfig {
    fn default() -> Self {
        Self {
            max_polls: 16,
            max_starts: 16,
            lease_ttl: Duration::from_secs(30),
            sweep_interval: Duration::from_secs(30),
            first_retry: Duration::from_secs(1),
            longest_retry: Duration::from_mins(5),
            longest_wait: Duration::from_hours(1),
            drain_deadline: Duration::from_secs(30),
        }
    }
}
