//! When a failed attempt is tried again.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::time::DurationText;

/// How often and after which waits. Only failures that may pass (transient, rate limited, timeout) are retried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetryPolicy {
    /// Attempts in all, the first one included; 1 to 100.
    pub max_attempts: u32,
    /// The waits between them.
    #[serde(default)]
    pub backoff: Backoff,
    /// How the waits are spread.
    #[serde(default)]
    pub jitter: Jitter,
}

/// The wait before the second attempt doubles for each further one, up to `max`. `fixed` does not grow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Backoff {
    /// `{exponential: 200ms, max: 10s}`
    Exponential {
        /// The wait before the second attempt.
        exponential: DurationText,
        /// The longest wait; one hour when absent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        max: Option<DurationText>,
    },
    /// `{fixed: 5s}`
    Fixed {
        /// Every wait.
        fixed: DurationText,
    },
}

/// How a computed wait is spread, so that failures that came together do not come back together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Jitter {
    /// Anywhere between nothing and the computed wait.
    #[default]
    Full,
    /// The computed wait.
    None,
}

impl RetryPolicy {
    /// Most attempts that a policy may ask for.
    pub const MAX_ATTEMPTS: u32 = 100;
}

impl Default for Backoff {
    fn default() -> Self {
        Self::Exponential { exponential: DurationText::new(Duration::from_millis(200)), max: None }
    }
}

impl Backoff {
    /// The longest wait when a policy names none.
    pub const DEFAULT_MAX: Duration = Duration::from_hours(1);

    /// The wait after the `failures`-th failure (1 = the first), before jitter.
    #[must_use]
    pub fn wait(&self, failures: u32) -> Duration {
        match self {
            Self::Fixed { fixed } => fixed.get(),
            Self::Exponential { exponential, max } => {
                let factor = 1_u32.checked_shl(failures.saturating_sub(1)).unwrap_or(u32::MAX);
                exponential.get().saturating_mul(factor).min(max.map_or(Self::DEFAULT_MAX, DurationText::get))
            }
        }
    }
}
