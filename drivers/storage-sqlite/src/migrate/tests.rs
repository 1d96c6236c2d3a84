use std::sync::Arc;

use futures_util::TryStreamExt as _;
use nebula_ports::{
    Scope,
    conformance::RuntimeSpawner,
    memory::ManualClock,
    model::{Digest, ExecutionId, Grants, NewTrigger, Seq, TenantId, TriggerId, WorkflowId},
    trigger_repo::Registration,
};

use super::*;
use crate::{SqliteOptions, SqliteStorage, lock::DataLock};

#[expect(clippy::disallowed_methods, reason = "a test is the root of its own little world")]
fn scope() -> Scope {
    Scope::of(TenantId::new("tests").unwrap())
}

/// A database as the version before triggers made it.
async fn of_version_1(path: &Path) {
    File::create_new(path).unwrap();
    let mut connection = connect::creator(path).await.unwrap();
    let script = format!(
        "{};
         INSERT INTO store (id, generation, created_at) VALUES (1, 1, 0);
         INSERT INTO workflow (tenant, id, version, digest, stored_at, definition)
             VALUES ('tests', 'old', 1, x'00', 0, '{{}}');
         PRAGMA application_id = {APPLICATION_ID};
         PRAGMA user_version = 1;",
        include_str!("../schema.sql")
    );
    connection.execute(AssertSqlSafe(script)).await.unwrap();
    connect::close(path, connection).await.unwrap();
}

async fn open(path: &Path) -> SqliteStorage {
    let options = SqliteOptions::new(Arc::new(RuntimeSpawner));
    SqliteStorage::open(path, Arc::new(ManualClock::default()), options).await.unwrap()
}

async fn version(path: &Path) -> (i32, i64) {
    let mut connection = connect::reader(path, Duration::from_secs(5)).await.unwrap();
    let version = connection.fetch_one("PRAGMA user_version").await.unwrap().get(0);
    let kept = connection.fetch_one("SELECT count(*) FROM workflow").await.unwrap().get(0);
    connect::close(path, connection).await.unwrap();
    (version, kept)
}

#[tokio::test]
async fn a_database_from_before_triggers_is_brought_up_to_date_with_all_that_is_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    of_version_1(&path).await;
    for _ in 0..2 {
        let storage = open(&path).await;
        let registration = Registration {
            workflow: WorkflowId::new("old").unwrap(),
            definition: Digest::of(b"x"),
            grants: Grants::default(),
            triggers: vec![NewTrigger { id: TriggerId::new("new").unwrap(), identity: Digest::of(b"y") }],
        };
        let records = storage.triggers().register(&scope(), registration).await.unwrap();
        assert_eq!(storage.triggers().list(&scope(), None).await.unwrap(), records);
        storage.close().await.unwrap();
        assert_eq!(version(&path).await, (VERSION, 1));
    }
}

#[tokio::test]
async fn an_older_database_is_not_read_and_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    of_version_1(&path).await;
    let error = SqliteStorage::open_read_only(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    assert!(error.message().contains("version 1") && error.message().contains("version 3"), "{error}");
    assert_eq!(version(&path).await, (1, 1));

    let held = DataLock::acquire(&path).unwrap();
    assert_eq!(SqliteStorage::upgrade(&path).await.unwrap_err().kind(), ErrorKind::Busy);
    drop(held);
    assert!(SqliteStorage::upgrade(&path).await.unwrap());
    let storage = open(&path).await;
    assert!(!SqliteStorage::upgrade(&path).await.unwrap(), "one that is up to date may be in use");
    storage.close().await.unwrap();
    SqliteStorage::open_read_only(&path).await.unwrap();
}

/// A database of the version before chains, with a journal of 200 entries, one of 3 and one of none.
async fn of_version_2(path: &Path) -> [ExecutionId; 3] {
    of_version_1(path).await;
    let ids = [1_u128, 2, 3].map(|n| ExecutionId::from_uuid(uuid::Uuid::from_u128(n)));
    let mut connection = connect::creator(path).await.unwrap();
    connection.execute(STEPS[0].1).await.unwrap();
    connection.execute("PRAGMA user_version = 2").await.unwrap();
    for ((n, id), entries) in (1_i64..).zip(ids).zip([200_i64, 3, 0]) {
        let row = sqlx::query(
            "INSERT INTO execution (n, id, tenant, workflow, definition, plan, input, created_at, status, seq, fence, requests)
             VALUES (?, ?, 'tests', 'old', zeroblob(32), zeroblob(32), zeroblob(32), 0, 'waiting', ?, 1, 0)",
        );
        connection.execute(row.bind(n).bind(&id.as_uuid().as_bytes()[..]).bind(entries)).await.unwrap();
        for seq in 1..=entries {
            // The spaces are what an encoder of ours would not write: what is stored counts.
            let text = format!(r#"{{ "type": "cancel_requested", "reason": "{seq}", "request": "{}" }}"#, id.as_uuid());
            let entry =
                sqlx::query("INSERT INTO journal VALUES (?, ?, 1, ?, ?)").bind(n).bind(seq).bind(seq).bind(text);
            connection.execute(entry).await.unwrap();
        }
    }
    connect::close(path, connection).await.unwrap();
    ids
}

#[tokio::test]
async fn journals_from_before_chains_are_chained_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let ids = of_version_2(&path).await;
    let storage = open(&path).await;
    let executions = storage.executions();
    for (id, entries) in ids.into_iter().zip([200, 3, 0]) {
        let journal: Vec<_> = executions.journal(&scope(), id, Seq(0)).try_collect().await.unwrap();
        assert_eq!(journal.len(), entries);
        let head = journal.last().map_or(nebula_ports::chain::beginning(id), |last| last.chain);
        assert_eq!(executions.get(&scope(), id).await.unwrap().unwrap().chain, head);
    }
    storage.close().await.unwrap();
}

#[tokio::test]
async fn a_hole_from_before_chains_is_still_a_hole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    let ids = of_version_2(&path).await;
    let mut connection = connect::creator(&path).await.unwrap();
    connection.execute("DELETE FROM journal WHERE execution = 2 AND seq = 2").await.unwrap();
    connect::close(&path, connection).await.unwrap();
    let storage = open(&path).await;
    let read: Result<Vec<_>, _> = storage.executions().journal(&scope(), ids[1], Seq(0)).try_collect().await;
    let error = read.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Corrupt);
    assert!(error.context().contains(&("damage", "gap".to_owned())), "{error}");
    storage.close().await.unwrap();
}

#[tokio::test]
async fn a_new_database_has_the_tables_of_one_that_was_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let (old, new) = (folder.path().join("old.db"), folder.path().join("new.db"));
    of_version_1(&old).await;
    upgrade(&old, 1, Duration::from_secs(5)).await.unwrap();
    create(&new, Timestamp::from_micros(0)).await.unwrap();
    let mut tables = Vec::new();
    for path in [&old, &new] {
        let mut connection = connect::reader(path, Duration::from_secs(5)).await.unwrap();
        let rows = connection.fetch_all("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").await;
        tables.push(rows.unwrap().iter().map(|row| row.get::<String, _>(0)).collect::<Vec<_>>());
        connect::close(path, connection).await.unwrap();
    }
    assert_eq!(tables[0], tables[1]);
}
