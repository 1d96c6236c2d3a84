use nebula_sdk::FailureKind;

use super::*;

/// Nothing is sent, and the place is named.
#[track_caller]
fn refused(more: Value, pointer: &str) -> Failure {
    refused_with(request(more), pointer)
}

#[track_caller]
fn refused_with(call: Call, pointer: &str) -> Failure {
    let host = FakeHost::new();
    let failure = call.host(&host).failure();
    assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Invalid, Some(pointer)), "{failure}");
    assert!(host.requests().is_empty());
    failure
}

#[test]
fn an_address_that_cannot_be_requested() {
    refused(json!({ "url": "/orders" }), "/url");
    refused(json!({ "url": "ftp://example.com/" }), "/url");
    let failure = refused(json!({ "url": "https://ada:canary@example.com/" }), "/url");
    assert!(!failure.message.contains("canary"));
    assert!(failure.help.is_some_and(|help| help.contains("`auth`")));
}

#[test]
fn two_bodies() {
    let failure = refused(json!({ "json": 1, "form": {} }), "/form");
    assert_eq!(failure.message, "`json` is given already");
    refused(json!({ "form": {}, "text": "" }), "/text");
}

#[test]
fn headers_that_cannot_be_sent() {
    refused(json!({ "headers": { "a b": "1" } }), "/headers/a b");
    refused(json!({ "headers": { "X": "a\r\nY: b" } }), "/headers/X");
    refused(json!({ "headers": { "Host": "other" } }), "/headers/Host");
    refused(json!({ "headers": { "X-A": "1", "x-a": "2" } }), "/headers/x-a");
    refused(json!({ "headers": { "X": 1 } }), "/headers/X");
}

#[test]
fn a_key_of_ones_own_beside_idempotent() {
    let failure =
        refused(json!({ "idempotent": true, "headers": { "idempotency-key": "mine" } }), "/headers/idempotency-key");
    assert!(failure.help.is_some());
}

#[test]
fn what_the_credential_sets_is_set_already() {
    let call = request(json!({ "headers": { "authorization": "x" } })).credential("auth", "tok");
    refused_with(call, "/headers/authorization");
    let call = request(json!({ "query": { "key": "x" } }));
    refused_with(call.credential("auth", r#"{"query": {"name": "key", "value": "k"}}"#), "/query/key");
}

#[test]
fn values_of_a_wrong_kind() {
    refused(json!({ "method": "TRACE" }), "/method");
    refused(json!({ "query": { "a": null } }), "/query/a");
    refused(json!({ "query": { "a": [{}] } }), "/query/a");
    refused(json!({ "form": { "a": {} } }), "/form/a");
    refused(json!({ "timeout": "fast" }), "/timeout");
    refused(json!({ "timeout": "0s" }), "/timeout");
    refused(json!({ "retries": 3 }), "/retries");
}

#[test]
fn the_schema_refuses_two_bodies_too() {
    let schema = nebula_sdk::testing::descriptor::<HttpRequest>().input_schema;
    let rules = json!({
        "json": { "properties": { "form": false, "text": false } },
        "form": { "properties": { "text": false } },
    });
    assert_eq!(schema["dependentSchemas"], rules);
}
