//! What happens to files: refused ones stay as they are, one process at a time, readers beside it, nothing acknowledged
//! that is not kept.

use std::{fs, path::Path, sync::Arc, time::Duration};

use futures_util::{TryStreamExt as _, future::BoxFuture};
use nebula_ports::{
    Error, ErrorKind, Scope,
    conformance::RuntimeSpawner,
    execution_repo::{ClaimRequest, ExecutionFilter, StartOutcome, StoreError},
    ids::IdSource as _,
    memory::{ManualClock, SeededIds},
    model::{
        Digest, ExecutionId, ExecutionStatus, FORMAT_VERSION, HolderId, JournalEntry, NewExecution, NextState, Seq,
        Settings, TenantId, Workflow, WorkflowId,
    },
    spawn::Spawner,
    time::Timestamp,
};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use tempfile::TempDir;

fn folder() -> TempDir {
    tempfile::tempdir().expect("a folder for the database")
}

async fn open(path: &Path) -> Result<SqliteStorage, Error> {
    SqliteStorage::open(path, Arc::new(ManualClock::default()), SqliteOptions::new(Arc::new(RuntimeSpawner))).await
}

#[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
fn scope() -> Scope {
    Scope::of(TenantId::new("tests").expect("a slug"))
}

fn execution(ids: &SeededIds) -> NewExecution {
    let digest = Digest::of(b"tests");
    NewExecution {
        id: ids.execution_id(),
        workflow: WorkflowId::new("orders").expect("a slug"),
        definition: digest,
        plan: digest,
        key: None,
        input: digest,
        entries: vec![JournalEntry::CancelRequested {
            reason: "a text that can be found again".to_owned(),
            request: ids.request_id(),
        }],
        next: NextState::Park {
            status: ExecutionStatus::Pending,
            wake_at: Some(Timestamp::from_micros(0)),
            waiting_for: None,
        },
        claim: None,
    }
}

/// Starts `count` executions and gives their ids.
async fn fill(storage: &SqliteStorage, count: usize) -> Vec<ExecutionId> {
    let ids = SeededIds::new(7);
    let mut started = Vec::new();
    for _ in 0..count {
        let new = execution(&ids);
        started.push(new.id);
        let outcome = storage.executions().start(&scope(), new).await.expect("it is accepted");
        assert!(matches!(outcome, StartOutcome::Started { .. }));
    }
    started
}

/// A closed database with so many executions.
async fn closed(path: &Path, count: usize) -> Vec<ExecutionId> {
    let storage = open(path).await.expect("it opens");
    let ids = fill(&storage, count).await;
    storage.close().await.expect("it closes");
    ids
}

/// Opens what has to be refused, in both ways, and checks that the file stays as it is.
async fn refused(path: &Path) -> Error {
    let before = fs::read(path).expect("the file is there");
    let error = open(path).await.expect_err("it is refused");
    assert_eq!(fs::read(path).expect("the file is still there"), before, "the file was changed");
    let beside = SqliteStorage::open_read_only(path).await.expect_err("it is refused for reading too");
    assert_eq!(beside.kind(), error.kind());
    assert_eq!(fs::read(path).expect("the file is still there"), before, "the file was changed");
    let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
    assert!(error.to_string().contains(name), "the error names the file: {error}");
    error
}

#[tokio::test]
async fn a_text_file_is_no_database() {
    let folder = folder();
    let path = folder.path().join("notes.txt");
    fs::write(&path, "not a database, but longer than the header of one ".repeat(10)).expect("it is written");
    let error = refused(&path).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().contains("no SQLite database"), "{error}");
}

