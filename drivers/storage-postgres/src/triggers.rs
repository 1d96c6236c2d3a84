//! The port of triggers. Each call locks the rows that it is about, lets the rules of the ports decide, and writes back what
//! has changed.

use std::{collections::BTreeMap, time::Duration};

use async_trait::async_trait;
use nebula_ports::{
    Result, Scope,
    model::{
        ClaimedTrigger, Generation, HolderId, Settlement, TenantId, TriggerId, TriggerLease, TriggerRecord, WorkflowId,
    },
    time::Timestamp,
    trigger_repo::{ClaimTriggers, Registration, SettleOutcome, TriggerRepo},
    trigger_row::{RegisteredAs, TriggerRow},
};
use sqlx::{PgConnection, Row as _, postgres::PgRow};

use crate::{
    error::{Failure, corrupt},
    executions::read::{asks, fetch, first_time},
    pool::Pool,
    transaction::{Decided, Transaction, into_error},
};

const ALL: &str = "SELECT \"row\" FROM trigger_row WHERE tenant = $1 ORDER BY workflow, id";
const OF_WORKFLOW: &str = "SELECT \"row\" FROM trigger_row WHERE tenant = $1 AND workflow = $2 ORDER BY id";
const ONE: &str = "SELECT \"row\" FROM trigger_row WHERE tenant = $1 AND workflow = $2 AND id = $3";
const NEXT_DUE: &str = "SELECT min(due_at) FROM trigger_row WHERE due_at IS NOT NULL";

/// What an idle process asks, and all that it asks.
const IS_DUE: &str =
    "SELECT coalesce((SELECT min(due_at) FROM trigger_row WHERE due_at IS NOT NULL) <= now_micros(), false)";

/// Registrations of one workflow come one after the other: there may be no row yet that could be locked.
const TAKE_TURN: &str = "SELECT pg_advisory_xact_lock(hashtextextended('nebula.triggers.' || current_schema() || '.' || $1 || '.' || $2, 0))";
const LOCK_WORKFLOW: &str =
    "SELECT \"row\", now_micros() FROM trigger_row WHERE tenant = $1 AND workflow = $2 ORDER BY id FOR UPDATE";
const LOCK_ONE: &str = "SELECT \"row\", now_micros(), (SELECT store_generation()) FROM trigger_row \
    WHERE tenant = $1 AND workflow = $2 AND id = $3 FOR UPDATE";
const LOCK_DUE: &str = "WITH clock AS (SELECT now_micros() AS now) SELECT \"row\", (SELECT now FROM clock), \
    (SELECT store_generation()) FROM trigger_row \
    WHERE due_at IS NOT NULL AND due_at <= (SELECT now FROM clock) \
    ORDER BY due_at, tenant, workflow, id LIMIT $1 FOR UPDATE SKIP LOCKED";
const WRITE: &str = "INSERT INTO trigger_row (tenant, workflow, id, due_at, \"row\") \
    SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::text[]) \
    ON CONFLICT (tenant, workflow, id) DO UPDATE SET due_at = excluded.due_at, \"row\" = excluded.\"row\"";

/// Triggers in a database.
#[derive(Debug, Clone)]
pub(crate) struct PostgresTriggers {
    pool: Pool,
}

/// What tells a trigger from the others of its tenant.
#[derive(Debug, Clone, Copy)]
struct Key<'a> {
    tenant: &'a TenantId,
    workflow: &'a WorkflowId,
    id: &'a TriggerId,
}

// === impl PostgresTriggers ===

impl PostgresTriggers {
    pub(crate) const fn new(pool: Pool) -> Self {
        Self { pool }
    }

