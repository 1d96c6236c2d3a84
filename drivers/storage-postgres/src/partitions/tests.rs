//! Months and the ids that begin in them.

use super::*;

#[test]
fn months_follow_each_other_without_a_gap() {
    let now = Timestamp::from_rfc3339("2026-11-21T06:00:00Z").expect("a time");
    let months = months(now, AHEAD);
    assert_eq!(months.len(), AHEAD);
    let names: Vec<&str> = months.iter().map(|month| month.name.as_str()).collect();
    assert_eq!(names[..3], ["journal_2026_11", "journal_2026_12", "journal_2027_01"]);
    assert_eq!(names[AHEAD - 1], "journal_2027_11");
    assert!(months.windows(2).all(|pair| pair[0].to == pair[1].from && pair[0].from < pair[0].to), "{months:?}");
}

#[test]
fn an_id_belongs_to_the_month_it_was_made_in() {
    let now = Timestamp::from_rfc3339("2026-11-21T06:00:00Z").expect("a time");
    let november = &months(now, 1)[0];
    let id_at = |text: &str| {
        let time = Timestamp::from_rfc3339(text).expect("a time");
        let millis = u64::try_from(time.as_micros() / 1000).expect("after 1970");
        Uuid::from_u64_pair((millis << 16) | 0x7FFF, 0xBFFF_FFFF_FFFF_FFFF)
    };
    let is_inside = |id: Uuid| november.from <= id && id < november.to;
    assert!(is_inside(id_at("2026-11-01T00:00:00Z")) && is_inside(id_at("2026-11-30T23:59:59.999Z")));
    assert!(!is_inside(id_at("2026-10-31T23:59:59.999Z")) && !is_inside(id_at("2026-12-01T00:00:00Z")));
}

#[test]
fn a_clock_at_the_end_of_time_makes_no_parts() {
    assert_eq!(months(Timestamp::from_micros(i64::MAX), AHEAD), []);
    assert!(months(Timestamp::from_micros(i64::MIN), AHEAD).is_empty());
}
