//! Pauses in the middle of a node: what it goes on with.

use serde::{Deserialize, Serialize};

use super::SignalName;
use crate::time::Timestamp;

/// When a node that has paused goes on with its next step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "on", rename_all = "snake_case")]
pub enum WakeOn {
    /// At once: the pause only keeps what has been done so far.
    Now,
    /// At a time; one that has passed is at once.
    Time {
        /// When.
        at: Timestamp,
    },
    /// When a signal comes, or its deadline.
    Signal {
        /// The signal's name.
        name: SignalName,
        /// When the node goes on without it; absent = never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        deadline: Option<Timestamp>,
    },
}

// === impl WakeOn ===

impl WakeOn {
    /// When the pause ends by itself, if it does.
    #[must_use]
    pub const fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Now => None,
            Self::Time { at } => Some(*at),
            Self::Signal { deadline, .. } => *deadline,
        }
    }
}