    async fn read(
        &self,
        operation: &'static str,
        query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> Result<Vec<TriggerRecord>> {
        let rows = fetch(&self.pool, operation, query).await?;
        let mut records = Vec::with_capacity(rows.len());
        for row in &rows {
            let row = decode(operation, row).map_err(|failure| self.pool.error(operation, failure))?;
            records.extend(row.is_registered.then_some(row.record));
        }
        Ok(records)
    }

    /// Changes one trigger, if there is one; one that stays as it is, is not written.
    async fn change<T: Send>(
        &self,
        operation: &'static str,
        key: Key<'_>,
        change: impl FnOnce(&mut TriggerRow, Generation, Timestamp) -> T + Send,
    ) -> Result<Option<T>> {
        let mut transaction = Transaction::begin(&self.pool, operation).await?;
        let changed = change_one(transaction.connection(), operation, key, change);
        let changed = self.pool.connector().limit(changed).await;
        transaction.end(changed).await.map_err(into_error)
    }
}

fn decode(operation: &'static str, row: &PgRow) -> Result<TriggerRow, Failure> {
    let text: &str = row.try_get(0)?;
    Ok(serde_json::from_str(text).map_err(|error| corrupt(operation, "trigger", "its row").with_source(error))?)
}

/// The store's generation, in the third column.
fn generation(row: &PgRow) -> Result<Generation, Failure> {
    let generation: i64 = row.try_get(2)?;
    Ok(Generation(u32::try_from(generation).unwrap_or(u32::MAX)))
}

async fn change_one<T>(
    connection: &mut PgConnection,
    operation: &'static str,
    Key { tenant, workflow, id }: Key<'_>,
    change: impl FnOnce(&mut TriggerRow, Generation, Timestamp) -> T + Send,
) -> Result<Decided<Option<T>>, Failure> {
    let query = sqlx::query(LOCK_ONE).bind(tenant.as_str()).bind(workflow.as_str()).bind(id.as_str());
    let Some(found) = query.fetch_optional(&mut *connection).await? else { return Ok(Decided::Nothing(None)) };
    let now = Timestamp::from_micros(found.try_get(1)?);
    let mut row = decode(operation, &found)?;
    let before = row.clone();
    let result = change(&mut row, generation(&found)?, now);
    if row == before {
        return Ok(Decided::Nothing(Some(result)));
    }
    write(connection, operation, [&row]).await?;
    Ok(Decided::Write(Some(result)))
}

async fn write<'r>(
    connection: &mut PgConnection,
    operation: &'static str,
    rows: impl IntoIterator<Item = &'r TriggerRow>,
) -> Result<(), Failure> {
    let (mut tenants, mut workflows, mut ids, mut dues, mut texts) = (vec![], vec![], vec![], vec![], vec![]);
    for row in rows {
        let TriggerRecord { tenant, workflow, id, .. } = &row.record;
        tenants.push(tenant.as_str());
        workflows.push(workflow.as_str());
        ids.push(id.as_str());
        dues.push(row.due_at().map(Timestamp::as_micros));
        texts.push(serde_json::to_string(row).map_err(|error| corrupt(operation, "trigger", id).with_source(error))?);
    }
    let query = sqlx::query(WRITE).bind(tenants).bind(workflows).bind(ids).bind(dues).bind(texts);
    query.execute(connection).await?;
    Ok(())
}

async fn register(
    connection: &mut PgConnection,
    operation: &'static str,
    tenant: &TenantId,
    registration: &Registration,
) -> Result<Decided<Vec<TriggerRecord>>, Failure> {
    let Registration { workflow, definition, grants, triggers } = registration;
    sqlx::query(TAKE_TURN).bind(tenant.as_str()).bind(workflow.as_str()).execute(&mut *connection).await?;
    let now: i64 = sqlx::query("SELECT now_micros()").fetch_one(&mut *connection).await?.try_get(0)?;
    let now = Timestamp::from_micros(now);
    let query = sqlx::query(LOCK_WORKFLOW).bind(tenant.as_str()).bind(workflow.as_str());
    let mut before = BTreeMap::new();
    for row in query.fetch_all(&mut *connection).await? {
        let row = decode(operation, &row)?;
        before.insert(row.record.id.clone(), row);
    }
    let mut changed = Vec::new();
    for row in before.values().filter(|row| row.is_registered) {
        if !triggers.iter().any(|new| new.id == row.record.id) {
            let mut row = row.clone();
            row.unregister();
            changed.push(row);
        }
    }
    let to = RegisteredAs { tenant, workflow, definition: *definition, grants };
    let mut registered = Vec::with_capacity(triggers.len());
    for new in triggers {
        let was = before.remove(&new.id);
        let row = TriggerRow::registered(was.clone(), new, to, now);
        registered.push(row.record.clone());
        if was.as_ref() != Some(&row) {
            changed.push(row);
        }
    }
    if changed.is_empty() {
        return Ok(Decided::Nothing(registered));
    }
    write(connection, operation, &changed).await?;
    Ok(Decided::Write(registered))
}

