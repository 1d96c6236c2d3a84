//! Cases that need a hand on the connections: full disks, rows from elsewhere, plans of statements.

use std::{path::PathBuf, time::Duration};

use nebula_ports::{
    ErrorKind,
    conformance::RuntimeSpawner,
    execution_repo::{ClaimRequest, CommitOutcome, ExecutionRepo, Renewal, StartOutcome, StoreError},
    ids::IdSource as _,
    memory::{ManualClock, SeededIds},
    model::{
        Digest, ExecutionId, ExecutionStatus, HolderId, JournalEntry, Lease, NewExecution, NextState, Seq, TenantId,
        Transition, WorkflowId,
    },
    spawn::Spawner as _,
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, Executor as _, Row as _, SqliteConnection};
use tempfile::TempDir;

use super::*;
use crate::{connect, executions::SqliteExecutions, lock::DataLock, migrate, readers::Readers};

/// A writer over a connection that a test has prepared, and a second connection to the same file.
struct Prepared {
    _folder: TempDir,
    executions: SqliteExecutions,
    beside: SqliteConnection,
    ids: SeededIds,
}

const TIMEOUT: Duration = Duration::from_secs(5);

#[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
fn scope() -> nebula_ports::Scope {
    nebula_ports::Scope::of(TenantId::new("tests").expect("a slug"))
}

impl Prepared {
    /// A database whose writer is set to `pragmas`.
    async fn new(pragmas: &str) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let path: PathBuf = folder.path().join("nebula.db");
        let lock = DataLock::acquire(&path).expect("nobody has it");
        migrate::create(&path, Timestamp::from_micros(0)).await.expect("it is made");
        let mut connection = connect::writer(&path, TIMEOUT).await.expect("it opens");
        connection.execute(AssertSqlSafe(pragmas.to_owned())).await.expect("they are known");
        let clock = std::sync::Arc::new(ManualClock::default());
        let (writer, task) = WriterTask::new(path.clone(), clock, connection, lock, 64).await.expect("it starts");
        RuntimeSpawner.spawn("writer", Box::pin(task.run()));
        let beside = connect::writer(&path, TIMEOUT).await.expect("it opens");
        let readers = Readers::new(path.clone(), 1, TIMEOUT);
        let executions = SqliteExecutions::new(path, readers, Some(writer));
        Self { _folder: folder, executions, beside, ids: SeededIds::new(3) }
    }

    fn entry(&self, bytes: usize) -> JournalEntry {
        JournalEntry::CancelRequested { reason: "x".repeat(bytes), request: self.ids.request_id() }
    }

    fn running(&self) -> NewExecution {
        let digest = Digest::of(b"tests");
        NewExecution {
            id: self.ids.execution_id(),
            workflow: WorkflowId::new("orders").expect("a slug"),
            definition: digest,
            plan: digest,
            key: None,
            input: digest,
            entries: vec![self.entry(10)],
            next: NextState::Running { status: ExecutionStatus::Running },
            claim: Some((HolderId("a".into()), Duration::from_secs(30))),
        }
    }

    fn parked(&self) -> NewExecution {
        let wake_at = Some(Timestamp::from_micros(0));
        let next = NextState::Park { status: ExecutionStatus::Pending, wake_at, waiting_for: None };
        NewExecution { next, claim: None, ..self.running() }
    }

    async fn start(&self, new: NewExecution) -> Result<Option<Lease>, StoreError> {
        match self.executions.start(&scope(), new).await? {
            StartOutcome::Started { lease, .. } => Ok(lease),
            other => panic!("{other:?}"),
        }
    }

    fn step(&self, lease: &Lease, bytes: usize) -> Transition {
        Transition {
            lease: lease.clone(),
            expected: Seq(1),
            commit: self.ids.commit_id(),
            entries: vec![self.entry(bytes)],
            consumed: Vec::new(),
            next: NextState::Running { status: ExecutionStatus::Running },
        }
    }

    async fn seq(&self, id: ExecutionId) -> Option<Seq> {
        self.executions.get(&scope(), id).await.expect("it can be read").map(|record| record.seq)
    }

    async fn beside(&mut self, sql: &'static str) {
        self.beside.execute(sql).await.expect("the statement works");
    }

    async fn claim(&self, only: Option<ExecutionId>, limit: usize) -> nebula_ports::Result<Vec<ExecutionId>> {
        let request = ClaimRequest { holder: HolderId("b".into()), limit, ttl: TIMEOUT, only, revive: false };
        let claimed = self.executions.claim(request).await?;
        Ok(claimed.into_iter().map(|claimed| claimed.record.id).collect())
    }
}

#[tokio::test]
async fn a_full_disk_acknowledges_nothing() {
    let prepared = Prepared::new("PRAGMA max_page_count = 60").await;
    let mut kept = Vec::new();
    let refused = loop {
        let mut new = prepared.running();
        new.entries.push(prepared.entry(5_000));
        let id = new.id;
        match prepared.start(new).await {
            Ok(_) => kept.push(id),
            Err(StoreError::NotApplied(error)) => {
                assert_eq!(error.kind(), ErrorKind::Unavailable);
                assert!(error.to_string().contains("the disk is full"), "{error}");
                assert!(error.is_retryable());
                break id;
            }
            Err(other) => panic!("{other:?}"),
        }
        assert!(kept.len() < 100, "the limit was never met");
    };
    assert_eq!(prepared.seq(refused).await, None);
    for id in kept {
        assert_eq!(prepared.seq(id).await, Some(Seq(2)), "what was acknowledged is there");
    }
    assert!(prepared.start(prepared.running()).await.is_ok(), "what is small enough still fits");
}

