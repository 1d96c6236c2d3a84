//! Triggers: what starts executions, as a definition says it and as stores keep it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use smol_str::SmolStr;

use super::{
    ActionReference, CredentialName, Digest, Failure, Fence, Grants, HolderId, ParameterValue, TenantId, TriggerId,
    WorkflowId,
};
use crate::time::{DurationText, Timestamp};

/// A trigger of a workflow: an action that is polled, and what each of its events becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trigger {
    /// Its name in the workflow.
    pub id: TriggerId,
    /// What is polled: an action that is a trigger.
    pub action: ActionReference,
    /// A name for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The action's configuration: data, as nothing has run yet that could be read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, ParameterValue>,
    /// The action's credential slots → names of credentials.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credentials: BTreeMap<SmolStr, CredentialName>,
    /// The wait between two polls; absent = as the action says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<DurationText>,
    /// Limit of one poll; absent = as the action says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timeout: Option<DurationText>,
    /// The input of the execution that an event starts, which reads `$trigger`; absent = the event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<ParameterValue>,
}

/// What makes an action a trigger. The schema of its events is the schema of its output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TriggerFacts {
    /// The wait between two polls when the definition says nothing.
    pub every: DurationText,
}

/// Something that a poll has found. It starts one execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolledEvent {
    /// Tells it from all other events of its trigger, and is the same in every poll that finds it: at most
    /// [`Trigger::MAX_KEY`] bytes.
    pub key: SmolStr,
    /// What it is.
    pub event: Value,
}

/// What a poll has found.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct PollOutput {
    /// The events, in order: at most [`Trigger::MAX_EVENTS`].
    pub events: Vec<PolledEvent>,
    /// From where the next poll goes on; absent = from where this one did.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub cursor: Option<Value>,
    /// When the next poll is; absent = after the trigger's interval, zero = at once.
    pub wait: Option<DurationText>,
}

/// What an execution was started by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Firing {
    /// The trigger.
    pub trigger: TriggerId,
    /// The event's key.
    pub key: SmolStr,
}

/// A trigger that is to be polled, as a store takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrigger {
    /// Its name in the workflow.
    pub id: TriggerId,
    /// What it looks at: a trigger of another identity is another trigger, which has no cursor yet.
    pub identity: Digest,
}

/// A registered trigger, as stores keep it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriggerRecord {
    /// Whose it is.
    pub tenant: TenantId,
    /// The workflow that it starts.
    pub workflow: WorkflowId,
    /// Its name there.
    pub id: TriggerId,
    /// The very definition that it is polled by and starts.
    pub definition: Digest,
    /// What it looks at.
    pub identity: Digest,
    /// What its polls may do, and the executions that it starts.
    pub grants: Grants,
    /// From where the next poll goes on; absent before the first one that has said so.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "present")]
    pub cursor: Option<Value>,
    /// Whether it is polled by itself.
    pub enabled: bool,
    /// When it is polled next.
    pub next_due: Timestamp,
    /// Last claim.
    pub fence: Fence,
    /// Who polls it.
    pub holder: Option<HolderId>,
    /// Until when, when somebody does.
    pub lease_until: Option<Timestamp>,
    /// When a poll ended last.
    pub polled_at: Option<Timestamp>,
    /// Polls that have failed since the last one that has not.
    pub failures: u32,
    /// Why the last of them failed.
    pub last_error: Option<Failure>,
    /// Executions that it has started.
    pub started: u64,
    /// Events that could start none.
    pub refused: u64,
    /// The last of them, the newest last: at most [`Trigger::REFUSED_KEPT`].
    pub last_refused: Vec<RefusedEvent>,
}

/// An event that could start no execution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefusedEvent {
    /// Its key.
    pub key: SmolStr,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub error: Failure,
}

/// The right to settle a poll until somebody else claims the trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriggerLease {
    /// Whose trigger it is.
    pub tenant: TenantId,
    /// Of which workflow.
    pub workflow: WorkflowId,
    /// Which one.
    pub id: TriggerId,
    /// Whose lease.
    pub holder: HolderId,
    /// Its fencing token.
    pub fence: Fence,
    /// When others may claim. Liveness only: what may be settled is decided by the fence.
    pub until: Timestamp,
}

/// What a claim of a trigger hands over.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedTrigger {
    /// The row, as it is under the claim.
    pub record: TriggerRecord,
    /// The right to settle.
    pub lease: TriggerLease,
}

/// How a poll ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The right to settle.
    pub lease: TriggerLease,
    /// From where the next poll goes on; absent = from where this one did.
    pub cursor: Option<Value>,
    /// How long after the settlement, by the store's clock, the next poll is due.
    pub wait: std::time::Duration,
    /// Why it failed, if it did.
    pub failure: Option<Failure>,
    /// Executions that it has started.
    pub started: u64,
    /// Events that could start none, in order.
    pub refused: Vec<(SmolStr, Failure)>,
}

/// A cursor that is there is one, also when it is null.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

// === impl Trigger ===

impl Trigger {
    /// Most events of one poll.
    pub const MAX_EVENTS: usize = 1_000;
    /// Longest key of an event, in bytes.
    pub const MAX_KEY: usize = 512;
    /// Longest JSON text of a cursor, in bytes: it stands in the trigger's row.
    pub const MAX_CURSOR: usize = 64 * 1024;
    /// How many refused events a store keeps of a trigger.
    pub const REFUSED_KEPT: usize = 16;

    /// A trigger of which nothing but the action is said.
    #[must_use]
    pub const fn new(id: TriggerId, action: ActionReference) -> Self {
        Self {
            id,
            action,
            name: None,
            parameters: BTreeMap::new(),
            credentials: BTreeMap::new(),
            every: None,
            timeout: None,
            input: None,
        }
    }
}
