use nebula_sdk::{FailureKind, testing::call};
use serde_json::json;

use super::*;

#[test]
fn items_stay_for_which_the_condition_holds_in_their_order() {
    let input = json!({ "items": [{ "n": 3 }, { "n": 1 }, { "n": 2 }], "where": "$item.n > 1" });
    let expected = json!({ "items": [{ "n": 3 }, { "n": 2 }], "count": 2, "dropped": 1 });
    assert_eq!(call::<DataFilter>(input).output(), expected);
}

#[test]
fn the_condition_sees_the_index() {
    let input = json!({ "items": ["a", "b", "c"], "where": "$index % 2 == 0" });
    assert_eq!(call::<DataFilter>(input).output()["items"], json!(["a", "c"]));
}

#[test]
fn no_items_are_a_list_too() {
    let output = call::<DataFilter>(json!({ "items": [], "where": "$item.missing" })).output();
    assert_eq!(output, json!({ "items": [], "count": 0, "dropped": 0 }));
}

#[test]
fn many_items_go_the_other_way_with_the_same_result() {
    let items: Vec<_> = (0..5_000).collect();
    let output = call::<DataFilter>(json!({ "items": items, "where": "$item >= 4990" })).output();
    assert_eq!(output["count"], 10);
    assert_eq!(output["items"][0], 4990);
}

#[test]
fn a_condition_that_cannot_be_read_is_refused_with_its_place() {
    let failure = call::<DataFilter>(json!({ "items": [], "where": "$item. >" })).failure();
    assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Invalid, Some("/where")));
}

#[test]
fn a_condition_that_is_no_truth_names_the_item() {
    let failure = call::<DataFilter>(json!({ "items": [1, 2], "where": "$item == 1 ? true : 'no'" })).failure();
    assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Permanent, Some("/where")));
    assert!(failure.code.starts_with("expression."), "{}", failure.code);
    assert!(failure.message.contains("item 1"), "{}", failure.message);
}

#[test]
fn what_is_no_list_is_refused_with_its_place() {
    let failure = call::<DataFilter>(json!({ "items": { "a": 1 }, "where": "true" })).failure();
    assert_eq!(failure.pointer.as_deref(), Some("/items"));
}
