use std::time::Duration;

use super::{ByteSize, RateLimit};

#[test]
fn sizes_are_shown_in_the_largest_unit_that_fits() {
    let shown = [0, 999, 1024, 1536, 1 << 20, (1 << 20) + 1, 10 << 20, 5 << 30, u64::MAX]
        .map(|bytes| ByteSize(bytes).to_string());
    let expected = ["0 bytes", "999 bytes", "1 KiB", "1.5 KiB", "1 MiB", "1 MiB", "10 MiB", "5 GiB", "16777215.9 TiB"];
    assert_eq!(shown, expected);
}

#[test]
fn a_rate_never_brings_more_than_it_says() {
    let rate = |count, per: Duration, burst| RateLimit { count, per: per.into(), burst };
    let second = Duration::from_secs(1);
    assert_eq!(rate(10, second, 1).step(), Duration::from_millis(100));
    assert_eq!(rate(3, second, 1).step(), Duration::from_micros(333_334));
    assert_eq!(rate(u32::MAX, second, 1).step(), Duration::from_micros(1));
    assert_eq!(rate(10, second, 1).to_string(), "10/s");
    assert_eq!(rate(100, second * 60, 5).to_string(), "100/m, 5 at once");
    assert_eq!(rate(1, second * 3_600, 1).to_string(), "1/h");
    assert_eq!(rate(7, second * 2, 1).to_string(), "7 in 2s");
}
