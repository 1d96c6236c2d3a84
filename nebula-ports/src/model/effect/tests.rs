use serde_json::json;
use uuid::Uuid;

use crate::model::NodeId;

use super::*;

fn key(node: &str, names: &[&str], input: &Value) -> IdempotencyKey {
    let names: Vec<SmolStr> = names.iter().copied().map(SmolStr::from).collect();
    let execution = ExecutionId::from_uuid(Uuid::from_u128(7));
    IdempotencyKey::with_values(execution, &NodeId::new(node).unwrap().into(), &names, input)
}

#[test]
fn the_key_depends_on_the_named_values_and_on_nothing_else_of_the_input() {
    let input = json!({ "order": 7, "note": "a" });
    let own = key("pay", &["order"], &input);
    assert_eq!(own, key("pay", &["order"], &json!({ "order": 7, "note": "b" })));
    for other in [json!({ "order": 8 }), json!({ "order": "7" }), json!({ "order": null }), json!({})] {
        assert_ne!(own, key("pay", &["order"], &other), "{other}");
    }
    assert_ne!(own, key("refund", &["order"], &input));
    assert_ne!(own, key("pay", &["order", "note"], &input));
    assert_ne!(own, key("pay", &["note"], &json!({ "order": "a", "note": 7 })));
}

#[test]
fn an_absent_value_is_another_than_null() {
    assert_ne!(key("pay", &["a"], &json!({})), key("pay", &["a"], &json!({ "a": null })));
}

#[test]
fn values_cannot_be_moved_from_one_name_to_another() {
    let apart = key("pay", &["a", "b"], &json!({ "a": "x", "b": "yz" }));
    assert_ne!(apart, key("pay", &["a", "b"], &json!({ "a": "xy", "b": "z" })));
}

#[test]
fn without_names_the_key_is_that_of_the_node() {
    let execution = ExecutionId::from_uuid(Uuid::from_u128(7));
    assert_eq!(key("pay", &[], &json!({ "a": 1 })), IdempotencyKey::of(execution, &NodeId::new("pay").unwrap().into()));
}
