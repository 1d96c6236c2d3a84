//! Hints from process to process.

use std::{sync::Arc, time::Duration};

use nebula_ports::{
    conformance::RuntimeSpawner,
    ids::IdSource as _,
    memory::SeededIds,
    model::ExecutionId,
    task_queue::{Task, TaskQueue as _},
};
use nebula_storage_postgres::{HintOptions, PostgresHints, PostgresStorage};

use crate::support::*;

const SOON: Duration = Duration::from_secs(20);

/// The queue of a process of its own, that hears the others.
async fn listening(storage: &PostgresStorage, seed: u64) -> PostgresHints {
    let options = HintOptions::new(Arc::new(RuntimeSpawner), Arc::new(SeededIds::new(seed)), Arc::new(RealClock));
    let hints = storage.hints(options);
    heard(&hints, true).await;
    hints
}

async fn heard(hints: &PostgresHints, wanted: bool) {
    for _ in 0..400 {
        if hints.is_listening() == wanted {
            return;
        }
        pause(25).await;
    }
    panic!("it does not come to listen, or does not notice that it is not heard: {wanted}");
}

async fn take(hints: &PostgresHints) -> Option<ExecutionId> {
    let delivery = hints.dequeue(SOON, SOON).await.expect("the queue is there")?;
    hints.ack(delivery.receipt).await.expect("it is ours");
    Some(delivery.task.execution)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_process_is_told_the_others_hear_and_it_hears_once_itself() {
    let Some(db) = fresh().await else { return };
    let (here, there) = (listening(&db.storage, 1).await, listening(&db.again().await, 2).await);
    let told: Vec<ExecutionId> = (0..450).map(|_| db.ids.execution_id()).collect();
    for execution in &told {
        here.enqueue(Task { execution: *execution }, Duration::ZERO).await.expect("there is room");
    }
    for hints in [&here, &there] {
        let mut heard = Vec::new();
        for _ in 0..told.len() {
            heard.extend(take(hints).await);
        }
        heard.sort_unstable();
        assert_eq!(heard, told);
    }
    pause(200).await;
    assert_eq!((here.len().await.expect("it counts"), there.len().await.expect("it counts")), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hint_with_a_delay_is_the_process_s_own() {
    let Some(db) = fresh().await else { return };
    let (here, there) = (listening(&db.storage, 1).await, listening(&db.again().await, 2).await);
    here.enqueue(Task { execution: db.ids.execution_id() }, Duration::from_secs(60)).await.expect("there is room");
    let loud = db.ids.execution_id();
    here.enqueue(Task { execution: loud }, Duration::ZERO).await.expect("there is room");
    assert_eq!(take(&there).await, Some(loud));
    assert_eq!(there.len().await.expect("it counts"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_cut_off_listens_again_and_looks_at_what_it_missed() {
    let Some(db) = fresh().await else { return };
    let (here, there) = (listening(&db.storage, 1).await, listening(&db.again().await, 2).await);
    let listeners = format!("query = 'LISTEN \"{}\"'", db.schema);
    let count = format!("SELECT count(*) FROM pg_stat_activity WHERE {listeners}");
    assert_eq!(db.ask::<i64>(&count).await, 2);
    run(&db.url, format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {listeners}")).await;
    // Due while nobody listens, and nobody tells of it.
    let missed = db.ids.execution_id();
    db.storage.executions().start(&scope(), new_execution(missed)).await.expect("it starts");
    for hints in [&here, &there] {
        assert_eq!(take(hints).await, Some(missed));
        heard(hints, true).await;
    }
    let told = db.ids.execution_id();
    there.enqueue(Task { execution: told }, Duration::ZERO).await.expect("there is room");
    assert_eq!(take(&here).await, Some(told), "it hears again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_is_dropped_leaves_no_listener_behind() {
    let Some(db) = fresh().await else { return };
    let hints = listening(&db.storage, 1).await;
    drop(hints);
    let count = format!("SELECT count(*) FROM pg_stat_activity WHERE query = 'LISTEN \"{}\"'", db.schema);
    for _ in 0..400 {
        if db.ask::<i64>(&count).await == 0 {
            return;
        }
        pause(25).await;
    }
    panic!("somebody listens still");
}
