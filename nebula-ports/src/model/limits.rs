//! The bounds that an action sets itself, whatever the workflow.

use std::fmt;

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
