//! Registered triggers: which are polled, from where, and when next.

use std::{fmt, time::Duration};

use async_trait::async_trait;

use crate::{
    Scope,
    error::Result,
    model::{
        ClaimedTrigger, Digest, Fence, Grants, HolderId, NewTrigger, Settlement, TriggerId, TriggerLease,
        TriggerRecord, WorkflowId,
    },
    time::Timestamp,
};

/// The triggers of a workflow, all of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Registration {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Its definition, stored before.
    pub definition: Digest,
    /// What polls may do, and the executions that are started.
    pub grants: Grants,
    /// The triggers; none takes back those that were registered. No two have the same id.
    pub triggers: Vec<NewTrigger>,
}

/// Which triggers to claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimTriggers {
    /// Who claims.
    pub holder: HolderId,
    /// At most so many.
    pub limit: usize,
    /// For how long.
    pub ttl: Duration,
}

/// What became of a settlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettleOutcome {
    /// It landed; the next poll is due then.
    Settled(Timestamp),
    /// A later claim or registration exists: nothing that is settled under this lease can land any more.
    Fenced {
        /// The later fence.
        by: Fence,
    },
    /// The trigger is registered no more.
    Gone,
}

/// Triggers: one poll at a time each, a cursor that only the last claim may move.
///
/// - **Atomic**: a registration replaces the triggers of a workflow as a whole, a settlement lands whole or not at all.
/// - **Durable**: an answer is given when a crash of the machine cannot undo it.
/// - **Fenced**: what is settled under a lease that is not the last one does not land, whatever the time. Fences of one
///   (tenant, workflow, id) only grow, also across being taken back and registered again.
/// - Time is the store's.
#[async_trait]
pub trait TriggerRepo: Send + Sync + fmt::Debug {
    /// Registers the triggers of a workflow and takes back those that are not among them. Returns them in their order.
    ///
    /// One that was registered keeps its counts and whether it is paused. Its cursor stays while its identity does. When
    /// anything about it has changed (identity, definition, grants) it is due at once, its failures are forgotten, and a
    /// poll under way can settle no more; when nothing has, it is left as it is.
    ///
    /// # Errors
    /// When the store cannot be reached; nothing has changed then, or all of it.
    async fn register(&self, scope: &Scope, registration: Registration) -> Result<Vec<TriggerRecord>>;

    /// The triggers of a workflow, or of all, by workflow and id.
    ///
    /// # Errors
    /// When the store cannot be reached or a row cannot be read.
    async fn list(&self, scope: &Scope, workflow: Option<&WorkflowId>) -> Result<Vec<TriggerRecord>>;

    /// One trigger, if it is registered in this scope.
    ///
    /// # Errors
    /// When the store cannot be reached or the row cannot be read.
    async fn get(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<Option<TriggerRecord>>;

    /// Claims what is due: enabled, its time come, no live lease. Each gets the next fence. The longest due come first.
    ///
    /// # Errors
    /// When the store cannot be reached; nothing is claimed then, or it falls due again when the lease ends.
    async fn claim(&self, request: ClaimTriggers) -> Result<Vec<ClaimedTrigger>>;

    /// Claims one trigger before its time, also one that is paused; `None` while somebody has a live lease, or when it is
    /// not registered.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    async fn claim_one(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<ClaimedTrigger>>;

    /// Prolongs a lease; `None` when somebody else has claimed it, or when it is registered no more or anew.
    ///
    /// # Errors
    /// When the store cannot be reached; the lease then runs out by itself.
    async fn renew(&self, lease: &TriggerLease, ttl: Duration) -> Result<Option<TriggerLease>>;

    /// Ends a poll: moves the cursor, says when the next is due, gives the lease up.
    ///
    /// # Errors
    /// When the store cannot be reached. It may have landed: settling again then says `Fenced` by the lease's own fence,
    /// and the cursor is where it was put.
    async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome>;

    /// Pauses a trigger, or lets it be polled again; `None` when it is not registered. A poll under way ends as it would.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<Option<TriggerRecord>>;

    /// When the next enabled trigger falls due or its lease runs out, if there is one.
    ///
    /// # Errors
    /// When the store cannot be reached.
    async fn next_due(&self) -> Result<Option<Timestamp>>;
}
