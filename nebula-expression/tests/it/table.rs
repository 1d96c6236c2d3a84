//! Tables of expressions and what each is worth: JSON, or the code of the error after a `!`.

use nebula_expression::{Expression, Limits, functions};
use serde_json::Value;

use crate::scope::Sample;

/// Every row holds, also in its canonical spelling.
#[track_caller]
pub(crate) fn holds(cases: &[(&str, &str)]) {
    let mut wrong = Vec::new();
    for (source, expected) in cases {
        let expected = match expected.strip_prefix('!') {
            Some(code) => format!("!{code}"),
            None => expected.parse::<Value>().unwrap_or_else(|e| panic!("{expected}: {e}")).to_string(),
        };
        let found = outcome(source, &Limits::default());
        if found != expected {
            wrong.push(format!("{source}\n    expected {expected}\n    found    {found}"));
        }
        if let Ok(expr) = Expression::parse(source) {
            let canonical = expr.to_canonical();
            assert_eq!(outcome(&canonical, &Limits::default()), found, "{source} -> {canonical}");
        }
    }
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// The value as JSON text, or `!` and the code of the first error.
pub(crate) fn outcome(source: &str, limits: &Limits) -> String {
    let expr = match Expression::parse(source) {
        Ok(expr) => expr,
        Err(errors) => return format!("!{}", errors[0].code),
    };
    match expr.evaluate(&Sample::new(), limits) {
        Ok(value) => value.to_string(),
        Err(error) => format!("!{}", error.code),
    }
}

/// The message of the error an evaluation ends with.
#[track_caller]
pub(crate) fn message(source: &str) -> String {
    let expr = Expression::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
    expr.evaluate(&Sample::new(), &Limits::default()).expect_err(source).message
}

#[test]
fn every_example_of_a_function_is_worth_what_it_says() {
    let mut wrong = Vec::new();
    for function in functions() {
        let expected = function.value.parse::<Value>().map_or_else(|e| e.to_string(), |value| value.to_string());
        let found = outcome(function.example, &Limits::default());
        if found != expected {
            wrong.push(format!("{}: {} is {found}, not {expected}", function.signature, function.example));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
