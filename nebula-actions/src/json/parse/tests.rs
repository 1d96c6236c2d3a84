use nebula_sdk::{FailureKind, testing::call};
use serde_json::json;

use super::*;

#[test]
fn the_value_is_read() {
    let output = call::<JsonParse>(json!({ "text": "\u{feff} {\"a\": [1, 2.5, null]}\n" })).output();
    assert_eq!(output, json!({ "value": { "a": [1, 2.5, null] } }));
}

#[test]
fn what_is_no_json_is_named_by_line_and_column() {
    let failure = call::<JsonParse>(json!({ "text": "{\n  \"a\": }" })).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "json.syntax"));
    assert_eq!(failure.pointer.as_deref(), Some("/text"));
    assert_eq!(failure.message, "the text is no JSON: line 2, column 8: expected value");
    let empty = call::<JsonParse>(json!({ "text": "" })).failure();
    assert_eq!(empty.message, "the text is no JSON: line 1, column 0: EOF while parsing a value");
}

#[test]
fn a_text_that_is_too_deep_is_an_error_and_no_crash() {
    assert_eq!(call::<JsonParse>(json!({ "text": "[".repeat(300_000) })).failure().code, "json.syntax");
}

#[test]
fn what_is_no_text_is_refused_with_its_place() {
    assert_eq!(call::<JsonParse>(json!({ "text": {} })).failure().pointer.as_deref(), Some("/text"));
}
