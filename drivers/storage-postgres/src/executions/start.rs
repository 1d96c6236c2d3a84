//! Starts: what is there already, and else row, key and first entries in one statement that is a transaction by itself.

use nebula_ports::{
    Error, ErrorKind,
    execution_repo::{StartOutcome, StoreError},
    execution_row::{Encoded, ExecutionRow, Place},
    model::{Digest, ExecutionId, Generation, NewExecution, StartKey, TenantId},
    time::Timestamp,
};
use sqlx::PgConnection;

use crate::{
    error::Failure,
    pool::Pool,
    row::{self, Columns, integer},
    transaction::in_doubt,
};

const OPERATION: &str = "execution_repo.start";

/// How often a start looks again that has met another one of the same id or key. Once is enough, as that one has landed.
const LOOKS: usize = 8;

/// The longest key that is stored as it is, in bytes. An entry of an index has 2,700 for tenant, workflow and key.
const LONGEST_KEY: usize = 1024;

const FIND: &str = "SELECT e.id, e.tenant, e.workflow, e.definition, e.plan, e.input, e.created_at, e.status, e.seq, \
    e.fence, e.holder, e.lease_until, e.wake_at, e.waiting_for, e.finished_at, e.last_commit, e.requests, \
    e.chain, e.claims, now_micros(), (SELECT store_generation()), k.execution, k.input \
    FROM (VALUES (1)) AS one LEFT JOIN execution AS e ON e.id = $1 \
    LEFT JOIN start_key AS k ON k.tenant = $2 AND k.workflow = $3 AND k.key = $4";

const INSERT: &str = "WITH made AS (INSERT INTO execution (id, tenant, workflow, definition, plan, input, created_at, \
    status, seq, fence, holder, lease_until, wake_at, waiting_for, finished_at, last_commit, requests, chain, claims) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)), \
    kept AS (INSERT INTO start_key (tenant, workflow, key, execution, input) \
    SELECT $2, $3, $20::bytea, $1, $6 WHERE $20::bytea IS NOT NULL) \
    INSERT INTO journal (execution, seq, fence, recorded_at, entry, chain) \
    SELECT $1, n.seq, $10, $7, n.entry, n.chain \
    FROM unnest($21::text[], $22::bytea[]) WITH ORDINALITY AS n (entry, chain, seq)";

/// What is there of a start.
struct Found {
    now: Timestamp,
    generation: Generation,
    row: Option<ExecutionRow>,
    /// What the key has started, and with which input.
    key: Option<(ExecutionId, Digest)>,
}

pub(super) async fn start(pool: &Pool, tenant: &TenantId, new: &NewExecution) -> Result<StartOutcome, StoreError> {
    let entries = Encoded::of(&new.entries);
    for _ in 0..LOOKS {
        if let Some(outcome) = attempt(pool, tenant, new, &entries).await? {
            return Ok(outcome);
        }
    }
    Err(StoreError::NotApplied(
        Error::new(
            ErrorKind::Busy,
            OPERATION,
            "other starts with this id or key are under way; the same start may be repeated",
        )
        .with_context("execution", new.id),
    ))
}

/// One look; `None` when somebody else was faster meanwhile, or the connection had ended while it rested.
async fn attempt(
    pool: &Pool,
    tenant: &TenantId,
    new: &NewExecution,
    entries: &Encoded,
) -> Result<Option<StartOutcome>, StoreError> {
    let mut connection = pool.get(OPERATION).await.map_err(StoreError::NotApplied)?;
    let found = match pool.connector().limit(find(&mut connection, tenant, new)).await {
        Ok(found) => found,
        Err(failure) if connection.had_ended(&failure) => {
            // It looks again over another one.
            drop(pool.error(OPERATION, failure));
            return Ok(None);
        }
        Err(failure) => return Err(StoreError::NotApplied(pool.error(OPERATION, failure))),
    };
    if let Some(outcome) = found.outcome(tenant, new) {
        connection.give_back();
        return outcome.map(Some);
    }
    let decided = ExecutionRow::start(tenant.clone(), new, entries.oversize, found.generation, found.now);
    let (mut row, lease) = match decided {
        Ok(decided) => decided,
        Err(refused) => {
            connection.give_back();
            return Err(refused);
        }
    };
    let places = row.append(&entries.texts, found.now);
    match pool.connector().limit(insert(&mut connection, &row, new, entries, &places)).await {
        Ok(()) => {
            connection.give_back();
            Ok(Some(StartOutcome::Started { lease, seq: row.record.seq }))
        }
        Err(failure) if failure.is_duplicate() => {
            connection.give_back();
            Ok(None)
        }
        Err(failure) if failure.blames_values() => {
            connection.give_back();
            Err(StoreError::Invalid(pool.error(OPERATION, failure)))
        }
        // The statement is its own transaction: its answer is that of the commit.
        Err(failure) => Err(in_doubt(pool, OPERATION, failure)),
    }
}

