//! What the polling of triggers tells those who watch. Never read back: the rows and the journals are the truth.

use nebula_ports::{
    model::{ExecutionId, Failure, TriggerId, WorkflowId},
    time::Timestamp,
};
use smol_str::SmolStr;

/// Something that happened to a trigger; it is durable when it is told.
#[derive(Debug, Clone, PartialEq)]
pub struct TriggerEvent {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its trigger.
    pub trigger: TriggerId,
    /// What happened.
    pub kind: TriggerEventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum TriggerEventKind {
    /// An event has started an execution.
    Started {
        /// The event's key.
        key: SmolStr,
        /// The execution.
        execution: ExecutionId,
    },
    /// An event can start none.
    Refused {
        /// The event's key.
        key: SmolStr,
        /// Why.
        error: Failure,
    },
    /// A poll has ended.
    Polled(PollReport),
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PollReport {
    /// The executions that were started, with the keys of their events, in order.
    pub started: Vec<(SmolStr, ExecutionId)>,
    /// Events that had started an execution before.
    pub known: usize,
    /// Events that can start none, in order.
    pub refused: Vec<(SmolStr, Failure)>,
    /// Why it failed, if it did; what was started before that, was started.
    pub failure: Option<Failure>,
    /// When the next poll is due; absent when somebody else has the trigger by now.
    pub next_due: Option<Timestamp>,
}
