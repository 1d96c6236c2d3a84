use super::*;

const HOUR: Duration = Duration::from_hours(1);
const SECOND: Duration = Duration::from_secs(1);

fn clock() -> SystemClock {
    SystemClock { origin: Timestamp::from_micros(0), begun: SystemClock::new().begun, asleep: AtomicU64::new(0) }
}

fn at(passed: Duration) -> Timestamp {
    Timestamp::from_micros(0).plus(passed)
}

#[test]
fn time_is_what_has_passed() {
    let clock = clock();
    assert_eq!(clock.reckon(HOUR, at(HOUR)), at(HOUR));
    assert_eq!(clock.reckon(HOUR, at(HOUR + SECOND)), at(HOUR), "a correction of the clock is no time that passes");
}

#[test]
fn a_clock_that_is_set_back_does_not_matter() {
    assert_eq!(clock().reckon(2 * HOUR, at(HOUR)), at(2 * HOUR));
}

#[test]
fn what_was_slept_through_has_passed() {
    let clock = clock();
    assert_eq!(clock.reckon(SECOND, at(10 * HOUR)), at(10 * HOUR));
    assert_eq!(clock.reckon(2 * SECOND, at(10 * HOUR + SECOND)), at(10 * HOUR + SECOND), "it was slept once");
    assert_eq!(clock.reckon(3 * SECOND, at(20 * HOUR)), at(20 * HOUR), "and may be again");
}

#[test]
fn it_never_goes_back() {
    let clock = clock();
    let mut last = at(Duration::ZERO);
    for (counted, shown) in [(1, 1), (2, 40), (3, 2), (4, 41), (5, 300), (6, 0), (7, 301)] {
        let now = clock.reckon(SECOND * counted, at(SECOND * shown));
        assert!(now > last, "{now} after {last}");
        last = now;
    }
}
