use nebula_ports::model::{Backoff, FailureKind};

use super::*;

fn policy(max_attempts: u32) -> RetryPolicy {
    let backoff = Backoff::Exponential { exponential: "100ms".parse().unwrap(), max: Some("1s".parse().unwrap()) };
    RetryPolicy { max_attempts, backoff, jitter: Jitter::None }
}

fn transient() -> Failure {
    Failure::new(FailureKind::Transient, "x", "x")
}

fn next_ms(outcome: &AttemptOutcome) -> Option<i64> {
    match outcome {
        AttemptOutcome::Retry { next_at, .. } => Some(next_at.as_micros() / 1000),
        _ => None,
    }
}

fn run(failures: u32, error: Failure, effect: EffectClass) -> Option<i64> {
    next_ms(&outcome(Some(&policy(4)), error, failures, effect, Timestamp::default(), None, 0))
}

#[test]
fn waits_double_up_to_the_largest_and_end_with_the_attempts() {
    let waits: Vec<_> = (0..4).map(|failures| run(failures, transient(), EffectClass::Idempotent)).collect();
    assert_eq!(waits, [Some(100), Some(200), Some(400), None]);
}

#[test]
fn what_may_not_be_repeated_is_tried_again_only_before_its_effect() {
    assert_eq!(run(0, transient(), EffectClass::AtMostOnce), None);
    assert_eq!(run(0, transient().before_effect(), EffectClass::AtMostOnce), Some(100));
}

#[test]
fn permanent_failures_and_nodes_without_a_policy_end() {
    assert_eq!(run(0, Failure::new(FailureKind::Permanent, "x", "x"), EffectClass::Pure), None);
    assert_eq!(next_ms(&outcome(None, transient(), 0, EffectClass::Pure, Timestamp::default(), None, 0)), None);
}

#[test]
fn the_remotes_wish_is_the_least_wait_and_the_deadline_the_last() {
    let asked = transient().retry_after(Duration::from_secs(2));
    assert_eq!(run(0, asked, EffectClass::Pure), Some(2000));
    let deadline = Some(Timestamp::from_micros(50_000));
    let ended = outcome(Some(&policy(4)), transient(), 0, EffectClass::Pure, Timestamp::default(), deadline, 0);
    assert!(matches!(ended, AttemptOutcome::Failed { .. }));
}

#[test]
fn full_jitter_spreads_over_the_whole_wait() {
    let full = RetryPolicy { jitter: Jitter::Full, ..policy(4) };
    let at = |random| {
        next_ms(&outcome(Some(&full), transient(), 2, EffectClass::Pure, Timestamp::default(), None, random)).unwrap()
    };
    assert_eq!((at(0), at(u64::MAX / 2), at(u64::MAX)), (0, 199, 399));
}
