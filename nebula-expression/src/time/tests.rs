use std::cmp::Ordering;

use proptest::prelude::*;

use super::{Duration, Problem, Time, Unit, format::DIRECTIVES};

fn time(text: &str) -> Time {
    Time::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

fn length(text: &str) -> Duration {
    Duration::parse(text).unwrap_or_else(|problem| panic!("{text}: {problem:?}"))
}

fn help(result: Result<impl std::fmt::Debug, Problem>) -> String {
    result.expect_err("a problem").help.unwrap_or_default()
}

#[test]
fn times_are_read_and_printed() {
    for (text, printed) in [
        ("2026-01-31T09:30:00Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31t09:30:00z", "2026-01-31T09:30:00Z"),
        ("2026-01-31 09:30:00Z", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+00:00", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+02:00", "2026-01-31T09:30:00+02:00"),
        ("2026-01-31T09:30:00.120-05:30", "2026-01-31T09:30:00.12-05:30"),
        ("2026-01-31T09:30:00.000000001Z", "2026-01-31T09:30:00.000000001Z"),
        ("2026-01-31T09:30", "2026-01-31T09:30:00Z"),
        ("2026-01-31", "2026-01-31T00:00:00Z"),
        ("2026-01-31T09:30:00+01:00[Europe/Oslo]", "2026-01-31T09:30:00+01:00"),
        ("2026-01-31T09:30:00[Europe/Oslo]", "2026-01-31T09:30:00+01:00"),
        ("2026-07-31[Europe/Oslo]", "2026-07-31T00:00:00+02:00"),
        ("2026-07-31T10:00:00Z[Europe/Oslo]", "2026-07-31T12:00:00+02:00"),
        ("2026-01-31T09:30:00Z[Europe/London]", "2026-01-31T09:30:00+00:00"),
        ("2026-01-31T09:30:00[UTC]", "2026-01-31T09:30:00Z"),
        ("2026-01-31T09:30:00+02:00[+02:00]", "2026-01-31T09:30:00+02:00"),
        ("0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"),
        // A zone before standard time: its offset has seconds, which RFC 3339 cannot write.
        ("1850-01-01T00:00:00[Europe/Amsterdam]", "1849-12-31T23:42:30Z"),
        // A leap second is the second before it.
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
    ] {
        assert_eq!(time(text).to_string(), printed, "{text}");
        assert_eq!(time(printed), time(text), "{text}");
    }
}

#[test]
fn what_is_no_time_is_refused() {
    for (text, word) in [
        ("", "2026-01-31"),
        ("yesterday", "2026-01-31"),
        ("31.01.2026", "format"),
        ("2026-02-30", "2026-01-31"),
        ("2026-01-31T25:00:00Z", "2026-01-31"),
        ("2026-01-31T09:30:00Z and more", "2026-01-31"),
        ("2026-01-31T09:30:00+01:00[Europe/Olso]", "`Europe/Oslo`"),
        ("2026-01-31T09:30:00+05:00[Europe/Oslo]", "offset"),
        ("-000001-01-01T00:00:00Z", "0 to 9999"),
        ("😀", "2026-01-31"),
    ] {
        assert!(help(Time::parse(text)).contains(word), "{text}: {:?}", Time::parse(text));
    }
    assert!(Time::parse(&"9".repeat(100_000)).unwrap_err().message.len() < 100);
}

#[test]
fn seconds_since_1970() {
    for (seconds, printed) in [
        (0.0, "1970-01-01T00:00:00Z"),
        (1_700_000_000.123, "2023-11-14T22:13:20.123Z"),
        (-0.5, "1969-12-31T23:59:59.5Z"),
    ] {
        assert_eq!(Time::from_unix_fraction(seconds).unwrap().to_string(), printed);
    }
    assert_eq!(Time::from_unix(1_700_000_000).unwrap().to_string(), "2023-11-14T22:13:20Z");
    assert_eq!(Time::from_unix_ms(1_700_000_000_001).unwrap().to_string(), "2023-11-14T22:13:20.001Z");
    assert_eq!(Time::from_unix_nanos(1).unwrap().to_string(), "1970-01-01T00:00:00.000000001Z");
    for seconds in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, 1e12, -1e12] {
        assert!(Time::from_unix_fraction(seconds).is_err(), "{seconds}");
    }
    for whole in [i64::MIN, i64::MAX, 1 << 40] {
        assert!(Time::from_unix(whole).is_err() && Time::from_unix_nanos(whole.into()).is_ok(), "{whole}");
    }
    let before = time("1969-12-31T23:59:59.9999Z");
    assert_eq!((before.unix(), before.unix_ms()), (-1, -1));
}

