//! The rules by which a trigger's row changes, as pure functions: what every store decides in the same way, whatever it
//! keeps its rows in. A store loads a row, applies one of these, and writes the row back in the same transaction.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::{
    model::{
        ClaimedTrigger, Digest, Fence, Generation, Grants, HolderId, NewTrigger, RefusedEvent, Settlement, TenantId,
        Trigger, TriggerLease, TriggerRecord, WorkflowId,
    },
    time::Timestamp,
    trigger_repo::SettleOutcome,
};

/// A row, with what the store keeps of a trigger that is registered no more: its fence, so that none is given twice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TriggerRow {
    /// What callers see.
    pub record: TriggerRecord,
    /// Whether they see it.
    pub is_registered: bool,
}

/// What the triggers of one registration have in common.
#[derive(Debug, Clone, Copy)]
pub struct RegisteredAs<'a> {
    /// Whose they are.
    pub tenant: &'a TenantId,
    /// The workflow.
    pub workflow: &'a WorkflowId,
    /// Its definition.
    pub definition: Digest,
    /// What they may do.
    pub grants: &'a Grants,
}

// === impl TriggerRow ===

impl TriggerRow {
    /// The row of a trigger that is registered, made of what there was.
    #[must_use]
    pub fn registered(before: Option<Self>, new: &NewTrigger, to: RegisteredAs<'_>, now: Timestamp) -> Self {
        let fence = before.as_ref().map_or(Fence(0), |row| row.record.fence);
        let Some(Self { mut record, .. }) = before.filter(|row| row.is_registered) else {
            return Self { record: fresh(new, to, fence, now), is_registered: true };
        };
        let is_same = record.identity == new.identity;
        if !is_same {
            record.cursor = None;
            record.identity = new.identity;
        }
        if !is_same || record.definition != to.definition || record.grants != *to.grants {
            record.definition = to.definition;
            record.grants.clone_from(to.grants);
            record.next_due = now;
            record.failures = 0;
            record.last_error = None;
            // What was polled under the old definition settles no more.
            record.fence = Fence(record.fence.0 + u64::from(record.holder.is_some()));
            record.holder = None;
            record.lease_until = None;
        }
        Self { record, is_registered: true }
    }

    /// Takes it back.
    pub fn unregister(&mut self) {
        self.is_registered = false;
        self.record.cursor = None;
        self.record.holder = None;
        self.record.lease_until = None;
    }

    /// From when on it may be claimed.
    #[must_use]
    pub fn due_at(&self) -> Option<Timestamp> {
        let record = &self.record;
        (self.is_registered && record.enabled).then(|| record.lease_until.unwrap_or(record.next_due))
    }

    /// Whether it may be claimed now; `by_name` also before its time, and when it is paused.
    #[must_use]
    pub fn is_claimable(&self, by_name: bool, now: Timestamp) -> bool {
        let record = &self.record;
        let is_free = record.lease_until.is_none_or(|until| until <= now);
        self.is_registered && is_free && (by_name || self.due_at().is_some_and(|due| due <= now))
    }

    /// Claims it.
    pub fn claim(
        &mut self,
        holder: &HolderId,
        ttl: Duration,
        generation: Generation,
        now: Timestamp,
    ) -> ClaimedTrigger {
        let until = now.plus(ttl);
        self.record.fence = self.record.fence.next(generation);
        self.record.holder = Some(holder.clone());
        self.record.lease_until = Some(until);
        ClaimedTrigger { record: self.record.clone(), lease: self.lease(holder, until) }
    }

    /// Prolongs a lease that is still the last one.
    pub fn renew(
        &mut self,
        lease: &TriggerLease,
        ttl: Duration,
        generation: Generation,
        now: Timestamp,
    ) -> Option<TriggerLease> {
        if !self.is_held_under(lease, generation) {
            return None;
        }
        let until = now.plus(ttl);
        self.record.lease_until = Some(until);
        Some(self.lease(&lease.holder, until))
    }

    /// Ends a poll.
    pub fn settle(&mut self, settlement: Settlement, generation: Generation, now: Timestamp) -> SettleOutcome {
        if !self.is_registered {
            return SettleOutcome::Gone;
        }
        if !self.is_held_under(&settlement.lease, generation) {
            return SettleOutcome::Fenced { by: self.record.fence.max(generation.floor()) };
        }
        let Settlement { cursor, wait, failure, started, refused, .. } = settlement;
        let record = &mut self.record;
        if cursor.is_some() {
            record.cursor = cursor;
        }
        record.next_due = now.plus(wait);
        record.holder = None;
        record.lease_until = None;
        record.polled_at = Some(now);
        record.failures = if failure.is_some() { record.failures.saturating_add(1) } else { 0 };
        record.last_error = failure;
        record.started += started;
        record.refused += refused.len() as u64;
        let refused = refused.into_iter().map(|(key, error)| RefusedEvent { key, at: now, error });
        record.last_refused.extend(refused);
        let too_many = record.last_refused.len().saturating_sub(Trigger::REFUSED_KEPT);
        record.last_refused.drain(..too_many);
        SettleOutcome::Settled(record.next_due)
    }

    fn is_held_under(&self, lease: &TriggerLease, generation: Generation) -> bool {
        let is_last = self.record.fence == lease.fence && lease.fence.is_of(generation);
        self.is_registered && self.record.holder.is_some() && is_last
    }

    fn lease(&self, holder: &HolderId, until: Timestamp) -> TriggerLease {
        let TriggerRecord { tenant, workflow, id, fence, .. } = &self.record;
        TriggerLease {
            tenant: tenant.clone(),
            workflow: workflow.clone(),
            id: id.clone(),
            holder: holder.clone(),
            fence: *fence,
            until,
        }
    }
}

fn fresh(new: &NewTrigger, to: RegisteredAs<'_>, fence: Fence, now: Timestamp) -> TriggerRecord {
    TriggerRecord {
        tenant: to.tenant.clone(),
        workflow: to.workflow.clone(),
        id: new.id.clone(),
        definition: to.definition,
        identity: new.identity,
        grants: to.grants.clone(),
        cursor: None,
        enabled: true,
        next_due: now,
        fence,
        holder: None,
        lease_until: None,
        polled_at: None,
        failures: 0,
        last_error: None,
        started: 0,
        refused: 0,
        last_refused: Vec::new(),
    }
}
