use nebula_ports::model::FailureKind;

use super::*;

const MINUTE: Duration = Duration::from_mins(1);

fn failure(kind: FailureKind) -> Failure {
    Failure::new(kind, "test.failed", "no")
}

/// The longest wait after so many failures before.
fn longest(kind: FailureKind, every: Duration, failures: u32) -> Duration {
    let wait = after_failure(&TriggerConfig::default(), every, &failure(kind), failures, u64::MAX);
    // One unit of the spread is missing.
    Duration::from_secs(wait.as_secs_f64().round() as u64)
}

#[test]
fn what_may_pass_by_itself_is_tried_soon_and_then_more_and_more_seldom() {
    let waits: Vec<u64> = (0..12).map(|n| longest(FailureKind::Transient, MINUTE, n).as_secs()).collect();
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
}

#[test]
fn what_will_not_pass_by_itself_waits_for_the_interval_at_least() {
    let waits: Vec<u64> = (0..9).map(|n| longest(FailureKind::Auth, MINUTE, n).as_secs()).collect();
    assert_eq!(waits, [60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600]);
}

#[test]
fn a_long_interval_is_never_waited_for_longer_than_it_is() {
    let day = Duration::from_hours(24);
    assert_eq!(longest(FailureKind::Bug, day, 40), day);
    assert_eq!(longest(FailureKind::Timeout, day, 40), day);
}

#[test]
fn waits_are_spread_over_their_second_half() {
    let config = TriggerConfig::default();
    let wait = |random| after_failure(&config, MINUTE, &failure(FailureKind::Permanent), 0, random);
    assert_eq!(wait(0), MINUTE / 2);
    assert_eq!(wait(1 << 63), Duration::from_secs(45));
    assert!(wait(u64::MAX) <= MINUTE);
}

#[test]
fn the_wish_of_the_remote_is_the_least_wait() {
    let failure = failure(FailureKind::RateLimited).retry_after(Duration::from_secs(90));
    assert_eq!(after_failure(&TriggerConfig::default(), MINUTE, &failure, 0, 0), Duration::from_secs(90));
}
