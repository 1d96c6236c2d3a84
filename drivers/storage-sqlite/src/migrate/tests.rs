use std::sync::Arc;

use nebula_ports::{
    Scope,
    conformance::RuntimeSpawner,
    memory::ManualClock,
    model::{Digest, Grants, NewTrigger, TenantId, TriggerId, WorkflowId},
    trigger_repo::Registration,
};

use super::*;
use crate::{SqliteOptions, SqliteStorage};

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
async fn a_database_from_before_triggers_that_is_only_read_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("old.db");
    of_version_1(&path).await;
    let storage = SqliteStorage::open_read_only(&path).await.unwrap();
    assert_eq!(storage.triggers().list(&scope(), None).await.unwrap(), []);
    assert_eq!(storage.triggers().next_due().await.unwrap(), None);
    storage.close().await.unwrap();
    assert_eq!(version(&path).await, (1, 1));
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
