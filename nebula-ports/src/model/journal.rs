//! The journal: what happened to an execution, in order. State is a fold over it; nothing else is true.

mod payloads;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Digest, EffectClass, ExecutionStatus, Failure, Fence, Firing, Grants, IdempotencyKey, NodeAddress, Payload,
    PortName, PortRef, RequestId, Resolution, Seq, SignalName, WakeOn, WorkflowId,
};
use crate::time::Timestamp;

/// One entry with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct JournalRecord {
    /// Its position.
    pub seq: Seq,
    /// The claim it was written under.
    pub fence: Fence,
    /// When it was stored, by the store's clock. For people; no decision reads it.
    pub recorded_at: Timestamp,
    /// What happened.
    pub entry: JournalEntry,
    /// Its place in the journal's [`chain`](crate::chain). Zeros in recordings of versions that had none; no store gives
    /// those.
    #[serde(default = "unchained")]
    pub chain: Digest,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum JournalEntry {
    /// A run was accepted. Always the first entry, and only the first.
    ExecutionStarted {
        /// When.
        at: Timestamp,
        /// The workflow's slug.
        workflow: WorkflowId,
        /// The definition.
        definition: Digest,
        /// The plan.
        plan: Digest,
        /// The input.
        input: Payload,
        /// What it may do.
        grants: Grants,
        /// What it was started by, when that was a trigger.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        trigger: Option<Firing>,
    },
    /// No connection into the node was taken.
    NodeSkipped {
        /// The node.
        node: NodeAddress,
        /// Why.
        reason: SkipReason,
    },
    /// The node cannot run, or not go on: its parameters cannot be computed or do not fit, or its time is up.
    NodeFailed {
        /// The node.
        node: NodeAddress,
        /// When.
        #[serde(default)]
        at: Timestamp,
        /// Why.
        error: Failure,
    },
    /// An attempt begins; durable before any effect that is not pure.
    AttemptStarted {
        /// The node.
        node: NodeAddress,
        /// 1, 2, …
        attempt: u32,
        /// When.
        at: Timestamp,
        /// What repeating it may do.
        effect: EffectClass,
        /// The key, when the effect is idempotent.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        key: Option<IdempotencyKey>,
    },
    /// An attempt ended.
    AttemptFinished {
        /// The node.
        node: NodeAddress,
        /// Which.
        attempt: u32,
        /// When.
        at: Timestamp,
        /// How.
        outcome: AttemptOutcome,
    },
    /// A block begins: what it works on is known. Its items open in their order, as many at one time as it says.
    BlockStarted {
        /// The block's node.
        node: NodeAddress,
        /// When.
        at: Timestamp,
        /// The list of items; for a called workflow, its input.
        input: Payload,
        /// How many items there are; absent where a block has no items and runs once.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        items: Option<u32>,
        /// Most items at one time.
        concurrency: u32,
        /// What the failure of an item does.
        on_item_error: OnItemError,
    },
    /// All nodes of an item have ended, or one failed.
    ItemFinished {
        /// The block's node.
        node: NodeAddress,
        /// Which item, from 0.
        item: u32,
        /// When.
        at: Timestamp,
        /// How.
        outcome: ItemOutcome,
    },
    /// All items of a block have ended.
    BlockFinished {
        /// The block's node.
        node: NodeAddress,
        /// When.
        at: Timestamp,
        /// The block's result.
        output: Payload,
    },
    /// The time a node waited for has come: it completes with the output it waited with, or its next step may begin.
    TimerFired {
        /// The node.
        node: NodeAddress,
        /// When it was noticed.
        at: Timestamp,
    },
    /// An attempt that may not be repeated was interrupted.
    NodeInDoubt {
        /// The node.
        node: NodeAddress,
        /// Which attempt.
        attempt: u32,
    },
    /// Somebody decided about a node in doubt.
    NodeResolved {
        /// The node.
        node: NodeAddress,
        /// The decision.
        resolution: Resolution,
        /// The request that brought it.
        request: RequestId,
        /// When it was taken up.
        at: Timestamp,
    },
    /// A signal came. It goes to the node that has waited for it longest; if none does, it is kept for the first that will.
    SignalReceived {
        /// Its name.
        name: SignalName,
        /// What it brings.
        payload: Payload,
        /// The request that brought it.
        request: RequestId,
        /// When it was taken up.
        at: Timestamp,
    },
    /// Somebody asked to end the run.
    CancelRequested {
        /// Why.
        reason: String,
        /// The request that brought it.
        request: RequestId,
    },
    /// It was taken up so often, and nothing came of it, that it is left until somebody has looked. Written without reading
    /// what is before it.
    DeadLettered {
        /// When.
        at: Timestamp,
        /// How often it was taken up since something last came of it.
        claims: u32,
    },
    /// The end; always the last entry.
    ExecutionFinished {
        /// A terminal status.
        status: ExecutionStatus,
        /// When.
        at: Timestamp,
        /// The result, when completed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        output: Option<Payload>,
        /// The reason, when not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<Failure>,
    },
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum AttemptOutcome {
    /// With a result.
    Completed {
        /// The result.
        output: Payload,
        /// It was kept from an earlier attempt with the same input: the action was not called.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        cached: bool,
    },
    /// With a result, by one of the action's ports.
    Routed {
        /// The port.
        port: PortName,
        /// The result.
        output: Payload,
    },
    /// With a result that counts from a time on: a durable timer.
    CompletesAt {
        /// From when.
        until: Timestamp,
        /// The result.
        output: Payload,
    },
    /// With more to do: a next step follows, an attempt of its own.
    Paused {
        /// When it begins.
        wake: WakeOn,
        /// What the next step is given.
        state: Payload,
    },
    /// With an error that is tried again.
    Retry {
        /// The error.
        error: Failure,
        /// When the next attempt may begin.
        next_at: Timestamp,
    },
    /// With an error, for good.
    Failed {
        /// The error.
        error: Failure,
    },
    /// By cancellation.
    Cancelled,
}

/// How an item of a block ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ItemOutcome {
    /// With a result.
    Completed {
        /// The result.
        output: Payload,
    },
    /// With an error.
    Failed {
        /// The error.
        error: Failure,
    },
}

