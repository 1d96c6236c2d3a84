use nebula_sdk::{FailureKind, testing::call};
use serde_json::json;

use super::*;

#[expect(clippy::needless_pass_by_value, reason = "the calls stay short")]
fn sorted(items: Value, by: Value) -> Value {
    call::<DataSort>(json!({ "items": items, "by": by })).output()["items"].clone()
}

#[test]
fn items_are_in_the_order_of_their_keys() {
    assert_eq!(sorted(json!([3, 1.5, 2]), json!([{ "key": "$item" }])), json!([1.5, 2, 3]));
    assert_eq!(sorted(json!(["b", "a"]), json!([{ "key": "$item" }])), json!(["a", "b"]));
    assert_eq!(sorted(json!([true, false]), json!([{ "key": "$item" }])), json!([false, true]));
    let times = json!(["2026-02-01T00:00:00Z", "2025-12-31T23:59:59Z"]);
    assert_eq!(sorted(times, json!([{ "key": "$item" }])), json!(["2025-12-31T23:59:59Z", "2026-02-01T00:00:00Z"]));
}

#[test]
fn equal_items_keep_their_order_in_both_directions() {
    let items = json!([{ "k": 1, "n": 0 }, { "k": 2, "n": 1 }, { "k": 1, "n": 2 }, { "k": 2, "n": 3 }]);
    let order = |by: Value| -> Vec<u64> {
        sorted(items.clone(), by).as_array().unwrap().iter().map(|item| item["n"].as_u64().unwrap()).collect()
    };
    assert_eq!(order(json!([{ "key": "$item.k" }])), [0, 2, 1, 3]);
    assert_eq!(order(json!([{ "key": "$item.k", "order": "desc" }])), [1, 3, 0, 2]);
    assert_eq!(order(json!([{ "key": "$item.k" }, { "key": "$item.n", "order": "desc" }])), [2, 0, 3, 1]);
}

#[test]
fn null_goes_where_it_is_told_to_in_both_directions() {
    let by = |order: &str, nulls: &str| json!([{ "key": "$item", "order": order, "nulls": nulls }]);
    let items = || json!([null, 2, 1]);
    assert_eq!(sorted(items(), by("asc", "last")), json!([1, 2, null]));
    assert_eq!(sorted(items(), by("desc", "last")), json!([2, 1, null]));
    assert_eq!(sorted(items(), by("asc", "first")), json!([null, 1, 2]));
    assert_eq!(sorted(items(), by("desc", "first")), json!([null, 2, 1]));
    assert_eq!(sorted(items(), json!([{ "key": "$item" }])), json!([1, 2, null]));
}

#[test]
fn many_items_go_the_other_way_with_the_same_result() {
    let items: Vec<_> = (0..5_000).map(|n| (n * 7_919) % 5_000).collect();
    assert_eq!(sorted(json!(items), json!([{ "key": "$item" }])), json!((0..5_000).collect::<Vec<_>>()));
}

#[test]
fn keys_of_two_kinds_name_the_item() {
    let failure = call::<DataSort>(json!({ "items": [1, "x"], "by": [{ "key": "$item" }] })).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "data.no_order"));
    assert_eq!(failure.pointer.as_deref(), Some("/items/1"));
}

#[test]
fn mistakes_are_named_with_their_place() {
    let pointer = |by: Value| call::<DataSort>(json!({ "items": [{}], "by": by })).failure().pointer.unwrap();
    assert_eq!(pointer(json!([])), "/by");
    assert_eq!(pointer(json!([{ "key": "$item.a" }])), "/by/0/key");
    assert_eq!(pointer(json!([{ "key": "1" }, { "key": "$item +" }])), "/by/1/key");
    assert_eq!(pointer(json!([{ "key": "1", "order": "up" }])), "/by/0/order");
}
