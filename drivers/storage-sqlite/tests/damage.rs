//! Journals that somebody has changed in the file: each is named, with the place and the sort of damage, and harms no other.

use std::{path::Path, sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;
use nebula_ports::{
    Error, ErrorKind, Scope,
    conformance::RuntimeSpawner,
    execution_repo::{CommitOutcome, StartOutcome},
    ids::IdSource as _,
    memory::{ManualClock, SeededIds},
    model::{
        Digest, ExecutionId, ExecutionStatus, HolderId, JournalEntry, JournalRecord, NewExecution, NextState, Seq,
        TenantId, Transition, WorkflowId,
    },
};
use nebula_storage_sqlite::{SqliteOptions, SqliteStorage};
use sqlx::{ConnectOptions as _, Connection as _, Executor as _, sqlite::SqliteConnectOptions};
use tempfile::TempDir;

/// Entries of each journal: more than are read at a time.
const ENTRIES: u64 = 300;

const RUNNING: NextState = NextState::Running { status: ExecutionStatus::Running };

struct Place {
    folder: TempDir,
    ids: [ExecutionId; 2],
}

#[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
fn scope() -> Scope {
    Scope::of(TenantId::new("tests").unwrap())
}

async fn open(path: &Path) -> SqliteStorage {
    let options = SqliteOptions::new(Arc::new(RuntimeSpawner));
    SqliteStorage::open(path, Arc::new(ManualClock::default()), options).await.unwrap()
}

fn entry(ids: &SeededIds, n: u64) -> JournalEntry {
    JournalEntry::CancelRequested { reason: format!("reason {n}"), request: ids.request_id() }
}

impl Place {
    /// Two executions with a journal each.
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let storage = open(&folder.path().join("nebula.db")).await;
        let (ids, repo, digest) = (SeededIds::new(5), storage.executions(), Digest::of(b"tests"));
        let mut started = Vec::new();
        for _ in 0..2 {
            let new = NewExecution {
                id: ids.execution_id(),
                workflow: WorkflowId::new("orders").unwrap(),
                definition: digest,
                plan: digest,
                key: None,
                input: digest,
                entries: vec![entry(&ids, 1)],
                next: RUNNING,
                claim: Some((HolderId("a".into()), Duration::from_secs(30))),
            };
            started.push(new.id);
            let outcome = repo.start(&scope(), new).await.unwrap();
            let StartOutcome::Started { lease: Some(lease), .. } = outcome else { panic!("{outcome:?}") };
            let entries = (2..=ENTRIES).map(|n| entry(&ids, n)).collect();
            let (commit, consumed) = (ids.commit_id(), Vec::new());
            let step = Transition { lease, expected: Seq(1), commit, entries, consumed, next: RUNNING };
            assert_eq!(repo.commit(vec![step]).await.remove(0).unwrap(), CommitOutcome::Applied(Seq(ENTRIES)));
        }
        storage.close().await.unwrap();
        Self { folder, ids: started.try_into().unwrap() }
    }

    /// Changes the file behind the store's back.
    async fn damage(&self, sql: &'static str) {
        let options = SqliteConnectOptions::new().filename(self.folder.path().join("nebula.db"));
        let mut connection = options.connect().await.unwrap();
        connection.execute(sql).await.unwrap();
        connection.close().await.unwrap();
    }

    /// What the journal of the first execution gives after `after`; that of the second is whole.
    async fn read(&self, after: u64) -> Result<Vec<JournalRecord>, Error> {
        let storage = open(&self.folder.path().join("nebula.db")).await;
        let other: Vec<_> = storage.executions().journal(&scope(), self.ids[1], Seq(0)).try_collect().await.unwrap();
        assert_eq!(other.len() as u64, ENTRIES);
        let read = storage.executions().journal(&scope(), self.ids[0], Seq(after)).try_collect().await;
        storage.close().await.unwrap();
        read
    }

    async fn finds(&self, after: u64, damage: &str, seq: u64) {
        let error = self.read(after).await.expect_err("it is damaged");
        assert_eq!(error.kind(), ErrorKind::Corrupt, "{error:#}");
        let id = self.ids[0].to_string();
        for fact in [("execution", id), ("seq", seq.to_string()), ("damage", damage.to_owned())] {
            assert!(error.context().contains(&fact), "{fact:?}: {error:#}");
        }
    }
}

