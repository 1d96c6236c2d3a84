//! The functions as data: their examples are true. The tables of the families are read by [`expect`].

use std::collections::BTreeSet;

use nebula_expression::ty::Fit;
use nebula_expression::{Expression, Limits, Type, functions};
use serde_json::Value;

use crate::scope::{Sample, SampleTypes};

#[test]
fn every_example_is_worth_what_is_said() {
    let mut wrong = Vec::new();
    for function in functions() {
        let checked = Expression::parse(function.example).map(|expr| expr.check(&SampleTypes));
        match checked {
            Ok(checked) if checked.errors.is_empty() => {}
            Ok(checked) => wrong.push(format!("{}: {:?}", function.example, checked.errors)),
            Err(errors) => wrong.push(format!("{}: {errors:?}", function.example)),
        }
        wrong.extend(differs(function.example, function.value));
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_example_calls_its_function() {
    for function in functions() {
        let calls = function.example.contains(&format!("{}(", function.name));
        // `concat` is what stands for an f-string.
        assert!(calls, "{}: {}", function.name, function.example);
        assert!(function.doc.ends_with('.'), "{}: {}", function.name, function.doc);
    }
}

#[test]
fn names_are_given_once() {
    let mut names = BTreeSet::new();
    for function in functions() {
        assert!(names.insert(function.name), "{} is there twice", function.name);
    }
}

/// Every expression of a table is worth its JSON, or is answered with the code after the `!`.
pub(crate) fn expect(cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases.iter().filter_map(|(source, expected)| differs(source, expected)).collect();
    assert!(wrong.is_empty(), "{} of {} differ:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

/// What is found instead of what is expected. What an expression is worth is also of the type that was found for it.
fn differs(source: &str, expected: &str) -> Option<String> {
    let scope = Sample::new();
    let found = match Expression::parse(source) {
        Ok(expr) => match expr.evaluate(&scope, &Limits::default()) {
            Ok(value) => {
                let checked = expr.check(&SampleTypes);
                if checked.errors.is_empty()
                    && let Fit::No(mismatch) = Type::of_value(&value).fits(&as_it_leaves(&checked.ty))
                {
                    return Some(format!("{source}\n    {value} is not of type {}: {mismatch:?}", checked.ty));
                }
                value.to_string()
            }
            Err(error) => format!("!{}", error.code),
        },
        Err(errors) => format!("!{}", errors[0].code),
    };
    let wanted = match expected.strip_prefix('!') {
        Some(_) => expected.to_owned(),
        None => expected.parse::<Value>().unwrap_or_else(|_| panic!("{expected} is not JSON")).to_string(),
    };
    (found != wanted).then(|| format!("{source}\n    expected {wanted}\n    found    {found}"))
}

/// A type as a schema has it: instants, durations and bytes as the text they leave as.
fn as_it_leaves(ty: &Type) -> Type {
    Type::from_schema(&ty.to_schema())
}

/// The codes an expression is answered with before the run.
pub(crate) fn checked(source: &str) -> Vec<&'static str> {
    match Expression::parse(source) {
        Ok(expr) => expr.check(&SampleTypes).errors.iter().map(|error| error.code).collect(),
        Err(errors) => errors.iter().map(|error| error.code).collect(),
    }
}

/// The type an expression has before the run, in words.
pub(crate) fn type_of(source: &str) -> String {
    let expr = Expression::parse(source).unwrap_or_else(|errors| panic!("{source}: {errors:?}"));
    expr.check(&SampleTypes).ty.to_string()
}