#[tokio::test]
async fn a_few_bytes_are_no_database() {
    let folder = folder();
    let path = folder.path().join("short.db");
    fs::write(&path, "SQLite format 3\0").expect("it is written");
    assert_eq!(refused(&path).await.kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn an_empty_file_becomes_a_database() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    fs::write(&path, "").expect("it is written");
    let storage = open(&path).await.expect("it opens");
    assert_eq!(fill(&storage, 1).await.len(), 1);
}

#[tokio::test]
async fn a_folder_is_no_database() {
    let folder = folder();
    let path = folder.path().join("folder.db");
    fs::create_dir(&path).expect("it is made");
    assert_eq!(open(&path).await.expect_err("it is refused").kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn a_missing_folder_is_told() {
    let folder = folder();
    let error = open(&folder.path().join("missing").join("nebula.db")).await.expect_err("it is refused");
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn the_database_of_another_program_is_refused() {
    let folder = folder();
    let path = folder.path().join("other.db");
    closed(&path, 1).await;
    let mut bytes = fs::read(&path).expect("it is there");
    bytes[68..72].copy_from_slice(&[0; 4]);
    fs::write(&path, bytes).expect("it is written");
    let error = refused(&path).await;
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.message().contains("another program"), "{error}");
}

#[tokio::test]
async fn the_database_of_a_newer_version_is_refused() {
    let folder = folder();
    let path = folder.path().join("newer.db");
    closed(&path, 1).await;
    let mut bytes = fs::read(&path).expect("it is there");
    bytes[60..64].copy_from_slice(&42_i32.to_be_bytes());
    fs::write(&path, bytes).expect("it is written");
    let error = refused(&path).await;
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("version 42") && error.message().contains("up to 3"), "both versions: {error}");
}

#[tokio::test]
async fn a_database_that_was_cut_off_is_refused() {
    let folder = folder();
    let path = folder.path().join("cut.db");
    closed(&path, 200).await;
    let bytes = fs::read(&path).expect("it is there");
    for length in [bytes.len() / 2 / 4096 * 4096, bytes.len() - 4096, bytes.len() - 100, 4096] {
        fs::write(&path, &bytes[..length]).expect("it is written");
        assert_eq!(refused(&path).await.kind(), ErrorKind::Corrupt, "cut off at {length}");
    }
}

/// What a process leaves that is killed, or finds the disk full, while it copies its log into the database.
#[tokio::test]
async fn a_copy_of_the_log_that_was_interrupted_is_completed() {
    let folder = folder();
    let path = folder.path().join("whole.db");
    let storage = open(&path).await.expect("it opens");
    fill(&storage, 200).await;
    let log = fs::read(folder.path().join("whole.db-wal")).expect("there is a log");
    let before = fs::read(&path).expect("it is there");
    storage.close().await.expect("it closes");
    let after = fs::read(&path).expect("it is there");
    assert!(log.len() > before.len() && after.len() > before.len(), "the log was still to be copied");
    for length in [before.len(), before.len() + 4096, before.len() + 100, after.len() - 4096, after.len() - 100] {
        let path = folder.path().join(format!("{length}.db"));
        fs::write(&path, &after[..length]).expect("it is written");
        fs::write(folder.path().join(format!("{length}.db-wal")), &log).expect("it is written");
        let storage = open(&path).await.unwrap_or_else(|error| panic!("copied up to {length}: {error}"));
        let filter = ExecutionFilter { limit: 1_000, ..ExecutionFilter::default() };
        let found = storage.executions().list(&scope(), &filter).await.expect("they can be read");
        assert_eq!(found.len(), 200, "copied up to {length}");
        storage.close().await.expect("it closes");
    }
}

#[tokio::test]
async fn a_database_with_a_damaged_page_is_refused() {
    let folder = folder();
    let path = folder.path().join("damaged.db");
    closed(&path, 200).await;
    let bytes = fs::read(&path).expect("it is there");
    for page in 1..bytes.len() / 4096 {
        let mut damaged = bytes.clone();
        damaged[page * 4096..page * 4096 + 512].fill(0xA5);
        fs::write(&path, &damaged).expect("it is written");
        assert_eq!(refused(&path).await.kind(), ErrorKind::Corrupt, "page {page}");
    }
}

#[tokio::test]
async fn a_damaged_schema_is_refused() {
    let folder = folder();
    let path = folder.path().join("schema.db");
    closed(&path, 1).await;
    let mut bytes = fs::read(&path).expect("it is there");
    let at = bytes.windows(16).position(|part| part == b"TABLE start_key ").expect("the schema is in the file");
    bytes[at..at + 16].copy_from_slice(b"TABLE start_kez ");
    fs::write(&path, bytes).expect("it is written");
    assert_eq!(refused(&path).await.kind(), ErrorKind::Corrupt);
}

#[tokio::test]
async fn a_second_one_who_opens_is_told_who_has_it() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    let first = open(&path).await.expect("it opens");
    let error = open(&path).await.expect_err("it is in use");
    assert_eq!(error.kind(), ErrorKind::Busy);
    let text = error.to_string();
    assert!(text.contains("nebula.db") && text.contains(&std::process::id().to_string()), "path and process: {text}");

    first.close().await.expect("it closes");
    open(&path).await.expect("it is free again");
}

#[tokio::test]
async fn the_lock_ends_with_the_last_handle() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    let writer = Arc::new(Joined::default());
    let options = SqliteOptions::new(writer.clone());
    let storage = SqliteStorage::open(&path, Arc::new(ManualClock::default()), options).await.expect("it opens");
    let executions = storage.executions();
    drop(storage);
    assert_eq!(open(&path).await.expect_err("a port is a handle too").kind(), ErrorKind::Busy);
    drop(executions);
    writer.join().await;
    open(&path).await.expect("it is free again");
}

