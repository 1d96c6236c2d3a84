//! What the command's exit codes mean. Scripts rely on them: a code never changes its meaning.

use std::process::ExitCode;

/// How the command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exit(u8);

impl Exit {
    /// Done; a run completed.
    pub const OK: Self = Self(0);
    /// The run ended without its output: it failed or was cancelled.
    pub const FAILED: Self = Self(1);
    /// What was given is wrong: an option, a workflow, an input, a grant that is missing. Nothing was started.
    pub const BAD_INPUT: Self = Self(2);
    /// The run stands still until somebody decides about a node.
    pub const NEEDS_DECISION: Self = Self(3);
    /// The execution, action, secret or data folder does not exist.
    pub const NOT_FOUND: Self = Self(4);
    /// Another process holds the data folder or the execution.
    pub const BUSY: Self = Self(5);
    /// What is kept in the data folder cannot be read or written. It was left as it is.
    pub const STORE: Self = Self(6);
    /// Interfaces of actions have changed more than their versions say.
    pub const INCOMPATIBLE: Self = Self(7);
    /// `nebula execution verify` found damage.
    pub const DAMAGED: Self = Self(8);
    /// A mistake in Nebula itself.
    pub const INTERNAL: Self = Self(70);
    /// Interrupted (Ctrl-C or SIGTERM): the run is parked and can be resumed.
    pub const INTERRUPTED: Self = Self(130);

    const TABLE: [(Self, &'static str); 11] = [
        (Self::OK, "done; a run completed"),
        (Self::FAILED, "the run failed or was cancelled"),
        (Self::BAD_INPUT, "what was given is wrong; nothing was started"),
        (Self::NEEDS_DECISION, "the run waits for a decision"),
        (Self::NOT_FOUND, "no such execution, action, secret or data folder"),
        (Self::BUSY, "another process holds the data folder or the execution"),
        (Self::STORE, "the data folder cannot be read or written; it was left as it is"),
        (Self::INCOMPATIBLE, "actions have changed more than their versions say"),
        (Self::DAMAGED, "what is kept of an execution is damaged"),
        (Self::INTERNAL, "a mistake in Nebula itself"),
        (Self::INTERRUPTED, "interrupted; the run is parked and can be resumed"),
    ];

    /// The number.
    #[must_use]
    pub const fn code(self) -> u8 {
        self.0
    }

    /// The table for `--help`.
    pub(crate) fn help() -> String {
        let rows = Self::TABLE.iter().map(|(exit, meaning)| format!("  {:>3}  {meaning}", exit.0));
        format!("Exit codes:\n{}", rows.collect::<Vec<_>>().join("\n"))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}