#[tokio::test]
async fn what_nobody_has_damaged_is_read_from_anywhere() {
    let place = Place::new().await;
    for after in [0, 1, 255, 256, 299, 300, 301, u64::MAX] {
        assert_eq!(place.read(after).await.unwrap().len() as u64, ENTRIES.saturating_sub(after));
    }
}

#[tokio::test]
async fn an_entry_that_was_changed_is_named() {
    for column in [
        "entry = replace(entry, 'reason 270', 'reason 271')",
        "entry = entry || ' '",
        "fence = fence + 1",
        "recorded_at = recorded_at + 1",
        "chain = zeroblob(32)",
    ] {
        let place = Place::new().await;
        let sql: &'static str = format!("UPDATE journal SET {column} WHERE execution = 1 AND seq = 270").leak();
        place.damage(sql).await;
        place.finds(0, "changed", 270).await;
        place.finds(269, "changed", 270).await;
        assert_eq!(place.read(270).await.is_ok(), !column.starts_with("chain"), "{column}: it is read from there on");
    }
}

#[tokio::test]
async fn an_entry_that_is_missing_is_named() {
    let place = Place::new().await;
    place.damage("DELETE FROM journal WHERE execution = 1 AND seq = 123").await;
    place.finds(0, "gap", 123).await;
    place.finds(122, "gap", 123).await;
    place.finds(123, "gap", 123).await;
}

#[tokio::test]
async fn two_entries_that_were_exchanged_are_named() {
    let place = Place::new().await;
    place
        .damage(
            "UPDATE journal SET seq = -seq WHERE execution = 1 AND seq IN (10, 20);
             UPDATE journal SET seq = 30 + seq WHERE execution = 1 AND seq IN (-10, -20);",
        )
        .await;
    place.finds(0, "changed", 10).await;
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_named() {
    for (left, sql) in [
        (299, "DELETE FROM journal WHERE execution = 1 AND seq > 299"),
        (256, "DELETE FROM journal WHERE execution = 1 AND seq > 256"),
        (0, "DELETE FROM journal WHERE execution = 1"),
    ] {
        let place = Place::new().await;
        place.damage(sql).await;
        place.finds(0, "length", left + 1).await;
    }
    let place = Place::new().await;
    place.damage("DELETE FROM journal WHERE execution = 1 AND seq > 256").await;
    place.finds(299, "length", 299).await;
}

#[tokio::test]
async fn a_journal_of_another_execution_is_named() {
    let place = Place::new().await;
    place.damage("UPDATE execution SET chain = (SELECT chain FROM execution WHERE n = 2) WHERE n = 1").await;
    place.finds(0, "head", ENTRIES).await;
    let place = Place::new().await;
    place.damage("UPDATE execution SET seq = 299 WHERE n = 1").await;
    place.finds(0, "length", 300).await;
}

#[tokio::test]
async fn an_entry_of_a_sort_that_nobody_knows_is_named() {
    let place = Place::new().await;
    // With its right place in the chain, as a newer program would have written it.
    let storage = open(&place.folder.path().join("nebula.db")).await;
    let record = storage.executions().get(&scope(), place.ids[0]).await.unwrap().unwrap();
    storage.close().await.unwrap();
    let text = r#"{"type":"from_the_future"}"#;
    let (seq, recorded_at) = (Seq(ENTRIES + 1), nebula_ports::time::Timestamp::from_micros(9));
    let stored = nebula_ports::chain::StoredEntry { seq, fence: record.fence, recorded_at, bytes: text.as_bytes() };
    let chain = nebula_ports::chain::link(record.chain, stored);
    let sql = format!(
        "INSERT INTO journal VALUES (1, 301, {}, 9, '{text}', x'{chain}');
         UPDATE execution SET seq = 301, chain = x'{chain}' WHERE n = 1",
        record.fence
    );
    place.damage(sql.leak()).await;
    place.finds(0, "unreadable", 301).await;
}