#[test]
fn zones() {
    let noon = time("2026-07-01T12:00:00Z");
    for (zone, printed, name) in [
        ("Europe/Oslo", "2026-07-01T14:00:00+02:00", "Europe/Oslo"),
        ("europe/oslo", "2026-07-01T14:00:00+02:00", "Europe/Oslo"),
        ("Asia/Kolkata", "2026-07-01T17:30:00+05:30", "Asia/Kolkata"),
        ("America/New_York", "2026-07-01T08:00:00-04:00", "America/New_York"),
        ("+02:00", "2026-07-01T14:00:00+02:00", "+02:00"),
        ("-0930", "2026-07-01T02:30:00-09:30", "-09:30"),
        ("+05", "2026-07-01T17:00:00+05:00", "+05:00"),
        ("+00:00", "2026-07-01T12:00:00Z", "UTC"),
        ("UTC", "2026-07-01T12:00:00Z", "UTC"),
        ("Z", "2026-07-01T12:00:00Z", "UTC"),
    ] {
        let there = noon.set_zone(zone).unwrap();
        assert_eq!((there.to_string().as_str(), there.zone_name().as_str()), (printed, name), "{zone}");
        assert_eq!(there, noon, "{zone}");
    }
    for (zone, word) in [
        ("Europe/Olso", "did you mean `Europe/Oslo`?"),
        ("Oslo", "did you mean `Europe/Oslo`?"),
        ("new york", "did you mean `America/New_York`?"),
        ("Mars/Olympus", "IANA"),
        ("", "IANA"),
        ("+25:00", "23:59"),
        ("+1", "23:59"),
        ("+０１", "23:59"),
        ("EST5EDT,M3.2.0,M11.1.0", "IANA"),
        ("../../etc/passwd", "IANA"),
    ] {
        assert!(help(noon.set_zone(zone)).contains(word), "{zone}: {:?}", noon.set_zone(zone));
    }
}

#[test]
fn durations_are_read_and_printed() {
    for (text, printed) in [
        ("90m", "PT1H30M"),
        ("1h 30m", "PT1H30M"),
        ("1h30m", "PT1H30M"),
        ("2d", "P2D"),
        ("1w", "P7D"),
        ("2 weeks 1 day", "P15D"),
        ("1mo", "P1M"),
        ("1 quarter", "P3M"),
        ("1y 2mo", "P1Y2M"),
        ("18 months", "P1Y6M"),
        ("1.5h", "PT1H30M"),
        ("250ms", "PT0.25S"),
        ("0.000000001s", "PT0.000000001S"),
        ("0s", "PT0S"),
        ("-0s", "PT0S"),
        ("-1h", "-PT1H"),
        ("- 1d 2h", "-P1DT2H"),
        (" 5 minutes ", "PT5M"),
        ("PT1H30M", "PT1H30M"),
        ("pt1h", "PT1H"),
        ("P1M", "P1M"),
        ("P1Y2M3W4DT5H6M7.5S", "P1Y2M25DT5H6M7.5S"),
        ("-P1D", "-P1D"),
        ("P1M-1D", "P1M-1D"),
        ("P-1MT1H", "P-1MT1H"),
        ("PT36H", "PT36H"),
        ("PT0,5S", "PT0.5S"),
    ] {
        assert_eq!(length(text).to_string(), printed, "{text}");
        assert_eq!(length(printed), length(text), "{text}");
    }
}

