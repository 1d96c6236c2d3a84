//! The words that the tests are written in.

use std::{
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

use futures_util::{
    TryStreamExt as _,
    future::{BoxFuture, FutureExt as _},
};
use nebula_ports::{
    Scope,
    clock::Clock,
    execution_repo::{ClaimRequest, CommitOutcome, ExecutionRepo, StartOutcome, StoreError},
    ids::IdSource,
    memory::SeededIds,
    model::{
        AttemptOutcome, Digest, ExecutionId, ExecutionStatus, Grants, HolderId, JournalEntry, JournalRecord, Lease,
        NewExecution, NextState, NodeId, Payload, Seq, TenantId, Transition, WorkflowId,
    },
    time::Timestamp,
};
use nebula_postgres_server as server;
use nebula_storage_postgres::{PostgresOptions, PostgresStorage};
use serde_json::json;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

pub(crate) const TTL: Duration = Duration::from_secs(60);
pub(crate) const RUNNING: NextState = NextState::Running { status: ExecutionStatus::Running };
pub(crate) const FINISHED: NextState = NextState::Finish { status: ExecutionStatus::Completed };

/// The machine's time.
#[derive(Debug)]
pub(crate) struct RealClock;

/// A schema that nobody used before.
pub(crate) struct Db {
    pub(crate) url: String,
    pub(crate) schema: String,
    pub(crate) storage: PostgresStorage,
    pub(crate) ids: Arc<SeededIds>,
}

/// On the server that all tests of the process share; `None` where there is none and the test is not run.
pub(crate) async fn fresh() -> Option<Db> {
    let url = server::or_skip(server::shared())?;
    Some(Db::on(url, server::fresh_schema()).await)
}

pub(crate) fn options(url: &str, schema: &str) -> PostgresOptions {
    PostgresOptions { schema: schema.to_owned(), ..PostgresOptions::new(url.into(), Arc::new(RealClock)) }
}

pub(crate) fn scope() -> Scope {
    #[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
    Scope::of(TenantId::new("tests").expect("a slug"))
}

/// An entry of little weight, told apart by `n`.
pub(crate) fn entry(n: u64) -> JournalEntry {
    entry_with(json!(n))
}

pub(crate) fn entry_with(value: serde_json::Value) -> JournalEntry {
    JournalEntry::AttemptFinished {
        node: NodeId::new("step").expect("a name").into(),
        attempt: 1,
        at: Timestamp::default(),
        outcome: AttemptOutcome::Completed { output: Payload::Inline(Arc::new(value)), cached: false },
    }
}

pub(crate) fn new_execution(id: ExecutionId) -> NewExecution {
    let digest = Digest::of(b"test");
    NewExecution {
        id,
        workflow: WorkflowId::new("orders").expect("a slug"),
        definition: digest,
        plan: digest,
        key: None,
        input: digest,
        entries: vec![JournalEntry::ExecutionStarted {
            at: Timestamp::default(),
            workflow: WorkflowId::new("orders").expect("a slug"),
            definition: digest,
            plan: digest,
            input: Payload::Inline(Arc::new(json!({}))),
            grants: Grants::default(),
            trigger: None,
        }],
        next: NextState::Park {
            status: ExecutionStatus::Pending,
            wake_at: Some(Timestamp::default()),
            waiting_for: None,
        },
        claim: None,
    }
}

pub(crate) fn running(id: ExecutionId, holder: &str) -> NewExecution {
    NewExecution { next: RUNNING, claim: Some((HolderId(holder.into()), TTL)), ..new_execution(id) }
}

#[track_caller]
pub(crate) fn lease_of(outcome: Result<StartOutcome, StoreError>) -> Lease {
    match outcome {
        Ok(StartOutcome::Started { lease: Some(lease), .. }) => lease,
        other => panic!("expected a lease, got {other:?}"),
    }
}

pub(crate) async fn commit(repo: &dyn ExecutionRepo, transition: Transition) -> Result<CommitOutcome, StoreError> {
    repo.commit(vec![transition]).await.remove(0)
}

pub(crate) fn claim(holder: &str, limit: usize) -> ClaimRequest {
    ClaimRequest { holder: HolderId(holder.into()), limit, ttl: TTL, only: None, revive: false }
}

pub(crate) async fn journal(repo: &dyn ExecutionRepo, id: ExecutionId) -> Vec<JournalRecord> {
    repo.journal(&scope(), id, Seq(0)).try_collect().await.expect("a journal can be read")
}

pub(crate) fn positions(journal: &[JournalRecord]) -> Vec<u64> {
    journal.iter().map(|record| record.seq.0).collect()
}

/// Starts a task of the test.
#[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world, and joins its tasks")]
pub(crate) fn spawn<T: Send + 'static>(task: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinHandle<T> {
    tokio::spawn(task)
}

#[expect(clippy::disallowed_methods, reason = "what a real server does takes real time")]
pub(crate) async fn pause(millis: u64) {
    tokio::time::sleep(Duration::from_millis(millis)).await;
}

/// Runs statements on a server.
pub(crate) async fn run(url: &str, script: impl Into<String>) {
    let mut connection = PgConnection::connect(url).await.expect("the server is there");
    connection.execute(AssertSqlSafe(script.into())).await.expect("the statements are right");
    connection.close().await.expect("it closes");
}

// === impl Db ===

impl Db {
    pub(crate) async fn on(url: &str, schema: String) -> Self {
        let storage = PostgresStorage::open(options(url, &schema)).await.expect("it opens");
        Self { url: url.to_owned(), schema, storage, ids: Arc::new(SeededIds::new(1)) }
    }

    /// The same schema as another process sees it.
    pub(crate) async fn again(&self) -> PostgresStorage {
        PostgresStorage::open(options(&self.url, &self.schema)).await.expect("it opens")
    }

    pub(crate) async fn running(&self) -> Lease {
        let new = running(self.ids.execution_id(), "w");
        lease_of(self.storage.executions().start(&scope(), new).await)
    }

    pub(crate) fn transition(&self, lease: &Lease, expected: u64, n: u64, next: NextState) -> Transition {
        Transition {
            lease: lease.clone(),
            expected: Seq(expected),
            commit: self.ids.commit_id(),
            entries: vec![entry(n)],
            consumed: Vec::new(),
            next,
        }
    }

    /// Runs statements in the schema.
    pub(crate) async fn run(&self, script: &str) {
        run(&self.url, format!("SET search_path = {}; {script}", self.schema)).await;
    }

    /// One column of one row of the schema.
    pub(crate) async fn ask<T>(&self, sql: &str) -> T
    where
        T: for<'r> sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres> + Send + Unpin,
    {
        let mut connection = PgConnection::connect(&self.url).await.expect("the server is there");
        let path = format!("SET search_path = {}", self.schema);
        connection.execute(AssertSqlSafe(path)).await.expect("the schema is there");
        let answer = sqlx::query_scalar(AssertSqlSafe(sql.to_owned())).fetch_one(&mut connection).await;
        connection.close().await.expect("it closes");
        answer.expect("there is an answer")
    }
}

// === impl RealClock ===

static BEGAN: LazyLock<Instant> = LazyLock::new({
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    Instant::now
});

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        Timestamp::default().plus(BEGAN.elapsed())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn sleep_until(&self, when: Timestamp) -> BoxFuture<'static, ()> {
        tokio::time::sleep(when.since(self.now())).boxed()
    }
}
