//! Triggers in memory: the reference that the drivers are compared with. Nothing outlives the process.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;

use crate::{
    Scope,
    clock::Clock,
    error::Result,
    model::{
        ClaimedTrigger, Generation, HolderId, Settlement, TenantId, TriggerId, TriggerLease, TriggerRecord, WorkflowId,
    },
    time::Timestamp,
    trigger_repo::{ClaimTriggers, Registration, SettleOutcome, TriggerRepo},
    trigger_row::{RegisteredAs, TriggerRow},
};

/// Triggers of one process. Clones share the data.
#[derive(Debug, Clone)]
pub struct MemoryTriggers {
    clock: Arc<dyn Clock>,
    rows: Arc<Mutex<Rows>>,
    generation: Arc<AtomicU32>,
}

type Key = (TenantId, WorkflowId, TriggerId);
type Rows = BTreeMap<Key, TriggerRow>;

// === impl MemoryTriggers ===

impl MemoryTriggers {
    /// An empty store that takes the time from `clock`.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, rows: Arc::default(), generation: Arc::new(AtomicU32::new(Generation::FIRST.0)) }
    }

    /// Makes it the next generation: leases from before settle no more.
    pub fn raise_generation(&self) {
        self.generation.fetch_add(1, Ordering::SeqCst);
    }

    fn generation(&self) -> Generation {
        Generation(self.generation.load(Ordering::SeqCst))
    }

    fn lock(&self) -> MutexGuard<'_, Rows> {
        // Nothing panics between two changes that belong together.
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Key {
    (scope.tenant().clone(), workflow.clone(), id.clone())
}

fn key_of(lease: &TriggerLease) -> Key {
    (lease.tenant.clone(), lease.workflow.clone(), lease.id.clone())
}

#[async_trait]
impl TriggerRepo for MemoryTriggers {
    async fn register(&self, scope: &Scope, registration: Registration) -> Result<Vec<TriggerRecord>> {
        let Registration { workflow, definition, grants, triggers } = registration;
        let mut rows = self.lock();
        let now = self.clock.now();
        for (_, row) in rows.iter_mut().filter(|((tenant, of, id), _)| {
            tenant == scope.tenant() && *of == workflow && !triggers.iter().any(|new| new.id == *id)
        }) {
            row.unregister();
        }
        let to = RegisteredAs { tenant: scope.tenant(), workflow: &workflow, definition, grants: &grants };
        let registered = triggers.iter().map(|new| {
            let key = key(scope, &workflow, &new.id);
            let row = TriggerRow::registered(rows.remove(&key), new, to, now);
            let record = row.record.clone();
            rows.insert(key, row);
            record
        });
        Ok(registered.collect())
    }

    async fn list(&self, scope: &Scope, workflow: Option<&WorkflowId>) -> Result<Vec<TriggerRecord>> {
        let rows = self.lock();
        let mine = rows.values().filter(|row| row.is_registered && row.record.tenant == *scope.tenant());
        let wanted = mine.filter(|row| workflow.is_none_or(|workflow| row.record.workflow == *workflow));
        Ok(wanted.map(|row| row.record.clone()).collect())
    }

    async fn get(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<Option<TriggerRecord>> {
        let rows = self.lock();
        let row = rows.get(&key(scope, workflow, id)).filter(|row| row.is_registered);
        Ok(row.map(|row| row.record.clone()))
    }

    async fn claim(&self, request: ClaimTriggers) -> Result<Vec<ClaimedTrigger>> {
        let mut rows = self.lock();
        let now = self.clock.now();
        let mut due: Vec<(Timestamp, Key)> = rows
            .iter()
            .filter(|(_, row)| row.is_claimable(false, now))
            .filter_map(|(key, row)| Some((row.due_at()?, key.clone())))
            .collect();
        due.sort();
        due.truncate(request.limit);
        let claimed = due.into_iter().filter_map(|(_, key)| {
            let row = rows.get_mut(&key)?;
            Some(row.claim(&request.holder, request.ttl, self.generation(), now))
        });
        Ok(claimed.collect())
    }

    async fn claim_one(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<ClaimedTrigger>> {
        let mut rows = self.lock();
        let now = self.clock.now();
        let row = rows.get_mut(&key(scope, workflow, id)).filter(|row| row.is_claimable(true, now));
        Ok(row.map(|row| row.claim(&holder, ttl, self.generation(), now)))
    }

    async fn renew(&self, lease: &TriggerLease, ttl: Duration) -> Result<Option<TriggerLease>> {
        let mut rows = self.lock();
        let now = self.clock.now();
        Ok(rows.get_mut(&key_of(lease)).and_then(|row| row.renew(lease, ttl, self.generation(), now)))
    }

    async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome> {
        let mut rows = self.lock();
        let now = self.clock.now();
        let row = rows.get_mut(&key_of(&settlement.lease));
        Ok(row.map_or(SettleOutcome::Gone, |row| row.settle(settlement, self.generation(), now)))
    }

    async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<Option<TriggerRecord>> {
        let mut rows = self.lock();
        let row = rows.get_mut(&key(scope, workflow, id)).filter(|row| row.is_registered);
        Ok(row.map(|row| {
            row.record.enabled = enabled;
            row.record.clone()
        }))
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        Ok(self.lock().values().filter_map(TriggerRow::due_at).min())
    }
}
