use serde_json::json;

use super::*;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

fn of(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

#[test]
fn a_result_is_kept_until_its_time_is_up() {
    let mut kept = Kept::new(ByteSize(10_000));
    kept.put(of("a"), &json!(1), at(10));
    assert_eq!(kept.get(&of("a"), at(9)).as_deref(), Some(&json!(1)));
    assert_eq!(kept.get(&of("a"), at(10)), None);
    assert_eq!((kept.bytes, kept.results.len(), kept.order.len()), (0, 0, 0));
}

#[test]
fn without_room_the_one_used_longest_ago_goes_first() {
    let mut kept = Kept::new(ByteSize(4 * 300));
    for name in ["a", "b", "c", "d"] {
        kept.put(of(name), &json!(name), at(10));
    }
    assert!(kept.get(&of("a"), at(1)).is_some());
    kept.put(of("e"), &json!("e"), at(10));
    let there = ["a", "b", "c", "d", "e"].map(|name| kept.get(&of(name), at(1)).is_some());
    assert_eq!(there, [true, false, true, true, true]);
    assert!(kept.bytes <= 1_200);
}

#[test]
fn what_would_take_most_of_the_room_is_not_kept() {
    let mut kept = Kept::new(ByteSize(8_000));
    kept.put(of("a"), &json!("x".repeat(998)), at(10));
    kept.put(of("b"), &json!("x".repeat(999)), at(10));
    assert!(kept.get(&of("a"), at(1)).is_some());
    assert!(kept.get(&of("b"), at(1)).is_none());
}
