use super::*;
use serde_json::json;

#[test]
fn a_value_as_long_as_the_limit_is_within_it() {
    let value = json!({ "a": "1234567" });
    assert_eq!(value.to_string().len(), 15);
    assert!(within(&value, ByteSize(15), Measured::Input).is_ok());
    let failure = within(&value, ByteSize(14), Measured::Input).unwrap_err();
    assert_eq!(failure.message, "the input has 15 bytes, and 14 bytes is the most");
    assert_eq!((failure.kind, failure.code.as_str()), (FailureKind::Invalid, "input.too_large"));
}

#[test]
fn sizes_that_would_look_the_same_are_told_in_bytes() {
    let value = json!("x".repeat(1024));
    let failure = within(&value, ByteSize(1024), Measured::Output).unwrap_err();
    assert_eq!(failure.message, "the output has 1026 bytes, and 1024 bytes is the most");
    let failure = within(&value, ByteSize(512), Measured::Output).unwrap_err();
    assert_eq!(failure.message, "the output has 1 KiB, and 512 bytes is the most");
    assert!(failure.help.is_some());
}