/// A spawner whose tasks can be waited for.
#[derive(Debug, Default)]
struct Joined(std::sync::Mutex<Vec<tokio::task::JoinHandle<()>>>);

impl Joined {
    async fn join(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().expect("nobody panicked"));
        for task in tasks {
            task.await.expect("it ends well");
        }
    }
}

impl Spawner for Joined {
    #[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
    fn spawn(&self, _name: &'static str, task: BoxFuture<'static, ()>) {
        self.0.lock().expect("nobody panicked").push(tokio::spawn(task));
    }
}

#[tokio::test]
async fn a_reader_sees_what_is_written_beside_it() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    let storage = open(&path).await.expect("it opens");
    let ids = fill(&storage, 3).await;
    let reader = SqliteStorage::open_read_only(&path).await.expect("it opens beside the writer");
    let listed = reader.executions().list(&scope(), &ExecutionFilter::default()).await.expect("it can be read");
    assert_eq!(
        listed.iter().map(|record| record.id).collect::<Vec<_>>(),
        ids.iter().rev().copied().collect::<Vec<_>>()
    );
    let journal: Vec<_> =
        reader.executions().journal(&scope(), ids[0], Seq(0)).try_collect().await.expect("it can be read");
    assert_eq!(journal.len(), 1);
    fill_one_more(&storage).await;
    let listed = reader.executions().list(&scope(), &ExecutionFilter::default()).await.expect("it can be read");
    assert_eq!(listed.len(), 4);
}

async fn fill_one_more(storage: &SqliteStorage) {
    let new = execution(&SeededIds::new(99));
    storage.executions().start(&scope(), new).await.expect("it is accepted");
}

#[tokio::test]
async fn a_reader_may_not_write() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    closed(&path, 1).await;
    let reader = SqliteStorage::open_read_only(&path).await.expect("it opens");
    match reader.executions().start(&scope(), execution(&SeededIds::new(8))).await {
        Err(StoreError::NotApplied(error)) => assert_eq!(error.kind(), ErrorKind::Unsupported),
        other => panic!("a reader wrote: {other:?}"),
    }
    let claim =
        ClaimRequest { holder: HolderId("a".into()), limit: 1, ttl: Duration::from_secs(1), only: None, revive: false };
    assert_eq!(reader.executions().claim(claim).await.expect_err("it writes").kind(), ErrorKind::Unsupported);
    let error = reader.workflows().put(&scope(), &definition()).await.expect_err("it writes");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    open(&path).await.expect("a reader holds no lock");
}

fn definition() -> Workflow {
    Workflow {
        nebula: FORMAT_VERSION,
        id: WorkflowId::new("orders").expect("a slug"),
        name: None,
        description: None,
        input: None,
        vars: std::collections::BTreeMap::new(),
        triggers: Vec::new(),
        nodes: Vec::new(),
        connections: Vec::new(),
        output: None,
        flows: std::collections::BTreeMap::new(),
        settings: Settings::default(),
    }
}

#[tokio::test]
async fn reading_needs_a_database() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    let error = SqliteStorage::open_read_only(&path).await.expect_err("there is none");
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert!(!path.exists(), "reading made a file");
}

