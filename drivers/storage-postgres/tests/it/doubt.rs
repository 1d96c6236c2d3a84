//! Connections that end while something is being committed.

use nebula_ports::{
    execution_repo::{CommitOutcome, StartOutcome, StoreError},
    ids::IdSource as _,
    model::Seq,
};
use nebula_storage_postgres::PostgresStorage;

use crate::{
    proxy::{Cut, Proxy},
    support::*,
};

/// A storage behind a network that can be cut, with one connection.
async fn behind(db: &Db) -> (Proxy, PostgresStorage) {
    let (proxy, url) = Proxy::to(&db.url).await;
    let options = nebula_storage_postgres::PostgresOptions { connections: 1, ..options(&url, &db.schema) };
    let storage = PostgresStorage::open(options).await.expect("it opens");
    (proxy, storage)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_whose_answer_is_lost_is_in_doubt_and_the_repeat_tells_that_it_landed() {
    let Some(db) = fresh().await else { return };
    let lease = db.running().await;
    let (proxy, storage) = behind(&db).await;
    let transition = db.transition(&lease, 1, 1, RUNNING);
    proxy.cut(Cut::After("COMMIT"));
    let answer = commit(&*storage.executions(), transition.clone()).await;
    let Err(StoreError::OutcomeUnknown(error)) = answer else { panic!("nobody knows: {answer:?}") };
    assert_eq!(error.code(), "unavailable");
    let again = commit(&*storage.executions(), transition).await.expect("the network is back");
    assert_eq!(again, CommitOutcome::AlreadyApplied(Seq(2)));
    assert_eq!(positions(&journal(&*storage.executions(), lease.execution).await), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_never_reached_the_server_is_in_doubt_too_and_the_repeat_lands() {
    let Some(db) = fresh().await else { return };
    let lease = db.running().await;
    let (proxy, storage) = behind(&db).await;
    let transition = db.transition(&lease, 1, 1, RUNNING);
    proxy.cut(Cut::Before("COMMIT"));
    let answer = commit(&*storage.executions(), transition.clone()).await;
    assert!(matches!(answer, Err(StoreError::OutcomeUnknown(_))), "{answer:?}");
    let again = commit(&*storage.executions(), transition).await.expect("the network is back");
    assert_eq!(again, CommitOutcome::Applied(Seq(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_before_the_commit_certainly_did_not_land() {
    let Some(db) = fresh().await else { return };
    let lease = db.running().await;
    let (proxy, storage) = behind(&db).await;
    let transition = db.transition(&lease, 1, 1, RUNNING);
    for cut in [Cut::After("BEGIN"), Cut::After("FOR UPDATE"), Cut::After("UPDATE execution")] {
        proxy.cut(cut);
        let answer = commit(&*storage.executions(), transition.clone()).await;
        let Err(StoreError::NotApplied(error)) = answer else { panic!("{cut:?}: {answer:?}") };
        assert!(error.is_retryable(), "{error:?}");
    }
    assert_eq!(commit(&*storage.executions(), transition).await.expect("it lands"), CommitOutcome::Applied(Seq(2)));
    assert_eq!(positions(&journal(&*storage.executions(), lease.execution).await), [1, 2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_start_whose_answer_is_lost_is_in_doubt_and_the_repeat_is_the_same_start() {
    let Some(db) = fresh().await else { return };
    let (proxy, storage) = behind(&db).await;
    let repo = storage.executions();
    // Its statements are known to the server from then on, so that a look is one message and an insertion another.
    lease_of(repo.start(&scope(), running(db.ids.execution_id(), "w")).await);
    let new = running(db.ids.execution_id(), "w");
    proxy.cut(Cut::AfterMessages(2));
    let answer = repo.start(&scope(), new.clone()).await;
    assert!(matches!(answer, Err(StoreError::OutcomeUnknown(_))), "{answer:?}");
    let again = repo.start(&scope(), new.clone()).await;
    assert!(matches!(again, Ok(StartOutcome::Started { lease: Some(_), seq: Seq(1) })), "{again:?}");
    assert_eq!(positions(&journal(&*repo, new.id).await), [1]);
}
