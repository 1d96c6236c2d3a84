//! What an engine tells those who watch. Never read back: the journal is the truth.

use std::sync::Arc;

use nebula_ports::{
    model::{ExecutionId, ExecutionStatus, Failure, JournalEntry, NodeAddress},
    progress::Progress,
    time::Timestamp,
};
use serde_json::Value;

/// Something that happened to an execution; it is durable when it is told, except for progress.
#[derive(Debug, Clone)]
pub struct EngineEvent {
    /// Which execution.
    pub execution: ExecutionId,
    /// What happened.
    pub kind: EngineEventKind,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum EngineEventKind {
    /// The journal has a new entry.
    Entry(Arc<JournalEntry>),
    /// An attempt is alive and so far; of one attempt at most ten in a second are told. No journal has it.
    Progress {
        /// The node.
        node: NodeAddress,
        /// Which attempt.
        attempt: u32,
        /// How far it is.
        progress: Progress,
    },
    /// Nothing to do for now; the execution is given up until it falls due.
    Parked {
        /// When it falls due, if by itself.
        wake_at: Option<Timestamp>,
        /// What it waits for.
        waiting_for: Option<String>,
    },
    /// Another worker has it.
    Lost,
}

/// How an execution stands when nothing more happens by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct RunEnd {
    /// Which execution.
    pub execution: ExecutionId,
    /// A terminal status, `Waiting` when somebody has to decide, or `DeadLetter` when somebody has to look.
    pub status: ExecutionStatus,
    /// The result, when completed.
    pub output: Option<Arc<Value>>,
    /// The reason, when failed or cancelled.
    pub error: Option<Failure>,
    /// What it waits for, when it waits.
    pub waiting_for: Option<String>,
}
