use super::*;

#[test]
fn durations_are_numbers_with_units() {
    for (text, millis) in
        [("200ms", 200), ("10s", 10_000), ("1h 30m", 5_400_000), ("1h30m", 5_400_000), (" 2 min ", 120_000), ("0s", 0)]
    {
        assert_eq!(parse(text), Some(Duration::from_millis(millis)), "{text}");
    }
    assert_eq!(parse("3us 4ns"), Some(Duration::from_nanos(3_004)));
}

#[test]
fn what_has_no_unit_or_no_fixed_length_is_no_duration() {
    for text in ["", " ", "10", "s", "1d", "-1s", "1.5s", "10 s s", "99999999999999999999s", "18446744073709551615h"] {
        assert_eq!(parse(text), None, "{text}");
    }
}