#[test]
fn what_is_no_duration_is_refused() {
    for (text, word) in [
        ("", "90m"),
        ("m", "90m"),
        ("90", "add the unit"),
        ("1M", "`mo` is months"),
        ("3 huors", "did you mean `hours`?"),
        ("3 parsecs", "units are"),
        ("1.5 months", "smaller units"),
        ("1.5d", "smaller units"),
        ("1h 30", "add the unit"),
        ("P", "PT1H30M"),
        ("PT", "PT1H30M"),
        ("P1H", "PT1H30M"),
        ("P1D1M", "PT1H30M"),
        ("P1DT", "PT1H30M"),
        ("--1h", "PT1H30M"),
        ("1e3s", "units are"),
        ("10001y", "10000 years"),
        ("999999999999h", "10000 years"),
        ("9999999999999s", "PT1H30M"),
    ] {
        let help = help(Duration::parse(text));
        assert!(help.contains(word), "{text}: {help}");
    }
    assert!(Duration::parse(&"1s".repeat(1000)).is_err());
}

#[test]
fn durations_compare_where_calendars_allow_it() {
    for (a, b, order) in [
        ("60m", "1h", Some(Ordering::Equal)),
        ("1d", "24h", Some(Ordering::Equal)),
        ("1d", "25h", Some(Ordering::Less)),
        ("-1h", "1s", Some(Ordering::Less)),
        ("1mo", "1y", Some(Ordering::Less)),
        ("1mo 1d", "1mo", Some(Ordering::Greater)),
        ("1mo 1d", "2mo 2d", Some(Ordering::Less)),
        ("1mo", "30d", None),
        ("1y", "365d", None),
    ] {
        assert_eq!(length(a).compare(&length(b)).ok(), order, "{a} {b}");
        assert_eq!(length(a) == length(b), order == Some(Ordering::Equal), "{a} {b}");
    }
    for (text, unit, total) in [
        ("90m", "hours", Some(1.5)),
        ("1d", "hours", Some(24.0)),
        ("2w", "days", Some(14.0)),
        ("-36h", "days", Some(-1.5)),
        ("1ms", "seconds", Some(0.001)),
        ("6mo", "years", Some(0.5)),
        ("1y", "quarters", Some(4.0)),
        ("0s", "months", Some(0.0)),
        ("1mo", "days", None),
        ("30d", "months", None),
        ("1mo 1d", "months", None),
    ] {
        assert_eq!(length(text).total(Unit::named(unit).unwrap()).ok(), total, "{text} in {unit}");
    }
    assert_eq!(length("1mo").plus(&length("-1d 2h")).unwrap().to_string(), "P1M-1DT-2H");
    assert!(length("9999y").plus(&length("2y")).is_err());
    assert!(help(Unit::named("dyas")).contains("did you mean `day`?"));
    assert!(help(Unit::named("fortnight")).contains("`week`"));
}

#[test]
fn adding() {
    for (at, duration, printed) in [
        ("2026-01-31T00:00:00Z", "1mo", "2026-02-28T00:00:00Z"),
        ("2024-01-31T00:00:00Z", "1mo", "2024-02-29T00:00:00Z"),
        ("2024-02-29T00:00:00Z", "1y", "2025-02-28T00:00:00Z"),
        ("2026-01-31T00:00:00Z", "-1mo", "2025-12-31T00:00:00Z"),
        ("2026-01-31T00:00:00Z", "1mo 1d", "2026-03-01T00:00:00Z"),
        ("2026-12-31T23:59:59.5Z", "500ms", "2027-01-01T00:00:00Z"),
        // A day keeps the time of day over a change of the clock, 24 hours do not.
        ("2026-03-28T12:00:00[Europe/Oslo]", "1d", "2026-03-29T12:00:00+02:00"),
        ("2026-03-28T12:00:00[Europe/Oslo]", "24h", "2026-03-29T13:00:00+02:00"),
        // What the clock skips moves on by the gap.
        ("2026-03-28T02:30:00[Europe/Oslo]", "1d", "2026-03-29T03:30:00+02:00"),
        // The second pass of a repeated hour stays what it is.
        ("2026-10-25T02:30:00+01:00[Europe/Oslo]", "0s", "2026-10-25T02:30:00+01:00"),
        ("2026-10-25T02:30:00+01:00[Europe/Oslo]", "1m", "2026-10-25T02:31:00+01:00"),
        ("2026-10-25T02:30:00+02:00[Europe/Oslo]", "1h", "2026-10-25T02:30:00+01:00"),
    ] {
        assert_eq!(time(at).plus(&length(duration)).unwrap().to_string(), printed, "{at} + {duration}");
        assert_eq!(time(at).minus(&-&length(duration)).unwrap().to_string(), printed, "{at} + {duration}");
    }
    assert!(time("9999-12-01").plus(&length("1mo")).is_err());
    assert!(time("0000-01-01").minus(&length("1s")).is_err());
    assert!(time("2026-01-01").plus(&length("10000y")).is_err());
}

