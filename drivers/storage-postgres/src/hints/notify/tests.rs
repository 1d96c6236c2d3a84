//! What is said is what is heard.

use super::*;

fn ids(count: u64) -> Vec<ExecutionId> {
    (0..count).map(|n| ExecutionId::from_uuid(Uuid::from_u64_pair(n, n))).collect()
}

#[test]
fn what_is_told_is_read_by_others_and_not_by_oneself() {
    let (sender, reader) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let told = payload(sender, &ids(3));
    assert_eq!(read(&told, reader), ids(3));
    assert_eq!(read(&told, sender), []);
}

#[test]
fn the_longest_notification_is_one_that_the_server_takes() {
    assert!(payload(Uuid::max(), &ids(NAMED as u64)).len() < 8000);
}

#[test]
fn what_somebody_else_says_on_the_channel_is_nothing() {
    for payload in ["", "hello", "00000000000000000000000000000001", "not an id 00000000000000000000000000000001"] {
        assert_eq!(read(payload, Uuid::max()), [], "{payload}");
    }
}
