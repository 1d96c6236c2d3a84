//! How long to wait after a poll.

use std::time::Duration;

use nebula_ports::model::{Backoff, Failure};

use super::TriggerConfig;

/// The wait after a failure, when `failures` came before it in a row; `random` are 64 random bits.
///
/// It is spread over its second half, so that those who failed together do not come back together and nobody comes back
/// at once. The remote's wish is the least wait.
pub(super) fn after_failure(
    config: &TriggerConfig,
    every: Duration,
    failure: &Failure,
    failures: u32,
    random: u64,
) -> Duration {
    let (first, longest) = if failure.kind.is_retryable() {
        (config.first_retry.min(every), config.longest_retry)
    } else {
        (every, config.longest_wait)
    };
    let backoff = Backoff::Exponential { exponential: first.into(), max: Some(longest.max(every).into()) };
    let wait = backoff.wait(failures.saturating_add(1));
    let half = wait / 2;
    let micros = u64::try_from(half.as_micros()).unwrap_or(u64::MAX);
    // Multiply-and-shift maps 64 random bits onto the range without a bias that matters.
    let spread = Duration::from_micros(((u128::from(random) * u128::from(micros)) >> 64) as u64);
    (half + spread).max(Duration::from_micros(failure.retry_after_us.unwrap_or(0)))
}

#[cfg(test)]
mod tests;