#[test]
fn differences() {
    for (later, earlier, unit, count) in [
        ("2026-01-02", "2026-01-01", "hours", 24.0),
        ("2026-01-01", "2026-01-02", "hours", -24.0),
        ("2026-01-01T00:00:01.5Z", "2026-01-01", "seconds", 1.5),
        ("2026-01-01T00:01:30Z", "2026-01-01", "minutes", 1.5),
        ("2026-01-01T00:00:00.25Z", "2026-01-01", "milliseconds", 250.0),
        ("2026-01-15", "2026-01-01", "weeks", 2.0),
        ("2026-03-01", "2026-01-01", "months", 2.0),
        ("2026-07-01", "2026-01-01", "quarters", 2.0),
        ("2028-01-01", "2026-01-01", "years", 2.0),
        ("2026-01-31", "2026-01-30T12:00:00Z", "days", 0.5),
        // 23 hours between, and one day.
        ("2026-03-30T00:00:00[Europe/Oslo]", "2026-03-29T00:00:00[Europe/Oslo]", "days", 1.0),
        ("2026-03-30T00:00:00[Europe/Oslo]", "2026-03-29T00:00:00[Europe/Oslo]", "hours", 23.0),
        ("9999-12-01", "0000-01-01", "hours", 87_657_456.0),
    ] {
        assert_eq!(time(later).diff_in(&time(earlier), Unit::named(unit).unwrap()).unwrap(), count, "{later} {unit}");
    }
    assert_eq!(time("2026-01-02T01:00:00Z").diff(&time("2026-01-01")).unwrap().to_string(), "PT25H");
}

#[test]
fn starts_and_ends() {
    for (at, unit, start, end) in [
        ("2026-08-19T13:14:15.5Z", "year", "2026-01-01T00:00:00Z", "2026-12-31T23:59:59.999999999Z"),
        ("2026-08-19T13:14:15.5Z", "quarter", "2026-07-01T00:00:00Z", "2026-09-30T23:59:59.999999999Z"),
        ("2026-02-19T13:14:15.5Z", "month", "2026-02-01T00:00:00Z", "2026-02-28T23:59:59.999999999Z"),
        ("2026-08-19T13:14:15.5Z", "week", "2026-08-17T00:00:00Z", "2026-08-23T23:59:59.999999999Z"),
        ("2026-08-23T13:14:15.5Z", "week", "2026-08-17T00:00:00Z", "2026-08-23T23:59:59.999999999Z"),
        ("2026-08-19T13:14:15.5Z", "day", "2026-08-19T00:00:00Z", "2026-08-19T23:59:59.999999999Z"),
        ("2026-08-19T13:14:15.5Z", "hour", "2026-08-19T13:00:00Z", "2026-08-19T13:59:59.999999999Z"),
        ("2026-08-19T13:14:15.5Z", "minute", "2026-08-19T13:14:00Z", "2026-08-19T13:14:59.999999999Z"),
        ("2026-08-19T13:14:15.5Z", "second", "2026-08-19T13:14:15Z", "2026-08-19T13:14:15.999999999Z"),
        ("2026-08-19T13:14:15.0015Z", "millisecond", "2026-08-19T13:14:15.001Z", "2026-08-19T13:14:15.001999999Z"),
        // Of the zone, not of UTC.
        (
            "2026-03-29T00:30:00+01:00[Europe/Oslo]",
            "day",
            "2026-03-29T00:00:00+01:00",
            "2026-03-29T23:59:59.999999999+02:00",
        ),
        (
            "2026-10-25T02:30:00+02:00[Europe/Oslo]",
            "hour",
            "2026-10-25T02:00:00+02:00",
            "2026-10-25T02:59:59.999999999+02:00",
        ),
        (
            "2026-10-25T02:30:00+01:00[Europe/Oslo]",
            "hour",
            "2026-10-25T02:00:00+01:00",
            "2026-10-25T02:59:59.999999999+01:00",
        ),
    ] {
        let unit = Unit::named(unit).unwrap();
        assert_eq!(time(at).start_of(unit).unwrap().to_string(), start, "{at} {unit:?}");
        assert_eq!(time(at).end_of(unit).unwrap().to_string(), end, "{at} {unit:?}");
    }
}

