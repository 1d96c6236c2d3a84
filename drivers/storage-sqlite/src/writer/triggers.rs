//! Triggers in the writer: what is asked of them, the rows that it is about, and what becomes of them.

use std::{
    collections::{HashMap, HashSet},
    time::Duration,
};

use nebula_ports::{
    model::{
        ClaimedTrigger, Generation, HolderId, Settlement, TenantId, TriggerId, TriggerLease, TriggerRecord, WorkflowId,
    },
    time::Timestamp,
    trigger_repo::{ClaimTriggers, Registration, SettleOutcome},
    trigger_row::{RegisteredAs, TriggerRow},
};
use sqlx::{Executor as _, SqliteConnection};

use super::{job::Job, statement::Template, task::Failure};
use crate::triggers::read;

const OPERATION: &str = "sqlite.write";

const OF_WORKFLOW: &str = "SELECT row FROM trigger_row WHERE tenant = ? AND workflow = ?";
const ONE: &str = "SELECT row FROM trigger_row WHERE tenant = ? AND workflow = ? AND id = ?";
const DUE: &str =
    "SELECT row FROM trigger_row WHERE due_at IS NOT NULL AND due_at <= ? ORDER BY due_at, workflow, id LIMIT ?";

pub(super) const ROWS: Template = Template {
    head: "INSERT INTO trigger_row (tenant, workflow, id, due_at, row) SELECT * FROM (VALUES ",
    row: "(?,?,?,?,?)",
    tail: ") WHERE column1 IS NOT NULL \
           ON CONFLICT (tenant, workflow, id) DO UPDATE SET due_at = excluded.due_at, row = excluded.row",
};

#[cfg(test)]
pub(super) const QUERIES: &[&str] = &[OF_WORKFLOW, ONE, DUE];

/// What tells a trigger from all others.
pub(crate) type TriggerKey = (TenantId, WorkflowId, TriggerId);

/// One call about triggers.
#[derive(Debug)]
pub(crate) enum TriggerJob {
    Register { tenant: TenantId, registration: Registration },
    Claim(ClaimTriggers),
    ClaimOne { key: TriggerKey, holder: HolderId, ttl: Duration },
    Renew { lease: TriggerLease, ttl: Duration },
    Settle(Settlement),
    SetEnabled { key: TriggerKey, enabled: bool },
}

/// What is answered.
#[derive(Debug)]
pub(crate) enum TriggerAnswer {
    Registered(Vec<TriggerRecord>),
    Claimed(Vec<ClaimedTrigger>),
    Renewed(Option<TriggerLease>),
    Settled(SettleOutcome),
}

/// The rows that a batch is about, and which of them it has changed.
#[derive(Debug)]
pub(super) struct TriggerRows {
    generation: Generation,
    rows: HashMap<TriggerKey, TriggerRow>,
    changed: HashSet<TriggerKey>,
}

fn key_of(lease: &TriggerLease) -> TriggerKey {
    (lease.tenant.clone(), lease.workflow.clone(), lease.id.clone())
}

fn key_of_row(row: &TriggerRow) -> TriggerKey {
    let TriggerRecord { tenant, workflow, id, .. } = &row.record;
    (tenant.clone(), workflow.clone(), id.clone())
}

// === impl TriggerRows ===

impl TriggerRows {
    /// Of a batch in a store of this generation.
    pub(super) fn new(generation: Generation) -> Self {
        Self { generation, rows: HashMap::new(), changed: HashSet::new() }
    }

    /// Loads what these calls are about.
    pub(super) async fn load(
        &mut self,
        connection: &mut SqliteConnection,
        jobs: &[Job],
        now: Timestamp,
    ) -> Result<(), Failure> {
        let (mut claims, mut others) = (0_usize, 0_usize);
        for job in jobs {
            let Job::Trigger(job, _) = job else { continue };
            others += 1;
            match &**job {
                TriggerJob::Register { tenant, registration } => {
                    let query = sqlx::query(OF_WORKFLOW).bind(tenant.as_str()).bind(registration.workflow.as_str());
                    others += registration.triggers.len();
                    for row in connection.fetch_all(query).await? {
                        self.keep(read(OPERATION, &row)?);
                        others += 1;
                    }
                }
                TriggerJob::Claim(request) => claims = claims.saturating_add(request.limit),
                TriggerJob::ClaimOne { key, .. } | TriggerJob::SetEnabled { key, .. } => {
                    self.load_one(connection, key).await?;
                }
                TriggerJob::Renew { lease, .. } => self.load_one(connection, &key_of(lease)).await?,
                TriggerJob::Settle(settlement) => self.load_one(connection, &key_of(&settlement.lease)).await?,
            }
        }
        if claims > 0 {
            // Calls of this batch may make undue what the index finds; as many more make up for them.
            self.load_due(connection, claims.saturating_add(others), now).await?;
        }
        Ok(())
    }

