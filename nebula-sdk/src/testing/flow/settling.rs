//! A process that dies at the settlement of a poll.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use nebula_ports::{
    Scope,
    error::Result,
    model::{ClaimedTrigger, HolderId, Settlement, TriggerId, TriggerLease, TriggerRecord, WorkflowId},
    time::Timestamp,
    trigger_repo::{ClaimTriggers, Registration, SettleOutcome, TriggerRepo},
};

use super::tasks::Tasks;

/// Where the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SettlementPoint {
    /// Which settlement, from 1.
    pub(super) nth: usize,
    /// Once it is durable and before anybody knows, or just before it is.
    pub(super) is_durable: bool,
}

/// A store beside which the process dies, once; counts the settlements.
#[derive(Debug)]
pub(super) struct Dying {
    repo: Arc<dyn TriggerRepo>,
    process: Tasks,
    point: Option<SettlementPoint>,
    count: AtomicUsize,
    has_died: AtomicBool,
}

// === impl Dying ===

impl Dying {
    pub(super) fn new(repo: Arc<dyn TriggerRepo>, process: Tasks, point: Option<SettlementPoint>) -> Self {
        Self { repo, process, point, count: AtomicUsize::new(0), has_died: AtomicBool::new(false) }
    }

    /// How many there were.
    pub(super) fn settlements(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    async fn die(&self, nth: usize, is_durable: bool) {
        if self.point == Some(SettlementPoint { nth, is_durable }) && !self.has_died.swap(true, Ordering::SeqCst) {
            self.process.kill();
            std::future::pending::<()>().await;
        }
    }
}

#[async_trait]
impl TriggerRepo for Dying {
    async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome> {
        let nth = self.count.fetch_add(1, Ordering::SeqCst) + 1;
        self.die(nth, false).await;
        let outcome = self.repo.settle(settlement).await;
        self.die(nth, true).await;
        outcome
    }

    async fn register(&self, scope: &Scope, registration: Registration) -> Result<Vec<TriggerRecord>> {
        self.repo.register(scope, registration).await
    }

    async fn list(&self, scope: &Scope, workflow: Option<&WorkflowId>) -> Result<Vec<TriggerRecord>> {
        self.repo.list(scope, workflow).await
    }

    async fn get(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<Option<TriggerRecord>> {
        self.repo.get(scope, workflow, id).await
    }

    async fn claim(&self, request: ClaimTriggers) -> Result<Vec<ClaimedTrigger>> {
        self.repo.claim(request).await
    }

    async fn claim_one(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<ClaimedTrigger>> {
        self.repo.claim_one(scope, workflow, id, holder, ttl).await
    }

    async fn renew(&self, lease: &TriggerLease, ttl: Duration) -> Result<Option<TriggerLease>> {
        self.repo.renew(lease, ttl).await
    }

    async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<Option<TriggerRecord>> {
        self.repo.set_enabled(scope, workflow, id, enabled).await
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        self.repo.next_due().await
    }
}
