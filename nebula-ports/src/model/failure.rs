//! Why an attempt, a node or an execution failed, as the journal keeps it.

use std::{error::Error as StdError, fmt, time::Duration};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

/// What a failure means for trying again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FailureKind {
    /// May pass by itself: retried.
    Transient,
    /// The remote asks to slow down: retried, not before `retry_after`.
    RateLimited,
    /// The attempt took too long: retried where the effect class allows.
    Timeout,
    /// The input is not acceptable: not retried.
    Invalid,
    /// The credential is missing or refused: not retried.
    Auth,
    /// A capability was used that is not granted: not retried.
    Denied,
    /// Fails the same way every time: not retried.
    Permanent,
    /// The execution was cancelled.
    Cancelled,
    /// The action panicked or broke its contract: not retried.
    Bug,
}

/// A failure: kind, stable code, sentence, and what helps to act on it. Never holds secret material.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What it means for trying again.
    pub kind: FailureKind,
    /// Stable code, as in `http.status_503`.
    pub code: SmolStr,
    /// One sentence.
    pub message: String,
    /// JSON pointer into the input, when a part of it is to blame.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What to do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The remote's wish: no attempt before so many microseconds have passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_us: Option<u64>,
    /// The action vouches that nothing had reached the outside world, so trying again repeats nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_effect: bool,
}

// === impl FailureKind ===

impl FailureKind {
    /// Whether trying again may help.
    #[must_use]
    pub const fn is_retryable(self) -> bool {
        matches!(self, Self::Transient | Self::RateLimited | Self::Timeout)
    }
}

// === impl Failure ===

impl Failure {
    /// A failure of `kind` with a stable code and a sentence.
    pub fn new(kind: FailureKind, code: impl Into<SmolStr>, message: impl Into<String>) -> Self {
        Self {
            kind,
            code: code.into(),
            message: message.into(),
            pointer: None,
            help: None,
            retry_after_us: None,
            before_effect: false,
        }
    }

    /// Names the part of the input that is to blame.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// No attempt before `wait` has passed.
    #[must_use]
    pub fn retry_after(mut self, wait: Duration) -> Self {
        self.retry_after_us = Some(u64::try_from(wait.as_micros()).unwrap_or(u64::MAX));
        self
    }

    /// Nothing had reached the outside world yet.
    #[must_use]
    pub const fn before_effect(mut self) -> Self {
        self.before_effect = true;
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if let Some(pointer) = &self.pointer {
            write!(f, " (at {pointer})")?;
        }
        Ok(())
    }
}

impl StdError for Failure {}
