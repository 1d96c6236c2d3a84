//! Requests: what is asked of an execution by others than its holder.

use nebula_ports::{
    Result,
    execution_repo::RequestOutcome,
    model::{ExecutionId, InboxItem, TenantId},
};
use sqlx::PgConnection;

use super::{load, write};
use crate::{
    error::{Failure, corrupt},
    pool::Pool,
    row::integer,
    transaction::{Decided, Transaction, into_error},
};

const OPERATION: &str = "execution_repo.request";

const IS_KNOWN: &str = "SELECT 1 FROM inbox WHERE execution = $1 AND request = $2";
const INSERT: &str = "INSERT INTO inbox (execution, request, position, body) VALUES ($1, $2, $3, $4)";

pub(super) async fn request(
    pool: &Pool,
    tenant: &TenantId,
    id: ExecutionId,
    item: InboxItem,
) -> Result<RequestOutcome> {
    let mut transaction = Transaction::begin(pool, OPERATION).await?;
    let decided = pool.connector().limit(decide(transaction.connection(), tenant, id, &item)).await;
    transaction.end(decided).await.map_err(into_error)
}

async fn decide(
    connection: &mut PgConnection,
    tenant: &TenantId,
    id: ExecutionId,
    item: &InboxItem,
) -> Result<Decided<RequestOutcome>, Failure> {
    let mut locked = load::lock(connection, OPERATION, [id]).await?;
    if let Some(error) = locked.broken.remove(&id) {
        return Err(error.into());
    }
    let Some(row) = locked.rows.get_mut(&id).filter(|row| row.record.tenant == *tenant) else {
        return Ok(Decided::Nothing(RequestOutcome::NotFound));
    };
    let status = row.record.status;
    if status.is_terminal() {
        return Ok(Decided::Nothing(RequestOutcome::Closed(status)));
    }
    let known = sqlx::query(IS_KNOWN).bind(id.as_uuid()).bind(item.id.0).fetch_optional(&mut *connection).await?;
    if known.is_some() {
        return Ok(Decided::Nothing(RequestOutcome::AlreadyAccepted));
    }
    let position = row.accept_request(&item.request, locked.now);
    let body = serde_json::to_string(&item.request)
        .map_err(|error| corrupt(OPERATION, "request", item.id).with_source(error))?;
    let query = sqlx::query(INSERT).bind(id.as_uuid()).bind(item.id.0).bind(integer(position)).bind(body);
    query.execute(&mut *connection).await?;
    write::rows(connection, [&*row]).await?;
    Ok(Decided::Write(RequestOutcome::Accepted))
}
