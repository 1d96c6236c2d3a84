//! Reading without locks.

use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use nebula_ports::{
    Error, Result,
    execution_repo::ExecutionFilter,
    model::{ExecutionId, ExecutionRecord, JournalRecord, Seq, TenantId},
    time::Timestamp,
};
use sqlx::{Execute as _, Postgres, QueryBuilder, Row as _, postgres::PgRow};

use crate::{
    error::Failure,
    pool::Pool,
    row::{self, execution_columns, integer},
};

use super::journal::{self, Reading};

/// Entries that a journal stream reads at a time, and the bytes of text after which it takes no further one. No read is
/// long, and a journal of large entries is not in memory by hundreds.
const PAGE: i64 = 256;
const PAGE_BYTES: i64 = 4 * 1024 * 1024;

const BY_ID: &str = concat!("SELECT ", execution_columns!(), " FROM execution WHERE id = $1 AND tenant = $2");
pub(super) const LIST: &str = concat!("SELECT ", execution_columns!(), " FROM execution WHERE tenant = ");

/// With the number of entries that are there, of at most a page, and what the execution says of its journal, as of the same
/// moment; of an execution without such entries one row of nulls. The id leads to the one part that holds the journal.
pub(super) const JOURNAL: &str = "SELECT sized.seq, sized.fence, sized.recorded_at, sized.entry, sized.chain, \
    coalesce(sized.there, 0), e.seq, e.chain FROM execution AS e LEFT JOIN ( \
    SELECT seq, fence, recorded_at, entry, chain, count(*) OVER () AS there, \
    sum(octet_length(entry)) OVER (ORDER BY seq) - octet_length(entry) AS bytes_before FROM ( \
    SELECT seq, fence, recorded_at, entry, chain FROM journal WHERE execution = $1 AND seq >= $2 \
    ORDER BY seq LIMIT $4) AS page) AS sized ON bytes_before < $5 \
    WHERE e.id = $1 AND e.tenant = $3 ORDER BY sized.seq";

pub(super) const NEXT_DUE: &str = "SELECT min(due_at) FROM execution WHERE due_at IS NOT NULL";

type Query<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

/// Runs one query that does no harm when it runs twice.
pub(crate) async fn fetch(pool: &Pool, operation: &'static str, mut query: Query<'_>) -> Result<Vec<PgRow>> {
    let refused = |error| pool.error(operation, Failure::Sql(sqlx::Error::Encode(error)));
    let arguments = query.take_arguments().map_err(refused)?.unwrap_or_default();
    let sql = query.sql();
    loop {
        let mut connection = pool.get(operation).await?;
        let query = sqlx::query_with(sql.clone(), arguments.clone());
        let rows = pool.connector().limit(query.fetch_all(&mut *connection)).await;
        let failure = match rows {
            Ok(rows) => {
                connection.give_back();
                return Ok(rows);
            }
            Err(failure) => failure,
        };
        let (had_ended, goes_on) = (connection.had_ended(&failure), failure.leaves_connection());
        let error = pool.error(operation, failure);
        if goes_on {
            connection.give_back();
        }
        // Those that rest are forgotten with one that had ended, so that the next is new.
        if !had_ended {
            return Err(error);
        }
    }
}

pub(super) async fn get(pool: &Pool, tenant: &TenantId, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
    const OPERATION: &str = "execution_repo.get";
    let query = sqlx::query(BY_ID).bind(id.as_uuid()).bind(tenant.as_str());
    let rows = fetch(pool, OPERATION, query).await?;
    Ok(records(pool, OPERATION, &rows)?.pop())
}

pub(super) async fn list(pool: &Pool, tenant: &TenantId, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
    const OPERATION: &str = "execution_repo.list";
    let ExecutionFilter { status, workflow, before, limit } = filter;
    let limit = if *limit == 0 { 100 } else { i64::try_from(*limit).unwrap_or(i64::MAX) };
    // At most eight texts, each prepared once.
    let mut query = QueryBuilder::<Postgres>::new(LIST);
    query.push_bind(tenant.as_str());
    if let Some(status) = status {
        query.push(" AND status = ").push_bind(status.as_str());
    }
    if let Some(workflow) = workflow {
        query.push(" AND workflow = ").push_bind(workflow.as_str());
    }
    if let Some(before) = before {
        query.push(" AND id < ").push_bind(before.as_uuid());
    }
    query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
    let rows = fetch(pool, OPERATION, query.build()).await?;
    records(pool, OPERATION, &rows)
}

fn records(pool: &Pool, operation: &'static str, rows: &[PgRow]) -> Result<Vec<ExecutionRecord>> {
    let records = rows.iter().map(|row| Ok(row::execution(operation, row)?.record));
    records.map(|record: Result<_>| record.map_err(|error| pool.error(operation, error.into()))).collect()
}

pub(super) fn journal(
    pool: Pool,
    tenant: TenantId,
    id: ExecutionId,
    after: Seq,
) -> BoxStream<'static, Result<JournalRecord>> {
    let pages = stream::try_unfold(Reading::new(id, after), move |mut reading| {
        let (pool, tenant) = (pool.clone(), tenant.clone());
        async move {
            if reading.is_over() {
                return Ok(None);
            }
            let page = page(&pool, &tenant, id, &mut reading).await?;
            Ok::<_, Error>(Some((stream::iter(page.into_iter().map(Ok)), reading)))
        }
    });
    pages.try_flatten().boxed()
}

/// The next entries, checked.
async fn page(pool: &Pool, tenant: &TenantId, id: ExecutionId, reading: &mut Reading) -> Result<Vec<JournalRecord>> {
    let query = sqlx::query(JOURNAL)
        .bind(id.as_uuid())
        .bind(integer(reading.from().0))
        .bind(tenant.as_str())
        .bind(PAGE)
        .bind(PAGE_BYTES);
    let rows = fetch(pool, journal::OPERATION, query).await?;
    reading.page(&rows, PAGE).map_err(|error| pool.error(journal::OPERATION, error.into()))
}

pub(super) async fn next_due(pool: &Pool) -> Result<Option<Timestamp>> {
    first_time(pool, "execution_repo.next_due", NEXT_DUE).await
}

/// The answer to a question.
pub(crate) async fn asks(pool: &Pool, operation: &'static str, sql: &'static str) -> Result<bool> {
    let rows = fetch(pool, operation, sqlx::query(sql)).await?;
    let answer = rows.first().map(|row| row.try_get(0)).transpose();
    Ok(answer.map_err(|error| pool.error(operation, Failure::Sql(error)))?.unwrap_or(false))
}

/// The time in the only column of the only row.
pub(crate) async fn first_time(pool: &Pool, operation: &'static str, sql: &'static str) -> Result<Option<Timestamp>> {
    let rows = fetch(pool, operation, sqlx::query(sql)).await?;
    let time: Option<i64> = match rows.first() {
        Some(row) => row.try_get(0).map_err(|error| pool.error(operation, Failure::Sql(error)))?,
        None => None,
    };
    Ok(time.map(Timestamp::from_micros))
}
