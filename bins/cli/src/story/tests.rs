//! What a journal says.

use std::{sync::Arc, time::Duration};

use nebula_ports::{
    model::{
        AttemptOutcome, ConditionTrace, EffectClass, Failure, FailureKind, JournalEntry, NodeAddress, NodeStatus,
        Payload, SkipReason,
    },
    time::Timestamp,
};
use serde_json::json;

use super::{Story, Tone, tell};

fn node(id: &str) -> NodeAddress {
    id.parse().unwrap()
}

fn at(millis: u64) -> Timestamp {
    Timestamp::from_micros(0).plus(Duration::from_millis(millis))
}

fn started(attempt: u32, millis: u64) -> JournalEntry {
    JournalEntry::AttemptStarted { node: node("a"), attempt, at: at(millis), effect: EffectClass::Pure, key: None }
}

fn finished(attempt: u32, millis: u64, outcome: AttemptOutcome) -> JournalEntry {
    JournalEntry::AttemptFinished { node: node("a"), attempt, at: at(millis), outcome }
}

/// Tells the last of these.
fn told(entries: &[JournalEntry]) -> (Story, super::Telling) {
    let mut story = Story::default();
    for entry in entries {
        story.apply(entry);
    }
    let telling = tell(entries.last().unwrap(), &story, at(0));
    (story, telling)
}

#[test]
fn a_retry_says_why_and_when() {
    let error = Failure::new(FailureKind::Transient, "x.busy", "the remote is busy").with_help("wait");
    let (story, telling) =
        told(&[started(1, 0), finished(1, 100, AttemptOutcome::Retry { error, next_at: at(2_100) })]);
    assert_eq!(telling.text, "attempt 1 failed: the remote is busy; tries again in 2.0s");
    assert_eq!(telling.details, ["help: wait"]);
    assert_eq!(story.node(&node("a")).unwrap().wake_at, Some(at(2_100)));
}

#[test]
fn a_duration_is_the_last_attempt_s() {
    let output = Payload::Inline(Arc::new(json!(1)));
    let entries =
        [started(1, 0), started(2, 1_000), finished(2, 1_250, AttemptOutcome::Completed { output, cached: false })];
    let (story, telling) = told(&entries);
    assert_eq!((telling.tone, telling.text.as_str()), (Tone::Good, "completed in 250ms"));
    assert_eq!(story.node(&node("a")).unwrap().status, NodeStatus::Completed);
}

#[test]
fn a_skip_says_the_condition_and_the_values_that_decided() {
    let trace = |from: &str, when: Option<&str>| ConditionTrace {
        from: from.parse().unwrap(),
        when: when.map(str::to_owned),
        values: when.map(|_| ("$nodes.b.result".to_owned(), json!(7))).into_iter().collect(),
    };
    let reason = SkipReason { connections: vec![trace("b", Some("$nodes.b.result > 9")), trace("c", None)] };
    let (_, telling) = told(&[JournalEntry::NodeSkipped { node: node("a"), reason }]);
    assert_eq!(telling.text, "skipped: after `b`, `$nodes.b.result > 9` did not hold ($nodes.b.result = 7)");
    assert_eq!(telling.details, ["`c` was skipped"]);
}

#[test]
fn a_node_in_doubt_is_among_those_that_wait_for_a_decision() {
    let (story, telling) = told(&[started(1, 0), JournalEntry::NodeInDoubt { node: node("a"), attempt: 1 }]);
    assert_eq!(story.in_doubt(), [node("a")]);
    assert_eq!(telling.tone, Tone::Bad);
}
