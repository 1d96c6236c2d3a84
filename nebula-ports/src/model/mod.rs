//! The domain model: definitions, executions, journals, actions, capabilities — all plain data.

mod action;
mod address;
mod capability;
mod digest;
mod effect;
mod execution;
mod failure;
mod id;
mod journal;
mod limits;
mod listing;
mod parameter;
mod pause;
mod payload;
mod port;
mod resource;
mod retry;
mod scheme;
mod status;
mod trigger;
mod workflow;

pub use action::{
    ActionDescriptor, ActionKind, ActionReference, CredentialSlot, InterfaceVersion, InvalidActionReference,
};
pub use address::{BlockItem, InvalidAddress, NodeAddress};
pub use capability::{
    CapabilityKind, CapabilityManifest, CapabilityRequest, Denial, Grant, Grants, HostPattern, InvalidGrant, NetGrant,
    PathGrant, Permissions, PortPattern, ProgramGrant, Target,
};
pub use digest::{Digest, InvalidDigest};
pub use effect::{EffectClass, IdempotencyKey};
pub use execution::{
    Claimed, CommitId, ExecutionRecord, Fence, Generation, HolderId, InboxItem, Lease, NewExecution, NextState,
    Request, RequestId, Resolution, Seq, StartKey, Transition,
};
pub use failure::{Failure, FailureKind};
pub use id::{
    ActionId, CredentialName, ExecutionId, InvalidId, NodeId, PortName, ResourceId, ResourceName, SignalName, TenantId,
    TriggerId, WorkflowId,
};
pub use journal::{AttemptOutcome, ConditionTrace, ItemOutcome, JournalEntry, JournalRecord, OnItemError, SkipReason};
pub use limits::{ActionLimits, ByteSize, RateLimit};
pub use listing::{ActionExample, Listing};
pub use parameter::{InvalidTag, ParameterValue, RESERVED_TAGS};
pub use pause::WakeOn;
pub use payload::{BlobRef, Payload};
pub use port::PortRef;
pub use resource::{PoolSettings, ResourceConfig, ResourceConfigs, ResourceDescriptor, ResourceKind, ResourceSlot};
pub use retry::{Backoff, Jitter, RetryPolicy};
pub use scheme::CredentialScheme;
pub use status::{ExecutionStatus, IllegalTransition, NodeStatus};
pub use trigger::{
    ClaimedTrigger, Firing, NewTrigger, PollOutput, PolledEvent, RefusedEvent, Settlement, Trigger, TriggerFacts,
    TriggerLease, TriggerRecord,
};
pub use workflow::{Body, Connection, FORMAT_VERSION, Node, OnError, Settings, SubWorkflow, Workflow};
