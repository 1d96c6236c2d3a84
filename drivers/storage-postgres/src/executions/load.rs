//! Rows that are about to change, locked.
//!
//! The inbox is read after the lock is held, in a statement of its own: a statement sees what was committed when it began,
//! and a row that it had to wait for is newer than that.

use std::collections::{BTreeMap, HashMap};

use nebula_ports::{
    Error,
    execution_row::ExecutionRow,
    model::{ExecutionId, Generation, InboxItem},
    time::Timestamp,
};
use sqlx::{PgConnection, postgres::PgRow};
use uuid::Uuid;

use crate::{
    error::Failure,
    row::{self, Columns, EXECUTION_COLUMNS, execution_columns},
};

/// In the order of their ids, whoever asks: two that lock the same rows never wait for each other.
pub(super) const LOCK: &str = concat!(
    "WITH clock AS (SELECT now_micros() AS now) SELECT ",
    execution_columns!(),
    ", (SELECT now FROM clock), (SELECT store_generation()) FROM execution WHERE id = ANY($1) ORDER BY id FOR UPDATE"
);

/// What somebody else has locked is somebody else's to claim.
pub(super) const DUE: &str = concat!(
    "WITH clock AS (SELECT now_micros() AS now) SELECT ",
    execution_columns!(),
    ", (SELECT now FROM clock), (SELECT store_generation()) FROM execution \
     WHERE due_at IS NOT NULL AND due_at <= (SELECT now FROM clock) \
     ORDER BY due_at, id LIMIT $1 FOR UPDATE SKIP LOCKED"
);

pub(super) const INBOX: &str = "SELECT execution, request, body FROM inbox \
    WHERE execution = ANY($1) AND body IS NOT NULL ORDER BY execution, position";

/// Locked rows, and the server's time.
#[derive(Debug)]
pub(super) struct Locked {
    pub(super) rows: BTreeMap<ExecutionId, ExecutionRow>,
    /// Rows that cannot be read: what is asked of them fails, and nothing else.
    pub(super) broken: HashMap<ExecutionId, Error>,
    pub(super) now: Timestamp,
    /// Which copy of its data the store is.
    pub(super) generation: Generation,
}

/// Requests that wait, in their order.
pub(super) type Inboxes = HashMap<ExecutionId, Vec<InboxItem>>;

/// Locks the rows of these executions, of those that exist.
pub(super) async fn lock(
    connection: &mut PgConnection,
    operation: &'static str,
    ids: impl IntoIterator<Item = ExecutionId>,
) -> Result<Locked, Failure> {
    let mut ids: Vec<Uuid> = ids.into_iter().map(|id| id.as_uuid()).collect();
    ids.sort_unstable();
    ids.dedup();
    let rows = sqlx::query(LOCK).bind(ids).fetch_all(connection).await?;
    let mut locked = Locked {
        rows: BTreeMap::new(),
        broken: HashMap::new(),
        now: Timestamp::default(),
        generation: Generation::FIRST,
    };
    for row in &rows {
        let columns = Columns { operation, row };
        locked.now = columns.time(EXECUTION_COLUMNS)?;
        locked.generation = columns.generation(EXECUTION_COLUMNS + 1)?;
        match row::execution(operation, row) {
            Ok(row) => drop(locked.rows.insert(row.record.id, row)),
            Err(error) => {
                let id = columns.id(0)?;
                locked.broken.insert(id, error.with_context("execution", id));
            }
        }
    }
    Ok(locked)
}

/// Locks what is due and free, the longest due first. A row that cannot be read must not keep the others from being
/// claimed.
pub(super) async fn lock_due(
    connection: &mut PgConnection,
    operation: &'static str,
    limit: usize,
) -> Result<(Vec<ExecutionRow>, Timestamp, Generation), Failure> {
    let mut skipped = 0;
    loop {
        let most = i64::try_from(limit.saturating_add(skipped)).unwrap_or(i64::MAX);
        let rows = sqlx::query(DUE).bind(most).fetch_all(&mut *connection).await?;
        let now = |row: &PgRow| Columns { operation, row }.time(EXECUTION_COLUMNS);
        let now = rows.first().map(now).transpose()?.unwrap_or_default();
        let generation = |row: &PgRow| Columns { operation, row }.generation(EXECUTION_COLUMNS + 1);
        let generation = rows.first().map(generation).transpose()?.unwrap_or(Generation::FIRST);
        let due: Vec<ExecutionRow> = rows.iter().filter_map(|row| row::execution(operation, row).ok()).collect();
        let broken = rows.len() - due.len();
        if broken <= skipped {
            return Ok((due.into_iter().take(limit).collect(), now, generation));
        }
        skipped = broken;
    }
}

/// Reads the inboxes of locked rows, of those that have ever had a request.
pub(super) async fn inboxes<'r>(
    connection: &mut PgConnection,
    operation: &'static str,
    rows: impl IntoIterator<Item = &'r ExecutionRow>,
) -> Result<Inboxes, Failure> {
    let asked = rows.into_iter().filter(|row| row.requests > 0 && !row.record.status.is_terminal());
    let ids: Vec<Uuid> = asked.map(|row| row.record.id.as_uuid()).collect();
    let mut inboxes = Inboxes::new();
    if ids.is_empty() {
        return Ok(inboxes);
    }
    for row in sqlx::query(INBOX).bind(ids).fetch_all(connection).await? {
        let (id, item) = row::request(operation, &row)?;
        inboxes.entry(id).or_default().push(item);
    }
    Ok(inboxes)
}
