//! Two processes on one database.

use std::{collections::BTreeSet, sync::Arc};

use futures_util::future::join_all;
use nebula_ports::{
    execution_repo::{CommitOutcome, RequestOutcome, StoreError},
    ids::IdSource as _,
    memory::SeededIds,
    model::{ExecutionStatus, NextState, Request, Seq, Transition},
};

use crate::support::*;

fn parked(waiting_for: &str) -> NextState {
    NextState::Park { status: ExecutionStatus::Waiting, wake_at: None, waiting_for: Some(waiting_for.to_owned()) }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_due_is_claimed_by_one_of_two_processes() {
    let Some(db) = fresh().await else { return };
    let mut started = BTreeSet::new();
    for _ in 0..80 {
        let id = db.ids.execution_id();
        db.storage.executions().start(&scope(), new_execution(id)).await.expect("it starts");
        started.insert(id);
    }
    let other = db.again().await;
    let claimers = (0..8).map(|n| {
        let repo = if n % 2 == 0 { db.storage.executions() } else { other.executions() };
        spawn(async move {
            let mut mine = Vec::new();
            loop {
                // One that looks while others have locked what is due finds nothing, and looks again.
                let claimed = repo.claim(claim(&format!("w{n}"), 3)).await.expect("a claim works");
                if claimed.is_empty() && repo.next_due().await.expect("a read works").is_none_or(is_ahead) {
                    break mine;
                }
                mine.extend(claimed.into_iter().map(|claimed| claimed.record.id));
            }
        })
    });
    let claimed: Vec<_> = join_all(claimers).await.into_iter().flat_map(|claimer| claimer.expect("it ends")).collect();
    assert_eq!(claimed.len(), started.len(), "each is claimed once");
    assert_eq!(claimed.into_iter().collect::<BTreeSet<_>>(), started);
}

/// What was started in these tests is due since 1970; what is claimed, in a minute.
fn is_ahead(due: nebula_ports::time::Timestamp) -> bool {
    due.as_micros() > 0
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_processes_with_one_lease_one_lands_at_each_position() {
    let Some(db) = fresh().await else { return };
    let lease = db.running().await;
    let other = db.again().await;
    for at in 1..=30 {
        let outcomes = join_all((0..6).map(|n| {
            let repo = if n % 2 == 0 { db.storage.executions() } else { other.executions() };
            let transition = db.transition(&lease, at, n, RUNNING);
            spawn(async move { commit(&*repo, transition).await })
        }));
        let outcomes: Vec<_> =
            outcomes.await.into_iter().map(|task| task.expect("it ends").expect("it is answered")).collect();
        let landed = outcomes.iter().filter(|outcome| **outcome == CommitOutcome::Applied(Seq(at + 1))).count();
        let conflict = CommitOutcome::Conflict { expected: Seq(at), actual: Seq(at + 1) };
        let refused = outcomes.iter().filter(|outcome| **outcome == conflict).count();
        assert_eq!((landed, refused), (1, 5), "{outcomes:?}");
    }
    let journal = journal(&*db.storage.executions(), lease.execution).await;
    assert_eq!(positions(&journal), (1..=31).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_that_overlap_never_wait_for_each_other() {
    let Some(db) = fresh().await else { return };
    let mut leases = Vec::new();
    for _ in 0..12 {
        leases.push(db.running().await);
    }
    let (other, leases) = (db.again().await, Arc::new(leases));
    let before: i64 = db.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await;
    let writers = (0..6_u64).map(|n| {
        let repo = if n % 2 == 0 { db.storage.executions() } else { other.executions() };
        let (leases, ids) = (Arc::clone(&leases), SeededIds::new(100 + n));
        spawn(async move {
            let mut landed = vec![0_u64; leases.len()];
            for _ in 0..60 {
                // Eight of them, some twice, in an order of their own.
                let chosen: Vec<usize> = (0..8).map(|_| usize::try_from(ids.random() % 12).expect("small")).collect();
                if ids.random() % 4 == 0 {
                    let leases: Vec<_> = chosen.iter().map(|at| leases[*at].clone()).collect();
                    assert_eq!(repo.renew(&leases, TTL).await.expect("leases are renewed").len(), 8);
                    continue;
                }
                let mut batch = Vec::new();
                for at in &chosen {
                    let seq = repo
                        .get(&scope(), leases[*at].execution)
                        .await
                        .expect("a read works")
                        .expect("it is there")
                        .seq;
                    batch.push(Transition {
                        lease: leases[*at].clone(),
                        expected: seq,
                        commit: ids.commit_id(),
                        entries: vec![entry(n)],
                        consumed: Vec::new(),
                        next: RUNNING,
                    });
                }
                for (at, answer) in chosen.iter().zip(repo.commit(batch).await) {
                    match answer {
                        Ok(CommitOutcome::Applied(_)) => landed[*at] += 1,
                        Ok(CommitOutcome::Conflict { .. }) => {}
                        other => panic!("nobody waits for ever, and nobody is fenced: {other:?}"),
                    }
                }
            }
            landed
        })
    });
    let landed: Vec<Vec<u64>> = join_all(writers).await.into_iter().map(|writer| writer.expect("it ends")).collect();
    for (at, lease) in leases.iter().enumerate() {
        let journal = journal(&*db.storage.executions(), lease.execution).await;
        let expected = 1 + landed.iter().map(|landed| landed[at]).sum::<u64>();
        assert_eq!(positions(&journal), (1..=expected).collect::<Vec<_>>(), "what was answered is what is there");
    }
    let after: i64 = db.ask("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()").await;
    assert_eq!(after, before, "the server had to end a deadlock");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_comes_while_a_commit_parks_is_never_missed() {
    let Some(db) = fresh().await else { return };
    let other = db.again().await;
    for round in 0..60 {
        let lease = db.running().await;
        let (repo, asker, id) = (db.storage.executions(), other.executions(), db.ids.request_id());
        let transition = db.transition(&lease, 1, round, parked("a request"));
        let execution = lease.execution;
        let committed = spawn(async move { commit(&*repo, transition).await });
        let asked = spawn(async move {
            let request = Request::Cancel { reason: "enough".to_owned() };
            asker.request(&scope(), execution, id, request).await
        });
        assert!(matches!(committed.await.expect("it ends"), Ok(CommitOutcome::Applied(Seq(2)))));
        assert!(matches!(asked.await.expect("it ends"), Ok(RequestOutcome::Accepted)));
        let claimed = other.executions().claim(claim("next", 10)).await.expect("a claim works");
        assert_eq!(claimed.len(), 1, "round {round}: the request makes it due, whichever came first");
        assert_eq!(claimed[0].inbox.iter().map(|item| item.id).collect::<Vec<_>>(), [id]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_member_that_cannot_be_stored_does_not_touch_the_others() {
    let Some(db) = fresh().await else { return };
    let (first, second, third) = (db.running().await, db.running().await, db.running().await);
    let repo = db.storage.executions();
    let answers = repo.commit(vec![
        db.transition(&first, 1, 1, RUNNING),
        db.transition(&second, 1, 2, parked("a \0 that no text of PostgreSQL can hold")),
        db.transition(&third, 1, 3, FINISHED),
    ]);
    let answers = answers.await;
    assert!(
        matches!(
            answers.as_slice(),
            [Ok(CommitOutcome::Applied(Seq(2))), Err(StoreError::Invalid(_)), Ok(CommitOutcome::Applied(Seq(2)))]
        ),
        "{answers:?}"
    );
    let journal = journal(&*db.storage.executions(), second.execution).await;
    assert_eq!(positions(&journal), [1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_cannot_be_read_keeps_nobody_from_claiming_the_others() {
    let Some(db) = fresh().await else { return };
    let (broken, sound) = (db.ids.execution_id(), db.ids.execution_id());
    for id in [broken, sound] {
        db.storage.executions().start(&scope(), new_execution(id)).await.expect("it starts");
    }
    db.run(&format!("UPDATE execution SET status = 'dozing' WHERE id = '{broken}'")).await;
    let claimed = db.storage.executions().claim(claim("w", 1)).await.expect("a claim works");
    assert_eq!(claimed.iter().map(|claimed| claimed.record.id).collect::<Vec<_>>(), [sound]);
    let error = db.storage.executions().get(&scope(), broken).await.expect_err("it is damaged");
    assert!(error.code() == "corrupt" && error.to_string().contains("dozing"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_waits_too_long_for_a_lock_has_written_nothing() {
    let Some(db) = fresh().await else { return };
    let lease = db.running().await;
    let hasty = nebula_storage_postgres::PostgresStorage::open(nebula_storage_postgres::PostgresOptions {
        statement_timeout: std::time::Duration::from_millis(200),
        ..options(&db.url, &db.schema)
    });
    let hasty = hasty.await.expect("it opens").executions();
    let url = db.url.clone();
    let hold =
        format!("SET search_path = {}; BEGIN; SELECT 1 FROM execution FOR UPDATE; SELECT pg_sleep(1.5)", db.schema);
    let holder = spawn(async move { run(&url, hold).await });
    pause(300).await;
    let transition = db.transition(&lease, 1, 1, RUNNING);
    let Err(StoreError::NotApplied(error)) = commit(&*hasty, transition.clone()).await else {
        panic!("the row is locked");
    };
    assert!(error.code() == "busy" && error.is_retryable(), "{error:?}");
    holder.await.expect("it lets go");
    assert_eq!(commit(&*hasty, transition).await.expect("it lands"), CommitOutcome::Applied(Seq(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_had_to_wait_for_a_request_sees_it() {
    let Some(db) = fresh().await else { return };
    let (lease, repo) = (db.running().await, db.storage.executions());
    let (url, request) = (db.url.clone(), db.ids.request_id());
    // What a request does, slowly.
    let slow = format!(
        "SET search_path = {}; BEGIN; SELECT 1 FROM execution FOR UPDATE; SELECT pg_sleep(0.8); \
         INSERT INTO inbox VALUES ('{}', '{}', 1, '{{\"type\":\"cancel\",\"reason\":\"enough\"}}'); \
         UPDATE execution SET requests = 1; COMMIT",
        db.schema, lease.execution, request.0
    );
    let asked = spawn(async move { run(&url, slow).await });
    pause(300).await;
    let landed = commit(&*repo, db.transition(&lease, 1, 1, parked("a request"))).await;
    asked.await.expect("it ends");
    assert!(matches!(landed, Ok(CommitOutcome::Applied(Seq(2)))), "{landed:?}");
    let claimed = repo.claim(claim("next", 10)).await.expect("a claim works");
    assert_eq!(claimed.len(), 1, "the request waits, so it is due");
    assert_eq!(claimed[0].inbox.iter().map(|item| item.id).collect::<Vec<_>>(), [request]);
}
