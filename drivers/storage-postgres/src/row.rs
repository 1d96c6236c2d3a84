//! Rows as values of the domain, and back: the one place that knows the columns.

use nebula_ports::{
    Error,
    execution_row::ExecutionRow,
    model::{
        CommitId, Digest, ExecutionId, ExecutionRecord, ExecutionStatus, Fence, Generation, HolderId, InboxItem,
        RequestId, Seq, TenantId, WorkflowId,
    },
    time::Timestamp,
    workflow_repo::StoredWorkflow,
};
use sqlx::{Row as _, postgres::PgRow};
use uuid::Uuid;

use crate::error::corrupt;

/// The columns of [`execution`], in the order it reads them. Whatever else a query asks for comes after them, from
/// [`EXECUTION_COLUMNS`] on.
macro_rules! execution_columns {
    () => {
        "id, tenant, workflow, definition, plan, input, created_at, status, seq, fence, holder, lease_until, wake_at, \
         waiting_for, finished_at, last_commit, requests, chain, claims"
    };
}
pub(crate) use execution_columns;

/// How many columns `execution_columns!` has.
pub(crate) const EXECUTION_COLUMNS: usize = 19;

/// The columns of [`workflow`], in the order it reads them.
macro_rules! workflow_columns {
    () => {
        "digest, version, stored_at, definition"
    };
}
pub(crate) use workflow_columns;

/// Reads the columns of `execution_columns!`.
pub(crate) fn execution(operation: &'static str, row: &PgRow) -> Result<ExecutionRow, Error> {
    let columns = Columns { operation, row };
    let time = |at| columns.get::<Option<i64>>(at, "time").map(|time| time.map(Timestamp::from_micros));
    let status: &str = columns.get(7, "status")?;
    Ok(ExecutionRow {
        record: ExecutionRecord {
            id: columns.id(0)?,
            tenant: columns.tenant(1)?,
            workflow: columns.workflow(2)?,
            definition: columns.digest(3)?,
            plan: columns.digest(4)?,
            status: ExecutionStatus::from_word(status).ok_or_else(|| corrupt(operation, "status", status))?,
            seq: Seq(columns.count(8)?),
            chain: columns.digest(17)?,
            fence: Fence(columns.count(9)?),
            holder: columns.get::<Option<&str>>(10, "holder")?.map(|holder| HolderId(holder.into())),
            lease_until: time(11)?,
            wake_at: time(12)?,
            waiting_for: columns.get(13, "text")?,
            claims_without_progress: u32::try_from(columns.count(18)?).unwrap_or(u32::MAX),
            created_at: columns.time(6)?,
            finished_at: time(14)?,
        },
        input: columns.digest(5)?,
        last_commit: columns.get::<Option<Uuid>>(15, "commit id")?.map(CommitId),
        requests: columns.count(16)?,
    })
}

/// Reads `execution, request, body` of a request that waits.
pub(crate) fn request(operation: &'static str, row: &PgRow) -> Result<(ExecutionId, InboxItem), Error> {
    let columns = Columns { operation, row };
    let id = RequestId(columns.get(1, "request id")?);
    let body: &str = columns.get(2, "request")?;
    let request = serde_json::from_str(body).map_err(|error| corrupt(operation, "request", id).with_source(error))?;
    Ok((columns.id(0)?, InboxItem { id, request }))
}

/// Reads the columns of `workflow_columns!`, and checks that the definition is the one of the digest.
pub(crate) fn workflow(operation: &'static str, row: &PgRow) -> Result<StoredWorkflow, Error> {
    let columns = Columns { operation, row };
    let digest = columns.digest(0)?;
    let text: &str = columns.get(3, "definition")?;
    if Digest::of(text.as_bytes()) != digest {
        return Err(corrupt(operation, "definition", digest));
    }
    let version: i64 = columns.get(1, "version")?;
    Ok(StoredWorkflow {
        digest,
        version: u32::try_from(version).map_err(|_| corrupt(operation, "version", version))?,
        stored_at: columns.time(2)?,
        definition: serde_json::from_str(text)
            .map_err(|error| corrupt(operation, "definition", digest).with_source(error))?,
    })
}

/// A row whose columns are read by position.
pub(crate) struct Columns<'r> {
    pub(crate) operation: &'static str,
    pub(crate) row: &'r PgRow,
}

// === impl Columns ===

impl<'r> Columns<'r> {
    pub(crate) fn get<T>(&self, at: usize, what: &'static str) -> Result<T, Error>
    where
        T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
    {
        self.row.try_get(at).map_err(|error| corrupt(self.operation, what, "unreadable").with_source(error))
    }

    pub(crate) fn count(&self, at: usize) -> Result<u64, Error> {
        let number: i64 = self.get(at, "number")?;
        u64::try_from(number).map_err(|_| corrupt(self.operation, "number", number))
    }

    pub(crate) fn generation(&self, at: usize) -> Result<Generation, Error> {
        Ok(Generation(u32::try_from(self.count(at)?).unwrap_or(u32::MAX)))
    }

    pub(crate) fn time(&self, at: usize) -> Result<Timestamp, Error> {
        self.get(at, "time").map(Timestamp::from_micros)
    }

    pub(crate) fn id(&self, at: usize) -> Result<ExecutionId, Error> {
        self.get(at, "execution id").map(ExecutionId::from_uuid)
    }

    fn tenant(&self, at: usize) -> Result<TenantId, Error> {
        let text: &str = self.get(at, "tenant")?;
        TenantId::new(text).map_err(|error| corrupt(self.operation, "tenant", error))
    }

    fn workflow(&self, at: usize) -> Result<WorkflowId, Error> {
        let text: &str = self.get(at, "workflow id")?;
        WorkflowId::new(text).map_err(|error| corrupt(self.operation, "workflow id", error))
    }

    pub(crate) fn digest(&self, at: usize) -> Result<Digest, Error> {
        let bytes: &[u8] = self.get(at, "digest")?;
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| corrupt(self.operation, "digest", bytes))?;
        Ok(Digest::from_bytes(bytes))
    }
}

/// A counter as PostgreSQL keeps numbers. The domain's counters never get near the limit.
pub(crate) fn integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