#[test]
fn parts() {
    for (at, day_of_year, week, weekday, quarter, days) in [
        ("2026-01-01", 1, 1, 4, 1, 31),
        ("2027-01-01", 1, 53, 5, 1, 31),
        ("2024-02-29", 60, 9, 4, 1, 29),
        ("2026-12-31", 365, 53, 4, 4, 31),
        ("2026-08-23", 235, 34, 7, 3, 31),
    ] {
        let at = time(at);
        let parts = (at.day_of_year(), at.week(), at.weekday(), at.quarter(), at.days_in_month());
        assert_eq!(parts, (day_of_year, week, weekday, quarter, days), "{at}");
    }
    let at = time("2026-08-19T13:14:15.678912Z");
    assert_eq!((at.year(), at.month(), at.day()), (2026, 8, 19));
    assert_eq!((at.hour(), at.minute(), at.second(), at.millisecond()), (13, 14, 15, 678));
    assert_eq!((at.unix(), at.unix_ms()), (1_787_145_255, 1_787_145_255_678));
}

#[test]
fn formats() {
    let at = time("2026-03-05T07:08:09.012[Europe/Oslo]");
    for (format, printed) in [
        ("%Y-%m-%d", "2026-03-05"),
        ("%d.%m.%y %H:%M:%S", "05.03.26 07:08:09"),
        ("%-d %B %Y", "5 March 2026"),
        ("%a %b %e", "Thu Mar  5"),
        ("%I:%M %p", "07:08 AM"),
        ("%F %T%.3f %:z", "2026-03-05 07:08:09.012 +01:00"),
        ("%Q %Z", "Europe/Oslo CET"),
        ("%G-W%V-%u", "2026-W10-4"),
        ("Q%q 100%%", "Q1 100%"),
        ("", ""),
        ("kl. %H — %M", "kl. 07 — 08"),
    ] {
        assert_eq!(at.format(format).unwrap(), printed, "{format}");
    }
    for (format, word) in [
        ("%E", "%Y"),
        ("%i", "`%M`"),
        ("%x", "no locale"),
        ("%", "`%%`"),
        ("100%", "`%%`"),
        ("%-", "`%%`"),
        ("%😀", "%Y"),
        ("%....f", "flag"),
    ] {
        assert!(help(at.format(format)).contains(word), "{format}: {:?}", at.format(format));
    }
    assert!(at.format(&"%Y".repeat(1000)).is_err());
    for (directive, _) in DIRECTIVES {
        assert!(at.format(directive).is_ok(), "{directive}");
    }
}