#[tokio::test]
async fn closing_writes_what_was_accepted_and_refuses_the_rest() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    let storage = open(&path).await.expect("it opens");
    let ids = SeededIds::new(1);
    let (executions, scope) = (storage.executions(), scope());
    let starts = (0..20).map(|_| executions.start(&scope, execution(&ids)));
    let (started, ended) = futures_util::future::join(futures_util::future::join_all(starts), storage.close()).await;
    ended.expect("it closes");
    let accepted = started.iter().filter(|outcome| outcome.is_ok()).count();
    for outcome in started {
        if let Err(error) = outcome {
            assert!(matches!(error, StoreError::NotApplied(_)), "{error:?}");
        }
    }
    let late = executions.start(&scope, execution(&ids)).await.expect_err("it is closed");
    assert_eq!(late.error().kind(), ErrorKind::Unavailable);

    let again = open(&path).await.expect("it opens again");
    let listed = again.executions().list(&scope, &ExecutionFilter::default()).await.expect("it can be read");
    assert_eq!(listed.len(), accepted, "what was acknowledged is there, and nothing else");
}

#[tokio::test]
async fn what_was_acknowledged_outlives_a_process_that_was_killed() {
    let folder = folder();
    let (path, copy) = (folder.path().join("nebula.db"), folder.path().join("copy.db"));
    let storage = open(&path).await.expect("it opens");
    let ids = fill(&storage, 50).await;
    // What a killed process leaves: the database, and a log that nobody has copied into it.
    fs::copy(&path, &copy).expect("it is copied");
    let log = fs::read(folder.path().join("nebula.db-wal")).expect("there is a log");
    assert!(!log.is_empty());
    // The last record is torn, as by a write that a power cut ended; it had not been acknowledged.
    let torn = [log.as_slice(), &[0x5A; 3000]].concat();
    fs::write(folder.path().join("copy.db-wal"), torn).expect("it is written");

    let reader = SqliteStorage::open_read_only(&copy).await.expect("it can be read as it is");
    let filter = ExecutionFilter::default();
    assert_eq!(reader.executions().list(&scope(), &filter).await.expect("it can be read").len(), 50);
    let again = open(&copy).await.expect("it opens");
    for id in ids {
        let journal: Vec<_> =
            again.executions().journal(&scope(), id, Seq(0)).try_collect().await.expect("it can be read");
        assert_eq!(journal.len(), 1);
    }
}

#[tokio::test]
async fn a_draft_that_was_left_behind_does_not_matter() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    fs::write(folder.path().join("nebula.db.new"), "half a database").expect("it is written");
    fs::write(folder.path().join("nebula.db-wal"), "a log of nothing").expect("it is written");
    let storage = open(&path).await.expect("it opens");
    assert_eq!(fill(&storage, 2).await.len(), 2);
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_and_harms_no_other() {
    let folder = folder();
    let path = folder.path().join("nebula.db");
    let ids = closed(&path, 2).await;
    // The status of the first row becomes a word that nobody knows; the page stays in order.
    let mut bytes = fs::read(&path).expect("it is there");
    let words: Vec<usize> =
        bytes.windows(7).enumerate().filter(|(_, part)| *part == b"pending").map(|(at, _)| at).collect();
    let id = ids[0].as_uuid();
    let row = bytes.windows(16).enumerate().filter(|(_, part)| part == id.as_bytes()).map(|(at, _)| at);
    let row = row.filter_map(|at| words.iter().find(|word| **word > at && **word < at + 300).copied()).max();
    let at = row.expect("the row is in the file");
    bytes[at..at + 7].copy_from_slice(b"pendong");
    fs::write(&path, bytes).expect("it is written");

    let storage = open(&path).await.expect("pages and tables are in order");
    let executions = storage.executions();
    let error = executions.get(&scope(), ids[0]).await.expect_err("it cannot be read");
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.to_string().contains("pendong") && error.to_string().contains("nebula.db"), "{error}");
    assert!(executions.get(&scope(), ids[1]).await.expect("the other one can be read").is_some());

    let claim = |id| {
        let only = Some(id);
        executions.claim(ClaimRequest {
            holder: HolderId("a".into()),
            limit: 1,
            ttl: Duration::from_secs(9),
            only,
            revive: false,
        })
    };
    let (bad, good) = futures_util::future::join(claim(ids[0]), claim(ids[1])).await;
    assert_eq!(bad.expect_err("it cannot be read").kind(), ErrorKind::Corrupt);
    assert_eq!(good.expect("the other one can be claimed").len(), 1);
}
