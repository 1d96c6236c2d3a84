//! The journal and its parts.

use nebula_ports::{
    execution_repo::CommitOutcome,
    ids::IdSource as _,
    model::{ExecutionId, Seq, Transition},
};
use serde_json::json;
use uuid::Uuid;

use crate::support::*;

/// An id as one is made so many days from now, by the server's time.
async fn id_in(db: &Db, days: i64) -> ExecutionId {
    let micros: i64 = db.ask("SELECT now_micros()").await;
    let millis = u64::try_from(micros / 1000 + days * 86_400_000).expect("after 1970");
    let low = db.ids.random() >> 2 | 1 << 63;
    ExecutionId::from_uuid(Uuid::from_u64_pair(millis << 16 | 0x7000, low))
}

async fn part_of(db: &Db, id: ExecutionId) -> String {
    db.ask(&format!("SELECT DISTINCT tableoid::regclass::text FROM journal WHERE execution = '{id}'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_month_has_a_part_and_what_has_no_month_is_not_lost() {
    let Some(db) = fresh().await else { return };
    let repo = db.storage.executions();
    let mut parts = Vec::new();
    // Now, in about two months, in ten years, and an id that tells no time.
    let ids = [id_in(&db, 0).await, id_in(&db, 62).await, id_in(&db, 3650).await, db.ids.execution_id()];
    for id in ids {
        let lease = lease_of(repo.start(&scope(), running(id, "w")).await);
        for at in 1..=5 {
            commit(&*repo, db.transition(&lease, at, at, RUNNING)).await.expect("it lands");
        }
        assert_eq!(positions(&journal(&*repo, id).await), [1, 2, 3, 4, 5, 6]);
        parts.push(part_of(&db, id).await);
    }
    assert!(parts[0].starts_with("journal_2") && parts[1].starts_with("journal_2"), "{parts:?}");
    assert_ne!(parts[0], parts[1]);
    assert_eq!(parts[2..], ["journal_other", "journal_other"]);
    assert_eq!(db.ask::<i64>("SELECT count(*) FROM pg_inherits WHERE inhparent = 'journal'::regclass").await, 14);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_part_that_is_missing_loses_nothing_and_what_went_elsewhere_stays_there() {
    let Some(db) = fresh().await else { return };
    let repo = db.storage.executions();
    let (old, new) = (id_in(&db, 0).await, id_in(&db, 0).await);
    repo.start(&scope(), running(old, "w")).await.expect("it starts");
    let part = part_of(&db, old).await;
    // Somebody takes the part of this month away, and what it holds.
    db.run(&format!("ALTER TABLE journal DETACH PARTITION {part}; DROP TABLE {part}")).await;
    let lease = lease_of(repo.start(&scope(), running(new, "w")).await);
    assert_eq!(part_of(&db, new).await, "journal_other");
    let again = db.again().await.executions();
    let landed = commit(&*again, db.transition(&lease, 1, 1, RUNNING)).await.expect("it lands");
    assert_eq!(landed, CommitOutcome::Applied(Seq(2)));
    assert_eq!(positions(&journal(&*again, new).await), [1, 2]);
    assert_eq!(part_of(&db, new).await, "journal_other", "no part is made over what lies there already");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_position_is_taken_once_whoever_writes() {
    let Some(db) = fresh().await else { return };
    for id in [id_in(&db, 0).await, db.ids.execution_id()] {
        db.storage.executions().start(&scope(), running(id, "w")).await.expect("it starts");
        let insert = format!("INSERT INTO journal VALUES ('{id}', 1, 9, now_micros() + 5000000000000, '{{}}', '')");
        let twice = tokio::task::unconstrained(async {
            let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&db.url).await.expect("it is there");
            let path = format!("SET search_path = {}; {insert}", db.schema);
            sqlx::Executor::execute(&mut connection, sqlx::AssertSqlSafe(path)).await
        });
        let error = twice.await.expect_err("the position is taken");
        assert_eq!(error.as_database_error().and_then(|error| error.code()).as_deref(), Some("23505"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_journal_of_large_entries_is_read_whole_and_in_order() {
    let Some(db) = fresh().await else { return };
    let (lease, repo) = (db.running().await, db.storage.executions());
    for at in 1..=12_u64 {
        let large = entry_with(json!({ "n": at, "text": "x".repeat(900_000) }));
        let transition =
            Transition { entries: vec![large, entry(at)], ..db.transition(&lease, 2 * at - 1, at, RUNNING) };
        commit(&*repo, transition).await.expect("it lands");
    }
    let journal = journal(&*repo, lease.execution).await;
    assert_eq!(positions(&journal), (1..=25).collect::<Vec<_>>());
    assert_eq!(journal[24].entry, entry(12));
}