#[test]
fn reading_by_format() {
    for (text, format, printed) in [
        ("05.03.2026", "%d.%m.%Y", "2026-03-05T00:00:00Z"),
        ("05.03.2026 07:08", "%d.%m.%Y %H:%M", "2026-03-05T07:08:00Z"),
        ("3/5/26 7:08 PM", "%m/%d/%y %I:%M %p", "2026-03-05T19:08:00Z"),
        ("Thu, 05 Mar 2026 07:08:09 +0100", "%a, %d %b %Y %H:%M:%S %z", "2026-03-05T07:08:09+01:00"),
        ("2026-03-05 07:08 Europe/Oslo", "%F %R %Q", "2026-03-05T07:08:00+01:00"),
        ("1700000000", "%s", "2023-11-14T22:13:20Z"),
        ("20260305", "%Y%m%d", "2026-03-05T00:00:00Z"),
        ("100% on 2026-03-05", "100%% on %F", "2026-03-05T00:00:00Z"),
    ] {
        assert_eq!(Time::parse_as(text, format).unwrap().to_string(), printed, "{text}");
    }
    for (text, format) in [
        ("2026-03-05", "%d.%m.%Y"),
        ("2026-03-05 and more", "%F"),
        ("2026-02-30", "%F"),
        ("12:30", "%H:%M"),
        ("2026", "%Y"),
        ("Fri 2026-03-05", "%a %F"),
        ("2026-03-05 Europe/Olso", "%F %Q"),
        ("1", "%q"),
        ("", "%F"),
        ("-5000-01-01", "%F"),
    ] {
        assert!(Time::parse_as(text, format).is_err(), "{text} {format}");
    }
    assert!(Time::parse_as(&" ".repeat(100_000), "%n%F").is_err());
}

const ZONES: [&str; 9] = [
    "UTC",
    "Europe/Oslo",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Monrovia",
    "America/St_Johns",
    "-11:30",
];

fn any_time() -> impl Strategy<Value = Time> {
    let nanos = -62_160_000_000_000_000_000_i128..253_390_000_000_000_000_000;
    (nanos, 0..ZONES.len())
        .prop_map(|(nanos, zone)| Time::from_unix_nanos(nanos).unwrap().set_zone(ZONES[zone]).unwrap())
}

proptest! {
    #[test]
    fn printed_times_read_back(at in any_time()) {
        prop_assert_eq!(time(&at.to_string()), at);
    }

    #[test]
    fn a_time_lies_within_its_units(at in any_time()) {
        for (_, unit) in Unit::ALL {
            if let Ok(start) = at.start_of(unit) {
                prop_assert!(start <= at, "{} {:?} {}", at, unit, start);
            }
            if let Ok(end) = at.end_of(unit) {
                prop_assert!(end >= at, "{} {:?} {}", at, unit, end);
            }
        }
    }

    #[test]
    fn the_difference_leads_back(a in any_time(), b in any_time()) {
        prop_assert_eq!(b.plus(&a.diff(&b).unwrap()).unwrap(), a);
    }

    #[test]
    fn printed_durations_read_back(
        months in -500..500_i64,
        days in -500..500_i64,
        ms in -9_000_000_000..9_000_000_000_i64,
    ) {
        let time = jiff::SignedDuration::from_millis(ms);
        let duration = Duration::of(months, days, time).unwrap();
        let text = duration.to_string();
        let back = length(&text);
        prop_assert_eq!(back.to_string(), text);
        prop_assert_eq!(back, duration);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", format in "(%?[-_0^#:.]{0,2}[0-9]{0,3}\\PC){0,8}") {
        let _ = Time::parse(&text);
        let _ = Duration::parse(&text);
        let _ = Time::parse_as(&text, &format);
        let _ = time("2026-03-05").format(&format);
        let _ = time("2026-03-05").set_zone(&text);
    }

    #[test]
    fn no_number_of_a_format_panics(
        date in "[-+]?[0-9]{0,12}([-T:. ]{0,2}[0-9]{0,12}){0,2}",
        at in 0..DIRECTIVES.len(),
    ) {
        let _ = Time::parse(&date);
        let _ = Time::parse_as(&date, DIRECTIVES[at].0);
    }
}
