use nebula_sdk::{FailureKind, testing::call};
use serde_json::json;

use super::*;

fn orders() -> Value {
    json!([
        { "region": "north", "total": 10.5, "id": 1 },
        { "region": "south", "total": 4, "id": 2 },
        { "region": "north", "total": 9.5, "id": 3 },
        { "region": "south", "total": null, "id": 4 },
    ])
}

#[test]
fn without_groups_the_output_is_one_object() {
    let values = json!({
        "n": { "count": true },
        "sum": { "sum": "$item.total" },
        "avg": { "avg": "$item.total" },
        "min": { "min": "$item.total" },
        "max": { "max": "$item.total" },
        "first": { "first": "$item.id" },
        "last": { "last": "$item.total" },
        "ids": { "collect": "$item.id" },
    });
    let output = call::<DataAggregate>(json!({ "items": orders(), "values": values })).output();
    let expected = json!({
        "n": 4, "sum": 24, "avg": 8, "min": 4, "max": 10.5, "first": 1, "last": null, "ids": [1, 2, 3, 4],
    });
    assert_eq!(output, expected);
}

#[test]
fn groups_come_in_the_order_in_which_they_first_appear() {
    let input = json!({
        "items": orders(),
        "group_by": { "region": "$item.region" },
        "values": { "n": { "count": true }, "last": { "last": "$item.id" }, "sum": { "sum": "$item.total" } },
    });
    let expected = json!({ "groups": [
        { "region": "north", "n": 2, "last": 3, "sum": 20 },
        { "region": "south", "n": 2, "last": 4, "sum": 4 },
    ] });
    assert_eq!(call::<DataAggregate>(input).output(), expected);
}

#[test]
fn groups_may_have_several_keys_of_any_kind_and_no_values() {
    let input = json!({
        "items": [[1, null], [1.0, null], [1, "null"], ["1", null]],
        "group_by": { "a": "$item[0]", "b": "$item[1]" },
    });
    let expected = json!({ "groups": [{ "a": 1, "b": null }, { "a": 1, "b": "null" }, { "a": "1", "b": null }] });
    assert_eq!(call::<DataAggregate>(input).output(), expected);
}

#[test]
fn nothing_has_a_count_and_a_sum_and_no_extremes() {
    let values =
        json!({ "n": { "count": true }, "s": { "sum": "$item" }, "m": { "max": "$item" }, "f": { "first": "$item" } });
    let output = call::<DataAggregate>(json!({ "items": [], "values": values })).output();
    assert_eq!(output, json!({ "n": 0, "s": 0, "m": null, "f": null }));
    let groups = call::<DataAggregate>(json!({ "items": [], "group_by": { "a": "$item" } })).output();
    assert_eq!(groups, json!({ "groups": [] }));
}

#[test]
fn items_without_the_wanted_value_are_named() {
    let failure =
        |measure: Value| call::<DataAggregate>(json!({ "items": [1, "x"], "values": { "v": measure } })).failure();
    let sum = failure(json!({ "sum": "$item" }));
    assert_eq!((sum.kind, sum.code.as_str()), (FailureKind::Invalid, "data.not_a_number"));
    assert_eq!(
        (sum.pointer.as_deref(), sum.message.as_str()),
        (Some("/items/1"), "the value of item 1 is a text, not a number")
    );
    let max = failure(json!({ "max": "$item" }));
    assert_eq!((max.pointer.as_deref(), max.code.as_str()), (Some("/items/1"), "data.no_order"));
    let missing = failure(json!({ "collect": "$item.a" }));
    assert_eq!(missing.pointer.as_deref(), Some("/values/v/collect"));
}

#[test]
fn a_sum_that_no_number_can_say_is_an_error() {
    let input = json!({ "items": [u64::MAX, 1], "values": { "v": { "sum": "$item" } } });
    assert_eq!(call::<DataAggregate>(input).failure().code, "data.overflow");
}

#[test]
fn mistakes_are_named_with_their_place() {
    let pointer = |more: Value| {
        let mut input = json!({ "items": [1] });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        call::<DataAggregate>(input).failure().pointer.unwrap()
    };
    assert_eq!(pointer(json!({})), "/values");
    assert_eq!(pointer(json!({ "group_by": {}, "values": { "n": { "count": true } } })), "/group_by");
    assert_eq!(pointer(json!({ "group_by": { "n": "$item" }, "values": { "n": { "count": true } } })), "/values/n");
    assert_eq!(pointer(json!({ "group_by": { "a/b": "$item.x" } })), "/group_by/a~1b");
    assert_eq!(pointer(json!({ "values": { "n": { "count": false } } })), "/values/n");
    assert_eq!(pointer(json!({ "values": { "n": { "median": "$item" } } })), "/values/n");
    assert_eq!(pointer(json!({ "values": { "n": { "sum": "$item +" } } })), "/values/n");
}
