//! What the conductor and a worker say to each other: one JSON text a line.

use nebula_ports::model::{ExecutionId, NodeAddress, Resolution};
use serde::{Deserialize, Serialize};

/// What a worker is told, on its standard input. When that ends, it shuts down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Order {
    /// Start number `n`, with a key of its own.
    Start {
        /// Which.
        n: i64,
    },
    /// Say `go` to an execution.
    Signal {
        /// Which.
        execution: ExecutionId,
    },
    /// Take up a dead letter again.
    Resume {
        /// Which.
        execution: ExecutionId,
    },
    /// Hand over a decision.
    Resolve {
        /// Of which execution.
        execution: ExecutionId,
        /// About which node.
        node: NodeAddress,
        /// The decision.
        resolution: Resolution,
    },
}

/// What a worker says, on its standard output.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum News {
    /// It works.
    Ready,
    /// A start was accepted.
    Started {
        /// Which.
        n: i64,
        /// What it is called.
        execution: ExecutionId,
        /// Whether an earlier start with the key had made it.
        existing: bool,
    },
    /// A signal was accepted.
    Signalled {
        /// By which execution.
        execution: ExecutionId,
    },
    /// A commit came too late: somebody else has claimed since.
    Fenced,
    /// A renewal came too late.
    Lost,
    /// It is not known whether a commit or a start landed.
    Unknown,
    /// A commit was sent again, and had landed the first time.
    Recognised,
    /// The store did not do what it was asked, for this reason.
    Refused {
        /// The error's kind and words.
        why: String,
    },
}
