//! A server that goes away and comes back.

use std::sync::Arc;

use futures_util::future::join_all;
use nebula_ports::{
    execution_repo::{CommitOutcome, StoreError},
    model::{JournalEntry, Seq, Transition},
};
use nebula_postgres_server::{Durability, Server, or_skip};

use crate::support::*;

/// Commits of each writer.
const STEPS: u64 = 40;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_crashes_loses_nothing_and_doubles_nothing() {
    let Some(server) = or_skip(Server::start(Durability::None)) else { return };
    let db = Arc::new(Db::on(&server.url(), "nebula".to_owned()).await);
    let writers = (0..8_u64).map(|_| {
        let db = Arc::clone(&db);
        spawn(async move {
            let (lease, repo) = (db.running().await, db.storage.executions());
            let (mut refused, mut in_doubt) = (0_u32, 0_u32);
            for at in 1..=STEPS {
                let transition: Transition = db.transition(&lease, at, at, RUNNING);
                // The very same commit until it is known to have landed; nobody restarts anything but the server.
                loop {
                    match commit(&*repo, transition.clone()).await {
                        Ok(CommitOutcome::Applied(seq) | CommitOutcome::AlreadyApplied(seq)) => {
                            assert_eq!(seq, Seq(at + 1));
                            break;
                        }
                        Err(StoreError::NotApplied(error)) if error.is_retryable() => refused += 1,
                        Err(StoreError::OutcomeUnknown(error)) if error.is_retryable() => in_doubt += 1,
                        other => panic!("after {refused} refusals: {other:?}"),
                    }
                    pause(20).await;
                }
                pause(5).await;
            }
            (lease.execution, refused, in_doubt)
        })
    });
    let writers: Vec<_> = writers.collect();
    for _ in 0..3 {
        pause(150).await;
        server.crash();
        pause(100).await;
        or_skip(server.resume()).expect("it starts again");
    }
    let ended: Vec<_> = join_all(writers).await.into_iter().map(|writer| writer.expect("it ends")).collect();
    assert!(ended.iter().any(|(_, refused, in_doubt)| refused + in_doubt > 0), "no crash was noticed");
    for (id, ..) in ended {
        let journal = journal(&*db.storage.executions(), id).await;
        assert_eq!(positions(&journal), (1..=STEPS + 1).collect::<Vec<_>>());
        let written: Vec<JournalEntry> = journal.into_iter().skip(1).map(|record| record.entry).collect();
        assert_eq!(written, (1..=STEPS).map(entry).collect::<Vec<_>>(), "each once, in order");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_takes_no_writes_is_told_and_comes_back_by_itself() {
    let Some(db) = fresh().await else { return };
    let role = format!("role_{}", db.schema);
    run(&db.url, format!("CREATE ROLE {role} LOGIN SUPERUSER")).await;
    let url = db.url.replace("nebula@", &format!("{role}@"));
    let storage = nebula_storage_postgres::PostgresStorage::open(options(&url, &db.schema)).await.expect("it opens");
    let repo = storage.executions();
    let lease = db.running().await;
    let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{role}'");
    commit(&*repo, db.transition(&lease, 1, 1, RUNNING)).await.expect("it lands");

    run(&db.url, format!("ALTER ROLE {role} SET default_transaction_read_only = on; {end}")).await;
    let transition = db.transition(&lease, 2, 2, RUNNING);
    let mut told = false;
    for _ in 0..3 {
        // The first one finds its connection ended.
        let answer = commit(&*repo, transition.clone()).await;
        let Err(StoreError::NotApplied(error)) = answer else { panic!("nothing may land: {answer:?}") };
        assert!(error.is_retryable(), "{error:?}");
        told |= error.message().contains("takes no writes");
    }
    assert!(told, "the reason is told");
    let refused = nebula_storage_postgres::PostgresStorage::open(options(&url, &db.schema)).await;
    let refused = refused.expect_err("it opens for writing");
    assert!(refused.code() == "unavailable" && refused.message().contains("takes no writes"), "{refused:?}");

    run(&db.url, format!("ALTER ROLE {role} RESET default_transaction_read_only; {end}")).await;
    let mut landed = commit(&*repo, transition.clone()).await;
    if landed.is_err() {
        landed = commit(&*repo, transition).await;
    }
    assert_eq!(landed.expect("it is back"), CommitOutcome::Applied(Seq(3)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_free_connections_is_waited_for_by_the_caller() {
    let Some(db) = fresh().await else { return };
    let role = format!("role_{}", db.schema);
    run(
        &db.url,
        format!(
            "CREATE ROLE {role} LOGIN CONNECTION LIMIT 1; GRANT USAGE ON SCHEMA {} TO {role}; \
        GRANT ALL ON ALL TABLES IN SCHEMA {} TO {role}",
            db.schema, db.schema
        ),
    )
    .await;
    let url = db.url.replace("nebula@", &format!("{role}@"));
    let options = nebula_storage_postgres::PostgresOptions { migrate: false, ..options(&url, &db.schema) };
    let storage = nebula_storage_postgres::PostgresStorage::open(options.clone()).await.expect("it opens");
    // The connection that looked at the schema ends in a moment.
    for _ in 0..100 {
        if storage.executions().next_due().await.is_ok() {
            break;
        }
        pause(20).await;
    }
    storage.executions().next_due().await.expect("the one connection");
    let refused = nebula_storage_postgres::PostgresStorage::open(options).await;
    let refused = refused.expect_err("there is no second one");
    assert!(refused.is_retryable() && refused.message().contains("no connection left"), "{refused:?}");
}
