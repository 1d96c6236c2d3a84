//! Rows as values of the domain, and back.

use nebula_ports::{
    Error,
    execution_row::ExecutionRow,
    model::{
        CommitId, Digest, ExecutionId, ExecutionRecord, ExecutionStatus, Fence, HolderId, Seq, TenantId, WorkflowId,
    },
    time::Timestamp,
    workflow_repo::StoredWorkflow,
};
use sqlx::{Row as _, sqlite::SqliteRow};
use uuid::Uuid;

use crate::error::corrupt;

/// The columns of [`execution`], in the order it reads them.
macro_rules! execution_columns {
    () => {
        "id, tenant, workflow, definition, plan, input, created_at, status, seq, fence, holder, lease_until, wake_at, \
         waiting_for, finished_at, last_commit, requests, chain, claims, n"
    };
}
pub(crate) use execution_columns;

/// The columns of [`workflow`], in the order it reads them.
macro_rules! workflow_columns {
    () => {
        "digest, version, stored_at, definition"
    };
}
pub(crate) use workflow_columns;

/// Reads the columns of `execution_columns!`.
pub(crate) fn execution(operation: &'static str, row: &SqliteRow) -> Result<ExecutionRow, Error> {
    let columns = Columns { operation, row };
    let time = |at| columns.get::<Option<i64>>(at, "time").map(|time| time.map(Timestamp::from_micros));
    let status: &str = columns.get(7, "status")?;
    let last_commit: Option<&[u8]> = columns.get(15, "commit id")?;
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
            created_at: Timestamp::from_micros(columns.get(6, "time")?),
            finished_at: time(14)?,
        },
        input: columns.digest(5)?,
        last_commit: last_commit.map(|bytes| columns.uuid(bytes).map(CommitId)).transpose()?,
        requests: columns.count(16)?,
    })
}

/// Reads the number by which other tables know an execution, of `execution_columns!`.
pub(crate) fn number(operation: &'static str, row: &SqliteRow) -> Result<i64, Error> {
    Columns { operation, row }.get(19, "number")
}

/// Reads the columns of `workflow_columns!`, and checks that the definition is the one of the digest.
pub(crate) fn workflow(operation: &'static str, row: &SqliteRow) -> Result<StoredWorkflow, Error> {
    let columns = Columns { operation, row };
    let digest = columns.digest(0)?;
    let text: &str = columns.get(3, "definition")?;
    if Digest::of(text.as_bytes()) != digest {
        return Err(corrupt(operation, "definition", digest));
    }
    Ok(StoredWorkflow {
        digest,
        version: columns.get(1, "version")?,
        stored_at: Timestamp::from_micros(columns.get(2, "time")?),
        definition: serde_json::from_str(text)
            .map_err(|error| corrupt(operation, "definition", digest).with_source(error))?,
    })
}

/// A row whose columns are read by position.
pub(crate) struct Columns<'r> {
    pub(crate) operation: &'static str,
    pub(crate) row: &'r SqliteRow,
}

// === impl Columns ===

impl<'r> Columns<'r> {
    pub(crate) fn get<T>(&self, at: usize, what: &'static str) -> Result<T, Error>
    where
        T: sqlx::Decode<'r, sqlx::Sqlite>,
    {
        // The columns of strict tables have their types; asking for them again costs more than reading them.
        self.row.try_get_unchecked(at).map_err(|error| corrupt(self.operation, what, "unreadable").with_source(error))
    }

    pub(crate) fn is_null(&self, at: usize) -> Result<bool, Error> {
        Ok(self.get::<Option<i64>>(at, "number")?.is_none())
    }

    pub(crate) fn count(&self, at: usize) -> Result<u64, Error> {
        let number: i64 = self.get(at, "number")?;
        u64::try_from(number).map_err(|_| corrupt(self.operation, "number", number))
    }

    pub(crate) fn id(&self, at: usize) -> Result<ExecutionId, Error> {
        self.uuid(self.get(at, "execution id")?).map(ExecutionId::from_uuid)
    }

    pub(crate) fn tenant(&self, at: usize) -> Result<TenantId, Error> {
        let text: &str = self.get(at, "tenant")?;
        TenantId::new(text).map_err(|error| corrupt(self.operation, "tenant", error))
    }

    pub(crate) fn workflow(&self, at: usize) -> Result<WorkflowId, Error> {
        let text: &str = self.get(at, "workflow id")?;
        WorkflowId::new(text).map_err(|error| corrupt(self.operation, "workflow id", error))
    }

    pub(crate) fn digest(&self, at: usize) -> Result<Digest, Error> {
        let bytes: &[u8] = self.get(at, "digest")?;
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_| corrupt(self.operation, "digest", bytes))?;
        Ok(Digest::from_bytes(bytes))
    }

    pub(crate) fn uuid(&self, bytes: &[u8]) -> Result<Uuid, Error> {
        Uuid::from_slice(bytes).map_err(|_| corrupt(self.operation, "id", bytes))
    }
}

/// A counter as SQLite keeps numbers. The domain's counters never get near the limit.
pub(crate) fn integer(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
