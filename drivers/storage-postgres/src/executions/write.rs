//! Changed rows and what comes with them, each sort in one statement for all of a transaction.

use std::sync::Arc;

use nebula_ports::{
    execution_row::{ExecutionRow, Place},
    model::{ExecutionId, RequestId},
    time::Timestamp,
};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::{error::Failure, row::integer};

/// All that ever changes of a row. Where an index's columns stay as they are, the server touches no index.
macro_rules! update_rows {
    () => {
        "UPDATE execution AS e SET status = n.status, seq = n.seq, fence = n.fence, holder = n.holder, \
         lease_until = n.lease_until, wake_at = n.wake_at, waiting_for = n.waiting_for, finished_at = n.finished_at, \
         last_commit = n.last_commit, requests = n.requests, chain = n.chain, claims = n.claims \
         FROM unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::text[], $6::bigint[], $7::bigint[], \
         $8::text[], $9::bigint[], $10::uuid[], $11::bigint[], $12::bytea[], $13::bigint[]) \
         AS n (id, status, seq, fence, holder, lease_until, wake_at, waiting_for, finished_at, last_commit, requests, \
         chain, claims) \
         WHERE e.id = n.id"
    };
}

const ROWS: &str = update_rows!();

const ROWS_AND_ENTRIES: &str = concat!(
    "WITH changed AS (",
    update_rows!(),
    ") INSERT INTO journal (execution, seq, fence, recorded_at, entry, chain) \
     SELECT execution, seq, fence, $14, entry, chain \
     FROM unnest($15::uuid[], $16::bigint[], $17::bigint[], $18::text[], $19::bytea[]) \
     AS n (execution, seq, fence, entry, chain)"
);

const CONSUMED: &str = "UPDATE inbox AS i SET body = NULL FROM unnest($1::uuid[], $2::uuid[]) AS n (execution, request) \
    WHERE i.execution = n.execution AND i.request = n.request";

const EMPTIED: &str = "DELETE FROM inbox WHERE execution = ANY($1)";

/// What a transaction adds beside the rows that have changed.
#[derive(Debug, Default)]
pub(super) struct Additions {
    pub(super) entries: Vec<NewEntry>,
    pub(super) consumed: Vec<(ExecutionId, RequestId)>,
    /// Executions whose inbox ends with them.
    pub(super) emptied: Vec<ExecutionId>,
}

/// A journal entry to be.
#[derive(Debug)]
pub(super) struct NewEntry {
    pub(super) execution: ExecutionId,
    pub(super) place: Place,
    pub(super) text: Arc<str>,
}

/// Columns of rows, as arrays.
#[derive(Debug, Default)]
struct Arrays<'r> {
    ids: Vec<Uuid>,
    statuses: Vec<&'r str>,
    seqs: Vec<i64>,
    fences: Vec<i64>,
    holders: Vec<Option<&'r str>>,
    leases: Vec<Option<i64>>,
    wakes: Vec<Option<i64>>,
    waits: Vec<Option<&'r str>>,
    ends: Vec<Option<i64>>,
    commits: Vec<Option<Uuid>>,
    requests: Vec<i64>,
    chains: Vec<&'r [u8]>,
    claims: Vec<i64>,
}

/// Writes locked rows back.
pub(super) async fn rows<'r>(
    connection: &mut PgConnection,
    rows: impl IntoIterator<Item = &'r ExecutionRow>,
) -> Result<(), Failure> {
    Arrays::of(rows).bind(ROWS).execute(connection).await?;
    Ok(())
}

/// Writes locked rows back, with what their transitions add.
pub(super) async fn transitions<'r>(
    connection: &mut PgConnection,
    rows: impl IntoIterator<Item = &'r ExecutionRow>,
    additions: Additions,
    now: Timestamp,
) -> Result<(), Failure> {
    let Additions { entries, consumed, emptied } = additions;
    let query = Arrays::of(rows).bind(ROWS_AND_ENTRIES);
    let query = query
        .bind(now.as_micros())
        .bind(entries.iter().map(|entry| entry.execution.as_uuid()).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| integer(entry.place.seq.0)).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| integer(entry.place.fence.0)).collect::<Vec<_>>())
        .bind(entries.iter().map(|entry| &*entry.text).collect::<Vec<&str>>())
        .bind(entries.iter().map(|entry| &entry.place.chain.as_bytes()[..]).collect::<Vec<&[u8]>>());
    query.execute(&mut *connection).await?;
    if !consumed.is_empty() {
        let (executions, requests): (Vec<Uuid>, Vec<Uuid>) =
            consumed.iter().map(|(execution, request)| (execution.as_uuid(), request.0)).unzip();
        sqlx::query(CONSUMED).bind(executions).bind(requests).execute(&mut *connection).await?;
    }
    if !emptied.is_empty() {
        let executions: Vec<Uuid> = emptied.iter().map(|id| id.as_uuid()).collect();
        sqlx::query(EMPTIED).bind(executions).execute(&mut *connection).await?;
    }
    Ok(())
}

// === impl Arrays ===

type Query<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

impl<'r> Arrays<'r> {
    fn of(rows: impl IntoIterator<Item = &'r ExecutionRow>) -> Self {
        let micros = |time: Option<Timestamp>| time.map(Timestamp::as_micros);
        let mut arrays = Self::default();
        for row in rows {
            let record = &row.record;
            arrays.ids.push(record.id.as_uuid());
            arrays.statuses.push(record.status.as_str());
            arrays.seqs.push(integer(record.seq.0));
            arrays.fences.push(integer(record.fence.0));
            arrays.holders.push(record.holder.as_ref().map(|holder| holder.0.as_str()));
            arrays.leases.push(micros(record.lease_until));
            arrays.wakes.push(micros(record.wake_at));
            arrays.waits.push(record.waiting_for.as_deref());
            arrays.ends.push(micros(record.finished_at));
            arrays.commits.push(row.last_commit.map(|commit| commit.0));
            arrays.requests.push(integer(row.requests));
            arrays.chains.push(&record.chain.as_bytes()[..]);
            arrays.claims.push(i64::from(record.claims_without_progress));
        }
        arrays
    }

    /// `$1` to `$13` of `update_rows!`.
    fn bind(self, sql: &'static str) -> Query<'r> {
        sqlx::query(sql)
            .bind(self.ids)
            .bind(self.statuses)
            .bind(self.seqs)
            .bind(self.fences)
            .bind(self.holders)
            .bind(self.leases)
            .bind(self.wakes)
            .bind(self.waits)
            .bind(self.ends)
            .bind(self.commits)
            .bind(self.requests)
            .bind(self.chains)
            .bind(self.claims)
    }
}