/// Claims what is due. A row that cannot be read must not keep the others from being claimed.
async fn claim(
    connection: &mut PgConnection,
    operation: &'static str,
    request: &ClaimTriggers,
) -> Result<Decided<Vec<ClaimedTrigger>>, Failure> {
    let mut skipped = 0;
    let (mut rows, generation, now) = loop {
        let most = i64::try_from(request.limit.saturating_add(skipped)).unwrap_or(i64::MAX);
        let found = sqlx::query(LOCK_DUE).bind(most).fetch_all(&mut *connection).await?;
        let Some(first) = found.first() else { return Ok(Decided::Nothing(Vec::new())) };
        let now = Timestamp::from_micros(first.try_get(1)?);
        let rows: Vec<TriggerRow> = found.iter().filter_map(|row| decode(operation, row).ok()).collect();
        let broken = found.len() - rows.len();
        if broken <= skipped {
            break (rows, generation(first)?, now);
        }
        skipped = broken;
    };
    rows.truncate(request.limit);
    rows.retain(|row| row.is_claimable(false, now));
    if rows.is_empty() {
        return Ok(Decided::Nothing(Vec::new()));
    }
    let claimed = rows.iter_mut().map(|row| row.claim(&request.holder, request.ttl, generation, now)).collect();
    write(connection, operation, &rows).await?;
    Ok(Decided::Write(claimed))
}

#[async_trait]
impl TriggerRepo for PostgresTriggers {
    async fn register(&self, scope: &Scope, registration: Registration) -> Result<Vec<TriggerRecord>> {
        const OPERATION: &str = "trigger_repo.register";
        let mut transaction = Transaction::begin(&self.pool, OPERATION).await?;
        let registered = register(transaction.connection(), OPERATION, scope.tenant(), &registration);
        let registered = self.pool.connector().limit(registered).await;
        transaction.end(registered).await.map_err(into_error)
    }

    async fn list(&self, scope: &Scope, workflow: Option<&WorkflowId>) -> Result<Vec<TriggerRecord>> {
        let query = match workflow {
            Some(workflow) => sqlx::query(OF_WORKFLOW).bind(scope.tenant().as_str()).bind(workflow.as_str()),
            None => sqlx::query(ALL).bind(scope.tenant().as_str()),
        };
        self.read("trigger_repo.list", query).await
    }

    async fn get(&self, scope: &Scope, workflow: &WorkflowId, id: &TriggerId) -> Result<Option<TriggerRecord>> {
        let query = sqlx::query(ONE).bind(scope.tenant().as_str()).bind(workflow.as_str()).bind(id.as_str());
        Ok(self.read("trigger_repo.get", query).await?.pop())
    }

    async fn claim(&self, request: ClaimTriggers) -> Result<Vec<ClaimedTrigger>> {
        const OPERATION: &str = "trigger_repo.claim";
        if request.limit == 0 || !asks(&self.pool, OPERATION, IS_DUE).await? {
            return Ok(Vec::new());
        }
        let mut transaction = Transaction::begin(&self.pool, OPERATION).await?;
        let claimed = self.pool.connector().limit(claim(transaction.connection(), OPERATION, &request)).await;
        transaction.end(claimed).await.map_err(into_error)
    }

    async fn claim_one(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        holder: HolderId,
        ttl: Duration,
    ) -> Result<Option<ClaimedTrigger>> {
        let key = Key { tenant: scope.tenant(), workflow, id };
        let claim = |row: &mut TriggerRow, generation, now| {
            row.is_claimable(true, now).then(|| row.claim(&holder, ttl, generation, now))
        };
        Ok(self.change("trigger_repo.claim_one", key, claim).await?.flatten())
    }

    async fn renew(&self, lease: &TriggerLease, ttl: Duration) -> Result<Option<TriggerLease>> {
        let key = Key::of(lease);
        Ok(self
            .change("trigger_repo.renew", key, |row, generation, now| row.renew(lease, ttl, generation, now))
            .await?
            .flatten())
    }

    async fn settle(&self, settlement: Settlement) -> Result<SettleOutcome> {
        let lease = settlement.lease.clone();
        let settled = self.change("trigger_repo.settle", Key::of(&lease), |row, generation, now| {
            row.settle(settlement, generation, now)
        });
        Ok(settled.await?.unwrap_or(SettleOutcome::Gone))
    }

    async fn set_enabled(
        &self,
        scope: &Scope,
        workflow: &WorkflowId,
        id: &TriggerId,
        enabled: bool,
    ) -> Result<Option<TriggerRecord>> {
        let key = Key { tenant: scope.tenant(), workflow, id };
        let changed = self.change("trigger_repo.set_enabled", key, |row, _, _| {
            row.is_registered.then(|| {
                row.record.enabled = enabled;
                row.record.clone()
            })
        });
        Ok(changed.await?.flatten())
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        first_time(&self.pool, "trigger_repo.next_due", NEXT_DUE).await
    }
}

// === impl Key ===

impl<'a> Key<'a> {
    const fn of(lease: &'a TriggerLease) -> Self {
        Self { tenant: &lease.tenant, workflow: &lease.workflow, id: &lease.id }
    }
}
