//! Statuses of executions and nodes, and the one table of legal transitions of each.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Where an execution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExecutionStatus {
    /// Accepted, not begun.
    Pending,
    /// A worker drives it, or would if there were one.
    Running,
    /// Nothing to do before a time, a signal or a decision.
    Waiting,
    /// Being cancelled: attempts that run are being ended.
    Cancelling,
    /// Given up by every worker that took it up, and left until somebody has looked: it is taken up again only when asked for,
    /// or to be cancelled.
    DeadLetter,
    /// Ended with its output.
    Completed,
    /// Ended with an error.
    Failed,
    /// Ended because somebody asked.
    Cancelled,
}

/// Where a node stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeStatus {
    /// Waits for what it depends on.
    Pending,
    /// All it depends on is settled.
    Ready,
    /// An attempt is under way.
    Running,
    /// The next attempt has a time.
    RetryScheduled,
    /// Completes, or goes on with its next step, when a time has come.
    WaitingTimer,
    /// Goes on with its next step when a signal comes, or its deadline.
    WaitingSignal,
    /// Ended with a result.
    Completed,
    /// Ended with an error.
    Failed,
    /// No connection into it was taken.
    Skipped,
    /// Ended because the execution ends.
    Cancelled,
    /// An attempt that may not be repeated was interrupted: somebody has to look and decide.
    InDoubt,
}

/// A status change that the table does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IllegalTransition {
    /// From.
    pub from: &'static str,
    /// To.
    pub to: &'static str,
}

impl fmt::Display for IllegalTransition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no transition from {} to {}", self.from, self.to)
    }
}

impl std::error::Error for IllegalTransition {}

// === impl ExecutionStatus ===

impl ExecutionStatus {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Pending,
        Self::Running,
        Self::Waiting,
        Self::Cancelling,
        Self::DeadLetter,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Every legal transition.
    pub const TRANSITIONS: &'static [(Self, Self)] = {
        use ExecutionStatus as S;
        &[
            (S::Pending, S::Running),
            (S::Pending, S::Waiting),
            (S::Pending, S::Cancelled),
            (S::Pending, S::Completed),
            (S::Pending, S::Failed),
            (S::Running, S::Waiting),
            (S::Running, S::Cancelling),
            (S::Running, S::Completed),
            (S::Running, S::Failed),
            (S::Running, S::Cancelled),
            (S::Waiting, S::Running),
            (S::Waiting, S::Cancelling),
            (S::Waiting, S::Cancelled),
            (S::Waiting, S::Completed),
            (S::Waiting, S::Failed),
            (S::Cancelling, S::Cancelled),
            (S::Cancelling, S::Waiting),
            (S::Pending, S::DeadLetter),
            (S::Running, S::DeadLetter),
            (S::Waiting, S::DeadLetter),
            (S::Cancelling, S::DeadLetter),
            (S::DeadLetter, S::Running),
            (S::DeadLetter, S::Cancelled),
        ]
    };

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// The word used in stores and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Running => "running",
            Self::Waiting => "waiting",
            Self::Cancelling => "cancelling",
            Self::DeadLetter => "dead_letter",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The status of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Checks a change. Staying is always legal.
    ///
    /// # Errors
    /// [`IllegalTransition`] when the table does not have it.
    pub fn check(self, to: Self) -> Result<(), IllegalTransition> {
        if self == to || Self::TRANSITIONS.contains(&(self, to)) {
            Ok(())
        } else {
            Err(IllegalTransition { from: self.as_str(), to: to.as_str() })
        }
    }
}

impl fmt::Display for ExecutionStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

// === impl NodeStatus ===

impl NodeStatus {
    /// Every legal transition.
    pub const TRANSITIONS: &'static [(Self, Self)] = {
        use NodeStatus as S;
        &[
            (S::Pending, S::Ready),
            (S::Pending, S::Skipped),
            (S::Pending, S::Failed),
            (S::Pending, S::Cancelled),
            (S::Ready, S::Running),
            (S::Ready, S::Failed),
            (S::Ready, S::Cancelled),
            (S::Running, S::Running),
            (S::Running, S::RetryScheduled),
            (S::Running, S::WaitingTimer),
            (S::Running, S::WaitingSignal),
            // A pause that waits for nothing, or for a signal that is there already.
            (S::Running, S::Ready),
            (S::Running, S::Completed),
            (S::Running, S::Failed),
            (S::Running, S::Cancelled),
            (S::Running, S::InDoubt),
            (S::RetryScheduled, S::Running),
            (S::RetryScheduled, S::Failed),
            (S::RetryScheduled, S::Cancelled),
            (S::WaitingTimer, S::Completed),
            (S::WaitingTimer, S::Ready),
            (S::WaitingTimer, S::Failed),
            (S::WaitingTimer, S::Cancelled),
            (S::WaitingSignal, S::Ready),
            (S::WaitingSignal, S::Failed),
            (S::WaitingSignal, S::Cancelled),
            (S::InDoubt, S::Ready),
            (S::InDoubt, S::Completed),
            (S::InDoubt, S::Failed),
            (S::InDoubt, S::Cancelled),
        ]
    };

    /// Whether nothing follows.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Skipped | Self::Cancelled)
    }

    /// The word used in expressions and answers.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Running => "running",
            Self::RetryScheduled => "retry_scheduled",
            Self::WaitingTimer => "waiting_timer",
            Self::WaitingSignal => "waiting_signal",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
            Self::Cancelled => "cancelled",
            Self::InDoubt => "in_doubt",
        }
    }

    /// Checks a change.
    ///
    /// # Errors
    /// [`IllegalTransition`] when the table does not have it.
    pub fn check(self, to: Self) -> Result<(), IllegalTransition> {
        if Self::TRANSITIONS.contains(&(self, to)) {
            Ok(())
        } else {
            Err(IllegalTransition { from: self.as_str(), to: to.as_str() })
        }
    }
}

impl fmt::Display for NodeStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests;
