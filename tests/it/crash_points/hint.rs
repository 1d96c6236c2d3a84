//! Hints are not the truth.

use std::time::Duration;

use nebula_ports::{model::ExecutionStatus, task_queue::Task};

use super::{
    on_both,
    stage::{Stage, call},
};

on_both![redelivered_when_it_has_ended];

/// A hint of an execution that has ended does nothing, and does not come back.
fn redelivered_when_it_has_ended(stage: &Stage) {
    stage.run(async {
        let station = stage.engine().await;
        let request = stage.request(&station.engine, &call(true));
        let end = station.engine.run(&station.scope, request).await.unwrap();
        assert_eq!(end.status, ExecutionStatus::Completed);
        let (row, journal) = (station.only().await, station.journal(end.execution).await);
        station.queue.enqueue(Task { execution: end.execution }, Duration::ZERO).await.unwrap();
        while !station.queue.is_empty().await.unwrap() {
            tokio::task::yield_now().await;
        }
        assert_eq!((station.only().await, station.journal(end.execution).await), (row, journal));
        assert_eq!(stage.shop.tally("charge").calls, 1);
        station.engine.shutdown().await;
    });
}
