use super::*;

#[test]
fn durations_read_and_print_the_same() {
    for text in ["200ms", "10s", "1h 30m", "2h", "1m 5s"] {
        let read: DurationText = text.parse().unwrap();
        assert_eq!(read.to_string(), text);
    }
}

#[test]
fn what_is_no_duration_is_refused_with_an_example() {
    for text in ["", "ten", "-5s", "5", "1 month"] {
        let error = text.parse::<DurationText>().unwrap_err();
        assert!(error.to_string().contains("200ms"), "{text}: {error}");
    }
}

#[test]
fn timestamps_print_as_rfc_3339_and_never_overflow() {
    assert_eq!(Timestamp::from_micros(0).to_string(), "1970-01-01T00:00:00Z");
    assert_eq!(Timestamp::from_micros(i64::MAX).plus(Duration::MAX).as_micros(), i64::MAX);
    assert_eq!(Timestamp::from_micros(5).since(Timestamp::from_micros(9)), Duration::ZERO);
}
