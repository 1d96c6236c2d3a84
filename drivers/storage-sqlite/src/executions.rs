//! The port of executions: writes go to the writer, reads to a reader.

use std::{path::PathBuf, time::Duration};

use async_trait::async_trait;
use futures_util::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use nebula_ports::{
    Error, ErrorKind, Result, Scope,
    execution_repo::{
        ClaimRequest, CommitOutcome, ExecutionFilter, ExecutionRepo, Renewal, RequestOutcome, StartOutcome, StoreError,
    },
    execution_row::Encoded,
    model::{
        Claimed, ExecutionId, ExecutionRecord, InboxItem, JournalRecord, Lease, NewExecution, Request, RequestId, Seq,
        Transition,
    },
    time::Timestamp,
};
use sqlx::{Executor as _, QueryBuilder, Row as _, Sqlite, sqlite::SqliteRow};

use crate::{
    error::from_sqlx,
    journal::{PAGE, Reading},
    readers::Readers,
    row::{self, execution_columns, integer},
    writer::{Commit, Job, Start, Unanswered, Writer},
};

const BY_ID: &str = concat!("SELECT ", execution_columns!(), " FROM execution WHERE id = ? AND tenant = ?");
const LIST: &str = concat!("SELECT ", execution_columns!(), " FROM execution WHERE tenant = ");
/// With what the execution says of its journal, as of the same moment; of an execution without such entries one row of
/// nulls.
const JOURNAL: &str = "SELECT j.seq, j.fence, j.recorded_at, j.entry, j.chain, e.seq, e.chain \
    FROM execution AS e LEFT JOIN journal AS j ON j.execution = e.n AND j.seq >= ?2 \
    WHERE e.id = ?1 AND e.tenant = ?3 ORDER BY e.n, j.seq LIMIT ?4";
const NEXT_DUE: &str = "SELECT min(due_at) FROM execution WHERE due_at IS NOT NULL";

/// Every query with a fixed text.
#[cfg(test)]
pub(crate) const QUERIES: &[&str] = &[BY_ID, JOURNAL, NEXT_DUE];

/// Executions in a database.
#[derive(Debug, Clone)]
pub(crate) struct SqliteExecutions {
    path: PathBuf,
    readers: Readers,
    writer: Option<Writer>,
}

// === impl SqliteExecutions ===

impl SqliteExecutions {
    pub(crate) const fn new(path: PathBuf, readers: Readers, writer: Option<Writer>) -> Self {
        Self { path, readers, writer }
    }

    /// The next page of a journal, checked.
    async fn journal_page(&self, scope: &Scope, id: ExecutionId, reading: &mut Reading) -> Result<Vec<JournalRecord>> {
        const OPERATION: &str = "execution_repo.journal";
        let query = sqlx::query(JOURNAL)
            .bind(&id.as_uuid().as_bytes()[..])
            .bind(integer(reading.from().0))
            .bind(scope.tenant().as_str())
            .bind(PAGE);
        let mut reader = self.readers.get().await?;
        let rows = reader.fetch_all(query).await.map_err(|error| from_sqlx(OPERATION, &self.path, error))?;
        reading.page(&rows).map_err(|error| self.locate(error))
    }

    fn records(&self, operation: &'static str, rows: &[SqliteRow]) -> Result<Vec<ExecutionRecord>> {
        let records = rows.iter().map(|row| Ok(row::execution(operation, row)?.record));
        records.map(|record: Result<_>| record.map_err(|error| self.locate(error))).collect()
    }

    fn locate(&self, error: Error) -> Error {
        error.with_context("file", self.path.display())
    }

    fn writer(&self, operation: &'static str) -> Result<&Writer> {
        self.writer.as_ref().ok_or_else(|| read_only(operation))
    }
}

/// The storage was opened with `open_read_only`.
pub(crate) fn read_only(operation: &'static str) -> Error {
    Error::new(ErrorKind::Unsupported, operation, "the database was opened for reading only")
}

fn stored(unanswered: Unanswered) -> StoreError {
    match unanswered {
        Unanswered::Closed(error) => StoreError::NotApplied(error),
        Unanswered::Lost(error) => StoreError::OutcomeUnknown(error),
    }
}

#[async_trait]
impl ExecutionRepo for SqliteExecutions {
    async fn start(&self, scope: &Scope, new: NewExecution) -> Result<StartOutcome, StoreError> {
        let writer = self.writer("execution_repo.start").map_err(StoreError::NotApplied)?;
        let entries = Encoded::of(&new.entries);
        let start = Box::new(Start { tenant: scope.tenant().clone(), new, entries });
        writer.call(|reply| Job::Start(start, reply)).await.map_err(stored)?
    }

