//! Claims and renewals.

use std::time::Duration;

use nebula_ports::{
    Result,
    execution_repo::{ClaimRequest, Renewal},
    execution_row::ExecutionRow,
    model::{Claimed, Lease},
};
use sqlx::PgConnection;

use super::{load, read::asks, write};
use crate::{
    error::Failure,
    pool::Pool,
    transaction::{Decided, Transaction, into_error},
};

/// What an idle process asks, and all that it asks: one query instead of a transaction that finds nothing to do. By the
/// earliest of all: whether there is one before a time that is not known yet, the server might look for in all rows.
pub(super) const IS_DUE: &str =
    "SELECT coalesce((SELECT min(due_at) FROM execution WHERE due_at IS NOT NULL) <= now_micros(), false)";

const CLAIM: &str = "execution_repo.claim";
const RENEW: &str = "execution_repo.renew";

pub(super) async fn claim(pool: &Pool, request: &ClaimRequest) -> Result<Vec<Claimed>> {
    if request.limit == 0 {
        return Ok(Vec::new());
    }
    if request.only.is_none() && !asks(pool, CLAIM, IS_DUE).await? {
        return Ok(Vec::new());
    }
    let mut transaction = Transaction::begin(pool, CLAIM).await?;
    let claimed = pool.connector().limit(decide_claim(transaction.connection(), request)).await;
    transaction.end(claimed).await.map_err(into_error)
}

async fn decide_claim(connection: &mut PgConnection, request: &ClaimRequest) -> Result<Decided<Vec<Claimed>>, Failure> {
    let (rows, now, generation) = match request.only {
        Some(id) => {
            let mut locked = load::lock(connection, CLAIM, [id]).await?;
            if let Some(error) = locked.broken.remove(&id) {
                return Err(error.into());
            }
            (locked.rows.into_values().collect(), locked.now, locked.generation)
        }
        None => load::lock_due(connection, CLAIM, request.limit).await?,
    };
    let mut rows: Vec<ExecutionRow> = rows;
    // One that somebody has changed while it was looked for.
    rows.retain(|row| row.is_claimable(request, now));
    if rows.is_empty() {
        return Ok(Decided::Nothing(Vec::new()));
    }
    let mut inboxes = load::inboxes(connection, CLAIM, &rows).await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &mut rows {
        let lease = row.claim(request, generation, now);
        let inbox = inboxes.remove(&row.record.id).unwrap_or_default();
        claimed.push(Claimed { record: row.record.clone(), lease, inbox });
    }
    write::rows(connection, &rows).await?;
    Ok(Decided::Write(claimed))
}

pub(super) async fn renew(pool: &Pool, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
    if leases.is_empty() {
        return Ok(Vec::new());
    }
    let mut transaction = Transaction::begin(pool, RENEW).await?;
    let renewed = pool.connector().limit(decide_renewal(transaction.connection(), leases, ttl)).await;
    transaction.end(renewed).await.map_err(into_error)
}

async fn decide_renewal(
    connection: &mut PgConnection,
    leases: &[Lease],
    ttl: Duration,
) -> Result<Decided<Vec<Renewal>>, Failure> {
    let mut locked = load::lock(connection, RENEW, leases.iter().map(|lease| lease.execution)).await?;
    let inboxes = load::inboxes(connection, RENEW, locked.rows.values()).await?;
    let mut held = Vec::new();
    let renewals = leases
        .iter()
        .map(|lease| {
            let id = lease.execution;
            let renewed = locked.rows.get_mut(&id).and_then(|row| row.renew(lease, ttl, locked.generation, locked.now));
            let Some(lease) = renewed else { return Renewal::Lost(id) };
            held.push(id);
            Renewal::Held { lease, inbox: inboxes.get(&id).cloned().unwrap_or_default() }
        })
        .collect();
    if held.is_empty() {
        return Ok(Decided::Nothing(renewals));
    }
    locked.rows.retain(|id, _| held.contains(id));
    write::rows(connection, locked.rows.values()).await?;
    Ok(Decided::Write(renewals))
}
