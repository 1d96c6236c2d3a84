use nebula_sdk::{FailureKind, testing::call};
use serde_json::json;

use super::*;

#[test]
fn it_fails_for_good_with_the_message_and_the_code() {
    let failure = call::<FlowFail>(json!({ "message": "no stock", "code": "shop.no_stock" })).failure();
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Permanent, "shop.no_stock"));
    assert_eq!(failure.message, "no stock");
}

#[test]
fn the_code_has_a_default() {
    assert_eq!(call::<FlowFail>(json!({ "message": "no" })).failure().code, "flow.failed");
}

#[test]
fn what_is_no_code_is_refused_with_its_place() {
    for code in ["", "No Stock", "a..b", ".a", "a.", &"x".repeat(129)] {
        let failure = call::<FlowFail>(json!({ "message": "no", "code": code })).failure();
        assert_eq!((failure.kind, failure.pointer.as_deref()), (FailureKind::Invalid, Some("/code")), "{code}");
    }
}
