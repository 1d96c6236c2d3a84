//! A process that is killed (SIGKILL): another one goes on with what is durable.

use nebula_ports::model::{AttemptOutcome, ExecutionStatus, Fence, JournalEntry, Request, Resolution, Seq};
use serde_json::json;

use super::{
    on_both,
    stage::{Stage, Station, When, call, position, undisturbed},
};
use crate::support::Shop;

/// A pure step behind a wait: what is nothing but pure steps is one commit.
const PURE: &str = "nebula: 1\nid: pure\ninput: { type: object, properties: { service: { type: string } } }\n\
    nodes:\n  - { id: nap, action: flow.delay@1, parameters: { for: 1100ms } }\n  \
    - { id: sum, action: data.set@1, parameters: { values: { cents: 7 } } }\n\
    connections: [{ from: nap, to: sum }]\noutput: !expr $nodes.sum.result.cents\n";

/// Long enough to be parked meanwhile.
const NAP: &str = "nebula: 1\nid: nap\ninput: { type: object, properties: { service: { type: string } } }\n\
    nodes: [{ id: nap, action: flow.delay@1, parameters: { for: 1100ms } }]\n";

on_both![
    started_without_a_hint,
    claimed_and_nothing_written,
    pure_attempt_before_its_end,
    idempotent_attempt_before_its_effect,
    idempotent_attempt_after_its_effect,
    attempt_at_most_once_before_its_effect,
    attempt_at_most_once_after_its_effect,
    finished_and_not_told,
];

/// The start is durable, whatever would have told of it is gone: the sweep finds it.
fn started_without_a_hint(stage: &Stage) {
    stage.killed(&call(true), When::After, Seq(1));
    completes(stage, &[("charge", 1)]);
}

/// It had been parked, was claimed, and whoever claimed it has died: the claim runs out, and the next has a higher fence.
fn claimed_and_nothing_written(stage: &Stage) {
    let woken = position(&undisturbed(stage, NAP), |entry| matches!(entry, JournalEntry::TimerFired { .. }));
    stage.killed(NAP, When::Before, woken);
    let fence = completes(stage, &[]);
    assert!(fence > Fence(2), "the start, the claim that has died, and this one: {fence}");
}

/// What has no effect is simply done again.
fn pure_attempt_before_its_end(stage: &Stage) {
    let sum = |entry: &JournalEntry| is_finished(entry) && entry.node().is_some_and(|node| node.to_string() == "sum");
    let end = position(&undisturbed(stage, PURE), sum);
    stage.killed(PURE, When::Before, end);
    completes(stage, &[]);
}

fn idempotent_attempt_before_its_effect(stage: &Stage) {
    let flow = call(true);
    stage.killed(&flow, When::After, started(stage, &flow));
    completes(stage, &[("charge", 1)]);
    stage.shop.did_once_with_one_key(&["charge"]);
}

/// The call is made again, with its key: one effect.
fn idempotent_attempt_after_its_effect(stage: &Stage) {
    let flow = call(true);
    let end = position(&undisturbed(stage, &flow), is_finished);
    stage.killed(&flow, When::Before, end);
    assert_eq!(stage.shop.tally("charge").calls, 1, "it had its effect");
    completes(stage, &[("charge", 2)]);
    stage.shop.did_once_with_one_key(&["charge"]);
}

/// Nobody knows that nothing has happened: somebody has to look.
fn attempt_at_most_once_before_its_effect(stage: &Stage) {
    let flow = call(false);
    stage.killed(&flow, When::After, started(stage, &flow));
    assert_eq!(stage.shop.tally("charge").calls, 0, "it was not made yet");
    decided(stage, Resolution::Retry);
    assert_eq!(stage.shop.tally("charge").calls, 1);
}

fn attempt_at_most_once_after_its_effect(stage: &Stage) {
    let flow = call(false);
    let end = position(&undisturbed(stage, &flow), is_finished);
    stage.killed(&flow, When::Before, end);
    assert_eq!(stage.shop.tally("charge").calls, 1, "it had its effect");
    decided(stage, Resolution::Completed { output: Shop::result("charge"), port: None });
    assert_eq!(stage.shop.tally("charge").calls, 1, "nobody makes it again");
}

/// The end is durable, and nobody was told: it stays as it is.
fn finished_and_not_told(stage: &Stage) {
    let flow = call(true);
    let last = undisturbed(stage, &flow).last().unwrap().seq;
    stage.killed(&flow, When::After, last);
    let fence = completes(stage, &[("charge", 1)]);
    assert_eq!(fence, Fence(1), "nobody claims it again");
}

fn is_finished(entry: &JournalEntry) -> bool {
    matches!(entry, JournalEntry::AttemptFinished { outcome: AttemptOutcome::Completed { .. }, .. })
}

/// Where the start of the one call stands.
fn started(stage: &Stage, flow: &str) -> Seq {
    position(&undisturbed(stage, flow), |entry| matches!(entry, JournalEntry::AttemptStarted { .. }))
}

/// Another process brings it to its end, with so many calls in all; gives back the last claim.
fn completes(stage: &Stage, calls: &[(&str, usize)]) -> Fence {
    stage.run(async {
        let station = stage.engine().await;
        let id = station.only().await.id;
        let end = station.engine.wait(&station.scope, id).await.unwrap();
        assert_eq!(end.status, ExecutionStatus::Completed, "{end:?}");
        for (name, count) in calls {
            assert_eq!(stage.shop.tally(name).calls, *count, "calls of {name}");
        }
        sound(&station).await;
        station.engine.shutdown().await;
        station.only().await.fence
    })
}

/// Another process stops at the doubt; somebody decides, and it comes to its end.
fn decided(stage: &Stage, resolution: Resolution) {
    stage.run(async {
        let station = stage.engine().await;
        let id = station.only().await.id;
        let stands = station.engine.wait(&station.scope, id).await.unwrap();
        assert_eq!(stands.status, ExecutionStatus::Waiting, "{stands:?}");
        assert!(stands.waiting_for.is_some_and(|what| what.contains("charge")), "it says what is to be decided");
        let request = Request::Resolve { node: "charge".parse().unwrap(), resolution };
        station.engine.request(&station.scope, id, request).await.unwrap();
        let mut end = station.engine.wait(&station.scope, id).await.unwrap();
        while end.status == ExecutionStatus::Waiting {
            end = station.engine.wait(&station.scope, id).await.unwrap();
        }
        assert_eq!((end.status, end.output.as_deref()), (ExecutionStatus::Completed, Some(&json!("charge-1"))));
        sound(&station).await;
        station.engine.shutdown().await;
    });
}

/// No gap, one end, nothing of an older claim behind something of a newer one.
async fn sound(station: &Station) {
    let record = station.only().await;
    let journal = station.journal(record.id).await;
    let seqs: Vec<u64> = journal.iter().map(|record| record.seq.0).collect();
    assert_eq!(seqs, (1..=record.seq.0).collect::<Vec<_>>());
    assert!(journal.is_sorted_by_key(|record| record.fence));
    let ends = journal.iter().filter(|record| matches!(record.entry, JournalEntry::ExecutionFinished { .. }));
    assert_eq!(ends.count(), 1);
}
