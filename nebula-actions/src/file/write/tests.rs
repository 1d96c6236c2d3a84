use nebula_sdk::testing::{FakeHost, call, descriptor};
use serde_json::json;

use super::*;

fn written(more: Value) -> (Vec<u8>, u64) {
    let host = FakeHost::new();
    let output = call::<FileWrite>(input(more)).host(&host).output();
    (host.content("out").unwrap().to_vec(), output["bytes"].as_u64().unwrap())
}

#[expect(clippy::needless_pass_by_value, reason = "the calls stay short")]
fn input(more: Value) -> Value {
    let mut input = json!({ "path": "out" });
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    input
}

#[test]
fn each_content_is_written_in_its_way() {
    assert_eq!(written(json!({ "text": "é\n" })), ("é\n".into(), 3));
    assert_eq!(written(json!({ "text": "" })), (vec![], 0));
    assert_eq!(written(json!({ "base64": "iVBO\nRw==" })), (b"\x89PNG".to_vec(), 4));
    assert_eq!(written(json!({ "json": { "a": 1 } })), (b"{\n  \"a\": 1\n}\n".to_vec(), 13));
    assert_eq!(written(json!({ "json": null })), (b"null\n".to_vec(), 5));
}

#[test]
fn there_is_exactly_one_content() {
    let pointer = |more: Value| call::<FileWrite>(input(more)).failure().pointer.unwrap();
    assert_eq!(pointer(json!({})), "");
    assert_eq!(pointer(json!({ "text": "", "json": null })), "/json");
    assert_eq!(pointer(json!({ "base64": "", "text": "" })), "/base64");
    assert_eq!(pointer(json!({ "base64": "?" })), "/base64");
    assert_eq!(pointer(json!({ "text": 1 })), "/text");
}

#[test]
fn it_may_be_repeated_and_writes_where_its_path_says() {
    let descriptor = descriptor::<FileWrite>();
    assert_eq!(descriptor.effect, EffectClass::Idempotent);
    assert_eq!(json!(descriptor.capabilities), json!([{ "kind": "fs_write", "target": { "parameter": "/path" } }]));
    insta::assert_json_snapshot!(descriptor.input_schema);
}