/// What the failure of one item does to its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnItemError {
    /// The block fails; items under way are ended first.
    #[default]
    Fail,
    /// The item is left out of the result.
    Skip,
    /// The result has both: `results`, and `errors` with the index of each.
    Collect,
}

/// Why a node was skipped.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkipReason {
    /// The connections into the node, none of which was taken.
    pub connections: Vec<ConditionTrace>,
}

/// A connection that was not taken, with the values that decided it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConditionTrace {
    /// The earlier node, or the port of it that was not taken.
    pub from: PortRef,
    /// The condition; absent when the earlier node was itself skipped, failed, or left by another port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<String>,
    /// The values it read, by path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<(String, Value)>,
}

const fn unchained() -> Digest {
    Digest::from_bytes([0; 32])
}

// === impl JournalEntry ===

impl JournalEntry {
    /// The text that stores keep, byte for byte: its place in the journal's [`chain`](crate::chain) depends on it.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        // Entries have no maps with keys that are no text, so encoding cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The node it is about.
    #[must_use]
    pub const fn node(&self) -> Option<&NodeAddress> {
        match self {
            Self::NodeSkipped { node, .. }
            | Self::NodeFailed { node, .. }
            | Self::AttemptStarted { node, .. }
            | Self::AttemptFinished { node, .. }
            | Self::BlockStarted { node, .. }
            | Self::ItemFinished { node, .. }
            | Self::BlockFinished { node, .. }
            | Self::TimerFired { node, .. }
            | Self::NodeInDoubt { node, .. }
            | Self::NodeResolved { node, .. } => Some(node),
            Self::ExecutionStarted { .. }
            | Self::SignalReceived { .. }
            | Self::CancelRequested { .. }
            | Self::DeadLettered { .. }
            | Self::ExecutionFinished { .. } => None,
        }
    }

    /// Whether something has come of it that the next one who takes the execution up does not meet again. The start of an
    /// attempt is none: the attempt may be what ends the process.
    #[must_use]
    pub const fn is_progress(&self) -> bool {
        !matches!(self, Self::AttemptStarted { .. })
    }

    /// The word for the entry's sort, as in its JSON.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ExecutionStarted { .. } => "execution_started",
            Self::NodeSkipped { .. } => "node_skipped",
            Self::NodeFailed { .. } => "node_failed",
            Self::AttemptStarted { .. } => "attempt_started",
            Self::AttemptFinished { .. } => "attempt_finished",
            Self::BlockStarted { .. } => "block_started",
            Self::ItemFinished { .. } => "item_finished",
            Self::BlockFinished { .. } => "block_finished",
            Self::TimerFired { .. } => "timer_fired",
            Self::NodeInDoubt { .. } => "node_in_doubt",
            Self::NodeResolved { .. } => "node_resolved",
            Self::SignalReceived { .. } => "signal_received",
            Self::CancelRequested { .. } => "cancel_requested",
            Self::DeadLettered { .. } => "dead_lettered",
            Self::ExecutionFinished { .. } => "execution_finished",
        }
    }
}
