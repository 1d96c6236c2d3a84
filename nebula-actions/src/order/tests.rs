use nebula_sdk::FailureKind;
use serde_json::json;

use super::*;

#[test]
fn numbers_are_compared_exactly() {
    let ascending = [
        json!(-1e300),
        json!(-9_007_199_254_740_993_i64),
        json!(-1.5),
        json!(-1),
        json!(-0.5),
        json!(0),
        json!(0.5),
        json!(9_007_199_254_740_992_u64),
        json!(9_007_199_254_740_993_u64),
        json!(18_446_744_073_709_551_615_u64),
        json!(1e20),
        json!(1e300),
    ];
    for (i, a) in ascending.iter().enumerate() {
        for (j, b) in ascending.iter().enumerate() {
            assert_eq!(compare(a, b), i.cmp(&j), "{a} {b}");
        }
    }
    assert_eq!(compare(&json!(1), &json!(1.0)), Ordering::Equal);
    assert_eq!(compare(&json!(0), &json!(-0.0)), Ordering::Equal);
    assert_eq!(compare(&json!(9_007_199_254_740_993_u64), &json!(9_007_199_254_740_992.0)), Ordering::Greater);
}

#[test]
fn null_comes_first_texts_by_code_point_and_false_before_true() {
    assert_eq!(compare(&json!(null), &json!(-1)), Ordering::Less);
    assert_eq!(compare(&json!(1), &json!(null)), Ordering::Greater);
    assert_eq!(compare(&json!(null), &json!(null)), Ordering::Equal);
    assert_eq!(compare(&json!("Z"), &json!("a")), Ordering::Less);
    assert_eq!(compare(&json!(false), &json!(true)), Ordering::Less);
}

#[test]
fn a_second_kind_names_both_items() {
    let mut kind = OneKind::default();
    kind.accept(&json!(null), 0).unwrap();
    kind.accept(&json!(1), 1).unwrap();
    let error = kind.accept(&json!("x"), 2).unwrap_err();
    assert_eq!((error.kind(), error.code()), (FailureKind::Invalid, "data.no_order"));
    assert_eq!(error.failure().pointer.as_deref(), Some("/items/2"));
    assert_eq!(error.failure().message, "the value of item 2 is a text, that of item 1 is a number");
    assert!(kind.accept(&json!([]), 3).is_err());
}
