use nebula_sdk::testing::call;
use serde_json::json;

use super::*;

#[test]
fn the_output_is_the_object() {
    let values = json!({ "total": 12.5, "lines": [1, { "a": null }] });
    assert_eq!(call::<DataSet>(json!({ "values": values })).output(), values);
}

#[test]
fn anything_but_an_object_is_refused_with_its_place() {
    let failure = call::<DataSet>(json!({ "values": [1] })).failure();
    assert_eq!((failure.code.as_str(), failure.pointer.as_deref()), ("action.invalid_input", Some("/values")));
}
