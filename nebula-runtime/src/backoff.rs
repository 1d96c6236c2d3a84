//! What follows a failed attempt: another one after a wait, or the end.

use std::time::Duration;

use nebula_ports::{
    model::{AttemptOutcome, EffectClass, Failure, Jitter, RetryPolicy},
    time::Timestamp,
};

/// Decides by the node's policy. `failures` counts those before this one; `random` are 64 random bits.
///
/// Tried again is what may pass by itself, while the policy has attempts left, and only where repeating does no harm:
/// the effect is repeatable, or the action vouches that nothing had left. The remote's wish (`retry_after`) is the least
/// wait. A wait that would end after the deadline is not begun.
pub(crate) fn outcome(
    policy: Option<&RetryPolicy>,
    error: Failure,
    failures: u32,
    effect: EffectClass,
    now: Timestamp,
    deadline: Option<Timestamp>,
    random: u64,
) -> AttemptOutcome {
    let repeatable = error.kind.is_retryable() && (effect.is_repeatable() || error.before_effect);
    let Some(policy) = policy.filter(|policy| repeatable && failures + 1 < policy.max_attempts) else {
        return AttemptOutcome::Failed { error };
    };
    let wait = spread(policy.backoff.wait(failures + 1), policy.jitter, random)
        .max(Duration::from_micros(error.retry_after_us.unwrap_or(0)));
    let next_at = now.plus(wait);
    if deadline.is_some_and(|deadline| deadline <= next_at) {
        return AttemptOutcome::Failed { error };
    }
    AttemptOutcome::Retry { error, next_at }
}

/// "Full jitter": anywhere in the whole wait (Brooker, "Exponential Backoff And Jitter", 2015).
fn spread(wait: Duration, jitter: Jitter, random: u64) -> Duration {
    match jitter {
        Jitter::None => wait,
        Jitter::Full => {
            let micros = u64::try_from(wait.as_micros()).unwrap_or(u64::MAX);
            // Multiply-and-shift maps 64 random bits onto the range without a bias that matters.
            Duration::from_micros(((u128::from(random) * u128::from(micros)) >> 64) as u64)
        }
    }
}

#[cfg(test)]
mod tests;
