use serde_json::{Value, json};

use super::{Plain, resolve};

#[test]
fn plain_scalars_follow_the_core_schema() {
    let cases: &[(&str, Value)] = &[
        ("", Value::Null),
        ("~", Value::Null),
        ("null", Value::Null),
        ("true", json!(true)),
        ("False", json!(false)),
        ("no", json!("no")),
        ("NO", json!("NO")),
        ("on", json!("on")),
        ("y", json!("y")),
        ("3", json!(3)),
        ("+3", json!(3)),
        ("-3", json!(-3)),
        ("007", json!(7)),
        ("0x1F", json!(31)),
        ("0o17", json!(15)),
        ("-0x1F", json!("-0x1F")),
        ("0x", json!("0x")),
        ("3.0", json!(3.0)),
        ("3.", json!(3.0)),
        (".5", json!(0.5)),
        ("1e3", json!(1000.0)),
        ("-1.5E-2", json!(-0.015)),
        (".", json!(".")),
        ("-", json!("-")),
        ("+", json!("+")),
        ("1e", json!("1e")),
        ("1.2.3", json!("1.2.3")),
        ("1_000", json!("1_000")),
        ("12:30:45", json!("12:30:45")),
        ("2024-01-01", json!("2024-01-01")),
        ("18446744073709551615", json!(18_446_744_073_709_551_615_u64)),
        ("-9223372036854775808", json!(-9_223_372_036_854_775_808_i64)),
        ("18446744073709551616", json!(18_446_744_073_709_551_616_f64)),
    ];
    for (text, expected) in cases {
        assert_eq!(resolve(text), Plain::Value(expected.clone()), "{text:?}");
    }
}

#[test]
fn numbers_that_json_cannot_hold_are_refused() {
    for text in [".inf", "-.inf", ".NaN", "1e999", "0xFFFFFFFFFFFFFFFFF"] {
        assert_eq!(resolve(text), Plain::NotJson, "{text:?}");
    }
}
