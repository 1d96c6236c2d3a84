//! How times read.

use std::time::Duration;

use nebula_ports::time::Timestamp;

use super::{lasting, second, until};

#[test]
fn a_duration_has_two_units_at_most() {
    let read: Vec<String> = [0, 850, 1_250, 59_999, 185_000, 7_260_000, 273_600_000]
        .map(|millis| lasting(Duration::from_millis(millis)))
        .into();
    assert_eq!(read, ["0ms", "850ms", "1.2s", "59.9s", "3m 05s", "2h 01m", "3d 04h"]);
}

#[test]
fn a_time_is_shown_to_the_second() {
    assert_eq!(second(Timestamp::from_micros(1_999_999)).to_string(), "1970-01-01T00:00:01Z");
}

#[test]
fn a_time_to_come_says_how_far_it_is() {
    let now = Timestamp::from_micros(0);
    assert_eq!(until(now.plus(Duration::from_secs(5)), now), "1970-01-01T00:00:05Z (in 5.0s)");
    assert_eq!(until(now, now.plus(Duration::from_secs(5))), "1970-01-01T00:00:00Z");
}
