//! Any text as a template, and any expression as a template of its own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nebula_expression::{Expression, MAX_TEMPLATE, Template};
use nebula_expression_fuzz::{Sample, expect, limits, report_overflow};

fuzz_target!(init: report_overflow(), |source: &str| -> () {
    let (scope, limits) = (Sample::fixed(), limits());
    match Template::parse(source) {
        Err(errors) => expect::errors(source, &errors),
        Ok(template) => {
            let ending = expect::ending(source, template.evaluate(&scope, &limits));
            scope.expect_only(template.paths());
            assert_eq!(ending, expect::ending(source, template.evaluate(&scope, &limits)), "a second time");
            if template.is_constant() && !expect::is_limit(&ending) {
                assert_eq!(ending, Ok(serde_json::Value::from(source).to_string()), "a constant is its text");
            }
            if let (Ok(value), false) = (&ending, template.is_whole()) {
                assert!(value.starts_with('"'), "text around an expression makes text, not {value}");
            }
        }
    }

    let Ok(expression) = Expression::parse(source) else { return };
    let whole = format!("{{{{{source}}}}}");
    if whole.len() > MAX_TEMPLATE {
        return;
    }
    let template = match Template::parse(&whole) {
        Ok(template) => template,
        Err(errors) => panic!("a good expression is refused as {whole:?}: {errors:?}"),
    };
    assert!(template.is_whole(), "{whole:?} is one expression");
    let alone = expect::ending(source, expression.evaluate(&scope, &limits));
    let within = expect::ending(&whole, template.evaluate(&scope, &limits));
    // A template hands out values of its own, and copying costs.
    if !expect::is_limit(&within) {
        assert_eq!(expect::gist(&alone), expect::gist(&within), "as {whole:?}");
    }
});
