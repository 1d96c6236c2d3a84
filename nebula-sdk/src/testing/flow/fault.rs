//! What may go wrong with a call.

use std::{fmt, time::Duration};

use nebula_ports::{model::Failure, time::DurationText};

use super::mock::Target;
use crate::ActionError;

/// What goes wrong with one call of an action. See [`TestFlow::fault`](super::TestFlow::fault).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// The action does not answer, and ends when it is asked to: when its time is up, or the run is cancelled. It has no
    /// effect.
    Timeout,
    /// The action does not answer, and does not end when it is asked to either: the engine gives it up. It has no effect.
    Hang,
    /// The action answers after this time, if it is left that long.
    Slow(Duration),
    /// The action fails with this before it has done anything. An [`ActionError`] is one, too.
    Error(Failure),
    /// The action panics before it has done anything.
    Panic,
    /// The action has had its effect, and gives back what its output's schema refuses: the first of `null`, `false`, `""`,
    /// `[]`, `{}` and `0` that does not fit.
    InvalidOutput,
    /// The same attempt is delivered twice, with the same key, and so has its effect twice. The first answer counts.
    Duplicate,
    /// The process dies after the attempt is on record and before the action begins; another one takes over when the
    /// lease has run out.
    CrashBefore,
    /// The process dies after the action has had its effect and before its result is on record.
    CrashAfterEffect,
    /// The action has had its effect, and its worker cannot reach the store any more. Another one takes over when the lease
    /// has run out; then the first comes back, and its result is refused.
    LeaseLost,
}

/// A fault and the call it is for.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) target: Target,
    /// 1, 2, …, over all calls of the target in a run.
    pub(super) nth: usize,
    pub(super) fault: Fault,
}

// === impl Fault ===

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self::Error(failure)
    }
}

impl From<ActionError> for Fault {
    fn from(error: ActionError) -> Self {
        Self::Error(error.into())
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Timeout => f.write_str("does not answer"),
            Self::Hang => f.write_str("does not answer, nor end when asked to"),
            Self::Slow(by) => write!(f, "answers after {}", DurationText::new(*by)),
            Self::Error(failure) => write!(f, "fails with {} [{}]", failure, failure.code),
            Self::Panic => f.write_str("panics"),
            Self::InvalidOutput => f.write_str("gives back what its schema refuses"),
            Self::Duplicate => f.write_str("is delivered twice"),
            Self::CrashBefore => f.write_str("the process dies before it"),
            Self::CrashAfterEffect => f.write_str("the process dies after it"),
            Self::LeaseLost => f.write_str("its worker is cut off after it"),
        }
    }
}
