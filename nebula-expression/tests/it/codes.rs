//! The table of error codes is true: each example is answered with its code.

use std::collections::BTreeSet;
use std::time::Duration;

use nebula_expression::{ExprError, Expression, Limits, Template, codes, explain};

use crate::scope::{Sample, SampleTypes};

#[test]
fn every_example_produces_its_code() {
    for code in codes() {
        if code.example.is_empty() {
            continue;
        }
        assert_eq!(first(code.example), Some(code.code), "{}: {}", code.code, code.example);
    }
}

#[test]
fn what_to_write_instead_is_right() {
    // What stands instead of a secret is no expression.
    for code in codes().iter().filter(|code| !code.example.is_empty() && code.code != "E0401") {
        assert_eq!(first(code.instead), None, "{}: {}", code.code, code.instead);
    }
}

#[test]
fn codes_are_unique_and_in_order() {
    let all: Vec<&str> = codes().iter().map(|code| code.code).collect();
    let sorted: BTreeSet<&str> = all.iter().copied().collect();
    assert!(all.iter().eq(sorted.iter()), "{all:?}");
    assert!(explain("E0203").is_some());
    assert!(explain("E9999").is_none());
}

#[test]
fn limits_have_their_codes() {
    let tiny = |limits: Limits, source: &str| {
        Expression::parse(source).unwrap().evaluate(&Sample::new(), &limits).unwrap_err().code
    };
    let all = Limits::default();
    assert_eq!(Expression::parse(&"1".repeat(20_000)).unwrap_err()[0].code, "E0701");
    assert_eq!(tiny(Limits { cost: 3, ..all }, "$input.a + $input.a + 1"), "E0703");
    assert_eq!(tiny(Limits { string_bytes: 5, ..all }, "'abc' + 'def'"), "E0704");
    assert_eq!(tiny(Limits { list_len: 2, ..all }, "[$input.a, 2, 3]"), "E0705");
    assert_eq!(tiny(Limits { list_len: 2, ..all }, "keys({a: 1, b: 2, c: 3})"), "E0705");
    let wall = Limits { wall: Duration::ZERO, ..all };
    assert_eq!(
        tiny(
            wall,
            "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(a => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(b => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(c => [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].all(d => a + b + c + d > 0))))"
        ),
        "E0708"
    );
    assert_eq!(tiny(Limits { alloc_bytes: 100, ..all }, "[$input, $input]"), "E0706");
}

/// The first code an expression, or a template if it looks like one, is answered with: while parsing,
/// by its types, or when it is evaluated. An example without `$` has no types to look at.
fn first(source: &str) -> Option<&'static str> {
    let (scope, limits) = (Sample::new(), Limits::default());
    let answer = |errors: &[ExprError]| errors.first().map(|error| error.code);
    if source.contains("{{") && !source.starts_with("{{") {
        return match Template::parse(source) {
            Ok(template) => answer(&template.check(&SampleTypes).errors)
                .or_else(|| template.evaluate(&scope, &limits).err().map(|error| error.code)),
            Err(errors) => answer(&errors),
        };
    }
    match Expression::parse(source) {
        Ok(expr) => {
            let checked = expr.check(&SampleTypes);
            answer(&checked.errors)
                .or_else(|| answer(&checked.warnings))
                .or_else(|| expr.evaluate(&scope, &limits).err().map(|error| error.code))
        }
        Err(errors) => answer(&errors),
    }
}
