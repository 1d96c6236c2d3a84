//! Copies of a database: as of one moment, beside a writer, and with nothing in common with the first from then on.

use std::{path::Path, sync::Arc, time::Duration};

use futures_util::{TryStreamExt as _, future::join};
use nebula_ports::{
    ErrorKind, Scope,
    conformance::RuntimeSpawner,
    execution_repo::{ClaimRequest, CommitOutcome, ExecutionFilter, StartOutcome},
    ids::IdSource as _,
    memory::{ManualClock, SeededIds},
    model::{
        Digest, ExecutionStatus, Generation, HolderId, JournalEntry, Lease, NewExecution, NextState, Seq, TenantId,
        Transition, WorkflowId,
    },
};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};

const RUNNING: NextState = NextState::Running { status: ExecutionStatus::Running };

#[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
fn scope() -> Scope {
    Scope::of(TenantId::new("tests").unwrap())
}

async fn open(path: &Path, clock: &ManualClock, take_over: bool) -> SqliteStorage {
    let options = SqliteOptions { take_over, ..SqliteOptions::new(Arc::new(RuntimeSpawner)) };
    SqliteStorage::open(path, Arc::new(clock.clone()), options).await.unwrap()
}

fn execution(ids: &SeededIds) -> NewExecution {
    let digest = Digest::of(b"tests");
    NewExecution {
        id: ids.execution_id(),
        workflow: WorkflowId::new("orders").unwrap(),
        definition: digest,
        plan: digest,
        key: None,
        input: digest,
        entries: vec![entry(ids)],
        next: RUNNING,
        claim: Some((HolderId("a".into()), Duration::from_secs(30))),
    }
}

fn entry(ids: &SeededIds) -> JournalEntry {
    JournalEntry::CancelRequested { reason: "enough".to_owned(), request: ids.request_id() }
}

async fn start(storage: &SqliteStorage, ids: &SeededIds) -> Lease {
    match storage.executions().start(&scope(), execution(ids)).await.unwrap() {
        StartOutcome::Started { lease: Some(lease), .. } => lease,
        other => panic!("{other:?}"),
    }
}

async fn step(storage: &SqliteStorage, ids: &SeededIds, lease: &Lease, expected: u64) -> CommitOutcome {
    let (commit, entries) = (ids.commit_id(), vec![entry(ids)]);
    let lease = lease.clone();
    let step = Transition { lease, expected: Seq(expected), commit, entries, consumed: vec![], next: RUNNING };
    storage.executions().commit(vec![step]).await.remove(0).unwrap()
}

#[tokio::test]
async fn what_the_first_hands_out_after_the_copy_cannot_write_to_the_copy() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("nebula.db"), folder.path().join("copy.db"));
    let (clock, ids) = (ManualClock::default(), SeededIds::new(4));
    let first = open(&path, &clock, false).await;
    let old = start(&first, &ids).await;
    let copied = SqliteStorage::copy(&path, &copy).await.unwrap();
    assert_eq!((copied.schema_version, copied.generation), (SqliteStorage::SCHEMA_VERSION, Generation::FIRST));

    // The first goes on: others claim, and write.
    let mut later = old.clone();
    for _ in 0..3 {
        clock.advance(Duration::from_secs(31));
        let holder = HolderId("b".into());
        let only = Some(old.execution);
        let request = ClaimRequest { holder, limit: 1, ttl: Duration::from_secs(30), only, revive: false };
        later = first.executions().claim(request).await.unwrap().remove(0).lease;
    }
    assert_eq!(step(&first, &ids, &later, 1).await, CommitOutcome::Applied(Seq(2)));
    first.close().await.unwrap();

    let second = open(&copy, &clock, true).await;
    assert_eq!(second.generation().await.unwrap(), Generation::FIRST.next());
    for lease in [&old, &later] {
        assert!(matches!(step(&second, &ids, lease, 1).await, CommitOutcome::Fenced { .. }));
    }
    let holder = HolderId("c".into());
    let request = ClaimRequest { holder, limit: 1, ttl: Duration::from_secs(30), only: None, revive: false };
    let new = second.executions().claim(request).await.unwrap().remove(0).lease;
    assert!(new.fence > later.fence, "above all that the first has handed out");
    assert!(matches!(step(&second, &ids, &later, 1).await, CommitOutcome::Fenced { .. }));
    assert_eq!(step(&second, &ids, &new, 1).await, CommitOutcome::Applied(Seq(2)));
    second.close().await.unwrap();
}

#[tokio::test]
async fn a_copy_is_whole_while_somebody_writes() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("nebula.db"), folder.path().join("copy.db"));
    let (clock, ids) = (ManualClock::default(), SeededIds::new(4));
    let first = open(&path, &clock, false).await;
    for _ in 0..200 {
        start(&first, &ids).await;
    }
    let writing = async {
        for _ in 0..200 {
            start(&first, &ids).await;
        }
    };
    let ((), copied) = join(writing, SqliteStorage::copy(&path, &copy)).await;
    copied.unwrap();
    let second = SqliteStorage::open_read_only(&copy).await.unwrap();
    let filter = ExecutionFilter { limit: 1_000, ..ExecutionFilter::default() };
    let records = second.executions().list(&scope(), &filter).await.unwrap();
    assert!((200..=400).contains(&records.len()), "{}", records.len());
    for record in records {
        let journal: Vec<_> = second.executions().journal(&scope(), record.id, Seq(0)).try_collect().await.unwrap();
        assert_eq!(journal.len(), 1);
    }
    first.close().await.unwrap();
}

#[tokio::test]
async fn a_copy_writes_over_nothing_and_needs_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("nebula.db"), folder.path().join("copy.db"));
    assert_eq!(SqliteStorage::copy(&path, &copy).await.unwrap_err().kind(), ErrorKind::NotFound);
    open(&path, &ManualClock::default(), false).await.close().await.unwrap();
    std::fs::write(&copy, "something").unwrap();
    assert_eq!(SqliteStorage::copy(&path, &copy).await.unwrap_err().kind(), ErrorKind::InvalidInput);
    assert_eq!(std::fs::read(&copy).unwrap(), b"something");
}
