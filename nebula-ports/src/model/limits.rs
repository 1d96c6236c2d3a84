//! The bounds that an action sets itself, whatever the workflow.

use std::{fmt, time::Duration};

use serde::{Deserialize, Serialize};

use crate::time::DurationText;

/// The bounds of an action's calls. Absent means: the engine's default, or no bound.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ActionLimits {
    /// Limit of all attempts and the waits between them, when the node says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<DurationText>,
    /// Largest input, as JSON text. A node cannot raise it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_input: Option<ByteSize>,
    /// Largest output, as JSON text. A node cannot raise it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_output: Option<ByteSize>,
    /// Most attempts at one time in a worker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u32>,
    /// How often a worker begins an attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<RateLimit>,
    /// How long a worker may give the result of an earlier attempt for the same input. Only for what is pure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cache: Option<DurationText>,
    /// Longest time of an attempt without a sign that it is alive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heartbeat: Option<DurationText>,
}

/// So many in a time, evenly spaced but for a burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateLimit {
    /// How many; from 1.
    pub count: u32,
    /// In which time; never zero.
    pub per: DurationText,
    /// How many may come at once after a pause; from 1.
    pub burst: u32,
}

/// A number of bytes; shown with a unit, written as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ByteSize(pub u64);

// === impl ActionLimits ===

impl ActionLimits {
    /// Whether nothing is said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

// === impl RateLimit ===

impl RateLimit {
    /// Time from one to the next in a steady stream, never shorter than the rate allows.
    #[must_use]
    pub fn step(&self) -> Duration {
        let micros = self.per.get().as_micros().div_ceil(u128::from(self.count.max(1)));
        Duration::from_micros(u64::try_from(micros).unwrap_or(u64::MAX))
    }
}

impl fmt::Display for RateLimit {
    /// `10/s`, and how many at once when it is more than one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = self.per.get();
        match (per.as_secs(), per.subsec_nanos()) {
            (1, 0) => write!(f, "{}/s", self.count)?,
            (60, 0) => write!(f, "{}/m", self.count)?,
            (3_600, 0) => write!(f, "{}/h", self.count)?,
            _ => write!(f, "{} in {}", self.count, self.per)?,
        }
        if self.burst > 1 { write!(f, ", {} at once", self.burst) } else { Ok(()) }
    }
}

// === impl ByteSize ===

impl fmt::Display for ByteSize {
    /// The largest unit of which there is at least one, with one place when it is not a whole number of them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const UNITS: [(u64, &str); 4] = [(1 << 40, "TiB"), (1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
        let Some((unit, name)) = UNITS.into_iter().find(|(unit, _)| self.0 >= *unit) else {
            return write!(f, "{} bytes", self.0);
        };
        let (whole, rest) = (self.0 / unit, self.0 % unit);
        match (u128::from(rest) * 10) / u128::from(unit) {
            0 => write!(f, "{whole} {name}"),
            tenth => write!(f, "{whole}.{tenth} {name}"),
        }
    }
}

#[cfg(test)]
mod tests;
