use nebula_sdk::testing::{FakeHost, call, descriptor};
use serde_json::json;

use super::*;

#[test]
fn text_is_read_without_its_byte_order_mark() {
    let host = FakeHost::new().file("a.csv", "\u{feff}grüße, welt");
    let output = call::<FileRead>(json!({ "path": "a.csv" })).host(&host).output();
    assert_eq!(output, json!({ "text": "grüße, welt", "bytes": 13 }));
}

#[test]
fn bytes_are_read_as_base64() {
    let host = FakeHost::new().file("a.png", b"\x89PNG".as_slice());
    let output = call::<FileRead>(json!({ "path": "a.png", "encoding": "base64" })).host(&host).output();
    assert_eq!(output, json!({ "base64": "iVBORw==", "bytes": 4 }));
}

#[test]
fn what_cannot_be_read_says_which_parameter_would_change_it() {
    let host = FakeHost::new().file("a", b"\xff0123456789".as_slice());
    let failure = |more: serde_json::Value| {
        let mut input = json!({ "path": "a" });
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let failure = call::<FileRead>(input).host(&host).failure();
        (failure.code.to_string(), failure.pointer.unwrap_or_default())
    };
    let pair = |code: &str, pointer: &str| (code.to_owned(), pointer.to_owned());
    assert_eq!(failure(json!({ "max_bytes": 10 })), pair("file.too_large", "/max_bytes"));
    assert_eq!(failure(json!({})), pair("file.not_utf8", "/encoding"));
    assert_eq!(failure(json!({ "encoding": "utf16" })), pair("action.invalid_input", "/encoding"));
    assert_eq!(failure(json!({ "max_bytes": -1 })), pair("action.invalid_input", "/max_bytes"));
    assert_eq!(failure(json!({ "path": "b" })), pair("file.not_found", ""));
}

#[test]
fn it_may_be_repeated_and_reads_where_its_path_says() {
    let descriptor = descriptor::<FileRead>();
    assert_eq!(descriptor.effect, EffectClass::Idempotent);
    assert_eq!(json!(descriptor.capabilities), json!([{ "kind": "fs_read", "target": { "parameter": "/path" } }]));
}
