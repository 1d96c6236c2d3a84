//! What may go wrong with a call.

use std::fmt;

use super::mock::Target;

/// What goes wrong with one call of an action. See [`TestFlow::fault`](super::TestFlow::fault).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The action does not answer; the attempt ends when its time is up. It has no effect.
    Timeout,
    /// The action panics before it has done anything.
    Panic,
    /// The process dies after the attempt is on record and before the action begins; another one takes over when the
    /// lease has run out.
    CrashBefore,
    /// The process dies after the action has had its effect and before its result is on record.
    CrashAfterEffect,
}

/// A fault and the call it is for.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) target: Target,
    /// 1, 2, …, over all calls of the target in a run.
    pub(super) nth: usize,
    pub(super) fault: Fault,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Timeout => "does not answer",
            Self::Panic => "panics",
            Self::CrashBefore => "the process dies before it",
            Self::CrashAfterEffect => "the process dies after it",
        })
    }
}
