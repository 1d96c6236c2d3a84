use futures_util::{FutureExt, future::join_all};
use nebula_ports::memory::ManualClock;

use super::*;

/// When each of so many that come at once may go, in milliseconds.
async fn times(count: u32, burst: u32, many: usize) -> Vec<u128> {
    let clock = ManualClock::default();
    let begun = clock.now();
    let pace = Pace::new(RateLimit { count, per: Duration::from_secs(1).into(), burst });
    let mut all = Box::pin(join_all((0..many).map(async |_| {
        pace.wait(&clock).await;
        clock.now().since(begun).as_millis()
    })));
    loop {
        if let Some(times) = all.as_mut().now_or_never() {
            return times;
        }
        assert!(clock.advance_to_next_sleeper());
    }
}

#[tokio::test]
async fn without_a_burst_they_are_evenly_spaced_in_the_order_of_arrival() {
    assert_eq!(times(10, 1, 5).await, [0, 100, 200, 300, 400]);
}

#[tokio::test]
async fn a_burst_goes_at_once_and_the_rest_at_the_rate() {
    assert_eq!(times(10, 3, 6).await, [0, 0, 0, 100, 200, 300]);
}

#[tokio::test]
async fn a_pause_gives_back_no_more_than_the_burst() {
    let clock = ManualClock::default();
    let pace = Pace::new(RateLimit { count: 10, per: Duration::from_secs(1).into(), burst: 2 });
    for _ in 0..2 {
        assert!(pace.wait(&clock).now_or_never().is_some());
    }
    clock.advance(Duration::from_hours(1));
    for _ in 0..2 {
        assert!(pace.wait(&clock).now_or_never().is_some());
    }
    assert!(pace.wait(&clock).now_or_never().is_none());
}

#[tokio::test]
async fn one_that_gives_up_waiting_takes_nothing_from_those_behind() {
    let clock = ManualClock::default();
    let pace = Pace::new(RateLimit { count: 1, per: Duration::from_secs(1).into(), burst: 1 });
    pace.wait(&clock).await;
    let mut second = Box::pin(pace.wait(&clock));
    let mut third = Box::pin(pace.wait(&clock));
    assert!(second.as_mut().now_or_never().is_none());
    assert!(third.as_mut().now_or_never().is_none());
    drop(second);
    assert!(third.as_mut().now_or_never().is_none());
    clock.advance(Duration::from_secs(1));
    assert!(third.now_or_never().is_some());
}
