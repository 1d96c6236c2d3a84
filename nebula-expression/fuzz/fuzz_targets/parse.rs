//! Any text: refused with errors that can be shown, or an expression that keeps its promises.
#![no_main]

use libfuzzer_sys::fuzz_target;
use nebula_expression::Expression;
use nebula_expression_fuzz::{Sample, expect, limits, report_overflow};

fuzz_target!(init: report_overflow(), |source: &str| -> () {
    let expression = match Expression::parse(source) {
        Ok(expression) => expression,
        Err(errors) => return expect::errors(source, &errors),
    };
    let (scope, limits) = (Sample::fixed(), limits());
    for path in expression.paths() {
        let text = path.span.slice(source);
        assert!(text.contains(path.root.name()), "{path:?} is written {text:?}");
    }

    let ending = expect::ending(source, expression.evaluate(&scope, &limits));
    scope.expect_only(expression.paths());

    if let Some(canonical) = expect::canonical(&expression) {
        let again = expect::ending(canonical.source(), canonical.evaluate(&scope, &limits));
        assert_eq!(expect::gist(&ending), expect::gist(&again), "as {:?}", canonical.source());
    }
});