async fn find(connection: &mut PgConnection, tenant: &TenantId, new: &NewExecution) -> Result<Found, Failure> {
    let key = new.key.as_ref().map(stored_key);
    let query = sqlx::query(FIND).bind(new.id.as_uuid()).bind(tenant.as_str()).bind(new.workflow.as_str()).bind(key);
    let row = query.fetch_one(connection).await?;
    let columns = Columns { operation: OPERATION, row: &row };
    let there: Option<uuid::Uuid> = columns.get(0, "execution id")?;
    let keyed: Option<uuid::Uuid> = columns.get(row::EXECUTION_COLUMNS + 2, "execution id")?;
    Ok(Found {
        now: columns.time(row::EXECUTION_COLUMNS)?,
        generation: columns.generation(row::EXECUTION_COLUMNS + 1)?,
        row: there.map(|_| row::execution(OPERATION, &row)).transpose()?,
        key: keyed
            .map(|id| Ok::<_, Error>((ExecutionId::from_uuid(id), columns.digest(row::EXECUTION_COLUMNS + 3)?)))
            .transpose()?,
    })
}

async fn insert(
    connection: &mut PgConnection,
    row: &ExecutionRow,
    new: &NewExecution,
    entries: &Encoded,
    places: &[Place],
) -> Result<(), Failure> {
    let micros = |time: Option<Timestamp>| time.map(Timestamp::as_micros);
    let record = &row.record;
    let query = sqlx::query(INSERT)
        .bind(record.id.as_uuid())
        .bind(record.tenant.as_str())
        .bind(record.workflow.as_str())
        .bind(&record.definition.as_bytes()[..])
        .bind(&record.plan.as_bytes()[..])
        .bind(&row.input.as_bytes()[..])
        .bind(record.created_at.as_micros())
        .bind(record.status.as_str())
        .bind(integer(record.seq.0))
        .bind(integer(record.fence.0))
        .bind(record.holder.as_ref().map(|holder| holder.0.as_str()))
        .bind(micros(record.lease_until))
        .bind(micros(record.wake_at))
        .bind(record.waiting_for.as_deref())
        .bind(micros(record.finished_at))
        .bind(row.last_commit.map(|commit| commit.0))
        .bind(integer(row.requests))
        .bind(&record.chain.as_bytes()[..])
        .bind(i64::from(record.claims_without_progress))
        .bind(new.key.as_ref().map(stored_key))
        .bind(entries.texts.iter().map(|text| &**text).collect::<Vec<&str>>())
        .bind(places.iter().map(|place| &place.chain.as_bytes()[..]).collect::<Vec<&[u8]>>());
    query.execute(connection).await?;
    Ok(())
}

/// What stands for a key: its bytes, or its digest where they would not fit into an index. No text holds the first byte of
/// the latter.
fn stored_key(key: &StartKey) -> Vec<u8> {
    let bytes = key.0.as_bytes();
    if bytes.len() <= LONGEST_KEY {
        return bytes.to_vec();
    }
    [&[0xFF], &Digest::of(bytes).as_bytes()[..]].concat()
}

// === impl Found ===

impl Found {
    /// The answer to a start that is there already, or whose key or id is taken.
    fn outcome(&self, tenant: &TenantId, new: &NewExecution) -> Option<Result<StartOutcome, StoreError>> {
        if let Some(row) = &self.row {
            return Some(if row.was_started_by(tenant, new) {
                Ok(StartOutcome::Started { lease: row.lease_of_start(new, self.generation), seq: row.record.seq })
            } else {
                Err(StoreError::Invalid(
                    Error::new(ErrorKind::AlreadyExists, OPERATION, "another execution has this id")
                        .with_context("execution", new.id),
                ))
            });
        }
        let (id, input) = self.key?;
        Some(Ok(if input == new.input { StartOutcome::Existing(id) } else { StartOutcome::KeyReused(id) }))
    }
}