    async fn claim(&self, request: ClaimRequest) -> Result<Vec<Claimed>> {
        self.writer("execution_repo.claim")?.call(|reply| Job::Claim(request, reply)).await?
    }

    async fn renew(&self, leases: &[Lease], ttl: Duration) -> Result<Vec<Renewal>> {
        let leases = leases.to_vec();
        self.writer("execution_repo.renew")?.call(|reply| Job::Renew { leases, ttl, reply }).await?
    }

    async fn commit(&self, transitions: Vec<Transition>) -> Vec<Result<CommitOutcome, StoreError>> {
        const OPERATION: &str = "execution_repo.commit";
        let count = transitions.len();
        let Some(writer) = &self.writer else {
            return (0..count).map(|_| Err(StoreError::NotApplied(read_only(OPERATION)))).collect();
        };
        let commits: Vec<Commit> = transitions.into_iter().map(Commit::from).collect();
        match writer.call(|reply| Job::Commit(commits, reply)).await {
            Ok(answers) => answers,
            Err(unanswered) => {
                let refused = matches!(unanswered, Unanswered::Closed(_));
                let error = Error::from(unanswered);
                let copy = || Error::new(error.kind(), OPERATION, error.message());
                let answer =
                    || if refused { StoreError::NotApplied(copy()) } else { StoreError::OutcomeUnknown(copy()) };
                (0..count).map(|_| Err(answer())).collect()
            }
        }
    }

    async fn request(
        &self,
        scope: &Scope,
        id: ExecutionId,
        request_id: RequestId,
        request: Request,
    ) -> Result<RequestOutcome> {
        let (tenant, item) = (scope.tenant().clone(), InboxItem { id: request_id, request });
        self.writer("execution_repo.request")?.call(|reply| Job::Request { tenant, id, item, reply }).await?
    }

    async fn get(&self, scope: &Scope, id: ExecutionId) -> Result<Option<ExecutionRecord>> {
        const OPERATION: &str = "execution_repo.get";
        let query = sqlx::query(BY_ID).bind(&id.as_uuid().as_bytes()[..]).bind(scope.tenant().as_str());
        let mut reader = self.readers.get().await?;
        let row = reader.fetch_optional(query).await.map_err(|error| from_sqlx(OPERATION, &self.path, error))?;
        Ok(self.records(OPERATION, row.as_slice())?.pop())
    }

    async fn list(&self, scope: &Scope, filter: &ExecutionFilter) -> Result<Vec<ExecutionRecord>> {
        const OPERATION: &str = "execution_repo.list";
        let ExecutionFilter { status, workflow, before, limit } = filter;
        let limit = if *limit == 0 { 100 } else { i64::try_from(*limit).unwrap_or(i64::MAX) };
        // At most eight texts, each prepared once.
        let mut query = QueryBuilder::<Sqlite>::new(LIST);
        query.push_bind(scope.tenant().as_str());
        if let Some(status) = status {
            query.push(" AND status = ").push_bind(status.as_str());
        }
        if let Some(workflow) = workflow {
            query.push(" AND workflow = ").push_bind(workflow.as_str());
        }
        if let Some(before) = before {
            query.push(" AND id < ").push_bind(&before.as_uuid().as_bytes()[..]);
        }
        query.push(" ORDER BY id DESC LIMIT ").push_bind(limit);
        let mut reader = self.readers.get().await?;
        let rows = reader.fetch_all(query.build()).await.map_err(|error| from_sqlx(OPERATION, &self.path, error))?;
        self.records(OPERATION, &rows)
    }

    fn journal(&self, scope: &Scope, id: ExecutionId, after: Seq) -> BoxStream<'static, Result<JournalRecord>> {
        let (repo, scope) = (self.clone(), scope.clone());
        let pages = stream::try_unfold(Reading::new(id, after), move |mut reading| {
            let (repo, scope) = (repo.clone(), scope.clone());
            async move {
                if reading.is_over() {
                    return Ok(None);
                }
                let page = repo.journal_page(&scope, id, &mut reading).await?;
                Ok::<_, Error>(Some((stream::iter(page.into_iter().map(Ok)), reading)))
            }
        });
        pages.try_flatten().boxed()
    }

    async fn next_due(&self) -> Result<Option<Timestamp>> {
        let mut reader = self.readers.get().await?;
        let due: Option<i64> = reader
            .fetch_one(NEXT_DUE)
            .await
            .and_then(|row| row.try_get(0))
            .map_err(|error| from_sqlx("execution_repo.next_due", &self.path, error))?;
        Ok(due.map(Timestamp::from_micros))
    }
}
