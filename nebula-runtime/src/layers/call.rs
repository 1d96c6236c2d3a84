//! What travels down the stack, each layer's type made from the one above: the order cannot be assembled wrongly.

use std::{collections::BTreeMap, sync::Arc};

use nebula_ports::{
    Scope,
    action::{ActionOutput, ActionRef, Step},
    model::{
        EffectClass, ExecutionId, Failure, FailureKind, Grants, IdempotencyKey, JournalEntry, NodeAddress, Payload,
        Permissions, PortName, WakeOn,
    },
    progress::Pulse,
    resource::ResourceHandle,
    time::Timestamp,
};
use secrecy::SecretString;
use serde_json::Value;
use smol_str::SmolStr;
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::{
    execution::{Instance, Values},
    plan::{ExecutionPlan, PlanNode, Slot},
};

/// One execution under its driver, as all its nodes' calls share it.
#[derive(Debug)]
pub(crate) struct RunContext {
    pub(crate) execution: ExecutionId,
    pub(crate) scope: Scope,
    pub(crate) grants: Arc<Grants>,
    /// When the run's time is up.
    pub(crate) deadline: Option<Timestamp>,
    /// Bounds this run's attempts, when the workflow does.
    pub(crate) parallel: Option<Arc<Semaphore>>,
    pub(crate) journal: JournalHandle,
}

/// A node to run, from its next attempt on.
#[derive(Debug, Clone)]
pub(crate) struct NodeCall {
    pub(crate) run: Arc<RunContext>,
    /// The node of the run.
    pub(crate) at: Instance,
    /// The plan that it is part of, and its place there.
    pub(crate) plan: Arc<ExecutionPlan>,
    pub(crate) slot: Slot,
    pub(crate) address: NodeAddress,
    /// Number of the next attempt.
    pub(crate) attempt: u32,
    /// Which step of the node it is.
    pub(crate) step: Step,
    /// How many of the last pauses waited for nothing.
    pub(crate) unwaited: u32,
    /// Failures of this step so far.
    pub(crate) failures: u32,
    /// When the first attempt began, if there was one.
    pub(crate) first_started_at: Option<Timestamp>,
    /// What its parameters can see.
    pub(crate) values: Arc<Values>,
    /// Asks the call to end.
    pub(crate) cancel: CancellationToken,
}

/// With what it may do.
#[derive(Debug, Clone)]
pub(crate) struct Authorized {
    pub(crate) call: NodeCall,
    pub(crate) permissions: Permissions,
}

/// With its input; the same for every attempt.
#[derive(Debug, Clone)]
pub(crate) struct Resolved {
    pub(crate) call: NodeCall,
    pub(crate) permissions: Arc<Permissions>,
    pub(crate) input: Arc<Value>,
    pub(crate) effect: EffectClass,
    pub(crate) credentials: Arc<BTreeMap<SmolStr, SecretString>>,
}

/// With what its slots hold.
pub(crate) struct Equipped {
    pub(crate) resolved: Resolved,
    /// Slot → what the attempt has until it ends; or why it cannot begin.
    pub(crate) resources: Result<BTreeMap<SmolStr, ResourceHandle>, Failure>,
}

/// With the attempt that was journaled.
#[derive(Debug, Clone)]
pub(crate) struct Started {
    pub(crate) resolved: Resolved,
    pub(crate) resources: BTreeMap<SmolStr, ResourceHandle>,
    pub(crate) started_at: Timestamp,
    pub(crate) key: IdempotencyKey,
    /// Where it says that it is alive.
    pub(crate) pulse: Arc<dyn Pulse>,
}

/// What the action gave, now or for the same input before.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) output: ActionOutput,
    pub(crate) cached: bool,
}

/// What the action gave, ready to be journaled.
#[derive(Debug)]
pub(crate) struct Produced {
    pub(crate) payload: Payload,
    /// The value, when the payload is a blob.
    pub(crate) value: Option<Arc<Value>>,
    /// It was known already.
    pub(crate) cached: bool,
    /// What it is.
    pub(crate) kind: ProducedKind,
}

/// What the value is that an action gave.
#[derive(Debug)]
pub(crate) enum ProducedKind {
    /// The result.
    Result,
    /// The result, from a time on.
    ResultAt(Timestamp),
    /// The result, by a port.
    ResultBy(PortName),
    /// What the next step is given.
    State(WakeOn),
}

/// How an attempt ended; it is journaled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Attempted {
    Ended,
    Retry { next_at: Timestamp },
}

/// How a node's call ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum NodeEnd {
    /// The journal has all there is to say.
    Journaled,
    /// It failed outside an attempt's own record: the driver journals this.
    Failed(Failure),
    /// The driver has gone, or asked to stop: nothing is journaled.
    Stopped,
}

/// Why a layer's call did not succeed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum CallError {
    Failure(Failure),
    /// The driver has gone: nothing may be journaled any more.
    Stopped,
}

/// The way into the journal of one execution.
#[derive(Debug, Clone)]
pub(crate) struct JournalHandle {
    records: mpsc::UnboundedSender<Record>,
}

/// An entry on its way to the driver.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) at: Instance,
    pub(crate) entry: JournalEntry,
    /// The value behind a blob in the entry.
    pub(crate) value: Option<Arc<Value>>,
    /// Told when the entry is durable; dropped when it never will be.
    pub(crate) durable: Option<oneshot::Sender<()>>,
}

// === impl NodeCall ===

impl NodeCall {
    pub(crate) fn node(&self) -> &PlanNode {
        self.plan.node(self.slot)
    }

    /// When all attempts must have ended, by the node's own limit.
    pub(crate) fn own_deadline(&self, now: Timestamp) -> Option<Timestamp> {
        self.node().deadline.map(|limit| self.first_started_at.unwrap_or(now).plus(limit))
    }

    /// By the node's own limit or the run's, whichever comes first.
    pub(crate) fn deadline(&self, now: Timestamp) -> Option<Timestamp> {
        match (self.own_deadline(now), self.run.deadline) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        }
    }
}

// === impl NodeCall ===

impl NodeCall {
    /// The action: only nodes that have one are called.
    pub(crate) fn action(&self) -> Result<&ActionRef, Failure> {
        let bug = || Failure::new(FailureKind::Bug, "node.no_action", format!("`{}` runs no action", self.address));
        self.node().action().ok_or_else(bug)
    }
}

// === impl JournalHandle ===

impl JournalHandle {
    pub(crate) fn new() -> (Self, mpsc::UnboundedReceiver<Record>) {
        let (records, receiver) = mpsc::unbounded_channel();
        (Self { records }, receiver)
    }

    /// Hands in an entry that rides with the next durable commit.
    pub(crate) fn record(&self, at: Instance, entry: JournalEntry, value: Option<Arc<Value>>) -> Result<(), CallError> {
        self.records.send(Record { at, entry, value, durable: None }).map_err(|_| CallError::Stopped)
    }

    /// Hands in an entry and returns when it is durable.
    pub(crate) async fn record_durably(&self, at: Instance, entry: JournalEntry) -> Result<(), CallError> {
        let (durable, told) = oneshot::channel();
        self.records.send(Record { at, entry, value: None, durable: Some(durable) }).map_err(|_| CallError::Stopped)?;
        told.await.map_err(|_| CallError::Stopped)
    }
}

impl From<Failure> for CallError {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}