#[tokio::test]
async fn a_commit_on_a_full_disk_may_be_sent_again() {
    let prepared = Prepared::new("PRAGMA max_page_count = 60").await;
    let lease = prepared.start(prepared.running()).await.expect("there is room").expect("a lease");
    let large = prepared.step(&lease, 400_000);
    for _ in 0..2 {
        let answer = prepared.executions.commit(vec![large.clone()]).await.remove(0);
        assert!(matches!(answer, Err(StoreError::NotApplied(_))), "{answer:?}");
    }
    let answer = prepared.executions.commit(vec![prepared.step(&lease, 10)]).await.remove(0);
    assert_eq!(answer.expect("it fits"), CommitOutcome::Applied(Seq(2)), "nothing of the large one was kept");
}

#[tokio::test]
async fn a_database_that_may_not_be_written_is_told() {
    let prepared = Prepared::new("PRAGMA query_only = ON").await;
    match prepared.start(prepared.running()).await {
        Err(StoreError::NotApplied(error)) => assert_eq!(error.kind(), ErrorKind::PermissionDenied),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_member_that_the_database_refuses_fails_alone() {
    let mut prepared = Prepared::new("").await;
    let mut leases = Vec::new();
    for _ in 0..3 {
        leases.push(prepared.start(prepared.running()).await.expect("it starts").expect("a lease"));
    }
    // An entry that nobody has written as far as the writer knows.
    prepared.beside("INSERT INTO journal (execution, seq, fence, recorded_at, entry) VALUES (2, 2, 1, 0, '{}')").await;
    let batch = leases.iter().map(|lease| prepared.step(lease, 10)).collect();
    let answers = prepared.executions.commit(batch).await;
    assert!(
        matches!(
            answers.as_slice(),
            [Ok(CommitOutcome::Applied(Seq(2))), Err(StoreError::NotApplied(_)), Ok(CommitOutcome::Applied(Seq(2)))]
        ),
        "{answers:?}"
    );
    assert_eq!(prepared.seq(leases[1].execution).await, Some(Seq(1)));
    assert_eq!(prepared.seq(leases[2].execution).await, Some(Seq(2)));
}

#[tokio::test]
async fn a_row_that_cannot_be_read_keeps_nobody_else_from_being_claimed() {
    let mut prepared = Prepared::new("").await;
    let mut ids = Vec::new();
    for _ in 0..4 {
        let new = prepared.parked();
        ids.push(new.id);
        prepared.start(new).await.expect("it starts");
    }
    prepared.beside("UPDATE execution SET status = 'pendong', wake_at = -5 WHERE n IN (1, 2)").await;
    assert_eq!(prepared.claim(None, 1).await.expect("others can be claimed"), [ids[2]]);
    assert_eq!(prepared.claim(None, 9).await.expect("others can be claimed"), [ids[3]]);
    assert_eq!(prepared.claim(Some(ids[0]), 1).await.expect_err("it cannot be read").kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_costs_nobody_else_its_lease() {
    let mut prepared = Prepared::new("").await;
    let mut leases = Vec::new();
    for _ in 0..2 {
        prepared.start(prepared.parked()).await.expect("it starts");
        let until = Timestamp::from_micros(0);
        let id = prepared.claim(None, 1).await.expect("it is due").remove(0);
        let fence = nebula_ports::model::Fence(1);
        leases.push(Lease { execution: id, holder: HolderId("b".into()), fence, until });
    }
    prepared.beside("UPDATE execution SET plan = x'00' WHERE n = 1").await;
    // A transaction that fails makes the writer forget what it knows.
    prepared.beside("INSERT INTO journal (execution, seq, fence, recorded_at, entry) VALUES (3, 1, 1, 0, '{}')").await;
    prepared.start(prepared.parked()).await.expect_err("its first entry is there");

    let answers = prepared.executions.renew(&leases, TIMEOUT).await.expect("it works");
    assert!(matches!(answers.as_slice(), [Renewal::Lost(_), Renewal::Held { .. }]), "{answers:?}");
}

#[tokio::test]
async fn no_statement_reads_a_table_from_end_to_end() {
    let mut prepared = Prepared::new("").await;
    let templates = TEMPLATES.iter().copied().flatten();
    let mut texts: Vec<String> = templates
        .flat_map(|template| statement::SIZES.map(|size| statement::text(*template, size)))
        .chain(
            QUERIES
                .iter()
                .copied()
                .flatten()
                .chain(crate::executions::QUERIES)
                .chain(crate::workflows::QUERIES)
                .chain(crate::triggers::QUERIES)
                .map(ToString::to_string),
        )
        .collect();
    for filter in ["", " AND status = ?", " AND workflow = ?", " AND status = ? AND workflow = ?"] {
        for before in ["", " AND id < ?"] {
            texts.push(format!("SELECT id FROM execution WHERE tenant = ?{filter}{before} ORDER BY id DESC LIMIT ?"));
        }
    }
    for text in texts {
        let plan =
            prepared.beside.fetch_all(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {text}"))).await.expect("a plan");
        for row in plan {
            let step: String = row.get("detail");
            let scans = ["execution", "journal", "inbox", "start_key", "workflow", "trigger_row"]
                .iter()
                .any(|table| step == format!("SCAN {table}") || step.starts_with(&format!("SCAN {table} USING")));
            assert!(!scans, "{step}: {text}");
            // Requests are few; everything else has to come out of an index in its order.
            assert!(!step.contains("TEMP B-TREE") || text.contains("FROM inbox"), "{step}: {text}");
        }
    }
}