    async fn load_one(&mut self, connection: &mut SqliteConnection, key: &TriggerKey) -> Result<(), Failure> {
        let (tenant, workflow, id) = key;
        let query = sqlx::query(ONE).bind(tenant.as_str()).bind(workflow.as_str()).bind(id.as_str());
        if let Some(row) = connection.fetch_optional(query).await? {
            self.keep(read(OPERATION, &row)?);
        }
        Ok(())
    }

    /// Loads what is due. A row that cannot be read must not keep the others from being claimed.
    async fn load_due(
        &mut self,
        connection: &mut SqliteConnection,
        limit: usize,
        now: Timestamp,
    ) -> Result<(), Failure> {
        let mut skipped = 0;
        loop {
            let most = i64::try_from(limit.saturating_add(skipped)).unwrap_or(i64::MAX);
            let rows = connection.fetch_all(sqlx::query(DUE).bind(now.as_micros()).bind(most)).await?;
            let read: Vec<_> = rows.iter().filter_map(|row| read(OPERATION, row).ok()).collect();
            let broken = rows.len() - read.len();
            read.into_iter().for_each(|row| self.keep(row));
            if broken <= skipped {
                return Ok(());
            }
            skipped = broken;
        }
    }

    /// Takes a row in, unless the batch knows it already.
    fn keep(&mut self, row: TriggerRow) {
        self.rows.entry(key_of_row(&row)).or_insert(row);
    }

    /// Decides one call. Claims come after all others, so that they see what those leave behind.
    pub(super) fn decide(&mut self, job: &TriggerJob, now: Timestamp) -> TriggerAnswer {
        let generation = self.generation;
        match job {
            TriggerJob::Register { tenant, registration } => {
                TriggerAnswer::Registered(self.register(tenant, registration, now))
            }
            TriggerJob::Claim(request) => TriggerAnswer::Claimed(self.claim(request, now)),
            TriggerJob::ClaimOne { key, holder, ttl } => {
                let claimed = self
                    .change(key, |row| row.is_claimable(true, now).then(|| row.claim(holder, *ttl, generation, now)));
                TriggerAnswer::Claimed(claimed.flatten().into_iter().collect())
            }
            TriggerJob::Renew { lease, ttl } => TriggerAnswer::Renewed(
                self.change(&key_of(lease), |row| row.renew(lease, *ttl, generation, now)).flatten(),
            ),
            TriggerJob::Settle(settlement) => {
                let key = key_of(&settlement.lease);
                let outcome = self.change(&key, |row| row.settle(settlement.clone(), generation, now));
                TriggerAnswer::Settled(outcome.unwrap_or(SettleOutcome::Gone))
            }
            TriggerJob::SetEnabled { key, enabled } => {
                let record = self.change(key, |row| {
                    row.is_registered.then(|| {
                        row.record.enabled = *enabled;
                        row.record.clone()
                    })
                });
                TriggerAnswer::Registered(record.flatten().into_iter().collect())
            }
        }
    }

    fn register(&mut self, tenant: &TenantId, registration: &Registration, now: Timestamp) -> Vec<TriggerRecord> {
        let Registration { workflow, definition, grants, triggers } = registration;
        let gone: Vec<TriggerKey> = self
            .rows
            .iter()
            .filter(|((of, flow, id), row)| {
                of == tenant && flow == workflow && row.is_registered && !triggers.iter().any(|new| new.id == *id)
            })
            .map(|(key, _)| key.clone())
            .collect();
        for key in gone {
            self.change(&key, TriggerRow::unregister);
        }
        let to = RegisteredAs { tenant, workflow, definition: *definition, grants };
        let registered = triggers.iter().map(|new| {
            let key = (tenant.clone(), workflow.clone(), new.id.clone());
            let before = self.rows.remove(&key);
            let row = TriggerRow::registered(before.clone(), new, to, now);
            let record = row.record.clone();
            if before.as_ref() != Some(&row) {
                self.changed.insert(key.clone());
            }
            self.rows.insert(key, row);
            record
        });
        registered.collect()
    }

    fn claim(&mut self, request: &ClaimTriggers, now: Timestamp) -> Vec<ClaimedTrigger> {
        let generation = self.generation;
        let due = self.rows.iter().filter(|(_, row)| row.is_claimable(false, now));
        let mut due: Vec<(Timestamp, TriggerKey)> =
            due.filter_map(|(key, row)| Some((row.due_at()?, key.clone()))).collect();
        due.sort();
        due.truncate(request.limit);
        let claimed = due
            .into_iter()
            .filter_map(|(_, key)| self.change(&key, |row| row.claim(&request.holder, request.ttl, generation, now)));
        claimed.collect()
    }

    /// Changes a row; one that stays as it is, is not written.
    fn change<T>(&mut self, key: &TriggerKey, change: impl FnOnce(&mut TriggerRow) -> T) -> Option<T> {
        let row = self.rows.get_mut(key)?;
        let before = row.clone();
        let result = change(row);
        if *row != before {
            self.changed.insert(key.clone());
        }
        Some(result)
    }

    /// The rows that have changed.
    pub(super) fn changed(&self) -> Vec<&TriggerRow> {
        self.changed.iter().filter_map(|key| self.rows.get(key)).collect()
    }
}
